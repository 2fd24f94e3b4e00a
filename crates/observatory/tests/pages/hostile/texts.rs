//! Names, keys and values that would act, turn, break or fill a page if it let them.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span},
};

use super::{EVIL, encoded, post, text, visit};
use crate::{
    asking::Observatory,
    spans::{MS, START, trace_id},
};

fn texts() -> Vec<String> {
    vec![
        EVIL.to_owned(),
        "x".repeat(100_000),
        format!("{EVIL}{}", "<é>".repeat(300)),
        "a\0b\r\n\tc\u{7f}\u{85}\u{2028}".to_owned(),
        "\u{202e}evil\u{2066}\u{200f}\u{5d0}\u{627}".to_owned(),
        "👩‍🚀👨‍👩‍👧‍👦".repeat(20),
        String::new(),
        "   ".to_owned(),
        "a=b&c=d#e?f%00+;,`\"'\\".to_owned(),
        "../../etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "<!-- ]]> -->".to_owned(),
        "\u{feff}\u{fffe}".to_owned(),
        "NaN".to_owned(),
        "1e999".to_owned(),
        "null".to_owned(),
    ]
}

fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// A span in which everything that can be a text is this one.
fn everywhere(id: u8, evil: &str) -> ResourceSpans {
    let attributes = || {
        vec![
            pair(evil, text(evil)),
            pair("http.route", text(evil)),
            pair("exception.message", text(evil)),
            pair("exception.stacktrace", text(evil)),
            pair("mixed", text(evil)),
        ]
    };
    ResourceSpans {
        resource: Some(Resource {
            attributes: [vec![pair("service.name", text(evil))], attributes()].concat(),
            ..Resource::default()
        }),
        schema_url: evil.to_owned(),
        scope_spans: vec![ScopeSpans {
            scope: Some(
                opentelemetry_proto::tonic::common::v1::InstrumentationScope {
                    name: evil.to_owned(),
                    version: evil.to_owned(),
                    attributes: attributes(),
                    ..Default::default()
                },
            ),
            spans: vec![Span {
                trace_id: vec![id; 16],
                span_id: vec![id; 8],
                name: evil.to_owned(),
                trace_state: evil.to_owned(),
                start_time_unix_nano: START,
                end_time_unix_nano: START + MS,
                attributes: attributes(),
                events: ["exception", evil]
                    .map(|name| span::Event {
                        name: name.to_owned(),
                        time_unix_nano: START,
                        attributes: attributes(),
                        ..span::Event::default()
                    })
                    .to_vec(),
                links: vec![span::Link {
                    trace_id: vec![1; 16],
                    span_id: vec![1; 8],
                    trace_state: evil.to_owned(),
                    attributes: attributes(),
                    ..span::Link::default()
                }],
                status: Some(Status {
                    code: 2,
                    message: evil.to_owned(),
                }),
                ..Span::default()
            }],
            ..ScopeSpans::default()
        }],
    }
}

/// Values of every type under one key.
fn mixed() -> Vec<Value> {
    let array = ArrayValue {
        values: vec![AnyValue {
            value: Some(text(EVIL)),
        }],
    };
    let map = KeyValueList {
        values: vec![pair(EVIL, text(EVIL))],
    };
    vec![
        Value::IntValue(i64::MAX),
        Value::IntValue(i64::MIN),
        Value::DoubleValue(f64::NAN),
        Value::DoubleValue(f64::INFINITY),
        Value::DoubleValue(f64::NEG_INFINITY),
        Value::DoubleValue(f64::MAX),
        Value::DoubleValue(f64::MIN_POSITIVE),
        Value::DoubleValue(-0.0),
        Value::BoolValue(true),
        Value::BytesValue(vec![0, 255]),
        Value::ArrayValue(array),
        Value::KvlistValue(map),
    ]
}

async fn observatory() -> (Observatory, u8) {
    let observatory = Observatory::new();
    let mut id = 0;
    for evil in texts() {
        id += 1;
        let request = ExportTraceServiceRequest {
            resource_spans: vec![everywhere(id, &evil)],
        };
        observatory
            .state
            .store
            .ingest(request)
            .await
            .expect("stored");
    }
    for value in mixed() {
        id += 1;
        let mut span = crate::spans::root(id, "mixed", 5);
        span.attributes = vec![pair("mixed", value.clone()), pair("num", value)];
        observatory.send(vec![("mixed", span)]).await;
    }
    id += 1;
    let mut fat = crate::spans::root(id, "fat", 5);
    fat.attributes = (0..40)
        .map(|at| pair(&format!("key{at}"), text(&"y".repeat(20_000))))
        .collect();
    fat.events = (0..100)
        .map(|at| span::Event {
            name: EVIL.repeat(20),
            time_unix_nano: u64::MAX - at,
            attributes: vec![pair("body", text(&"z".repeat(5_000)))],
            ..span::Event::default()
        })
        .collect();
    observatory.send(vec![("fat", fat)]).await;
    id += 1;
    let mut many = crate::spans::root(id, "many", 5);
    many.attributes = (0..3_000)
        .map(|at| pair(&format!("key{at}"), Value::IntValue(at)))
        .collect();
    observatory.send(vec![("many", many)]).await;
    (observatory, id)
}

#[tokio::test]
async fn hostile_texts_are_shown_as_texts() {
    let (observatory, ids) = observatory().await;
    let evil = encoded(EVIL);
    let (from, to) = (START / MS - 1, START / MS + 60_000);
    let mut addresses: Vec<String> = [
        "/",
        "/traces",
        "/parts/traces",
        "/map?window=all",
        "/status",
        "/api/fields",
        "/api/values?field=name",
        "/api/values?field=mixed&limit=1000",
        "/query?range=all",
        "/query?range=all&by=name&by=service.name",
        "/query?range=all&by=mixed&v=COUNT&v=P99(mixed)&v=SUM(num)&v=AVG(num)&v=MAX(num)&v=MIN(num)&v=COUNT_DISTINCT(mixed)&limit=1000",
        "/query?range=all&v=HEATMAP(num)&v=HEATMAP(mixed)&v=HEATMAP(duration_ms)&by=name",
        "/query?range=all&v=CONCURRENCY&v=RATE_AVG(num)&v=RATE_SUM(num)&v=RATE_MAX(mixed)",
        "/query?range=all&of=segments&by=name&by=annotation.a",
        "/query?range=all&of=logs&by=@message",
    ]
    .map(str::to_owned)
    .to_vec();
    addresses.push(format!("/query?range=all&by={evil}&v=MAX({evil})"));
    addresses.push(format!(
        "/query?range=all&v=HEATMAP(duration_ms)&box=duration_ms,{from},{to},0,1e300"
    ));
    addresses.push(format!(
        "/query?range=all&v=HEATMAP(num)&box=num,{from},{to},-1e300,1e300"
    ));
    for id in 1..=ids {
        let trace = trace_id(id);
        addresses.push(format!("/trace/{trace}?span={}", &trace[..16]));
        addresses.push(format!(
            "/xray/trace/{trace}?segment={}&tab=metadata",
            &trace[..16]
        ));
    }
    for id in 1..=texts().len() as u8 {
        let (trace, other) = (trace_id(id), trace_id(1));
        addresses.push(format!(
            "/trace/{trace}/compare/{other}?left={}",
            &trace[..16]
        ));
        for tab in ["exceptions", "raw"] {
            addresses.push(format!(
                "/xray/trace/{trace}?segment={}&tab={tab}",
                &trace[..16]
            ));
        }
    }
    for address in addresses {
        let answer = visit(&observatory, &address).await;
        assert!(answer.status.is_success(), "{address}: {}", answer.status);
    }
    let body = r#"{"calculations":[{"op":"COUNT"}],"breakdowns":["name","mixed"],"limit":1000}"#;
    let answer = post(&observatory, "/api/query", body).await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

#[tokio::test]
async fn fields_of_any_name_can_be_asked_for() {
    let observatory = Observatory::new();
    let names: Vec<String> = texts()
        .iter()
        .map(|name| name.chars().take(600).collect())
        .collect();
    for (id, name) in (1..).zip(&names) {
        let request = ExportTraceServiceRequest {
            resource_spans: vec![everywhere(id, name)],
        };
        observatory
            .state
            .store
            .ingest(request)
            .await
            .expect("stored");
    }
    for name in names.iter().map(|name| encoded(name)) {
        for address in [
            format!("/query?range=all&by={name}"),
            format!("/query?range=all&where={name}+exists"),
            format!("/query?range=all&v=COUNT_DISTINCT({name})"),
            format!("/query?range=all&where=name+=+{name}"),
            format!("/traces?attribute={name}={name}"),
            format!("/traces?service={name}&name={name}"),
            format!("/api/values?field={name}"),
        ] {
            visit(&observatory, &address).await;
        }
    }
}
