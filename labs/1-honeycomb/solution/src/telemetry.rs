//! Where spans go and under what name: the resource, the pipeline, the propagator. The spans themselves are made elsewhere.

use export_watch::ExportWatch;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};

/// Who sends the spans: `service.name` and whatever else describes this process.
pub fn resource() -> Resource {
    // #region step 1
    // `Resource::builder()` asks the SDK's detectors, so OTEL_RESOURCE_ATTRIBUTES keeps working.
    let service_name = std::env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "backend".to_owned());
    Resource::builder().with_service_name(service_name).build()
    // #endregion
}

/// The pipeline: spans that end are queued, sent in batches over OTLP/HTTP, and watched on their way.
///
/// # Errors
///
/// When the exporter can't be built from the `OTEL_EXPORTER_OTLP_*` variables.
pub fn tracer_provider(watch: &ExportWatch) -> Result<SdkTracerProvider, ExporterBuildError> {
    // #region step 2
    // The exporter reads OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS itself:
    // the same build sends to the observatory and to Honeycomb.
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .build()?;
    Ok(SdkTracerProvider::builder()
        .with_resource(resource())
        .with_span_processor(watch.batch(exporter))
        .build())
    // #endregion
}

/// Sends what is still queued, and then nothing more. The program calls it last, on every way out.
pub fn shutdown(provider: &SdkTracerProvider) {
    // #region step 2
    // The batch processor holds the last spans; a program that just ends takes them with it.
    // An error needs no words here: the watch counts what was not delivered and says why.
    let _ = provider.shutdown_with_timeout(export_watch::EXIT_WITHIN);
    // #endregion
}

/// How a trace travels in HTTP headers, for the server layer (which reads) and the client (which writes).
pub fn install_propagator() {
    // #region step 5
    // W3C Trace Context: the headers `traceparent` and `tracestate`.
    // Until one is installed, OpenTelemetry's global propagator does nothing, silently.
    opentelemetry::global::set_text_map_propagator(
        opentelemetry_sdk::propagation::TraceContextPropagator::new(),
    );
    // #endregion
}
