//! The home page from made-up numbers: what services, routes and senders are called never acts.

use std::collections::BTreeMap;

use super::{
    first_span::Place,
    page::{Home, fragment, page},
    range::RANGES,
    summary::{Route, Service},
};
use crate::{
    model::{TraceId, TraceSummary},
    pages::rendering_tests::{EVIL, check_harmless, frame},
    pages::sample::START,
    server::{By, Count, FromSender, Kind, Sender, ToldArrivals},
    store::Extent,
};

fn trace(name: &str) -> TraceSummary {
    TraceSummary {
        trace_id: TraceId([7; 16]),
        root_service: name.into(),
        root_name: name.into(),
        has_root: true,
        start_unix_nano: START,
        duration_nano: 5_000_000,
        spans: 1,
        errors: 1,
        services: Vec::new(),
    }
}

fn home() -> Home {
    let count = Count {
        total: 9,
        minute: 7,
        hour: 8,
    };
    Home {
        range: RANGES[1],
        strange: Some(EVIL.into()),
        services: Ok(vec![Service {
            name: EVIL.into(),
            requests: 1_500,
            errors: 60,
            p50: Some(2.0),
            p95: Some(12.5),
            requests_over_time: vec![Some(3.0); 60],
            errors_over_time: vec![Some(1.0); 60],
            p95_over_time: vec![Some(12.5); 60],
            routes: vec![Route {
                name: EVIL.into(),
                requests: 3,
                p95: Some(40.0),
            }],
        }]),
        names: vec![EVIL.into()],
        arrived: ToldArrivals {
            items: BTreeMap::from([(Kind::Spans, count)]),
            senders: vec![FromSender {
                sender: Sender {
                    kind: Kind::Spans,
                    name: EVIL.into(),
                    by: By::OtlpHttp,
                    form: EVIL.into(),
                },
                requests: count,
                items: count,
                last: 0,
            }],
            ..ToldArrivals::default()
        },
        newest: vec![trace(EVIL)],
        failed: vec![trace("")],
        extent: Extent::default(),
        place: Place::new(None, None, false),
    }
}

#[test]
fn services_are_told_and_do_no_harm() {
    let shown = page(&home(), &frame()).into_string();
    check_harmless(&shown);
    for told in [
        "25.0 / min",
        "1,500",
        "4.0 %",
        "12.5 ms",
        "40 ms",
        "no name",
    ] {
        assert!(shown.contains(told), "{told}");
    }
}

#[test]
fn an_empty_range_leads_to_one_that_is_not() {
    let now = frame().now;
    for (age, range, link) in [
        (7_200, 1, r#"href="/?range=24h""#),
        (1_800, 0, r#"href="/""#),
        (200_000, 2, r#"href="/query?range=all""#),
    ] {
        let began = now - age * 1_000_000_000;
        let home = Home {
            range: RANGES[range],
            services: Ok(Vec::new()),
            extent: Extent {
                traces: Some((began, began)),
                log_events: None,
            },
            ..home()
        };
        let shown = fragment(&home, &frame()).into_string();
        let older = shown.split(r#"data-testid="older""#).nth(1).unwrap_or("");
        let older = older.split("</div>").next().unwrap_or("");
        assert!(older.contains(link), "{age}: {older}");
    }
}

#[test]
fn a_store_that_does_not_answer_is_told() {
    let home = Home {
        services: Err(EVIL.into()),
        ..home()
    };
    let shown = page(&home, &frame()).into_string();
    check_harmless(&shown);
    assert!(shown.contains(r#"data-testid="not-asked""#));
}

#[test]
fn commands_go_to_where_it_listens() {
    for (http, url) in [
        ("127.0.0.1:5000", "http://localhost:5000"),
        ("0.0.0.0:5000", "http://localhost:5000"),
        ("[::1]:5000", "http://localhost:5000"),
        ("192.0.2.7:5000", "http://192.0.2.7:5000"),
    ] {
        assert_eq!(Place::new(http.parse().ok(), None, false).url, url);
    }
    let with_key = Place::new(None, None, true);
    assert!(
        with_key
            .curl()
            .contains("x-honeycomb-team: $OBSERVATORY_KEY")
    );
}
