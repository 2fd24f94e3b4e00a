//! The log events of a trace on its own pages.

use http::{Request, StatusCode, header};
use serde_json::json;

use super::asking::{TRACE, XRAY, failed, lines, link, now, sample};
use crate::asking::{check_told, signed};

#[tokio::test]
async fn a_trace_shows_its_logs_as_spans_and_as_segments() {
    let observatory = sample().await;
    let start = now() as f64 / 1e3;
    let segment = json!({ "name": "backend", "id": "00000000000000aa", "trace_id": XRAY, "start_time": start, "end_time": start + 0.1,
        "subsegments": [{ "name": "db", "id": "00000000000000bb", "start_time": start, "end_time": start + 0.05 }] });
    let request = Request::post("/TraceSegments")
        .header(header::AUTHORIZATION, signed("xray"))
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
