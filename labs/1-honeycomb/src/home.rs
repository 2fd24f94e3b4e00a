//! The home feed, with a span made by hand.

use axum::{Json, extract::State};
use cruddur::{Activity, Cruddur, Error};

/// `GET /api/activities/home`
///
/// # Errors
///
/// When the store can't be read.
pub async fn home(State(cruddur): State<Cruddur>) -> Result<Json<Vec<Activity>>, Error> {
    // #region step 4
    // TODO(step 4): the span `home-activities-mock-data` round this, with `app.now` and `app.result_length`.
    let activities = cruddur.home_activities()?;
    Ok(Json(activities))
    // #endregion
}
