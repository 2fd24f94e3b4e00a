//! A call as its handler gets it: the fields of its body, the region it was signed for, the store.

use axum::{
    Json,
    extract::{FromRequest, Request},
};
use serde_json::Value;

use super::{
    fields::Fields,
    kept::{Failure, Kept},
};
use crate::{
    server::AppState,
    xray::{error::XrayError, request::Input, signature::Region},
};

/// The region in ARNs when a call comes unsigned, through the daemon's port.
pub(crate) const UNSIGNED_REGION: &str = "us-east-1";

/// What a handler answers.
pub(crate) type Answer = Result<Json<Value>, XrayError>;

/// A call of the API.
pub(crate) struct Call {
    pub(crate) fields: Fields,
    /// The region that the call was signed for.
    pub(crate) region: String,
    /// When it came, in seconds since the Unix epoch.
    pub(crate) now: f64,
    pub(crate) state: AppState,
}

impl FromRequest<AppState> for Call {
    type Rejection = XrayError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, XrayError> {
        let region = request.extensions().get::<Region>();
        let region = region
            .map_or(UNSIGNED_REGION, |region| &region.0)
            .to_owned();
        let Input(body) = Input::<Value>::from_request(request, state).await?;
        Ok(Self {
            fields: Fields::of_body(body)?,
            region,
            now: state.xray.now(),
            state: state.clone(),
        })
    }
}

impl Call {
    /// Reads settings.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Kept<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, XrayError> {
        super::kept::read(&self.state.store, question).await
    }

    /// Changes settings, all of it or nothing; returns after the commit.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Kept<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, XrayError> {
        super::kept::change(&self.state.store, change).await
    }
}
