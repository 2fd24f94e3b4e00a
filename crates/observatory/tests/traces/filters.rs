//! Which traces a query finds.

use observatory::model::TraceQuery;
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::{
    asking::{found, ingest},
    running::memory,
    spans,
};

#[tokio::test]
async fn finds_traces_of_which_one_span_meets_every_condition() {
    let store = memory();
    let get = || spans::text("GET");
    let resource = |key: &str| (key.to_owned(), "backend".to_owned());
    ingest(
        &store,
        "backend",
        vec![
            spans::with(
                spans::with(
                    spans::lasting(spans::span(1, 1, "GET /"), 1_000),
                    "method",
                    get(),
                ),
                "status",
                Value::IntValue(200),
            ),
            spans::failed(spans::lasting(spans::child(1, 2, 1, "query"), 10)),
        ],
    )
    .await;
    ingest(
        &store,
        "backend",
        vec![spans::failed(spans::with(
            spans::lasting(spans::span(2, 1, "POST /"), 5_000),
            "status",
            Value::IntValue(500),
        ))],
    )
    .await;
    ingest(
        &store,
        "profiles",
        vec![
            spans::with(
                spans::lasting(spans::span(3, 1, "GET /"), 20),
                "ratio",
                Value::DoubleValue(0.5),
            ),
            spans::with(
                spans::lasting(spans::child(3, 2, 1, "cached"), 20),
                "hit",
                Value::BoolValue(true),
            ),
        ],
    )
    .await;

    let all = TraceQuery::default;
    let text = |text: &str| Some(text.to_owned());
    let attribute = |key: &str, value: &str| TraceQuery {
        attributes: vec![(key.to_owned(), value.to_owned())],
        ..all()
    };
    let cases: Vec<(&str, TraceQuery, &[u64])> = vec![
        ("all, newest first", all(), &[3, 2, 1]),
        ("at most so many", TraceQuery { limit: 2, ..all() }, &[3, 2]),
        (
            "service",
            TraceQuery {
                service: text("backend"),
                ..all()
            },
            &[2, 1],
        ),
        (
            "unknown service",
            TraceQuery {
                service: text("backen"),
                ..all()
            },
            &[],
        ),
        (
            "name",
            TraceQuery {
                name: text("GET /"),
                ..all()
            },
            &[3, 1],
        ),
        (
            "unknown name",
            TraceQuery {
                name: text("GET"),
                ..all()
            },
            &[],
        ),
        (
            "service and name",
            TraceQuery {
                service: text("backend"),
                name: text("GET /"),
                ..all()
            },
            &[1],
        ),
        (
            "service without that name",
            TraceQuery {
                service: text("profiles"),
                name: text("query"),
                ..all()
            },
            &[],
        ),
        (
            "errors",
            TraceQuery {
                error: Some(true),
                ..all()
            },
            &[2, 1],
        ),
        (
            "a span without error",
            TraceQuery {
                error: Some(false),
                ..all()
            },
            &[3, 1],
        ),
        (
            "error of that name",
            TraceQuery {
                error: Some(true),
                name: text("GET /"),
                ..all()
            },
            &[],
        ),
        (
            "at least so long",
            TraceQuery {
                min_duration_nano: Some(1_000),
                ..all()
            },
            &[2, 1],
        ),
        (
            "at least a little longer",
            TraceQuery {
                min_duration_nano: Some(1_001),
                ..all()
            },
            &[2],
        ),
        (
            "at most so long",
            TraceQuery {
                max_duration_nano: Some(10),
                ..all()
            },
            &[1],
        ),
        (
            "no span between",
            TraceQuery {
                min_duration_nano: Some(11),
                max_duration_nano: Some(19),
                ..all()
            },
            &[],
        ),
        ("text", attribute("method", "GET"), &[1]),
        ("text in another case", attribute("method", "get"), &[]),
        ("integer as text", attribute("status", "200"), &[1]),
        (
            "integer with a zero before",
            attribute("status", "0200"),
            &[],
        ),
        ("double as text", attribute("ratio", "0.5"), &[3]),
        ("bool as text", attribute("hit", "true"), &[3]),
        (
            "of the resource",
            TraceQuery {
                attributes: vec![resource("service.name")],
                ..all()
            },
            &[2, 1],
        ),
        (
            "two of one span",
            TraceQuery {
                attributes: vec![resource("service.name"), ("status".into(), "500".into())],
                ..all()
            },
            &[2],
        ),
        (
            "two of different spans",
            TraceQuery {
                attributes: vec![
                    ("ratio".into(), "0.5".into()),
                    ("hit".into(), "true".into()),
                ],
                ..all()
            },
            &[],
        ),
        (
            "since",
            TraceQuery {
                start_min_unix_nano: Some(spans::START + 2_000_000_000),
                ..all()
            },
            &[3, 2],
        ),
        (
            "until",
            TraceQuery {
                start_max_unix_nano: Some(spans::START + 2_000_000_000),
                ..all()
            },
            &[2, 1],
        ),
        (
            "never",
            TraceQuery {
                start_min_unix_nano: Some(u64::MAX),
                ..all()
            },
            &[],
        ),
    ];
    for (rule, query, expected) in cases {
        assert_eq!(found(&store, query).await, expected, "{rule}");
    }
}
