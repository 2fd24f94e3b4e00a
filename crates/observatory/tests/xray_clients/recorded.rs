//! Reads the recorded files.

use axum::body::Body;

/// The datagrams of a file: a header line and a line of JSON each.
pub(crate) fn datagrams(file: &str) -> Vec<String> {
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len() % 2, 0, "two lines a datagram");
    lines.chunks(2).map(|lines| lines.join("\n")).collect()
}

/// A request as it was on the wire.
pub(crate) fn request(file: &str) -> http::Request<Body> {
    let (head, body) = file.split_once("\r\n\r\n").expect("a head and a body");
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let mut request = http::Request::builder()
        .method(first.next().unwrap())
        .uri(first.next().unwrap());
    for line in lines {
        let (name, value) = line.split_once(": ").expect("a header");
        request = request.header(name, value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}
