//! Spans from the SDK's processors to documents, with and without a tokio runtime, and what is told of losses.

use std::{
    net::UdpSocket,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use export_watch::{ExportWatch, Outcome, Refusal};
use opentelemetry::{
    Context, KeyValue,
    trace::{SpanContext, SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter,
        SpanProcessor,
    },
};
use serde_json::Value;
use xray_exporter::{
    Api, Daemon, Delivery, GivenUp, MAX_DOCUMENT_BYTES, Sending, Transport, XrayExporter,
};

use crate::service::{Service, client, unprocessed};

/// Keeps documents; gives up those whose name is `bad`.
#[derive(Clone, Debug, Default)]
struct Keep {
    documents: Arc<Mutex<Vec<String>>>,
}

impl Keep {
    fn documents(&self) -> Vec<Value> {
        let documents = self.documents.lock().unwrap();
        documents
            .iter()
            .map(|document| serde_json::from_str(document).unwrap())
            .collect()
    }
}

impl Transport for Keep {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        Box::pin(async move {
            let mut delivery = Delivery::default();
            for document in documents {
                if document.contains(r#""name":"bad""#) {
                    let lost = GivenUp::new(document, "InvalidName", "not that one");
                    delivery.given_up.push(lost);
                } else {
                    self.documents.lock().unwrap().push(document);
                    delivery.accepted += 1;
                }
            }
            delivery
        })
    }
}

/// Does what a closure says.
struct Does<F>(F);

impl<F> std::fmt::Debug for Does<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Does")
    }
}

impl<F: Fn(Vec<String>) -> Sending<'static> + Send + Sync> Transport for Does<F> {
    fn send(&self, documents: Vec<String>) -> Sending<'_> {
        self.0(documents)
    }
}

fn does(send: impl Fn(Vec<String>) -> Sending<'static> + Send + Sync + 'static) -> impl Transport {
    Does(send)
}

fn resource() -> Resource {
    Resource::builder_empty()
        .with_service_name("backend")
        .build()
}

/// A batch processor that exports at shutdown, everything at once.
fn batch(exporter: impl SpanExporter + 'static) -> BatchSpanProcessor {
    let config = BatchConfigBuilder::default()
        .with_scheduled_delay(Duration::from_secs(3600))
        .build();
    BatchSpanProcessor::builder(exporter)
        .with_batch_config(config)
        .build()
}

fn provider(processor: impl SpanProcessor + 'static) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_resource(resource())
        .with_span_processor(processor)
        .build()
}

fn emit(provider: &SdkTracerProvider, names: &[&'static str]) {
    let tracer = provider.tracer("test");
    for &name in names {
        drop(tracer.start_with_context(name, &Context::new()));
    }
}

/// The spans of a request as the SDK hands them to exporters: `GET /`, with `query` inside.
fn spans() -> Vec<SpanData> {
    #[derive(Clone, Debug, Default)]
    struct Capture(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Capture {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().extend(batch);
            Ok(())
        }
    }

    let capture = Capture::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(capture.clone())
        .build();
    let tracer = provider.tracer("test");
    let root = tracer
        .span_builder("GET /")
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("app.user", "andrew"),
            KeyValue::new("app.results", 3),
        ])
        .start_with_context(&tracer, &Context::new());
    let context = Context::new().with_span(root);
    drop(tracer.start_with_context("query", &context));
    context.span().end();
    std::mem::take(&mut *capture.0.lock().unwrap())
}

fn export(exporter: &XrayExporter, spans: Vec<SpanData>) -> Result<(), String> {
    match crate::run(exporter.export(spans)) {
        Ok(()) => Ok(()),
        Err(OTelSdkError::InternalFailure(text)) => Err(text),
        Err(error) => panic!("an error in words, not {error:?}"),
    }
}

fn exporter(transport: impl Transport + 'static) -> XrayExporter {
    let mut exporter = XrayExporter::new(transport);
    exporter.set_resource(&resource());
    exporter
}

#[test]
fn each_span_is_a_document() {
    let keep = Keep::default();
    let spans = spans();
    let ids: Vec<String> = spans
        .iter()
        .map(|span| span.span_context.span_id().to_string())
        .collect();
    assert_eq!(export(&exporter(keep.clone()), spans), Ok(()));
    let documents = keep.documents();
    let [query, get] = &documents[..] else {
        panic!("one document a span: {documents:?}");
    };
    assert_eq!(
        (&get["name"], &query["name"]),
        (&"backend".into(), &"query".into())
    );
    assert_eq!(
        (&query["id"], &get["id"]),
        (&(*ids[0]).into(), &(*ids[1]).into())
    );
    assert_eq!(
        (&query["type"], &query["parent_id"]),
        (&"subsegment".into(), &get["id"])
    );
    assert_eq!(query["trace_id"], get["trace_id"]);
}

#[track_caller]
fn check_annotations(exporter: XrayExporter, keep: &Keep, wanted: &[&str]) {
    assert_eq!(export(&exporter, spans()), Ok(()));
    let get = keep.documents().remove(1);
    let annotations: Vec<&String> = get["annotations"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .collect();
    assert_eq!(annotations, wanted);
}

#[test]
fn attributes_are_indexed_as_said() {
    let keep = Keep::default();
    check_annotations(exporter(keep.clone()), &keep, &[]);
    let keep = Keep::default();
    let some = exporter(keep.clone()).with_indexed_attributes(["app.user"]);
    check_annotations(some, &keep, &["app.user"]);
    let keep = Keep::default();
    let all = exporter(keep.clone()).with_index_all(true);
    check_annotations(
        all,
        &keep,
        &["app.results", "app.user", "otel.resource.service.name"],
    );
}

/// A span with 200,000 bytes of text in it.
fn large() -> Vec<SpanData> {
    let mut spans = spans();
    spans[1]
        .attributes
        .push(KeyValue::new("app.body", "x".repeat(200_000)));
    spans
}

#[test]
fn no_document_is_over_the_limit() {
    let keep = Keep::default();
    assert_eq!(export(&exporter(keep.clone()), large()), Ok(()));
    let sent = keep.documents.lock().unwrap();
    assert_eq!(sent.len(), 2);
    assert!(sent[1].len() <= MAX_DOCUMENT_BYTES && sent[1].len() > MAX_DOCUMENT_BYTES / 2);
}

#[test]
fn no_datagram_is_over_the_limit() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let daemon = Daemon::from_lookup(|_| Some(address.clone())).unwrap();
    assert_eq!(export(&exporter(daemon), large()), Ok(()));
    let mut datagram = vec![0; 70_000];
    let lengths = [socket.recv(&mut datagram), socket.recv(&mut datagram)].map(Result::unwrap);
    assert!(lengths[1] <= 65_507 && lengths[1] > 40_000, "{lengths:?}");
}

/// Nothing is small enough for this one.
#[derive(Debug)]
struct Tiny;

impl Transport for Tiny {
    fn send(&self, _: Vec<String>) -> Sending<'_> {
        panic!("there is nothing to send")
    }

    fn max_document_bytes(&self) -> usize {
        10
    }
}

#[test]
fn a_document_that_cannot_be_made_small_enough_is_told() {
    let told = export(&exporter(Tiny), spans()).unwrap_err();
    assert_eq!(
        told,
        "X-Ray: 2 of 2 spans were not taken: TooLarge: its document does not fit into 10 bytes"
    );
}

#[test]
fn a_span_without_ids_is_told_and_the_others_are_sent() {
    let keep = Keep::default();
    let mut spans = spans();
    spans[0].span_context = SpanContext::NONE;
    let told = export(&exporter(keep.clone()), spans).unwrap_err();
    assert!(
        told.starts_with("X-Ray: 1 of 2 spans were not taken: InvalidId: ")
            && told.ends_with("(span `query`)"),
        "{told}"
    );
    assert_eq!(keep.documents().len(), 1);
}

#[test]
fn the_batch_processor_needs_no_runtime_around() {
    let service = Service::accepting();
    let provider = provider(batch(XrayExporter::new(Api::new(service.client()))));
    emit(&provider, &["work"; 120]);
    assert!(provider.shutdown().is_ok());
    let sizes: Vec<usize> = service.requests().iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 50, 20]);
}

#[test]
fn shutdown_may_be_inside_a_current_thread_runtime() {
    let service = Service::accepting();
    crate::run(async {
        let provider = provider(batch(XrayExporter::new(Api::new(service.client()))));
        emit(&provider, &["work"]);
        assert!(provider.shutdown().is_ok());
    });
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn the_simple_processor_may_be_inside_a_current_thread_runtime() {
    let service = Service::accepting();
    crate::run(async {
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(XrayExporter::new(Api::new(service.client())))
            .build();
        emit(&provider, &["one", "two"]);
        assert!(provider.force_flush().is_ok() && provider.shutdown().is_ok());
    });
    assert_eq!(service.requests().len(), 2);
}

#[test]
fn an_exporter_that_was_shut_down_says_so() {
    let exporter = exporter(Keep::default());
    assert!(exporter.shutdown().is_ok());
    let result = crate::run(exporter.export(spans()));
    assert!(matches!(result, Err(OTelSdkError::AlreadyShutdown)));
}

#[test]
fn a_service_that_hangs_does_not_hold_the_exit() {
    let hanging = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let api = Api::new(client(hanging.local_addr().unwrap()));
    let provider = provider(batch(XrayExporter::new(api)));
    emit(&provider, &["work"]);
    let result = provider.shutdown_with_timeout(Duration::from_millis(20));
    assert!(result.is_err(), "{result:?}");
}

#[test]
fn a_transport_that_hangs_is_broken_off() {
    let exporter = exporter(does(|_| Box::pin(std::future::pending())))
        .with_timeout(Duration::from_millis(20));
    let told = export(&exporter, spans());
    assert_eq!(
        told,
        Err(
            "X-Ray: 2 of 2 spans were not taken: NoAnswer: the transport took longer than 0.02 s"
                .to_owned()
        )
    );
}

#[test]
fn a_transport_that_panics_loses_its_batch_alone() {
    let first = Mutex::new(true);
    let exporter = exporter(does(move |documents| {
        let first = std::mem::take(&mut *first.lock().unwrap());
        Box::pin(async move {
            assert!(!first, "the first batch is too much");
            Delivery {
                accepted: documents.len(),
                given_up: Vec::new(),
            }
        })
    }));
    assert_eq!(
        export(&exporter, spans()),
        Err("X-Ray: 2 of 2 spans were not taken: Panicked: the transport panicked".to_owned())
    );
    assert_eq!(export(&exporter, spans()), Ok(()));
}

#[test]
fn documents_that_a_transport_does_not_account_for_are_told() {
    let exporter = exporter(does(|_| Box::pin(async { Delivery::default() })));
    assert_eq!(
        export(&exporter, spans()),
        Err("X-Ray: 2 of 2 spans were not taken: Miscounted: the transport was given 2 documents and told of 0: each is accepted or given up, once".to_owned())
    );
}

/// What a person reads when `names` were sent by `transport` and the program ended.
fn watched(transport: impl Transport + 'static, names: &[&'static str]) -> (Vec<String>, Outcome) {
    let (tell, told) = mpsc::channel();
    let watch = ExportWatch::telling("X-Ray", move |line| tell.send(line.to_owned()).unwrap());
    let provider = provider(watch.processor(batch(watch.exporter(XrayExporter::new(transport)))));
    emit(&provider, names);
    let _ = provider.shutdown();
    let outcome = watch.tell_outcome();
    (told.try_iter().collect(), outcome)
}

#[test]
fn what_was_taken_beside_refused_ones_counts_as_delivered() {
    let (told, outcome) = watched(Keep::default(), &["good", "bad", "fine"]);
    assert_eq!(
        outcome,
        Outcome {
            ended: 3,
            delivered: 2,
            refusal: Some(Refusal::Segments)
        }
    );
    let [first, last] = &told[..] else {
        panic!("two lines: {told:?}");
    };
    assert!(
        first.starts_with("X-Ray did not take every segment: InvalidName: not that one (segment "),
        "{first}"
    );
    assert_eq!(
        last,
        "1 of 3 spans were lost: X-Ray did not take every segment"
    );
}

#[test]
fn the_services_error_codes_reach_the_reader() {
    let service = Service::start(|_, documents| {
        let document: Value = serde_json::from_str(&documents[0]).unwrap();
        unprocessed([(document["id"].as_str().unwrap(), "InvalidTraceId")])
    });
    let (told, _) = watched(Api::new(service.client()), &["work"]);
    assert_eq!(
        told,
        [
            "X-Ray did not take every segment: InvalidTraceId: Invalid segment. ErrorCode: InvalidTraceId",
            "1 of 1 spans were lost: X-Ray did not take every segment"
        ]
    );
}

#[test]
fn nobody_there_is_told_with_what_to_check() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let (told, outcome) = watched(Api::new(client(socket.local_addr().unwrap())), &["work"]);
    assert_eq!(outcome.refusal, Some(Refusal::Unreachable));
    assert!(
        told[0].starts_with("X-Ray could not be reached: Unreachable: the endpoint could not be")
            && told[0].ends_with("is the observatory running, and AWS_ENDPOINT_URL right?"),
        "{told:?}"
    );
}
