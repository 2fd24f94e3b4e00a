//! A recorded hour of requests, the questions about it, and a service that takes its time to answer.

use std::collections::BTreeMap;

use aws_settings::in_one_line;
use cloudwatch::{
    group::GROUP,
    questions::{self, AGAIN, Row},
};
use log_query::{Event, insights::Query};
use span_snapshot::{LogsApi, MalformedQuery, StoredEvent, side_by_side, verdict};

use super::{
    NoTime, client, in_time,
    traffic::{HOUR, NOON, Request, others, requests},
};
use crate::application::block_on;

/// Fails unless both queries find what there is to be found, and are asked as the service wants it.
pub(crate) fn check() {
    check_asking();
    check_slowest();
    check_errors();
}

/// A service in which the hour is recorded.
fn service() -> LogsApi {
    let lines = requests().map(|request| (request.time, request.line()));
    LogsApi::start()
        .with_events(GROUP, "backend", lines.chain(others()))
        // Of another program, and none of our business.
        .with_events("other", "backend", [(NOON, "{\"http.route\":\"/other\"}")])
        .with_insights(find)
}

/// What the language finds in these events.
fn find(query: &str, events: &[StoredEvent]) -> Result<Vec<Vec<(String, String)>>, MalformedQuery> {
    let query = Query::parse(query).map_err(|malformed| MalformedQuery {
        message: malformed.message,
        start: malformed.start,
        end: malformed.end,
    })?;
    let mut run = query.start();
    for event in events {
        let event = Event {
            group: &event.group,
            stream: &event.stream,
            timestamp: event.timestamp,
            ingestion_time: event.ingestion_time,
            message: &event.message,
            id: event.id,
        };
        if run.push(&event).is_break() {
            break;
        }
    }
    Ok(run
        .results()
        .rows
        .into_iter()
        .map(|row| row.fields)
        .collect())
}

/// Asks the learner's `query` about the hour.
fn ask(api: &LogsApi, query: &str, time: &NoTime) -> Result<Vec<Row>, String> {
    let client = client(&api.endpoint());
    let asking = questions::ask(&client, query, NOON, NOON + HOUR, time);
    match block_on(in_time(asking)) {
        Some(answer) => answer.map_err(|error| in_one_line(&*error)),
        None => verdict(
            "asked-for-ever",
            &format!(
                "`ask` asked after the query {}, and does not come to its end",
                times(api.calls_of("GetQueryResults").len())
            ),
            "only `Scheduled` and `Running` mean that there is more to come: anything else is the end",
        ),
    }
}

fn check_asking() {
    let api = service();
    let time = NoTime::new(&[0.5], 50);
    let query = questions::slowest_routes();
    let answer = ask(&api, query, &time);
    let Some(started) = api.queries().into_iter().next() else {
        match (answer, api.calls_of("StartQuery").first()) {
            (Err(error), Some(call)) => {
                let [from, to] = ["startTime", "endTime"].map(|name| call.body[name].as_i64());
                match (from, to) {
                    // A start so late is after any end in seconds.
                    (Some(from), Some(to)) if from >= NOON => milliseconds(from, to),
                    _ => refused(query, &error),
                }
            }
            _ => verdict(
                "query-not-asked",
                "`ask` started no query",
                "`client.start_query()` with `log_group_name(GROUP)`, `query_string(query)`, `start_time(…)` and `end_time(…)`",
            ),
        }
    };
    if started.is_in_milliseconds() {
        milliseconds(started.start_time, started.end_time);
    }
    let wanted = (NOON / 1000, (NOON + HOUR) / 1000);
    if (started.start_time, started.end_time) != wanted {
        verdict(
            "wrong-time",
            &format!(
                "the query is about the seconds from {} to {}; wanted are {} to {}",
                started.start_time, started.end_time, wanted.0, wanted.1
            ),
            "`start_time(from / 1000)` and `end_time(to / 1000)`",
        );
    }
    if started.groups != [GROUP] {
        verdict(
            "wrong-log-group",
            &format!(
                "the query is about the log groups {:?}; wanted is `{GROUP}`",
                started.groups
            ),
            "`log_group_name(GROUP)`",
        );
    }
    let rows = answer.unwrap_or_else(|error| {
        verdict(
            "answer-refused",
            &format!("the service brings the query to its end, and `ask` gives an error: {error}"),
            "`Scheduled` and `Running` are no failures: pause, and ask again",
        )
    });
    if started.asked < STATES {
        verdict(
            "not-polled",
            &format!(
                "`ask` asked after the query {}, when it was still running, and took {} for the answer; after {STATES} times it is `Complete`",
                times(started.asked),
                counted(rows.len(), "row")
            ),
            "`loop`, until `answer.status()` is `Some(QueryStatus::Complete)`: what is there before is a part of the answer, or nothing",
        );
    }
    if time.pauses().len() < STATES - 1 {
        verdict(
            "no-pause",
            &format!(
                "`ask` asked after the query {}, with {} between",
                times(started.asked),
                counted(time.pauses().len(), "pause")
            ),
            "`waiting.pause(AGAIN).await` before asking again: the service allows five such calls a second",
        );
    }
    if let Some(pause) = time.pauses().into_iter().find(|pause| *pause != AGAIN) {
        verdict(
            "wrong-pause",
            &format!("`ask` paused for {pause:?} before asking again; wanted are {AGAIN:?}"),
            "`waiting.pause(AGAIN).await`",
        );
    }
    for state in ["Failed", "Cancelled", "Timeout"] {
        let api = service().with_query_states(["Running", state]);
        if let Ok(rows) = ask(&api, query, &NoTime::new(&[0.5], 50)) {
            verdict(
                "failure-swallowed",
                &format!(
                    "the query ended as `{state}`, and `ask` gave an answer of {}",
                    counted(rows.len(), "row")
                ),
                "a query that did not end as `Complete` has no answer: `Err(…)`",
            );
        }
    }
}

fn milliseconds(from: i64, to: i64) -> ! {
    verdict(
        "milliseconds",
        &format!(
            "the query is about the time from {from} to {to}: the service takes that for seconds, which is the year 58000"
        ),
        "StartQuery wants seconds, although events have milliseconds: `from / 1000`",
    )
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        _ => format!("{count} times"),
    }
}

/// So many of a thing, in its plural unless it is one.
fn counted(count: usize, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}

/// How often a query of the service's is asked after until it is complete.
const STATES: usize = 3;

fn refused(query: &str, error: &str) -> ! {
    // The service says so of a field that `sort` is given, and that no `stats` before it has made.
    let help = if error.contains("is not known here") {
        "`sort` knows only what `stats` named: `by bin(1m) as minute`, `as p95`, `as errors`"
    } else {
        "a command each, with `|` between them: `filter …`, `stats … by …`, `sort …`. The service says at which character it stopped"
    };
    verdict(
        "query-refused",
        &format!("the service refused the query\n{query}\n{error}"),
        help,
    )
}

/// The rows that the learner's query finds.
fn rows(query: &str) -> Vec<Row> {
    ask(&service(), query, &NoTime::new(&[0.5], 50)).unwrap_or_else(|error| refused(query, &error))
}

/// The values of these columns, row by row.
fn columns<const N: usize>(question: &str, rows: &[Row], names: [&str; N]) -> Vec<[String; N]> {
    let value = |row: &Row, name: &str| {
        let field = row.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.clone())
    };
    let there: Vec<&str> = rows
        .iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    if let Some(missing) = names.iter().find(|name| !there.contains(name)) {
        let mut there = there;
        there.sort_unstable();
        there.dedup();
        let help = if rows.is_empty() {
            "an answer without rows has a filter that nothing passes"
        } else if *missing == "http.route" {
            "group by it: `stats … by …, http.route` makes a row for each route"
        } else {
            "`stats … as NAME by …`: the guide says what the columns are called"
        };
        verdict(
            "column-missing",
            &format!(
                "{question}: the answer has {} with the columns {there:?}, and none is called `{missing}`",
                counted(rows.len(), "row")
            ),
            help,
        );
    }
    rows.iter()
        .map(|row| names.map(|name| value(row, name).unwrap_or_default()))
        .collect()
}

fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let shown = |row: &[String; N]| {
        let shown = row
            .iter()
            .map(|value| if value.is_empty() { "(nothing)" } else { value });
        format!("{}\n", shown.collect::<Vec<_>>().join("  "))
    };
    match rows {
        [] => "no rows\n".to_owned(),
        _ => rows.iter().map(shown).collect(),
    }
}

fn check_slowest() {
    let found = columns(
        "the slowest routes",
        &rows(questions::slowest_routes()),
        ["http.route", "p95"],
    );
    let found: Vec<[String; 2]> = found
        .into_iter()
        .map(|[route, p95]| [route, number(&p95)])
        .collect();
    let wanted = slowest();
    if found == wanted {
        return;
    }
    let sorted = |rows: &[[String; 2]]| {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    };
    let (cause, help) = if sorted(&found) == sorted(&wanted) {
        (
            "wrong-order",
            "the rows are right, their order is not: `sort p95 desc`",
        )
    } else if found.iter().any(|[route, _]| route.is_empty()) {
        (
            "other-events-counted",
            "not every event is of a request with a route: `filter ispresent(http.route)`",
        )
    } else if found.len() < wanted.len() {
        (
            "rows-missing",
            "a row for each route: `by http.route`, and no limit that is too small",
        )
    } else {
        (
            "wrong-answer",
            "the 95th percentile of the duration: `pct(http.server.request.duration, 95) as p95`",
        )
    };
    different(
        "the slowest routes",
        cause,
        &table(&found),
        &table(&wanted),
        help,
    );
}

/// What is true of the hour, worked out without the language: of each route's durations in their order, the one at 95 %.
fn slowest() -> Vec<[String; 2]> {
    let mut durations: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for request in requests() {
        if let Some(route) = request.route {
            durations.entry(route).or_default().push(request.seconds);
        }
    }
    let mut slowest: Vec<(f64, &str)> = durations
        .into_iter()
        .map(|(route, mut durations)| {
            durations.sort_by(f64::total_cmp);
            (durations[durations.len() * 95 / 100], route)
        })
        .collect();
    slowest.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let row = |(p95, route): (f64, &str)| [route.to_owned(), number(&p95.to_string())];
    slowest.into_iter().map(row).collect()
}

/// A number as text in one form, whatever form it has: `0.9` and `0.90000` are the same.
fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Ok(number) => format!("{number:.4}"),
        Err(_) => text.to_owned(),
    }
}

fn check_errors() {
    let names = ["minute", "http.route", "errors"];
    let found = columns(
        "errors per minute",
        &rows(questions::errors_per_minute()),
        names,
    );
    let found: Vec<[String; 3]> = found
        .into_iter()
        .map(|[minute, route, errors]| [minute, route, number(&errors)])
        .collect();
    let wanted = errors(&|request| request.status >= 500);
    // Which route comes first within a minute is not asked for.
    let sorted = |rows: &[[String; 3]]| {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    };
    if sorted(&found) == sorted(&wanted) {
        if !found.is_sorted_by(|one, other| one[0] <= other[0]) {
            let help = "the rows are right, their order is not: `sort minute asc`";
            different(
                "errors per minute",
                "wrong-order",
                &table(&found),
                &table(&wanted),
                help,
            );
        }
        return;
    }
    let (cause, help) = if sorted(&found) == sorted(&errors(&|request| request.status >= 400)) {
        (
            "callers-errors-counted",
            "4xx are the caller's mistakes, not ours: `filter http.response.status_code >= 500`",
        )
    } else if found.iter().any(|[_, route, _]| route.is_empty()) {
        (
            "other-events-counted",
            "not every event at ERROR is of a request: `filter http.response.status_code >= 500`",
        )
    } else if [500, 502]
        .into_iter()
        .any(|only| sorted(&found) == sorted(&errors(&|request| request.status == only)))
    {
        (
            "failures-missing",
            "all of 500 and more are failures, not one status alone: `filter http.response.status_code >= 500`",
        )
    } else if found.len() < wanted.len() {
        (
            "rows-missing",
            "a row for each minute and route: `by bin(1m) as minute, http.route`",
        )
    } else {
        (
            "wrong-answer",
            "`filter http.response.status_code >= 500 | stats count(*) as errors by bin(1m) as minute, http.route`",
        )
    };
    different(
        "errors per minute",
        cause,
        &table(&found),
        &table(&wanted),
        help,
    );
}

/// What is true of the hour: the requests that `counts` says yes to, counted by minute and route.
fn errors(counts: &dyn Fn(&Request) -> bool) -> Vec<[String; 3]> {
    let mut errors: BTreeMap<(i64, &str), u32> = BTreeMap::new();
    for request in requests().filter(|request| counts(request)) {
        let minute = (request.time - NOON) / 60_000;
        let route = request.route.unwrap_or_default();
        *errors.entry((minute, route)).or_default() += 1;
    }
    let row = |((minute, route), errors): ((i64, &str), u32)| {
        [
            format!("2026-01-01 12:{minute:02}:00.000"),
            route.to_owned(),
            number(&errors.to_string()),
        ]
    };
    errors.into_iter().map(row).collect()
}

fn different(question: &str, cause: &str, found: &str, wanted: &str, help: &str) -> ! {
    verdict(
        cause,
        &format!(
            "{question}: the query finds other rows than those wanted\n{}",
            side_by_side(found, wanted)
        ),
        help,
    )
}
