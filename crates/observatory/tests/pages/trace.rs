//! A trace's page and the comparison of two over HTTP.

use http::{StatusCode, header};
use opentelemetry_proto::tonic::trace::v1::{Span, Status};

use crate::{
    asking::{Observatory, values},
    spans::{attribute, root, sample, trace_id},
};

#[tokio::test]
async fn a_trace_shows_its_spans_and_the_open_one() {
    let mut child = root(9, "SELECT", 1);
    child.trace_id = vec![1; 16];
    child.parent_span_id = vec![1; 8];
    child.attributes = vec![attribute("html", "<script>alert(1)</script>")];
    let observatory =
        Observatory::with(vec![("backend", root(1, "GET /", 5)), ("db", child)]).await;
    let address = format!("/trace/{}", trace_id(1));

    let page = observatory.page(&address).await;
    assert_eq!(values(&page, "data-span-name"), ["GET /", "SELECT"]);
    assert!(!page.contains("data-testid=\"attribute\""));

    let page = observatory
        .page(&format!("{address}?span=0909090909090909"))
        .await;
    assert_eq!(
        values(&page, "data-key")
            .iter()
            .filter(|key| **key == "html")
            .count(),
        1
    );
    assert!(page.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"));

    let page = observatory
        .page(&format!("{address}?collapsed=0101010101010101"))
        .await;
    assert_eq!(values(&page, "data-span-name"), ["GET /"]);

    let json = observatory
        .get(&format!("{address}/span/0909090909090909/otlp.json"))
        .await;
    assert_eq!(json.headers[header::CONTENT_TYPE], "application/json");
    assert!(json.body.contains(r#""spanId": "0909090909090909""#));
    let none = observatory
        .get(&format!("{address}/span/0a0a/otlp.json"))
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_trace_that_is_not_here_is_awaited() {
    let observatory = Observatory::new();
    for (id, part) in [
        (trace_id(7), r#"data-page="awaited""#),
        ("nonsense".to_owned(), "This is no trace ID"),
        ("0".repeat(32), "This is no trace ID"),
        ("%3Cscript%3E".to_owned(), "&lt;script&gt;"),
    ] {
        let answer = observatory.get(&format!("/trace/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains(part), "{id}: {}", answer.body);
    }
    observatory
        .send(vec![("backend", root(7, "late", 1))])
        .await;
    observatory.page(&format!("/trace/{}", trace_id(7))).await;
}

#[tokio::test]
async fn parts_come_only_when_there_is_more() {
    let observatory = Observatory::with(vec![("backend", root(1, "get", 1))]).await;
    let address = format!(
        "/parts/trace/{}?parts=header+waterfall+details",
        trace_id(1)
    );
    let all = observatory.get(&address).await;
    assert_eq!(all.headers["x-spans"], "1");
    for id in ["trace-header", "overview", "waterfall", "details", "status"] {
        assert!(all.body.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert_eq!(
        observatory.get(&format!("{address}&have=1")).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        observatory.get(&format!("{address}&have=0")).await.status,
        StatusCode::OK
    );
    let unknown = observatory
        .get(&format!("/parts/trace/{}", trace_id(2)))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

/// A request of which the back end makes `queries` queries; each such trace begins later than those before.
fn request(id: u8, queries: u8, milliseconds: u64) -> Vec<(&'static str, Span)> {
    let mut spans = vec![("backend", root(id, "GET /", milliseconds))];
    for query in 0..queries {
        let mut span = root(id, "SELECT", 1);
        span.span_id = vec![100 + query; 8];
        span.parent_span_id = vec![id; 8];
        spans.push(("db", span));
    }
    spans
}

#[tokio::test]
async fn a_trace_is_held_against_the_others_of_its_route() {
    let observatory = Observatory::new();
    let address = format!("/trace/{}", trace_id(9));
    observatory.send(request(9, 12, 90)).await;
    assert!(
        observatory
            .page(&address)
            .await
            .contains("data-testid=\"too-few\"")
    );
    for id in 1..=4 {
        observatory.send(request(id, 1, 10 + u64::from(id))).await;
    }
    let page = observatory.page(&address).await;
    assert!(page.contains("4 other traces of this route are here: too few"));
    let mut failed = request(5, 1, 15);
    failed[1].1.status = Some(Status {
        code: 2,
        message: String::new(),
    });
    observatory.send(failed).await;
    observatory
        .send(vec![("backend", root(6, "POST /", 1))])
        .await;
    let page = observatory.page(&address).await;
    for told in [
        "is longer than all 5 other traces",
        "12 times</b></a>, usually 1 and at most 1",
        "(N+1)",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let candidates: Vec<_> = values(&page, "data-why");
    assert_eq!(
        candidates,
        [
            "fastest",
            "median",
            "slowest",
            "latest",
            "latest with an error"
        ]
    );
    for (why, id) in [("fastest", 1), ("median", 3), ("slowest", 5), ("latest", 5)] {
        let link = format!(
            "data-why=\"{why}\" href=\"{address}/compare/{}\"",
            trace_id(id)
        );
        assert!(page.contains(&link), "{link}");
    }
    let part = observatory
        .page(&format!("/parts{address}?parts=route"))
        .await;
    assert!(part.contains("(N+1)") && !part.contains("id=\"waterfall\""));
    let part = observatory
        .page(&format!("/parts{address}?parts=waterfall"))
        .await;
    assert!(!part.contains("(N+1)"));
}

#[tokio::test]
async fn two_traces_are_compared() {
    let observatory = Observatory::new();
    observatory.send(request(1, 1, 10)).await;
    observatory.send(request(2, 3, 30)).await;
    let address = format!("/trace/{}/compare/{}", trace_id(1), trace_id(2));
    let page = observatory.page(&address).await;
    assert_eq!(
        values(&page, "data-side"),
        ["both", "both", "right", "right"]
    );
    assert!(page.contains("+20 ms"));
    let page = observatory
        .page(&format!("{address}?right=6666666666666666"))
        .await;
    assert!(page.contains("Only the right trace has this span."));
    for wrong in [
        format!("/trace/{}/compare/{}", trace_id(1), trace_id(7)),
        format!("/trace/{}/compare/{}", trace_id(7), trace_id(1)),
        format!("/trace/{}/compare/x", trace_id(1)),
    ] {
        assert_eq!(
            observatory.get(&wrong).await.status,
            StatusCode::NOT_FOUND,
            "{wrong}"
        );
    }
    let page = observatory
        .page(&format!("{address}?rows=many&foo=%3Cscript%3E"))
        .await;
    assert!(page.contains("Part of this address was left out.") && page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn what_an_address_says_wrongly_is_told() {
    let observatory = sample().await;
    let page = observatory
        .page(&format!(
            "/trace/{}?zoom=9-1&colour=red&span=01",
            trace_id(1)
        ))
        .await;
    assert!(page.contains("zoom=9-1: two times"));
    assert!(page.contains("colour=red: this page has no such parameter"));
    assert!(
        !observatory
            .page(&format!("/trace/{}", trace_id(1)))
            .await
            .contains("address-wrong")
    );
}
