//! The page of Logs Insights from made-up answers: escaped, bounded, faults at their place.

use std::time::Duration;

use super::{
    address::InsightsView,
    buckets::Buckets,
    page::{self, Fault, InsightsPage, Outcome},
    results::{Answer, AnswerRow},
};
use crate::pages::{
    logs::range::RangeFault,
    rendering_tests::{EVIL, check_harmless, frame},
    sample::pairs,
};

const ID: &str = "4efaaf4d1e8720b39541901950019ee5";

fn row(id: Option<u64>, fields: &[(&str, &str)]) -> AnswerRow {
    AnswerRow {
        id,
        fields: pairs(fields),
        unfolded: None,
    }
}

fn shown(query: &[(&str, &str)], outcome: Outcome) -> String {
    let page = InsightsPage {
        view: InsightsView::read(&pairs(query)),
        groups: vec![
            "/cruddur/backend".to_owned(),
            "/cruddur/profiles".to_owned(),
        ],
        outcome,
    };
    page::page(&page, &frame()).into_string()
}

fn answered(rows: Vec<AnswerRow>) -> Outcome {
    Outcome::Answered(Answer {
        rows,
        matched: 1_234,
        scanned: 56_789,
        bytes: 7_000_000,
        took: Duration::from_millis(12),
        is_cut: false,
        histogram: Some(Buckets {
            start: 1_700_049_600_000,
            width: 60_000,
            counts: vec![1_000, 234],
        }),
    })
}

#[track_caller]
fn check_told(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[test]
fn before_anything_is_asked_there_are_samples() {
    let page = shown(&[("group", "/cruddur/backend")], Outcome::NotAsked);
    check_told(
        &page,
        &[
            "Activities by handle",
            "Warnings and errors over time",
            "fields @timestamp, @message\n| sort @timestamp desc",
            r#"value="/cruddur/backend" checked"#,
            "<details class=\"samples\" open",
            "/insights?group=/cruddur/backend&amp;query=",
        ],
    );
    assert!(!page.contains(r#"data-testid="results-table""#));
    check_harmless(&page);
}

#[test]
fn an_answer_is_figures_histogram_and_table() {
    let page = shown(
        &[("query", "fields @timestamp"), ("range", "5m")],
        answered(vec![
            row(
                Some(7),
                &[
                    ("@timestamp", "2023-11-15 12:00:00.000"),
                    ("level", "ERROR"),
                    ("trace_id", ID),
                    ("@ptr", "x"),
                ],
            ),
            row(
                Some(8),
                &[("@timestamp", "2023-11-15 12:01:00.000"), ("status", "500")],
            ),
        ]),
    );
    check_told(
        &page,
        &[
            r#"data-testid="records-matched">1,234<"#,
            r#"data-testid="records-scanned">56,789<"#,
            "7.0 MB",
            "12 ms",
            r#"data-testid="histogram" data-total="1234""#,
            &format!(r#"href="/trace/{ID}""#),
            r#"data-column="status""#,
            r#"<th class="num" scope="col"><bdi>status</bdi>"#,
            r#"<span class="level error""#,
            "query=fields+%40timestamp&amp;open=7",
            r#"aria-expanded="false""#,
        ],
    );
    assert!(!page.contains(r#"data-column="@ptr""#));
    check_harmless(&page);
}

#[test]
fn an_unfolded_row_has_all_fields_of_its_event() {
    let mut row = row(Some(7), &[("@message", "x")]);
    row.unfolded = Some(pairs(&[
        ("@message", "x"),
        ("trace_id", ID),
        ("deep.0", "1"),
    ]));
    let page = shown(&[("query", "x"), ("open", "7")], answered(vec![row]));
    check_told(
        &page,
        &[
            r#"aria-expanded="true""#,
            r#"data-field="deep.0""#,
            r#"href="/logs/event/7""#,
            &format!(r#"href="/trace/{ID}""#),
            r#"href="/insights?query=x""#,
        ],
    );
}

#[test]
fn aggregates_over_time_are_drawn() {
    let aggregate = |at: &str, route: &str, n: &str| {
        row(None, &[("bin(1m)", at), ("route", route), ("errors", n)])
    };
    let page = shown(
        &[("query", "stats")],
        answered(vec![
            aggregate("2023-11-15 12:00:00.000", "/a", "3"),
            aggregate("2023-11-15 12:01:00.000", "/a", "4"),
            aggregate("2023-11-15 12:01:00.000", "/b", "1"),
        ]),
    );
    check_told(
        &page,
        &[
            r#"data-testid="chart" data-lines="2""#,
            "<bdi>errors</bdi> over time",
        ],
    );
    // Rows without an event do not unfold.
    assert!(!page.contains("data-unfold"));
    check_harmless(&page);
}

#[test]
fn faults_are_told_at_their_place() {
    let query = "fields @message\n| filtr x";
    let wrong = |place| {
        Outcome::Wrong(Fault::Query {
            message: "unexpected symbol".to_owned(),
            place,
        })
    };
    let page = shown(&[("query", query)], wrong(Some((18, 23))));
    check_told(
        &page,
        &[
            "unexpected symbol",
            "line 2",
            r#"| <mark data-testid="query-error-place">filtr</mark> x"#,
            r#"aria-invalid="true""#,
            "Nothing was asked",
            // What was typed is still there.
            "| filtr x</textarea>",
        ],
    );
    assert!(!shown(&[("query", query)], wrong(None)).contains("query-error-place"));
    let range = Outcome::Wrong(Fault::Range(RangeFault {
        field: "to",
        message: "This is before the start.".to_owned(),
    }));
    check_told(
        &shown(&[("query", "x"), ("to", "1")], range),
        &["This is before the start.", r#"data-testid="range-error""#],
    );
    let groups = Outcome::Wrong(Fault::Groups("too many".to_owned()));
    check_told(
        &shown(&[("query", "x"), ("group", "gone")], groups),
        &["too many", "not there"],
    );
}

#[test]
fn what_is_cut_and_what_is_empty_is_told() {
    let cut = || {
        Outcome::Answered(Answer {
            is_cut: true,
            scanned: 1,
            ..Answer::default()
        })
    };
    check_told(
        &shown(&[("query", "x")], cut()),
        &[
            "it took too long",
            "No record matches",
            "1 event was looked at",
            "Ask over all that is stored",
        ],
    );
    let all = shown(&[("query", "x"), ("range", "all")], cut());
    check_told(&all, &["all that is stored"]);
    assert!(!all.contains("Ask over all"));
}

#[test]
fn everything_is_shown_as_text_wherever_it_has_text() {
    let mut evil = row(
        Some(1),
        &[
            (EVIL, EVIL),
            ("trace", EVIL),
            ("level", EVIL),
            ("@message", EVIL),
        ],
    );
    evil.unfolded = Some(pairs(&[(EVIL, EVIL), ("trace", EVIL)]));
    let view: &[(&str, &str)] = &[
        ("query", EVIL),
        ("group", EVIL),
        ("group", "b"),
        ("from", EVIL),
        ("open", EVIL),
    ];
    check_harmless(&shown(view, answered(vec![evil])));
    let aggregate = row(
        None,
        &[
            ("bin(1m)", "2023-11-15 12:00:00.000"),
            (EVIL, EVIL),
            ("n", "1"),
        ],
    );
    check_harmless(&shown(view, answered(vec![aggregate])));
    for fault in [
        Fault::Query {
            message: EVIL.to_owned(),
            place: Some((0, 9_999)),
        },
        Fault::Groups(EVIL.to_owned()),
        Fault::Range(RangeFault {
            field: "from",
            message: "no point in time".to_owned(),
        }),
    ] {
        check_harmless(&shown(view, Outcome::Wrong(fault)));
    }
}

#[test]
fn ten_thousand_rows_and_huge_values_stay_small() {
    let rows: Vec<AnswerRow> = (0..10_000)
        .map(|id| {
            row(
                Some(id),
                &[
                    ("@timestamp", "2023-11-15 12:00:00.000"),
                    ("@message", "GET /api/activities/home"),
                ],
            )
        })
        .collect();
    let page = shown(&[("query", "x")], answered(rows));
    assert_eq!(page.matches(r#"data-testid="result-row""#).count(), 500);
    assert!(page.contains("Show 500 more of 9,500 rows below") && page.contains("rows=1000"));
    assert!(page.len() < 600_000, "{}", page.len());
    let many: Vec<(String, String)> = (0..1_000)
        .map(|n| (format!("k{n}"), "x".repeat(100_000)))
        .collect();
    let wide = AnswerRow {
        id: None,
        fields: many,
        unfolded: None,
    };
    let page = shown(&[("query", "x")], answered(vec![wide]));
    assert!(page.len() < 60_000, "{}", page.len());
}
