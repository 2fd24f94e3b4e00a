//! What a fake may be started with.

use span_snapshot::{LogGroup, LogsApi};

#[test]
fn what_is_there_at_the_start_may_be_told_in_any_order() {
    let api = LogsApi::start()
        .with_stream("a", "s")
        .with_group("a")
        .with_retention("a", 7)
        .with_retention("a", 14)
        .with_events("a", "s", [(1, "x")])
        .with_events("a", "s", [(0, "y")]);
    let group = LogGroup {
        name: "a".to_owned(),
        retention_in_days: Some(14),
        streams: vec!["s".to_owned()],
    };
    assert_eq!(api.groups(), [group]);
    let messages: Vec<_> = api
        .events("a", "s")
        .into_iter()
        .map(|event| event.message)
        .collect();
    assert_eq!(messages, ["y", "x"]);
    assert!(api.calls().is_empty());
}

#[test]
#[should_panic(expected = "Member must satisfy regular expression pattern")]
fn a_group_that_the_service_would_not_have() {
    let _ = LogsApi::start().with_group("a b");
}

#[test]
#[should_panic(expected = "enum value set")]
fn a_retention_that_the_service_would_not_have() {
    let _ = LogsApi::start().with_retention("a", 8);
}
