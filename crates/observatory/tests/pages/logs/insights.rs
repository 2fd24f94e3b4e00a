//! The page of Logs Insights.

use http::StatusCode;

use super::asking::{TRACE, sample};
use crate::asking::{check_told, encoded, values};

#[tokio::test]
async fn insights_answers_with_rows_histogram_and_figures() {
    let observatory = sample().await;
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
    let observatory = sample().await;
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
    let observatory = sample().await;
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
