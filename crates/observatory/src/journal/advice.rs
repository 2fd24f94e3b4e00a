//! What to do about the mistakes that are made most, in a sentence or two.

use super::{
    refusals::By,
    seen::{Key, Seen, Shape},
};

/// What to do about a refusal, by its reason, what the sender was told, and what was seen of the request.
pub(super) fn advice(by: By, reason: &str, message: &str, seen: &Seen) -> Option<String> {
    match by {
        By::OtlpHttp | By::OtlpGrpc | By::Honeycomb => otlp(reason, seen),
        By::Udp | By::PutTraceSegments => document(reason),
        By::Xray | By::Logs | By::Sts => aws(reason, message),
        By::Nothing => None,
    }
    .or_else(|| anywhere(reason, seen))
}

fn otlp(reason: &str, seen: &Seen) -> Option<String> {
    let advice = match reason {
        "MissingKey" => return Some(missing_key(seen)),
        "UnknownKey" => return Some(unknown_key(seen)),
        "MissingDataset" => {
            "A key of this form is a classic one, which needs the header x-honeycomb-dataset too; a key of an environment does not."
        }
        "ContentType" => return Some(content_type(seen)),
        "ContentEncoding" => "Set OTEL_EXPORTER_OTLP_COMPRESSION=gzip, or leave the variable out.",
        "NotOtlp" if seen.content_type == "application/json" => {
            "The body must be {\"resourceSpans\":[{\"resource\":…,\"scopeSpans\":[{\"spans\":[…]}]}]}, with IDs in hex and times in nanoseconds; see whether the shell took the quotes away."
        }
        "NotOtlp" => {
            "The content type says protobuf, and the body is no ExportTraceServiceRequest. If it is JSON, say content-type: application/json; if it is packed, say content-encoding: gzip."
        }
        "TooLarge" => {
            "Send smaller batches: OTEL_BSP_MAX_EXPORT_BATCH_SIZE says how many spans at most."
        }
        "NoLogsOrMetrics" => {
            "Switch those exporters off: OTEL_METRICS_EXPORTER=none and OTEL_LOGS_EXPORTER=none. Logs go to CloudWatch Logs' API here."
        }
        "RejectedSpans" => {
            "A trace ID is 16 bytes, a span ID 8, neither all zero; in OTLP's JSON they are written in hex, not in base64."
        }
        "Unimplemented" if seen.path.contains("/v1/") => {
            "This is OTLP over HTTP, sent to the port of gRPC. Use the port of OTLP/HTTP, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc."
        }
        "Unimplemented" => {
            "Only traces are taken by gRPC: OTEL_METRICS_EXPORTER=none and OTEL_LOGS_EXPORTER=none switch the others off."
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

fn missing_key(seen: &Seen) -> String {
    if let Some(near) = &seen.near {
        return format!("There was a header {near}; the key’s header is x-honeycomb-team.");
    }
    if seen.key == Key::Empty {
        return "x-honeycomb-team was there without a value: the variable that it is made of is probably not set."
            .to_owned();
    }
    if seen.has_authorization {
        return "There was a header Authorization; the key’s header is x-honeycomb-team."
            .to_owned();
    }
    "Set OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=KEY before the program starts, with the key that the observatory was started with."
        .to_owned()
}

fn unknown_key(seen: &Seen) -> String {
    let Key::Shaped(shape, length) = seen.key else {
        return "Give the key that the observatory was started with (--key or OBSERVATORY_KEY)."
            .to_owned();
    };
    let what = match shape {
        Shape::Plain => {
            "which is not the key that the observatory was started with (--key or OBSERVATORY_KEY)"
        }
        Shape::Quoted => "in quotes, which are taken as a part of it: leave them out",
        Shape::Variable => {
            "and is the name of a variable whose value was not put in its place: in single quotes and in files no shell does that"
        }
        Shape::Placeholder => "and is a placeholder: put your key there",
        Shape::Scheme => "and begins with a word such as Bearer: give the key alone",
        Shape::Named => "and begins with the header’s own name: give the key alone",
    };
    format!("x-honeycomb-team was there, {length} characters long, {what}.")
}

fn content_type(seen: &Seen) -> String {
    match &seen.content_type[..] {
        "" => "Say what the body is: content-type: application/x-protobuf, or application/json.".to_owned(),
        "application/x-www-form-urlencoded" => {
            "That is what curl says by itself: add -H 'content-type: application/json'.".to_owned()
        }
        grpc if grpc.starts_with("application/grpc") => {
            "This is gRPC, sent to the port of HTTP: use the port of OTLP/gRPC, or OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.".to_owned()
        }
        _ => "OTLP is application/x-protobuf or application/json; OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf sends the first.".to_owned(),
    }
}

fn document(reason: &str) -> Option<String> {
    let advice = match reason {
        "InvalidHeader" => {
            "A datagram begins with the line {\"format\":\"json\",\"version\":1}, then a line break, then the document."
        }
        "MissingDocument" => "The document follows the first line, in the same datagram.",
        "ParseError" => "The document must be one JSON object in UTF-8; was it cut off?",
        "Overload" | "Dropped" => {
            "Sample, or send fewer subsegments by themselves: UDP loses what comes too fast."
        }
        "MissingId" | "InvalidId" => "A segment’s id is 16 hex digits.",
        "MissingTraceId" | "InvalidTraceId" => {
            "A trace_id is 1-, eight hex digits of the time, -, and 24 more: 1-5759e988-bd862e3fe1be46a994272793."
        }
        "MissingEndTime" => {
            "A segment that is over has end_time; one that is not has in_progress: true."
        }
        "MissingStartTime" | "InvalidStartTime" | "InvalidEndTime" => {
            "Times are seconds since 1970 with fractions, such as 1461096053.37518; the end is not before the start."
        }
        "MissingName" | "InvalidName" => {
            "A name has letters, digits, spaces and _ . : / % & # = + \\ - @, at most 200."
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

fn aws(reason: &str, message: &str) -> Option<String> {
    let says = |part: &str| message.contains(part);
    let advice = match reason {
        "MissingAuthenticationTokenException" => {
            "AWS’s clients sign each call, with any credentials here: AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any. Without a signature segments go to the daemon’s port."
        }
        "InvalidSignatureException" if says("correct service") => {
            "The call is signed for another service than the one that it was sent to: see which AWS_ENDPOINT_URL… the client was given."
        }
        "IncompleteSignatureException" | "InvalidSignatureException" => {
            "Let AWS’s SDK or the AWS CLI sign the call (Signature Version 4); any credentials will do."
        }
        "ResourceNotFoundException" if says("log group") => {
            "Make the group first: aws logs create-log-group --log-group-name NAME."
        }
        "ResourceNotFoundException" if says("log stream") => {
            "Make the stream first: aws logs create-log-stream --log-group-name GROUP --log-stream-name NAME."
        }
        "InvalidParameterException" if says("chronological") => {
            "Sort the events of each call by their timestamp."
        }
        "InvalidParameterException" if says("24 hours") => {
            "Send the events of each day in a call of their own; timestamps are milliseconds since 1970."
        }
        "InvalidParameterException" if says("too large") => {
            "A call takes 1,048,576 bytes of messages, and 26 more for each event; send several."
        }
        "RejectedLogEvents" => {
            "Timestamps are milliseconds since 1970: in seconds, they are of January 1970. Events more than 14 days old, or two hours ahead, are not taken."
        }
        "UnknownOperationException" if says("X-Amz-Target") => {
            "POST / is CloudWatch Logs’ API. Spans go to /v1/traces: set OTEL_EXPORTER_OTLP_ENDPOINT to this address, without a path."
        }
        "SerializationException" => {
            "The body must be the JSON that the call takes; see whether the shell took the quotes away."
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

fn anywhere(reason: &str, seen: &Seen) -> Option<String> {
    let path = &seen.path[..];
    let advice = match reason {
        "NoSuchAddress" if path.ends_with("/v1/traces/v1/traces") => {
            "OTEL_EXPORTER_OTLP_ENDPOINT is written without a path: the SDK puts /v1/traces behind it."
        }
        "NoSuchAddress" if path == "/" => {
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is taken as it is: let it end in /v1/traces. Or set OTEL_EXPORTER_OTLP_ENDPOINT, without a path."
        }
        "NoSuchAddress" if path.starts_with("/opentelemetry.") => {
            "This is gRPC, sent to the port of HTTP: use the port of OTLP/gRPC."
        }
        "NoSuchAddress" if path.starts_with("/1/") => {
            "The observatory takes OTLP, not Honeycomb’s events: send spans to /v1/traces."
        }
        "NoSuchAddress" if path.contains("trace") || path.contains("spans") => {
            "Spans go to /v1/traces."
        }
        "NoSuchAddress" => {
            "Spans go to /v1/traces, segments to /TraceSegments or the daemon’s port, log events to /."
        }
        "MethodNotAllowed" => "Spans are sent with POST.",
        "Host" => {
            "Start the observatory with --allow-host and this name, if that is how you reach it."
        }
        "Origin" => {
            "Pages in a browser may send from localhost, or from hosts named with --allow-host."
        }
        "StoreFailed" => {
            "Is the disk full, or the folder gone? The observatory’s terminal says more."
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(path: &str) -> Seen {
        Seen {
            path: path.to_owned(),
            ..Seen::default()
        }
    }

    #[test]
    fn the_usual_mistakes_are_known() {
        let with_key = |key| Seen {
            key,
            ..seen("/v1/traces")
        };
        let of_type = |content_type: &str| Seen {
            content_type: content_type.to_owned(),
            ..seen("/v1/traces")
        };
        let misspelt = Seen {
            near: Some("x-honeycomb-teem".to_owned()),
            ..seen("/v1/traces")
        };
        let http = By::OtlpHttp;
        for (by, reason, message, seen, part) in [
            (
                http,
                "MissingKey",
                "",
                misspelt,
                "a header x-honeycomb-teem",
            ),
            (
                http,
                "MissingKey",
                "",
                with_key(Key::Empty),
                "without a value",
            ),
            (
                By::OtlpGrpc,
                "MissingKey",
                "",
                seen(""),
                "OTEL_EXPORTER_OTLP_HEADERS",
            ),
            (
                http,
                "UnknownKey",
                "",
                with_key(Key::Shaped(Shape::Plain, 21)),
                "21 characters",
            ),
            (
                http,
                "UnknownKey",
                "",
                with_key(Key::Shaped(Shape::Quoted, 9)),
                "in quotes",
            ),
            (http, "ContentType", "", of_type(""), "Say what"),
            (
                http,
                "ContentType",
                "",
                of_type("application/x-www-form-urlencoded"),
                "curl",
            ),
            (
                http,
                "ContentType",
                "",
                of_type("application/grpc+proto"),
                "port of OTLP/gRPC",
            ),
            (
                http,
                "NotOtlp",
                "",
                of_type("application/json"),
                "resourceSpans",
            ),
            (
                http,
                "NotOtlp",
                "",
                of_type("application/x-protobuf"),
                "says protobuf",
            ),
            (
                By::Nothing,
                "NoSuchAddress",
                "",
                seen("/v1/trace"),
                "/v1/traces.",
            ),
            (
                By::Nothing,
                "NoSuchAddress",
                "",
                seen("/v1/traces/v1/traces"),
                "without a path",
            ),
            (
                http,
                "NoSuchAddress",
                "",
                seen("/"),
                "let it end in /v1/traces",
            ),
            (
                By::OtlpGrpc,
                "Unimplemented",
                "",
                seen("/v1/traces"),
                "OTLP over HTTP",
            ),
            (
                By::Xray,
                "MissingAuthenticationTokenException",
                "",
                seen(""),
                "AWS_ACCESS_KEY_ID=any",
            ),
            (
                By::Logs,
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                seen(""),
                "create-log-group",
            ),
            (
                By::Logs,
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
                seen(""),
                "create-log-stream",
            ),
            (
                By::Logs,
                "InvalidParameterException",
                "must be in chronological order",
                seen(""),
                "Sort",
            ),
            (By::Logs, "RejectedLogEvents", "", seen(""), "milliseconds"),
            (
                By::Udp,
                "InvalidHeader",
                "",
                seen(""),
                "begins with the line",
            ),
            (
                By::PutTraceSegments,
                "InvalidTraceId",
                "",
                seen(""),
                "24 more",
            ),
            (http, "StoreFailed", "", seen(""), "disk"),
        ] {
            let told = advice(by, reason, message, &seen).unwrap_or_default();
            assert!(told.contains(part), "{by:?} {reason}: {told:?}");
        }
        assert_eq!(advice(http, "Nobody knows", "", &seen("/")), None);
    }
}
