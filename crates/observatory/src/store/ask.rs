//! Questions about many rows at once: what is asked of the store, and who answers it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use span_columns::{Answer, Block, BubbleUp, Field, Plan, Selection, Source, Wanted};
use span_query::{Query, Value};

use super::{Store, StoreError, blocks::Rows, events::Events, logs::LogFailure};
use crate::model::Dataset;

/// Characters of a value that is proposed for completion.
const LONGEST_VALUE: usize = 1_000;

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

impl AskError {
    /// Of a question that has no query.
    fn into_store(self) -> StoreError {
        match self {
            Self::Store(error) => error,
            other => StoreError::Unanswered(other.to_string()),
        }
    }
}

impl From<LogFailure> for AskError {
    fn from(failure: LogFailure) -> Self {
        match failure {
            LogFailure::Store(error) => Self::Store(error),
            _ => Self::NoGroup,
        }
    }
}

impl Store {
    /// Answers a query over all rows of a dataset.
    pub async fn ask(&self, question: Question) -> Result<Answer, AskError> {
        let Question {
            dataset,
            groups,
            query,
            now,
        } = question;
        self.over(dataset, groups, now, move |source| {
            Plan::new(&query, now)?.answer(source)
        })
        .await
    }

    /// What sets the rows inside a box apart from all others that pass a query's filters.
    pub async fn bubble_up(
        &self,
        question: Question,
        selection: Selection,
    ) -> Result<BubbleUp, AskError> {
        let Question {
            dataset,
            groups,
            query,
            now,
        } = question;
        self.over(dataset, groups, now, move |source| {
            Plan::new(&query, now)?.bubble_up(source, &selection)
        })
        .await
    }

    /// The fields that the rows of a dataset have, by name.
    pub async fn fields(&self, dataset: Dataset) -> Result<Vec<Field>, StoreError> {
        let found = self
            .over(dataset, Vec::new(), 0, |source| source.fields())
            .await;
        found.map_err(AskError::into_store)
    }

    /// The values of a field that begin with a text, the most frequent first, each with the number of its rows.
    ///
    /// Of a field with more different ones those count that come first. Texts of more than 1,000 characters are not among them.
    pub async fn values(
        &self,
        dataset: Dataset,
        field: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(Value, u64)>, StoreError> {
        let (field, prefix) = (field.to_owned(), prefix.to_owned());
        let found = self
            .over(dataset, Vec::new(), 0, move |source| {
                values(source, &field, &prefix, limit)
            })
            .await;
        found.map_err(AskError::into_store)
    }

    /// Asks something of the rows of a dataset: beside whatever else is being asked or written, few such questions at once.
    async fn over<T: Send + 'static>(
        &self,
        dataset: Dataset,
        groups: Vec<String>,
        now: u64,
        question: impl FnOnce(&Stored<'_>) -> Result<T, AskError> + Send + 'static,
    ) -> Result<T, AskError> {
        let columns = Arc::clone(&self.columns);
        let readers = Arc::clone(&self.readers);
        let answered = self.heavy.ask(move || match dataset {
            Dataset::Spans | Dataset::Segments => readers.rows(&columns, |snapshot, reach| {
                question(&Stored::Spans(Rows {
                    snapshot,
                    shared: &columns,
                    reach,
                    only_of_documents: dataset == Dataset::Segments,
                }))
            }),
            Dataset::Logs => {
                readers.reach(|reach| question(&Stored::Events(Events::new(reach, groups, now))))
            }
        });
        answered.await?
    }
}

/// Rows that questions are asked of.
enum Stored<'a> {
    Spans(Rows<'a>),
    Events(Events<'a>),
}

impl Source for Stored<'_> {
    type Error = AskError;

    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), AskError> {
        match self {
            Self::Spans(rows) => Ok(rows.blocks(wanted, visit)?),
            Self::Events(events) => events.blocks(wanted, visit),
        }
    }

    fn names(&self) -> Result<BTreeSet<String>, AskError> {
        match self {
            Self::Spans(rows) => Ok(rows.names()?),
            Self::Events(events) => events.names(),
        }
    }

    fn has_ids(&self) -> bool {
        matches!(self, Self::Spans(_))
    }
}

impl Stored<'_> {
    fn fields(&self) -> Result<Vec<Field>, AskError> {
        match self {
            Self::Spans(rows) => Ok(rows.fields()?),
            Self::Events(events) => events.fields(),
        }
    }
}

/// Different values that are counted, so that a field of identifiers does not fill the memory.
const MOST_VALUES: usize = 200_000;

fn values(
    source: &Stored<'_>,
    field: &str,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(Value, u64)>, AskError> {
    let mut values: BTreeMap<Value, u64> = BTreeMap::new();
    let wanted = Wanted::new(Some([field.to_owned()].into()), None).with_ids([true; 3]);
    source.blocks(&wanted, &mut |block| {
        let Some(column) = block.column(field) else {
            return;
        };
        let mut add = |value: Value, rows: u64| {
            let is_long =
                matches!(&value, Value::String(text) if text.chars().nth(LONGEST_VALUE).is_some());
            if value == Value::Null || is_long || !value.to_string().starts_with(prefix) {
                return;
            }
            if let Some(known) = values.get_mut(&value) {
                *known += rows;
            } else if values.len() < MOST_VALUES {
                values.insert(value, rows);
            }
        };
        match column.counts() {
            Some(counts) => counts
                .into_iter()
                .for_each(|(value, rows)| add(value.to_value(), rows)),
            None => (0..block.rows()).for_each(|row| add(column.value(row), 1)),
        }
    })?;
    let mut values: Vec<_> = values.into_iter().filter(|(_, rows)| *rows > 0).collect();
    values.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    values.truncate(limit);
    Ok(values)
}
