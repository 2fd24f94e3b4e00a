//! A fake OTLP/HTTP collector on a free port of the loopback: it records what it gets and answers as it is told, well or badly.
//!
//! It runs on threads of its own, so that a test may flush or shut down an exporter on whatever thread and runtime it likes.

mod answer;
mod http1;
mod request;

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

pub use self::answer::{Answer, ApiKey, Gate};
use self::answer::{Encoding, Reply};
use self::http1::RawRequest;
pub use self::request::Request;
use crate::tree::SpanTree;

/// A running fake collector. Dropping it closes its connections.
pub struct Collector {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// Fewer spans came than were waited for; the message says what did come.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("waited {waited:?} for {wanted} {what}, and there were {came}; requests: {requests}")]
pub struct NotArrived {
    /// What was waited for: `spans` or `requests`.
    pub what: &'static str,
    /// How many were wanted.
    pub wanted: usize,
    /// How many came.
    pub came: usize,
    /// How long was waited.
    pub waited: Duration,
    /// Every request, in brief.
    pub requests: String,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Opened when the collector is dropped: what hangs or is slow then ends.
    end: Gate,
}

struct State {
    requests: Vec<Request>,
    answers: Vec<Answer>,
    /// By connection, so that all can be closed.
    open: HashMap<u64, TcpStream>,
    ended: bool,
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .expect("the loopback should have a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener should have an address");
        let mut answers: Vec<Answer> = answers.into_iter().collect();
        answers.reverse();
        let state = State {
            requests: Vec::new(),
            answers,
            open: HashMap::new(),
            ended: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            end: Gate::new(),
        });
        let serving = shared.clone();
        thread::spawn(move || serving.accept(&listener));
        Self { address, shared }
    }

    /// The base address, as `OTEL_EXPORTER_OTLP_ENDPOINT` wants it: `http://127.0.0.1:49152`, without `/v1/traces`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.lock().requests.clone()
    }

    /// The tree of all spans that were accepted.
    pub fn tree(&self) -> SpanTree {
        let state = self.shared.lock();
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
        let until = Instant::now() + deadline;
        let mut state = self.shared.lock();
        loop {
            let came = count(&state);
            if came >= wanted {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let requests: Vec<String> = state
                    .requests
                    .iter()
                    .map(|request| format!("{request:?}"))
                    .collect();
                let requests = if requests.is_empty() {
                    "none".to_owned()
                } else {
                    format!("\n{}", requests.join("\n"))
                };
                return Err(NotArrived {
                    what,
                    wanted,
                    came,
                    waited: deadline,
                    requests,
                });
            }
            state = self
                .shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Collector({}, {} requests)",
            self.address,
            self.shared.lock().requests.len()
        )
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.shared.end.open();
        let mut state = self.shared.lock();
        state.ended = true;
        for (_, stream) in state.open.drain() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(state);
        // The listener waits for a connection; this one lets it see that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(self: Arc<Self>, listener: &TcpListener) {
        for (number, stream) in (0..).zip(listener.incoming()) {
            let Ok(stream) = stream else { continue };
            let Ok(clone) = stream.try_clone() else {
                continue;
            };
            let mut state = self.lock();
            if state.ended {
                return;
            }
            state.open.insert(number, clone);
            drop(state);
            let shared = self.clone();
            thread::spawn(move || {
                shared.serve(Connection(BufReader::new(stream)));
                if let Some(stream) = shared.lock().open.remove(&number) {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            });
        }
    }

    fn serve(&self, mut connection: Connection) {
        while let Ok(Some(raw)) = http1::read(&mut connection) {
            let last = http1::closes(&raw);
            match self.answer(raw, &mut connection) {
                Some(()) if !last => {}
                _ => break,
            }
        }
    }

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
            let mut state = self.lock();
            state.requests.push(request);
            let index = state.requests.len() - 1;
            let answer = match state.answers.len() {
                0 => Answer::Accept,
                1 => state.answers[0].clone(),
                _ => state.answers.pop()?,
            };
            self.changed.notify_all();
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
        self.lock().requests[index].status = Some(reply.status);
        self.changed.notify_all();
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

/// A socket read through a buffer and written directly.
struct Connection(BufReader<TcpStream>);

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl BufRead for Connection {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.0.consume(amount);
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.get_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.get_mut().flush()
    }
}
