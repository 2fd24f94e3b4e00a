//! A fake OTLP/HTTP collector on a free port of the loopback: it records what it gets and answers as it is told, well or badly.
//!
//! It runs on threads of its own, so that a test may flush or shut down an exporter on whatever thread and runtime it likes.

mod answer;
mod request;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::answer::Encoding;
pub use self::answer::{Answer, ApiKey};
pub use self::request::Request;
use crate::server::{
    Connection, Gate, NotArrived, RawRequest, Reply, Server, Watched, http1, in_brief,
};
use crate::tree::SpanTree;

/// A running fake collector. Dropping it closes its connections.
pub struct Collector {
    shared: Arc<Shared>,
    server: Server,
}

struct Shared {
    state: Watched<State>,
    /// Opened when the collector is dropped: what hangs or is slow then ends.
    end: Gate,
}

struct State {
    requests: Vec<Request>,
    answers: Vec<Answer>,
}

impl Collector {
    /// A collector that accepts everything.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn start() -> Self {
        Self::answering(Answer::Accept)
    }

    /// A collector that answers each request so.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn answering(answer: Answer) -> Self {
        Self::answering_in_turn([answer])
    }

    /// A collector that answers the first request with the first answer, and so on; the last one serves all that follow.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn answering_in_turn(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: Vec<Answer> = answers.into_iter().collect();
        answers.reverse();
        let shared = Arc::new(Shared {
            state: Watched::new(State {
                requests: Vec::new(),
                answers,
            }),
            end: Gate::new(),
        });
        let serving = shared.clone();
        let server = Server::http(move |raw, connection| serving.answer(raw, connection));
        Self { shared, server }
    }

    /// The base address, as `OTEL_EXPORTER_OTLP_ENDPOINT` wants it: `http://127.0.0.1:49152`, without `/v1/traces`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// All requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state.lock().requests.clone()
    }

    /// The tree of all spans that were accepted.
    pub fn tree(&self) -> SpanTree {
        let state = self.shared.state.lock();
        let accepted = state
            .requests
            .iter()
            .filter(|request| request.is_accepted());
        SpanTree::from_otlp(accepted.filter_map(|request| request.decoded.as_ref().ok()))
    }

    /// Waits until so many spans were accepted; gives their tree.
    ///
    /// # Errors
    /// If they are not there in time.
    pub fn wait_for_spans(&self, count: usize, deadline: Duration) -> Result<SpanTree, NotArrived> {
        self.wait("spans", count, deadline, |state| {
            state
                .requests
                .iter()
                .filter(|request| request.is_accepted())
                .map(Request::span_count)
                .sum()
        })?;
        Ok(self.tree())
    }

    /// Waits until so many requests have come, however they are answered; gives them.
    ///
    /// # Errors
    /// If they are not there in time.
    pub fn wait_for_requests(
        &self,
        count: usize,
        deadline: Duration,
    ) -> Result<Vec<Request>, NotArrived> {
        self.wait("requests", count, deadline, |state| state.requests.len())?;
        Ok(self.requests())
    }

    fn wait(
        &self,
        what: &'static str,
        wanted: usize,
        deadline: Duration,
        count: impl Fn(&State) -> usize,
    ) -> Result<(), NotArrived> {
        self.shared
            .state
            .wait(what, wanted, deadline, count, |state| {
                in_brief("requests", &state.requests)
            })
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Collector({}, {} requests)",
            self.server.address(),
            self.shared.state.lock().requests.len()
        )
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.shared.end.open();
    }
}

impl Shared {
    /// Records a request and answers it; `None` if the connection is to be closed.
    fn answer(&self, raw: RawRequest, connection: &mut Connection) -> Option<()> {
        let encoding = raw
            .headers
            .get("content-type")
            .and_then(|value| Encoding::of(value.to_str().ok()?));
        let request = Request::new(raw);
        let refusal = refusal(&request, encoding);
        let encoding = encoding.unwrap_or(Encoding::Protobuf);
        let key = request.header("x-honeycomb-team").map(str::to_owned);
        let (index, answer) = {
            let mut state = self.state.change();
            state.requests.push(request);
            let index = state.requests.len() - 1;
            let answer = match state.answers.len() {
                0 => Answer::Accept,
                1 => state.answers[0].clone(),
                _ => state.answers.pop()?,
            };
            (index, answer)
        };
        let accepted = || refusal.unwrap_or_else(|| Reply::accepted(encoding));
        let unauthorized = |key: Option<&str>| {
            let message = match key {
                Some(_) => "unknown API key - check your credentials",
                None => "missing 'x-honeycomb-team' header",
            };
            Reply::failure(401, 16, message, encoding)
        };
        let reply = match answer {
            Answer::Accept => accepted(),
            Answer::AcceptKey(wanted) if wanted.is(key.as_deref()) => accepted(),
            Answer::AcceptKey(_) | Answer::Unauthorized => unauthorized(key.as_deref()),
            Answer::TooManyRequests {
                retry_after_seconds,
            } => {
                let mut reply = Reply::failure(429, 8, "too many requests", encoding);
                reply
                    .headers
                    .push(("retry-after", retry_after_seconds.to_string()));
                reply
            }
            Answer::Unavailable => Reply::bare(503, ""),
            Answer::Hang => {
                self.end.wait(None);
                return None;
            }
            Answer::Slow(time) => {
                self.end.wait(Some(time));
                accepted()
            }
            Answer::Gated(gate) => {
                gate.wait(None);
                accepted()
            }
            Answer::BreakOff => {
                let _ = http1::write_half(connection, &Reply::accepted(encoding));
                return None;
            }
        };
        // The status first: a client that has its answer may look at once.
        self.state.change().requests[index].status = Some(reply.status);
        http1::write(connection, &reply).ok()
    }
}

/// What a real collector would refuse, however it is disposed.
fn refusal(request: &Request, encoding: Option<Encoding>) -> Option<Reply> {
    if request.path.split('?').next() != Some("/v1/traces") {
        return Some(Reply::bare(404, "OTLP traces go to /v1/traces"));
    }
    if request.method != "POST" {
        return Some(Reply::bare(405, "OTLP traces are sent by POST"));
    }
    let Some(encoding) = encoding else {
        return Some(Reply::bare(
            415,
            "send application/x-protobuf or application/json",
        ));
    };
    let error = request.decoded.as_ref().err()?;
    Some(Reply::failure(
        400,
        3,
        &format!("failed to parse OTLP request body: {error}"),
        encoding,
    ))
}
