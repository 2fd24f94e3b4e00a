//! Where spans go and under what name: the resource, the pipeline, the propagator. The spans themselves are made elsewhere.

use export_watch::ExportWatch;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};

/// Who sends the spans: `service.name` and whatever else describes this process.
pub fn resource() -> Resource {
    // #region step 1
    // TODO(step 1): a resource whose service.name is OTEL_SERVICE_NAME, or `backend`.
    Resource::builder_empty().build()
    // #endregion
}

/// The pipeline: spans that end are queued, sent in batches over OTLP/HTTP, and watched on their way.
///
/// # Errors
///
/// When the exporter can't be built from the `OTEL_EXPORTER_OTLP_*` variables.
pub fn tracer_provider(watch: &ExportWatch) -> Result<SdkTracerProvider, ExporterBuildError> {
    // #region step 2
    // TODO(step 2): an OTLP/HTTP exporter, and a provider with the resource of step 1 that exports through `watch.batch`.
    let _ = watch;
    Ok(SdkTracerProvider::builder().build())
    // #endregion
}

/// Sends what is still queued, and then nothing more. The program calls it last, on every way out.
pub fn shutdown(provider: &SdkTracerProvider) {
    // #region step 2
    // TODO(step 2): send what is still queued, within `export_watch::EXIT_WITHIN`.
    let _ = provider;
    // #endregion
}

/// How a trace travels in HTTP headers, for the server layer (which reads) and the client (which writes).
pub fn install_propagator() {
    // #region step 5
    // TODO(step 5): install the W3C propagator as the global one.
    // #endregion
}
