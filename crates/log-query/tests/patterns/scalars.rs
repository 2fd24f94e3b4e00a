//! How the values of JSON are compared: one corpus, and what the service takes of it.

use log_query::pattern::Pattern;

/// One a line. `{"v":…}` round it is left out where a line doesn't begin with `!`.
const CORPUS: [&str; 32] = [
    "!{}",
    "null",
    "\"null\"",
    "true",
    "false",
    "\"true\"",
    "\"false\"",
    "0",
    "1",
    "1.0",
    "1e0",
    "\"1\"",
    "\"1.0\"",
    "-1",
    "1.5",
    "10",
    "\"10\"",
    "\"Alpha\"",
    "\"alpha\"",
    "\"Alphabet\"",
    "\"xAlpha\"",
    "\"\"",
    "[]",
    "{}",
    "[1,\"Alpha\",null]",
    "\"a*b\"",
    "\"a?b\"",
    "!{\"v\":1,\"v\":2}",
    "!{\"v\":2,\"v\":1}",
    "!not JSON",
    "![{\"v\":1}]",
    "!{broken",
];

#[track_caller]
fn check(pattern: &str, expected: &[&str]) {
    let read = Pattern::parse(pattern).unwrap();
    let taken: Vec<&str> = CORPUS
        .into_iter()
        .filter(|line| match line.strip_prefix('!') {
            Some(message) => read.matches(message),
            None => read.matches(&format!("{{\"v\":{line}}}")),
        })
        .collect();
    assert_eq!(taken, expected, "{pattern}");
}

const ONE_TWO: &str = "!{\"v\":1,\"v\":2}";
const TWO_ONE: &str = "!{\"v\":2,\"v\":1}";

#[test]
fn a_number_is_compared_by_value_to_numbers_and_as_written_to_texts() {
    check("{ $.v = 1 }", &["1", "1.0", "1e0", "\"1\"", TWO_ONE]);
    check("{ $.v = 1e+0 }", &["1", "1.0", "1e0", TWO_ONE]);
    check("{ $.v = 1.0 }", &["1", "1.0", "1e0", "\"1.0\"", TWO_ONE]);
    check("{ $.v = -1 }", &["-1"]);
    check("{ $.v = +1 }", &["1", "1.0", "1e0", TWO_ONE]);
    check("{ $.v = 1e400 }", &[]);
}

#[test]
fn unequal_is_said_of_numbers_and_texts_alone() {
    check(
        "{ $.v != 1 }",
        &[
            "\"null\"",
            "\"true\"",
            "\"false\"",
            "0",
            "\"1.0\"",
            "-1",
            "1.5",
            "10",
            "\"10\"",
            "\"Alpha\"",
            "\"alpha\"",
            "\"Alphabet\"",
            "\"xAlpha\"",
            "\"\"",
            "\"a*b\"",
            "\"a?b\"",
            ONE_TWO,
        ],
    );
    check(
        "{ $.v != \"Alpha\" }",
        &[
            "\"null\"",
            "\"true\"",
            "\"false\"",
            "0",
            "1",
            "1.0",
            "1e0",
            "\"1\"",
            "\"1.0\"",
            "-1",
            "1.5",
            "10",
            "\"10\"",
            "\"alpha\"",
            "\"Alphabet\"",
            "\"xAlpha\"",
            "\"\"",
            "\"a*b\"",
            "\"a?b\"",
            ONE_TWO,
            TWO_ONE,
        ],
    );
}

#[test]
fn numbers_alone_have_an_order() {
    check("{ $.v > 1 }", &["1.5", "10", ONE_TWO]);
    check(
        "{ $.v >= 1 }",
        &["1", "1.0", "1e0", "1.5", "10", ONE_TWO, TWO_ONE],
    );
    check("{ $.v < 1 }", &["0", "-1"]);
    check("{ $.v <= 1 }", &["0", "1", "1.0", "1e0", "-1", TWO_ONE]);
}

#[test]
fn a_text_in_quotes_is_compared_as_written() {
    check("{ $.v = \"1\" }", &["1", "\"1\"", TWO_ONE]);
    check("{ $.v = \"Alpha\" }", &["\"Alpha\""]);
    check("{ $.v = Alpha }", &["\"Alpha\""]);
    check("{ $.v = \"\" }", &["\"\""]);
    check("{ $.v = \"null\" }", &["\"null\""]);
}

#[test]
fn a_star_stands_for_anything() {
    check("{ $.v = \"Alpha*\" }", &["\"Alpha\"", "\"Alphabet\""]);
    check("{ $.v = \"*Alpha\" }", &["\"Alpha\"", "\"xAlpha\""]);
    check(
        "{ $.v = *lpha* }",
        &["\"Alpha\"", "\"alpha\"", "\"Alphabet\"", "\"xAlpha\""],
    );
    check("{ $.v = \"a?b\" }", &["\"a?b\""]);
    check("{ $.v = \"a*b\" }", &["\"a*b\"", "\"a?b\""]);
    check(
        "{ $.v = 1* }",
        &[
            "1", "1.0", "1e0", "\"1\"", "\"1.0\"", "1.5", "10", "\"10\"", TWO_ONE,
        ],
    );
    let numbers_and_texts = [
        "\"null\"",
        "\"true\"",
        "\"false\"",
        "0",
        "1",
        "1.0",
        "1e0",
        "\"1\"",
        "\"1.0\"",
        "-1",
        "1.5",
        "10",
        "\"10\"",
        "\"Alpha\"",
        "\"alpha\"",
        "\"Alphabet\"",
        "\"xAlpha\"",
        "\"\"",
        "\"a*b\"",
        "\"a?b\"",
        ONE_TWO,
        TWO_ONE,
    ];
    check("{ $.v = * }", &numbers_and_texts);
    check("{ $.v = \"*\" }", &numbers_and_texts);
}

#[test]
fn what_is_neither_number_nor_text_has_words_of_its_own() {
    check("{ $.v IS NULL }", &["null", "[1,\"Alpha\",null]"]);
    check("{ $.v IS TRUE }", &["true"]);
    check("{ $.v IS FALSE }", &["false"]);
    check("{ $.v = true }", &["\"true\""]);
    check("{ $.v NOT EXISTS }", &["!{}"]);
    check("{ $.w NOT EXISTS && $.v = 10 }", &["10", "\"10\""]);
}

#[test]
fn parts_between_stars_come_in_order_and_apart() {
    for (wanted, taken, left) in [
        ("a*b*c", "abc", "acb"),
        ("a*b*c", "a1b2c", "a1b2"),
        ("a*a", "aa", "a"),
        ("a*ab", "aab", "ab"),
        ("*a*a*", "a-a", "a"),
        ("*ab*bc*", "abbc", "abc"),
        ("**", "", "\u{0}"),
    ] {
        let pattern = Pattern::parse(&format!("[x = \"{wanted}\"]")).unwrap();
        assert!(
            pattern.matches(&format!("\"{taken}\"")),
            "{wanted}: {taken}"
        );
        if left != "\u{0}" {
            assert!(!pattern.matches(&format!("\"{left}\"")), "{wanted}: {left}");
        }
    }
}
