//! What each command does.

use crate::cases::check;

const ORDERS: &[&str] = &[
    r#"{"level":"INFO","route":"/a","ms":5}"#,
    r#"{"level":"ERROR","route":"/b","ms":50}"#,
    r#"{"level":"ERROR","route":"/a","ms":15}"#,
    "not JSON",
];

#[test]
fn without_a_display_rows_have_the_timestamp_and_the_message() {
    check(
        "limit 1",
        ORDERS,
        &["@timestamp=2026-01-01 12:00:03.000 | @message=not JSON"],
    );
}

#[test]
fn filter_stats_sort_and_limit_follow_each_other() {
    check(
        r#"filter level = "ERROR" | stats count(*) as n, max(ms) by route, bin(1m) | sort route desc"#,
        ORDERS,
        &[
            "route=/b | bin(1m)=2026-01-01 12:00:00.000 | n=1 | max(ms)=50",
            "route=/a | bin(1m)=2026-01-01 12:00:00.000 | n=1 | max(ms)=15",
        ],
    );
    check("stats count(*)", ORDERS, &["count(*)=4"]);
    check(
        "fields route, ms * 2 as twice | sort ms desc | limit 2",
        ORDERS,
        &["route=/b | twice=100", "route=/a | twice=30"],
    );
}
