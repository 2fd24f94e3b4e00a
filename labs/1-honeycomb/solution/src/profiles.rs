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
            trace::{FutureExt, SpanKind, TraceContextExt, Tracer},
        };
        use opentelemetry_http::HeaderInjector;
        use opentelemetry_semantic_conventions::attribute::{
            HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, SERVER_ADDRESS, SERVER_PORT, URL_FULL,
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
        if let Ok(response) = &sent {
            let status = i64::from(response.status().as_u16());
            context
                .span()
                .set_attribute(KeyValue::new(HTTP_RESPONSE_STATUS_CODE, status));
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
