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
    // `in_span` makes the span current and ends it, also on the early return that `?` is inside: nothing is left open.
    subsegment("activities_home", || {
        subsegment("mock-data", || {
            let activities = cruddur.home_activities()?;
            record::results("activities_home", &cruddur.now_rfc3339(), activities.len());
            Ok(Json(activities))
        })
    })
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
    subsegment("activities_users", || {
        record::user(&handle);
        subsegment("mock-data", || {
            let activities = cruddur.user_activities(&handle)?;
            record::results("activities_users", &cruddur.now_rfc3339(), activities.len());
            Ok(Json(activities))
        })
    })
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
    subsegment("activities_show", || {
        subsegment("mock-data", || {
            let activity = cruddur.activity(uuid)?;
            record::results("activities_show", &cruddur.now_rfc3339(), 1);
            Ok(Json(activity))
        })
    })
    // #endregion
}

// #region step 3
/// Runs `work` inside a span that X-Ray shows as a subsegment: it has a parent, and its kind is not SERVER.
fn subsegment<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    use opentelemetry::{global, trace::Tracer};

    global::tracer("xray").in_span(name, |_| work())
}
// #endregion
