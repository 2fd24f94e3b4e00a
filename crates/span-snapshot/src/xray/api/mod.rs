//! A fake of X-Ray's API on a free port of the loopback, for the AWS SDKs: it records what it is asked and answers as the service would, or as it is told.

mod answer;
mod call;
mod form;
mod groups;
mod sampling;
mod segments;
mod traces;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;
use xray_segment::Segment;

pub use self::answer::{Quota, XrayAnswer};
use self::answer::{Refusal, reply};
pub use self::call::Call;
use super::daemon::{complete, tree};
use crate::server::{Connection, Gate, NotArrived, RawRequest, Server, Watched, http1, in_brief};
use crate::tree::SpanTree;

/// Results on a page, unless told otherwise: one more than `BatchGetTraces` takes IDs, so that a whole page cannot be asked for at once.
const PAGE_SIZE: usize = 6;

/// A running fake of X-Ray's API. Dropping it closes its connections.
pub struct XrayApi {
    shared: Arc<Shared>,
    server: Server,
}

struct Shared {
    state: Watched<State>,
    /// Opened when the API is dropped: what hangs then ends.
    end: Gate,
}

struct State {
    calls: Vec<Call>,
    /// By operation; the last one stays.
    answers: HashMap<String, VecDeque<XrayAnswer>>,
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
        let shared = Arc::new(Shared {
            state: Watched::new(State {
                calls: Vec::new(),
                answers: HashMap::new(),
                refused: Vec::new(),
                documents,
                rules: vec![sampling::default_rule()],
                quotas: HashMap::new(),
                groups: Vec::new(),
                page_size: PAGE_SIZE,
            }),
            end: Gate::new(),
        });
        let serving = shared.clone();
        let server = Server::http(move |raw, connection| serving.answer(&raw, connection));
        Self { shared, server }
    }

    /// Answers the first call of an operation with the first answer, and so on; the last one serves all that follow.
    #[must_use]
    pub fn answering(self, operation: &str, answers: impl IntoIterator<Item = XrayAnswer>) -> Self {
        let answers = answers.into_iter().collect();
        let mut state = self.shared.state.change();
        state.answers.insert(operation.to_owned(), answers);
        drop(state);
        self
    }

    /// Gives documents back unprocessed with this code, each time that they are put.
    #[must_use]
    pub fn refusing(self, code: &str, which: impl Fn(&Segment) -> bool + Send + 'static) -> Self {
        self.shared.state.change().refused.push(Refused {
            code: code.to_owned(),
            which: Box::new(which),
        });
        self
    }

    /// What `GetSamplingTargets` answers for a rule.
    /// Without it that is the rule's own rate, its whole reservoir until 10 s after the client's `Timestamp`, and an interval of 10 s.
    #[must_use]
    pub fn with_quota(self, rule: &str, quota: Quota) -> Self {
        let mut state = self.shared.state.change();
        state.quotas.insert(rule.to_owned(), quota);
        drop(state);
        self
    }

    /// How many results are on a page; 6 if not told.
    #[must_use]
    pub fn with_page_size(self, results: usize) -> Self {
        self.shared.state.change().page_size = results.max(1);
        self
    }

    /// The base address, as `AWS_ENDPOINT_URL_XRAY` wants it: `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// All calls so far, in order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state.lock().calls.clone()
    }

    /// The calls of one operation, such as `CreateGroup`.
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// The documents that there are: those given at the start, then those taken, in order. What came back unprocessed is not among them.
    pub fn documents(&self) -> Vec<String> {
        self.shared.state.lock().documents.clone()
    }

    /// The tree of [`XrayApi::documents`].
    pub fn tree(&self) -> SpanTree {
        tree(&self.shared.state.lock().documents)
    }

    /// The sampling rules, `Default` first, in the service's form.
    pub fn rules(&self) -> Vec<Json> {
        self.shared.state.lock().rules.clone()
    }

    /// The groups that were created, in the service's form.
    pub fn groups(&self) -> Vec<Json> {
        self.shared.state.lock().groups.clone()
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
        let there = |state: &State| complete(&tree(&state.documents));
        self.wait("segments", count, deadline, there)?;
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
        self.wait("calls", count, deadline, |state| {
            let calls = state.calls.iter();
            calls.filter(|call| call.operation == operation).count()
        })?;
        Ok(self.calls_of(operation))
    }

    fn wait(
        &self,
        what: &'static str,
        wanted: usize,
        deadline: Duration,
        count: impl Fn(&State) -> usize,
    ) -> Result<(), NotArrived> {
        let state = &self.shared.state;
        state.wait(what, wanted, deadline, count, |state| {
            in_brief("calls", &state.calls)
        })
    }
}

impl Shared {
    /// Records a call and answers it; `None` if the connection is to be closed.
    fn answer(&self, raw: &RawRequest, connection: &mut Connection) -> Option<()> {
        let call = Call::new(raw);
        let (index, answer) = {
            let mut state = self.state.change();
            state.calls.push(call.clone());
            (state.calls.len() - 1, state.next_answer(&call.operation))
        };
        if let XrayAnswer::Gated(gate) = &answer {
            gate.wait(None);
        }
        let answer = match form::check(raw, &call) {
            Err(refusal) => Err(refusal),
            Ok(()) => match answer {
                XrayAnswer::Hang => {
                    self.end.wait(None);
                    return None;
                }
                XrayAnswer::RefuseKeys => Err(Refusal {
                    status: 403,
                    name: "UnrecognizedClientException",
                    message: "The security token included in the request is invalid.".to_owned(),
                }),
                XrayAnswer::Throttle => Err(Refusal {
                    status: 429,
                    name: "ThrottledException",
                    message: "Rate exceeded".to_owned(),
                }),
                XrayAnswer::Fail => Err(Refusal {
                    status: 500,
                    name: "InternalFailure",
                    message: "the fake X-Ray API was told to fail".to_owned(),
                }),
                XrayAnswer::Unprocessed { first, code } => {
                    self.state.change().serve(&call, Some((first, &code)))
                }
                XrayAnswer::Serve | XrayAnswer::Gated(_) => self.state.change().serve(&call, None),
            },
        };
        let reply = reply(answer);
        // The status first: a client that has its answer may look at once.
        self.state.change().calls[index].status = Some(reply.status);
        http1::write(connection, &reply).ok()
    }
}

impl State {
    fn next_answer(&mut self, operation: &str) -> XrayAnswer {
        match self.answers.get_mut(operation) {
            Some(answers) if answers.len() > 1 => answers.pop_front(),
            Some(answers) => answers.front().cloned(),
            None => None,
        }
        .unwrap_or(XrayAnswer::Serve)
    }

    /// Answers as the service does; `unprocessed` is how many documents come back, and with what code.
    fn serve(&mut self, call: &Call, unprocessed: Option<(usize, &str)>) -> Result<Json, Refusal> {
        let body = &call.body;
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
            _ => Err(Refusal {
                status: 400,
                name: "UnknownOperationException",
                message: format!(
                    "the fake X-Ray API does not serve {}; it has segments, sampling rules and targets, groups, summaries, traces and the service graph",
                    if call.operation.is_empty() {
                        &call.path
                    } else {
                        &call.operation
                    }
                ),
            }),
        }
    }
}

impl fmt::Debug for XrayApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.state.lock();
        write!(
            f,
            "XrayApi({}, {} calls, {} documents)",
            self.server.address(),
            state.calls.len(),
            state.documents.len()
        )
    }
}

impl Drop for XrayApi {
    fn drop(&mut self) {
        self.shared.end.open();
    }
}
