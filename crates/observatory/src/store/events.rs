//! Log events as rows for questions: made on the fly of the chunks in the time asked for, newest first.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use span_columns::{Block, BlockBuilder, Field, Source, Wanted};

use super::{
    ask::AskError,
    blocks::{PIECE_ROWS, Reach},
    logs::{EventKey, each_event},
};
use crate::log_rows;

/// Log events that one answer looks at.
const MOST_EVENTS: usize = 500_000;

/// Log events that are looked at to learn which fields there are.
const SAMPLED_EVENTS: usize = 20_000;

/// Events read before others may read and write, where they share a connection.
const SLICE_EVENTS: usize = 5_000;

/// The events of some groups.
pub(super) struct Events<'a> {
    reach: Reach<'a>,
    /// All if none is told.
    groups: Vec<String>,
    /// Milliseconds since the Unix epoch.
    now: i64,
}

impl<'a> Events<'a> {
    /// `now` in seconds since the Unix epoch.
    pub(super) fn new(reach: Reach<'a>, groups: Vec<String>, now: u64) -> Self {
        let now = i64::try_from(now.saturating_mul(1_000)).unwrap_or(i64::MAX);
        Self { reach, groups, now }
    }

    /// Visits the latest events as blocks; `false` if there are more than `most`.
    fn latest(
        &self,
        wanted: &Wanted,
        most: usize,
        visit: &mut dyn FnMut(&Block),
    ) -> Result<bool, AskError> {
        // Whole milliseconds that reach into the time; rows outside may be among those visited.
        let between = wanted.time.as_ref().map_or((i64::MIN, i64::MAX), |time| {
            (
                time.start.div_euclid(1_000_000),
                time.end.div_euclid(1_000_000),
            )
        });
        let mut rows = BlockBuilder::new();
        let mut at: Option<EventKey> = None;
        let mut left = most;
        loop {
            let mut slice = SLICE_EVENTS;
            let mut is_too_much = false;
            let from = at;
            let is_complete = self.reach.with(|connection| {
                let visit = &mut |event: &log_query::Event<'_>| {
                    let key = EventKey {
                        time: event.timestamp,
                        id: event.id,
                    };
                    is_too_much = left == 0;
                    if slice == 0 || is_too_much {
                        at = Some(key.after());
                        return ControlFlow::Break(());
                    }
                    slice -= 1;
                    left -= 1;
                    if rows.rows() >= PIECE_ROWS || rows.is_full() {
                        visit(&std::mem::take(&mut rows).block());
                    }
                    // There is room.
                    let _ = log_rows::push(event, wanted.columns.as_ref(), &mut rows);
                    ControlFlow::Continue(())
                };
                Ok(each_event(
                    connection,
                    &self.groups,
                    between,
                    self.now,
                    from,
                    visit,
                ))
            })??;
            if is_complete || is_too_much {
                visit(&rows.block());
                return Ok(is_complete);
            }
        }
    }

    fn sampled(&self, visit: &mut dyn FnMut(&Block)) -> Result<(), AskError> {
        self.latest(&Wanted::new(None, None), SAMPLED_EVENTS, visit)
            .map(drop)
    }

    /// The fields that the latest events have, by name.
    pub(super) fn fields(&self) -> Result<Vec<Field>, AskError> {
        let mut fields: BTreeMap<String, Field> = BTreeMap::new();
        self.sampled(&mut |block| {
            for name in block.names() {
                let Some(column) = block.column(&name) else {
                    continue;
                };
                let (is_number, is_text) = column.kinds();
                let field = fields.entry(name).or_insert_with_key(|name| Field {
                    name: name.clone(),
                    is_number: false,
                    is_text: false,
                    rows: 0,
                });
                field.rows += column.present() as u64;
                field.is_number |= is_number;
                field.is_text |= is_text;
            }
        })?;
        Ok(fields.into_values().collect())
    }
}

impl Source for Events<'_> {
    type Error = AskError;

    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), AskError> {
        if self.latest(wanted, MOST_EVENTS, visit)? {
            Ok(())
        } else {
            Err(AskError::TooManyEvents(MOST_EVENTS))
        }
    }

    fn names(&self) -> Result<BTreeSet<String>, AskError> {
        let mut names: BTreeSet<String> = log_rows::OWN.map(str::to_owned).into();
        self.sampled(&mut |block| names.extend(block.names()))?;
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use span_query::Value;

    use super::*;
    use crate::{
        model::Dataset,
        store::{Question, Store, logs::sample::store_with},
    };

    /// A store in memory with so many events, a second apart.
    async fn store(events: i64) -> Store {
        let message = |number| match number % 3 {
            0 => format!(r#"{{"ms": {number}, "route": "/a", "deep": {{"er": true}}}}"#),
            1 => format!(r#"{{"ms": {number}.5, "route": "/b"}}"#),
            _ => "no JSON".to_owned(),
        };
        store_with((0..events).map(|number| (number * 1_000, message(number)))).await
    }

    async fn asked(
        store: &Store,
        groups: &[&str],
        query: &str,
    ) -> Result<Vec<Vec<Value>>, AskError> {
        let question = Question {
            dataset: Dataset::Logs,
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            query: query.parse().expect("a query"),
            now: 1_000,
        };
        Ok(store.ask(question).await?.table.rows)
    }

    #[tokio::test]
    async fn events_are_rows_with_the_fields_of_their_messages() {
        // More than are read at once.
        let store = store(12_000).await;
        let query = r#"{"breakdowns": ["route"], "calculations": [{"op": "COUNT"}, {"op": "MAX", "column": "ms"}]}"#;
        let expected = |count: i64, last: f64| {
            [
                vec!["/a".into(), count.into(), ((last - 2.0) as i64).into()],
                vec!["/b".into(), count.into(), (last - 0.5).into()],
                vec![Value::Null, count.into(), Value::Null],
            ]
        };
        for groups in [&[][..], &["g"]] {
            let rows = asked(&store, groups, query).await.expect("an answer");
            assert_eq!(rows, expected(4_000, 11_999.0));
        }
        let part = query.replacen('{', r#"{"start_time": 6, "end_time": 12, "#, 1);
        let rows = asked(&store, &["g"], &part).await.expect("an answer");
        assert_eq!(rows, expected(2, 11.0));
        let error = asked(&store, &["nobody"], query)
            .await
            .expect_err("no group");
        assert!(matches!(error, AskError::NoGroup));
    }

    #[tokio::test]
    async fn fields_and_values_are_those_of_the_messages() {
        let store = store(9).await;
        let fields = store.fields(Dataset::Logs).await.expect("fields");
        let told: Vec<_> = fields
            .iter()
            .map(|field| {
                (
                    field.name.as_str(),
                    field.rows,
                    field.is_number,
                    field.is_text,
                )
            })
            .collect();
        let expected = [
            ("@log", 9, false, true),
            ("@logStream", 9, false, true),
            ("@message", 9, false, true),
            ("@timestamp", 9, true, false),
            ("deep.er", 3, false, false),
            ("ms", 6, true, false),
            ("route", 6, false, true),
        ];
        assert_eq!(told, expected);
        let values = store
            .values(Dataset::Logs, "route", "/", 10)
            .await
            .expect("values");
        assert_eq!(values, [("/a".into(), 3), ("/b".into(), 3)]);
    }

    #[tokio::test]
    async fn an_answer_looks_at_so_many_events_and_says_so() {
        let store = store(9).await;
        let wanted = Wanted::new(None, None);
        let looked = store.readers.reach(|reach| {
            let events = Events::new(reach, Vec::new(), 0);
            let mut rows = Vec::new();
            for most in [0, 8, 9, 10] {
                let mut seen = 0;
                let is_whole = events.latest(&wanted, most, &mut |block| seen += block.rows())?;
                rows.push((seen, is_whole));
            }
            Ok::<_, AskError>(rows)
        });
        let looked = looked.expect("rows");
        assert_eq!(looked, [(0, false), (8, false), (9, true), (9, true)]);
        let told = AskError::TooManyEvents(MOST_EVENTS).to_string();
        assert!(told.starts_with("more than 500000 log events"), "{told}");
    }
}
