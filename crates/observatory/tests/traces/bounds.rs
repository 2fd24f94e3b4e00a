//! Sizes: what is too large is refused before it costs memory, what is too long is cut with a mark.

use opentelemetry_proto::tonic::{
    common::v1::{ArrayValue, KeyValueList, any_value::Value},
    trace::v1::{Span, span::Event, span::Link},
};
use prost::Message;

use crate::{
    answers::{RpcStatus, gzip},
    running::Running,
    spans,
};

const PROTO: (&str, &str) = ("content-type", "application/x-protobuf");
const MIB: usize = 1024 * 1024;

async fn refused(observatory: &Running, headers: &[(&str, &str)], body: Vec<u8>, wanted: &str) {
    let response = observatory.post(headers, body).await;
    assert_eq!(response.status(), 413, "{wanted}");
    let told = RpcStatus::decode(response.bytes().await.unwrap()).unwrap();
    assert_eq!(told.code, 8, "{wanted}");
    assert!(
        told.message.contains(wanted),
        "{:?} does not contain {wanted:?}",
        told.message
    );
    assert!(
        told.message.ends_with("send smaller batches"),
        "{:?}",
        told.message
    );
}

#[tokio::test]
async fn refuses_bodies_over_the_bound() {
    let observatory = Running::start().await;
    refused(
        &observatory,
        &[PROTO],
        vec![0; 20 * MIB + 1],
        "larger than 20971520 bytes",
    )
    .await;
    let zeros = gzip(&vec![0; 65 * MIB]);
    let headers = [PROTO, ("content-encoding", "gzip")];
    refused(&observatory, &headers, zeros, "once decompressed").await;
    // A small body of garbage is not too large but garbage.
    assert_eq!(
        observatory.post(&[PROTO], vec![0xff; 1000]).await.status(),
        400
    );
}

#[tokio::test]
async fn refuses_bodies_that_unfold_to_too_much() {
    let observatory = Running::start().await;
    // Two bytes make an empty span; two million of them are 4 MiB on the wire and would be 800 MB decoded.
    let spans = [0x12, 0x00].repeat(2_000_000);
    let mut scope = vec![0x12];
    prost::encoding::encode_varint(spans.len() as u64, &mut scope);
    scope.extend(spans);
    let mut body = vec![0x0a];
    prost::encoding::encode_varint(scope.len() as u64, &mut body);
    body.extend(scope);
    refused(&observatory, &[PROTO], body, "too many spans").await;

    let spans = vec!["{}"; 1_000_000].join(",");
    let body = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#);
    let response = observatory
        .post(&[("content-type", "application/json")], body)
        .await;
    assert_eq!(response.status(), 413);
}

#[tokio::test]
async fn refuses_endless_nesting() {
    let observatory = Running::start().await;
    let mut value = Vec::new();
    for _ in 0..5_000 {
        // AnyValue { array_value: ArrayValue { values: [value] } }
        for tag in [0x0a, 0x2a] {
            let mut outer = vec![tag];
            prost::encoding::encode_varint(value.len() as u64, &mut outer);
            outer.extend(value);
            value = outer;
        }
    }
    let mut attribute = vec![0x12];
    prost::encoding::encode_varint(value.len() as u64, &mut attribute);
    attribute.extend(value);
    let mut body = attribute;
    for tag in [0x4a, 0x12, 0x12, 0x0a] {
        let mut outer = vec![tag];
        prost::encoding::encode_varint(body.len() as u64, &mut outer);
        outer.extend(body);
        body = outer;
    }
    assert_eq!(observatory.post(&[PROTO], body).await.status(), 400);
    let json = format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"value":{}"#,
        r#"{"arrayValue":{"values":["#.repeat(50_000)
    );
    assert_eq!(
        observatory
            .post(&[("content-type", "application/json")], json)
            .await
            .status(),
        400
    );
}

/// Sends one span and gives back how it is stored.
async fn stored(span: Span) -> Span {
    let observatory = Running::start().await;
    observatory
        .send(spans::request("backend", vec![span]))
        .await;
    let id = observatory::model::TraceId::parse(&spans::trace_hex(1)).unwrap();
    observatory
        .state
        .store
        .trace(id)
        .await
        .unwrap()
        .remove(0)
        .span
}

#[tokio::test]
async fn cuts_long_values_with_a_mark() {
    let long = "ä".repeat(MIB / 2);
    let cut = format!("{}… [truncated, 1048576 bytes]", "ä".repeat(32 * 1024));
    let whole = "x".repeat(64 * 1024);
    let list = Value::ArrayValue(ArrayValue {
        values: vec![spans::any(spans::text(&"y".repeat(30_000))); 4],
    });
    let map = Value::KvlistValue(KeyValueList {
        values: (0..4)
            .map(|key| spans::attribute(&key.to_string(), spans::text(&"z".repeat(30_000))))
            .collect(),
    });
    let mut span = spans::span(1, 1, &long);
    for (key, value) in [
        ("long", spans::text(&long)),
        ("whole", spans::text(&whole)),
        ("bytes", Value::BytesValue(vec![7; MIB])),
        ("list", list),
        ("map", map),
    ] {
        span = spans::with(span, key, value);
    }
    span.events = vec![Event {
        name: long.clone(),
        attributes: vec![spans::attribute("long", spans::text(&long))],
        ..Event::default()
    }];
    let stored = stored(span).await;
    assert_eq!(stored.name, cut);
    let value = |place: usize| {
        stored.attributes[place]
            .value
            .clone()
            .unwrap()
            .value
            .unwrap()
    };
    assert_eq!(value(0), spans::text(&cut));
    assert_eq!(
        value(1),
        spans::text(&whole),
        "at the bound it is kept whole"
    );
    assert_eq!(value(2), spans::text("… [truncated, 1048576 bytes]"));
    let Value::ArrayValue(list) = value(3) else {
        panic!("still a list")
    };
    assert_eq!(list.values.len(), 3, "two that fit and the mark");
    assert_eq!(
        list.values[2],
        spans::any(spans::text("… [truncated, 120032 bytes]"))
    );
    let Value::KvlistValue(map) = value(4) else {
        panic!("still a map")
    };
    assert_eq!(map.values.len(), 3);
    assert!(map.values[2].key == "…");
    assert_eq!(stored.events[0].name, cut);
    assert_eq!(
        stored.events[0].attributes[0].value.clone().unwrap().value,
        Some(spans::text(&cut))
    );
}

#[tokio::test]
async fn keeps_a_thousand_of_each_and_counts_the_rest() {
    let attributes: Vec<_> = (0..1_005)
        .map(|key| spans::attribute(&key.to_string(), Value::IntValue(key)))
        .collect();
    let mut span = spans::span(1, 1, "many");
    span.attributes.clone_from(&attributes);
    span.dropped_attributes_count = 10;
    span.events = vec![Event::default(); 1_001];
    span.events[0].attributes.clone_from(&attributes);
    span.links = vec![Link::default(); 1_002];
    span.links[999].attributes = attributes;
    span.dropped_links_count = u32::MAX;
    let stored = stored(span).await;
    assert_eq!(
        (stored.attributes.len(), stored.dropped_attributes_count),
        (1_000, 15)
    );
    assert_eq!(
        (stored.events.len(), stored.dropped_events_count),
        (1_000, 1)
    );
    assert_eq!(
        (stored.links.len(), stored.dropped_links_count),
        (1_000, u32::MAX)
    );
    assert_eq!(stored.events[0].dropped_attributes_count, 5);
    assert_eq!(stored.links[999].dropped_attributes_count, 5);
}
