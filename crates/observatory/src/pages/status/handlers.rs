//! From a request to the status page.

use axum::{extract::State, response::Html};

use super::page::{self, Status};
use crate::{
    pages::handlers::{Failed, Pairs, frame, shown},
    server::AppState,
};

/// `GET /status`.
pub(crate) async fn status(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?.with_parameters(&pairs, &[]);
    Ok(shown(page::page(&gather(&state).await?, &frame)))
}

/// `GET /parts/status`.
pub(crate) async fn part(State(state): State<AppState>) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    Ok(shown(page::fragment(&gather(&state).await?, &frame)))
}

async fn gather(state: &AppState) -> Result<Status, Failed> {
    Ok(Status {
        refused: state.refusals.told(),
        arrived: state.arrivals.told(),
        about: state.about.as_ref().clone(),
        extent: state.store.extent().await?,
        key_is_required: state.keys.are_required(),
    })
}
