//! Differences in what the spans came from.

use std::collections::BTreeSet;

use super::findings::{Findings, SPANS};
use super::matching::Matching;
use crate::value::Attributes;

pub(super) fn compare(matching: &Matching<'_>, findings: &mut Findings) {
    let mut pairs = BTreeSet::new();
    for (wanted, actual) in matching.to_actual.iter().enumerate() {
        if let Some(actual) = actual
            && let (Some(a), Some(b)) = (
                matching.wanted.nodes[wanted].resource,
                matching.actual.nodes[*actual].resource,
            )
            && pairs.insert((a, b))
        {
            one(
                &matching.wanted.resources[a],
                &matching.actual.resources[b],
                &matching.actual.nodes[*actual].name,
                findings,
            );
        }
    }
}

fn one(wanted: &Attributes, actual: &Attributes, span: &str, findings: &mut Findings) {
    for (key, value) in wanted {
        let is = actual.get(key);
        if is == Some(value) {
            continue;
        }
        let said = is.map_or("not set".to_owned(), |is| is.to_string());
        let unknown = is.is_none_or(|is| {
            is.as_str()
                .is_some_and(|name| name.is_empty() || name.starts_with("unknown_service"))
        });
        if key == "service.name" && unknown {
            findings.shared(
                span,
                "unknown-service",
                format!("the service has no name: `service.name` is {said}; {value} was wanted"),
                "Give the provider a resource: Resource::builder().with_service_name(…), or set OTEL_SERVICE_NAME. Without it everything lands in `unknown_service`.",
            );
        } else {
            findings.shared(
                span,
                "wrong-resource",
                format!("the resource's `{key}` is {said}; {value} was wanted (seen on {SPANS})"),
                "The resource is set once, on the provider, with with_resource(…). What is written down there wins over OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, so read the variable yourself where it should win.",
            );
        }
    }
    for (key, value) in actual.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
        findings.shared(
            span,
            "wrong-resource",
            format!("the resource's `{key}` = {value} was not wanted (seen on {SPANS})"),
            "Resource::builder() adds what it detects; Resource::builder_empty() adds nothing. only_resource_attributes([…]) looks at some alone.",
        );
    }
}
