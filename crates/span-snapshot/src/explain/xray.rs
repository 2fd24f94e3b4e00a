//! What goes wrong with X-Ray's segments alone, and X-Ray's words for what goes wrong with all spans.

use super::findings::{Findings, SPANS};
use crate::span::Kind;
use crate::tree::{Node, SpanTree};
use crate::value::{Attributes, Value};

/// Of two helps the one that fits the span.
pub(super) fn help(node: &Node, otel: &'static str, xray: &'static str) -> &'static str {
    if node.kind.is_xray() { xray } else { otel }
}

/// Whether a segment is there where a subsegment was wanted.
pub(super) fn is_second_segment(wanted: &Node, actual: &Node) -> bool {
    wanted.kind == Kind::Subsegment && actual.kind == Kind::Segment
}

/// What to do about a segment too many.
pub(super) const ONE_SEGMENT: &str = "A service's work for one request is one SEGMENT; all inside it are SUBSEGMENTs. A span of kind SERVER becomes a segment wherever it is, and so does what begin_segment begins: keep one, outermost, and make the others INTERNAL or CLIENT (begin_subsegment).";

/// Tells of a segment where a subsegment was wanted; what else differs follows from it.
pub(super) fn second_segment(wanted: (&SpanTree, &Node), actual: &Node, findings: &mut Findings) {
    let (tree, wanted) = wanted;
    let inside = match wanted.parent_index() {
        Some(parent) => format!(" inside `{}`", tree.nodes[parent].name),
        None => String::new(),
    };
    let was = if wanted.name == actual.name {
        "a SUBSEGMENT".to_owned()
    } else {
        format!("the SUBSEGMENT `{}`", wanted.name)
    };
    findings.on(
        &actual.name,
        "second-segment",
        format!("{SPANS} is a SEGMENT; {was}{inside} was wanted"),
        ONE_SEGMENT,
    );
}

/// Where the value of a wanted key went instead.
pub(super) struct Moved<'a> {
    pub(super) id: &'static str,
    pub(super) key: &'a str,
    pub(super) what: String,
    pub(super) help: String,
}

/// Finds a wanted annotation under metadata, wanted metadata under annotations or under another namespace.
pub(super) fn moved<'a>(
    wanted: &str,
    of: &str,
    others: impl Iterator<Item = (&'a String, &'a Value)>,
) -> Option<Moved<'a>> {
    let mut others = others.map(|(key, _)| key.as_str());
    if let Some(name) = wanted.strip_prefix("annotations.") {
        let key = others.find(|key| is_metadata(key, name))?;
        return Some(Moved {
            id: "annotation-as-metadata",
            key,
            what: format!("`{key}` on {of} is metadata; it was wanted as `{wanted}`"),
            help: format!(
                "Metadata is not indexed, so that a filter such as annotation[{name}] finds nothing. Make it an annotation: name its key in the exporter's indexed attributes, or in the span's `aws.xray.annotations` (with an X-Ray SDK: put_annotation)."
            ),
        });
    }
    let (namespace, name) = wanted.strip_prefix("metadata.")?.split_once('.')?;
    others.find_map(|key| {
        if key
            .strip_prefix("annotations.")
            .is_some_and(|other| plain(other) == plain(name))
        {
            return Some(Moved {
                id: "metadata-as-annotation",
                key,
                what: format!("`{key}` on {of} is an annotation; it was wanted as `{wanted}`"),
                help: "Annotations are indexed, and a trace has room for 50. What nobody looks for is metadata: do not list its key among the annotations.".to_owned(),
            });
        }
        is_metadata(key, name).then(|| Moved {
            id: "wrong-namespace",
            key,
            what: format!("`{key}` on {of} was wanted in the namespace `{namespace}`, as `{wanted}`"),
            help: format!("Metadata without a namespace goes to `default`. Give it one: the span's attribute `aws.xray.metadata.{namespace}`, a JSON object as text (with an X-Ray SDK: put_metadata(key, value, \"{namespace}\"))."),
        })
    })
}

/// Whether a key is that of metadata of this name, in whatever namespace; a namespace may have dots too.
fn is_metadata(key: &str, name: &str) -> bool {
    let Some(rest) = key.strip_prefix("metadata.") else {
        return false;
    };
    rest.match_indices('.')
        .any(|(at, _)| plain(&rest[at + 1..]) == plain(name))
}

/// Annotations have no other characters than these; metadata keeps them all.
fn plain(key: &str) -> String {
    key.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

/// What decides about one of a segment's own fields; none for any other key.
pub(super) fn field(key: &str) -> Option<&'static str> {
    match key {
        "error" | "throttle" | "fault" => Some(
            "A 4xx is an error, 429 is error and throttle, a 5xx is a fault. Without such a status, a span whose status is ERROR is a fault. Set the status code (http.response.status_code) or the span's status before it ends.",
        ),
        STATUS => Some(
            "From it X-Ray tells error (4xx), throttle (429) and fault (5xx) apart. Set http.response.status_code on the span, as an integer, before it ends.",
        ),
        "namespace" => Some(
            "A subsegment's namespace is `remote` for a span of kind CLIENT, `aws` for a call of an AWS service (rpc.system = aws-api), and none otherwise.",
        ),
        _ if key.starts_with("annotations.") => Some(
            "Only keys that are listed become annotations: in `aws.xray.annotations` or in the exporter's indexed attributes. Values are texts, numbers or booleans, and keys have letters, digits, _ and . only.",
        ),
        _ if key.starts_with("metadata.") => Some(
            "All metadata of a namespace is one attribute, `aws.xray.metadata.NAMESPACE`: a JSON object, as text, with all keys in it. Set a second time, it takes the place of the first.",
        ),
        _ => None,
    }
}

/// Where a segment says how its request was answered.
const STATUS: &str = "http.response.status";

/// Whether a difference in `key` follows from a status that is missing, and so needs no word of its own.
pub(super) fn follows(key: &str, wanted: &Attributes, actual: &Attributes) -> bool {
    matches!(key, "error" | "throttle" | "fault")
        && wanted.contains_key(STATUS)
        && !actual.contains_key(STATUS)
}

/// What to do about a key that is nearly right.
pub(super) fn misnamed(key: &str) -> Option<&'static str> {
    key.starts_with("annotations.").then_some(
        "Annotations are looked up by their exact keys, and these have letters, digits, _ and . only: any other character becomes _ on the way, and nobody says so.",
    )
}
