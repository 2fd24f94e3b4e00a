//! Three handlers of lab 2 that say in the log what they did.

use axum::{Json, extract::State};
use cruddur::{Activity, ActivityOfUser, Cruddur, Error, Handle, NewActivity, PostedActivity};

/// `GET /api/activities/home`
///
/// # Errors
/// When the store can't be read.
pub async fn home(cruddur: State<Cruddur>) -> Result<Json<Vec<Activity>>, Error> {
    let answer = xray::activities::home(cruddur).await?;
    let results = answer.len();
    // #region step 1
    // The message is the same for each request; what differs is in the fields, and each of them keeps its type.
    tracing::info!(app.results = results, "home feed shown");
    // #endregion
    Ok(answer)
}

/// `GET /api/activities/@{handle}`
///
/// # Errors
/// When the store can't be read.
pub async fn users(
    cruddur: State<Cruddur>,
    Handle(handle): Handle,
) -> Result<Json<Vec<ActivityOfUser>>, Error> {
    let answer = xray::activities::users(cruddur, Handle(handle.clone())).await?;
    let results = answer.len();
    let own = handle == cruddur::CURRENT_USER;
    // #region step 1
    tracing::info!(
        app.user_handle = handle,
        app.results = results,
        app.own = own,
        "activities shown"
    );
    // #endregion
    Ok(answer)
}

/// `POST /api/activities`
///
/// # Errors
/// When the input is refused, the profiles service can't be asked, or the store can't be written.
pub async fn create(
    State(cruddur): State<Cruddur>,
    new: NewActivity,
) -> Result<Json<PostedActivity>, Error> {
    let posted = cruddur.create_activity(new).await?;
    let characters = posted.message.chars().count();
    // #region step 1
    // `%` writes a value as it is displayed. What the user wrote stays out of the log: its length is enough.
    tracing::info!(
        app.activity = %posted.uuid,
        app.user_handle = posted.handle,
        app.characters = characters,
        "crud posted"
    );
    // #endregion
    Ok(Json(posted))
}
