//! What is no filter expression, and the place that is named.

use xray_query::{Filter, MAX_FILTER_CHARACTERS, MAX_FILTER_DEPTH};

#[track_caller]
fn check(expression: &str, position: usize, message: &str) {
    let error = match Filter::parse(expression) {
        Ok(filter) => panic!("{expression} is read as {filter}"),
        Err(error) => error,
    };
    assert_eq!(
        (error.position, error.message.as_str()),
        (position, message),
        "{expression}"
    );
    assert_eq!(
        error.to_string(),
        format!("Invalid filter expression at position {position}: {message}")
    );
}

#[test]
fn what_is_missing() {
    check("", 1, "the expression is empty");
    check("  ", 3, "the expression is empty");
    check(
        "responsetime >",
        15,
        "expected a number after `>`, found the end",
    );
    check(
        "http.url =",
        11,
        "expected a text in double quotes after `=`, found the end",
    );
    check(
        "http.url = AND ok",
        12,
        "expected a text in double quotes after `=`, found `AND`",
    );
    check(
        "fault =",
        8,
        "expected `true` or `false` after `=`, found the end",
    );
    check("ok AND", 7, "expected a condition, found the end");
    check("AND ok", 1, "expected a condition, found `AND`");
    check("ok OR OR error", 7, "expected a condition, found `OR`");
    check("(ok", 4, "expected `)`, found the end");
    check("ok)", 3, "expected AND, OR or a condition, found `)`");
    check("service(\"a\") { fault", 21, "expected `}`, found the end");
    check("service(\"a\") { }", 16, "expected a condition, found `}`");
    check("service", 8, "expected `(`, found the end");
    check(
        "service(a)",
        9,
        "expected a service's name in double quotes or `id(…)` after `(`, found `a`",
    );
    check("edge(\"a\")", 9, "expected `,`, found `)`");
    check(
        "edge()",
        6,
        "expected a service's name in double quotes or `id(…)` after `(`, found `)`",
    );
    check(
        "service(id())",
        12,
        "expected `name`, `type` or `account.id` after `(`, found `)`",
    );
    check(
        "service(id(name: x))",
        18,
        "expected a text in double quotes after `:`, found `x`",
    );
    check(
        "annotation",
        11,
        "expected `.key` or `[key]` after `annotation`, found the end",
    );
    check(
        "annotation.k =",
        15,
        "expected a text in double quotes, a number, `true` or `false` after `=`, found the end",
    );
    check(
        "annotation.k <",
        15,
        "expected a number after `<`, found the end",
    );
    check(
        "group.name",
        11,
        "expected = or != after `group.name`, found the end",
    );
    check(
        "group.name = slow",
        14,
        "expected a text in double quotes after `=`, found `slow`",
    );
    check(
        "rootcause.json = 5",
        18,
        "expected `#[{…}]`, a list of root causes as JSON, after `=`, found `5`",
    );
}

#[test]
fn what_cannot_be_read() {
    check(
        "user = \"ann",
        8,
        "the text that begins here has no closing `\"`",
    );
    check(
        "user = \"ann\\",
        8,
        "the text that begins here has no closing `\"`",
    );
    check(
        "user = 'ann'",
        8,
        "a text is written in double quotes, not in single quotes",
    );
    check(
        "user = \"a\\n\"",
        10,
        r#"after `\` in a text comes `"` or `\`: write `\\` for a backslash"#,
    );
    check("ok & error", 4, "`&` means nothing here");
    check("user = \"é\" é", 12, "`é` means nothing here");
    check(
        "annotation[k = 5",
        11,
        "the key that begins here has no closing `]`",
    );
    check(
        "annotation[] = 5",
        11,
        "between `[` and `]` comes the key of an annotation, without quotes",
    );
    check(
        "annotation[\"k\"] = 5",
        11,
        "between `[` and `]` comes the key of an annotation, without quotes",
    );
    for number in ["5s", "1.2.3", "5.", "1e3", "--5", "+5"] {
        let message = format!(
            "`{number}` is not a number like 5, -5 or 2.5; a text is written in double quotes"
        );
        check(&format!("duration > {number}"), 12, &message);
    }
    check(
        "rootcause.json = #[{]",
        19,
        "after `#` comes JSON: key must be a string at line 1 column 3",
    );
}

#[test]
fn what_does_not_go_together() {
    check(
        "fault > 5",
        7,
        "a keyword that is true or false has the operators = and !=",
    );
    check(
        "fault CONTAINS \"x\"",
        7,
        "CONTAINS goes with texts; the keyword before it is true or false",
    );
    check(
        "duration contains \"x\"",
        10,
        "CONTAINS goes with texts; the keyword before it is a number",
    );
    check(
        "duration > \"5\"",
        12,
        "expected a number after `>`, found the text \"5\"",
    );
    check(
        "http.url > \"x\"",
        10,
        "a text has the operators =, !=, CONTAINS, BEGINSWITH and ENDSWITH",
    );
    check(
        "annotation.k > \"5\"",
        14,
        "a text has the operators =, !=, CONTAINS, BEGINSWITH and ENDSWITH; a number is written without quotes",
    );
    check(
        "annotation.k > true",
        16,
        "expected a number after `>`, found `true`",
    );
    check(
        "annotation.a.b = 1",
        1,
        "a key with dots is written in square brackets: `annotation[a.b]`",
    );
    check(
        "annotation.a-b = 1",
        1,
        "after `annotation.` comes a key of letters, digits and `_`; any other key is written `annotation[key]`",
    );
    check(
        "service(id(name: \"a\", name: \"b\"))",
        23,
        "`name` is there twice",
    );
    check("5 > duration", 1, "expected a condition, found `5`");
    check("ok 5", 4, "expected AND, OR or a condition, found `5`");
    check("true", 1, "`true` is no keyword");
    check("not ok", 1, "`not` is no keyword");
    check(
        "responsetme > 5",
        1,
        "`responsetme` is no keyword; is `responsetime` meant?",
    );
    check("metadata.k = 5", 1, "`metadata.k` is no keyword");
}

#[test]
fn what_does_not_belong_there() {
    check(
        "root",
        1,
        "`root` does not belong here, but in the braces of `service(…)`",
    );
    check(
        "coverage > 1",
        1,
        "`coverage` does not belong here, but in the braces of `rootcause.responsetime.entity`",
    );
    check(
        "first",
        1,
        "`first` does not belong here, but in the braces of `rootcause.….service`, `….entity` or `….exception`",
    );
    check(
        "remote",
        1,
        "`remote` does not belong here, but in the braces of `rootcause.….entity`",
    );
    check(
        "message = \"x\"",
        1,
        "`message` does not belong here, but in the braces of `rootcause.fault.exception` or `rootcause.error.exception`",
    );
    check(
        "name = \"x\"",
        1,
        "`name` does not belong here, but in the braces of `service(…)`, `edge(…)` or `rootcause.….service`",
    );
    check(
        "rootcause.fault.entity { type = \"x\" }",
        26,
        "`type` does not belong here, but in the braces of `service(…)`, `edge(…)` or `rootcause.….service`",
    );
    check(
        "rootcause.fault.entity { duration > 1 }",
        26,
        "`duration` does not belong here, but in the trace, or the braces of `service(…)` or `edge(…)`",
    );
    check(
        "rootcause.fault.entity { coverage > 1 }",
        26,
        "`coverage` does not belong here, but in the braces of `rootcause.responsetime.entity`",
    );
    check(
        "rootcause.fault.service { annotation.k }",
        27,
        "`annotation.k` does not belong in the braces of `rootcause`",
    );
    check(
        "service(\"a\") { service(\"b\") }",
        16,
        "`service` cannot be inside braces",
    );
    check(
        "service(\"a\") { group.name = \"b\" }",
        16,
        "`group.name` cannot be inside braces",
    );
    check(
        "id(name: \"a\")",
        1,
        "`id(…)` stands in the parentheses of `service` or `edge`",
    );
    check(
        "json = #[]",
        1,
        "root causes as JSON are written `rootcause.json = #[{…}]`",
    );
    let kinds = "is no keyword; there are rootcause.fault and rootcause.error with .service, .entity and .exception, rootcause.responsetime with .service and .entity, and rootcause.json";
    check(
        "rootcause.responsetime.exception",
        1,
        &format!("`rootcause.responsetime.exception` {kinds}"),
    );
    check("rootcause.fault", 1, &format!("`rootcause.fault` {kinds}"));
}

#[test]
fn bounds() {
    let long = format!("user = \"{}\"", "é".repeat(MAX_FILTER_CHARACTERS - 9));
    assert!(Filter::parse(&long).is_ok());
    let longer = format!("{long} ");
    check(
        &longer,
        MAX_FILTER_CHARACTERS + 1,
        "an expression has at most 2000 characters",
    );
    let deep = |depth: usize| format!("{}ok{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&deep(MAX_FILTER_DEPTH - 1)).is_ok());
    let message = "more than 50 parentheses, braces and `!` inside each other";
    check(&deep(MAX_FILTER_DEPTH), MAX_FILTER_DEPTH + 1, message);
    check(
        &format!("{}ok", "!".repeat(1900)),
        MAX_FILTER_DEPTH + 1,
        message,
    );
}
