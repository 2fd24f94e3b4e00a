//! The status page from made-up numbers: all of it is told, and nothing that a sender said acts.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use super::page::{Status, fragment, page};
use crate::{
    pages::rendering_tests::{EVIL, check_harmless, frame},
    server::{About, By, Count, FromSender, Kind, Refusal, Sender, Told, ToldArrivals},
    store::{Extent, Location},
};

fn refusal(by: By) -> Refusal {
    Refusal {
        at: UNIX_EPOCH,
        by,
        address: EVIL.repeat(50),
        answer: "401".into(),
        reason: EVIL.into(),
        message: EVIL.repeat(500),
        advice: Some(EVIL.into()),
        agent: EVIL.repeat(50),
        start: EVIL.repeat(500),
    }
}

fn status() -> Status {
    let count = Count {
        total: 5_678,
        minute: 12,
        hour: 345,
    };
    Status {
        refused: Told {
            counts: BTreeMap::from([(EVIL.to_owned(), 1_234), ("MissingId".to_owned(), 2)]),
            last: [refusal(By::Udp), refusal(By::OtlpHttp)].into(),
        },
        arrived: ToldArrivals {
            requests: count,
            items: BTreeMap::from([(Kind::Spans, count)]),
            repeated: 1,
            senders: vec![FromSender {
                sender: Sender {
                    kind: Kind::Spans,
                    name: EVIL.repeat(50),
                    by: By::OtlpHttp,
                    form: "JSON, gzip".into(),
                },
                requests: count,
                items: count,
                last: 1_700_000_000,
            }],
        },
        about: About {
            started: Some(UNIX_EPOCH + Duration::from_secs(1)),
            http: "127.0.0.1:4318".parse().ok(),
            location: Some(Location::Folder(EVIL.into())),
            retain_bytes: Some(1_000),
            ..About::default()
        },
        extent: Extent {
            traces: Some((1, 2)),
            log_events: None,
        },
        key_is_required: true,
    }
}

#[test]
fn all_is_told_and_does_no_harm() {
    let shown = page(&status(), &frame()).into_string();
    check_harmless(&shown);
    for told in [
        "1,234",
        "1,236",
        "MissingId",
        "X-Ray daemon, UDP",
        "OTLP/HTTP",
        "JSON, gzip",
        "5,678",
        "http://127.0.0.1:4318",
        "x-honeycomb-team",
        "1 span had arrived before",
    ] {
        assert!(shown.contains(told), "{told}");
    }
    assert!(shown.len() < 24_000, "{}", shown.len());
}

#[test]
fn a_quiet_observatory_says_so() {
    let quiet = Status {
        refused: Told::default(),
        arrived: ToldArrivals::default(),
        about: About::default(),
        extent: Extent::default(),
        key_is_required: false,
    };
    let shown = fragment(&quiet, &frame()).into_string();
    for told in [
        "None since the observatory was started",
        "Nothing has arrived since",
        "none is needed",
    ] {
        assert!(shown.contains(told), "{told}");
    }
}
