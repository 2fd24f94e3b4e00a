//! CPU time that the instrumentation of labs 2 and 3 adds to a request: `cargo bench --package cloudwatch-solution`.
//!
//! It makes a segment and two subsegments a request, sent by UDP, and two log events, sent by HTTP; lab 2's bench has the spans alone.
//! How it is measured is in the module.

#[path = "../../../request_cpu.rs"]
mod request_cpu;

use std::net::{SocketAddr, UdpSocket};

use aws_settings::{AwsSettings, Service};
use axum::{
    Router, body::Bytes, extract::DefaultBodyLimit, http::header::CONTENT_TYPE, routing::any,
};
use cloudwatch::{group, logging, sink::CloudWatchSink, waiting::RealTime};
use cloudwatch_layer::CloudWatchLayer;
use export_watch::ExportWatch;
use opentelemetry_sdk::trace::Sampler;
use xray::telemetry;

const ADDRESS: &str = "AWS_XRAY_DAEMON_ADDRESS";

fn main() {
    request_cpu::run(ADDRESS, sink, requests);
}

/// Takes whatever is sent: segments by UDP, and log events by TCP on the same port.
fn sink() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (udp, tcp) = same_port().await;
        println!("{}", udp.local_addr().expect("an address"));
        std::thread::spawn(move || {
            let mut datagram = vec![0; 1 << 16];
            loop {
                udp.recv(&mut datagram).expect("a datagram");
            }
        });
        // The whole body, or the connection would be broken off with the answer.
        let take = |_: Bytes| async { ([(CONTENT_TYPE, "application/x-amz-json-1.1")], "{}") };
        let app = Router::new()
            .fallback(any(take))
            .layer(DefaultBodyLimit::disable());
        axum::serve(tcp, app).await.expect("a server");
    });
}

async fn same_port() -> (UdpSocket, tokio::net::TcpListener) {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let address: SocketAddr = udp.local_addr().expect("an address");
        if let Ok(tcp) = tokio::net::TcpListener::bind(address).await {
            return (udp, tcp);
        }
    }
}

fn requests() {
    let watch = ExportWatch::new("the sink");
    let builder = telemetry::builder().with_sampler(Sampler::AlwaysOn);
    let provider = telemetry::to_daemon(builder, &watch).expect("a pipeline");
    opentelemetry::global::set_tracer_provider(provider.clone());
    telemetry::install_propagator();

    let endpoint = std::env::var(ADDRESS).expect("the sink's address");
    let lookup = |name: &str| (name == "AWS_ENDPOINT_URL").then(|| format!("http://{endpoint}"));
    let aws = AwsSettings::from_lookup(Service::CloudWatchLogs, lookup, false).expect("settings");
    let sink = CloudWatchSink::new(&group::client(&aws), "backend", RealTime);
    // The program's layer, but for its queue: at full speed that would overflow, and lost events would be cheap ones.
    let (layer, logs) = CloudWatchLayer::builder(sink)
        .with_json(logging::json())
        .with_queue_events(usize::MAX)
        .with_queue_bytes(usize::MAX)
        .build();
    tracing::subscriber::set_global_default(logging::subscriber(layer, false)).expect("the first");

    request_cpu::measure(
        cloudwatch::app,
        &watch,
        || {
            provider.force_flush().expect("a flush");
            logs.flush_blocking();
        },
        || telemetry::shutdown(&provider),
    );
    let report = logs.shutdown_blocking();
    assert_eq!(
        report.lost(),
        0,
        "lost events would make the figure too good"
    );
}
