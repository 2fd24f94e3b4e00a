//! An X-Ray on loopback that answers as a test says, and passes on what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::Duration,
};

use aws_sdk_xray::Client;
use aws_settings::{AwsSettings, Service};
use serde_json::Value;

/// A call, as it came.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// The service; each connection is answered once, in the order of arrival.
pub(crate) struct FakeService {
    url: String,
    asked: mpsc::Receiver<Asked>,
}

impl FakeService {
    /// Starts one whose `answer` gives a status and a body; it lives as long as the test's process.
    pub(crate) fn start(mut answer: impl FnMut(&Asked) -> (u16, Value) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (passed_on, asked) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(call) = read(&stream) else {
                    continue;
                };
                let (status, body) = answer(&call);
                // Before the answer, so that whoever has the answer finds the call.
                if passed_on.send(call).is_err() {
                    return;
                }
                let _ = write(&mut stream, status, &body);
            }
        });
        Self { url, asked }
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.url)
    }

    /// A client of a port where nobody listens.
    pub(crate) fn nowhere() -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        client(&format!("http://{}", listener.local_addr().unwrap()))
    }

    /// The next call, waited for.
    #[track_caller]
    pub(crate) fn next(&self) -> Asked {
        self.asked
            .recv_timeout(Duration::from_secs(30))
            .expect("nothing was asked in 30 s")
    }

    /// The paths of the calls so far that [`FakeService::next`] has not given.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked.try_iter().map(|asked| asked.path).collect()
    }
}

fn client(url: &str) -> Client {
    let lookup = |name: &str| (name == "AWS_ENDPOINT_URL_XRAY").then(|| url.to_owned());
    let settings = AwsSettings::from_lookup(Service::XRay, lookup, false).unwrap();
    Client::new(&settings.sdk_config())
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Some(Asked { path, body })
}

fn write(stream: &mut TcpStream, status: u16, body: &Value) -> std::io::Result<()> {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes())
}
