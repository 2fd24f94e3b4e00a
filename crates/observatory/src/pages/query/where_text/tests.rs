//! Conditions as text: read, refused with their place, and written so that they read back as the same.

use proptest::prelude::*;
use span_query::Query;

use super::*;

#[track_caller]
fn check(text: &str, column: &str, op: &str, value: Json, written: &str) {
    let clause = Clause::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    let mut wanted = json!({"column": column, "op": op});
    if value != Json::Null {
        wanted["value"] = value;
    }
    assert_eq!(clause.json(), wanted, "{text}");
    assert_eq!(clause.to_string(), written, "{text}");
}

#[test]
fn a_line_is_column_operator_value() {
    for (text, column, op, value, written) in [
        ("a = b", "a", "=", json!("b"), "a = b"),
        (" a=b ", "a", "=", json!("b"), "a = b"),
        ("a>=5", "a", ">=", json!(5), "a >= 5"),
        ("a > -1.50", "a", ">", json!(-1.5), "a > -1.5"),
        ("a = 007", "a", "=", json!("007"), "a = 007"),
        ("a = \"5\"", "a", "=", json!("5"), "a = \"5\""),
        ("a = 1e5", "a", "=", json!("1e5"), "a = 1e5"),
        ("a = 1e+300", "a", "=", json!(1e300), "a = 1e+300"),
        ("a != true", "a", "!=", json!(true), "a != true"),
        ("a <> 1", "a", "!=", json!(1), "a != 1"),
        (
            "a = 4efaaf4d1e8720b39541901950019ee5",
            "a",
            "=",
            json!("4efaaf4d1e8720b39541901950019ee5"),
            "a = 4efaaf4d1e8720b39541901950019ee5",
        ),
        (
            "name = GET /api home",
            "name",
            "=",
            json!("GET /api home"),
            "name = GET /api home",
        ),
        (
            "\"my column\" = \" x \"",
            "my column",
            "=",
            json!(" x "),
            "\"my column\" = \" x \"",
        ),
        ("a exists", "a", "exists", Json::Null, "a exists"),
        (
            "a does not exist",
            "a",
            "does-not-exist",
            Json::Null,
            "a does-not-exist",
        ),
        (
            "a Does_Not_Contain 5",
            "a",
            "does-not-contain",
            json!("5"),
            "a does-not-contain 5",
        ),
        (
            "a starts with b c",
            "a",
            "starts-with",
            json!("b c"),
            "a starts-with b c",
        ),
        (
            "a =~ ^\\d+$",
            "a",
            "matches",
            json!("^\\d+$"),
            "a matches ^\\d+$",
        ),
        ("a ~ (", "a", "matches", json!("("), "a matches ("),
        ("a ~b", "a", "matches", json!("b"), "a matches b"),
        (
            "a matches \"\\d \\\"x\"",
            "a",
            "matches",
            json!("\\d \"x"),
            "a matches \\d \"x",
        ),
        (
            "a in 1, b c ,\"d, e\",",
            "a",
            "in",
            json!([1, "b c", "d, e"]),
            "a in 1, b c, \"d, e\"",
        ),
        (
            "a not in (1, 2)",
            "a",
            "not-in",
            json!([1, 2]),
            "a not-in 1, 2",
        ),
        ("a in (b", "a", "in", json!(["(b"]), "a in \"(b\""),
        ("in in in", "in", "in", json!(["in"]), "in in in"),
        (
            "exists exists",
            "exists",
            "exists",
            Json::Null,
            "exists exists",
        ),
        (
            "a = \"x\\ny\\u{0}\"",
            "a",
            "=",
            json!("x\ny\0"),
            "a = \"x\\ny\\u{0}\"",
        ),
        (
            "root.name = x",
            "root.name",
            "=",
            json!("x"),
            "root.name = x",
        ),
    ] {
        check(text, column, op, value, written);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, start, end, part) in [
        ("", 0, 0, "column operator value"),
        ("  ", 2, 2, "column operator value"),
        ("= 5", 0, 1, "column before the operator"),
        ("a", 1, 1, "operator is missing after a"),
        ("\"a b\"", 5, 5, "operator is missing after \"a b\""),
        ("a contians b", 2, 10, "did you mean contains?"),
        ("a => 5", 2, 4, "=> is no operator, did you mean"),
        ("a wrong", 2, 7, "There are = != >"),
        ("my column = 5", 3, 9, "put in quotes: \"my column\""),
        ("a =", 3, 3, "A value is missing after ="),
        ("a in", 4, 4, "A value is missing after in"),
        ("a in b,,c", 7, 8, "A value is missing here"),
        ("a in ()", 6, 6, "A value is missing here"),
        ("a in \"b\" c", 9, 10, "A comma is missing"),
        ("a exists b", 9, 10, "takes no value"),
        ("a = \"b", 4, 6, "closing quote"),
        ("a = \"b\" c", 8, 9, "follow the closing quote"),
        ("é \"=\" 5", 2, 5, "is no operator"),
    ] {
        let fault = Clause::parse(text).expect_err(text);
        assert_eq!(fault.place, (start, end), "{text}: {}", fault.message);
        assert!(fault.message.contains(part), "{text}: {}", fault.message);
    }
}

fn text() -> impl Strategy<Value = String> {
    let words = vec![
        "",
        " ",
        "in",
        "exists",
        "a, b",
        "\"",
        "\\",
        "\\n",
        "true",
        "5",
        "-0",
        "0.5",
        "1e+9",
        "(",
        ")",
        "=",
        "<",
        "~",
        "\n",
        "\0",
        "\u{202e}",
        "\u{a0}",
        "\u{2028}",
        "é",
        "👩‍🚀",
        "does not exist",
    ];
    let word = prop_oneof![
        prop::sample::select(words).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[a-z.]{1,8}",
    ];
    prop::collection::vec(word, 0..4).prop_map(|words| words.concat())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::String),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>()
            .prop_filter("JSON has finite numbers only", |f| f.is_finite())
            .prop_map(Value::Float),
        (-9_i32..9).prop_map(|n| Value::Float(f64::from(n) / 4.0)),
    ]
}

fn clause() -> impl Strategy<Value = Clause> {
    let column = text().prop_filter("a column has a name", |column| !column.is_empty());
    (
        column,
        prop::sample::select(OPERATORS.to_vec()),
        prop::collection::vec(value(), 1..4),
    )
        .prop_map(|(column, (op, takes), mut values)| {
            match takes {
                Takes::Nothing => values.clear(),
                Takes::Scalar => values.truncate(1),
                Takes::Text => values = vec![Value::String(values[0].to_string())],
                Takes::List => {}
            }
            Clause { column, op, values }
        })
}

proptest! {
    #[test]
    fn a_condition_survives_being_written_and_read(clause in clause()) {
        let text = clause.to_string();
        prop_assert!(!text.contains(['\n', '\0']), "{:?}", text);
        let read = Clause::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&clause), "{}", text);
    }

    #[test]
    fn whatever_is_typed_is_read_or_has_a_place(text in text()) {
        let length = text.chars().count();
        match Clause::parse(&text) {
            Ok(clause) => prop_assert_eq!(Clause::parse(&clause.to_string()), Ok(clause)),
            Err(TextFault { place: (start, end), .. }) => prop_assert!(start <= end && end <= length.max(1), "{} {} {}", start, end, length),
        }
    }

    #[test]
    fn honeycombs_specification_takes_it(clause in clause()) {
        // The empty text is nothing to look for within another, and not every text is a regular expression.
        let is_empty = clause.values.contains(&Value::String(String::new()));
        prop_assume!(!is_empty && !clause.op.contains("match"));
        let query = json!({"filters": [clause.json()]});
        prop_assert!(Query::from_json(&query).is_ok(), "{}", query);
    }
}
