//! The fake exporter inside the process: a span processor that remembers every span, also unfinished ones, also after shutdown.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor};

use crate::record::Record;
use crate::span::Finish;
use crate::tree::SpanTree;
use crate::value::{Attributes, attributes_of};

/// A handle on captured spans; clones share one capture.
///
/// Give a clone to a provider's builder with `with_span_processor`, or take a whole provider with [`InProcess::provider`].
/// What was captured stays after shutdown, unlike with the SDK's own in-memory exporter.
#[derive(Clone, Default)]
pub struct InProcess {
    captured: Arc<Mutex<Captured>>,
    /// Of the provider that this clone serves; the SDK tells it.
    resource: Arc<Attributes>,
    /// Tells the providers' clones apart, so that shutting one down leaves the others' spans open.
    provider: Arc<()>,
}

#[derive(Default)]
struct Captured {
    ended: Vec<(SpanData, Arc<Attributes>)>,
    /// Spans that were started and not ended, as they were at their start.
    open: HashMap<(TraceId, SpanId), Open>,
}

struct Open {
    span: SpanData,
    resource: Arc<Attributes>,
    provider: Arc<()>,
    finish: Finish,
}

impl InProcess {
    /// An empty capture.
    pub fn new() -> Self {
        Self::default()
    }

    /// A provider that captures each span as it ends, samples all of them, and looks at no environment variable.
    ///
    /// Several providers, each with its own resource, may share one handle: that is how one tree comes to span two services.
    pub fn provider(&self, resource: Resource) -> SdkTracerProvider {
        SdkTracerProvider::builder()
            .with_resource(resource)
            .with_sampler(Sampler::AlwaysOn)
            .with_span_processor(self.clone())
            .build()
    }

    /// A [provider](Self::provider) whose resource says `service.name` and nothing else.
    pub fn provider_for(&self, service_name: &str) -> SdkTracerProvider {
        self.provider(
            Resource::builder_empty()
                .with_service_name(service_name.to_owned())
                .build(),
        )
    }

    /// The spans that ended in time, in order of their ends, as the SDK exported them.
    pub fn spans(&self) -> Vec<SpanData> {
        self.lock()
            .ended
            .iter()
            .map(|(span, _)| span.clone())
            .collect()
    }

    /// The tree of all spans so far. Those not ended are in it, marked, with what was known at their start.
    pub fn tree(&self) -> SpanTree {
        let captured = self.lock();
        let ended = captured
            .ended
            .iter()
            .map(|(span, resource)| (span, resource, Finish::Ended));
        let open = captured
            .open
            .values()
            .map(|open| (&open.span, &open.resource, open.finish));
        SpanTree::build(
            ended
                .chain(open)
                .map(|(span, resource, finish)| {
                    Record::from_sdk(span, (**resource).clone(), finish)
                })
                .collect(),
        )
    }

    /// Forgets all spans, so that what follows is looked at alone.
    pub fn clear(&self) {
        *self.lock() = Captured::default();
    }

    fn lock(&self) -> MutexGuard<'_, Captured> {
        // A panic elsewhere in a test must not hide what was captured.
        self.captured.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpanProcessor for InProcess {
    fn on_start(&self, span: &mut Span, _: &Context) {
        if let Some(span) = span.exported_data() {
            let id = (span.span_context.trace_id(), span.span_context.span_id());
            let open = Open {
                span,
                resource: self.resource.clone(),
                provider: self.provider.clone(),
                finish: Finish::NotEnded,
            };
            self.lock().open.insert(id, open);
        }
    }

    fn on_end(&self, span: SpanData) {
        let mut captured = self.lock();
        captured
            .open
            .remove(&(span.span_context.trace_id(), span.span_context.span_id()));
        captured.ended.push((span, self.resource.clone()));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    /// The SDK drops spans that end after this in silence, so those still open are marked now.
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        for open in self.lock().open.values_mut() {
            if Arc::ptr_eq(&open.provider, &self.provider) {
                open.finish = Finish::OpenAtShutdown;
            }
        }
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = Arc::new(attributes_of(resource));
        self.provider = Arc::new(());
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let captured = self.lock();
        write!(
            f,
            "InProcess({} ended, {} open)",
            captured.ended.len(),
            captured.open.len()
        )
    }
}
