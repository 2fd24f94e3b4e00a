//! Recorded spans in which one user has a bad day, and what a right query finds in them.

use span_query::{Error, Query, Row, Table, Value, field};
use span_snapshot::{side_by_side, verdict};

/// Users, how many requests each made, and the latency in milliseconds of the fastest; each further one takes 1 ms more.
/// `garek` has few requests, and all of them slow: an average over all users hides it.
const USERS: [(&str, i64, i64); 4] = [
    ("andrewbrown", 200, 10),
    ("bayko", 120, 25),
    ("garek", 20, 900),
    ("londo", 60, 40),
];

/// What they ask for.
const ROUTES: [&str; 3] = [
    "GET /api/activities/home",
    "GET /api/activities/notifications",
    "POST /api/activities",
];

/// Checks that the query in the file ranks the users by their 95th percentile, with their number of requests.
pub(crate) fn check_query(path: &str) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| {
        verdict(
            "query-unreadable",
            &format!("{path}: {error}"),
            "put the file back: `git checkout` it",
        )
    });
    let table = text
        .parse::<Query>()
        .and_then(|query| query.run(recorded()))
        .unwrap_or_else(|error| {
            let help = match error {
                // The reader notices a comma only at what comes after it.
                Error::Json(_) => {
                    "correct queries/latency-by-user.json in that line, or in the line before: is a comma missing or too many, or a bracket or quote not closed?"
                }
                _ => "correct queries/latency-by-user.json at that place",
            };
            verdict("query-rejected", &error.to_string(), help)
        });

    let column = |name: &str| table.columns.iter().position(|column| column == name);
    let Some(user) = column("user.id") else {
        verdict(
            "query-without-breakdown",
            &format!(
                "the query's answer has the columns {:?}, and none of them is the user",
                table.columns
            ),
            "group by it: `\"breakdowns\": [\"user.id\"]`",
        )
    };
    let calculation = |name: &str, json: &str| {
        column(name).unwrap_or_else(|| {
            verdict(
                "query-without-calculation",
                &format!(
                    "the query's answer has the columns {:?}; {name} is not among them",
                    table.columns
                ),
                &format!("add it to `calculations`: `{json}`"),
            )
        })
    };
    let count = calculation("COUNT", r#"{ "op": "COUNT" }"#);
    let p95 = calculation(
        "P95(duration_ms)",
        r#"{ "op": "P95", "column": "duration_ms" }"#,
    );
    let found = rows(&table, [user, p95, count]);
    let wanted = ranking();
    if found != wanted {
        let same_rows = sorted(&found) == sorted(&wanted);
        let is_wanted = |row: &[String; 3]| wanted.contains(row);
        let help = if same_rows {
            "the rows are right, their order is not: `orders` by P95 of duration_ms, `descending`"
        } else if found.is_empty() {
            "a filter that nothing passes: `span.kind` is `server` in small letters"
        } else if found.len() < wanted.len() && found.iter().all(is_wanted) {
            "there are users missing: no `limit` that is smaller than their number"
        } else if found.len() > wanted.len() {
            "a row for each user: `\"breakdowns\": [\"user.id\"]` alone"
        } else {
            "filter on `span.kind` = `server`: the calls that a request makes are no requests of the user"
        };
        verdict(
            "query-wrong-answer",
            &format!(
                "the query finds other rows than those wanted\n{}",
                side_by_side(&show(&found), &show(&wanted))
            ),
            help,
        );
    }
}

fn sorted(rows: &[[String; 3]]) -> Vec<[String; 3]> {
    let mut rows = rows.to_vec();
    rows.sort();
    rows
}

/// One row as text, so that integers and floats of the same value are alike.
fn rows(table: &Table, columns: [usize; 3]) -> Vec<[String; 3]> {
    table
        .rows
        .iter()
        .map(|row| columns.map(|column| text(&row[column])))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null => "no user".to_owned(),
    }
}

fn show(rows: &[[String; 3]]) -> String {
    if rows.is_empty() {
        return "no rows\n".to_owned();
    }
    let line = |[user, p95, count]: &[String; 3]| {
        format!("{user:<12} P95 {p95:>5} ms, {count:>3} requests\n")
    };
    rows.iter().map(line).collect()
}

/// What is true of [`recorded`], worked out by another way than a query: the latencies of a user are consecutive numbers.
fn ranking() -> Vec<[String; 3]> {
    let mut ranking = USERS.map(|(user, requests, fastest)| {
        let nearest_rank = (requests * 95 + 99) / 100;
        (fastest + nearest_rank - 1, user, requests)
    });
    ranking.sort_by(|one, other| other.cmp(one));
    ranking
        .map(|(p95, user, requests)| [user.to_owned(), p95.to_string(), requests.to_string()])
        .to_vec()
}

fn recorded() -> Vec<Row> {
    let mut rows = Vec::new();
    for (user, requests, fastest) in USERS {
        for request in 0..requests {
            let route = ROUTES[request as usize % ROUTES.len()];
            rows.push(span("server", route, fastest + request).with("user.id", user));
            // What a request calls carries the user too, here for once with a latency that would mislead.
            rows.push(span("client", "SELECT activities", 2_000 - fastest).with("user.id", user));
        }
    }
    rows
}

fn span(kind: &'static str, name: &'static str, duration_ms: i64) -> Row {
    Row::new()
        .with(field::SPAN_KIND, kind)
        .with(field::NAME, name)
        .with(field::DURATION_MS, duration_ms)
}
