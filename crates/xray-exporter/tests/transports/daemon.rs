//! Datagrams as the daemon gets them.

use std::net::UdpSocket;

use xray_exporter::{Daemon, DaemonError, Delivery, Transport};

const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

fn receiver() -> (UdpSocket, String) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    (socket, address)
}

fn send(variable: Option<&str>, documents: &[&str]) -> Result<Delivery, DaemonError> {
    let daemon = Daemon::from_lookup(|name| {
        assert_eq!(name, "AWS_XRAY_DAEMON_ADDRESS");
        variable.map(str::to_owned)
    })?;
    let documents = documents.iter().map(|&text| text.to_owned()).collect();
    Ok(crate::run(daemon.send(documents)))
}

fn receive(socket: &UdpSocket) -> String {
    let mut datagram = vec![0; 70_000];
    let length = socket.recv(&mut datagram).unwrap();
    datagram.truncate(length);
    String::from_utf8(datagram).unwrap()
}

#[track_caller]
fn check(variable: &str, socket: &UdpSocket) {
    let delivery = send(Some(variable), &[r#"{"id":"a"}"#, r#"{"id":"b"}"#]).unwrap();
    assert_eq!((delivery.accepted, delivery.given_up.len()), (2, 0));
    for document in [r#"{"id":"a"}"#, r#"{"id":"b"}"#] {
        assert_eq!(receive(socket), format!("{HEADER}{document}"));
    }
}

#[test]
fn each_document_is_a_datagram_after_the_header_line() {
    let (socket, address) = receiver();
    check(&address, &socket);
}

#[test]
fn the_address_may_name_both_protocols() {
    let (socket, address) = receiver();
    check(&format!("tcp:127.0.0.1:1 udp:{address}"), &socket);
    check(&format!("udp:{address} tcp:127.0.0.1:1"), &socket);
}

#[test]
fn names_are_resolved() {
    let (socket, address) = receiver();
    check(&address.replace("127.0.0.1", "localhost"), &socket);
}

#[test]
fn what_is_no_address_is_refused() {
    let error = send(Some("localhost"), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "AWS_XRAY_DAEMON_ADDRESS is `localhost`, and `localhost` has no port: write it like 127.0.0.1:2000, or like tcp:127.0.0.1:2000 udp:127.0.0.1:2001"
    );
}

#[test]
fn the_default_is_the_sdks() {
    let daemon = Daemon::from_lookup(|_| None).unwrap();
    assert_eq!(daemon.address().to_string(), "127.0.0.1:2000");
}

#[test]
fn the_largest_document_fits_into_a_datagram() {
    let (socket, address) = receiver();
    let daemon = Daemon::from_lookup(|_| Some(address.clone())).unwrap();
    assert_eq!(daemon.max_document_bytes(), 65_507 - HEADER.len());
    let largest = "x".repeat(daemon.max_document_bytes());
    let delivery = crate::run(daemon.send(vec![largest]));
    assert_eq!(delivery.accepted, 1);
    assert_eq!(receive(&socket).len(), 65_507);
}

#[test]
fn a_document_too_large_is_given_up_and_the_others_are_sent() {
    let (socket, address) = receiver();
    let large = "x".repeat(66_000);
    let delivery = send(Some(&address), &["{}", &large, "[]"]).unwrap();
    assert_eq!(delivery.accepted, 2);
    let [lost] = &delivery.given_up[..] else {
        panic!("one is lost: {delivery:?}");
    };
    assert_eq!((&*lost.code, &lost.document), ("NotSent", &large));
    assert!(
        lost.message
            .starts_with(&format!("a datagram to UDP {address} could not be sent: ")),
        "{}",
        lost.message
    );
    for document in ["{}", "[]"] {
        assert_eq!(receive(&socket), format!("{HEADER}{document}"));
    }
}
