//! As much HTTP/1.1 as clients of OTLP and AWS speak, on blocking sockets: a server that may hang or break off cannot use one that is well-behaved.

use std::io::{self, BufRead, Read, Write};

use http::{HeaderMap, HeaderName, HeaderValue};

/// The most that a request's body may have: four times OTLP's usual limit.
const LARGEST_BODY: u64 = 80 << 20;
/// The most that a request's head may have.
const LARGEST_HEAD: u64 = 1 << 20;

/// One request, its body still as it was sent.
#[derive(Debug)]
pub(crate) struct RawRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The parts of an answer that is sent whole.
#[derive(Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// Reads the next request of a connection; `None` if the client has closed it.
pub(crate) fn read(stream: &mut (impl BufRead + Write)) -> io::Result<Option<RawRequest>> {
    let mut head = Head { left: LARGEST_HEAD };
    let first = loop {
        match head.line(stream)? {
            None => return Ok(None),
            // An empty line before a request is to be overlooked.
            Some(line) if line.is_empty() => {}
            Some(line) => break line,
        }
    };
    let mut words = first.split(' ');
    let (Some(method), Some(path), Some(version)) = (words.next(), words.next(), words.next())
    else {
        return Err(malformed("request line"));
    };
    if !version.starts_with("HTTP/1.") {
        return Err(malformed("HTTP version"));
    }
    let mut headers = HeaderMap::new();
    while let Some(line) = head.line(stream)?.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or_else(|| malformed("header"))?;
        let name = HeaderName::try_from(name).map_err(|_| malformed("header name"))?;
        headers.append(
            name,
            HeaderValue::try_from(value.trim()).map_err(|_| malformed("header value"))?,
        );
    }
    if has_token(&headers, "expect", "100-continue") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let mut body = Vec::new();
    if has_token(&headers, "transfer-encoding", "chunked") {
        loop {
            let line = head.line(stream)?.ok_or_else(|| malformed("chunk"))?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| malformed("chunk size"))?;
            if size == 0 {
                while head
                    .line(stream)?
                    .is_some_and(|trailer| !trailer.is_empty())
                {}
                break;
            }
            read_exactly(stream, size, &mut body)?;
            head.left = LARGEST_HEAD;
            head.line(stream)?;
        }
    } else if let Some(length) = headers.get("content-length") {
        let length = length
            .to_str()
            .ok()
            .and_then(|l| l.parse().ok())
            .ok_or_else(|| malformed("content-length"))?;
        read_exactly(stream, length, &mut body)?;
    }
    Ok(Some(RawRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body,
    }))
}

/// Whether the client wants the connection closed after the answer.
pub(crate) fn closes(request: &RawRequest) -> bool {
    has_token(&request.headers, "connection", "close")
}

/// Writes an answer whole.
pub(crate) fn write(stream: &mut impl Write, reply: &Reply) -> io::Result<()> {
    stream.write_all(&head(reply, reply.body.len()))?;
    stream.write_all(&reply.body)?;
    stream.flush()
}

/// Writes an answer that promises more than comes; the caller then closes the connection.
pub(crate) fn write_half(stream: &mut impl Write, reply: &Reply) -> io::Result<()> {
    stream.write_all(&head(reply, reply.body.len() + 64))?;
    stream.write_all(&reply.body)?;
    stream.flush()
}

fn head(reply: &Reply, length: usize) -> Vec<u8> {
    let reason = http::StatusCode::from_u16(reply.status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let mut head = format!(
        "HTTP/1.1 {} {}\r\ncontent-length: {length}\r\n",
        reply.status,
        reason.unwrap_or("Unknown")
    );
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Reads lines while some of an allowance is left.
struct Head {
    left: u64,
}

impl Head {
    fn line(&mut self, stream: &mut impl BufRead) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let count = stream.take(self.left).read_until(b'\n', &mut line)?;
        self.left -= count as u64;
        if count == 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            return Err(malformed("head; it is cut off or too long"));
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        String::from_utf8(line)
            .map(Some)
            .map_err(|_| malformed("head; it is not text"))
    }
}

fn read_exactly(stream: &mut impl Read, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    if length > LARGEST_BODY - body.len() as u64 {
        return Err(malformed("body; it is too large"));
    }
    let count = stream.take(length).read_to_end(body)?;
    if count as u64 == length {
        Ok(())
    } else {
        Err(malformed("body; it is cut off"))
    }
}

fn has_token(headers: &HeaderMap, name: &str, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(token))
        })
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed HTTP {what}"))
}
