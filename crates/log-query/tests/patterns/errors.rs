//! What is refused, in the service's words, and where.

use log_query::pattern::{MAX_PATTERN_CHARACTERS, Pattern, PatternError};

#[track_caller]
fn refused(pattern: &str) -> PatternError {
    match Pattern::parse(pattern) {
        Ok(read) => panic!("{pattern} is understood as {read}"),
        Err(error) => error,
    }
}

/// What both FilterLogEvents and TestMetricFilter say.
#[track_caller]
fn check(pattern: &str, position: usize, message: &str) {
    let error = refused(pattern);
    assert_eq!(error.to_string(), message, "{pattern}");
    assert_eq!(error.message(), message, "{pattern}");
    assert_eq!(error.metric_filter_message(), message, "{pattern}");
    assert_eq!(error.position, position, "{pattern}");
    assert_eq!(error.detail(), format!("{message} at position {position}"));
}

/// What they say differently: that the pattern is invalid, without a why.
#[track_caller]
fn check_syntax(pattern: &str, position: usize, detail: &str) {
    let error = refused(pattern);
    assert_eq!(error.message(), "Invalid filter pattern", "{pattern}");
    assert_eq!(
        error.metric_filter_message(),
        "Invalid metric filter pattern",
        "{pattern}"
    );
    let told = format!("Invalid filter pattern at position {position}: {detail}");
    assert_eq!(error.detail(), told, "{pattern}");
    assert_eq!(error.position, position, "{pattern}");
}

#[test]
fn characters_that_belong_nowhere() {
    for (pattern, position, read) in [
        ("ERR*", 4, "*"),
        ("(ERROR)", 1, "("),
        ("Status: timeout", 7, ":"),
        ("?Status: timeout", 8, ":"),
        ("a [b]", 3, "["),
        ("`a", 1, "`"),
        ("a.b", 2, "."),
        (r"level\", 6, r"\"),
        ("café", 4, "é"),
        ("\"ERROR", 7, "\"ERROR"),
        ("a \"b \\\"", 8, "\"b \\\""),
        (r#""\d""#, 3, r#""\d"#),
        ("{ !($.v = 1) }", 4, "!("),
        ("{ \"v\": [1] }", 6, ":"),
        ("{ $..value = \"hit\" }", 5, "$.."),
        ("{ $.\"v\" = 1 }", 5, "$.\""),
        ("{ $['v'] = 1 }", 4, "$["),
        ("{ $ = 1 }", 4, "$ "),
        ("{ $.[0] = 1 }", 6, "$.[0"),
        ("{ $.[*] = 1 }", 6, "$.[*"),
        ("{ $.arr[-1] = \"hit\" }", 9, "[-"),
        ("{ $.arr[0:2] = \"hit\" }", 10, "[0:"),
        ("{ $.arr[\"x\"] = 1 }", 9, "[\""),
        ("{ $.arr['x] = 1 }", 18, "'x] = 1 }"),
        ("{ $.a. = 1 }", 7, ". "),
        ("{ $.a = us-east-1 }", 11, "us-"),
        ("{ $.a = 1 & $.b = 2 }", 12, "& "),
        ("{ $.a = 1 | $.b = 2 }", 12, "| "),
        ("{ $.a ~ 1 }", 7, "~"),
        ("{ $.a = \"x }", 13, "\"x }"),
        ("[a, b:c]", 6, ":"),
        ("[...fields, status]", 10, "...fields"),
        ("[a = b/c]", 7, "/"),
        ("[a = “x”]", 6, "“"),
    ] {
        check(
            pattern,
            position,
            &format!("Invalid character(s) in term '{read}'"),
        );
    }
}

#[test]
fn regular_expressions_beyond_the_supported() {
    for (pattern, position, read) in [
        ("%something!%", 11, "%something!"),
        ("%^(ERROR|WARN)%", 3, "%^("),
        ("%ERROR(?= 500)%", 7, "%ERROR("),
        ("%café%", 5, "%café"),
        ("{ $.v = %(Alpha|Beta)% }", 10, "%("),
        (r"%a\(b%", 4, r"%a\("),
        (r"%a\bc%", 4, r"%a\b"),
        (r"%\!%", 3, r"%\!"),
        (r"%\x4%", 5, r"%\x4%"),
        (r"%\xe9%", 6, r"%\xe9%"),
        (r"%\%", 3, r"%\%"),
        ("%\"%", 2, "%\""),
        ("%a", 3, "%a"),
        (r"%a\", 4, r"%a\"),
        ("%", 2, "%"),
        ("%%", 2, "%%"),
    ] {
        check(
            pattern,
            position,
            &format!("Invalid character(s) in term '{read}'"),
        );
    }
    for pattern in [
        "%[abc%",
        "%a{3,%",
        "%*a%",
        "%a{5,3}%",
        "%a{1000}{1000}{1000}%",
        "{ $.a = %[z-a]% }",
        "[a=%+%]",
    ] {
        assert_eq!(
            refused(pattern).message(),
            "Failed to compile regular expression.",
            "{pattern}"
        );
    }
    check("a %[b%", 3, "Failed to compile regular expression.");
}

#[test]
fn what_begins_must_end() {
    let brace = "If a filter pattern starts with '{' it must end with '}'";
    check("{ $.a = 1", 10, brace);
    check("{ $.a = 1 } x", 14, brace);
    check("{", 2, brace);
    let bracket = "If a filter pattern starts with '[' it must end with ']'";
    check("[time, level=ERROR, msg", 24, bracket);
    check("[a] b", 6, bracket);
    check("  [  ", 4, bracket);
}

#[test]
fn quotas() {
    check(
        "{ $.items[*].* = 1 }",
        15,
        "Your filter pattern has a JSON path selector that exceeds the maximum of 1 wildcard allowed per json selector.",
    );
    check(
        "{ $.a[*] = 1 || $.b[*].c = 1 || $.* = 1 || $.d[*][0] = 0 }",
        50,
        "Your input has exceeded the maximum of 3 JSON wildcard selectors allowed per filter pattern.",
    );
    let regexes =
        "Your input has exceeded the maximum of 2 regular expressions per filter pattern.";
    check("{ $.v = %a% || $.v = %b% || $.v = %c% }", 35, regexes);
    check("[a=%x%, b=%y%, c=%z%]", 18, regexes);
    check("%a% %b% %c%", 9, regexes);
}

#[test]
fn fields_by_the_same_name() {
    check("[word, word]", 8, "Duplicate field 'word'");
    check("[..., status, ...]", 15, "Duplicate field '...'");
    check("[word = 1, word]", 12, "Duplicate field 'word'");
}

#[test]
fn no_longer_than_allowed() {
    let longest = "é ".repeat(MAX_PATTERN_CHARACTERS / 2 - 1);
    assert!(Pattern::parse(&format!("\"{longest}\"")).is_ok());
    let longer = format!("\"{longest}\"x");
    let message = format!(
        "1 validation error detected: Value '{longer}' at 'filterPattern' failed to satisfy constraint: Member must have \
         length less than or equal to 1024"
    );
    check(&longer, 1025, &message);
}

#[test]
fn what_stands_in_the_wrong_place() {
    for (pattern, position, detail) in [
        ("- ERROR", 2, "expected a term"),
        ("ERROR -", 8, "expected a term"),
        ("?-a", 2, "expected a term"),
        ("--a", 2, "expected a term"),
        ("{ }", 3, "expected a selector such as `$.name`"),
        ("{ a = 1 }", 3, "expected a selector such as `$.name`"),
        ("{ $.a }", 7, "expected an operator, IS or NOT EXISTS"),
        (
            "{ $.v EXISTS }",
            7,
            "expected an operator, IS or NOT EXISTS",
        ),
        (
            "{ $.v is NULL }",
            7,
            "expected an operator, IS or NOT EXISTS",
        ),
        ("{ $.a = }", 9, "expected a value"),
        ("{ $.v == 1 }", 8, "expected a value"),
        ("{ $.v = null }", 9, "`null` as a value needs quotes"),
        ("{ $.v = TRUE }", 9, "`TRUE` as a value needs quotes"),
        ("{ $.v > 0 AND $.v < 2 }", 11, "expected `&&`, `||` or `}`"),
        ("{ $.a = 1 && }", 14, "expected a selector such as `$.name`"),
        ("{ && $.a = 1 }", 3, "expected a selector such as `$.name`"),
        ("{ ($.a = 1 }", 12, "expected `)`, `&&` or `||`"),
        ("{ $.a = 1) }", 10, "expected `&&`, `||` or `}`"),
        ("{ $.a = 1 } }", 13, "expected the end of the pattern"),
        ("[a] ]", 5, "expected the end of the pattern"),
        ("[] ]", 4, "expected the end of the pattern"),
        ("[a = ]", 6, "expected a value"),
        ("[a b]", 4, "expected `,`, `]` or an operator"),
        (
            "[a = 1 ||]",
            10,
            "expected `a`: a field's conditions are about that field",
        ),
        (
            "[ip, status_code = 4* && bytes > 1000]",
            26,
            "expected `status_code`: a field's conditions are about that field",
        ),
        (
            "[w1=ERROR || W1=WARNING, w2]",
            14,
            "expected `w1`: a field's conditions are about that field",
        ),
        ("[(a = 1), b]", 2, "expected a field's name"),
        ("[= 1]", 2, "expected a field's name"),
        ("[a, 12]", 5, "a field's name needs a letter, `_` or `-`"),
        ("[a = 1 b]", 8, "expected `,` or `]`"),
        (
            "[a = 1 && (a = 2)]",
            11,
            "expected `a`: a field's conditions are about that field",
        ),
    ] {
        check_syntax(pattern, position, detail);
    }
}

#[test]
fn what_quotes_may_hold_is_not_complained_of() {
    let detail = "expected a selector such as `$.name`";
    for (pattern, position) in [
        (r#"{ $.a != ":" && }"#, 17),
        (r#"{ $.a = "\":" && }"#, 18),
        (r#"{ $.a = "\\" && }"#, 17),
        ("{ $.a = %:% && }", 16),
        ("{ $.['a:'] = 1 && }", 19),
    ] {
        check_syntax(pattern, position, detail);
    }
}

#[test]
fn what_only_testmetricfilter_names() {
    for (pattern, position, term, detail) in [
        (
            "{ $.v IS NOT NULL }",
            10,
            "NOT",
            "expected NULL, TRUE or FALSE",
        ),
        ("{ $.v IS }", 10, "}", "expected NULL, TRUE or FALSE"),
        ("{ $.v NOT NULL }", 11, "NULL", "expected EXISTS"),
        (
            "{ $.v > \"Alpha\" }",
            9,
            "\"Alpha\"",
            "only a number can be greater or less",
        ),
        (
            "{ $.v <= 4* }",
            10,
            "4*",
            "only a number can be greater or less",
        ),
        ("[a > b, c]", 6, "b", "only a number can be greater or less"),
    ] {
        let error = refused(pattern);
        assert_eq!(error.message(), "Invalid filter pattern", "{pattern}");
        let told = format!("Invalid character(s) in term '{term}'");
        assert_eq!(error.metric_filter_message(), told, "{pattern}");
        let told = format!("Invalid filter pattern at position {position}: {detail}");
        assert_eq!(error.detail(), told, "{pattern}");
    }
}

#[test]
fn parentheses_have_a_limit() {
    let nested = |depth: usize| format!("{{{}$.a=1{}}}", "(".repeat(depth), ")".repeat(depth));
    assert!(Pattern::parse(&nested(50)).is_ok());
    check_syntax(
        &nested(51),
        53,
        "more than 50 parentheses inside each other",
    );
    let beside = format!("{{{}$.a=1}}", "($.a=1)||".repeat(100));
    assert!(Pattern::parse(&beside).is_ok());
}
