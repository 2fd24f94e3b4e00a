//! Logs Insights queries: started, asked for, stopped, listed. How they run is `registry`'s, in the words of `model`; what they mean is `log-query`'s.

mod model;
mod registry;

use log_query::insights::{Malformed, Query};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    arn,
    call::{Answer, Call},
    error::LogsError,
    get::written,
    input::{GROUP_IDENTIFIER, GROUP_NAME, Input, sized},
    token,
};
use crate::store::logs;

pub use model::QueryLimits;
pub(crate) use model::{Ask, Snapshot, Status};
pub(crate) use registry::Queries;

/// Groups that a query may read.
const MOST_GROUPS: usize = 50;

/// Rows on a page of results, and of a query.
const MOST_ROWS: usize = 10_000;

/// Queries on a page of DescribeQueries.
const MOST_LISTED: usize = 1_000;

/// The language that there is; the service has others.
const LANGUAGES: [(&str, bool); 3] = [("CWLI", true), ("SQL", false), ("PPL", false)];

const STATUSES: [(&str, Status); 7] = [
    ("Scheduled", Status::Scheduled),
    ("Running", Status::Running),
    ("Complete", Status::Complete),
    ("Failed", Status::Failed),
    ("Cancelled", Status::Cancelled),
    ("Timeout", Status::Timeout),
    ("Unknown", Status::Unknown),
];

pub(super) async fn start(call: Call) -> Answer {
    let mut input = call.input()?;
    let one = input.text("logGroupName", GROUP_NAME);
    let names = input.texts("logGroupNames", 0..=usize::MAX, GROUP_NAME);
    let identifiers = input.texts("logGroupIdentifiers", 0..=usize::MAX, GROUP_IDENTIFIER);
    let start = input.moment("startTime");
    let start = input.required(start, "startTime");
    let end = input.moment("endTime");
    let end = input.required(end, "endTime");
    let text = input.required_text("queryString", sized(0, log_query::insights::MAX_CHARACTERS));
    let limit = input.integer("limit", 1..=MOST_ROWS as i64);
    let language = language(&mut input);
    input.done()?;
    language?;
    let groups = groups(one, names, identifiers)?;
    if start > end {
        return Err(LogsError::invalid(
            "The start of the query's time range must not be after its end",
        ));
    }
    let query = Query::parse(&text).map_err(|malformed| refused(&malformed))?;
    let id = call
        .state
        .logs
        .queries
        .start(
            &call.state.store,
            Ask {
                query,
                text,
                limit: limit.and_then(|limit| usize::try_from(limit).ok()),
                groups,
                between: (start, end),
                now: call.now,
            },
        )
        .await?;
    Ok(json!({ "queryId": id }).into())
}

fn refused(malformed: &Malformed) -> LogsError {
    let location = json!({ "startCharOffset": malformed.start, "endCharOffset": malformed.end });
    LogsError::new("MalformedQueryException", malformed.message.clone()).with(
        "queryCompileError",
        json!({ "location": location, "message": malformed.message }),
    )
}

fn language(input: &mut Input) -> Result<(), LogsError> {
    match input.word("queryLanguage", &LANGUAGES) {
        None | Some(true) => Ok(()),
        Some(false) => Err(LogsError::invalid(
            "The observatory has the query language CWLI only; ask CloudWatch Logs itself",
        )),
    }
}

/// The groups that a call names in one of three ways, each once.
fn groups(
    one: Option<String>,
    names: Option<Vec<String>>,
    identifiers: Option<Vec<String>>,
) -> Result<Vec<String>, LogsError> {
    let ways = [one.is_some(), names.is_some(), identifiers.is_some()];
    if ways.into_iter().filter(|is_given| *is_given).count() != 1 {
        return Err(LogsError::invalid(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.",
        ));
    }
    let mut groups: Vec<String> = one.into_iter().chain(names.into_iter().flatten()).collect();
    for identifier in identifiers.into_iter().flatten() {
        groups.push(arn::name_of(&identifier)?.to_owned());
    }
    groups.sort();
    groups.dedup();
    if groups.is_empty() || groups.len() > MOST_GROUPS {
        return Err(LogsError::invalid(format!(
            "A query reads from 1 to {MOST_GROUPS} log groups, not {}",
            groups.len()
        )));
    }
    Ok(groups)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Results<'a> {
    query_language: &'static str,
    results: Vec<Vec<Field<'a>>>,
    statistics: Value,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
struct Field<'a> {
    field: &'a str,
    value: std::borrow::Cow<'a, str>,
}

pub(super) async fn results(call: Call) -> Answer {
    let mut input = call.input()?;
    let id = input.required_text("queryId", sized(1, 256));
    let given_token = input.text("nextToken", sized(0, 1024));
    let most = input.integer("maxItems", 0..=MOST_ROWS as i64);
    input.done()?;
    let found = call.state.logs.queries.snapshot(&id).await?;
    let from = match given_token.as_deref() {
        None | Some("") => 0,
        Some(given) => token::name(given)?
            .parse::<usize>()
            .map_err(|_| token::invalid())?,
    };
    let most = most
        .and_then(|most| usize::try_from(most).ok())
        .filter(|most| *most > 0)
        .unwrap_or(MOST_ROWS);
    let rows = &found.results.rows[from.min(found.results.rows.len())..];
    let page = &rows[..most.min(rows.len())];
    // The rows of a query that still runs are others the next time.
    let has_more = page.len() < rows.len() && found.status.is_ended();
    let results = page
        .iter()
        .map(|row| {
            let fields = row.fields.iter().map(|(field, value)| Field {
                field,
                value: value.into(),
            });
            let pointer = row.id.map(|id| Field {
                field: "@ptr",
                value: token::pointer(id).into(),
            });
            fields.chain(pointer).collect()
        })
        .collect();
    written(&Results {
        query_language: "CWLI",
        results,
        statistics: statistics(&found),
        status: found.status.word(),
        next_token: has_more.then(|| token::after_name(&(from + page.len()).to_string())),
    })
}

fn statistics(found: &Snapshot) -> Value {
    let read = found.results.statistics;
    json!({
        "recordsMatched": read.records_matched,
        "recordsScanned": read.records_scanned,
        "bytesScanned": read.bytes_scanned,
        "estimatedRecordsSkipped": 0.0,
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": found.groups as f64,
        "resultCount": found.results.rows.len() as f64,
    })
}

pub(super) async fn stop(call: Call) -> Answer {
    let mut input = call.input()?;
    let id = input.required_text("queryId", sized(1, 256));
    input.done()?;
    call.state.logs.queries.stop(&id)?;
    Ok(json!({ "success": true }).into())
}

pub(super) async fn describe(call: Call) -> Answer {
    let mut input = call.input()?;
    let group = input.text("logGroupName", GROUP_NAME);
    let status = input.word("status", &STATUSES);
    let most = input.integer("maxResults", 1..=MOST_LISTED as i64);
    let given_token = input.text("nextToken", sized(1, usize::MAX));
    let language = language(&mut input);
    input.done()?;
    language?;
    if let Some(group) = group.clone() {
        call.read(move |connection| logs::group(connection, &group).map(drop))
            .await?;
    }
    let after = given_token.as_deref().map(token::name).transpose()?;
    let most = most
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(MOST_LISTED);
    let mut listed = call.state.logs.queries.list();
    listed.retain(|query| {
        group
            .as_ref()
            .is_none_or(|group| query.groups.contains(group))
            && status.is_none_or(|status| query.status == status)
    });
    if let Some(after) = after {
        let place = listed.iter().position(|query| query.id == after);
        listed.drain(..=place.ok_or_else(token::invalid)?);
    }
    let next = (listed.len() > most).then(|| token::after_name(&listed[most - 1].id));
    let queries: Vec<Value> = listed
        .iter()
        .take(most)
        .map(|query| {
            json!({
                "queryLanguage": "CWLI",
                "queryId": query.id,
                "queryString": query.text,
                "status": query.status.word(),
                "createTime": query.created,
                // The service names the group of queries over one only.
                "logGroupName": match &query.groups[..] { [only] => Some(only), _ => None },
                "queryDuration": query.ended.map(|ended| ended - query.created),
            })
        })
        .collect();
    Ok(json!({ "queries": queries, "nextToken": next }).into())
}
