//! The fake collector, driven by the exporters and clients that learners use.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use opentelemetry::trace::{Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_otlp::{Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use span_snapshot::{Answer, Collector, Gate, InProcess, Kind, SpanTree, assert_span_snapshot};

const SOON: Duration = Duration::from_secs(10);

/// A provider that sends to the collector as a learner's would, with a key.
fn provider(collector: &Collector) -> SdkTracerProvider {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", collector.endpoint()))
        .with_headers(HashMap::from([(
            "x-honeycomb-team".to_owned(),
            "hush-hush".to_owned(),
        )]))
        .with_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    SdkTracerProvider::builder()
        .with_resource(
            Resource::builder_empty()
                .with_service_name("backend")
                .build(),
        )
        .with_sampler(Sampler::AlwaysOn)
        .with_batch_exporter(exporter)
        .build()
}

fn work(provider: &SdkTracerProvider) {
    provider
        .tracer("t")
        .in_span("outer", |_| provider.tracer("t").in_span("inner", |_| {}));
}

#[test]
fn spans_arrive_with_their_headers() {
    let collector = Collector::start();
    let provider = provider(&collector);
    work(&provider);
    provider.shutdown().unwrap();
    let tree = collector.wait_for_spans(2, SOON).unwrap();
    assert_span_snapshot!(tree, @r#"
    resource: backend
       service.name = "backend"
    scope: t

    trace 1
    └─ INTERNAL outer
       └─ INTERNAL inner
    "#);
    let [request] = &collector.requests()[..] else {
        panic!("one request was expected")
    };
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/traces")
    );
    assert_eq!(request.header("X-Honeycomb-Team"), Some("hush-hush"));
    assert_eq!(request.status, Some(200));
    assert_eq!(SpanTree::from_otlp_protobuf(&request.body).unwrap(), tree);
}

#[test]
fn what_arrives_is_what_was_made() {
    let (collector, made) = (Collector::start(), InProcess::new());
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", collector.endpoint()))
        .build()
        .unwrap();
    let provider = SdkTracerProvider::builder()
        .with_resource(
            Resource::builder_empty()
                .with_service_name("backend")
                .build(),
        )
        .with_sampler(Sampler::AlwaysOn)
        .with_span_processor(made.clone())
        .with_batch_exporter(exporter)
        .build();
    let tracer = provider.tracer("t");
    tracer.in_span("outer", |cx| {
        let outer = cx.span();
        outer.set_attribute(KeyValue::new("float", 1.0));
        outer.set_attribute(KeyValue::new("list", Value::Array(Array::Bool(vec![true]))));
        outer.add_event("exception", vec![KeyValue::new("exception.type", "E")]);
        outer.set_status(Status::error("boom"));
        tracer.in_span("inner", |inner| {
            inner.span().add_link(outer.span_context().clone(), vec![])
        });
    });
    provider.shutdown().unwrap();
    assert_eq!(collector.wait_for_spans(2, SOON).unwrap(), made.tree());
}

#[test]
fn secrets_are_not_printed() {
    let collector = Collector::answering(Answer::AcceptKey("another".into()));
    let provider = provider(&collector);
    work(&provider);
    // That the spans were refused is no matter of the shutdown, says the SDK.
    provider.shutdown().unwrap();
    let missing = collector
        .wait_for_spans(1, Duration::ZERO)
        .unwrap_err()
        .to_string();
    let printed = format!(
        "{collector:?} {:?} {:?} {missing}",
        collector.requests(),
        Answer::AcceptKey("hush-hush".into())
    );
    assert!(
        printed.contains("x-honeycomb-team: [secret]") && !printed.contains("hush-hush"),
        "{printed}"
    );
    assert!(missing.contains("answered 401"), "{missing}");
}

/// Posts a body by a plain client; gives status, body and `Retry-After`.
fn post(
    collector: &Collector,
    content_type: &str,
    body: &str,
) -> reqwest::Result<(u16, String, Option<String>)> {
    let answer = reqwest::blocking::Client::new()
        .post(format!("{}/v1/traces", collector.endpoint()))
        .header("content-type", content_type)
        .body(body.to_owned())
        .send()?;
    let retry = answer
        .headers()
        .get("retry-after")
        .map(|value| value.to_str().unwrap().to_owned());
    Ok((answer.status().as_u16(), answer.text()?, retry))
}

const JSON: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[
    {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"I'm a server span","kind":2,"startTimeUnixNano":"1544712660000000000"}
]}]}]}"#;

#[test]
fn each_answer_is_as_told() {
    let check = |answer: Answer, status: u16, body: &str, retry: Option<&str>| {
        let collector = Collector::answering(answer.clone());
        let (got_status, got_body, got_retry) = post(&collector, "application/json", JSON).unwrap();
        assert_eq!(
            (got_status, got_body.as_str(), got_retry.as_deref()),
            (status, body, retry),
            "{answer:?}"
        );
        let taken = usize::from(status == 200);
        assert_eq!(collector.tree().len(), taken, "{answer:?}");
    };
    let missing = r#"{"code":16,"message":"missing 'x-honeycomb-team' header"}"#;
    check(Answer::Accept, 200, "{}", None);
    check(Answer::Unauthorized, 401, missing, None);
    check(Answer::AcceptKey("k".into()), 401, missing, None);
    check(
        Answer::TooManyRequests {
            retry_after_seconds: 7,
        },
        429,
        r#"{"code":8,"message":"too many requests"}"#,
        Some("7"),
    );
    check(Answer::Unavailable, 503, "", None);
    check(Answer::Slow(Duration::from_millis(1)), 200, "{}", None);
}

#[test]
fn answers_come_in_turn_and_the_last_stays() {
    let collector = Collector::answering_in_turn([Answer::Unavailable, Answer::Accept]);
    let statuses: Vec<u16> = (0..3)
        .map(|_| post(&collector, "application/json", JSON).unwrap().0)
        .collect();
    assert_eq!(statuses, [503, 200, 200]);
    assert_eq!(collector.wait_for_requests(3, SOON).unwrap().len(), 3);
    // The same span, accepted twice, is one span.
    let tree = collector.tree();
    assert_eq!(
        tree.find("I'm a server span")
            .map(|span| (span.kind(), span.copies())),
        Some((Kind::Server, 2))
    );
}

#[test]
fn what_no_collector_would_take_is_refused() {
    let check = |content_type: &str, body: &str, status: u16, says: &str| {
        let collector = Collector::start();
        let (got, text, _) = post(&collector, content_type, body).unwrap();
        assert!(
            got == status && text.contains(says),
            "{content_type} {body}: {got} {text}"
        );
        assert!(collector.tree().is_empty());
    };
    check("text/plain", JSON, 415, "application/x-protobuf");
    check(
        "application/json",
        "{",
        400,
        "failed to parse OTLP request body",
    );
    check(
        "application/x-protobuf",
        JSON,
        400,
        "failed to parse OTLP request body",
    );
}

/// Sends bytes as they are; gives the answer's first line.
fn send_raw(collector: &Collector, request: &[u8]) -> String {
    let mut stream =
        TcpStream::connect(collector.endpoint().trim_start_matches("http://")).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn bodies_may_come_in_any_form_that_clients_use() {
    let check = |headers: &str, body: &[u8]| {
        let collector = Collector::start();
        let head = format!(
            "POST /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n{headers}\r\n\r\n"
        );
        let answer = send_raw(&collector, &[head.as_bytes(), body].concat());
        assert!(answer.ends_with("HTTP/1.1 200 OK"), "{headers}: {answer}");
        assert_eq!(collector.tree().len(), 1, "{headers}");
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(JSON.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    deflate.write_all(JSON.as_bytes()).unwrap();
    let deflate = deflate.finish().unwrap();
    let chunked: Vec<u8> = JSON
        .as_bytes()
        .chunks(50)
        .flat_map(|chunk| {
            [
                format!("{:x};ext=1\r\n", chunk.len()).as_bytes(),
                chunk,
                b"\r\n",
            ]
            .concat()
        })
        .chain(*b"0\r\nTrailer: 1\r\n\r\n")
        .collect();
    check(&format!("Content-Length: {}", JSON.len()), JSON.as_bytes());
    check(
        &format!("Content-Encoding: gzip\r\nContent-Length: {}", gzip.len()),
        &gzip,
    );
    check(
        &format!(
            "content-encoding: deflate\r\ncontent-length: {}",
            deflate.len()
        ),
        &deflate,
    );
    check("Transfer-Encoding: chunked", &chunked);
}

#[test]
fn what_is_no_http_is_hung_up_on() {
    let check = |request: &str| {
        let collector = Collector::start();
        assert_eq!(send_raw(&collector, request.as_bytes()), "", "{request}");
        assert!(collector.requests().is_empty());
    };
    check("hello\r\n\r\n");
    check("PRI * HTTP/2.0\r\n\r\n");
    check("POST /v1/traces HTTP/1.1\r\nno colon\r\n\r\n");
    check("POST /v1/traces HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n");
    check("POST /v1/traces HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
}

#[test]
fn breaking_off_is_an_error_for_the_client() {
    let collector = Collector::answering(Answer::BreakOff);
    assert!(post(&collector, "application/json", JSON).is_err());
    assert_eq!(collector.requests()[0].status, None);
    assert!(collector.tree().is_empty());
}

#[test]
fn a_gate_holds_the_answer_back() {
    let gate = Gate::new();
    let collector = Collector::answering(Answer::Gated(gate.clone()));
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| post(&collector, "application/json", JSON));
        collector.wait_for_requests(1, SOON).unwrap();
        assert!(collector.tree().is_empty(), "not answered, so not accepted");
        gate.open();
        assert_eq!(answer.join().unwrap().unwrap().0, 200);
    });
    assert_eq!(collector.tree().len(), 1);
}

#[test]
fn hanging_ends_with_the_collector() {
    let collector = Collector::answering(Answer::Hang);
    let endpoint = collector.endpoint();
    let client = std::thread::spawn(move || {
        reqwest::blocking::Client::new()
            .post(format!("{endpoint}/v1/traces"))
            .body("x")
            .send()
    });
    collector.wait_for_requests(1, SOON).unwrap();
    drop(collector);
    assert!(client.join().unwrap().is_err());
}

#[test]
fn waiting_in_vain_says_what_came() {
    let collector = Collector::start();
    let error = collector.wait_for_spans(3, Duration::ZERO).unwrap_err();
    assert_eq!(
        error.to_string(),
        "waited 0ns for 3 spans, and there were 0; requests: none"
    );
}
