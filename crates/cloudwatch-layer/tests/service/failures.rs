//! What passes is tried again, for a bounded time and by one party only.

use std::{net::SocketAddr, thread, time::Duration};

use aws_sdk_cloudwatchlogs::config::timeout::TimeoutConfig;
use cloudwatch_layer::{CloudWatch, Delivery, Sink as _};
use serde_json::json;

use crate::{
    GROUP, Setup, clock, events, run,
    service::{Answer, Service, client, error, ok, throttled},
};

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

#[test]
fn what_passes_is_tried_again_until_it_has_passed() {
    let passing = [
        throttled(),
        error(400, "RequestLimitExceeded", "slower"),
        error(
            503,
            "ServiceUnavailableException",
            "The service cannot complete the request.",
        ),
        error(500, "InternalFailure", "oops"),
        error(429, "Whatever", "slower"),
        Answer::Body(502, json!("a proxy")),
        Answer::Body(500, json!({})),
        Answer::Body(408, json!({})),
    ];
    let count = passing.len();
    let service = Service::putting(passing.into_iter().chain([ok()]));
    let setup = Setup::new(&service);
    assert_eq!(setup.put(events(2)), Delivery::sent(2));
    // Each answer is one request: the SDK adds none of its own.
    assert_eq!(service.puts(), vec![["event 0", "event 1"]; count + 1]);
    assert_eq!(
        setup.told()[0],
        "ThrottlingException: answered 400, Rate exceeded; trying again"
    );
    assert_eq!(setup.told().len(), count);
}

#[test]
fn the_time_for_all_attempts_is_bounded() {
    let service = Service::putting([throttled()]);
    let setup = Setup::with(&service, |builder| {
        builder
            .with_first_pause(Duration::from_secs(1))
            .with_retry_for(Duration::from_secs(60))
    });
    thread::scope(|scope| {
        let put = scope.spawn(|| setup.put(events(3)));
        // Pauses end as the clock moves, and after a minute the batch is given up.
        let mut moved = Duration::ZERO;
        while moved < Duration::from_secs(60) {
            setup.clock.wait_until(|sleeping| {
                sleeping.len() == 2
                    && sleeping[0] == Duration::from_secs(60)
                    && sleeping[1] <= LONGEST_PAUSE
            });
            setup.clock.advance(Duration::from_secs(2));
            moved += Duration::from_secs(2);
        }
        let delivery = put.join().unwrap();
        assert_eq!(
            delivery,
            Delivery::failed(3, "ThrottlingException: answered 400, Rate exceeded")
        );
    });
    assert_eq!(service.puts().len(), 30);
}

#[test]
fn pauses_are_random_and_their_ceiling_doubles() {
    let service = Service::putting([throttled()]);
    let setup = Setup::with(&service, |builder| {
        builder.with_first_pause(Duration::from_millis(500))
    });
    let mut pauses = Vec::new();
    thread::scope(|scope| {
        let put = scope.spawn(|| setup.put(events(1)));
        for _ in 0..24 {
            // The batch's own time lies there from the beginning, and that of a request is longer than a pause.
            setup
                .clock
                .wait_until(|sleeping| sleeping.len() == 2 && sleeping[1] <= LONGEST_PAUSE);
            let pause = setup.clock.sleeping()[1];
            pauses.push(pause);
            setup.clock.advance(pause);
        }
        setup
            .clock
            .wait_until(|sleeping| sleeping.len() == 2 && sleeping[1] <= LONGEST_PAUSE);
        setup.clock.advance(Duration::from_secs(300));
        assert_eq!(put.join().unwrap().failed, 1);
    });
    let ceilings = [500, 1000].into_iter().chain(std::iter::repeat(2000));
    for (pause, ceiling) in pauses.iter().zip(ceilings) {
        assert!(*pause <= Duration::from_millis(ceiling), "{pauses:?}");
    }
    // Of two dozen some are in the upper half of what they may be, or the ceiling has not risen.
    assert!(
        pauses.iter().any(|pause| *pause > Duration::from_secs(1)),
        "{pauses:?}"
    );
    let mut different = pauses.clone();
    different.dedup();
    assert!(different.len() > 4, "{pauses:?}");
}

#[test]
fn an_answer_that_does_not_come_is_asked_for_again() {
    let service = Service::putting([Answer::Hang, ok()]);
    let setup = Setup::with(&service, |builder| {
        builder.with_attempt_within(Duration::from_secs(5))
    });
    thread::scope(|scope| {
        let put = scope.spawn(|| setup.put(events(1)));
        service.wait_for("PutLogEvents", 1);
        setup
            .clock
            .wait_until(|sleeping| sleeping.contains(&Duration::from_secs(5)));
        setup.clock.advance(Duration::from_secs(5));
        assert_eq!(put.join().unwrap(), Delivery::sent(1));
    });
    assert_eq!(
        setup.told(),
        [
            "NoAnswer: no answer within 5 s: is the endpoint CloudWatch Logs' or the observatory's, and in good health?; trying again"
        ]
    );
}

#[test]
fn the_clients_own_time_out_is_no_answer_either() {
    let service = Service::putting([Answer::Hang, ok()]);
    let config = service.client().config().to_builder();
    let config = config.timeout_config(
        TimeoutConfig::builder()
            .operation_timeout(Duration::from_millis(20))
            .build(),
    );
    let sink = CloudWatch::builder(
        aws_sdk_cloudwatchlogs::Client::from_conf(config.build()),
        GROUP,
    )
    .with_first_pause(Duration::ZERO)
    .build()
    .unwrap();
    assert_eq!(run(sink.put(events(1))), Delivery::sent(1));
    assert_eq!(service.puts().len(), 2);
}

#[test]
fn connections_refused_are_tried_again() {
    // Bound and not listening: the port is ours, and connections are refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let clock = clock();
    let sink = CloudWatch::builder(client(socket.local_addr().unwrap()), GROUP)
        .with_first_pause(Duration::from_secs(1))
        .with_retry_for(Duration::from_secs(60))
        .with_clock(clock.clone())
        .build()
        .unwrap();
    thread::scope(|scope| {
        let put = scope.spawn(|| run(sink.put(events(2))));
        clock.wait_until(|sleeping| sleeping.len() == 2 && sleeping[1] <= LONGEST_PAUSE);
        clock.advance(Duration::from_secs(60));
        let delivery = put.join().unwrap();
        assert_eq!(delivery.failed, 2);
        let why = delivery.why.unwrap();
        assert!(
            why.starts_with("Unreachable: the endpoint could not be reached (")
                && why.contains("Connection refused")
                && why.ends_with("): is the observatory running, and AWS_ENDPOINT_URL right?"),
            "{why}"
        );
    });
}

#[test]
fn a_connection_that_breaks_off_is_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let broken = listener.try_clone().unwrap();
    let address = listener.local_addr().unwrap();
    let sink = CloudWatch::builder(client(address), GROUP)
        .with_first_pause(Duration::ZERO)
        .build()
        .unwrap();
    let breaking = thread::spawn(move || {
        for _ in 0..2 {
            drop(broken.accept().unwrap());
        }
        Service::on(listener, |_, _, _| ok())
    });
    assert_eq!(run(sink.put(events(1))), Delivery::sent(1));
    assert_eq!(breaking.join().unwrap().puts().len(), 1);
}
