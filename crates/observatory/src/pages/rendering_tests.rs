//! Whole pages from made-up traces: everything is escaped, nothing needs a style attribute, huge traces stay small.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, ArrayValue, KeyValueList, any_value::Value},
    trace::v1::span::{Event, Link},
};

use super::{
    colours::ServiceColours,
    filter::Filter,
    layout::Frame,
    sample::{START, failed, pairs, span, span_of, string, with},
    span_facts,
    trace_address::{MOST_ROWS, ROWS, TraceView},
    trace_page::{self, Trace},
    traces_page::{self, Listing},
};
use crate::{
    model::{ServiceCount, StoreStatus, StoredSpan, TraceId, TracePage, TraceSummary},
    store::Route,
};

/// What must not act when it is shown; also a direction override and a NUL.
pub(super) const EVIL: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0&amp;";

pub(super) fn frame() -> Frame {
    Frame {
        status: StoreStatus {
            traces: 1,
            spans: 2,
            segments: 0,
            log_events: 1_234,
            bytes: 3,
        },
        generation: 7,
        now: START + 5_000_000_000,
        clock_stands: false,
        left_out: Vec::new(),
    }
}

fn view(query: &[(&str, &str)]) -> TraceView {
    TraceView::read(&pairs(query))
}

fn trace_page(spans: &[StoredSpan], view: &TraceView) -> String {
    let colours = ServiceColours::new(spans.iter().map(span_facts::service));
    trace_page::page(
        &Trace::new(TraceId([7; 16]), spans, &colours, view),
        &frame(),
    )
    .into_string()
}

#[test]
fn a_search_that_did_not_reach_all_traces_says_so() {
    let spans = [span_of("backend", 1, 0, "GET /", 0, 50)];
    let (colours, view) = (ServiceColours::new(["backend"]), view(&[]));
    for (is_cut, count) in [(false, 0), (true, 1)] {
        let mut trace = Trace::new(TraceId([7; 16]), &spans, &colours, &view);
        trace.route = Some(Route {
            is_cut,
            ..Route::default()
        });
        let page = trace_page::page(&trace, &frame()).into_string();
        let told = "looked for among the newest 20,000 traces only";
        assert_eq!(page.matches(told).count(), count, "{page}");
    }
}

fn traces_page(filter: Filter, traces: Vec<TraceSummary>, services: Vec<String>) -> String {
    let found = filter.query().map(|_| TracePage {
        traces,
        next: Some(EVIL.into()),
    });
    let names = vec![EVIL.into()];
    traces_page::page(
        &Listing {
            filter,
            found,
            services,
            names,
        },
        &frame(),
    )
    .into_string()
}

/// Only our own script element, no handler, no style attribute, nothing that ends a quoted value early.
#[track_caller]
pub(super) fn check_harmless(page: &str) {
    assert_eq!(page.matches("<script").count(), 1);
    for raw in ["<img", "\0"] {
        let before = page.split(raw).next().unwrap_or("");
        assert!(
            before.len() == page.len(),
            "{raw:?} after {}",
            &before[before.len().saturating_sub(80)..]
        );
    }
    // Outside of quoted values and text no tag has an attribute that acts.
    for tag in page
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let mut outside = true;
        let bare: String = tag
            .chars()
            .filter(|&c| {
                if c == '"' {
                    outside = !outside;
                }
                outside
            })
            .collect();
        for acting in [" on", " style", "javascript:"] {
            assert!(!bare.to_lowercase().contains(acting), "{bare}");
        }
    }
}

/// A span that has the text wherever a span can have one.
fn evil_span() -> StoredSpan {
    let text = || Value::StringValue(EVIL.to_owned());
    let any = || AnyValue {
        value: Some(text()),
    };
    let mut stored = failed(span_of(EVIL, 0x10, 0, EVIL, 0, 50), EVIL);
    stored = with(stored, EVIL, text());
    stored = with(
        stored,
        "array",
        Value::ArrayValue(ArrayValue {
            values: vec![any()],
        }),
    );
    let map = KeyValueList {
        values: vec![string(EVIL, EVIL)],
    };
    stored = with(stored, "map", Value::KvlistValue(map));
    stored.span.trace_state = EVIL.into();
    stored.span.events.push(Event {
        time_unix_nano: START + 10,
        name: EVIL.into(),
        attributes: vec![string(EVIL, EVIL)],
        ..Event::default()
    });
    stored.span.links.push(Link {
        trace_id: EVIL.as_bytes().to_vec(),
        span_id: EVIL.as_bytes().to_vec(),
        attributes: vec![string(EVIL, EVIL)],
        ..Link::default()
    });
    stored.resource_schema_url = EVIL.into();
    stored.scope_schema_url = EVIL.into();
    let scope = std::sync::Arc::make_mut(&mut stored.scope);
    scope.name = EVIL.into();
    scope.version = EVIL.into();
    scope.attributes = vec![string(EVIL, EVIL)];
    std::sync::Arc::make_mut(&mut stored.resource)
        .attributes
        .push(string(EVIL, EVIL));
    stored
}

#[test]
fn a_trace_is_shown_as_text_wherever_it_has_text() {
    let spans = [evil_span(), span(0x11, 0x10, "child", 1, 2)];
    let page = trace_page(
        &spans,
        &view(&[("span", "0000000000000010"), ("find", EVIL)]),
    );
    check_harmless(&page);
    // Not lost either: name, service, message, attribute, event, scope are all there as text.
    assert!(
        page.matches("&lt;script&gt;alert(1)&lt;/script&gt;")
            .count()
            > 20,
        "{page}"
    );
    // The child's panel names its parent.
    check_harmless(&trace_page(&spans, &view(&[("span", "0000000000000011")])));
    check_harmless(&trace_page::not_here(EVIL, false, &frame()).into_string());
}

#[test]
fn the_list_is_shown_as_text_wherever_it_has_text() {
    let summary = TraceSummary {
        trace_id: TraceId([7; 16]),
        root_service: EVIL.into(),
        root_name: EVIL.into(),
        has_root: false,
        start_unix_nano: START,
        duration_nano: 5,
        spans: 1,
        errors: 1,
        services: vec![ServiceCount {
            name: EVIL.into(),
            spans: 1,
            errors: 1,
        }],
    };
    let typed = |key: &str| Filter::read(&[(key.to_owned(), EVIL.to_owned())]);
    for key in [
        "service",
        "name",
        "min",
        "max",
        "error",
        "attribute",
        "after",
    ] {
        let page = traces_page(typed(key), vec![summary.clone()], vec![EVIL.into()]);
        check_harmless(&page);
    }
}

#[test]
fn wrong_fields_keep_what_was_typed_and_say_what_is_wrong() {
    let filter = Filter::read(&[("min".into(), "10".into()), ("name".into(), "GET /".into())]);
    let page = traces_page(filter, vec![], vec!["backend".into()]);
    for expected in [
        r#"value="10""#,
        r#"value="GET /""#,
        "Add a unit: 10ms",
        "Nothing was looked for",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

#[test]
fn ten_thousand_spans_open_at_once_and_go_on_by_request() {
    let spans: Vec<_> = (1..=10_000)
        .map(|id| {
            let parent = if id == 1 { 0 } else { id / 3 + 1 };
            let parent = if parent == id { 1 } else { parent };
            span_of(
                &format!("service-{}", id % 5),
                id,
                parent,
                "GET /api/activities/home",
                id,
                20_000,
            )
        })
        .collect();
    let rows = |page: &str| page.matches(r#"data-testid="span-row""#).count();
    let page = trace_page(&spans, &view(&[]));
    assert_eq!(rows(&page), ROWS);
    assert!(page.len() < 600_000, "{}", page.len());
    assert!(
        page.contains("Show 500 more of 9,500 spans below"),
        "{}",
        &page[page.len() - 2_000..]
    );
    assert_eq!(rows(&trace_page(&spans, &view(&[("rows", "1000")]))), 1_000);
    // However many are asked for, one page holds no more than it can; the rest is a page further.
    let many = trace_page(&spans, &view(&[("rows", "20000")]));
    assert_eq!(rows(&many), MOST_ROWS);
    assert!(many.len() < 2_000_000, "{}", many.len());
    assert!(many.contains("Go on with the next 500 of 9,000 spans below"));
    let further = trace_page(&spans, &view(&[("skip", "9900")]));
    assert_eq!(rows(&further), 100);
    assert!(further.contains("Show the rows above: 9,900"));
    assert_eq!(rows(&trace_page(&spans, &view(&[("skip", "999999")]))), 1);
    // An open span is among the rows, wherever it is, unless the address says where to begin.
    let last = format!("{:016x}", 10_000);
    let open = trace_page(&spans, &view(&[("span", &last)]));
    assert!(
        open.contains(&format!(r#"id="r-{last}""#)) && open.contains(r#"data-testid="span-name""#)
    );
    assert!(
        rows(&open) <= ROWS && open.len() < 600_000,
        "{}",
        open.len()
    );
    assert!(
        !trace_page(&spans, &view(&[("span", &last), ("skip", "5000")]))
            .contains(&format!(r#"id="r-{last}""#))
    );
    assert_eq!(rows(&trace_page(&spans, &view(&[("levels", "1")]))), 1);
}

#[test]
fn two_thousand_levels_are_drawn_within_the_margin() {
    let spans: Vec<_> = (1..=2_000)
        .map(|id| span(id, id - 1, "deeper", id, 4_000))
        .collect();
    let page = trace_page(&spans, &view(&[("rows", "1000")]));
    let rows = page.matches(r#"data-testid="span-row""#).count();
    assert_eq!(rows, MOST_ROWS);
    assert!(page.len() < 2_000_000, "{}", page.len());
    let page = trace_page(&spans, &view(&[("skip", "1000"), ("rows", "1000")]));
    assert!(page.contains(r#"aria-level="2000""#) && !page.contains("who i25"));
}

#[test]
fn a_value_of_64_kb_is_folded() {
    let long = with(
        span(1, 0, "get", 0, 9),
        "body",
        Value::StringValue("é".repeat(65_536)),
    );
    let page = trace_page(&[long], &view(&[("span", "0000000000000001")]));
    assert!(page.contains("show all 65,536 characters"));
    assert!(page.len() < 420_000, "{}", page.len());
}

#[test]
fn a_parent_that_was_not_received_is_told_and_explained() {
    let spans = [span(
        2,
        0x5399_5c3f_42cd_8ad8,
        "GET /api/activities/home",
        0,
        9,
    )];
    let page = trace_page(&spans, &view(&[("span", "m53995c3f42cd8ad8")]));
    assert!(
        page.contains("parent <code>53995c3f42cd8ad8</code> not received"),
        "{page}"
    );
    assert!(page.contains("One span names it as parent"), "{page}");
}

#[test]
fn collapsed_rows_say_how_many_they_hide() {
    let spans = [
        span(1, 0, "a", 0, 9),
        span(2, 1, "b", 1, 8),
        span(3, 2, "c", 2, 7),
    ];
    let page = trace_page(&spans, &view(&[("collapsed", "0000000000000001")]));
    assert_eq!(page.matches(r#"data-testid="span-row""#).count(), 1);
    assert!(
        page.contains(r#"aria-expanded="false""#) && page.contains(">+2<"),
        "{page}"
    );
}

#[test]
fn searching_marks_what_matches_and_leads_to_the_next() {
    let spans = [
        with(
            span(1, 0, "get", 0, 9),
            "user.id",
            Value::StringValue("andrewbrown".into()),
        ),
        with(
            span(2, 1, "db", 1, 8),
            "http.response.status_code",
            Value::IntValue(422),
        ),
    ];
    for (text, hits, next) in [
        ("ANDREW", 1, 1),
        ("status_code=422", 1, 2),
        ("backend", 2, 1),
        ("nothing", 0, 0),
    ] {
        let page = trace_page(&spans, &view(&[("find", text)]));
        assert!(page.contains(&format!("{hits} of 2 match")), "{text}");
        let link =
            format!(r#"href="/trace/07070707070707070707070707070707?span={next:016x}&amp;find="#);
        assert_eq!(
            page.split("data-next")
                .nth(1)
                .is_some_and(|rest| rest.starts_with(&format!("=\"\" {link}"))),
            next > 0,
            "{text}: {page}"
        );
    }
}
