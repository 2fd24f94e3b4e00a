//! Where log events go between the place that logs them and the sink: the layer, its queue, and the end.

use cloudwatch_layer::{CloudWatchLayer, Handle, Json, JsonLines, LayerBuilder, Report, Sink};
use tracing::{Level, Subscriber};
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, registry};

use crate::correlation::correlate;

/// How many events may wait, or be under way, at any time.
pub const QUEUE: usize = 10_000;

/// How an event becomes a line of JSON. The layer would add IDs of its own accord; here they are [`correlate`]'s.
pub fn json() -> Json {
    Json::new().without_ids().with_fields(correlate)
}

/// The layer that hands events to `sink`, by a queue and a thread in the background.
/// Trouble, and at the end what was delivered and lost, is given to `tell`, a line at a time.
pub fn layer(
    sink: impl Sink,
    tell: impl Fn(&str) + Send + Sync + 'static,
) -> (CloudWatchLayer, Handle) {
    let builder = CloudWatchLayer::builder(sink).with_json(json());
    under_pressure(builder, tell).build()
}

/// What happens when more is logged than can be sent.
fn under_pressure(
    builder: LayerBuilder,
    tell: impl Fn(&str) + Send + Sync + 'static,
) -> LayerBuilder {
    // #region step 6
    // TODO(step 6): a queue of `QUEUE` events (both lines below go), no waiting when it is full, and `tell` for what is lost.
    drop(tell);
    builder
        .with_queue_events(usize::MAX)
        .with_queue_bytes(usize::MAX)
    // #endregion
}

/// What the process logs from now on goes to `layer`: the events of this lab, and not those of each library below it.
/// With `lines` they are also written to standard error, for somebody who looks on.
pub fn subscriber(layer: CloudWatchLayer, lines: bool) -> impl Subscriber + Send + Sync {
    let ours = Targets::new().with_target("cloudwatch", Level::INFO);
    let lines = lines.then(|| {
        JsonLines::stderr()
            .with_json(json())
            .with_filter(ours.clone())
    });
    registry().with(layer.with_filter(ours)).with(lines)
}

/// Ends the logging: sends what is left, and says what became of all events. The program calls it last, on every way out.
pub async fn shutdown(handle: &Handle) -> Report {
    // #region step 6
    // TODO(step 6): send what is left, and end it.
    handle.counts()
    // #endregion
}
