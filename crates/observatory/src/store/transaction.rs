//! One transaction: the spans of some batches, and the rows that sum up the traces they belong to.

mod documents;

use std::{collections::HashMap, ops::Range};

use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};
use span_record::{
    Batch, BatchSpan, body,
    traits::{Filter, Trait},
};

use super::{
    Accepted,
    names::{BatchNames, Names},
    schema::SPAN_BITS,
    summary::{COLUMNS, Contribution, Lead, Summary, encode_tallies},
};
use crate::model::TraceId;

/// One transaction under way.
pub(crate) struct Group<'a> {
    transaction: &'a Transaction<'a>,
    statements: Statements<'a>,
    traces: HashMap<TraceId, usize>,
    touched: Vec<Touched>,
    next_trace: i64,
    /// Spans added per operation and per origin.
    operations: HashMap<i64, i64>,
    origins: HashMap<i64, i64>,
    new_spans: i64,
    new_segments: i64,
    /// Keys of the spans added that nothing will take the place of.
    arrived: Vec<i64>,
}

/// What is done for each trace, span and document, looked up once.
struct Statements<'a> {
    select_trace: CachedStatement<'a>,
    insert_span: CachedStatement<'a>,
    insert_segment: CachedStatement<'a>,
}

impl<'a> Statements<'a> {
    fn new(transaction: &'a Transaction<'a>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            select_trace: transaction.prepare_cached(&format!(
                "SELECT key, traits, {COLUMNS} FROM trace WHERE id = ?"
            ))?,
            insert_span: transaction.prepare_cached(
                "INSERT OR IGNORE INTO span (key, operation, origin, error, duration, body) VALUES (?, ?, ?, ?, ?, ?)",
            )?,
            insert_segment: transaction.prepare_cached(
                "INSERT OR REPLACE INTO segment (trace, id, in_progress, spans, document) VALUES (?, ?, ?, ?, ?)",
            )?,
        })
    }
}

/// A trace that this transaction adds spans to.
struct Touched {
    id: TraceId,
    key: i64,
    /// `None` until its first span is stored.
    summary: Option<Summary>,
    /// The filter that its row has.
    filter: Filter,
    /// Traits of the spans added.
    traits: Vec<Trait>,
    /// The origin whose traits were added last.
    origin: Option<i64>,
    is_new: bool,
    /// A document of it was written by this transaction.
    has_documents: bool,
    is_changed: bool,
    /// Spans were removed, so the summary is to be made anew from those that are left.
    is_stale: bool,
}

impl<'a> Group<'a> {
    pub(crate) fn new(transaction: &'a Transaction<'a>) -> Result<Self, rusqlite::Error> {
        let last: Option<i64> = transaction
            .prepare_cached("SELECT max(key) FROM trace")?
            .query_row((), |row| row.get(0))?;
        Ok(Self {
            transaction,
            statements: Statements::new(transaction)?,
            traces: HashMap::new(),
            touched: Vec::new(),
            next_trace: last.unwrap_or(0) + 1,
            operations: HashMap::new(),
            origins: HashMap::new(),
            new_spans: 0,
            new_segments: 0,
            arrived: Vec::new(),
        })
    }

    /// Writes a batch's spans; they are counted and summed up by [`Group::finish`].
    pub(crate) fn store(
        &mut self,
        batch: &Batch,
        names: &mut Names,
    ) -> Result<Accepted, rusqlite::Error> {
        let ids = names.resolve(self.transaction, batch)?;
        let mut stored = 0;
        if batch.documents.is_empty() {
            stored += self.insert(batch, &ids, 0..batch.spans.len())?.len();
        }
        for document in &batch.documents {
            stored += self.store_document(batch, &ids, document)?;
        }
        let stored = stored as u64;
        Ok(Accepted {
            stored,
            duplicates: batch.spans.len() as u64 - stored,
            rejected: batch.refused.total(),
            rejection: batch.refused.message(),
        })
    }

    /// Writes some of a batch's spans, which have arrived then; gives the low bits of the keys of those that were not there.
    fn insert(
        &mut self,
        batch: &Batch,
        ids: &BatchNames,
        spans: Range<usize>,
    ) -> Result<Vec<u32>, rusqlite::Error> {
        // In the order of their keys, spans are appended to the table instead of being spread over it.
        let mut order = Vec::with_capacity(spans.len());
        for index in spans {
            let span = &batch.spans[index];
            let touched = self.touch(span.trace)?;
            order.push((self.touched[touched].key, low_key(span.id), index, touched));
        }
        order.sort_unstable();
        let mut stored = Vec::with_capacity(order.len());
        for (trace_key, low, index, touched) in order {
            let span = &batch.spans[index];
            let operation = ids.operations[span.operation];
            let origin = ids.origins[span.origin];
            let encoded = &batch.bodies[span.body.clone()];
            let mut low = low;
            let is_new = loop {
                let key = trace_key << SPAN_BITS | i64::from(low);
                let added = self.statements.insert_span.execute(params![
                    key,
                    operation,
                    origin,
                    span.is_error,
                    span.duration,
                    encoded
                ])?;
                if added == 1 {
                    break true;
                }
                if self.holds(key, span.id)? {
                    break false;
                }
                // Another span of this trace has the same 32 bits: the next place is this one's.
                low = low.wrapping_add(1);
            };
            if !is_new {
                continue;
            }
            stored.push(low);
            self.arrived.push(trace_key << SPAN_BITS | i64::from(low));
            *self.operations.entry(operation).or_default() += 1;
            *self.origins.entry(origin).or_default() += 1;
            let service = ids.services[batch.operations[span.operation].service];
            let of_origin = &batch.traits[batch.origin_traits[span.origin].clone()];
            let touched = &mut self.touched[touched];
            touched.add(contribution(span, operation, service));
            touched
                .traits
                .extend_from_slice(&batch.traits[span.traits.clone()]);
            if touched.origin != Some(origin) {
                touched.origin = Some(origin);
                touched.traits.extend_from_slice(of_origin);
            }
        }
        self.new_spans += i64::try_from(stored.len()).unwrap_or(i64::MAX);
        Ok(stored)
    }

    /// The place in `touched` of a trace, read from the database or made anew.
    fn touch(&mut self, id: TraceId) -> Result<usize, rusqlite::Error> {
        if let Some(known) = self.traces.get(&id) {
            return Ok(*known);
        }
        let stored = self
            .statements
            .select_trace
            .query_row([&id.0[..]], |row| {
                let filter = Filter::decode(row.get_ref(1)?.as_blob()?);
                Ok((row.get(0)?, filter, Summary::from_row(row, 2)?))
            })
            .optional()?;
        let is_new = stored.is_none();
        let (key, filter, summary) = match stored {
            Some((key, filter, summary)) => (key, filter, Some(summary)),
            None => {
                self.next_trace += 1;
                (self.next_trace - 1, Filter::default(), None)
            }
        };
        self.touched.push(Touched {
            id,
            key,
            summary,
            filter,
            traits: Vec::new(),
            origin: None,
            is_new,
            has_documents: false,
            is_changed: false,
            is_stale: false,
        });
        self.traces.insert(id, self.touched.len() - 1);
        Ok(self.touched.len() - 1)
    }

    fn holds(&self, key: i64, span: u64) -> Result<bool, rusqlite::Error> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT body FROM span WHERE key = ?")?;
        select.query_row([key], |row| {
            Ok(body::span_id(row.get_ref(0)?.as_blob()?) == Some(span))
        })
    }

    /// Writes the summaries and counts; gives how many spans have arrived.
    pub(crate) fn finish(self) -> Result<usize, rusqlite::Error> {
        let mut new_traces = 0;
        let mut insert = self.transaction.prepare_cached(&format!(
            "INSERT INTO trace (key, id, {COLUMNS}, traits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))?;
        let mut update = self.transaction.prepare_cached(
            "UPDATE trace SET start = ?3, end = ?4, spans = ?5, errors = ?6, lead_operation = ?7, lead_is_root = ?8,
             lead_start = ?9, lead_span = ?10, services = ?11, traits = ?12 WHERE key = ?1 AND id = ?2",
        )?;
        for mut touched in self
            .touched
            .into_iter()
            .filter(|touched| touched.is_changed || touched.is_stale)
        {
            touched.filter.add(&mut touched.traits);
            if touched.is_stale {
                touched.summary = documents::summed_up(self.transaction, touched.key)?;
            }
            let Some(summary) = &touched.summary else {
                continue;
            };
            new_traces += i64::from(touched.is_new);
            let statement = if touched.is_new {
                &mut insert
            } else {
                &mut update
            };
            statement.execute(params![
                touched.key,
                &touched.id.0[..],
                summary.start,
                summary.end,
                summary.spans,
                summary.errors,
                summary.lead.operation,
                summary.lead.is_root,
                summary.lead.start,
                summary.lead.span,
                encode_tallies(&summary.services),
                touched.filter.encode(),
            ])?;
        }
        for (table, counts) in [("operation", &self.operations), ("origin", &self.origins)] {
            let mut count = self.transaction.prepare_cached(&format!(
                "UPDATE {table} SET spans = spans + ? WHERE id = ?"
            ))?;
            for (id, spans) in counts {
                count.execute([spans, id])?;
            }
        }
        if !self.arrived.is_empty() {
            let keys: Vec<u8> = self
                .arrived
                .iter()
                .flat_map(|key| key.to_le_bytes())
                .collect();
            self.transaction
                .prepare_cached("INSERT INTO arrival (keys) VALUES (?)")?
                .execute([keys])?;
        }
        self.transaction
            .prepare_cached(
                "UPDATE total SET traces = traces + ?, spans = spans + ?, segments = segments + ?",
            )?
            .execute([new_traces, self.new_spans, self.new_segments])?;
        Ok(self.arrived.len())
    }
}

impl Touched {
    fn add(&mut self, span: Contribution) {
        self.is_changed = true;
        match &mut self.summary {
            Some(summary) => summary.add(span),
            None => self.summary = Some(Summary::first(span)),
        }
    }
}

fn contribution(span: &BatchSpan, operation: i64, service: i64) -> Contribution {
    Contribution {
        lead: Lead {
            operation,
            is_root: span.is_root,
            start: span.start,
            span: span.id.cast_signed(),
        },
        service,
        end: span.start.saturating_add(span.duration),
        error: span.is_error,
    }
}

/// 32 bits of a span ID, mixed so that IDs counted up from one do not crowd together.
pub(crate) fn low_key(span: u64) -> u32 {
    (span.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}
