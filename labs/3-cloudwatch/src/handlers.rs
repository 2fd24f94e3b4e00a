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
    // TODO(step 1): the number belongs into a field, `app.results`, and the message is the same each time: `home feed shown`.
    tracing::info!("{results} activities in the home feed shown");
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
    // TODO(step 1): the fields `app.user_handle`, `app.results` and `app.own`, and the message `activities shown`.
    tracing::info!("{results} activities of @{handle} shown, own: {own}");
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
    // TODO(step 1): the fields `app.activity`, `app.user_handle` and `app.characters`, and the message `crud posted`.
    let (handle, uuid) = (&posted.handle, posted.uuid);
    tracing::info!("@{handle} posted {uuid}, {characters} characters");
    // #endregion
    Ok(Json(posted))
}
