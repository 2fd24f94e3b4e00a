//! How a query runs: what it reads, when it has seen enough, what it does when there is too much.

use std::ops::ControlFlow;

use log_query::{
    Event,
    insights::{MAX_BYTES, MAX_GROUPS, MAX_LIMIT, Query, Statistics, Wants},
};

use crate::cases::{NOW, events, run, table};

fn event(timestamp: i64, id: u64, message: &str) -> Event<'_> {
    Event {
        group: "g",
        stream: "s",
        timestamp,
        ingestion_time: timestamp,
        message,
        id,
    }
}

#[test]
fn only_the_newest_are_wanted_in_order() {
    for (query, wants) in [
        ("fields a", Wants::NewestFirst),
        ("sort @timestamp desc | limit 5", Wants::NewestFirst),
        ("filter a = 1 | limit 5 | sort a", Wants::NewestFirst),
        ("sort @timestamp", Wants::AnyOrder),
        ("sort a desc", Wants::AnyOrder),
        ("sort @timestamp desc, a", Wants::AnyOrder),
        (
            "fields a as `@timestamp` | sort @timestamp desc",
            Wants::AnyOrder,
        ),
        ("dedup a", Wants::AnyOrder),
        ("stats count(*)", Wants::AnyOrder),
        ("stats count(*) | limit 1", Wants::AnyOrder),
    ] {
        assert_eq!(Query::parse(query).unwrap().wants(), wants, "{query}");
    }
}

#[test]
fn it_breaks_when_older_events_can_change_nothing() {
    let query = Query::parse("filter @message like \"x\" | fields @message | limit 2").unwrap();
    let mut run = query.start_at(NOW);
    let pushed = |run: &mut log_query::insights::Run, timestamp, message| {
        run.push(&event(timestamp, 0, message)).is_break()
    };
    assert!(!pushed(&mut run, 9, "x9"));
    assert!(!pushed(&mut run, 8, "y8"));
    assert!(pushed(&mut run, 7, "x7"));
    // Whoever pushes on changes the statistics and nothing else.
    assert!(pushed(&mut run, 6, "x6"));
    assert!(pushed(&mut run, 5, "y5"));
    let results = run.results();
    assert_eq!(table(&results), ["@message=x9", "@message=x7"]);
    assert_eq!(
        results.statistics,
        Statistics {
            records_matched: 3.0,
            records_scanned: 5.0,
            bytes_scanned: 10.0
        }
    );
}

#[test]
fn others_never_break() {
    for query in [
        "sort a | limit 1",
        "stats count(*)",
        "dedup a | limit 1",
        "sort @timestamp desc, a | limit 1",
    ] {
        let mut run = Query::parse(query).unwrap().start_at(NOW);
        for _ in 0..10 {
            assert_eq!(
                run.push(&event(1, 1, "{\"a\":1}")),
                ControlFlow::Continue(()),
                "{query}"
            );
        }
    }
}

#[test]
fn equal_timestamps_are_in_the_order_of_their_ids() {
    let pushed = |query: &str, ids: &[u64]| {
        let mut run = Query::parse(query).unwrap().start_at(NOW);
        for id in ids {
            let _ = run.push(&event(5, *id, &format!("{{\"id\":{id}}}")));
        }
        table(&run.results())
    };
    assert_eq!(pushed("fields id", &[1, 3, 2]), ["id=3", "id=2", "id=1"]);
    assert_eq!(
        pushed("fields id | sort @timestamp", &[1, 3, 2]),
        ["id=1", "id=2", "id=3"]
    );
    assert_eq!(
        pushed("fields id | sort x, @timestamp desc", &[1, 3, 2]),
        ["id=3", "id=2", "id=1"]
    );
}

#[test]
fn events_may_come_in_any_order() {
    let messages: Vec<String> = (0..50)
        .map(|n| format!("{{\"n\":{}}}", n * 7 % 50))
        .collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let events = events(&messages);
    for query in [
        "fields n | sort n | limit 3",
        "fields n | sort @timestamp | limit 3",
        "fields n | dedup n | limit 3",
        "stats count(*) by n % 3 | limit 3",
    ] {
        let query = Query::parse(query).unwrap();
        let (mut one, mut other) = (query.start_at(NOW), query.start_at(NOW));
        for number in 0..50 {
            let _ = one.push(&events[number]);
            let _ = other.push(&events[number * 13 % 50]);
        }
        assert_eq!(one.results(), other.results());
        assert_eq!(one.results().rows.len(), 3);
    }
}

#[test]
fn rows_have_the_ids_of_their_events_and_groups_have_none() {
    let messages = ["a", "b"];
    let rows = run("fields @message", &events(&messages)).rows;
    assert_eq!(
        rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [Some(1), Some(0)]
    );
    assert_eq!(run("stats count(*)", &events(&messages)).rows[0].id, None);
}

#[test]
fn results_may_be_had_while_it_runs() {
    let mut run = Query::parse("stats count(*) as n").unwrap().start_at(NOW);
    assert!(run.results().rows.is_empty());
    let _ = run.push(&event(1, 1, "a"));
    assert_eq!(table(&run.results()), ["n=1"]);
    let _ = run.push(&event(2, 2, "b"));
    assert_eq!(table(&run.results()), ["n=2"]);
}

#[test]
fn ten_thousand_rows_are_the_most() {
    let message = "{\"a\":1}";
    let messages = vec![message; MAX_LIMIT + 5];
    let all = events(&messages);
    for query in [
        "fields a",
        "sort a",
        "limit 10000",
        "sort a | limit 10000",
        "dedup @timestamp",
        "stats count(*) by @timestamp",
    ] {
        assert_eq!(run(query, &all).rows.len(), MAX_LIMIT, "{query}");
    }
}

#[test]
fn matched_is_what_passed_the_filters() {
    let messages = ["{\"a\":1}", "{\"a\":2}", "{\"a\":2}"];
    for query in [
        "filter a = 2",
        "filter a = 2 | stats count(*) by a",
        "filter a = 2 | sort a | limit 5",
    ] {
        let statistics = run(query, &events(&messages)).statistics;
        assert_eq!(
            statistics,
            Statistics {
                records_matched: 2.0,
                records_scanned: 3.0,
                bytes_scanned: 21.0
            },
            "{query}"
        );
    }
}

#[test]
fn too_many_groups_fail_the_query() {
    let mut run = Query::parse("stats count(*) by @message | limit 1")
        .unwrap()
        .start_at(NOW);
    for number in 0..MAX_GROUPS {
        let message = number.to_string();
        assert!(run.push(&event(1, 1, &message)).is_continue());
    }
    assert!(run.push(&event(1, 1, "0")).is_continue());
    assert_eq!(run.results().rows.len(), 1);
    assert!(run.push(&event(1, 1, "one more")).is_break());
    assert!(run.push(&event(1, 1, "0")).is_break());
    let results = run.results();
    assert_eq!(
        results.failure.as_deref(),
        Some(
            "`stats` makes more than 100000 groups: group by fewer fields or larger bins, or filter first"
        )
    );
    assert!(results.rows.is_empty());
    assert_eq!(results.statistics.records_scanned, MAX_GROUPS as f64 + 3.0);
}

#[test]
fn too_large_results_fail_the_query() {
    let message = "x".repeat(1 << 20);
    let most = MAX_BYTES >> 20;
    for query in [
        "fields @message",
        "sort @message, @logStream",
        "stats count(*) by concat(@message, @timestamp)",
        "stats latest(@message) by @timestamp",
    ] {
        let mut run = Query::parse(query).unwrap().start_at(NOW);
        let mut pushed = 0;
        while run.push(&event(-pushed, 1, &message)).is_continue() {
            pushed += 1;
            assert!(pushed <= most as i64, "{query}");
        }
        assert!(pushed >= most as i64 / 3, "{query}: {pushed}");
        assert_eq!(
            run.results().failure.as_deref(),
            Some("the results take more than 64 MiB: ask for fewer rows or fields"),
            "{query}"
        );
    }
}

#[test]
fn what_is_made_of_rows_has_a_bound() {
    let many = |times: usize| ["@message"; 4_000][..times].join(",");
    let columns = |expression: &str, times: usize| {
        let column = |number| format!("{expression} as c{number}");
        (0..times).map(column).collect::<Vec<_>>().join(",")
    };
    #[track_caller]
    fn check(rule: &str, query: &str, (size, events): (usize, i64), expected: Option<&str>) {
        let message = "x".repeat(size);
        let mut run = Query::parse(query).unwrap().start_at(NOW);
        for timestamp in 0..events {
            let _ = run.push(&event(timestamp, 1, &message));
        }
        let results = run.results();
        assert_eq!(results.failure.as_deref(), expected, "{rule}");
        assert_eq!(results.rows.is_empty(), expected.is_some(), "{rule}");
    }
    let too_large = Some("the results take more than 64 MiB: ask for fewer rows or fields");
    let too_much_shown = Some("the results take more than 128 MiB: ask for fewer rows or fields");
    let record = Some(
        "what is calculated of one event takes more than 16 MiB: calculate fewer fields, or shorter ones",
    );
    let after = format!(
        "fields @message | limit 100 | fields concat({}) as x | display strlen(x)",
        many(100)
    );
    check("after a limit", &after, (6_000, 100), None);
    check("after a limit, too much", &after, (7_000, 100), too_large);
    let stats = format!(
        "stats concat({}) by @timestamp",
        ["latest(@message)"; 100].join(",")
    );
    check("of groups", &stats, (6_000, 100), None);
    check("of groups, too much", &stats, (7_000, 100), too_large);
    let again = format!(
        "stats latest(@message) as m by @timestamp | fields concat({}) as x | stats count(x)",
        ["m"; 100].join(",")
    );
    check("before a second stats", &again, (6_000, 100), None);
    check(
        "before a second stats, too much",
        &again,
        (7_000, 100),
        too_large,
    );
    let calculated = format!(
        "fields {} | stats count(c1)",
        columns("concat(@message,'')", 16)
    );
    check("of one event", &calculated, (1 << 20, 3), None);
    check(
        "of one event, too much",
        &calculated,
        ((1 << 20) + 1, 3),
        record,
    );
    let parsed = format!(
        "fields concat(@message,'') as m {} | stats count(*)",
        (0..16)
            .map(|number| format!("| parse m '*' as p{number}"))
            .collect::<String>()
    );
    check("parsed, of one event", &parsed, (900_000, 2), None);
    check(
        "parsed, of one event, too much",
        &parsed,
        (1 << 20, 2),
        record,
    );
    let named = format!("fields 'x' as `{}`", "n".repeat(9_000));
    check("long names", &named, (1, 10_000), None);
    let named = format!("fields 'x' as `{}`", "é".repeat(9_000));
    check("longer names", &named, (1, 10_000), too_much_shown);
    let digits = format!("fields {}", columns("1e300", 100));
    check("numbers of many digits", &digits, (1, 1_000), None);
    check(
        "numbers of many digits, too many",
        &digits,
        (1, 10_000),
        too_much_shown,
    );
}

#[test]
fn regular_expressions_have_a_bound_together() {
    let filters = |regex: &str, times: usize| {
        let filter = format!("filter @message like /{regex}/");
        Query::parse(&vec![filter; times].join(" | "))
    };
    assert!(filters("(a|b)+[0-9]{10}", 32).is_ok());
    assert!(filters(r"\w{20}", 4).is_ok());
    let error = filters(r"\w{20}", 5).unwrap_err();
    assert_eq!(
        error.message,
        "the regular expression is not valid: with those before, it takes more than 4194304 bytes when compiled"
    );
}

#[test]
fn a_query_that_has_failed_looks_at_nothing_more() {
    let mut run = Query::parse("fields @message").unwrap().start_at(NOW);
    let message = "x".repeat(1 << 20);
    while run.push(&event(1, 1, &message)).is_continue() {
        assert!(!run.has_failed());
    }
    assert!(run.has_failed());
    let matched = run.statistics().records_matched;
    assert!(run.push(&event(1, 1, &message)).is_break());
    assert_eq!(run.statistics().records_matched, matched);
}

#[test]
fn what_is_not_shown_takes_no_room_and_neither_do_rows_that_are_beaten() {
    let message = "x".repeat(1 << 20);
    let most = (MAX_BYTES >> 20) as i64;
    for query in [
        "fields @timestamp",
        "fields @timestamp, @message | limit 2",
        "fields @message | sort @timestamp desc, @logStream | limit 2",
        "stats latest(@message)",
    ] {
        let mut run = Query::parse(query).unwrap().start_at(NOW);
        for timestamp in 0..most + 10 {
            let _ = run.push(&event(timestamp, 1, &message));
        }
        assert_eq!(run.results().failure, None, "{query}");
    }
}

#[test]
fn queries_and_runs_cross_threads() {
    fn crosses<T: Send>() {}
    fn shared<T: Send + Sync + Clone>() {}
    crosses::<log_query::insights::Run>();
    shared::<Query>();
}
