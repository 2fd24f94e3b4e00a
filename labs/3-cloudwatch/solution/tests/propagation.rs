//! Whose traces the program continues, and what it tells those whom it calls.

use std::collections::HashMap;

use cloudwatch::propagation;
use opentelemetry::{Context, global, trace::TraceContextExt};
use span_snapshot::isolated;

const BROWSER: (&str, &str) = (
    "traceparent",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
);
const AWS: (&str, &str) = (
    "x-amzn-trace-id",
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
);

fn continued(headers: &[(&str, &str)]) -> Context {
    let headers = headers.iter().map(|(name, value)| (*name, *value));
    let headers: HashMap<String, String> = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    global::get_text_map_propagator(|propagator| propagator.extract(&headers))
}

#[track_caller]
fn check(rule: &str, headers: &[(&str, &str)], wanted: &str) {
    let context = continued(headers);
    let span = context.span().span_context().clone();
    let got = format!("{} {}", span.trace_id(), span.span_id());
    assert_eq!(got, wanted, "{rule}");
}

#[test]
fn continues_browsers_and_aws() {
    isolated!(|| {
        propagation::install();
        let by_browser = "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331";
        let by_aws = "5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8";
        check("the W3C's header", &[BROWSER], by_browser);
        check("X-Ray's header", &[AWS], by_aws);
        check("X-Ray's was written last", &[BROWSER, AWS], by_aws);
        let invalid = "00000000000000000000000000000000 0000000000000000";
        check("no header", &[], invalid);
    });
}

#[test]
fn tells_both_kinds() {
    isolated!(|| {
        propagation::install();
        let mut told = HashMap::new();
        let context = continued(&[BROWSER]);
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut told);
        });
        assert_eq!(told["traceparent"], BROWSER.1);
        assert_eq!(
            told["x-amzn-trace-id"],
            "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1"
        );
    });
}
