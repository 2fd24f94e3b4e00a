//! Where segments go and under what name: IDs, propagator, exporter, pipeline. The spans themselves are made elsewhere.

use std::env;

use aws_sdk_xray::Client;
use export_watch::ExportWatch;
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, TracerProviderBuilder},
};
use xray_exporter::{DaemonError, Transport, XrayExporter};

use crate::direct::Direct;

/// Who sends the spans: X-Ray names a segment after `service.name`.
pub fn resource() -> Resource {
    let service_name = env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "backend".to_owned());
    Resource::builder().with_service_name(service_name).build()
}

/// A provider under construction, whose trace IDs X-Ray can read.
pub fn builder() -> TracerProviderBuilder {
    let builder = SdkTracerProvider::builder().with_resource(resource());
    // #region step 1
    // The first 32 bits of its trace IDs are the time in seconds: `1-{time}-{96 random bits}` in X-Ray's writing.
    let builder = builder.with_id_generator(opentelemetry_aws::trace::XrayIdGenerator::default());
    // #endregion
    builder
}

/// How a trace travels in HTTP headers, for the server layer (which reads) and the client (which writes).
pub fn install_propagator() {
    // #region step 1
    // The header `X-Amzn-Trace-Id`, which AWS's load balancers and gateways write too.
    opentelemetry::global::set_text_map_propagator(opentelemetry_aws::trace::XrayPropagator::new());
    // #endregion
}

/// Turns spans into segment documents, as the OpenTelemetry Collector's `awsxray` exporter does, and hands them to `transport`.
pub fn exporter(transport: impl Transport + 'static) -> XrayExporter {
    let exporter = XrayExporter::new(transport);
    // #region step 4
    // What is named here becomes an annotation, which is indexed; all else is metadata, which is only kept.
    let exporter = exporter.with_indexed_attributes(["app.user_handle"]);
    // #endregion
    exporter
}

/// The pipeline to the daemon at `AWS_XRAY_DAEMON_ADDRESS`, by UDP.
///
/// # Errors
/// When the variable is no address.
pub fn to_daemon(
    builder: TracerProviderBuilder,
    watch: &ExportWatch,
) -> Result<SdkTracerProvider, DaemonError> {
    // #region step 2
    // The variable has two spellings, `HOST:PORT` and `tcp:HOST:PORT udp:HOST:PORT`; segments go to the UDP one.
    let daemon = xray_exporter::Daemon::from_lookup(|name| env::var(name).ok())?;
    Ok(builder
        .with_span_processor(watch.batch(exporter(daemon)))
        .build())
    // #endregion
}

/// The pipeline without a daemon: the transport of step 8.
pub fn to_api(
    builder: TracerProviderBuilder,
    watch: &ExportWatch,
    client: Client,
) -> SdkTracerProvider {
    builder
        .with_span_processor(watch.batch(exporter(Direct::new(client))))
        .build()
}

/// Sends what is still queued, and then nothing more. The program calls it last, on every way out.
pub fn shutdown(provider: &SdkTracerProvider) {
    // An error needs no words here: the watch counts what was not delivered and says why.
    let _ = provider.shutdown_with_timeout(export_watch::EXIT_WITHIN);
}
