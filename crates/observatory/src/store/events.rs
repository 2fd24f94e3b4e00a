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
        let all = Wanted {
            columns: None,
            ids: [false; 3],
            time: None,
        };
        self.latest(&all, SAMPLED_EVENTS, visit).map(drop)
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
