//! A global subscriber that lets everything through, over the real client: neither sending nor a field that logs feeds the layer with itself.

#[allow(dead_code, reason = "its other tests are in tests/service")]
#[path = "../service/service.rs"]
mod service;

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use cloudwatch_layer::{CloudWatch, CloudWatchLayer, JsonLines, Report};
use tracing::info;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::service::{Service, client, ok};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs itself, for ever if it is let.
struct Talks;

impl fmt::Debug for Talks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!(again = ?Self, "inner");
        f.write_str("talks")
    }
}

#[test]
fn nothing_feeds_the_layer_with_itself() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let sink = CloudWatch::builder(client(listener.local_addr().unwrap()), "cruddur")
        .build()
        .unwrap();
    let (layer, handle) = CloudWatchLayer::builder(sink).with_notice(|_| {}).build();
    let written = Written::default();
    let subscriber = tracing_subscriber::registry()
        .with(JsonLines::new(written.clone()))
        .with(layer);
    tracing::subscriber::set_global_default(subscriber).unwrap();

    // Before the service begins: while any thread has a subscriber of its own, `tracing` shields all of them.
    info!(field = ?Talks, "outer");
    let service = Service::on(listener, |_, _, _| ok());
    for _ in 0..3 {
        info!("outer");
        handle.flush_blocking();
    }
    let report = handle.shutdown_blocking();
    assert_eq!(
        report,
        Report {
            sent: 4,
            // The inner event: of `JsonLines`' writing and of the layer's own.
            dropped: 2,
            ..Report::default()
        }
    );
    let sent = service.puts().concat();
    assert!(
        sent.iter()
            .all(|line| line.contains(r#""message":"outer""#))
    );

    // The client does log, as the other layer has it.
    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(
        written
            .lines()
            .any(|line| line.contains(r#""target":"hyper"#))
    );
    assert_eq!(written.matches(r#""message":"outer""#).count(), 4);
    assert_eq!(written.matches(r#""message":"inner""#).count(), 0);
}
