//! Reading a query from JSON: names resolved, everything else rejected with its place.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value as Json;

use crate::parse::filter::{COMPARISONS, filter, scalar};
use crate::parse::json::{Object, kind, text, wrong};
use crate::{
    Calculation, Column, Combination, Error, Having, Op, Order, Query, Relation, Term, Time,
};

mod filter;
mod json;

const NO_FORMULA: &str = "leave it out and calculate over the columns that the spans have";

const KEYS: &[&str] = &[
    "breakdowns",
    "calculations",
    "end_time",
    "filter_combination",
    "filters",
    "granularity",
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
        let breakdowns = object.list("breakdowns", breakdown)?;
        let calculations = calculations(&object)?;
        let titles = breakdowns.iter().map(ToString::to_string).chain(
            calculations
                .iter()
                .map(|calculation| calculation.title.clone()),
        );
        let mut seen = BTreeSet::new();
        if let Some(twice) = titles.into_iter().find(|title| !seen.insert(title.clone())) {
            let message = "every column of the answer under a name of its own (a calculation can have a \"name\")";
            return Err(wrong("calculations", format!("`{twice}` twice"), message));
        }
        let combination = object.word("filter_combination", COMBINATIONS, &[])?;
        let time = time(&object)?;
        Ok(Query {
            filters: object.list("filters", filter)?,
            combination: combination.map_or(Combination::And, |(_, combination)| combination),
            orders: object.list("orders", |path, item| {
                order(path, item, &breakdowns, &calculations)
            })?,
            havings: object.list("havings", |path, item| having(path, item, &calculations))?,
            limit: object
                .integer("limit", 1..=1000)?
                .map_or(Query::DEFAULT_LIMIT, |limit| limit as usize),
            granularity: granularity(&object, time)?,
            time,
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

/// Honeycomb's bounds, where the query says how long it is; where it does not, whoever knows keeps them.
fn granularity(object: &Object<'_>, time: Time) -> Result<Option<u64>, Error> {
    let most = time.seconds().map_or(u64::MAX, |seconds| seconds.max(1));
    let least = match most {
        u64::MAX => 1,
        most => most.div_ceil(Query::MOST_STEPS),
    };
    object.integer("granularity", least..=most)
}

fn breakdown(path: &str, json: &Json) -> Result<Column, Error> {
    match Column::read(text(path, json)?) {
        column if column.relation == Relation::Any => Err(wrong(
            path,
            format!("`{column}`"),
            "one value for each row (`any.` is for filters; `root.` and `parent.` are possible)",
        )),
        column => Ok(column),
    }
}

fn calculations(object: &Object<'_>) -> Result<Vec<Calculation>, Error> {
    let mut calculations = object.list("calculations", calculation)?;
    if calculations.is_empty() {
        calculations.push(Calculation::new(Op::Count, None));
    }
    Ok(calculations)
}

fn calculation(path: &str, json: &Json) -> Result<Calculation, Error> {
    let object = Object::open(path, json, CALCULATION_KEYS, CALCULATION_KEYS_ELSEWHERE)?;
    let (name, op) = operator(&object, "op")?.ok_or_else(|| object.missing("op", "an operator"))?;
    let column = object.text("column")?.map(Column::read);
    let at = object.at("column");
    let column = match column {
        Some(column) if op == Op::Count => {
            let wanted =
                "no column (COUNT counts rows: filter with \"exists\", or use COUNT_DISTINCT)";
            return Err(wrong(&at, format!("`{column}`"), wanted));
        }
        Some(column) if !op.wants_column() => {
            let wanted =
                format!("no column ({name} looks at when spans begin and how long they take)");
            return Err(wrong(&at, format!("`{column}`"), wanted));
        }
        Some(column) if column.relation != Relation::Own => {
            let wanted = "a column of the row's own (related spans are for filters and breakdowns)";
            return Err(wrong(&at, format!("`{column}`"), wanted));
        }
        None if op.wants_column() => {
            return Err(object.missing(
                "column",
                format!("the column that {name} is calculated over"),
            ));
        }
        column => column.map(|column| column.name),
    };
    let mut calculation = Calculation::new(op, column);
    if let Some(title) = object.text("name")? {
        calculation.title = title.to_owned();
    }
    Ok(calculation)
}

fn operator(object: &Object<'_>, key: &str) -> Result<Option<(&'static str, Op)>, Error> {
    object.word(key, &Op::ALL, &[])
}

fn order(
    path: &str,
    json: &Json,
    breakdowns: &[Column],
    calculations: &[Calculation],
) -> Result<Order, Error> {
    let object = Object::open(path, json, &["column", "op", "order"], &[])?;
    let descending = object
        .word("order", ORDERS, &[])?
        .is_some_and(|(_, descending)| descending);
    let op = operator(&object, "op")?;
    let column = object.text("column")?;
    let breakdown = match (op, column) {
        (None, None) => return Err(object.missing("column", "a column or an operator to order by")),
        (None, Some(column)) => {
            let column = Column::read(column);
            breakdowns.iter().position(|breakdown| *breakdown == column)
        }
        (Some(_), _) => None,
    };
    let by = match breakdown {
        Some(breakdown) => Term::Breakdown(breakdown),
        None => Term::Calculation(calculated(path, op, column, calculations, breakdowns)?),
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
    breakdowns: &[Column],
) -> Result<usize, Error> {
    let own = column.map(Column::read);
    let own = own.filter(|column| column.relation == Relation::Own);
    let meant = |calculation: &Calculation| match op {
        Some((_, op)) => {
            let name = own.as_ref().map(|column| &column.name);
            calculation.op == op
                && calculation.column.as_ref() == name
                && own.is_some() == column.is_some()
        }
        None => Some(calculation.title.as_str()) == column,
    };
    let found = || match (op, column) {
        (Some((op, _)), Some(column)) => format!("`{op}({column})`"),
        (Some((name, _)), None) | (None, Some(name)) => format!("`{name}`"),
        (None, None) => "nothing".to_owned(),
    };
    match calculations.iter().position(meant) {
        Some(index) if calculations[index].op == Op::Heatmap => Err(wrong(
            path,
            found(),
            "a column with one value for each group (a heatmap has many)",
        )),
        Some(index) => Ok(index),
        None => {
            let titles = calculations
                .iter()
                .filter(|calculation| calculation.op != Op::Heatmap)
                .map(|calculation| calculation.title.clone());
            let possible: Vec<String> = breakdowns
                .iter()
                .map(ToString::to_string)
                .chain(titles)
                .map(|title| format!("`{title}`"))
                .collect();
            Err(wrong(
                path,
                found(),
                format!("one of the query's own columns ({})", possible.join(", ")),
            ))
        }
    }
}
