//! The call to the profiles service, with a CLIENT span that the other side continues.

use cruddur::{
    Profile, Profiles, ProfilesError,
    profiles::{self, ProfileFuture},
};

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
        let request = profiles::request(&self.base_url, handle)?;
        // #region step 5
        use opentelemetry::{
            Context, KeyValue, global,
            trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer},
        };
        use opentelemetry_http::HeaderInjector;
        use opentelemetry_semantic_conventions::attribute::{
            ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, SERVER_ADDRESS,
            SERVER_PORT, URL_FULL,
        };

        let mut request = request;
        let url = request.url();
        let tracer = global::tracer("honeycomb");
        let span = tracer
            // The method alone: the path has a handle in it, and a name must have low cardinality.
            .span_builder(request.method().to_string())
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new(HTTP_REQUEST_METHOD, request.method().to_string()),
                KeyValue::new(URL_FULL, url.to_string()),
                KeyValue::new(
                    SERVER_ADDRESS,
                    url.host_str().unwrap_or_default().to_owned(),
                ),
                KeyValue::new(
                    SERVER_PORT,
                    i64::from(url.port_or_known_default().unwrap_or_default()),
                ),
            ])
            .start(&tracer);
        let context = Context::current_with_span(span);
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
        });
        // A future is polled on whichever thread is free: `with_context` makes the span current each time.
        let sent = self
            .client
            .execute(request)
            .with_context(context.clone())
            .await;
        // The caller sees more failures than the called: a CLIENT span is in error also when nobody answered, and for a 4xx.
        let span = context.span();
        match &sent {
            Ok(response) => {
                let status = response.status();
                let code = i64::from(status.as_u16());
                span.set_attribute(KeyValue::new(HTTP_RESPONSE_STATUS_CODE, code));
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
        // The span ends with its context, at the end of this function.
        let response = sent.map_err(ProfilesError::Unreachable)?;
        // #endregion
        profiles::read(handle, response).await
    }
}

impl Profiles for TracedProfiles {
    fn display_name<'a>(&'a self, handle: &'a str) -> ProfileFuture<'a> {
        Box::pin(self.ask(handle))
    }
}
