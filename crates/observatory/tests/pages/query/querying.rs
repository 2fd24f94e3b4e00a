//! Queries on the page: what is asked, what is wrong with it, what is found.

use http::StatusCode;
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use super::asking::{EVIL, Made, NOW, made, sample, text, with};
use crate::asking::{Observatory, check_told, encoded};

#[tokio::test]
async fn a_query_is_asked_as_it_stands_in_the_address() {
    let observatory = sample().await;
    let query = "v=COUNT&v=max(duration_ms)&where=service.name%3Dbackend&by=user.id";
    for path in ["/query", "/parts/query"] {
        let page = observatory.page(&format!("{path}?{query}")).await;
        check_told(
            &page,
            &[
                r#"data-testid="rows-matched">3<"#,
                r#"data-testid="group-count">2<"#,
                r#"value="MAX(duration_ms)""#,
                r#"value="service.name = backend""#,
                // As a program would ask it.
                "&quot;time_range&quot;: 7200",
                "curl --json",
                "http://localhost:4318/api/query",
                // What is stored completes what is typed.
                r#"<option value="user.id">"#,
            ],
        );
    }
}

#[tokio::test]
async fn everything_is_a_click_away_when_the_time_holds_nothing() {
    let observatory = sample().await;
    let page = observatory
        .page("/query?where=service.name+%3D+profiles&v=COUNT")
        .await;
    check_told(
        &page,
        &[
            "No row matches in the last 2 h",
            "Over all that is stored, <b>1</b> row does.",
            r#"href="/query?v=COUNT&amp;where=service.name+%3D+profiles&amp;range=all""#,
        ],
    );
    let page = observatory
        .page("/query?where=a+%3D+1&where=error+exists&range=all")
        .await;
    check_told(
        &page,
        &["Over all that is stored none does", "leave out <code>"],
    );
    let empty = Observatory::at(NOW).page("/query").await;
    check_told(&empty, &["Nothing is stored yet", "Slowest routes"]);
    for (of, lab) in [("segments", "2"), ("logs", "3")] {
        let page = observatory.page(&format!("/query?of={of}")).await;
        check_told(&page, &[&format!("<code>cargo lab up {lab}</code>")]);
    }
}

#[tokio::test]
async fn a_closer_look_is_a_click_away_when_most_of_the_time_holds_nothing() {
    let observatory = sample().await;
    for (query, told) in [
        (
            "v=COUNT&by=name",
            r#"all in the last 2 min: <a href="/query?v=COUNT&amp;by=name&amp;range=2m""#,
        ),
        (
            "v=COUNT&where=service.name+%3D+profiles&range=7d",
            r#"all within 1 s: <a href="/query?v=COUNT&amp;where=service.name+%3D+profiles&amp;from=2"#,
        ),
    ] {
        let page = observatory.page(&format!("/query?{query}")).await;
        check_told(&page, &[told]);
    }
    for query in ["v=COUNT&range=all", "where=a+%3D+1"] {
        let page = observatory.page(&format!("/query?{query}")).await;
        assert!(!page.contains("look closer"), "{query}: {page}");
    }
}

#[tokio::test]
async fn spans_that_began_before_and_are_open_are_drawn() {
    let observatory = with(vec![Made {
        milliseconds: 3_500_000,
        ..made("backend", "import", 3_500)
    }])
    .await;
    let page = observatory.page("/query?v=CONCURRENCY&range=10m").await;
    check_told(&page, &[r#"data-testid="rows-matched">0<"#, "<svg"]);
    assert!(!page.contains("No row matches"), "{page}");
    let page = observatory.page("/query?v=COUNT&range=10m").await;
    check_told(&page, &["No row matches"]);
}

#[tokio::test]
async fn faults_stand_beside_their_fields_and_leave_the_page_usable() {
    let observatory = sample().await;
    for (query, field, part) in [
        ("v=AVGE(duration_ms)", "v", "did you mean `AVG`?"),
        ("v=P95(duration_ms", "v", "closing parenthesis"),
        (
            "v=COUNT&where=user.id+contians+a",
            "where",
            "did you mean contains?",
        ),
        ("where=a+%3D+%22x", "where", "closing quote"),
        (
            "where=name+~+%28",
            "where",
            "`(` is no regular expression: unclosed group.",
        ),
        (
            "where=name+matches+(?%3C%3Da)b",
            "where",
            "look-behind, is not supported",
        ),
        ("v=COUNT&having=AVG(x)+%3E+1", "having", "own columns"),
        ("v=COUNT&order=name+asc", "order", "own columns"),
        ("limit=many", "limit", "no whole number"),
        ("limit=0", "limit", "from 1 to"),
        ("step=0", "step", ""),
        ("range=soon", "range", "no range of time"),
        ("from=soon", "from", "no point in time"),
        ("from=2023-01-02&to=2023-01-01", "to", "before the start"),
    ] {
        let answer = observatory.get(&format!("/query?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let mark = format!(r#"data-testid="field-error" data-field="{field}""#);
        check_told(
            &answer.body,
            &[&mark, part, "Nothing was asked", "Run query"],
        );
        assert_eq!(
            answer.body.matches(r#"data-testid="field-error""#).count(),
            1,
            "{query}"
        );
        // The part for the script tells the same, and is no failure of the request.
        check_told(
            &observatory.page(&format!("/parts/query?{query}")).await,
            &[&mark],
        );
    }
}

#[tokio::test]
async fn an_address_edited_by_hand_stays_usable() {
    let observatory = sample().await;
    for (query, part) in [
        ("of=metrics", "no data set “<bdi>metrics</bdi>”"),
        ("wher=x", "knows no “"),
        ("match=none", "all is assumed"),
        ("box=nonsense", "no box on a heatmap"),
        ("of=logs&v=COUNT", "Log events"),
        ("of=segments&by=name", "X-Ray segments"),
    ] {
        let page = observatory.page(&format!("/query?{query}")).await;
        let plain = page.replace("<bdi>", "").replace("</bdi>", "");
        let part = part.replace("<bdi>", "").replace("</bdi>", "");
        check_told(&plain, &[&part, r#"data-testid="query-results""#]);
    }
    let missing = observatory.get("/query?of=logs&group=gone&v=COUNT").await;
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    check_told(
        &missing.body,
        &["log groups is not there", "not there</span>"],
    );
}

#[tokio::test]
async fn columns_that_no_row_has_are_told_with_the_nearest() {
    let observatory = sample().await;
    let page = observatory
        .page("/query?v=COUNT&v=AVG(duration)&where=usr.id+exists&by=user.id")
        .await;
    assert_eq!(page.matches(r#"data-testid="field-hint""#).count(), 2);
    check_told(
        &page,
        &[
            "No stored row has “usr.id”",
            "Did you mean",
            "where=user.id+exists",
        ],
    );
}

#[tokio::test]
async fn a_misspelt_column_is_told_where_nothing_matches() {
    let observatory = sample().await;
    let page = observatory
        .page("/query?v=COUNT&where=nmae+%3D+x&where=nmae+exists&by=usr.id")
        .await;
    let (_, notice) = page.split_once("no-results").expect("a notice");
    check_told(notice, &["Did you mean", "where=name+%3D+x"]);
    assert_eq!(notice.matches("No stored row has “nmae”").count(), 1);
    assert!(!notice.contains("No stored row has “usr.id”"), "{notice}");
}

#[tokio::test]
async fn mixed_types_and_hostile_values_do_no_harm() {
    let mixed = |value| Made {
        attributes: vec![("mixed", value)],
        ..made("s", "n", 60)
    };
    let observatory = with(vec![
        mixed(text(EVIL)),
        mixed(text(&"x".repeat(100_000))),
        mixed(text("\u{202e}👩‍🚀 \0")),
        mixed(Value::IntValue(5)),
        mixed(Value::DoubleValue(0.5)),
        mixed(Value::BoolValue(true)),
    ])
    .await;
    for query in [
        "by=mixed",
        "v=AVG(mixed)&v=MAX(mixed)&v=COUNT_DISTINCT(mixed)",
        "where=mixed+%3E+1&by=mixed",
        &format!(
            "where={}&by={}&v={}",
            encoded(&format!("mixed = {EVIL}")),
            encoded(EVIL),
            encoded(&format!("AVG({EVIL})"))
        ),
        &format!(
            "having={0}&order={0}&limit={0}&range={0}&from={0}&step={0}&box={0}&of={0}&group={0}&{0}={0}",
            encoded(EVIL)
        ),
    ] {
        let answer = observatory.get(&format!("/query?{query}")).await;
        let page = &answer.body;
        assert_eq!(page.matches("<script").count(), 1, "{query}");
        assert!(!page.contains("<img") && !page.contains('\0'), "{query}");
        assert!(page.len() < 400_000, "{query}: {}", page.len());
    }
}

#[tokio::test]
async fn what_was_asked_last_stands_first_in_the_history() {
    let observatory = sample().await;
    let mut changes = observatory.state.store.changes();
    for query in ["by=name", "v=MAX(duration_ms)", "by=name"] {
        changes.borrow_and_update();
        observatory.page(&format!("/query?{query}")).await;
        changes.changed().await.expect("the store is open");
    }
    let page = observatory.page("/query").await;
    let asked = page.matches(r#"data-testid="asked-query""#).count();
    assert_eq!(
        asked, 2,
        "what asks nothing is not kept, what is asked twice once"
    );
    let history = page.split(r#"id="history-list""#).nth(1).expect("a list");
    let place = |words: &str| history.find(words).expect("asked before");
    assert!(
        place("COUNT by name") < place("MAX(duration_ms)"),
        "{history}"
    );
    check_told(history, &["2 groups", "1 group"]);
}
