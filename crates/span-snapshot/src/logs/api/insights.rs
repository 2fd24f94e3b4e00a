//! Logs Insights: queries started, asked after and stopped. What a query finds is told by whoever starts the fake.

use std::fmt;

use serde_json::{Value as Json, json};

use super::State;
use super::answer::{constraint, invalid, not_found};
use super::form::limit;
use super::stored::{StoredEvent, group_of};
use crate::aws::{Refusal, list, text};

/// From here on, seconds since the Unix epoch are milliseconds taken for seconds: the year 5138.
const SURELY_MILLISECONDS: i64 = 100_000_000_000;
/// The most log groups of a query.
const MOST_GROUPS: usize = 50;
/// The most characters of a query.
const LONGEST_QUERY: usize = 10_000;
/// The most rows.
const MOST_ROWS: i64 = 10_000;

/// Finds the rows of a query, each a list of fields and values, in the events of its groups and time, newest first.
pub(super) type Insights =
    Box<dyn Fn(&str, &[StoredEvent]) -> Result<Vec<Vec<(String, String)>>, MalformedQuery> + Send>;

/// A query that cannot be read; `StartQuery` answers it with `MalformedQueryException`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedQuery {
    /// What is wrong.
    pub message: String,
    /// The first character that is, counted from 0.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
}

/// A query that was started.
#[derive(Clone, PartialEq, Eq)]
pub struct StartedQuery {
    /// Its ID.
    pub id: String,
    /// Its text.
    pub query: String,
    /// The log groups.
    pub groups: Vec<String>,
    /// Its `startTime`, as it was given. Seconds since the Unix epoch are wanted.
    pub start_time: i64,
    /// Its `endTime`, likewise.
    pub end_time: i64,
    /// How often `GetQueryResults` asked after it.
    pub asked: usize,
    /// Whether it was stopped.
    pub stopped: bool,
    /// How many rows it has found.
    pub rows: usize,
}

impl StartedQuery {
    /// Whether its times are milliseconds, which the service takes for seconds: it then looks thousands of years ahead and finds nothing.
    pub fn is_in_milliseconds(&self) -> bool {
        self.start_time.max(self.end_time) >= SURELY_MILLISECONDS
    }
}

impl fmt::Debug for StartedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` over {:?} from {} to {}, asked after {} times, {} rows",
            self.query, self.groups, self.start_time, self.end_time, self.asked, self.rows
        )
    }
}

/// A query and what it found.
pub(super) struct Running {
    pub(super) query: StartedQuery,
    rows: Vec<Json>,
    /// What was looked through.
    scanned: usize,
    bytes: usize,
}

impl State {
    pub(super) fn start_query(&mut self, body: &Json) -> Result<Json, Refusal> {
        let text_of = text(body, "queryString").unwrap_or_default();
        if text_of.chars().count() > LONGEST_QUERY {
            let must = format!("have length less than or equal to {LONGEST_QUERY}");
            return Err(constraint(&format!("'{text_of}'"), "queryString", &must));
        }
        if let Some(language) = text(body, "queryLanguage").filter(|is| *is != "CWLI") {
            return Err(invalid(format!(
                "the fake CloudWatch Logs API does not serve the query language {language}, only CWLI"
            )));
        }
        let most = limit(body, MOST_ROWS)?;
        let (from, to) = (
            body["startTime"].as_i64().unwrap_or_default(),
            body["endTime"].as_i64().unwrap_or_default(),
        );
        if from < 0 || to < from {
            return Err(invalid("End time should not be less than start time").of("time"));
        }
        let groups = self.groups_of(body)?;
        let Some(insights) = &self.insights else {
            return Err(invalid(
                "the fake CloudWatch Logs API was started without Logs Insights (with_insights)",
            ));
        };
        // Seconds, both ends included.
        let time = from..=to;
        let mut events: Vec<StoredEvent> = groups
            .iter()
            .filter_map(|group| self.groups.get(group))
            .flat_map(|group| group.streams.values())
            .flat_map(|stream| &stream.events)
            .filter(|event| time.contains(&event.timestamp.div_euclid(1000)))
            .cloned()
            .collect();
        events.sort_by_key(|event| std::cmp::Reverse((event.timestamp, event.id)));
        let rows = insights(text_of, &events).map_err(malformed)?;
        let number = self.queries.len() + 1;
        let rows: Vec<Json> = (1..)
            .zip(rows.into_iter().take(most))
            .map(|(at, row): (usize, _)| row_of(row, &format!("{number}/{at}")))
            .collect();
        // A query's ID, as the service gives one, made of its number.
        let id = format!("00000000-0000-4000-8000-{number:012}");
        self.queries.push(Running {
            query: StartedQuery {
                id: id.clone(),
                query: text_of.to_owned(),
                groups,
                start_time: from,
                end_time: to,
                asked: 0,
                stopped: false,
                rows: rows.len(),
            },
            rows,
            scanned: events.len(),
            bytes: events.iter().map(|event| event.message.len()).sum(),
        });
        Ok(json!({ "queryId": id }))
    }

    pub(super) fn get_query_results(&mut self, body: &Json) -> Result<Json, Refusal> {
        let states = self.query_states.clone();
        let running = self.query(body)?;
        let state = status(&states, &running.query, running.query.asked);
        running.query.asked += 1;
        let done = state == "Complete";
        let rows = if done { running.rows.as_slice() } else { &[] };
        let count = |number: usize| if done { number as f64 } else { 0.0 };
        Ok(json!({
            "queryLanguage": "CWLI",
            "results": rows,
            "statistics": {
                "recordsMatched": count(running.rows.len()),
                "recordsScanned": count(running.scanned),
                "bytesScanned": count(running.bytes),
            },
            "status": state,
        }))
    }

    pub(super) fn stop_query(&mut self, body: &Json) -> Result<Json, Refusal> {
        let states = self.query_states.clone();
        let running = self.query(body)?;
        // What the next to ask would be told.
        let state = status(
            &states,
            &running.query,
            running.query.asked.saturating_sub(1),
        );
        if !matches!(state, "Scheduled" | "Running") {
            return Err(invalid(format!(
                "Query {} is not running: its status is {state}",
                running.query.id
            )));
        }
        running.query.stopped = true;
        Ok(json!({ "success": true }))
    }

    fn query(&mut self, body: &Json) -> Result<&mut Running, Refusal> {
        let id = text(body, "queryId").unwrap_or_default();
        let running = self.queries.iter_mut().find(|it| it.query.id == id);
        running.ok_or_else(|| not_found("The specified query does not exist.", "no-query"))
    }

    /// The log groups that a query is over.
    fn groups_of(&self, body: &Json) -> Result<Vec<String>, Refusal> {
        let texts = |field| -> Vec<&str> {
            let list = list(body, field).iter();
            list.filter_map(Json::as_str).collect()
        };
        let given = [
            Vec::from_iter(text(body, "logGroupName")),
            texts("logGroupNames"),
            texts("logGroupIdentifiers"),
        ];
        let mut given = given.into_iter().filter(|groups| !groups.is_empty());
        let (Some(groups), None) = (given.next(), given.next()) else {
            return Err(invalid(
                "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given",
            ));
        };
        if groups.len() > MOST_GROUPS {
            let must = format!("have length less than or equal to {MOST_GROUPS}");
            let value = format!("'[{} log groups]'", groups.len());
            return Err(constraint(&value, "logGroupNames", &must));
        }
        let groups: Vec<String> = groups
            .into_iter()
            .map(|it| group_of(it).to_owned())
            .collect();
        match groups.iter().find(|name| !self.groups.contains_key(*name)) {
            None => Ok(groups),
            Some(name) => Err(not_found(
                format!("Log group '{name}' does not exist for account ID '000000000000'"),
                "no-group",
            )),
        }
    }
}

/// How far a query is that was asked after so often.
fn status<'s>(states: &'s [String], query: &StartedQuery, asked: usize) -> &'s str {
    if query.stopped {
        return "Cancelled";
    }
    let state = states.get(asked).or(states.last());
    state.map_or("Complete", String::as_str)
}

/// A row as the service gives it: each leads to its event.
fn row_of(mut row: Vec<(String, String)>, pointer: &str) -> Json {
    if row.iter().all(|(field, _)| field != "@ptr") {
        row.push(("@ptr".to_owned(), pointer.to_owned()));
    }
    let fields = row.into_iter();
    fields
        .map(|(field, value)| json!({ "field": field, "value": value }))
        .collect()
}

fn malformed(error: MalformedQuery) -> Refusal {
    let mut refusal = Refusal::new(400, "MalformedQueryException", error.message.clone());
    refusal.more = json!({ "queryCompileError": {
        "location": { "startCharOffset": error.start, "endCharOffset": error.end },
        "message": error.message,
    }});
    refusal.of("query")
}
