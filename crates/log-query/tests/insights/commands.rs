//! What each command does, and what it does to those after it.

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
    check(
        "filter ms > 20",
        &[r#"{"ms":30}"#],
        &[r#"@timestamp=2026-01-01 12:00:00.000 | @message={"ms":30}"#],
    );
}

#[test]
fn what_parse_takes_out_is_shown_unless_display_says_otherwise() {
    let lines = &["user=alice role=admin"];
    check(
        r#"parse "user=* role=*" as user, role"#,
        lines,
        &[
            "@timestamp=2026-01-01 12:00:00.000 | @message=user=alice role=admin | user=alice | role=admin",
        ],
    );
    check(
        r#"parse "user=* " as user | fields @logStream"#,
        lines,
        &["user=alice | @logStream=one"],
    );
    check(
        r#"fields @logStream | parse "user=* " as user"#,
        lines,
        &["@logStream=one | user=alice"],
    );
    check(
        r#"display @logStream | parse "user=* " as user"#,
        lines,
        &["@logStream=one"],
    );
}

#[test]
fn several_fields_add_up_and_the_last_display_counts() {
    check(
        "fields route | fields ms, route",
        &ORDERS[..1],
        &["route=/a | ms=5"],
    );
    check(
        "fields route | display ms | fields level",
        &ORDERS[..1],
        &["ms=5"],
    );
    check("display ms | display level", &ORDERS[..1], &["level=INFO"]);
    check(
        "fields ms as x | fields ms + 1 as x",
        &ORDERS[..1],
        &["x=6"],
    );
}

#[test]
fn ptr_comes_anyhow_and_is_no_column() {
    check("fields @ptr, ms", &ORDERS[..1], &["ms=5"]);
    check("fields @ptr", &ORDERS[..1], &[""]);
    check("display @ptr, ms", &ORDERS[..1], &["ms=5"]);
}

#[test]
fn a_name_stands_for_what_it_was_given_to_last() {
    check(
        "fields ms * 2 as ms | filter ms = 10 | display ms",
        ORDERS,
        &["ms=10"],
    );
    check(
        "filter ms = 5 | fields ms * 2 as ms | fields ms * 2 as ms",
        ORDERS,
        &["ms=20"],
    );
    check(
        "fields level as route | display route | limit 1 | filter route = \"x\"",
        ORDERS,
        &[],
    );
}

#[test]
fn parse_that_does_not_match_leaves_nothing() {
    check(
        r#"parse @message "level=*" as level | display level"#,
        &[r#"{"level":"INFO"}"#],
        &[""],
    );
}

#[test]
fn parse_of_numbers_and_timestamps_sees_what_is_printed() {
    check(
        r#"parse ms "*5" as tens | parse @timestamp "* *" as day, clock | display tens, day, clock | limit 3"#,
        &[r#"{"ms":15}"#],
        &["tens=1 | day=2026-01-01 | clock=12:00:00.000"],
    );
}

#[test]
fn wildcards_take_as_little_as_they_can_and_the_last_one_all() {
    check(
        r#"parse "*,*" as a, b | display a, b"#,
        &["x,y,z"],
        &["a=x | b=y,z"],
    );
    check(
        r#"parse "<*>" as a | display a"#,
        &["1 <x> 2 <y>"],
        &["a=x"],
    );
    check(
        r#"parse "=*;" as a | display a"#,
        &["a=1", "b=;"],
        &["a=", ""],
    );
    check(
        r#"parse "**" as a, b | display a, b"#,
        &["xy"],
        &["a= | b=xy"],
    );
}

#[test]
fn groups_without_a_part_in_the_match_are_absent() {
    check(
        "parse /(?<a>x)|(?<b>y)/ | display a, b",
        &["y", "x"],
        &["a=x", "b=y"],
    );
}

#[test]
fn a_slash_in_a_regular_expression_has_a_backslash() {
    check(
        r"parse /GET (?<path>\/[a-z]+\/[a-z]+)/ | display path",
        &["GET /api/home"],
        &["path=/api/home"],
    );
    check(
        r"filter @message like /\\/ | display @message",
        &["a\\b", "ab"],
        &["@message=a\\b"],
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

#[test]
fn sort_ascends_unless_told_otherwise_and_the_absent_come_last() {
    check(
        "sort ms | fields ms",
        ORDERS,
        &["ms=5", "ms=15", "ms=50", ""],
    );
    check(
        "sort ms asc | fields ms",
        ORDERS,
        &["ms=5", "ms=15", "ms=50", ""],
    );
    check(
        "sort ms desc | fields ms",
        ORDERS,
        &["ms=50", "ms=15", "ms=5", ""],
    );
    check("SORT ms DESC | LIMIT 1 | FIELDS ms", ORDERS, &["ms=50"]);
}

#[test]
fn sort_takes_several_keys_and_an_earlier_sort_decides_between_equals() {
    let by_both = &[
        "level=ERROR | ms=50",
        "level=ERROR | ms=15",
        "level=INFO | ms=5",
        "",
    ];
    check("sort level, ms desc | fields level, ms", ORDERS, by_both);
    check(
        "sort ms desc | sort level | fields level, ms",
        ORDERS,
        by_both,
    );
    check(
        "sort ms % 10, ms | fields ms",
        ORDERS,
        &["ms=50", "ms=5", "ms=15", ""],
    );
}

#[test]
fn sort_by_the_timestamp_puts_the_oldest_first() {
    check(
        "sort @timestamp | fields @timestamp | limit 2",
        ORDERS,
        &[
            "@timestamp=2026-01-01 12:00:00.000",
            "@timestamp=2026-01-01 12:00:01.000",
        ],
    );
}

#[test]
fn sort_is_natural() {
    let sorted = &[
        "!:",
        "#",
        "*%04",
        "0#",
        "5A",
        "111A",
        "2345_",
        "@",
        "@_",
        "A",
        "A9876fghj",
        "a12345hfh",
        "0",
        "01",
        "1",
        "2",
        "3",
    ];
    let mixed = &[
        "a12345hfh",
        "2",
        "@",
        "111A",
        "01",
        "#",
        "A",
        "3",
        "0#",
        "*%04",
        "1",
        "A9876fghj",
        "5A",
        "0",
        "@_",
        "!:",
        "2345_",
    ];
    let rows: Vec<String> = sorted
        .iter()
        .map(|text| format!("@message={text}"))
        .collect();
    let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    check("fields @message | sort @message", mixed, &rows);
    rows.reverse();
    check("fields @message | sort @message desc", mixed, &rows);
    check(
        "fields @message | sort @message",
        &["v10", "v9", "v-1", "10", "-1", "1e1", "9.5"],
        &[
            "@message=v-1",
            "@message=v9",
            "@message=v10",
            "@message=-1",
            "@message=9.5",
            "@message=10",
            "@message=1e1",
        ],
    );
}

#[test]
fn runs_of_digits_are_compared_whole_wherever_texts_begin_to_differ() {
    check(
        "fields @message | sort @message",
        &["a12", "a1b", "a2", "é1", "è1", "é", "x100y", "x10y", "x99y"],
        &[
            "@message=a1b",
            "@message=a2",
            "@message=a12",
            "@message=x10y",
            "@message=x99y",
            "@message=x100y",
            "@message=è1",
            "@message=é",
            "@message=é1",
        ],
    );
}

#[test]
fn what_comes_after_limit_sees_only_what_is_left() {
    check(
        "limit 2 | filter level = \"INFO\" | fields level",
        ORDERS,
        &[],
    );
    check(
        "limit 3 | sort ms | fields ms",
        ORDERS,
        &["ms=15", "ms=50", ""],
    );
    check("limit 3 | limit 1 | fields level", ORDERS, &[""]);
    check("limit 1 | limit 3 | fields level", ORDERS, &[""]);
    check(
        "limit 2 | fields concat(route, '!') as r | parse r \"/*!\" as name",
        ORDERS,
        &["r=!", "r=/a! | name=a"],
    );
    check(
        "sort ms desc | limit 2 | sort ms | fields ms",
        ORDERS,
        &["ms=15", "ms=50"],
    );
}

#[test]
fn dedup_keeps_the_first_of_the_order() {
    check(
        "sort ms | dedup level | limit 5",
        ORDERS,
        &[
            r#"@timestamp=2026-01-01 12:00:00.000 | @message={"level":"INFO","route":"/a","ms":5}"#,
            r#"@timestamp=2026-01-01 12:00:02.000 | @message={"level":"ERROR","route":"/a","ms":15}"#,
            "@timestamp=2026-01-01 12:00:03.000 | @message=not JSON",
        ],
    );
    check(
        "fields ms | dedup level, route",
        ORDERS,
        &["", "ms=15", "ms=50", "ms=5"],
    );
    check("fields ms | dedup route | limit 2", ORDERS, &["", "ms=15"]);
    check("fields ms | limit 3 | dedup level", ORDERS, &["", "ms=15"]);
    check(
        "fields ms | dedup strlen(level)",
        ORDERS,
        &["", "ms=15", "ms=5"],
    );
}

#[test]
fn rows_of_stats_can_be_deduplicated() {
    check(
        "stats count(*) as n by level, route | dedup n",
        ORDERS,
        &["level=ERROR | route=/a | n=1"],
    );
}

#[test]
fn a_limit_after_dedup_counts_what_dedup_left() {
    let messages: Vec<String> = (0..20).map(|n| format!(r#"{{"k":{}}}"#, n % 4)).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check(
        "fields k | dedup k | limit 3",
        &messages,
        &["k=3", "k=2", "k=1"],
    );
}

#[test]
fn the_least_of_several_limits_counts() {
    check("fields ms | dedup ms | limit 1 | limit 3", ORDERS, &[""]);
    check("fields ms | dedup ms | limit 3 | limit 1", ORDERS, &[""]);
}

#[test]
fn commands_and_keywords_are_the_same_in_any_case() {
    check(
        r#"Filter level In ["INFO"] AND ms Not Like "9" | Stats COUNT(*) As n By route | Sort n Desc | Limit 1"#,
        ORDERS,
        &["route=/a | n=1"],
    );
}
