//! What holds for any log events: text and back loses nothing, IDs do not matter, and what differs has a cause.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::{Value as Json, json};
use span_snapshot::{SpanTree, StoredEvent, explain};

/// An event, but for its IDs: these are numbers.
#[derive(Clone, Debug)]
struct Plan {
    group: String,
    stream: String,
    timestamp: i64,
    ids: [Option<u64>; 3],
    fields: Vec<(String, Json)>,
    text: Option<String>,
}

/// Mostly from a small set, so that alike events are common; with everything that layout could trip over.
fn text() -> impl Strategy<Value = String> {
    let nasty = [
        "",
        " ",
        "a  b",
        "a\nb",
        "log group a",
        "log events",
        "└─ INFO a",
        "(no log events)",
        "trace 1",
        "GET /a 200",
        "retentionInDays = 14",
        "\u{202e}r",
        "名前",
        "\"q\"",
    ];
    prop_oneof![
        6 => select(vec!["a", "b", "a 17"]).prop_map(str::to_owned),
        2 => select(nasty.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!(17)),
        Just(json!(null)),
        Just(json!({ "b": 17, "c": {} })),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        proptest::num::f64::NORMAL.prop_map(Json::from),
        text().prop_map(Json::from),
        vec(text(), 0..2).prop_map(Json::from),
    ]
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let place = (text(), select(vec!["s", "t"]), 0..3i64);
    let key = prop_oneof![
        2 => select(vec!["level", "message", "timestamp", "status", "user"]).prop_map(str::to_owned),
        1 => text(),
    ];
    let level = select(vec!["INFO", "ERROR", "warn", "none"]).prop_map(Json::from);
    let fields = (level, vec((key, value()), 0..4)).prop_map(|(level, mut fields)| {
        fields.insert(0, ("level".to_owned(), level));
        fields
    });
    let id = || proptest::option::of(1..4u64);
    let content = (
        [id(), id(), id()],
        fields,
        proptest::option::weighted(0.2, text()),
    );
    vec((place, content), 0..7).prop_map(|events| {
        let of = |((group, stream, timestamp), (ids, fields, text)): (_, ([_; 3], _, _))| {
            let stream = str::to_owned(stream);
            Plan {
                group,
                stream,
                timestamp,
                ids,
                fields,
                text,
            }
        };
        events.into_iter().map(of).collect()
    })
}

/// The tree of plans. `salt` changes all IDs.
fn tree(plans: &[Plan], salt: u64) -> SpanTree {
    let trace = |number: u64| format!("{:032x}", u128::from(number) << 64 | u128::from(salt));
    let xray = |id: String| format!("1-{}-{}", &id[..8], &id[8..]);
    let events = plans.iter().map(|plan| {
        let mut fields = serde_json::Map::new();
        fields.extend(plan.fields.iter().cloned());
        let [of_trace, of_span, of_xray] = plan.ids;
        let ids = [
            ("trace_id", of_trace.map(trace)),
            (
                "span_id",
                of_span.map(|number| format!("{:016x}", number << 32 | salt >> 32)),
            ),
            ("xray_trace_id", of_xray.map(trace).map(xray)),
        ];
        for (key, id) in ids {
            fields.extend(id.map(|id| (key.to_owned(), Json::from(id))));
        }
        StoredEvent {
            group: plan.group.clone(),
            stream: plan.stream.clone(),
            timestamp: plan.timestamp,
            ingestion_time: 0,
            message: plan
                .text
                .clone()
                .unwrap_or_else(|| Json::Object(fields).to_string()),
            id: 0,
        }
    });
    SpanTree::from_log_events(&Vec::from_iter(events), &[])
}

proptest! {
    // The same cases in each run; PROPTEST_CASES asks for more of them.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_and_back_loses_nothing(plans in plans()) {
        let tree = tree(&plans, 0);
        let parsed = SpanTree::parse(&tree.render()).unwrap();
        prop_assert_eq!(parsed.render(), tree.render());
        prop_assert_eq!(parsed.len(), tree.len());
        prop_assert_eq!(parsed.trace_count(), tree.trace_count());
        prop_assert!(explain(&parsed, &tree).is_empty());
        for view in [parsed.only_log_events(), parsed.only_spans(|span| span.name() != "a"), parsed.only_attributes(["status"])] {
            prop_assert_eq!(SpanTree::parse(&view.render()).unwrap(), view);
        }
    }

    #[test]
    fn ids_do_not_matter(plans in plans(), salt: u64) {
        prop_assert_eq!(tree(&plans, 0), tree(&plans, salt));
    }

    #[test]
    fn trees_that_differ_have_a_cause(one in plans(), two in plans()) {
        let (one, two) = (tree(&one, 0), tree(&two, 0));
        prop_assert_eq!(explain(&one, &two).is_empty(), one == two);
        let (one, two) = (one.only_log_events(), two.only_log_events());
        prop_assert_eq!(explain(&one, &two).is_empty(), one == two);
    }
}
