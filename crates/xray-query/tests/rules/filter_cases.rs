//! Checks that an expression wants one trace and not another.

use serde_json::Value;
use xray_query::Filter;

use crate::traces::trace;

/// The expression wants the first trace and not the second.
/// So does what it prints; negated, it is the other way round.
#[track_caller]
pub(crate) fn check(expression: &str, wanted: Value, other: Value) {
    check_with_groups(expression, wanted, other, &|_| None);
}

#[track_caller]
pub(crate) fn check_with_groups(
    expression: &str,
    wanted: Value,
    other: Value,
    groups: &dyn Fn(&str) -> Option<Filter>,
) {
    let (wanted, other) = (trace(wanted), trace(other));
    let filter = read(expression);
    let printed = read(&filter.to_string());
    assert_eq!(printed, filter, "{expression} is printed as {filter}");
    assert!(
        filter.matches(&wanted, groups),
        "{expression} does not want {wanted:#?}"
    );
    assert!(
        !filter.matches(&other, groups),
        "{expression} wants {other:#?}"
    );
    let negated = read(&format!("!({expression})"));
    assert!(!negated.matches(&wanted, groups), "!({expression})");
    assert!(negated.matches(&other, groups), "!({expression})");
}

#[track_caller]
fn read(expression: &str) -> Filter {
    match Filter::parse(expression) {
        Ok(filter) => filter,
        Err(error) => panic!("{expression}: {error}"),
    }
}
