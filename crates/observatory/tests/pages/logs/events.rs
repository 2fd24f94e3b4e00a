//! Events: searched, in both orders, one by itself, and the tail.

use http::StatusCode;
use serde_json::json;

use super::asking::{TRACE, lines, link, now, sample};
use crate::asking::{Observatory, check_told, encoded, values};

#[tokio::test]
async fn events_are_searched_by_pattern_place_and_time() {
    let observatory = sample().await;
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
    let observatory = sample().await;
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
    let observatory = sample().await;
    let page = observatory.page("/logs/tail?group=cruddur").await;
    assert_eq!(lines(&page), 4);
    let seen = values(&page, "data-seen")[0].to_owned();
    let after = |pattern: &str| format!("/parts/logs/tail?group=cruddur&after={seen}{pattern}");
    assert_eq!(lines(&observatory.page(&after("")).await), 0);
    // An event that is older than others, but comes later.
    let late = json!({ "logGroupName": "cruddur", "logStreamName": "backend/2", "logEvents": [{ "timestamp": now() - 3_600_000, "message": "late" }] });
    observatory.call_logs("PutLogEvents", late).await;
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
