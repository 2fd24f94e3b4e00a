//! What goes wrong on the port of gRPC.

use observatory::server::{self, By};

use super::{KEY, PROTOBUF, Sent, observatory, post, send, text};

#[tokio::test]
async fn what_goes_wrong_over_grpc_is_told() {
    let export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    let logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    let grpc = ("content-type", "application/grpc");
    let framed = |message: &[u8]| {
        let mut body = vec![0, 0, 0, 0, message.len() as u8];
        body.extend_from_slice(message);
        body
    };
    let trace_ids = {
        use prost::Message;
        let request = opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest {
            resource_spans: vec![opentelemetry_proto::tonic::trace::v1::ResourceSpans {
                scope_spans: vec![opentelemetry_proto::tonic::trace::v1::ScopeSpans {
                    spans: vec![Default::default()],
                    ..Default::default()
                }],
                ..Default::default()
            }],
        };
        request.encode_to_vec()
    };
    for (rule, key, path, headers, body, answer, parts) in [
        (
            "no key",
            Some(KEY),
            export,
            vec![grpc],
            framed(b""),
            "Unauthenticated",
            &["MissingKey", "OTLP/gRPC"][..],
        ),
        (
            "a misspelt header",
            Some(KEY),
            export,
            vec![grpc, ("x-honeycomb-temm", KEY)],
            framed(b""),
            "Unauthenticated",
            &["x-honeycomb-temm"],
        ),
        (
            "garbage",
            None,
            export,
            vec![grpc],
            framed(b"\xff\xff"),
            "InvalidArgument",
            &["NotOtlp"],
        ),
        (
            "no IDs",
            None,
            export,
            vec![grpc],
            framed(&trace_ids),
            "OK, in part",
            &["RejectedSpans"],
        ),
        (
            "logs",
            None,
            logs,
            vec![grpc],
            framed(b""),
            "Unimplemented",
            &["Only traces are taken by gRPC"],
        ),
        (
            "OTLP over HTTP",
            None,
            "/v1/traces",
            vec![PROTOBUF],
            Vec::new(),
            "Unimplemented",
            &["This is OTLP over HTTP"],
        ),
    ] {
        let observatory = observatory(key);
        let sent = Sent {
            body,
            ..post(path, &headers, "")
        };
        send(&server::grpc_router(observatory.state.clone()), sent).await;
        let told = observatory.state.refusals.told();
        assert_eq!(told.last.len(), 1, "{rule}");
        assert_eq!(
            (told.last[0].by, &told.last[0].answer[..]),
            (By::OtlpGrpc, answer),
            "{rule}"
        );
        let page = text(&observatory.page("/status").await);
        for part in parts {
            assert!(page.contains(part), "{rule}: {part} in {page}");
        }
        assert!(!page.contains("secret"), "{rule}");
    }
}
