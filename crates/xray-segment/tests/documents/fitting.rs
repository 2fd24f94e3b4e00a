//! Documents that are too large: what is sent by itself, and what is cut.

use serde_json::{Map, Value, json};
use xray_segment::{
    Annotation, Cause, Cut, Exception, MAX_DOCUMENT_BYTES, Namespaces, Segment, Sql, StackFrame,
    fit,
};

fn segment(id: u64, bytes: usize, subsegments: Vec<Segment>) -> Segment {
    Segment {
        name: "a".to_owned(),
        id: format!("{id:016x}"),
        start_time: 1.5,
        end_time: Some(2.5),
        trace_id: (id == 1).then(|| "1-5f29ab21-d4ebf299219a65bd5c31d6da".to_owned()),
        metadata: metadata("text", Value::from("x".repeat(bytes))),
        subsegments,
        ..Segment::default()
    }
}

fn metadata(key: &str, value: Value) -> Namespaces {
    let entry = Map::from_iter([(key.to_owned(), value)]);
    Namespaces::from([("default".to_owned(), entry)])
}

/// What became of a segment, as trees of IDs: `1(2 3(4))`, a parent that is elsewhere before `<`.
fn shape(segment: Segment, limit: usize) -> Vec<String> {
    fn tree(segment: &Segment) -> String {
        let number = |id: &str| u64::from_str_radix(id, 16).expect("hex").to_string();
        let parts: Vec<String> = segment.subsegments.iter().map(tree).collect();
        let parent = segment.parent_id.as_deref().map(|id| number(id) + "<");
        let parts = if parts.is_empty() {
            String::new()
        } else {
            format!("({})", parts.join(" "))
        };
        format!(
            "{}{}{parts}",
            parent.unwrap_or_default(),
            number(&segment.id)
        )
    }
    let fitted = fit(segment, limit);
    assert_eq!(fitted.cut, []);
    let read = |text: &String| serde_json::from_str::<Segment>(text).expect("a segment");
    fitted
        .documents
        .iter()
        .map(|text| tree(&read(text)))
        .collect()
}

#[test]
fn subsegments_are_sent_by_themselves() {
    let check = |rule: &str, segment: Segment, shapes: &[&str]| {
        assert_eq!(shape(segment, 1_000), shapes, "{rule}");
    };
    let leaf = |id, bytes| segment(id, bytes, vec![]);
    check(
        "what fits stays whole",
        segment(1, 100, vec![leaf(2, 100), leaf(3, 100)]),
        &["1(2 3)"],
    );
    check(
        "the largest goes",
        segment(1, 100, vec![leaf(2, 100), leaf(3, 600), leaf(4, 100)]),
        &["1(2 4)", "1<3"],
    );
    check(
        "with its own parts",
        segment(1, 600, vec![segment(2, 100, vec![leaf(3, 100)])]),
        &["1", "1<2(3)"],
    );
    check(
        "the inner ones first",
        segment(1, 100, vec![segment(2, 100, vec![leaf(3, 700)])]),
        &["1(2)", "2<3"],
    );
    let all = segment(
        1,
        600,
        vec![segment(2, 600, vec![segment(3, 600, vec![leaf(4, 600)])])],
    );
    check(
        "parents before their parts",
        all,
        &["1", "1<2", "2<3", "3<4"],
    );
}

#[test]
fn what_is_sent_by_itself_says_where_it_belongs() {
    let inner = Segment {
        kind: Some("SUBSEGMENT".to_owned()),
        trace_id: Some("other".to_owned()),
        parent_id: Some("other".to_owned()),
        ..segment(2, 700, vec![])
    };
    let fitted = fit(segment(1, 100, vec![inner]), 900);
    let part: Value = serde_json::from_str(&fitted.documents[1]).expect("JSON");
    let told = [&part["type"], &part["trace_id"], &part["parent_id"]];
    assert_eq!(
        told,
        [
            "subsegment",
            "1-5f29ab21-d4ebf299219a65bd5c31d6da",
            "0000000000000001"
        ]
    );
}

#[test]
fn a_document_may_have_as_many_bytes_as_the_limit() {
    let whole = segment(1, 500, vec![segment(2, 200, vec![])]);
    let bytes = serde_json::to_string(&whole).expect("JSON").len();
    assert_eq!(shape(whole.clone(), bytes), ["1(2)"]);
    assert_eq!(shape(whole, bytes - 1), ["1", "1<2"]);
}

#[test]
fn what_is_nested_too_deeply_is_sent_by_itself() {
    let deep = (1..=120)
        .rev()
        .fold(vec![], |parts, id| vec![segment(id, 0, parts)]);
    let fitted = fit(deep.into_iter().next().expect("one"), MAX_DOCUMENT_BYTES);
    assert_eq!(fitted.cut, []);
    let count = |text: &str| text.matches("start_time").count();
    let counts: Vec<_> = fitted.documents.iter().map(|text| count(text)).collect();
    assert_eq!(counts, [18, 51, 51]);
    for document in &fitted.documents {
        xray_segment::read(document).expect("a document");
    }
}

/// What one segment becomes, and what was cut of it.
fn alone(segment: Segment, limit: usize) -> (Value, Vec<(String, usize)>) {
    let fitted = fit(segment, limit);
    assert_eq!(fitted.documents.len(), 1);
    assert!(fitted.documents[0].len() <= limit);
    let document = serde_json::from_str(&fitted.documents[0]).expect("JSON");
    let cut = fitted
        .cut
        .into_iter()
        .map(|cut| (cut.what, cut.bytes))
        .collect();
    (document, cut)
}

#[test]
fn the_longest_text_is_cut_with_a_mark() {
    let (document, cut) = alone(segment(1, 5_000, vec![]), 1_000);
    let text = document["metadata"]["default"]["text"]
        .as_str()
        .expect("a text");
    let bytes = cut[0].1;
    assert_eq!(cut, [("metadata.default.text".to_owned(), bytes)]);
    assert!(text.ends_with(&format!("x… [{bytes} bytes cut]")), "{text}");
    assert_eq!(text.matches('x').count() + bytes, 5_000);
    assert!(text.len() > 700, "as little as possible: {}", text.len());
}

#[test]
fn a_text_is_cut_between_characters() {
    for odd in ["é", "🦀", "\u{1}", "\"", "x"] {
        let text = odd.repeat(2_000);
        let whole = Segment {
            metadata: metadata("text", Value::from(text)),
            ..segment(1, 0, vec![])
        };
        for limit in 400..430 {
            let (document, cut) = alone(whole.clone(), limit);
            assert!(
                document.to_string().len() + 40 > limit,
                "as little as possible"
            );
            let text = document["metadata"]["default"]["text"]
                .as_str()
                .expect("a text");
            assert_eq!(
                text.matches(odd).count() * odd.len() + cut[0].1,
                2_000 * odd.len()
            );
        }
    }
}

#[test]
fn annotations_are_cut_last() {
    let whole = Segment {
        annotations: [("user".to_owned(), Annotation::String("u".repeat(600)))].into(),
        sql: Some(Sql {
            sanitized_query: Some("q".repeat(900)),
            ..Sql::default()
        }),
        ..segment(1, 900, vec![])
    };
    let what = |limit| {
        alone(whole.clone(), limit)
            .1
            .into_iter()
            .map(|(what, _)| what)
            .collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(what(4_000), none);
    assert_eq!(what(2_000), ["metadata.default.text"]);
    assert_eq!(
        what(1_200),
        ["metadata.default.text", "sql.sanitized_query"]
    );
    assert_eq!(
        what(700).last().map(String::as_str),
        Some("annotations.user")
    );
    let (document, _) = alone(whole, 300);
    assert!(
        document["annotations"]["user"]
            .as_str()
            .expect("a text")
            .starts_with("uuu")
    );
}

#[test]
fn long_stacks_keep_their_innermost_frames() {
    let frame = |line| StackFrame {
        path: Some("a.rs".to_owned()),
        line: Some(line),
        label: Some("f".to_owned()),
    };
    let exception = Exception {
        stack: (0..500).map(frame).collect(),
        truncated: Some(5),
        ..Exception::default()
    };
    let cause = Cause::Exceptions {
        working_directory: None,
        paths: vec![],
        exceptions: vec![exception],
    };
    let (document, cut) = alone(
        Segment {
            cause: Some(cause),
            ..segment(1, 0, vec![])
        },
        2_000,
    );
    let exception = &document["cause"]["exceptions"][0];
    assert_eq!(exception["stack"].as_array().map(Vec::len), Some(10));
    assert_eq!(exception["stack"][0]["line"], 0);
    assert_eq!(exception["truncated"], 495);
    assert_eq!(cut[0].0, "cause.exceptions[0].stack");
}

#[test]
fn many_short_values_are_taken_out() {
    let list: Vec<u64> = (0..3_000).collect();
    let mut whole = Segment {
        metadata: metadata("list", json!(list)),
        ..segment(1, 0, vec![])
    };
    whole
        .metadata
        .entry("other".to_owned())
        .or_default()
        .insert("kept".to_owned(), json!(1));
    let (document, cut) = alone(whole, 1_000);
    assert_eq!(cut[0].0, "metadata.default.list");
    assert_eq!(
        document["metadata"],
        json!({"default": {}, "other": {"kept": 1}})
    );
}

#[test]
fn deep_values_become_text() {
    let deep = (0..300).fold(json!(1), |inner, _| json!([inner]));
    let whole = Segment {
        metadata: metadata("deep", deep),
        ..segment(1, 0, vec![])
    };
    let (document, cut) = alone(whole, MAX_DOCUMENT_BYTES);
    assert_eq!(cut, [("metadata".to_owned(), 0)]);
    assert!(
        document
            .to_string()
            .contains(&format!("{}1]", "[".repeat(283)))
    );
}

#[test]
fn a_limit_below_the_least_is_told() {
    let fitted = fit(segment(1, 0, vec![segment(2, 0, vec![])]), 50);
    assert_eq!(fitted.documents.len(), 0);
    let lost = |id: &Cut| (id.id.clone(), id.what.clone());
    let lost: Vec<_> = fitted
        .cut
        .iter()
        .map(lost)
        .filter(|(_, what)| what.is_empty())
        .collect();
    let id = |id: u64| (format!("{id:016x}"), String::new());
    assert_eq!(lost, [id(2), id(1)]);
}
