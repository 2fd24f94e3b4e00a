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
    use opentelemetry::{
        KeyValue, global,
        trace::{TraceContextExt, Tracer},
    };

    // `in_span` starts the span, makes it current, and ends it, also on the early return that `?` is inside.
    global::tracer("honeycomb").in_span("home-activities-mock-data", |context| {
        let span = context.span();
        span.set_attribute(KeyValue::new("app.now", cruddur.now_rfc3339()));
        let activities = cruddur.home_activities()?;
        span.set_attribute(KeyValue::new("app.result_length", activities.len() as i64));
        Ok(Json(activities))
    })
    // #endregion
}
