//! The sampler itself, as OpenTelemetry's SDK calls it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_sdk_xray::Client;
use opentelemetry::{
    Context, KeyValue,
    trace::{Link, SpanKind, TraceContextExt, TraceId},
};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use super::{
    builder::RemoteSamplerBuilder,
    clock::Clock,
    poll::{Asking, Poller},
    request::{Request, Service},
    rule::SamplingRule,
    rule_set::Target,
    service::SamplingError,
    state::State,
};

/// Samples by the rules that X-Ray keeps, and follows them as they change.
///
/// It decides for the first span of a trace, so wrap it in `Sampler::ParentBased`: the spans below follow their parent.
/// Until the rules have been read, and when they haven't been for an hour, it takes one request a second and 5 % of the rest,
/// as X-Ray's SDKs do.
///
/// Cheap to clone; every clone is the same sampler.
/// The thread that asks X-Ray ends when the last clone is dropped.
#[derive(Clone)]
pub struct RemoteSampler {
    pub(crate) shared: Arc<Shared>,
    pub(crate) _poller: Option<Arc<Poller>>,
}

/// What the clones and the thread share.
pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) state: Mutex<State>,
    pub(crate) asking: Option<Asking>,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RemoteSampler {
    /// A sampler that asks X-Ray with this client, at the API or through the daemon (an endpoint such as `http://127.0.0.1:2000`).
    ///
    /// Don't let two runtimes share one client's connections: give the sampler a client of its own.
    pub fn builder(client: Client) -> RemoteSamplerBuilder {
        RemoteSamplerBuilder::new(Some(client))
    }

    /// A sampler that follows these rules and asks nobody.
    ///
    /// Without [`RemoteSampler::apply`] no quota ever comes, so each rule with a reservoir borrows one request a second.
    pub fn with_rules(rules: impl IntoIterator<Item = SamplingRule>) -> RemoteSamplerBuilder {
        RemoteSamplerBuilder::new(None).with_rules(rules)
    }

    /// Asks X-Ray now: reads the rules, reports what they saw (due or not), and follows the targets that come back.
    ///
    /// For tests, and for programs that want the rules in force before their first request.
    /// X-Ray gives a target only for a rule that saw a request.
    pub async fn refresh(&self) -> Result<(), SamplingError> {
        let asking = self.shared.asking.as_ref().ok_or(SamplingError::NoClient)?;
        asking.read_rules(&self.shared).await?;
        asking.report(&self.shared, true).await
    }

    /// Follows a target as if X-Ray had given it.
    pub fn apply(&self, target: &Target) {
        let now = self.shared.clock.now();
        self.shared.state().rules.apply(target, now);
    }

    /// The rules in the order in which they are tried; none until they have been read.
    pub fn rules(&self) -> Vec<SamplingRule> {
        self.shared.state().rules.rules().cloned().collect()
    }

    /// The 24 hexadecimal digits by which X-Ray tells this sampler from others; nothing if it asks nobody.
    pub fn client_id(&self) -> Option<&str> {
        Some(&self.shared.asking.as_ref()?.client_id)
    }
}

impl ShouldSample for RemoteSampler {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        _trace_id: TraceId,
        _name: &str,
        _span_kind: &SpanKind,
        attributes: &[KeyValue],
        _links: &[Link],
    ) -> SamplingResult {
        let request = Request::new(&self.shared.service, attributes);
        let now = self.shared.clock.now();
        let decision = match self.shared.state().is_sampled(&request, now) {
            true => SamplingDecision::RecordAndSample,
            false => SamplingDecision::Drop,
        };
        SamplingResult {
            decision,
            attributes: Vec::new(),
            trace_state: parent_context
                .filter(|context| context.has_active_span())
                .map(|context| context.span().span_context().trace_state().clone())
                .unwrap_or_default(),
        }
    }
}

impl fmt::Debug for RemoteSampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSampler")
            .field("service", &self.shared.service)
            .field("client_id", &self.client_id())
            .field("rules", &self.rules())
            .finish_non_exhaustive()
    }
}
