//! The fake daemon: what it keeps, what it calls garbage and why, and waiting for what comes.

use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::time::Duration;

use serde_json::{Value as Json, json};
use span_snapshot::{XrayDaemon, assert_span_snapshot};

const SOON: Duration = Duration::from_secs(10);
const HEADER: &str = r#"{"format": "json", "version": 1}"#;

fn document(id: u64, more: Json) -> String {
    let mut document = json!({
        "trace_id": "1-581cf771-a006649127e371903a2de979",
        "id": format!("{id:016x}"),
        "name": format!("segment {id}"),
        "start_time": 1478293361.0 + id as f64,
        "end_time": 1478293999.0,
    });
    for (key, value) in more.as_object().unwrap() {
        document[key] = value.clone();
    }
    document.to_string()
}

fn send(daemon: &XrayDaemon, datagrams: &[&[u8]]) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for datagram in datagrams {
        socket.send_to(datagram, daemon.address()).unwrap();
    }
}

fn send_document(daemon: &XrayDaemon, document: &str) {
    send(daemon, &[format!("{HEADER}\n{document}").as_bytes()]);
}

#[test]
fn documents_are_kept_as_they_were_sent() {
    let daemon = XrayDaemon::start();
    let segment = document(1, json!({ "unknown": "kept" }));
    let part = document(
        2,
        json!({ "type": "subsegment", "parent_id": "0000000000000001" }),
    );
    send_document(&daemon, &segment);
    send_document(&daemon, &part);
    let tree = daemon.wait_for_segments(2, SOON).unwrap();
    assert_eq!(daemon.documents(), [segment, part]);
    assert!(daemon.garbage().is_empty());
    assert_span_snapshot!(tree, @"
    trace 1
    └─ SEGMENT segment 1
       └─ SUBSEGMENT segment 2
    ");
}

#[test]
fn segments_count_however_they_are_packed_and_only_when_complete() {
    let daemon = XrayDaemon::start();
    let inner: Json = serde_json::from_str(&document(2, json!({}))).unwrap();
    let open = json!({ "in_progress": true, "end_time": null, "subsegments": [inner] });
    send_document(&daemon, &document(1, open));
    // The part is complete, the segment is not, and what is sent twice is still one.
    daemon.wait_for_segments(1, SOON).unwrap();
    let error = daemon.wait_for_segments(2, Duration::ZERO).unwrap_err();
    assert_eq!((error.wanted, error.came), (2, 1));
    send_document(&daemon, &document(1, json!({})));
    send_document(&daemon, &document(1, json!({})));
    let tree = daemon.wait_for_segments(2, SOON).unwrap();
    assert_eq!(tree.len(), 2);
}

#[test]
fn hundreds_at_once_arrive() {
    let daemon = XrayDaemon::start();
    // The kernel drops what its buffer cannot hold while nobody reads: no more than fits is under way.
    for count in 1..=300 {
        send_document(&daemon, &document(count as u64, json!({})));
        if count % 50 == 0 {
            daemon.wait_for_segments(count, SOON).unwrap();
        }
    }
    assert_eq!(daemon.documents().len(), 300);
}

#[test]
fn garbage_is_told_with_what_is_wrong() {
    let check = |datagram: &[u8], problem: &str| {
        let daemon = XrayDaemon::start();
        send(&daemon, &[datagram]);
        // Behind the garbage, so that it has come when this has.
        send_document(&daemon, &document(1, json!({})));
        daemon.wait_for_segments(1, SOON).unwrap();
        let garbage = daemon.garbage();
        assert_eq!(garbage.len(), 1);
        assert_eq!(garbage[0].datagram, datagram);
        assert!(garbage[0].problem.starts_with(problem), "{garbage:?}");
        assert_eq!(daemon.documents().len(), 1);
    };
    let document = document(2, json!({}));
    check(b"", "it has no second line");
    check(b"\xff\xfe", "it is not UTF-8");
    check(document.as_bytes(), "it has no second line");
    check(
        format!("{document}\n{document}").as_bytes(),
        "its header's format is null",
    );
    check(
        format!("hello\n{document}").as_bytes(),
        "its header is no JSON",
    );
    check(
        format!("{}\n{document}", HEADER.replace("json\"", "text\"")).as_bytes(),
        "its header's format is \"text\"",
    );
    check(
        format!("{}\n{document}", HEADER.replace('1', "2")).as_bytes(),
        "its header's version is 2",
    );
    check(
        format!("{HEADER}\n").as_bytes(),
        "document 1 is no segment document",
    );
    check(
        format!("{HEADER}\n{{\"name\": \"home\"}}").as_bytes(),
        "document 1: `home` has no trace_id",
    );
}

#[test]
fn waiting_in_vain_says_what_came() {
    let daemon = XrayDaemon::start();
    let error = daemon.wait_for_segments(3, Duration::ZERO).unwrap_err();
    assert_eq!(
        error.to_string(),
        "waited 0ns for 3 segments, and there were 0; documents: none; garbage: none"
    );
}

#[test]
fn a_daemon_published_as_tcp_gets_nothing_by_udp() {
    let daemon = XrayDaemon::tcp_only();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    // The port is closed for datagrams. The sender is told nothing, or that it was refused.
    let _ = socket.send_to(
        format!("{HEADER}\n{}", document(1, json!({}))).as_bytes(),
        daemon.address(),
    );
    assert!(daemon.wait_for_segments(1, Duration::ZERO).is_err());
    let mut stream = TcpStream::connect(daemon.address()).unwrap();
    let _ = stream.write_all(b"hello");
    assert!(daemon.tree().is_empty() && daemon.documents().is_empty());
}

#[test]
fn the_port_is_free_again_when_the_daemon_is_dropped() {
    for daemon in [XrayDaemon::start(), XrayDaemon::tcp_only()] {
        let address = daemon.address();
        drop(daemon);
        // The thread sees it a moment later; another daemon proves that none of it is in the way.
        assert_ne!(address, "");
        let next = XrayDaemon::start();
        send_document(&next, &document(1, json!({})));
        next.wait_for_segments(1, SOON).unwrap();
    }
}
