//! Questions about many rows at once: what is asked of the store, and who answers it.

use std::{collections::BTreeMap, ops::ControlFlow};

use rusqlite::Connection;
use span_columns::{Answer, Field};
use span_query::{Query, Row, Value};

use super::{
    Store, StoreError,
    logs::{self, LogFailure},
    read::each_span,
};
use crate::{
    log_rows,
    model::Dataset,
    rows::{self, Columns},
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Of what rows.
    pub dataset: Dataset,
    /// Of log events: the names of the groups that are looked at; all if none is told.
    pub groups: Vec<String>,
    /// What is calculated of them.
    pub query: Query,
    /// Seconds since the Unix epoch, which a time range without an end counts back from.
    pub now: u64,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The query asks for something that cannot be calculated.
    #[error(transparent)]
    Query(#[from] span_query::Error),
    /// One of the log groups does not exist.
    #[error("there is no log group of one of these names; GET /logs lists those that there are")]
    NoGroup,
    /// More log events than one answer may look at.
    #[error(
        "more than {0} log events are in the time and the groups asked for; narrow the time range or name fewer groups"
    )]
    TooManyEvents(usize),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LogFailure> for AskError {
    fn from(failure: LogFailure) -> Self {
        match failure {
            LogFailure::Store(error) => Self::Store(error),
            _ => Self::NoGroup,
        }
    }
}

impl From<rusqlite::Error> for AskError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Log events that one answer looks at.
const MOST_EVENTS: usize = 500_000;

impl Store {
    /// Answers a query over all rows of a dataset.
    pub async fn ask(&self, question: Question) -> Result<Answer, AskError> {
        self.read(move |connection| Ok(answer(connection, &question)))
            .await?
    }

    /// The fields that the rows of a dataset have, by name.
    pub async fn fields(&self, dataset: Dataset) -> Result<Vec<Field>, StoreError> {
        self.read(move |connection| fields(connection, dataset))
            .await
    }

    /// The values of a field that begin with a text, the most frequent first, each with the number of its rows.
    pub async fn values(
        &self,
        dataset: Dataset,
        field: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(Value, u64)>, StoreError> {
        let (field, prefix) = (field.to_owned(), prefix.to_owned());
        self.read(move |connection| values(connection, dataset, &field, &prefix, limit))
            .await
    }
}

fn answer(connection: &Connection, question: &Question) -> Result<Answer, AskError> {
    let query = &question.query;
    let mut columns = Columns::new(query.columns());
    let mut rows = Vec::new();
    each_row(
        connection,
        question.dataset,
        &question.groups,
        question.now,
        &mut columns,
        &mut |row| rows.push(row),
    )?;
    Ok(Answer {
        rows_scanned: rows.len() as u64,
        rows_matched: 0,
        table: query.run_at(rows, question.now)?,
        series: None,
        heatmaps: Vec::new(),
        examples: Vec::new(),
        unknown_columns: query.unknown_columns(columns.known()),
        extent_unix_nano: None,
    })
}

/// Visits the rows of a dataset.
fn each_row(
    connection: &Connection,
    dataset: Dataset,
    groups: &[String],
    now: u64,
    columns: &mut Columns<'_>,
    visit: &mut dyn FnMut(Row),
) -> Result<(), AskError> {
    if dataset != Dataset::Logs {
        each_span(connection, &mut |span, is_of_documents| {
            if is_of_documents || dataset == Dataset::Spans {
                rows::of(span, columns).into_iter().for_each(&mut *visit);
            }
        })?;
        return Ok(());
    }
    let now = i64::try_from(now.saturating_mul(1_000)).unwrap_or(i64::MAX);
    let mut left = MOST_EVENTS;
    let complete = logs::each_event(
        connection,
        groups,
        (i64::MIN, i64::MAX),
        now,
        &mut |event| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            left -= 1;
            visit(log_rows::of(event, columns));
            ControlFlow::Continue(())
        },
    )?;
    if complete {
        Ok(())
    } else {
        Err(AskError::TooManyEvents(MOST_EVENTS))
    }
}

/// All rows that may be looked at: of too many log events the latest.
fn each_whole_row(
    connection: &Connection,
    dataset: Dataset,
    columns: &mut Columns<'_>,
    visit: &mut dyn FnMut(Row),
) -> Result<(), StoreError> {
    match each_row(connection, dataset, &[], 0, columns, visit) {
        Err(AskError::Store(error)) => Err(error),
        _ => Ok(()),
    }
}

fn fields(connection: &Connection, dataset: Dataset) -> Result<Vec<Field>, StoreError> {
    let mut fields: BTreeMap<String, Field> = BTreeMap::new();
    each_whole_row(connection, dataset, &mut Columns::all(), &mut |row| {
        for (name, value) in row.fields() {
            let field = match fields.get_mut(name) {
                Some(field) => field,
                None => fields.entry(name.to_owned()).or_insert(Field {
                    name: name.to_owned(),
                    is_number: false,
                    is_text: false,
                    rows: 0,
                }),
            };
            field.rows += 1;
            field.is_number |= matches!(value, Value::Int(_) | Value::Float(_));
            field.is_text |= matches!(value, Value::String(_));
        }
    })?;
    Ok(fields.into_values().collect())
}

fn values(
    connection: &Connection,
    dataset: Dataset,
    field: &str,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(Value, u64)>, StoreError> {
    let mut values: BTreeMap<Value, u64> = BTreeMap::new();
    let mut columns = Columns::new([field].into());
    each_whole_row(connection, dataset, &mut columns, &mut |row| {
        let value = row.get(field);
        if *value != Value::Null && value.to_string().starts_with(prefix) {
            *values.entry(value.clone()).or_default() += 1;
        }
    })?;
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    values.truncate(limit);
    Ok(values)
}
