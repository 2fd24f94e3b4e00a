//! The segments that the learner's exporter makes, taken before they leave the process; and in which order spans began and ended.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use opentelemetry::{Context, global, trace::SpanId};
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
    }

    /// Their tree.
    pub(crate) fn tree(&self) -> SpanTree {
        SpanTree::from_segments(self.documents()).expect("documents that the exporter made")
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
