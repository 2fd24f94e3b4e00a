//! What is said of queries that are none, and where.

use log_query::insights::{MAX_CHARACTERS, Query};

/// Checks the message, and that its place is the part of the query between the brackets `⟦` and `⟧`.
#[track_caller]
fn check(marked: &str, message: &str) {
    let query = marked.replace(['⟦', '⟧'], "");
    let start = marked.chars().position(|c| c == '⟦').expect("a mark");
    let end = marked.chars().position(|c| c == '⟧').expect("a mark") - 1;
    let error = Query::parse(&query)
        .err()
        .unwrap_or_else(|| panic!("understood: {query}"));
    assert_eq!(error.message, message, "{query}");
    assert_eq!((error.start, error.end), (start, end), "{query}");
}

const COMMANDS: &str = "`fields`, `display`, `filter`, `parse`, `stats`, `sort`, `limit`, `dedup`";

#[test]
fn commands() {
    check(
        "⟦fileds⟧ @message",
        "unexpected symbol found fileds at line 1 and position 1: did you mean `fields`?",
    );
    check(
        "fields a\n| ⟦srot⟧ a",
        "unexpected symbol found srot at line 2 and position 3: did you mean `sort`?",
    );
    check(
        "⟦select⟧ a",
        &format!(
            "unexpected symbol found select at line 1 and position 1: the commands are {COMMANDS}"
        ),
    );
    check(
        "⟦⟧",
        &format!(
            "unexpected symbol found the end of the query at line 1 and position 1: expected a command: {COMMANDS}"
        ),
    );
    check(
        "  # nothing\n⟦⟧",
        &format!(
            "unexpected symbol found the end of the query at line 2 and position 1: expected a command: {COMMANDS}"
        ),
    );
    check(
        "fields a |⟦⟧",
        &format!(
            "unexpected symbol found the end of the query at line 1 and position 11: expected a command: {COMMANDS}"
        ),
    );
    check(
        "fields a | ⟦|⟧ limit 1",
        &format!(
            "unexpected symbol found | at line 1 and position 12: expected a command: {COMMANDS}"
        ),
    );
    check(
        "⟦`fields`⟧ a",
        &format!(
            "unexpected symbol found `fields` at line 1 and position 1: expected a command: {COMMANDS}"
        ),
    );
    check(
        "fields a ⟦filter⟧ b",
        "unexpected symbol found filter at line 1 and position 10: expected `|` and a command, or the end",
    );
    check(
        "fields a ⟦)⟧",
        "unexpected symbol found ) at line 1 and position 10: expected `|` and a command, or the end",
    );
}

#[test]
fn commands_that_are_not_supported() {
    for name in [
        "pattern", "diff", "anomaly", "unnest", "unmask", "lookup", "join", "append", "subquery",
    ] {
        check(
            &format!("fields a | ⟦{name}⟧ a"),
            &format!("the command `{name}` is not supported"),
        );
    }
    check(
        "⟦SOURCE⟧ logGroups()",
        "the command `source` is not supported; log groups are named beside the query",
    );
    check(
        "⟦filterIndex⟧ a = 1",
        "the command `filterIndex` is not supported; `filter` gives the same events",
    );
    check(
        "⟦head⟧ 5",
        "the command `head` is not supported; `limit` gives the first rows",
    );
    check(
        "⟦TAIL⟧ 5",
        "the command `tail` is not supported; `sort` and `limit` give the last rows",
    );
    check("parse ⟦logfmt⟧", "`parse` with `logfmt` is not supported");
    check(
        "parse @message ⟦csv⟧ as a",
        "`parse` with `csv` is not supported",
    );
    check(
        "fields a | limit ⟦any⟧ 5",
        "unexpected symbol found any at line 1 and position 18: expected a whole number from 1 to 10000",
    );
    check(
        "stats count(*) by bin(5m) ⟦offset⟧ 1h",
        "unexpected symbol found offset at line 1 and position 27: expected `|` and a command, or the end",
    );
    check(
        "filter a in ⟦(⟧fields b)",
        "unexpected symbol found ( at line 1 and position 13: expected `[` and the values",
    );
}

#[test]
fn functions() {
    check(
        "stats ⟦cuont⟧(*)",
        "there is no function `cuont`; did you mean `count`?",
    );
    check(
        "fields ⟦frobnicate⟧(a)",
        "there is no function `frobnicate`",
    );
    check(
        "stats ⟦median⟧(a)",
        "the function `median` is not supported: `pct(field, 50)` is the median",
    );
    check(
        "stats ⟦percentile⟧(a, 5)",
        "the function `percentile` is not supported: it is called `pct`",
    );
    check(
        "fields ⟦jsonparse⟧(a)",
        "the function `jsonParse` is not supported: fields of JSON messages are there by their names",
    );
    check("fields ⟦abs()⟧", "`abs` takes 1 argument, and 0 are given");
    check(
        "fields ⟦abs(1, 2)⟧",
        "`abs` takes 1 argument, and 2 are given",
    );
    check(
        "fields ⟦substr(a)⟧ as b",
        "`substr` takes 2 to 3 arguments, and 1 are given",
    );
    check(
        "fields ⟦concat()⟧",
        "`concat` takes 1 or more arguments, and 0 are given",
    );
    check(
        "fields ⟦replace(a, b)⟧",
        "`replace` takes 3 arguments, and 2 are given",
    );
    check(
        "fields ⟦now(1)⟧",
        "`now` takes no arguments, and 1 are given",
    );
    check(
        "stats ⟦count(a, b)⟧",
        "`count` takes 0 to 1 arguments, and 2 are given",
    );
    check("stats ⟦pct(a)⟧", "`pct` takes 2 arguments, and 1 are given");
    check(
        "stats sum(⟦*⟧)",
        "unexpected symbol found * at line 1 and position 11: expected a value",
    );
    check(
        "stats pct(a, ⟦101⟧)",
        "a percentile is a number from 0 to 100",
    );
    check(
        "stats pct(a, ⟦b⟧)",
        "a percentile is a number from 0 to 100",
    );
    check(
        "stats count(*) by bin(⟦5⟧)",
        "unexpected symbol found 5 at line 1 and position 23: expected a period, such as 5m",
    );
    check(
        "stats count(*) by bin(⟦@timestamp⟧, 5m)",
        "unexpected symbol found @timestamp at line 1 and position 23: expected a period, such as 5m",
    );
    check(
        "fields datefloor(@timestamp, ⟦a⟧)",
        "unexpected symbol found a at line 1 and position 30: expected a period, such as 5m",
    );
    check(
        "fields ⟦5m⟧",
        "unexpected symbol found 5m at line 1 and position 8: periods stand only in `bin`, `datefloor` and `dateceil`",
    );
    let period =
        "a period is a whole number above 0 and a unit (ms, s, m, h, d, w, mo, q, y), such as 5m";
    for wrong in ["5x", "0m", "1.5h", "5ss", "99999999999h", "99999y", "5ms2"] {
        check(
            &format!("stats count(*) by bin(⟦{wrong}⟧)"),
            &format!("unexpected symbol found {wrong} at line 1 and position 23: {period}"),
        );
    }
    let subnet = "expected a subnet in CIDR notation, such as \"192.0.2.0/24\"";
    for wrong in [
        "\"192.0.2.0\"",
        "\"192.0.2.0/33\"",
        "\"::/129\"",
        "\"x/8\"",
        "ip",
        "\"192.0.2.0/-1\"",
    ] {
        check(&format!("filter isIpInSubnet(ip, ⟦{wrong}⟧)"), subnet);
    }
}

#[test]
fn expressions() {
    check(
        "filter (a = 1⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 14: expected `)`",
    );
    check(
        "filter (a = 1 ⟦|⟧ limit 5",
        "unexpected symbol found | at line 1 and position 15: expected `)`",
    );
    check(
        "fields concat(a, b⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 19: expected `,` or `)`",
    );
    check(
        "filter a in [1, 2⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 18: expected `,` or `]`",
    );
    check(
        "filter a =⟦=⟧ 1",
        "unexpected symbol found = at line 1 and position 11: equality is written with one `=`",
    );
    check(
        "filter a = 1 ⟦=⟧ 1",
        "unexpected symbol found = at line 1 and position 14: expected `|` and a command, or the end",
    );
    check(
        "filter ⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 8: expected a value",
    );
    check(
        "filter a = ⟦|⟧",
        "unexpected symbol found | at line 1 and position 12: expected a value",
    );
    check(
        "filter a ⟦&⟧& b",
        "unexpected symbol found & at line 1 and position 10: field names with other characters than letters, digits, `_`, `@` and `.` stand in back quotes",
    );
    check(
        "filter a not ⟦b⟧",
        "unexpected symbol found b at line 1 and position 14: expected `like` or `in` after `not`",
    );
    check(
        "filter ⟦like⟧ 'a'",
        "unexpected symbol found like at line 1 and position 8: expected a value; a field of this name stands in back quotes",
    );
    check(
        "filter a like ⟦b⟧",
        "unexpected symbol found b at line 1 and position 15: expected a text in quotes or a regular expression between slashes",
    );
    check(
        "filter a =~ ⟦'b'⟧",
        "unexpected symbol found 'b' at line 1 and position 13: expected a regular expression between slashes",
    );
    check(
        "fields a as ⟦'b'⟧",
        "unexpected symbol found 'b' at line 1 and position 13: expected a name after `as`",
    );
    check(
        "fields a, ⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 11: expected a value",
    );
    check(
        "fields a -⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 11: expected a value",
    );
    check(
        "filter referrer= http⟦:⟧//34.250.27.141/",
        "unexpected symbol found : at line 1 and position 22: field names with other characters than letters, digits, `_`, `@` and `.` stand in back quotes",
    );
    check(
        "filter é = 1 ⟦ü⟧",
        "unexpected symbol found ü at line 1 and position 14: expected `|` and a command, or the end",
    );
}

#[test]
fn what_is_never_closed() {
    check("filter a = ⟦\"b | limit 1⟧", "the \" is never closed");
    check("filter a = ⟦'b\\'⟧", "the ' is never closed");
    check("fields ⟦`a⟧", "the ` is never closed");
    check("fields a.⟦`b⟧", "the ` is never closed");
    check("filter a like ⟦/b⟧", "the / is never closed");
    check("parse ⟦/b\\/⟧", "the / is never closed");
}

#[test]
fn regular_expressions() {
    check(
        "filter a like ⟦/(b/⟧",
        "the regular expression is not valid: unclosed group",
    );
    check(
        "filter a =~ ⟦/[z-a]/⟧",
        "the regular expression is not valid: invalid character class range, the start must be <= the end",
    );
    check(
        "parse @message ⟦/(?<a>b/⟧",
        "the regular expression is not valid: unclosed group",
    );
    check(
        "filter a like ⟦/(?=b)/⟧ | limit 1",
        "the regular expression is not valid: look-around, including look-ahead and look-behind, is not supported",
    );
    check(
        "filter a like ⟦/(a)\\1/⟧",
        "the regular expression is not valid: backreferences are not supported",
    );
    check(
        "filter a like ⟦/\\w{1000}/⟧",
        "the regular expression is not valid: it takes more than 1048576 bytes when compiled",
    );
    let nested = format!("{}a{}", "(".repeat(200), ")".repeat(200));
    check(
        &format!("filter a like ⟦/{nested}/⟧"),
        "the regular expression is not valid: exceed the maximum number of nested parentheses/brackets (100)",
    );
    let many = vec!["a like /b/"; 32].join(" or ");
    check(
        &format!("filter {many} or a like ⟦/b/⟧"),
        "a query has at most 32 regular expressions",
    );
}

#[test]
fn parsing() {
    check(
        "parse @message ⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 16: expected a pattern: a text with `*`, or a regular expression between slashes",
    );
    check(
        "parse @message ⟦\"abc\"⟧ as a",
        "the pattern of `parse` has no wildcard `*`",
    );
    check(
        "parse @message \"*\"⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 19: expected `as` and a name for each wildcard",
    );
    check(
        "parse @message \"* *\" as ⟦a⟧",
        "the pattern has 2 wildcards, and 1 names are given",
    );
    check(
        "parse @message \"*\" as ⟦a, b, c⟧ | limit 1",
        "the pattern has 1 wildcards, and 3 names are given",
    );
    check(
        "parse @message ⟦/a(.*)/⟧",
        "the regular expression of `parse` has no named group, such as (?<name>.*)",
    );
    check(
        "parse @message /(?<a>.*)/ ⟦as⟧ b",
        "unexpected symbol found as at line 1 and position 27: expected `|` and a command, or the end",
    );
}

#[test]
fn limits() {
    check("limit ⟦0⟧", "a limit is a whole number from 1 to 10000");
    check("limit ⟦10001⟧", "a limit is a whole number from 1 to 10000");
    check(
        "limit ⟦2.5⟧",
        "unexpected symbol found 2.5 at line 1 and position 7: expected a whole number from 1 to 10000",
    );
    check(
        "limit ⟦-⟧1",
        "unexpected symbol found - at line 1 and position 7: expected a whole number from 1 to 10000",
    );
    check(
        "limit⟦⟧",
        "unexpected symbol found the end of the query at line 1 and position 6: expected a whole number from 1 to 10000",
    );
    let long = format!("fields a{}", " ".repeat(MAX_CHARACTERS - 8));
    assert!(Query::parse(&long).is_ok());
    check(
        &format!("{long}⟦é⟧"),
        "a query has at most 10000 characters",
    );
}

#[test]
fn nesting() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Query::parse(&format!("filter {}", nested(49))).is_ok());
    check(
        &format!("filter {}(⟦(⟧a))", "(".repeat(49)),
        "expressions are at most 50 inside each other",
    );
    for (open, close) in [
        ("not ", ""),
        ("- ", ""),
        ("abs(", ")"),
        ("2 ^ ", ""),
        ("(", ")"),
    ] {
        let deep = format!("fields {}1{}", open.repeat(1_500), close.repeat(1_500));
        let error = Query::parse(&deep).unwrap_err();
        assert_eq!(
            error.message, "expressions are at most 50 inside each other",
            "{open}"
        );
    }
    // What is long is not deep.
    for between in [" + ", " and ", " or ", " * ", "|filter "] {
        let long = vec!["a"; 900].join(between);
        assert!(Query::parse(&format!("filter {long}")).is_ok(), "{between}");
    }
}

#[test]
fn what_must_not_follow_what() {
    check(
        "⟦limit⟧ 5 | stats count(*)",
        "`limit` must come after the last `stats`",
    );
    check(
        "stats count(*) as n by a | ⟦sort⟧ n | stats max(n)",
        "`sort` must come after the last `stats`",
    );
    check(
        "stats count(*) as n by a | ⟦limit⟧ 5 | stats max(n)",
        "`limit` must come after the last `stats`",
    );
    check(
        "⟦sort⟧ a | stats count(*) as n by a | stats max(n)",
        "`sort` must come after the last `stats`",
    );
    check(
        "stats count(*) as n by a | stats max(n) as n | ⟦stats⟧ max(n)",
        "a query has at most two `stats` commands",
    );
    check(
        "dedup a | ⟦filter⟧ b = 1",
        "after `dedup`, only `limit` is possible",
    );
    check(
        "dedup a | limit 5 | ⟦sort⟧ b",
        "after `dedup`, only `limit` is possible",
    );
    check("dedup ⟦a⟧ as b", "`dedup` gives no names");
}

#[test]
fn functions_of_many_events_and_fields_of_one() {
    check(
        "filter ⟦count(*)⟧ > 5",
        "`count` is possible only in `stats`, and not inside of another function of that kind",
    );
    check(
        "stats sum(⟦max(a)⟧)",
        "`max` is possible only in `stats`, and not inside of another function of that kind",
    );
    check(
        "stats count(*) by ⟦max(a)⟧",
        "`max` is possible only in `stats`, and not inside of another function of that kind",
    );
    check(
        "stats count(*) by a | sort ⟦sum(b)⟧",
        "`sum` is possible only in `stats`, and not inside of another function of that kind",
    );
    check(
        "stats ⟦a⟧, count(*)",
        "`a` has many values here: put it into a function such as `max`, or behind `by`",
    );
    check(
        "stats count(*) + ⟦a⟧",
        "`a` has many values here: put it into a function such as `max`, or behind `by`",
    );
    let known = "is not known here: after `stats`, only the fields that it defines are there";
    check(
        "stats count(*) as total by a | sort ⟦totla⟧",
        &format!("`totla` {known}; did you mean `total`?"),
    );
    check(
        "stats count(*) | display ⟦@message⟧",
        &format!("`@message` {known}"),
    );
    check(
        "FIELDS @message\n| STATS SUM(Fault) by Operation\n| STATS MAX(strlen(⟦@message⟧)) AS MaxMessageSize",
        &format!("`@message` {known}"),
    );
    check(
        "stats sum(a) as b by @logStream | stats avg(b) by ⟦bin(5m)⟧",
        &format!("`@timestamp` {known}"),
    );
    check(
        "stats sum(a) as b by @logStream | stats ⟦latest(b)⟧",
        &format!("`@timestamp` {known}"),
    );
}

#[test]
fn generated_fields_that_are_none() {
    check(
        "fields ⟦@mesage⟧",
        "there is no generated field `@mesage`; did you mean `@message`?",
    );
    check(
        "filter ⟦@nothing_like_it⟧ = 1",
        "there is no generated field `@nothing_like_it`",
    );
    check(
        "filter ⟦@ptr⟧ = 1",
        "`@ptr` comes with every event, but nothing can be asked about it",
    );
    check(
        "fields ⟦@ptr⟧ as p",
        "`@ptr` comes with every event, but nothing can be asked about it",
    );
    let readable = "is compared with milliseconds since the Unix epoch, not with readable times";
    check(
        "filter @timestamp > ⟦\"2026-01-01 12:00:00\"⟧",
        &format!("`@timestamp` {readable}"),
    );
    check(
        "filter ⟦'2026-01-01'⟧ <= @ingestionTime",
        &format!("`@ingestionTime` {readable}"),
    );
}
