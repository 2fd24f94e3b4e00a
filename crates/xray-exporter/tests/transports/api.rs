//! `PutTraceSegments`: batches, what comes back, and what is given up.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use aws_sdk_xray::{Client, config::timeout::TimeoutConfig};
use serde_json::json;
use xray_exporter::{Api, Delivery, Transport};

use crate::service::{Service, accepted, client, unprocessed};

fn document(number: usize) -> String {
    format!(r#"{{"id":"{number:016x}"}}"#)
}

fn id(number: usize) -> String {
    format!("{number:016x}")
}

fn documents(count: usize) -> Vec<String> {
    (0..count).map(document).collect()
}

/// Without pauses.
fn send(service: &Service, count: usize) -> Delivery {
    let api = Api::new(service.client()).with_first_pause(Duration::ZERO);
    crate::run(api.send(documents(count)))
}

/// Number of the document in its ID, and why.
fn given_up(delivery: &Delivery) -> Vec<(String, String)> {
    delivery
        .given_up
        .iter()
        .map(|lost| {
            (
                lost.document.clone(),
                format!("{}: {}", lost.code, lost.message),
            )
        })
        .collect()
}

#[test]
fn documents_go_in_batches_of_fifty() {
    let service = Service::accepting();
    let delivery = send(&service, 120);
    assert_eq!((delivery.accepted, delivery.given_up.len()), (120, 0));
    let requests = service.requests();
    assert_eq!(
        requests.iter().map(Vec::len).collect::<Vec<_>>(),
        [50, 50, 20]
    );
    assert_eq!(requests.concat(), documents(120));
}

#[test]
fn nothing_to_send_is_no_request() {
    let service = Service::accepting();
    assert_eq!(send(&service, 0), Delivery::default());
    assert_eq!(service.requests().len(), 0);
}

#[test]
fn what_may_succeed_later_is_sent_again_and_nothing_else() {
    let (two, three) = (id(2), id(3));
    let service = Service::start(move |number, _| match number {
        0 => unprocessed([(&*two, "InvalidTraceId"), (&*three, "InternalFailure")]),
        _ => accepted(),
    });
    let delivery = send(&service, 5);
    assert_eq!(service.requests(), [documents(5), vec![document(3)]]);
    assert_eq!(delivery.accepted, 4);
    assert_eq!(
        given_up(&delivery),
        [(
            document(2),
            "InvalidTraceId: Invalid segment. ErrorCode: InvalidTraceId".to_owned()
        )]
    );
    assert_eq!(delivery.given_up[0].id, Some(id(2)));
}

#[test]
fn attempts_are_bounded() {
    let service = Service::start(|_, documents| {
        let ids: Vec<String> = (0..documents.len()).map(id).collect();
        unprocessed(ids.iter().map(|id| (&**id, "ThrottledException")))
    });
    let delivery = send(&service, 2);
    assert_eq!(service.requests(), vec![documents(2); 3]);
    assert_eq!((delivery.accepted, delivery.given_up.len()), (0, 2));
    assert_eq!(delivery.given_up[0].code, "ThrottledException");
}

#[test]
fn pauses_end_with_the_deadline() {
    let service = Service::start(|_, _| unprocessed([("0000000000000000", "InternalFailure")]));
    let api = Api::new(service.client())
        .with_attempts(u32::MAX)
        .with_first_pause(Duration::from_secs(3600))
        .with_deadline(Duration::from_millis(1));
    let delivery = crate::run(api.send(documents(1)));
    assert_eq!((delivery.accepted, delivery.given_up.len()), (0, 1));
}

#[test]
fn a_refused_request_gives_up_its_own_batch() {
    let service = Service::start(|number, _| match number {
        0 => (
            400,
            json!({"__type": "InvalidRequestException", "Message": "Too much."}),
        ),
        _ => accepted(),
    });
    let delivery = send(&service, 60);
    assert_eq!((delivery.accepted, delivery.given_up.len()), (10, 50));
    assert_eq!(
        given_up(&delivery)[49],
        (
            document(49),
            "InvalidRequestException: answered 400, Too much.".to_owned()
        )
    );
}

#[test]
fn everything_refused_is_everything_given_up() {
    let service = Service::start(|_, _| {
        (
            403,
            json!({"__type": "UnrecognizedClientException", "message": "The security token included in the request is invalid."}),
        )
    });
    let delivery = send(&service, 120);
    assert_eq!((delivery.accepted, delivery.given_up.len()), (0, 120));
    assert_eq!(
        given_up(&delivery)[0].1,
        "UnrecognizedClientException: answered 403, The security token included in the request is invalid."
    );
}

#[test]
fn another_server_is_told_from_the_service() {
    let service = Service::start(|_, _| (404, json!({})));
    let delivery = send(&service, 1);
    assert_eq!(
        given_up(&delivery)[0].1,
        "Status404: answered 404 without a reason: is the endpoint X-Ray's or the observatory's?"
    );
}

#[test]
fn an_answer_that_is_none_is_told() {
    let service = Service::start(|_, _| (200, json!("hello")));
    let delivery = send(&service, 1);
    let (_, reason) = &given_up(&delivery)[0];
    assert!(
        reason.starts_with("Unreadable: the answer could not be read: "),
        "{reason}"
    );
    assert!(reason.len() < 200, "{reason}");
}

/// The service hangs: connections stand, and nobody answers.
#[test]
fn a_service_that_hangs_is_given_up_at_the_deadline() {
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let api =
        Api::new(client(hanging.local_addr().unwrap())).with_deadline(Duration::from_millis(50));
    let delivery = crate::run(api.send(documents(120)));
    assert_eq!(delivery.accepted, 0);
    let reasons = given_up(&delivery);
    assert_eq!(reasons.len(), 120);
    assert!(reasons.iter().all(|(_, reason)| reason == "NoAnswer: no answer within 0.05 s: is the endpoint X-Ray's or the observatory's, and in good health?"));
}

#[test]
fn after_a_request_without_an_answer_no_more_are_made() {
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = client(hanging.local_addr().unwrap())
        .config()
        .to_builder()
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(Duration::from_millis(20))
                .build(),
        )
        .build();
    let api = Api::new(Client::from_conf(config));
    let delivery = crate::run(api.send(documents(120)));
    let reasons = given_up(&delivery);
    assert_eq!(reasons.len(), 120);
    assert!(
        reasons
            .iter()
            .all(|(_, reason)| reason.starts_with("NoAnswer: no answer in time: ")),
        "{reasons:?}"
    );
    hanging.set_nonblocking(true).unwrap();
    let connections = std::iter::from_fn(|| hanging.accept().ok()).count();
    assert_eq!(connections, 1);
}

#[test]
fn a_service_that_is_not_there_is_given_up() {
    // Bound and not listening: the port is ours, and connections are refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let api = Api::new(client(socket.local_addr().unwrap()));
    let delivery = crate::run(api.send(documents(60)));
    assert_eq!((delivery.accepted, delivery.given_up.len()), (0, 60));
    for (_, reason) in given_up(&delivery) {
        assert!(
            reason.starts_with("Unreachable: the endpoint could not be reached (")
                && reason.contains("Connection refused")
                && reason.ends_with("): is the observatory running, and AWS_ENDPOINT_URL right?"),
            "{reason}"
        );
    }
}
