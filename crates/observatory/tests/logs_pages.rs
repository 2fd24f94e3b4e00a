//! The pages of logs over HTTP, from a store in memory: events in by PutLogEvents, pages out.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use observatory::{
    access::Access,
    server::{self, AppState, Keys},
    store::{Location, Store, StoreOptions},
};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/logs/aws4_request, \
     SignedHeaders=host, Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const TRACE: &str = "4efaaf4d1e8720b39541901950019ee5";
const XRAY: &str = "1-4efaaf4d-1e8720b39541901950019ee5";
/// What must not act when it is shown; also a direction override and a NUL.
const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0&amp;";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

struct Observatory(Router);

/// Now, in milliseconds: the service takes no events that are older than two weeks.
fn now() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock");
    i64::try_from(now.as_millis()).expect("a time")
}

impl Observatory {
    fn new() -> Self {
        let options = StoreOptions {
            location: Location::Memory,
            retain_bytes: u64::MAX,
        };
        let store = Store::open(options).expect("a store in memory opens");
        Self(server::router(AppState::new(
            store,
            Keys::default(),
            Access::default(),
        )))
    }

    async fn ask(&self, request: http::request::Builder, body: String) -> Answer {
        let request = request
            .header(header::HOST, "localhost:4318")
            .body(Body::from(body))
            .expect("a request");
        let response = self.0.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        }
    }

    async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address), String::new()).await
    }

    async fn page(&self, address: &str) -> String {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
        answer.body
    }

    async fn call(&self, operation: &str, body: Json) {
        let request = Request::post("/")
            .header(header::AUTHORIZATION, SIGNED)
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"));
        let answer = self.ask(request, body.to_string()).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{operation}: {}",
            answer.body
        );
        assert!(!answer.body.contains("rejected"), "{}", answer.body);
    }

    async fn make(&self, group: &str, stream: &str) {
        self.call("CreateLogGroup", json!({ "logGroupName": group }))
            .await;
        self.make_stream(group, stream).await;
    }

    async fn make_stream(&self, group: &str, stream: &str) {
        self.call(
            "CreateLogStream",
            json!({ "logGroupName": group, "logStreamName": stream }),
        )
        .await;
    }

    /// Puts messages, each a millisecond after the one before; the last one now.
    async fn put(&self, group: &str, stream: &str, messages: &[String]) {
        let first = now() - i64::try_from(messages.len()).expect("few");
        let events: Vec<Json> = (first..)
            .zip(messages)
            .map(|(timestamp, message)| json!({ "timestamp": timestamp, "message": message }))
            .collect();
        self.call(
            "PutLogEvents",
            json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events }),
        )
        .await;
    }

    /// A group of two streams and a group of one, with a request that failed.
    async fn sample() -> Self {
        let observatory = Self::new();
        observatory.make("cruddur", "backend/1").await;
        observatory.make_stream("cruddur", "backend/2").await;
        observatory.make("/ecs/front-end", "nginx").await;
        observatory
            .put(
                "cruddur",
                "backend/1",
                &[request(200, "INFO"), failed(), request(422, "WARN")],
            )
            .await;
        observatory
            .put("cruddur", "backend/2", &[request(200, "INFO")])
            .await;
        observatory
            .put(
                "/ecs/front-end",
                "nginx",
                &[format!("GET / 200 Root={XRAY}"), "GET /x 404".to_owned()],
            )
            .await;
        observatory
    }
}

fn request(status: u16, level: &str) -> String {
    json!({ "level": level, "message": "request answered", "http.route": "/api/home", "http.response.status_code": status, "seconds": 0.5 }).to_string()
}

fn failed() -> String {
    json!({
        "level": "ERROR", "message": "profiles did not answer", "trace_id": TRACE, "span_id": "00000000000000aa",
        "http.response.status_code": 500,
    })
    .to_string()
}

/// The values of an attribute of elements, in the order of the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn lines(page: &str) -> usize {
    page.matches(r#"data-testid="log-line""#).count()
}

/// The address that an element with this test ID leads to.
fn link(page: &str, testid: &str) -> Option<String> {
    let tag = page.split('<').find(|tag| {
        tag.contains(&format!(r#"data-testid="{testid}""#)) && tag.contains(" href=\"")
    })?;
    Some(values(tag, "href").first()?.replace("&amp;", "&"))
}

#[track_caller]
fn check_told(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
}

/// Percent-encodes for a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn an_empty_store_says_how_to_begin() {
    let observatory = Observatory::new();
    check_told(
        &observatory.page("/logs").await,
        &["Waiting for the first log group", "aws logs put-log-events"],
    );
    check_told(
        &observatory.page("/logs/events").await,
        &[r#"data-testid="no-events""#],
    );
    check_told(
        &observatory.page("/insights").await,
        &["There is no log group yet", r#"data-testid="samples""#],
    );
    check_told(
        &observatory.page("/insights?query=limit+1").await,
        &[r#"data-testid="no-results""#],
    );
    check_told(&observatory.page("/logs/tail").await, &[r#"data-seen="0""#]);
    assert!(!observatory.page("/").await.contains("log events"));
}

#[tokio::test]
async fn groups_and_streams_are_found() {
    let observatory = Observatory::sample().await;
    observatory
        .call(
            "PutRetentionPolicy",
            json!({ "logGroupName": "cruddur", "retentionInDays": 14 }),
        )
        .await;
    let page = observatory.page("/logs").await;
    assert_eq!(values(&page, "data-group"), ["/ecs/front-end", "cruddur"]);
    check_told(
        &page,
        &[
            "14 days",
            "for ever",
            r#"data-testid="stored-log-events">6<"#,
        ],
    );
    for (find, groups) in [("rud", vec!["cruddur"]), ("nothing", vec![])] {
        for path in ["/logs", "/parts/logs"] {
            let page = observatory.page(&format!("{path}?find={find}")).await;
            assert_eq!(values(&page, "data-group"), groups, "{path} {find}");
        }
    }
    for (query, streams) in [
        ("order=name", vec!["backend/1", "backend/2"]),
        ("find=backend/2", vec!["backend/2"]),
        ("find=ackend", vec![]),
        ("rows=1&order=name", vec!["backend/1"]),
    ] {
        let page = observatory
            .page(&format!("/logs/group?group=cruddur&{query}"))
            .await;
        assert_eq!(values(&page, "data-stream"), streams, "{query}");
    }
    let page = observatory.page("/parts/logs/group?group=cruddur").await;
    // The stream of the last event is first.
    assert_eq!(values(&page, "data-stream"), ["backend/2", "backend/1"]);
}

#[tokio::test]
async fn places_that_are_not_there_are_waited_for() {
    let observatory = Observatory::sample().await;
    for address in [
        "/logs/group",
        "/logs/group?group=crud",
        "/logs/events?group=gone",
        "/logs/events?group=cruddur&stream=gone",
        "/logs/tail?group=gone",
        "/logs/tail?group=cruddur&stream=gone",
    ] {
        let answer = observatory.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        check_told(&answer.body, &[r#"data-page="awaited""#]);
        let part = observatory.get(&format!("/parts{address}")).await;
        assert_eq!(part.status, StatusCode::NOT_FOUND, "{address}");
    }
    for id in [
        "0",
        "99999999",
        "18446744073709551615",
        "x",
        "-1",
        "%3Cscript%3E",
    ] {
        let answer = observatory.get(&format!("/logs/event/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        check_told(&answer.body, &["This event is not here"]);
        assert_eq!(answer.body.matches("<script").count(), 1, "{id}");
    }
    let part = observatory.get("/parts/insights/event/99999999").await;
    assert_eq!(part.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn events_are_searched_by_pattern_place_and_time() {
    let observatory = Observatory::sample().await;
    let errors = encoded(r#"{ $.level = "ERROR" }"#);
    for (query, count) in [
        (String::new(), 6),
        ("group=cruddur".to_owned(), 4),
        ("group=cruddur&stream=backend/2".to_owned(), 1),
        ("pattern=GET".to_owned(), 2),
        ("pattern=GET+-404".to_owned(), 1),
        (format!("pattern={errors}"), 1),
        (format!("group=/ecs/front-end&pattern={errors}"), 0),
        ("range=5m".to_owned(), 6),
        ("from=2001-01-01".to_owned(), 6),
        ("to=2001-01-01".to_owned(), 0),
    ] {
        for path in ["/logs/events", "/parts/logs/events"] {
            let page = observatory.page(&format!("{path}?{query}")).await;
            assert_eq!(lines(&page), count, "{path}?{query}");
        }
    }
    let page = observatory.page("/logs/events?group=cruddur").await;
    // Newest first; the failed one says so and leads to its trace.
    check_told(
        &page,
        &[
            &format!(r#"href="/trace/{TRACE}?span=00000000000000aa""#),
            "lv-error",
            "lv-warn",
        ],
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_search_is_told() {
    let observatory = Observatory::sample().await;
    let long = format!("pattern={}", "x".repeat(1_025));
    for (query, told) in [
        ("pattern=%7B+%24.a+%3D", vec!["pattern-error-place"]),
        (
            &long[..],
            vec!["1,024 characters at most, and this one has 1,025"],
        ),
        ("from=soon", vec!["no point in time", r#"value="soon""#]),
        ("from=2026-01-02&to=2026-01-01", vec!["before the start"]),
    ] {
        let answer = observatory.get(&format!("/logs/events?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        check_told(&answer.body, &told);
        assert_eq!(lines(&answer.body), 0, "{query}");
    }
    let answer = observatory.get("/logs/tail?pattern=%7B").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    check_told(&answer.body, &["pattern-error"]);
    // What makes no sense in an address is left out.
    for query in [
        "older=x",
        "newer=1",
        "around=",
        "order=up",
        "range=9y",
        "stream=alone",
    ] {
        assert_eq!(
            lines(&observatory.page(&format!("/logs/events?{query}")).await),
            6,
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_lead_to_all_events_in_both_orders_and_back() {
    let observatory = Observatory::new();
    observatory.make("g", "s").await;
    observatory.make_stream("g", "t").await;
    let messages: Vec<String> = (0..130).map(|n| format!("number {n:03}")).collect();
    observatory.put("g", "s", &messages).await;
    observatory.put("g", "t", &messages).await;
    for (order, on, back) in [("newest", "older", "newer"), ("oldest", "newer", "older")] {
        for scope in ["", "&group=g", "&group=g&pattern=number"] {
            let mut address = format!("/logs/events?order={order}{scope}");
            let mut seen = Vec::new();
            let mut pages = Vec::new();
            for _ in 0..4 {
                let page = observatory.page(&address).await;
                let ids: Vec<String> = values(&page, "data-event")
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                seen.extend(ids.clone());
                pages.push((page.clone(), ids));
                match link(&page, on) {
                    Some(next) => address = next,
                    None => break,
                }
            }
            assert_eq!(pages.len(), 3, "{order}{scope}");
            assert_eq!(seen.len(), 260, "{order}{scope}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 260, "{order}{scope}: nothing twice");
            assert_eq!(link(&pages[0].0, back), None, "{order}{scope}");
            // And back to the page before.
            let before = link(&pages[2].0, back).expect("a way back");
            let page = observatory.page(&before).await;
            assert_eq!(values(&page, "data-event"), pages[1].1, "{order}{scope}");
        }
    }
}

#[tokio::test]
async fn one_event_has_its_own_page_and_stands_in_its_stream() {
    let observatory = Observatory::new();
    observatory.make("g", "s").await;
    let messages: Vec<String> = (0..300).map(|n| format!("number {n:03}")).collect();
    observatory.put("g", "s", &messages).await;
    let page = observatory
        .page("/logs/events?group=g&pattern=%22number+150%22")
        .await;
    let address = link(&page, "event-link").expect("a link");
    let page = observatory.page(&address).await;
    check_told(
        &page,
        &[
            "number 150",
            "number 145",
            "number 155",
            r#"data-testid="log-event""#,
        ],
    );
    assert!(!page.contains("number 144") && !page.contains("number 156"));
    assert_eq!(page.matches(r#"data-testid="log-event""#).count(), 1);
    assert_eq!(lines(&page), 10);
    // Rows beside it lead to themselves.
    let own = page.rsplit_once("</ol>").expect("neighbours").1;
    let around = link(own, "event-around").expect("a link");
    let page = observatory.page(&around).await;
    assert_eq!(lines(&page), 100);
    let chosen = values(&page, "data-chosen")[0];
    assert_eq!(address, format!("/logs/event/{chosen}"));
    check_told(&page, &["number 100", "number 150", "number 199"]);
    assert!(link(&page, "older").is_some() && link(&page, "newer").is_some());
}

#[tokio::test]
async fn the_tail_goes_on_where_it_was() {
    let observatory = Observatory::sample().await;
    let page = observatory.page("/logs/tail?group=cruddur").await;
    assert_eq!(lines(&page), 4);
    let seen = values(&page, "data-seen")[0].to_owned();
    let after = |pattern: &str| format!("/parts/logs/tail?group=cruddur&after={seen}{pattern}");
    assert_eq!(lines(&observatory.page(&after("")).await), 0);
    // An event that is older than others, but comes later.
    let late = json!({ "logGroupName": "cruddur", "logStreamName": "backend/2", "logEvents": [{ "timestamp": now() - 3_600_000, "message": "late" }] });
    observatory.call("PutLogEvents", late).await;
    observatory
        .put("/ecs/front-end", "nginx", &["elsewhere".to_owned()])
        .await;
    let part = observatory.page(&after("")).await;
    assert_eq!(lines(&part), 1);
    check_told(&part, &[">late<"]);
    assert!(values(&part, "data-seen")[0].parse::<u64>().ok() > seen.parse().ok());
    assert_eq!(lines(&observatory.page(&after("&pattern=other")).await), 0);
    assert_eq!(
        lines(&observatory.page(&after("&stream=backend/1")).await),
        0
    );
    assert_eq!(
        lines(
            &observatory
                .page(&format!("/parts/logs/tail?after={seen}"))
                .await
        ),
        4
    );
    // A burst comes in parts, oldest first, and nothing of it is left out.
    let burst: Vec<String> = (0..250).map(|n| format!("burst {n}")).collect();
    observatory.put("cruddur", "backend/1", &burst).await;
    let mut seen = seen;
    let mut counts = Vec::new();
    for _ in 0..9 {
        let part = observatory
            .page(&format!("/parts/logs/tail?group=cruddur&after={seen}"))
            .await;
        let next = values(&part, "data-seen")[0].to_owned();
        if next == seen {
            break;
        }
        counts.push(lines(&part));
        seen = next;
    }
    assert_eq!(counts, [100, 100, 51]);
    // The first page has the last ones.
    let page = observatory.page("/logs/tail?group=cruddur").await;
    assert_eq!(
        (
            lines(&page),
            page.contains("burst 249<"),
            page.contains("burst 149<")
        ),
        (100, true, false)
    );
}

#[tokio::test]
async fn what_a_groups_retention_has_expired_is_not_shown() {
    let observatory = Observatory::sample().await;
    let old = now() - 3 * 24 * 3_600_000;
    let event = json!({ "logGroupName": "cruddur", "logStreamName": "backend/2", "logEvents": [{ "timestamp": old, "message": "old one" }] });
    observatory.call("PutLogEvents", event).await;
    let page = observatory.page("/logs/events?pattern=%22old+one%22").await;
    let address = link(&page, "event-link").expect("a link");
    let pages = [
        "/logs/events",
        "/logs/events?group=cruddur",
        "/logs/tail",
        "/parts/logs/tail?after=0",
        "/insights?range=all&query=fields+@message",
        &address,
    ];
    for page in pages {
        check_told(&observatory.page(page).await, &["old one"]);
    }
    let kept = json!({ "logGroupName": "cruddur", "retentionInDays": 1 });
    observatory.call("PutRetentionPolicy", kept).await;
    for page in pages {
        let answer = observatory.get(page).await;
        assert!(!answer.body.contains("old one"), "{page}");
    }
}

#[tokio::test]
async fn insights_answers_with_rows_histogram_and_figures() {
    let observatory = Observatory::sample().await;
    let query =
        encoded("fields @timestamp, level, trace_id, @message | filter ispresent(level) | limit 3");
    for path in ["/insights", "/parts/insights"] {
        let page = observatory.page(&format!("{path}?query={query}")).await;
        assert_eq!(
            page.matches(r#"data-testid="result-row""#).count(),
            3,
            "{path}"
        );
        check_told(
            &page,
            &[
                r#"data-testid="records-matched">4<"#,
                r#"data-testid="records-scanned">6<"#,
                // Also what matched beyond the limit is counted by time.
                r#"data-testid="histogram" data-total="4""#,
                &format!(r#"href="/trace/{TRACE}""#),
            ],
        );
    }
    let one = observatory
        .page(&format!(
            "/insights?group=/ecs/front-end&query={}",
            encoded("fields @message")
        ))
        .await;
    assert_eq!(one.matches(r#"data-testid="result-row""#).count(), 2);
    let none = observatory
        .page(&format!("/insights?to=2001-01-01&query={query}"))
        .await;
    check_told(
        &none,
        &[r#"data-testid="no-results""#, "0 events were looked at"],
    );

    let chart = encoded("stats count(*) as n by bin(1d), level");
    let page = observatory
        .page(&format!("/insights?range=all&query={chart}"))
        .await;
    check_told(
        &page,
        &[
            r#"data-testid="chart""#,
            "<bdi>INFO</bdi>",
            "<bdi>ERROR</bdi>",
        ],
    );
}

#[tokio::test]
async fn a_row_unfolds_to_all_fields_of_its_event() {
    let observatory = Observatory::sample().await;
    let query = encoded("fields @message | filter level = \"ERROR\"");
    let page = observatory.page(&format!("/insights?query={query}")).await;
    let id = values(&page, "data-unfold")[0].to_owned();
    assert!(!page.contains(r#"data-testid="all-fields""#));
    let fields = [
        "@timestamp",
        "@ingestionTime",
        "@message",
        "@logStream",
        "@log",
        "trace_id",
        "http.response.status_code",
    ];
    for address in [
        format!("/insights?query={query}&open={id}"),
        format!("/parts/insights/event/{id}"),
    ] {
        let page = observatory.page(&address).await;
        for field in fields {
            assert!(
                values(&page, "data-field").contains(&field),
                "{address}: {field}"
            );
        }
    }
    // An event that is not among the rows stays folded.
    let other = encoded("fields @message | filter level = \"INFO\"");
    assert!(
        !observatory
            .page(&format!("/insights?query={other}&open={id}"))
            .await
            .contains("all-fields")
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_told_where_it_is() {
    let observatory = Observatory::sample().await;
    let malformed = encoded("fields @message\n| filtr x = 1");
    for (query, told) in [
        (
            format!("query={malformed}"),
            vec!["line 2", r#"data-testid="query-error-place">filtr<"#],
        ),
        (
            format!("query={}", "x".repeat(10_001)),
            vec![r#"data-testid="query-error""#],
        ),
        (
            "query=limit+1&group=gone".to_owned(),
            vec!["There is no log group “gone”", "not there"],
        ),
        ("query=limit+1&from=x".to_owned(), vec!["no point in time"]),
    ] {
        let answer = observatory.get(&format!("/insights?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        check_told(&answer.body, &told);
        check_told(&answer.body, &["Nothing was asked"]);
        // The script puts the same into the page.
        let part = observatory.page(&format!("/parts/insights?{query}")).await;
        check_told(&part, &[r#"id="e-query""#, r#"id="results""#]);
    }
    for n in 0..51 {
        observatory.make(&format!("many-{n}"), "s").await;
    }
    let answer = observatory.get("/insights?query=limit+1").await;
    check_told(&answer.body, &["50 log groups at most, and these are 53"]);
    assert_eq!(
        observatory
            .get("/insights?query=limit+1&group=cruddur")
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn hostile_events_are_shown_as_text() {
    let observatory = Observatory::new();
    observatory.make("g", "s").await;
    let quoted = json!(EVIL).to_string();
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let messages = [
        EVIL.to_owned(),
        format!(
            "{{{quoted}:{quoted},\"message\":{quoted},\"level\":{quoted},\"trace_id\":{quoted}}}"
        ),
        "\u{202e}\u{2066}bidi\u{200b}".to_owned(),
        "é".repeat(131_072),
        format!("{{\"message\":\"{}\"}}", "x".repeat(262_000)),
        "{\"broken\":".to_owned(),
        deep,
        "[1,2,3]".to_owned(),
        "null".to_owned(),
        " ".to_owned(),
    ];
    observatory.put("g", "s", &messages).await;
    let pages = [
        "/logs/events",
        "/logs/tail",
        "/insights?query=fields+@message",
        "/parts/logs/events",
    ];
    for address in pages {
        let answer = observatory.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let (own, body) = (usize::from(!address.starts_with("/parts")), &answer.body);
        assert_eq!(body.matches("<script").count(), own, "{address}");
        assert!(!body.contains("<img") && !body.contains('\0'), "{address}");
        assert!(body.len() < 200_000, "{address}: {}", body.len());
        let policy = answer
            .headers
            .get(header::CONTENT_SECURITY_POLICY)
            .map(|policy| policy.as_bytes());
        assert!(
            policy.is_some_and(|policy| policy.starts_with(b"default-src 'none'")),
            "{address}"
        );
    }
    let page = observatory.page("/logs/events").await;
    for id in values(&page, "data-event") {
        let page = observatory.page(&format!("/logs/event/{id}")).await;
        assert_eq!(page.matches("<script").count(), 1, "{id}");
        assert!(!page.contains("<img") && !page.contains('\0'), "{id}");
        assert!(page.len() < 2_000_000, "{id}: {}", page.len());
        observatory
            .page(&format!("/parts/insights/event/{id}"))
            .await;
    }
    // What an address says is no less foreign.
    let evil = encoded(EVIL);
    for address in [
        format!("/logs?find={evil}"),
        format!("/logs/group?group={evil}"),
        format!("/logs/events?group={evil}&stream={evil}"),
        format!("/logs/events?pattern={evil}&from={evil}"),
        format!("/logs/tail?pattern={evil}"),
        format!("/insights?query={evil}&group={evil}&from={evil}"),
    ] {
        let answer = observatory.get(&address).await;
        assert_eq!(answer.body.matches("<script").count(), 1, "{address}");
        assert!(
            !answer.body.contains("<img") && !answer.body.contains('\0'),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_trace_shows_its_logs_as_spans_and_as_segments() {
    let observatory = Observatory::sample().await;
    let start = now() as f64 / 1e3;
    let segment = json!({ "name": "backend", "id": "00000000000000aa", "trace_id": XRAY, "start_time": start, "end_time": start + 0.1,
        "subsegments": [{ "name": "db", "id": "00000000000000bb", "start_time": start, "end_time": start + 0.05 }] });
    let request = Request::post("/TraceSegments")
        .header(header::AUTHORIZATION, SIGNED.replace("/logs/", "/xray/"))
        .header(header::CONTENT_TYPE, "application/json");
    let answer = observatory
        .ask(
            request,
            json!({ "TraceSegmentDocuments": [segment.to_string()] }).to_string(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);

    // Without an open span, only a way to the search; it finds what names the trace, in either form.
    let page = observatory.page(&format!("/trace/{TRACE}")).await;
    assert!(!page.contains("trace-logs"));
    let search = observatory
        .page(&link(&page, "to-logs").expect("a link"))
        .await;
    assert_eq!(lines(&search), 2);
    let own = observatory
        .page(&format!("/trace/{TRACE}?span=00000000000000aa"))
        .await;
    check_told(&own, &["Events of this span", "profiles did not answer"]);
    assert_eq!(lines(&own), 1);
    for (testid, count) in [("logs-of-span", 1), ("logs-of-trace", 2)] {
        let page = observatory.page(&link(&own, testid).expect(testid)).await;
        assert_eq!(lines(&page), count, "{testid}");
    }
    let asked = observatory
        .page(&link(&own, "insights-of-trace").expect("a link"))
        .await;
    assert_eq!(asked.matches(r#"data-testid="result-row""#).count(), 1);
    let other = observatory
        .page(&format!("/trace/{TRACE}?span=00000000000000bb"))
        .await;
    check_told(&other, &["No event has this span’s ID"]);
    assert_eq!(lines(&other), 2);

    // The same as segments.
    let page = observatory
        .page(&format!(
            "/xray/trace/{XRAY}?segment=00000000000000aa&tab=logs"
        ))
        .await;
    check_told(&page, &["Events of this span", "profiles did not answer"]);
    assert!(link(&page, "to-logs").is_some());

    // The part is told anew when an event has come for the open span.
    let part = |logs: usize| {
        format!("/parts/trace/{TRACE}?parts=header&span=00000000000000aa&have=2&logs={logs}")
    };
    assert_eq!(
        observatory.get(&part(1)).await.status,
        StatusCode::NO_CONTENT
    );
    observatory.put("cruddur", "backend/2", &[failed()]).await;
    let part = observatory.get(&part(1)).await;
    assert_eq!(part.status, StatusCode::OK);
    check_told(&part.body, &[r#"data-logs="2""#]);
    assert!(!part.body.contains("trace-header"));
}
