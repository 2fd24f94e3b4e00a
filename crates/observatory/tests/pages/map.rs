//! X-Ray's pages over HTTP, from a store in memory: segments in by PutTraceSegments, pages out.

use http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::asking::{Observatory, signed, values};

const TRACE: &str = "1-4efaaf4d-1e8720b39541901950019ee5";
const OTHER: &str = "1-4efaaf4e-1e8720b39541901950019ee5";
const START: f64 = 1_700_000_000.0;

impl Observatory {
    async fn call_xray(&self, path: &str, body: Json) -> String {
        let request = Request::post(path).header(header::AUTHORIZATION, signed("xray"));
        let answer = self.ask(request, body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    async fn put_segments(&self, documents: &[String]) -> String {
        let body = json!({ "TraceSegmentDocuments": documents });
        self.call_xray("/TraceSegments", body).await
    }
}

/// Two traces: the backend asks the profiles service, then fails alone.
async fn sample() -> Observatory {
    let observatory = Observatory::new();
    let refused = observatory
        .put_segments(&[backend(), profiles(), alone()])
        .await;
    assert!(!refused.contains("ErrorCode"), "{refused}");
    observatory
}

fn backend() -> String {
    json!({
        "name": "backend", "id": "000000000000000a", "trace_id": TRACE, "start_time": START, "end_time": START + 0.1,
        "http": {"request": {"method": "GET", "url": "http://localhost/api/home"}, "response": {"status": 200}},
        "annotations": {"user": "andrewbrown"}, "kept": "as sent",
        "subsegments": [
            {"name": "profiles", "id": "000000000000000b", "namespace": "remote", "start_time": START + 0.01, "end_time": START + 0.06},
            {"name": "db@localhost", "id": "000000000000000d", "namespace": "remote", "start_time": START + 0.07, "end_time": START + 0.08,
             "sql": {"sanitized_query": "SELECT 1"}},
        ],
    })
    .to_string()
}

fn profiles() -> String {
    json!({
        "name": "profiles", "id": "000000000000000c", "trace_id": TRACE, "parent_id": "000000000000000b",
        "start_time": START + 0.02, "end_time": START + 0.05,
    })
    .to_string()
}

fn alone() -> String {
    json!({
        "name": "backend", "id": "00000000000000aa", "trace_id": OTHER, "start_time": START + 1.0, "end_time": START + 1.2, "fault": true,
    })
    .to_string()
}

#[tokio::test]
async fn the_map_has_nodes_edges_and_the_traces_newest_first() {
    let observatory = sample().await;
    for path in ["/map", "/parts/map"] {
        let page = observatory.page(&format!("{path}?window=all")).await;
        let kinds: Vec<(&str, &str)> = values(&page, "data-name")
            .into_iter()
            .zip(values(&page, "data-kind"))
            .collect();
        for node in [
            ("backend", "service"),
            ("backend", "client"),
            ("profiles", "service"),
            ("db@localhost", "database"),
        ] {
            assert!(kinds.contains(&node), "{path}: {node:?} in {kinds:?}");
        }
        assert_eq!(
            page.matches(r#"data-testid="map-edge""#).count(),
            3,
            "{path}"
        );
        assert_eq!(values(&page, "data-trace-id"), [OTHER, TRACE], "{path}");
    }
}

#[tokio::test]
async fn the_address_filters_the_traces() {
    let observatory = sample().await;
    let group = json!({ "GroupName": "faults", "FilterExpression": "fault = true" });
    observatory.call_xray("/CreateGroup", group).await;
    for (query, traces) in [
        ("window=all", &[OTHER, TRACE][..]),
        ("window=all&filter=service(\"profiles\")", &[TRACE]),
        ("window=all&filter=edge(\"backend\",\"profiles\")", &[TRACE]),
        ("window=all&filter=edge(\"profiles\",\"backend\")", &[]),
        ("window=all&filter=fault", &[OTHER]),
        (
            "window=all&filter=annotation.user%3D\"andrewbrown\"",
            &[TRACE],
        ),
        ("window=all&group=faults", &[OTHER]),
        ("window=all&group=faults&filter=!fault", &[]),
        ("window=all&filter=group.name%3D\"faults\"", &[OTHER]),
        ("window=all&group=nobody", &[]),
        ("window=5m", &[]),
    ] {
        let query = query.replace('"', "%22").replace('!', "%21");
        let page = observatory.page(&format!("/map?{query}")).await;
        assert_eq!(values(&page, "data-trace-id"), traces, "{query}");
    }
    let page = observatory.page("/map?window=5m").await;
    assert!(page.contains("No traces of this time") && page.contains(">faults<"));
}

#[tokio::test]
async fn a_range_has_its_traces_alone_and_stays_in_every_link() {
    let observatory = sample().await;
    // The traces begin at 22:13:20 and one second later.
    let (first, second) = ("2023-11-14T22:13:20", "2023-11-14+22:13:21");
    for (range, traces, rate) in [
        (format!("from={first}&to={first}"), &[TRACE][..], "60/min"),
        (format!("from={second}&to=1700000001"), &[OTHER], "60/min"),
        (
            format!("from={first}&to={second}"),
            &[OTHER, TRACE],
            "60/min",
        ),
        // A minute that is written without seconds is a whole one.
        (
            "from=2023-11-14T22:13&to=2023-11-14T22:13".to_owned(),
            &[OTHER, TRACE],
            "2.0/min",
        ),
        ("window=5m&to=2023-11-14".to_owned(), &[OTHER, TRACE], ""),
        (format!("from={second}"), &[OTHER], ""),
        ("from=2023-11-14T22:14&to=2023-11-15".to_owned(), &[], ""),
    ] {
        for path in ["/map", "/parts/map"] {
            let page = observatory.page(&format!("{path}?{range}")).await;
            assert_eq!(values(&page, "data-trace-id"), traces, "{range}");
            assert!(page.contains(rate), "{range}: {rate}: {page}");
        }
    }
    let range = format!("from={}&to={second}", first.replace('T', "+"));
    let page = observatory.page(&format!("/map?{range}")).await;
    for field in [
        r#"name="from" value="2023-11-14 22:13:20""#,
        r#"name="to" value="2023-11-14 22:13:21""#,
    ] {
        assert!(page.contains(field), "{field}: {page}");
    }
    let links = page.split("<a class=\"node").skip(1);
    for link in links {
        let href = values(link, "href")[0].replace("&amp;", "&");
        assert!(href.starts_with(&format!("/map?{range}&filter=")), "{href}");
        assert!(
            observatory.page(&href).await.contains(&format!(
                r#"chosen" href="/map?{}""#,
                range.replace('&', "&amp;")
            )),
            "{href}"
        );
    }
}

#[tokio::test]
async fn a_wrong_range_is_told_at_its_field_and_nothing_is_looked_at() {
    let observatory = sample().await;
    for (range, told) in [
        ("from=soon", "no point in time"),
        ("to=2023-02-30", "no point in time"),
        ("from=2023-11-15&to=2023-11-14", "before the start"),
    ] {
        let answer = observatory.get(&format!("/map?{range}&filter=fault")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{range}");
        assert_eq!(
            answer.body.matches(r#"data-testid="range-error""#).count(),
            1
        );
        assert!(answer.body.contains(told), "{range}: {}", answer.body);
        assert!(answer.body.contains("Nothing was looked at"), "{range}");
        assert!(!answer.body.contains("map-node") && !answer.body.contains("xray-trace-row"));
        assert!(
            answer.body.contains(r#"value="fault""#),
            "what was typed stays"
        );
    }
}

#[tokio::test]
async fn links_of_the_map_lead_to_what_they_say() {
    let observatory = sample().await;
    let page = observatory.page("/map?window=all").await;
    let links: Vec<String> = page
        .split("<a class=\"")
        .skip(1)
        .filter(|link| link.starts_with("node") || link.starts_with("edge"))
        .map(|link| values(link, "href")[0].replace("&amp;", "&"))
        .collect();
    assert!(links.len() > 6, "{links:?}");
    for link in links {
        let filtered = observatory.page(&link).await;
        let found = values(&filtered, "data-trace-id");
        assert!(found.contains(&TRACE), "{link}: {found:?}");
        assert!(
            filtered.contains(r#"chosen" href="/map?window=all""#),
            "{link}"
        );
    }
}

#[tokio::test]
async fn a_wrong_expression_is_told_with_its_place_and_lists_nothing() {
    let observatory = sample().await;
    for filter in [
        "service(",
        "responsetime+%3E+fast",
        "nosuch",
        "group.name%3D%22nobody%22",
    ] {
        let answer = observatory
            .get(&format!("/map?window=all&filter={filter}"))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{filter}");
        assert!(
            answer.body.contains(r#"data-testid="filter-error""#),
            "{filter}"
        );
        let has_place = answer.body.contains(r#"data-testid="filter-error-place""#);
        assert_eq!(has_place, !filter.starts_with("group"), "{filter}");
        assert!(values(&answer.body, "data-trace-id").is_empty(), "{filter}");
        assert!(
            answer.body.contains(r#"data-testid="map-node""#),
            "{filter}: the map stays"
        );
    }
}

#[tokio::test]
async fn a_traces_segments_are_shown_in_both_forms_of_its_id() {
    let observatory = sample().await;
    let plain = TRACE[2..].replace('-', "");
    for address in [TRACE, &plain, &TRACE.to_uppercase()] {
        let page = observatory.page(&format!("/xray/trace/{address}")).await;
        let rows = values(&page, "data-segment");
        let sent = [
            "000000000000000a",
            "000000000000000b",
            "000000000000000d",
            "000000000000000c",
        ];
        assert_eq!(rows[..4], sent, "{address}");
        assert!(
            page.contains(&format!(r#"href="/trace/{plain}""#)),
            "{address}"
        );
    }
    let waterfall = observatory.page(&format!("/trace/{plain}")).await;
    assert!(waterfall.contains(&format!(r#"href="/xray/trace/{TRACE}""#)));
    for (address, told) in [
        (
            "1-00000000-000000000000000000000001",
            "This trace is not here",
        ),
        ("nonsense", "This is no trace ID"),
    ] {
        let answer = observatory.get(&format!("/xray/trace/{address}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert!(answer.body.contains(told), "{address}");
    }
}

#[tokio::test]
async fn a_document_is_given_as_it_was_sent() {
    let observatory = sample().await;
    // A subsegment's is the one that it came in.
    for id in ["000000000000000a", "000000000000000b"] {
        let address = format!("/xray/trace/{TRACE}/segment/{id}/document.json");
        let answer = observatory.get(&address).await;
        assert_eq!(
            (answer.status, &answer.body),
            (StatusCode::OK, &backend()),
            "{id}"
        );
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let page = observatory
            .page(&format!("/xray/trace/{TRACE}?segment={id}&tab=raw"))
            .await;
        assert!(
            page.contains("As it was sent") && page.contains("as sent"),
            "{id}"
        );
    }
    for address in [
        format!("/xray/trace/{TRACE}/segment/00000000000000ff/document.json"),
        "/xray/trace/x/segment/y/document.json".to_owned(),
    ] {
        assert_eq!(
            observatory.get(&address).await.status,
            StatusCode::NOT_FOUND,
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_trace_of_spans_is_on_the_map_and_its_documents_say_so() {
    let observatory = Observatory::new();
    let spans = json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "frontend"}}]},
        "scopeSpans": [{"spans": [{"traceId": "4efaaf4d1e8720b39541901950019ee5", "spanId": "00000000000000a1", "name": "GET /", "kind": 2,
            "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000100000000"}]}],
    }]});
    let sent = observatory
        .ask(
            Request::post("/v1/traces").header(header::CONTENT_TYPE, "application/json"),
            spans.to_string(),
        )
        .await;
    assert_eq!(sent.status, StatusCode::OK);
    let page = observatory.page("/map?window=all").await;
    assert!(values(&page, "data-name").contains(&"frontend"), "{page}");
    let page = observatory
        .page(&format!(
            "/xray/trace/{TRACE}?segment=00000000000000a1&tab=raw"
        ))
        .await;
    assert!(
        page.contains("Translated from an OpenTelemetry span"),
        "{page}"
    );
}

#[tokio::test]
async fn the_status_page_counts_what_is_stored_and_refused() {
    let observatory = sample().await;
    let garbage = "\u{0}<script>alert(1)</script>".to_owned();
    let no_id = json!({"name": "x", "trace_id": TRACE, "start_time": 1.0, "end_time": 2.0});
    observatory
        .put_segments(&[garbage, no_id.to_string()])
        .await;
    for path in ["/status", "/parts/status"] {
        let page = observatory.page(path).await;
        for told in [
            r#"data-testid="status-segments">3<"#,
            r#"data-testid="status-traces">2<"#,
            r#"data-testid="refused-total">2<"#,
            "MissingId",
            "&lt;script&gt;",
        ] {
            assert!(page.contains(told), "{path}: {told} in {page}");
        }
        assert!(
            !page.contains('\0') && !page.contains("<script>alert"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_empty_map_says_what_to_type_and_the_bar_leads_to_all_pages() {
    let observatory = Observatory::new();
    for path in ["/", "/traces", "/map", "/status"] {
        let page = observatory.page(path).await;
        for link in [
            r#"<a href="/""#,
            r#"<a href="/traces""#,
            r#"<a href="/map""#,
            r#"<a href="/status""#,
        ] {
            assert!(page.contains(link), "{path}: {link}");
        }
        let here = format!(r#"<a href="{path}" aria-current="page""#);
        assert!(page.contains(&here), "{path}");
    }
    assert!(observatory.page("/map").await.contains("cargo lab up xray"));
}
