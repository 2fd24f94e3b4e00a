//! Reading a query from JSON: names resolved, everything else rejected with its place.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value as Json;

use crate::parse::filter::{COMPARISONS, filter, scalar};
use crate::parse::json::{Object, kind, text, wrong};
use crate::query::{Calculation, Combination, Having, OPS, Op, Order, Term, Time};
use crate::{Error, Query};

mod filter;
mod json;

const NO_SERIES: &str = "leave it out: the answer is one table, without a series over time";
const NO_FORMULA: &str = "leave it out and calculate over the columns that the spans have";

const KEYS: &[&str] = &[
    "breakdowns",
    "calculations",
    "end_time",
    "filter_combination",
    "filters",
    "havings",
    "limit",
    "orders",
    "start_time",
    "time_range",
];
const KEYS_ELSEWHERE: &[(&str, &str)] = &[
    ("calculated_fields", NO_FORMULA),
    (
        "compare_time_offset_seconds",
        "leave it out and run a second query with its own start_time and end_time",
    ),
    ("formulas", NO_FORMULA),
    ("granularity", NO_SERIES),
    ("id", "leave it out: a query is sent whole, not by its ID"),
    ("usage_mode", "leave it out: sample rates always count"),
];
const CALCULATION_KEYS: &[&str] = &["column", "name", "op"];
const CALCULATION_KEYS_ELSEWHERE: &[(&str, &str)] = &[
    (
        "filter_combination",
        "leave it out and put the filters on the query",
    ),
    ("filters", "leave it out and put the filters on the query"),
];
const OPS_ELSEWHERE: &[(&str, &str)] = &[
    ("CONCURRENCY", NO_SERIES),
    (
        "HEATMAP",
        "ask for percentiles instead, such as P50, P95 and P99",
    ),
    ("RATE_AVG", NO_SERIES),
    ("RATE_MAX", NO_SERIES),
    ("RATE_SUM", NO_SERIES),
];
const COMBINATIONS: &[(&str, Combination)] = &[("AND", Combination::And), ("OR", Combination::Or)];
/// Whether the order is descending.
const ORDERS: &[(&str, bool)] = &[("ascending", false), ("descending", true)];

impl FromStr for Query {
    type Err = Error;

    fn from_str(text: &str) -> Result<Query, Error> {
        Query::from_json(&serde_json::from_str(text).map_err(Error::Json)?)
    }
}

/// The error's text keeps the place and the possible values.
impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Query, D::Error> {
        Query::from_json(&Json::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Query {
    /// Reads a query in the form of Honeycomb's query specification.
    ///
    /// # Errors
    ///
    /// The first thing that is unknown, not supported or of the wrong type, with its place in the JSON.
    pub fn from_json(json: &Json) -> Result<Query, Error> {
        let object = Object::open("", json, KEYS, KEYS_ELSEWHERE)?;
        let breakdowns =
            object.list("breakdowns", |path, item| Ok(text(path, item)?.to_owned()))?;
        let calculations = calculations(&object)?;
        let titles = breakdowns
            .iter()
            .chain(calculations.iter().map(|calculation| &calculation.title));
        let mut seen = BTreeSet::new();
        if let Some(twice) = titles
            .into_iter()
            .find(|title| !seen.insert(title.as_str()))
        {
            let message = "every column of the answer under a name of its own (a calculation can have a \"name\")";
            return Err(wrong("calculations", format!("`{twice}` twice"), message));
        }
        let combination = object.word("filter_combination", COMBINATIONS, &[])?;
        Ok(Query {
            filters: object.list("filters", filter)?,
            combination: combination.map_or(Combination::And, |(_, combination)| combination),
            orders: object.list("orders", |path, item| {
                order(path, item, &breakdowns, &calculations)
            })?,
            havings: object.list("havings", |path, item| having(path, item, &calculations))?,
            limit: object
                .integer("limit", 1..=1000)?
                .map_or(100, |limit| limit as usize),
            time: time(&object)?,
            breakdowns,
            calculations,
        })
    }
}

fn time(object: &Object<'_>) -> Result<Time, Error> {
    let time = Time {
        start: object.integer("start_time", 0..=u64::MAX)?,
        end: object.integer("end_time", 0..=u64::MAX)?,
        range: object.integer("time_range", 1..=u64::MAX)?,
    };
    match time {
        Time {
            start: Some(_),
            end: Some(_),
            range: Some(_),
        } => Err(wrong(
            "time_range",
            "start_time and end_time too",
            "at most two of the three",
        )),
        Time {
            start: Some(start),
            end: Some(end),
            ..
        } if start > end => Err(wrong(
            "start_time",
            format!("{start}, after end_time {end},"),
            "a start before the end",
        )),
        time => Ok(time),
    }
}

fn calculations(object: &Object<'_>) -> Result<Vec<Calculation>, Error> {
    let mut calculations = object.list("calculations", calculation)?;
    if calculations.is_empty() {
        calculations.push(Calculation {
            op: Op::Count,
            column: None,
            title: "COUNT".into(),
        });
    }
    Ok(calculations)
}

fn calculation(path: &str, json: &Json) -> Result<Calculation, Error> {
    let object = Object::open(path, json, CALCULATION_KEYS, CALCULATION_KEYS_ELSEWHERE)?;
    let (title, op) =
        operator(&object, "op")?.ok_or_else(|| object.missing("op", "an operator"))?;
    let column = object.text("column")?;
    let title = match (op, column) {
        (Op::Count, Some(column)) => {
            let wanted =
                "no column (COUNT counts rows: filter with \"exists\", or use COUNT_DISTINCT)";
            return Err(wrong(&object.at("column"), format!("`{column}`"), wanted));
        }
        (Op::Count, None) => title.to_owned(),
        (_, Some(column)) => format!("{title}({column})"),
        (_, None) => {
            return Err(object.missing(
                "column",
                format!("the column that {title} is calculated over"),
            ));
        }
    };
    let title = object.text("name")?.map_or(title, str::to_owned);
    Ok(Calculation {
        op,
        column: column.map(str::to_owned),
        title,
    })
}

fn operator(object: &Object<'_>, key: &str) -> Result<Option<(&'static str, Op)>, Error> {
    object.word(key, &OPS, OPS_ELSEWHERE)
}

fn order(
    path: &str,
    json: &Json,
    breakdowns: &[String],
    calculations: &[Calculation],
) -> Result<Order, Error> {
    let object = Object::open(path, json, &["column", "op", "order"], &[])?;
    let descending = object
        .word("order", ORDERS, &[])?
        .is_some_and(|(_, descending)| descending);
    let op = operator(&object, "op")?;
    let column = object.text("column")?;
    let by = match (op, column) {
        (None, None) => return Err(object.missing("column", "a column or an operator to order by")),
        (None, Some(column)) if breakdowns.iter().any(|breakdown| breakdown == column) => {
            Term::Breakdown(
                breakdowns
                    .iter()
                    .take_while(|breakdown| *breakdown != column)
                    .count(),
            )
        }
        _ => Term::Calculation(calculated(path, op, column, calculations, breakdowns)?),
    };
    Ok(Order { by, descending })
}

fn having(path: &str, json: &Json, calculations: &[Calculation]) -> Result<Having, Error> {
    let object = Object::open(path, json, &["calculate_op", "column", "op", "value"], &[])?;
    let op = operator(&object, "calculate_op")?;
    let column = object.text("column")?;
    if op.is_none() && column.is_none() {
        return Err(object.missing("calculate_op", "the calculation to look at"));
    }
    let calculation = calculated(path, op, column, calculations, &[])?;
    let comparison = object.word("op", &COMPARISONS, &[])?;
    let (_, (compare, negated)) = comparison.ok_or_else(|| object.missing("op", "an operator"))?;
    let value = object
        .get("value")
        .ok_or_else(|| object.missing("value", "a number"))?;
    match scalar(&object.at("value"), value)? {
        value if value.is_number() => Ok(Having {
            calculation,
            compare,
            negated,
            value,
        }),
        _ => Err(wrong(&object.at("value"), kind(Some(value)), "a number")),
    }
}

/// The calculation that an order or having means: by operator and column, or by the name it was given.
fn calculated(
    path: &str,
    op: Option<(&'static str, Op)>,
    column: Option<&str>,
    calculations: &[Calculation],
    breakdowns: &[String],
) -> Result<usize, Error> {
    let meant = |calculation: &Calculation| match op {
        Some((_, op)) => calculation.op == op && calculation.column.as_deref() == column,
        None => Some(calculation.title.as_str()) == column,
    };
    calculations.iter().position(meant).ok_or_else(|| {
        let found = match (op, column) {
            (Some((op, _)), Some(column)) => format!("`{op}({column})`"),
            (Some((name, _)), None) | (None, Some(name)) => format!("`{name}`"),
            (None, None) => "nothing".to_owned(),
        };
        let titles = calculations.iter().map(|calculation| &calculation.title);
        let possible: Vec<String> = breakdowns
            .iter()
            .chain(titles)
            .map(|title| format!("`{title}`"))
            .collect();
        wrong(
            path,
            found,
            format!("one of the query's own columns ({})", possible.join(", ")),
        )
    })
}
