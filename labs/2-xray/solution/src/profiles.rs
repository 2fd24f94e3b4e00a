//! The call to the profiles service: a CLIENT span, which X-Ray shows as a subsegment of the namespace `remote`.

use cruddur::{
    Profile, Profiles, ProfilesError,
    profiles::{self, ProfileFuture},
};
use opentelemetry::{
    Context, KeyValue, global,
    trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer},
};
use opentelemetry_http::HeaderInjector;
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, HTTP_REQUEST_METHOD, URL_FULL};

/// Asks the profiles service for display names, within the trace of the request that needs them.
pub struct TracedProfiles {
    base_url: String,
    client: reqwest::Client,
}

impl TracedProfiles {
    /// The service at `base_url`, such as `http://localhost:4568`.
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            client: profiles::client(),
        }
    }

    async fn ask(&self, handle: &str) -> Result<Profile, ProfilesError> {
        let mut request = profiles::request(&self.base_url, handle)?;
        let tracer = global::tracer("xray");
        let span = tracer
            .span_builder("GET")
            .with_kind(SpanKind::Client)
            .with_attributes([
                // The subsegment's name: the service that is called.
                KeyValue::new("peer.service", "profiles"),
                KeyValue::new(HTTP_REQUEST_METHOD, request.method().to_string()),
                KeyValue::new(URL_FULL, request.url().to_string()),
            ])
            .start(&tracer);
        let context = Context::current_with_span(span);
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
        });
        let sent = self
            .client
            .execute(request)
            .with_context(context.clone())
            .await;
        let span = context.span();
        match &sent {
            Ok(response) => {
                let status = response.status();
                // #region step 5
                use opentelemetry_semantic_conventions::attribute::HTTP_RESPONSE_STATUS_CODE;

                // From the status X-Ray tells error, throttle and fault apart.
                span.set_attribute(KeyValue::new(
                    HTTP_RESPONSE_STATUS_CODE,
                    i64::from(status.as_u16()),
                ));
                // #endregion
                if status.is_client_error() || status.is_server_error() {
                    span.set_attribute(KeyValue::new(ERROR_TYPE, status.as_str().to_owned()));
                    span.set_status(Status::error(""));
                }
            }
            Err(error) => {
                span.set_attribute(KeyValue::new(ERROR_TYPE, "connection"));
                span.set_status(Status::error(error.to_string()));
            }
        }
        let response = sent.map_err(ProfilesError::Unreachable)?;
        profiles::read(handle, response).await
    }
}

impl Profiles for TracedProfiles {
    fn display_name<'a>(&'a self, handle: &'a str) -> ProfileFuture<'a> {
        Box::pin(self.ask(handle))
    }
}
