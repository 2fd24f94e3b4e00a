//! CPU time that lab 1's instrumentation adds to a request: `cargo bench --package honeycomb-solution`.
//!
//! It makes three spans a request and exports them over OTLP/HTTP. How it is measured is in the module.

#[path = "../../../request_cpu.rs"]
mod request_cpu;

use axum::{Router, body::Bytes, http::StatusCode, routing::post};
use export_watch::ExportWatch;
use honeycomb::telemetry;

fn main() {
    request_cpu::run("OTEL_EXPORTER_OTLP_ENDPOINT", sink, requests);
}

/// Takes whatever is exported.
#[tokio::main(flavor = "current_thread")]
async fn sink() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    println!("http://{}", listener.local_addr().expect("an address"));
    let taken = |_: Bytes| async { StatusCode::OK };
    axum::serve(listener, Router::new().route("/v1/traces", post(taken)))
        .await
        .expect("a sink");
}

fn requests() {
    let watch = ExportWatch::new("the sink");
    let provider = telemetry::tracer_provider(&watch).expect("a pipeline");
    opentelemetry::global::set_tracer_provider(provider.clone());
    telemetry::install_propagator();
    request_cpu::measure(
        honeycomb::app,
        &watch,
        || provider.force_flush().expect("a flush"),
        || telemetry::shutdown(&provider),
    );
}
