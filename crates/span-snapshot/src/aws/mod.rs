//! What the fakes of AWS's APIs have in common: calls recorded, answers as told, signatures looked at. What a service answers is its own.

mod call;
mod refusal;
mod signature;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;

pub use self::call::Call;
pub use self::refusal::Refusal;
pub(crate) use self::signature::check as check_signature;
use crate::server::{
    Connection, Gate, NotArrived, RawRequest, Reply, Server, Watched, http1, in_brief,
};

/// One of AWS's services, as far as its fake goes.
pub(crate) trait Service: Send + 'static {
    /// What a call can be told to be answered.
    type Answer: Clone + Send;

    /// The operation that a request asks for; empty if it is none of the service's.
    fn operation(request: &RawRequest) -> String;

    /// What is wrong with a call's form, whatever its operation means.
    fn check(request: &RawRequest, call: &Call) -> Result<(), Refusal>;

    /// What an answer means; `None` is the service's own.
    fn told(answer: Option<Self::Answer>) -> Told<Self::Answer>;

    /// Answers as the service does, but for what `answer` says.
    fn serve(&mut self, call: &Call, answer: Option<&Self::Answer>) -> Result<Json, Refusal>;

    /// An answer as it goes over the wire.
    fn reply(answer: &Result<Json, Refusal>) -> Reply;
}

/// How a call is to be treated.
pub(crate) enum Told<A> {
    /// By the service, with an answer that it knows itself.
    Serve(Option<A>),
    /// By the service, once the gate is open.
    Gated(Gate),
    /// By the service, and the answer is lost on its way.
    Lose,
    /// Not at all.
    Hang,
    /// By this refusal.
    Refuse(Refusal),
}

/// A running fake. Dropping it closes its connections.
pub(crate) struct Api<S: Service> {
    shared: Arc<Shared<S>>,
    server: Server,
}

struct Shared<S: Service> {
    state: Watched<State<S>>,
    /// Opened when the API is dropped: what hangs then ends.
    end: Gate,
}

/// A service and what it was asked so far.
pub(crate) struct State<S: Service> {
    pub(crate) service: S,
    pub(crate) calls: Vec<Call>,
    /// By operation; the last one stays.
    answers: HashMap<String, VecDeque<S::Answer>>,
}

impl<S: Service> Api<S> {
    /// # Panics
    /// If no port of the loopback can be had.
    pub(crate) fn start(service: S) -> Self {
        let shared = Arc::new(Shared {
            state: Watched::new(State {
                service,
                calls: Vec::new(),
                answers: HashMap::new(),
            }),
            end: Gate::new(),
        });
        let serving = shared.clone();
        let server = Server::http(move |raw, connection| serving.answer(&raw, connection));
        Self { shared, server }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Answers the first call of an operation with the first answer, and so on; the last one serves all that follow.
    pub(crate) fn answer(&self, operation: &str, answers: impl IntoIterator<Item = S::Answer>) {
        let answers = answers.into_iter().collect();
        let mut state = self.shared.state.change();
        state.answers.insert(operation.to_owned(), answers);
    }

    /// Looks at the service, or changes it; whoever waits looks again.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut S) -> T) -> T {
        look(&mut self.shared.state.change().service)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.state.lock().calls.clone()
    }

    pub(crate) fn calls_of(&self, operation: &str) -> Vec<Call> {
        let state = self.shared.state.lock();
        let calls = state.calls.iter();
        calls
            .filter(|call| call.operation == operation)
            .cloned()
            .collect()
    }

    pub(crate) fn wait_for_calls(
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

    pub(crate) fn wait(
        &self,
        what: &'static str,
        wanted: usize,
        deadline: Duration,
        count: impl Fn(&State<S>) -> usize,
    ) -> Result<(), NotArrived> {
        let state = &self.shared.state;
        state.wait(what, wanted, deadline, count, |state| {
            in_brief("calls", &state.calls)
        })
    }
}

impl<S: Service> Shared<S> {
    /// Records a call and answers it; `None` if the connection is to be closed.
    fn answer(&self, raw: &RawRequest, connection: &mut Connection) -> Option<()> {
        let call = Call::new(S::operation(raw), raw);
        let (index, told) = {
            let mut state = self.state.change();
            state.calls.push(call.clone());
            let answer = state.next_answer(&call.operation);
            (state.calls.len() - 1, S::told(answer))
        };
        if let Told::Gated(gate) = &told {
            gate.wait(None);
        }
        let answer = match S::check(raw, &call) {
            Err(refusal) => Err(refusal),
            Ok(()) => match told {
                Told::Hang => {
                    self.end.wait(None);
                    return None;
                }
                Told::Lose => {
                    let _ = self.state.change().service.serve(&call, None);
                    return None;
                }
                Told::Refuse(refusal) => Err(refusal),
                Told::Serve(answer) => self.state.change().service.serve(&call, answer.as_ref()),
                Told::Gated(_) => self.state.change().service.serve(&call, None),
            },
        };
        let reply = S::reply(&answer);
        // The outcome first: a client that has its answer may look at once.
        let mut state = self.state.change();
        state.calls[index].status = Some(reply.status);
        state.calls[index].refusal = answer.err();
        drop(state);
        http1::write(connection, &reply).ok()
    }
}

impl<S: Service> State<S> {
    fn next_answer(&mut self, operation: &str) -> Option<S::Answer> {
        let answers = self.answers.get_mut(operation)?;
        match answers.len() {
            0 | 1 => answers.front().cloned(),
            _ => answers.pop_front(),
        }
    }
}

impl<S: Service> Drop for Api<S> {
    fn drop(&mut self) {
        self.shared.end.open();
    }
}

/// A text field.
pub(crate) fn text<'j>(json: &'j Json, field: &str) -> Option<&'j str> {
    json.get(field)?.as_str()
}

/// A list field; empty if it is not there.
pub(crate) fn list<'j>(json: &'j Json, field: &str) -> &'j [Json] {
    json.get(field)
        .and_then(Json::as_array)
        .map_or(&[], Vec::as_slice)
}
