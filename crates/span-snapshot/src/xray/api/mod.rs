//! A fake of X-Ray's API on a free port of the loopback, for the AWS SDKs: it records what it is asked and answers as the service would, or as it is told.

mod answer;
mod form;
mod groups;
mod sampling;
mod segments;
mod traces;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use serde_json::Value as Json;
use xray_segment::Segment;

pub use self::answer::{Quota, XrayAnswer};
use super::daemon::{complete, tree};
use crate::aws::{Api, Call, Refusal, Service, Told};
use crate::server::{NotArrived, RawRequest, Reply};
use crate::tree::SpanTree;

/// Results on a page, unless told otherwise: one more than `BatchGetTraces` takes IDs, so that a whole page cannot be asked for at once.
const PAGE_SIZE: usize = 6;

/// A running fake of X-Ray's API. Dropping it closes its connections.
pub struct XrayApi(Api<State>);

/// What the account has, and what the fake was told of it.
struct State {
    refused: Vec<Refused>,
    documents: Vec<String>,
    rules: Vec<Json>,
    quotas: HashMap<String, Quota>,
    groups: Vec<Json>,
    page_size: usize,
}

/// Documents that never are taken.
struct Refused {
    code: String,
    which: Box<dyn Fn(&Segment) -> bool + Send>,
}

impl XrayApi {
    /// An API of an account in which there is nothing yet but the rule `Default`.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn start() -> Self {
        Self::with_documents::<String>([])
    }

    /// An API whose traces are those of these segment documents already.
    ///
    /// # Panics
    /// If a text is no segment document, or no port of the loopback can be had.
    pub fn with_documents<D: Into<String>>(documents: impl IntoIterator<Item = D>) -> Self {
        let documents: Vec<String> = documents.into_iter().map(Into::into).collect();
        if let Err(error) = SpanTree::from_segments(&documents) {
            panic!("the fake X-Ray API cannot start with these documents: {error}");
        }
        Self(Api::start(State {
            refused: Vec::new(),
            documents,
            rules: vec![sampling::default_rule()],
            quotas: HashMap::new(),
            groups: Vec::new(),
            page_size: PAGE_SIZE,
        }))
    }

    /// Answers the first call of an operation with the first answer, and so on; the last one serves all that follow.
    #[must_use]
    pub fn answering(self, operation: &str, answers: impl IntoIterator<Item = XrayAnswer>) -> Self {
        self.0.answer(operation, answers);
        self
    }

    /// Gives documents back unprocessed with this code, each time that they are put.
    #[must_use]
    pub fn refusing(self, code: &str, which: impl Fn(&Segment) -> bool + Send + 'static) -> Self {
        let code = code.to_owned();
        let which = Box::new(which);
        self.0
            .with(|state| state.refused.push(Refused { code, which }));
        self
    }

    /// What `GetSamplingTargets` answers for a rule.
    /// Without it that is the rule's own rate, its whole reservoir until 10 s after the client's `Timestamp`, and an interval of 10 s.
    #[must_use]
    pub fn with_quota(self, rule: &str, quota: Quota) -> Self {
        self.0
            .with(|state| state.quotas.insert(rule.to_owned(), quota));
        self
    }

    /// How many results are on a page; 6 if not told.
    #[must_use]
    pub fn with_page_size(self, results: usize) -> Self {
        self.0.with(|state| state.page_size = results.max(1));
        self
    }

    /// The base address, as `AWS_ENDPOINT_URL_XRAY` wants it: `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.0.address())
    }

    /// All calls so far, in order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.0.calls()
    }

    /// The calls of one operation, such as `CreateGroup`.
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        self.0.calls_of(operation)
    }

    /// The documents that there are: those given at the start, then those taken, in order. What came back unprocessed is not among them.
    pub fn documents(&self) -> Vec<String> {
        self.0.with(|state| state.documents.clone())
    }

    /// The tree of [`XrayApi::documents`].
    pub fn tree(&self) -> SpanTree {
        self.0.with(|state| tree(&state.documents))
    }

    /// The sampling rules, `Default` first, in the service's form.
    pub fn rules(&self) -> Vec<Json> {
        self.0.with(|state| state.rules.clone())
    }

    /// The groups that were created, in the service's form.
    pub fn groups(&self) -> Vec<Json> {
        self.0.with(|state| state.groups.clone())
    }

    /// Waits until so many segments and subsegments are there and complete; gives their tree.
    ///
    /// # Errors
    /// If they are not there in time; [`XrayApi::tree`] has what is.
    pub fn wait_for_segments(
        &self,
        count: usize,
        deadline: Duration,
    ) -> Result<SpanTree, NotArrived> {
        self.0.wait("segments", count, deadline, |state| {
            complete(&tree(&state.service.documents))
        })?;
        Ok(self.tree())
    }

    /// Waits until an operation was called so often, however it is answered; gives those calls.
    ///
    /// # Errors
    /// If they are not there in time.
    pub fn wait_for_calls(
        &self,
        operation: &str,
        count: usize,
        deadline: Duration,
    ) -> Result<Vec<Call>, NotArrived> {
        self.0.wait_for_calls(operation, count, deadline)
    }
}

impl Service for State {
    type Answer = XrayAnswer;

    fn operation(request: &RawRequest) -> String {
        let path = request.path.split('?').next().unwrap_or_default();
        form::operation(path).to_owned()
    }

    fn check(request: &RawRequest, call: &Call) -> Result<(), Refusal> {
        form::check(request, call)
    }

    fn told(answer: Option<XrayAnswer>) -> Told<XrayAnswer> {
        match answer {
            None | Some(XrayAnswer::Serve) => Told::Serve(None),
            Some(XrayAnswer::Unprocessed { .. }) => Told::Serve(answer),
            Some(XrayAnswer::Gated(gate)) => Told::Gated(gate),
            Some(XrayAnswer::Hang) => Told::Hang,
            Some(XrayAnswer::RefuseKeys) => Told::Refuse(Refusal::unknown_keys(403)),
            Some(XrayAnswer::Throttle) => {
                Told::Refuse(Refusal::new(429, "ThrottledException", "Rate exceeded"))
            }
            Some(XrayAnswer::Fail) => Told::Refuse(Refusal::failure("X-Ray")),
        }
    }

    fn reply(answer: &Result<Json, Refusal>) -> Reply {
        answer::reply(answer)
    }

    fn serve(&mut self, call: &Call, answer: Option<&XrayAnswer>) -> Result<Json, Refusal> {
        let body = &call.body;
        let unprocessed = match answer {
            Some(XrayAnswer::Unprocessed { first, code }) => Some((*first, code.as_str())),
            _ => None,
        };
        match call.operation.as_str() {
            "PutTraceSegments" => self.put_trace_segments(body, unprocessed),
            "CreateSamplingRule" => self.create_sampling_rule(body),
            "GetSamplingRules" => self.get_sampling_rules(body),
            "GetSamplingTargets" => self.get_sampling_targets(body),
            "CreateGroup" => self.create_group(body),
            "GetGroup" => self.get_group(body),
            "GetGroups" => self.get_groups(body),
            "GetTraceSummaries" => self.get_trace_summaries(body),
            "BatchGetTraces" => self.batch_get_traces(body),
            "GetServiceGraph" => self.get_service_graph(body),
            _ => Err(Refusal::new(
                400,
                "UnknownOperationException",
                format!(
                    "the fake X-Ray API does not serve {}; it has segments, sampling rules and targets, groups, summaries, traces and the service graph",
                    if call.operation.is_empty() {
                        &call.path
                    } else {
                        &call.operation
                    }
                ),
            )),
        }
    }
}

impl fmt::Debug for XrayApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "XrayApi({}, {} calls, {} documents)",
            self.0.address(),
            self.calls().len(),
            self.documents().len()
        )
    }
}
