//! When events are sent, what the queue takes, and what is counted.

use cloudwatch_layer::{CloudWatchLayer, Report};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::keep::Keep;

#[test]
fn events_arrive_at_shutdown() {
    let keep = Keep::accepting();
    let (layer, handle) = CloudWatchLayer::builder(keep.clone())
        .with_notice(|_| {})
        .build();
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        for number in 0..3 {
            tracing::info!(number, "hello");
        }
    });
    let report = handle.shutdown_blocking();
    assert_eq!(
        report,
        Report {
            sent: 3,
            ..Report::default()
        }
    );
    assert_eq!(keep.sizes(), [3]);
}
