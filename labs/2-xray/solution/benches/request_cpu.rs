//! CPU time that lab 2's instrumentation adds to a request: `cargo bench --package xray-solution`.
//!
//! It makes a segment and two subsegments a request and sends each by UDP; a rule of X-Ray's that takes every request decides on them.
//! How it is measured is in the module.

#[path = "../../../request_cpu.rs"]
mod request_cpu;

use std::net::UdpSocket;

use export_watch::ExportWatch;
use xray::{sampling, telemetry};
use xray_exporter::sampling::{RemoteSampler, SamplingRule};

fn main() {
    request_cpu::run("AWS_XRAY_DAEMON_ADDRESS", sink, requests);
}

/// Reads whatever is sent.
fn sink() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    println!("{}", socket.local_addr().expect("an address"));
    let mut datagram = vec![0; 1 << 16];
    loop {
        socket.recv(&mut datagram).expect("a datagram");
    }
}

fn requests() {
    let watch = ExportWatch::new("the sink");
    let every = SamplingRule {
        fixed_rate: 1.0,
        ..SamplingRule::new("every request")
    };
    let rules = sampling::rules(RemoteSampler::with_rules([every]));
    let builder = telemetry::builder().with_sampler(sampling::sampler(rules));
    let provider = telemetry::to_daemon(builder, &watch).expect("a pipeline");
    opentelemetry::global::set_tracer_provider(provider.clone());
    telemetry::install_propagator();
    request_cpu::measure(
        xray::app,
        &watch,
        || provider.force_flush().expect("a flush"),
        || telemetry::shutdown(&provider),
    );
}
