//! What `stats` calculates, of which groups, in which order.

use crate::cases::{check, events, run};

const VALUES: &[&str] = &[
    r#"{"g":"a","x":1}"#,
    r#"{"g":"a","x":2}"#,
    r#"{"g":"b","x":"30"}"#,
    r#"{"g":"b","x":"-"}"#,
    r#"{"g":"b"}"#,
    r#"{"x":4.5}"#,
];

#[track_caller]
fn over_all(function: &str, expected: &str) {
    check(
        &format!("stats {function} as y"),
        VALUES,
        &[&format!("y={expected}")],
    );
}

#[test]
fn functions_take_the_numbers_and_leave_the_rest() {
    over_all("count(*)", "6");
    over_all("count()", "6");
    over_all("count(x)", "5");
    over_all("count_distinct(x)", "5");
    over_all("count_distinct(g)", "2");
    over_all("sum(x)", "37.5");
    over_all("avg(x)", "9.375");
    over_all("min(x)", "1");
    over_all("max(x)", "30");
    over_all("pct(x, 50)", "2");
    over_all("pct(x, 51)", "4.5");
    over_all("pct(x, 100)", "30");
    over_all("pct(x, 0)", "1");
    // Deviations from 9.375: -8.375, -7.375, 20.625, -4.875; their squares' mean is 143.421875.
    over_all("stddev(x)", "11.9759");
    over_all("earliest(g)", "a");
    over_all("latest(g)", "b");
    over_all("earliest(x)", "1");
    over_all("latest(x)", "4.5");
    over_all("sortsFirst(x)", "-");
    over_all("sortsLast(x)", "30");
    over_all("min(g)", "a");
    over_all("max(g)", "b");
    over_all("COUNT_DISTINCT(@logStream)", "1");
}

#[test]
fn numbers_go_before_what_is_none_in_min_and_max_whatever_comes_first() {
    check(
        "stats min(x), max(x)",
        &[r#"{"x":"-"}"#, r#"{"x":5}"#, r#"{"x":"-"}"#],
        &["min(x)=5 | max(x)=5"],
    );
    check(
        "stats min(x), max(x)",
        &[r#"{"x":"p"}"#, r#"{"x":"q"}"#],
        &["min(x)=p | max(x)=q"],
    );
}

#[test]
fn values_keep_what_they_are() {
    check(
        "stats min(@timestamp) as first, max(@timestamp) as last",
        &VALUES[..2],
        &["first=2026-01-01 12:00:00.000 | last=2026-01-01 12:00:01.000"],
    );
    check(
        "stats max(x), sum(x)",
        &[r#"{"x":0.00001}"#],
        &["max(x)=0.00001 | sum(x)=0"],
    );
}

#[test]
fn without_any_value_there_is_no_result_but_counts() {
    check(
        "stats count(z), count_distinct(z), sum(z), avg(z), min(z), max(z), pct(z, 5), stddev(z), earliest(z), sortsLast(z)",
        VALUES,
        &["count(z)=0 | count_distinct(z)=0"],
    );
    check("stats sum(z)", VALUES, &[]);
}

#[test]
fn without_events_there_are_no_rows() {
    check("filter g = \"z\" | stats count(*)", VALUES, &[]);
    check("filter g = \"z\" | stats count(*) by g", VALUES, &[]);
}

#[test]
fn groups_come_in_the_order_of_their_keys() {
    check(
        "stats count(*) by g",
        VALUES,
        &["g=a | count(*)=2", "g=b | count(*)=3", "count(*)=1"],
    );
    check(
        "stats count(*) as n by bin(3s) as t, g",
        VALUES,
        &[
            "t=2026-01-01 12:00:03.000 | g=b | n=2",
            "t=2026-01-01 12:00:03.000 | n=1",
            "t=2026-01-01 12:00:00.000 | g=a | n=2",
            "t=2026-01-01 12:00:00.000 | g=b | n=1",
        ],
    );
}

#[test]
fn groups_are_by_expressions_too() {
    check(
        "stats count(*) by strlen(g) as n, x > 2",
        VALUES,
        &[
            "n=1 | x > 2=0 | count(*)=4",
            "n=1 | x > 2=1 | count(*)=1",
            "x > 2=1 | count(*)=1",
        ],
    );
}

#[test]
fn a_number_and_the_text_like_it_are_one_group_and_an_empty_text_is_not_an_absent_one() {
    check(
        "stats count(*) by s",
        &[r#"{"s":200}"#, r#"{"s":"200"}"#, r#"{"s":""}"#, "{}"],
        &["s= | count(*)=1", "s=200 | count(*)=2", "count(*)=1"],
    );
}

#[test]
fn keys_do_not_run_into_each_other() {
    check(
        "stats count(*) by a, b",
        &[
            r#"{"a":"x","b":"yz"}"#,
            r#"{"a":"xy","b":"z"}"#,
            r#"{"b":"xyz"}"#,
            r#"{"a":"xyz"}"#,
        ],
        &[
            "a=x | b=yz | count(*)=1",
            "a=xy | b=z | count(*)=1",
            "a=xyz | count(*)=1",
            "b=xyz | count(*)=1",
        ],
    );
}

#[test]
fn keys_with_control_characters_do_not_run_into_each_other() {
    check(
        "stats count(*) as n by a, b | display n",
        &[r#"{"a":"x\u0002y","b":"z"}"#, r#"{"a":"x","b":"y\u0002z"}"#],
        &["n=1", "n=1"],
    );
}

#[test]
fn functions_stand_in_expressions_and_names_can_be_used_on() {
    check(
        "stats sum(x) / count(*) * 100 as share, max(x) - min(x) as width, width * 2 as double by g",
        VALUES,
        &[
            "g=a | share=150 | width=1 | double=2",
            "g=b | share=1000 | width=0 | double=0",
            "share=450 | width=0 | double=0",
        ],
    );
    check(
        "stats count(*), count(*) * 2",
        VALUES,
        &["count(*)=6 | count(*) * 2=12"],
    );
    check(
        "stats max(abs(x - 3)) by g | limit 1",
        VALUES,
        &["g=a | max(abs(x - 3))=2"],
    );
    check(
        "stats g, count(*) by g | limit 1",
        VALUES,
        &["g=a | count(*)=2"],
    );
}

#[test]
fn columns_without_a_name_are_known_by_what_is_written() {
    check(
        "stats count(*) by g | sort count(*) desc | limit 1",
        VALUES,
        &["g=b | count(*)=3"],
    );
    check(
        "stats count( * ) by bin(1h) | sort bin(1h) | display count(*)",
        VALUES,
        &["count(*)=6"],
    );
    check(
        "stats count(*) by g | filter count(*) > 2 | display g",
        VALUES,
        &["g=b"],
    );
    check(
        "stats count(*) by g | fields count(*) * 10 as ten | display g, ten | limit 1",
        VALUES,
        &["g=a | ten=20"],
    );
    check(
        "stats avg(x) by g | sort avg(x) desc | limit 1",
        VALUES,
        &["g=b | avg(x)=30"],
    );
}

#[test]
fn rows_of_stats_can_be_filtered_calculated_with_and_parsed() {
    check(
        "stats max(x) as m by g | filter m < 10 | fields m + 1 as n | sort n desc",
        VALUES,
        &["m=4.5 | n=5.5", "g=a | m=2 | n=3"],
    );
    check(
        r#"stats count(*) by @log | parse @log "*:*" as account, group | display group"#,
        VALUES,
        &["group=backend"],
    );
}

#[test]
fn a_second_stats_is_over_the_rows_of_the_first() {
    check(
        "stats count(*) as n by g | stats max(n), count(*), count(g)",
        VALUES,
        &["max(n)=3 | count(*)=3 | count(g)=2"],
    );
    check(
        "stats sum(x) as s, max(@timestamp) as @timestamp by g | stats earliest(s), latest(s) by bin(1d)",
        VALUES,
        &["bin(1d)=2026-01-01 00:00:00.000 | earliest(s)=3 | latest(s)=4.5"],
    );
    check(
        "stats count(*) as n by g | filter n > 1 | stats sum(n) as m | fields m * 2",
        VALUES,
        &["m=5 | m * 2=10"],
    );
}

#[test]
fn bins_of_a_second_stats_are_of_the_timestamp_that_the_first_groups_by() {
    check(
        "stats count(*) as n by @timestamp | stats sum(n) by bin(1h)",
        VALUES,
        &["bin(1h)=2026-01-01 12:00:00.000 | sum(n)=6"],
    );
}

#[test]
fn sorting_before_a_single_stats_makes_no_difference() {
    check("sort x desc | stats count(*)", VALUES, &["count(*)=6"]);
}

#[test]
fn bins_have_all_units() {
    for (bin, expected) in [
        ("1ms", "2026-01-01 12:00:00.000"),
        ("500msecs", "2026-01-01 12:00:00.000"),
        ("7s", "2026-01-01 11:59:57.000"),
        ("1m", "2026-01-01 12:00:00.000"),
        ("7mins", "2026-01-01 11:54:00.000"),
        ("5h", "2026-01-01 09:00:00.000"),
        ("1hrs", "2026-01-01 12:00:00.000"),
        ("1day", "2026-01-01 00:00:00.000"),
        ("2weeks", "2026-01-01 00:00:00.000"),
        ("1mo", "2026-01-01 00:00:00.000"),
        ("5months", "2025-11-01 00:00:00.000"),
        ("1quarters", "2026-01-01 00:00:00.000"),
        ("3q", "2025-07-01 00:00:00.000"),
        ("1y", "2026-01-01 00:00:00.000"),
        ("10yrs", "2020-01-01 00:00:00.000"),
    ] {
        check(
            &format!("stats count(*) by bin({bin}) as t | display t"),
            &["x"],
            &[&format!("t={expected}")],
        );
    }
}

#[test]
fn many_different_values_are_counted_nearly() {
    let messages: Vec<String> = (0..60_000).map(|n| format!("id-{}", n * 31)).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let query = "stats count_distinct(@message) as n";
    for many in [20_000, 60_000] {
        let results = run(query, &events(&messages[..many]));
        let counted: f64 = results.rows[0].fields[0].1.parse().unwrap();
        assert!((counted / many as f64 - 1.0).abs() < 0.05, "{counted}");
    }
    check(query, &messages[..4_096], &["n=4096"]);
}

#[test]
fn percentiles_of_many_values_are_nearly_right() {
    // -9,999 to 10,000, mixed up.
    let messages: Vec<String> = (0..20_000_i64)
        .map(|n| (n * 7_919 % 20_000 - 9_999).to_string())
        .collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let events = events(&messages);
    for (percent, exact) in [
        ("1", -9_800.0),
        ("50", 0.0),
        ("95", 9_000.0),
        ("100", 10_000.0),
    ] {
        let query = format!("stats pct(@message, {percent}) as p");
        let found: f64 = run(&query, &events).rows[0].fields[0].1.parse().unwrap();
        assert!(
            f64::abs(found - exact) <= 0.0051 * f64::abs(exact),
            "{percent}: {found}, not {exact}"
        );
    }
    // The first and the last are no estimates.
    let numbers = messages[..5_000]
        .iter()
        .map(|text| text.parse::<i64>().unwrap());
    let (least, most) = (numbers.clone().min().unwrap(), numbers.max().unwrap());
    check(
        "stats pct(@message, 0) as least, pct(@message, 100) as most",
        &messages[..5_000],
        &[&format!("least={least} | most={most}")],
    );
    let mut exact: Vec<i64> = messages[..4_096]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    exact.sort_unstable();
    let median = format!("p={}", exact[2_047]);
    check(
        "stats pct(@message, 50) as p",
        &messages[..4_096],
        &[&median],
    );
}
