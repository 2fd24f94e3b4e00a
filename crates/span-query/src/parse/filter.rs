//! Reading one filter: its operator, and the value that this operator wants.

use serde_json::Value as Json;

use crate::parse::json::{Object, items, kind, text, wrong};
use crate::{Column, Compare, Error, Filter, Test, Value};

/// The comparisons, which havings have too: the positive one each is built from, and whether it is the negation of that.
pub(super) const COMPARISONS: [(&str, (Compare, bool)); 6] = [
    ("=", (Compare::Equal, false)),
    ("!=", (Compare::Equal, true)),
    (">", (Compare::Greater, false)),
    (">=", (Compare::GreaterOrEqual, false)),
    ("<", (Compare::Less, false)),
    ("<=", (Compare::LessOrEqual, false)),
];
/// The filters' other operators, likewise.
const OTHER_FILTERS: [(&str, (Wants, bool)); 12] = [
    ("starts-with", (Wants::Text(Test::StartsWith), false)),
    ("does-not-start-with", (Wants::Text(Test::StartsWith), true)),
    ("ends-with", (Wants::Text(Test::EndsWith), false)),
    ("does-not-end-with", (Wants::Text(Test::EndsWith), true)),
    ("contains", (Wants::Text(Test::Contains), false)),
    ("does-not-contain", (Wants::Text(Test::Contains), true)),
    ("matches", (Wants::Text(Test::Matches), false)),
    ("does-not-match", (Wants::Text(Test::Matches), true)),
    ("exists", (Wants::Nothing, false)),
    ("does-not-exist", (Wants::Nothing, true)),
    ("in", (Wants::List, false)),
    ("not-in", (Wants::List, true)),
];

/// What an operator's `value` must be.
#[derive(Clone, Copy)]
enum Wants {
    Scalar(Compare),
    Text(fn(String) -> Test),
    Nothing,
    List,
}

pub(super) fn filter(path: &str, json: &Json) -> Result<Filter, Error> {
    let object = Object::open(path, json, &["column", "op", "value"], &[])?;
    let column = object
        .text("column")?
        .map(Column::read)
        .ok_or_else(|| object.missing("column", "the column to look at"))?;
    let comparisons =
        COMPARISONS.map(|(name, (compare, negated))| (name, (Wants::Scalar(compare), negated)));
    let operators = [comparisons.as_slice(), &OTHER_FILTERS].concat();
    let op = object.word("op", &operators, &[])?;
    let (name, (wants, negated)) = op.ok_or_else(|| object.missing("op", "an operator"))?;
    let value = object.get("value");
    let at = object.at("value");
    let needed = |what: &str| object.missing("value", format!("{what} for `{name}`"));
    let test = match wants {
        Wants::Scalar(compare) => Test::Compare(
            compare,
            scalar(&at, value.ok_or_else(|| needed("a value"))?)?,
        ),
        Wants::Text(test) => test(text(&at, value.ok_or_else(|| needed("a string"))?)?.to_owned()),
        Wants::Nothing if value.is_some_and(|value| *value != Json::String(String::new())) => {
            return Err(wrong(
                &at,
                kind(value),
                format!("no value, since `{name}` needs none"),
            ));
        }
        Wants::Nothing => Test::Exists,
        Wants::List => {
            let list = items(&at, value.ok_or_else(|| needed("a list"))?)?;
            if list.is_empty() {
                return Err(wrong(
                    &at,
                    "an empty list",
                    "a list with at least one value",
                ));
            }
            let values = list
                .iter()
                .enumerate()
                .map(|(index, item)| scalar(&format!("{at}[{index}]"), item));
            Test::In(values.collect::<Result<_, _>>()?)
        }
    };
    Ok(Filter {
        column,
        test,
        negated,
    })
}

/// A string, a number or a bool.
pub(super) fn scalar(path: &str, json: &Json) -> Result<Value, Error> {
    match json {
        Json::Bool(value) => Ok(Value::Bool(*value)),
        Json::String(value) => Ok(Value::String(value.clone())),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Ok(Value::Int(int)),
            (None, Some(float)) => Ok(Value::Float(float)),
            (None, None) => Err(wrong(
                path,
                number.to_string(),
                "a number within the range of a float",
            )),
        },
        other => Err(wrong(
            path,
            kind(Some(other)),
            "a string, a number or a bool",
        )),
    }
}
