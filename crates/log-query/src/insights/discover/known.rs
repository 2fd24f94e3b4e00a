//! Messages of AWS's own services whose fields Insights discovers: Lambda's, VPC flow logs and Route 53's query logs, in their default formats
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html>).

use super::super::value::Value;

/// The fields of Lambda's messages, which begin with `@` like those that every event has.
pub(super) const LAMBDA: &[&str] = &[
    "@type",
    "@requestId",
    "@duration",
    "@billedDuration",
    "@initDuration",
    "@memorySize",
    "@maxMemoryUsed",
    "@xrayTraceId",
    "@xraySegmentId",
];

const FLOW: &[&str] = &[
    "version",
    "accountId",
    "interfaceId",
    "srcAddr",
    "dstAddr",
    "srcPort",
    "dstPort",
    "protocol",
    "packets",
    "bytes",
    "startTime",
    "endTime",
    "action",
    "logStatus",
];

const ROUTE_53: &[&str] = &[
    "version",
    "queryTimestamp",
    "hostZoneId",
    "queryName",
    "queryType",
    "responseCode",
    "protocol",
    "edgeLocation",
    "resolverIp",
    "ednsClientSubnet",
];

/// Tells the fields of a message that has the form of one of them.
pub(super) fn fields<'e>(message: &'e str, see: &mut dyn FnMut(&'static str, Value<'e>)) {
    match message.split_once(' ') {
        Some((kind @ ("START" | "END" | "REPORT"), rest)) => lambda(kind, rest, see),
        Some(("2", _)) => columns(message, FLOW, |column| column[2].starts_with("eni-"), see),
        Some(("1.0", _)) => columns(message, ROUTE_53, |column| column[2].starts_with('Z'), see),
        _ => {}
    }
}

/// Columns with blanks between them, `-` where there is nothing.
fn columns<'e>(
    message: &'e str,
    names: &[&'static str],
    is: impl Fn(&[&str]) -> bool,
    see: &mut dyn FnMut(&'static str, Value<'e>),
) {
    let columns: Vec<&str> = message
        .split_ascii_whitespace()
        .take(names.len() + 1)
        .collect();
    if columns.len() != names.len() || !is(&columns) {
        return;
    }
    for (name, column) in names.iter().zip(columns) {
        if column != "-" {
            see(name, Value::Text(column.into()));
        }
    }
}

/// `REPORT RequestId: …`, then more with tabs between them: `Duration: 3.5 ms`, `Memory Size: 128 MB`.
fn lambda<'e>(kind: &'e str, rest: &'e str, see: &mut dyn FnMut(&'static str, Value<'e>)) {
    if !rest.starts_with("RequestId: ") {
        return;
    }
    see("@type", Value::Text(kind.into()));
    for part in rest.split(['\t', '\n']) {
        let Some((name, value)) = part.split_once(": ") else {
            continue;
        };
        let first = value.split(' ').next().unwrap_or_default();
        let number = |scale: f64| {
            first
                .parse()
                .map_or(Value::Absent, |number: f64| Value::Number(number * scale))
        };
        match name {
            "RequestId" => see("@requestId", Value::Text(first.into())),
            "Duration" => see("@duration", number(1.0)),
            "Billed Duration" => see("@billedDuration", number(1.0)),
            "Init Duration" => see("@initDuration", number(1.0)),
            // In bytes, of which the service counts a million to a megabyte.
            "Memory Size" => see("@memorySize", number(1e6)),
            "Max Memory Used" => see("@maxMemoryUsed", number(1e6)),
            "XRAY TraceId" => see("@xrayTraceId", Value::Text(first.into())),
            "SegmentId" => see("@xraySegmentId", Value::Text(first.into())),
            _ => {}
        }
    }
}
