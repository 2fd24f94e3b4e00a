//! As much of an observatory as the loader talks to: it counts what it is sent, and forgets it when it is emptied.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// What it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Requests with spans.
    pub(crate) spans: usize,
    pub(crate) group: bool,
    /// Calls of PutLogEvents.
    pub(crate) events: usize,
    pub(crate) tagged: bool,
}

struct State {
    held: Held,
    asked: Vec<String>,
    takes: bool,
}

pub(crate) struct Observatory {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Observatory {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State {
            held: Held::default(),
            asked: Vec::new(),
            takes: true,
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, state) = (stream.expect("a connection"), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked")
    }

    pub(crate) fn held(&self) -> Held {
        self.state().held.clone()
    }

    pub(crate) fn hold(&self, held: Held) {
        self.state().held = held;
    }

    /// What it was asked so far: paths, and actions of CloudWatch Logs.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    /// Whether it takes anything; if not, it closes the connection of who sends.
    pub(crate) fn take(&self, takes: bool) {
        self.state().takes = takes;
    }
}

/// Answers until the connection is closed.
fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut stream = BufReader::new(stream);
    while let Some(action) = action(&mut stream) {
        let mut state = state.lock().expect("nobody panicked");
        let is_sent = action != "ListTagsLogGroup" && action != "/api/reset";
        state.asked.push(action.clone());
        if is_sent && !state.takes {
            return;
        }
        let (status, body) = answer(&mut state.held, &action);
        drop(state);
        let length = match status {
            204 => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        let answer = format!("HTTP/1.1 {status} \r\n{length}\r\n{body}");
        if stream.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// What the next request wants: its path, or the action of CloudWatch Logs that is called.
fn action(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let mut action = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name {
            "Content-Length" => length = value.parse().ok()?,
            "X-Amz-Target" => action = value.split_once('.')?.1.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(action)
}

fn answer(held: &mut Held, action: &str) -> (u16, &'static str) {
    let missing = (400, r#"{"__type":"ResourceNotFoundException"}"#);
    match action {
        "/v1/traces" => {
            held.spans += 1;
            return (200, "");
        }
        "/api/reset" => {
            *held = Held::default();
            return (204, "");
        }
        "ListTagsLogGroup" if held.tagged => {
            return (200, r#"{"tags":{"recording":"complete"}}"#);
        }
        "CreateLogGroup" if held.group => return (400, "{}"),
        "CreateLogGroup" => held.group = true,
        "ListTagsLogGroup" | "CreateLogStream" | "PutLogEvents" | "TagLogGroup" if !held.group => {
            return missing;
        }
        "PutLogEvents" => held.events += 1,
        "TagLogGroup" => held.tagged = true,
        "ListTagsLogGroup" => return (200, r#"{"tags":{}}"#),
        "CreateLogStream" => {}
        _ => return (404, ""),
    }
    (200, "{}")
}
