//! The segments that the learner's exporter makes, taken before they leave the process; and in which order spans began and ended.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use opentelemetry::{
    Context, global,
    trace::{Event, SpanId, Status},
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SdkTracerProvider, Span, SpanData, SpanProcessor, TracerProviderBuilder},
};
use span_snapshot::{SpanTree, verdict};
use xray::telemetry;
use xray_exporter::{Delivery, Sending, Transport};

/// All that the process exports from now on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    documents: Arc<Mutex<Vec<String>>>,
    spans: Arc<Mutex<Vec<Begun>>>,
    /// What each span said of itself when it ended: an exporter takes more than one way of saying it.
    ended: Arc<Mutex<Vec<SpanData>>>,
    /// The first span that ended before something inside it, and what that was.
    early: Arc<Mutex<Option<(String, String)>>>,
}

/// A span that has begun.
#[derive(Clone, Debug)]
struct Begun {
    id: SpanId,
    parent: SpanId,
    name: String,
    ended: bool,
}

impl Segments {
    /// Makes the learner's pipeline the process's own, ending here instead of at the daemon.
    pub(crate) fn capture() -> Self {
        let segments = Self::default();
        global::set_tracer_provider(segments.provider(telemetry::builder()));
        segments
    }

    /// A provider whose spans end here.
    pub(crate) fn provider(&self, builder: TracerProviderBuilder) -> SdkTracerProvider {
        builder
            .with_span_processor(Order(self.clone()))
            .with_simple_exporter(telemetry::exporter(self.clone()))
            .build()
    }

    /// The documents so far.
    pub(crate) fn documents(&self) -> Vec<String> {
        lock(&self.documents).clone()
    }

    /// Other documents in their place.
    pub(crate) fn replace(&self, documents: Vec<String>) {
        *lock(&self.documents) = documents;
    }

    /// Forgets them.
    pub(crate) fn clear(&self) {
        lock(&self.documents).clear();
        lock(&self.spans).clear();
        lock(&self.ended).clear();
    }

    /// Their tree.
    pub(crate) fn tree(&self) -> SpanTree {
        SpanTree::from_segments(self.documents()).expect("documents that the exporter made")
    }

    /// Fails where a span says with an older name what its status was, or has an exception and no word of it in its status.
    ///
    /// X-Ray's exporter makes the same segment of both; whoever else gets the span does not.
    pub(crate) fn check_failures(&self) {
        for span in lock(&self.ended).iter() {
            let has = |key: &str| span.attributes.iter().any(|kv| kv.key.as_str() == key);
            if has("http.status_code") {
                verdict(
                    "misnamed-attribute",
                    "`http.status_code` on the call's span should be named `http.response.status_code`",
                    "`http.status_code` is its name in older semantic conventions. X-Ray's exporter still knows it, and others don't: use `HTTP_RESPONSE_STATUS_CODE`",
                );
            }
            let is_exception = |event: &&Event| event.name == "exception";
            let Some(exception) = span.events.iter().find(is_exception) else {
                continue;
            };
            let message = (exception.attributes.iter())
                .find(|kv| kv.key.as_str() == "exception.message")
                .map(|kv| kv.value.as_str().into_owned())
                .unwrap_or_default();
            if span.status != Status::error(message.clone()) {
                let said = match &span.status {
                    Status::Unset => "unset".to_owned(),
                    Status::Ok => "OK".to_owned(),
                    Status::Error { description } => format!("ERROR {description:?}"),
                };
                verdict(
                    "wrong-status",
                    &format!(
                        "the request's span has the exception {message:?}, and its status is {said}"
                    ),
                    "the event tells the cause, the status that it is a failure: `span.set_status(Status::error(failure.message()))` as well",
                );
            }
        }
    }

    /// Fails if a span never ended, or before what is inside it.
    pub(crate) fn check_order(&self) {
        let spans = lock(&self.spans);
        if let Some(open) = spans.iter().find(|span| !span.ended) {
            verdict(
                "left-open",
                &format!("`{}` was begun and never ended", open.name),
                "a span ends when it is dropped, or by `end()`; `in_span` ends it for you, also on an early return",
            );
        }
        drop(spans);
        if let Some((name, inside)) = lock(&self.early).take() {
            verdict(
                "ended-too-early",
                &format!("`{name}` ended before `{inside}`, which is inside it"),
                "the inner subsegment belongs into the closure of the outer one",
            );
        }
    }
}

impl Transport for Segments {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        let accepted = documents.len();
        lock(&self.documents).extend(documents);
        Box::pin(std::future::ready(Delivery {
            accepted,
            given_up: Vec::new(),
        }))
    }
}

/// Watches spans begin and end.
#[derive(Debug)]
struct Order(Segments);

impl SpanProcessor for Order {
    fn on_start(&self, span: &mut Span, _: &Context) {
        let Some(data) = span.exported_data() else {
            return;
        };
        let (name, parent) = (data.name.into_owned(), data.parent_span_id);
        let mut spans = lock(&self.0.spans);
        if let Some(outer) = spans.iter().find(|span| span.id == parent && span.ended) {
            let early = (outer.name.clone(), name.clone());
            lock(&self.0.early).get_or_insert(early);
        }
        spans.push(Begun {
            id: data.span_context.span_id(),
            parent,
            name,
            ended: false,
        });
    }

    fn on_end(&self, span: SpanData) {
        lock(&self.0.ended).push(span.clone());
        let id = span.span_context.span_id();
        let mut spans = lock(&self.0.spans);
        if let Some(inside) = spans.iter().find(|span| span.parent == id && !span.ended) {
            let inside = inside.name.clone();
            lock(&self.0.early).get_or_insert((span.name.into_owned(), inside));
        }
        if let Some(begun) = spans.iter_mut().find(|span| span.id == id) {
            begun.ended = true;
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn set_resource(&mut self, _: &Resource) {}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
