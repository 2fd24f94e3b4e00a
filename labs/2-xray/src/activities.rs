//! Three handlers with subsegments: the home feed, a user's activities, and one activity.

use axum::{Json, extract::State};
use cruddur::{Activity, ActivityId, ActivityOfUser, Cruddur, Error, Handle};

use crate::record;

/// `GET /api/activities/home`
///
/// # Errors
/// When the store can't be read.
pub async fn home(State(cruddur): State<Cruddur>) -> Result<Json<Vec<Activity>>, Error> {
    // #region step 3
    // TODO(step 3): the subsegment `activities_home`, and in it `mock-data` round the query and what is recorded about it.
    let activities = cruddur.home_activities()?;
    record::results("activities_home", &cruddur.now_rfc3339(), activities.len());
    Ok(Json(activities))
    // #endregion
}

/// `GET /api/activities/@{handle}`
///
/// # Errors
/// When the store can't be read.
pub async fn users(
    State(cruddur): State<Cruddur>,
    Handle(handle): Handle,
) -> Result<Json<Vec<ActivityOfUser>>, Error> {
    // #region step 3
    // TODO(step 3): `activities_users`, of which `record::user` speaks, and in it `mock-data` round the rest.
    record::user(&handle);
    let activities = cruddur.user_activities(&handle)?;
    record::results("activities_users", &cruddur.now_rfc3339(), activities.len());
    Ok(Json(activities))
    // #endregion
}

/// `GET /api/activities/{uuid}`
///
/// # Errors
/// When there is no such activity, and when the store can't be read.
pub async fn show(
    State(cruddur): State<Cruddur>,
    ActivityId(uuid): ActivityId,
) -> Result<Json<Activity>, Error> {
    // #region step 3
    // TODO(step 3): `activities_show`, and in it `mock-data`.
    let activity = cruddur.activity(uuid)?;
    record::results("activities_show", &cruddur.now_rfc3339(), 1);
    Ok(Json(activity))
    // #endregion
}

// #region step 3
// TODO(step 3): what the three have in common may go into a function here.
// #endregion
