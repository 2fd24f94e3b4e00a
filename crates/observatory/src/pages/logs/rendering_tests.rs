//! The pages of logs from made-up events: escaped, bounded, nothing left out.

use super::{
    address::{At, EventsView, GroupsView, Position, StreamsView},
    event_page::{self, EventPage},
    events_page::{self, EventsFault, EventsPage, Found, PatternFault},
    groups_page::{self, GroupRow, GroupsPage},
    line::Line,
    of_trace::{self, LISTED, TraceLogs},
    streams_page::{self, StreamRow, StreamsPage},
    tail_page::{self, TailPage},
};
use crate::{
    model::TraceId,
    pages::{
        rendering_tests::{EVIL, check_harmless, frame},
        sample::{START, pairs},
    },
};

const NOW: i64 = (START / 1_000_000) as i64;
const ID: &str = "4efaaf4d1e8720b39541901950019ee5";

fn line(id: u64, message: &str) -> Line {
    Line {
        id,
        group: "/cruddur/backend".to_owned(),
        stream: "web-1".to_owned(),
        timestamp: NOW + i64::try_from(id).unwrap_or(0),
        ingestion_time: NOW + 5_000,
        message: message.to_owned(),
    }
}

fn evil_line() -> Line {
    let quoted = serde_json::to_string(EVIL).expect("JSON");
    Line {
        group: EVIL.to_owned(),
        stream: EVIL.to_owned(),
        ..line(
            9,
            &format!(
                "{{{quoted}:{quoted},\"message\":{quoted},\"level\":\"ERROR\",\"deep\":{{{quoted}:[{quoted}]}}}}"
            ),
        )
    }
}

fn events(query: &[(&str, &str)], lines: Vec<Line>) -> EventsPage {
    EventsPage {
        view: EventsView::read(&pairs(query)),
        found: Ok(Found {
            lines,
            ..Found::default()
        }),
        groups: vec!["/cruddur/backend".to_owned()],
    }
}

fn events_page(shown: &EventsPage) -> String {
    events_page::page(shown, &frame()).into_string()
}

/// The values of an attribute of elements, in the order of the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[track_caller]
fn check_told(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[test]
fn a_json_event_is_message_level_fields_and_links() {
    let message = format!(
        r#"{{"level":"WARN","message":"GET /api/activities/home","status":200,"trace_id":"{ID}","span_id":"00000000000000aa","empty":null}}"#
    );
    let page = events_page(&events(
        &[("group", "/cruddur/backend")],
        vec![line(7, &message)],
    ));
    check_told(
        &page,
        &[
            r#"id="e-7""#,
            "<bdi>GET /api/activities/home</bdi>",
            r#"<span class="level warn" data-testid="level">warn</span>"#,
            "<bdi>status</bdi>=<bdi class=\"value-of\">200</bdi>",
            &format!(r#"href="/trace/{ID}?span=00000000000000aa""#),
            r#"href="/xray/trace/1-4efaaf4d-1e8720b39541901950019ee5""#,
            r#"href="/logs/event/7""#,
            r#"around=1700000000007.7""#,
            "2023-11-14 22:13:20.007",
            // A field finds others like it in the same place.
            "/logs/events?group=/cruddur/backend&amp;pattern=%7B+%24.status+%3D+200+%7D",
            r#"data-field="empty""#,
            // The rows of a group say their stream.
            "<bdi>web-1</bdi>",
        ],
    );
    check_harmless(&page);
    let of_stream = events(
        &[("group", "/cruddur/backend"), ("stream", "web-1")],
        vec![line(7, &message)],
    );
    assert!(!events_page(&of_stream).contains(r#"class="names""#));
}

#[test]
fn a_text_is_shown_as_it_is() {
    let page = events_page(&events(
        &[],
        vec![
            line(1, "2026 ERROR\tin app: it broke\r\n  at line 2"),
            line(2, ""),
        ],
    ));
    check_told(
        &page,
        &[
            r#"class="line lv-error""#,
            "<bdi>2026 ERROR in app: it broke ↵   at line 2</bdi>",
            "it broke␍\n  at line 2</pre>",
            "<em>empty</em>",
            // Of all groups, rows say both names.
            "<bdi>/cruddur/backend</bdi> <bdi>web-1</bdi>",
        ],
    );
    assert!(!page.contains(r#"data-testid="to-trace""#));
}

#[test]
fn everything_is_shown_as_text_wherever_it_has_text() {
    let mut shown = events(
        &[
            ("group", EVIL),
            ("stream", EVIL),
            ("pattern", EVIL),
            ("from", EVIL),
        ],
        vec![evil_line(), line(1, EVIL)],
    );
    shown.groups.push(EVIL.to_owned());
    check_harmless(&events_page(&shown));
    shown.found = Err(EventsFault::Pattern(PatternFault {
        message: EVIL.to_owned(),
        at: Some(3),
    }));
    check_harmless(&events_page(&shown));
    shown.view.stream = None;
    check_harmless(&events_page(&shown));
    let fault = shown.view.range.resolve(NOW).expect_err("no point in time");
    shown.found = Err(EventsFault::Range(fault));
    check_told(
        &events_page(&shown),
        &["no point in time", r#"aria-invalid="true""#],
    );
    check_harmless(&events_page(&shown));

    let group = GroupRow {
        name: EVIL.to_owned(),
        retention: Some(7),
        ..GroupRow::default()
    };
    let groups = GroupsPage {
        view: GroupsView {
            find: EVIL.to_owned(),
        },
        groups: vec![group.clone()],
        is_cut: true,
        is_empty: false,
    };
    check_harmless(&groups_page::page(&groups, &frame()).into_string());
    let streams = StreamsPage {
        view: StreamsView::read(&pairs(&[("group", EVIL), ("find", EVIL)])),
        group,
        streams: vec![StreamRow {
            name: EVIL.to_owned(),
            ..StreamRow::default()
        }],
        is_cut: true,
    };
    check_harmless(&streams_page::page(&streams, &frame()).into_string());
    let one = EventPage {
        line: evil_line(),
        before: vec![evil_line()],
        after: vec![line(1, EVIL)],
    };
    check_harmless(&event_page::page(&one, &frame()).into_string());
    check_harmless(&event_page::not_here(EVIL, &frame()).into_string());
    check_harmless(&event_page::no_such_place(EVIL, Some(EVIL), &frame()).into_string());
    for lines in [
        Ok(vec![evil_line()]),
        Err(PatternFault {
            message: EVIL.to_owned(),
            at: None,
        }),
    ] {
        let tail = TailPage {
            view: shown.view.clone(),
            lines,
            seen: 7,
            groups: vec![EVIL.to_owned()],
        };
        check_harmless(&tail_page::page(&tail, &frame()).into_string());
    }
}

#[test]
fn huge_and_deep_messages_stay_small_in_rows_and_whole_on_their_page() {
    let long = "é".repeat(131_072);
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let json = format!(r#"{{"message":"{long}","other":"{long}"}}"#);
    let lines: Vec<Line> = [&long, &deep, &json]
        .into_iter()
        .enumerate()
        .map(|(id, text)| line(id as u64, text))
        .collect();
    let page = events_page(&events(&[], lines.clone()));
    assert!(page.len() < 60_000, "{}", page.len());
    check_told(&page, &["131,072 characters</a>", "20,001 characters</a>"]);
    for one in lines {
        let text = one.message.clone();
        let shown = EventPage {
            line: one,
            before: Vec::new(),
            after: Vec::new(),
        };
        let page = event_page::page(&shown, &frame()).into_string();
        let whole = page
            .split("data-testid=\"event-message\">")
            .nth(1)
            .and_then(|rest| rest.split("</pre>").next());
        let whole = whole
            .expect("the message")
            .replace("&quot;", "\"")
            .replace([' ', '\n'], "");
        assert!(whole == text.replace(' ', ""), "{}", &whole[..40]);
    }
}

#[test]
fn a_row_has_few_fields_and_unfolds_to_all() {
    let fields: Vec<String> = (0..300).map(|n| format!("\"k{n:03}\":{n}")).collect();
    let page = events_page(&events(
        &[],
        vec![line(1, &format!("{{{}}}", fields.join(",")))],
    ));
    assert_eq!(page.matches(r#"class="pair""#).count(), 17);
    assert_eq!(page.matches(r#"data-testid="event-field""#).count(), 200);
    assert!(page.contains("The first 200 fields are listed"));
}

#[test]
fn order_and_pages_follow_the_address() {
    let lines = || vec![line(1, "a"), line(2, "b")];
    let mut shown = events(&[("pattern", "x")], lines());
    assert_eq!(values(&events_page(&shown), "data-event"), ["2", "1"]);
    let at = |id| Some(Position { timestamp: NOW, id });
    if let Ok(found) = &mut shown.found {
        (found.older, found.newer) = (at(1), at(3));
    }
    let links = |shown: &EventsPage| {
        let page = events_page(shown);
        let place = |testid: &str| {
            page.find(&format!(r#"data-testid="{testid}""#))
                .expect("a link")
        };
        check_told(
            &page,
            &[&format!("older={NOW}.1\""), &format!("newer={NOW}.3\"")],
        );
        place("older") < place("newer")
    };
    assert!(!links(&shown), "newest first: newer ones are above");
    shown.view = EventsView::read(&pairs(&[("order", "oldest")]));
    assert!(links(&shown));
    assert_eq!(values(&events_page(&shown), "data-event"), ["1", "2"]);
    // Around an event, it is told to the script.
    shown.view = shown.view.from(At::Around(Position {
        timestamp: NOW,
        id: 2,
    }));
    assert!(events_page(&shown).contains(r#"data-chosen="2""#));
}

#[test]
fn what_was_not_found_is_told() {
    let none = |query: &[(&str, &str)]| events_page(&events(query, Vec::new()));
    check_told(
        &none(&[]),
        &["No events", "there is no event in any log group"],
    );
    check_told(
        &none(&[("group", "g"), ("pattern", "x"), ("range", "5m")]),
        &[
            "No event matches",
            "the last 5 min",
            "in this log group",
            "Look at all that is stored",
        ],
    );
    let mut shown = events(&[("pattern", "x")], Vec::new());
    if let Ok(found) = &mut shown.found {
        found.gave_up = true;
        found.older = Some(Position {
            timestamp: NOW,
            id: 1,
        });
    }
    check_told(
        &events_page(&shown),
        &[
            "Nothing found so far",
            "back to 2023-11-14 22:13:20.000 UTC",
            "Search on: Older",
        ],
    );
    shown.found = Err(EventsFault::Pattern(PatternFault {
        message: "a brace is not closed".to_owned(),
        at: Some(0),
    }));
    check_told(
        &events_page(&shown),
        &[
            "a brace is not closed",
            r#"<mark data-testid="pattern-error-place">x</mark>"#,
            "Nothing was looked for",
        ],
    );
}

#[test]
fn an_empty_store_says_how_to_get_the_first_event_in() {
    let page = GroupsPage {
        view: GroupsView::default(),
        groups: Vec::new(),
        is_cut: false,
        is_empty: true,
    };
    check_told(
        &groups_page::page(&page, &frame()).into_string(),
        &[
            "cargo lab up 3",
            "aws logs put-log-events",
            "boto3.client",
            r#"data-testid="empty""#,
        ],
    );
}

#[test]
fn groups_and_streams_are_listed_with_their_numbers() {
    let group = GroupRow {
        name: "/cruddur/backend".to_owned(),
        bytes: 12_345_678,
        retention: Some(1),
        streams: 1_234,
        last: Some(NOW),
    };
    let groups = GroupsPage {
        view: GroupsView::default(),
        groups: vec![group.clone(), GroupRow::default()],
        is_cut: false,
        is_empty: false,
    };
    check_told(
        &groups_page::page(&groups, &frame()).into_string(),
        &[
            "12.3 MB",
            "1,234",
            "1 day",
            "5 s ago",
            "for ever",
            "no event",
            "/logs/group?group=/cruddur/backend",
            "/logs/events?group=/cruddur/backend",
        ],
    );
    let streams = StreamsPage {
        view: StreamsView::of("/cruddur/backend"),
        group,
        streams: vec![StreamRow {
            name: "2026/[$LATEST]".to_owned(),
            last: Some(NOW),
            ..StreamRow::default()
        }],
        is_cut: true,
    };
    let page = streams_page::page(&streams, &frame()).into_string();
    check_told(
        &page,
        &[
            "stream=2026/%5B%24LATEST%5D",
            r#"aria-sort="descending""#,
            "order=name",
            "rows=600",
            "/insights?group=/cruddur/backend",
            "/logs/tail?group=/cruddur/backend",
        ],
    );
}

#[test]
fn the_tail_is_in_the_order_of_arrival() {
    let tail = TailPage {
        view: EventsView::read(&pairs(&[("group", "g"), ("pattern", "ERROR")])),
        lines: Ok(vec![line(5, "late"), line(4, "early")]),
        seen: 77,
        groups: vec!["g".to_owned()],
    };
    let page = tail_page::page(&tail, &frame()).into_string();
    assert_eq!(values(&page, "data-event"), ["5", "4"]);
    check_told(
        &page,
        &[
            r#"data-seen="77""#,
            r#"data-kept="500""#,
            r#"action="/logs/tail""#,
            r#"value="ERROR""#,
        ],
    );
    check_told(
        &tail_page::fragment(&tail, &frame()).into_string(),
        &[r#"id="tail""#, r#"id="status""#],
    );
}

#[test]
fn the_logs_of_a_trace_lead_to_the_search() {
    let id = TraceId::parse(ID).expect("an ID");
    let (from, to) = of_trace::window(START, 2_000_000_000);
    assert_eq!((from, to), (NOW - 60_000, NOW + 62_000));
    let logs = |count: u64, of_span| TraceLogs {
        lines: (0..count).map(|id| line(id, "x")).collect(),
        of_span,
        from,
        to,
    };
    let span = Some("00000000000000aa");
    let shown =
        |count, of_span, span| of_trace::list(&logs(count, of_span), id, span).into_string();
    let page = shown(2, true, span);
    check_told(
        &page,
        &[
            "Events of this span",
            "logs-of-span",
            "logs-of-trace",
            "insights-of-trace",
            "from=2023-11-14+22:12:20.000",
            "to=2023-11-14+22:14:22.000",
            "order=oldest",
        ],
    );
    let page = shown(2, false, span);
    check_told(&page, &["No event has this span’s ID"]);
    assert!(!page.contains("logs-of-span"));
    assert!(!shown(2, false, None).contains("this span"));
    check_told(
        &shown(0, false, span),
        &["No log event says", "logs-of-trace"],
    );
    let page = shown(LISTED as u64 + 1, true, span);
    assert_eq!(values(&page, "data-event").len(), LISTED);
    check_told(&page, &["more than 50 events"]);
}
