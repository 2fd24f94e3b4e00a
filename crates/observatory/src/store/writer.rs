//! The one thread that writes: it groups the batches that wait into one transaction and answers each after the commit.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Accepted,
    batch::{Batch, BatchSpan},
    error::StoreError,
    names::Names,
    open::Readers,
    retention,
    schema::SPAN_BITS,
    summary::{COLUMNS, Contribution, Lead, Summary, encode_tallies, name_bits},
};
use crate::model::TraceId;

/// Spans after which a transaction takes no further batch, so that nobody waits long for an answer.
const GROUP_SPANS: usize = 16 * 1024;

/// What the writer is asked to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Store these spans.
    Store(Batch, oneshot::Sender<Result<Accepted, StoreError>>),
    /// Delete everything.
    Reset(oneshot::Sender<Result<(), StoreError>>),
}

/// The writer's state between transactions.
pub(crate) struct Writer {
    pub(crate) connection: Arc<Mutex<Connection>>,
    /// Keeps the folder's lock until the last command is done.
    pub(crate) _readers: Arc<Readers>,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) generation: watch::Sender<u64>,
    pub(crate) retain_bytes: u64,
    pub(crate) names: Names,
}

impl Writer {
    /// Works until every sender of commands is gone.
    pub(crate) fn run(mut self) {
        while let Some(command) = self.commands.blocking_recv() {
            let mut next = Some(command);
            while let Some(command) = next.take() {
                match command {
                    Command::Store(batch, reply) => next = self.store_group(batch, reply),
                    Command::Reset(reply) => {
                        let connection = Arc::clone(&self.connection);
                        let mut connection =
                            connection.lock().unwrap_or_else(PoisonError::into_inner);
                        let result = retention::reset(&mut connection).map_err(StoreError::from);
                        drop(connection);
                        self.names.forget();
                        self.changed();
                        let _ = reply.send(result);
                    }
                }
            }
        }
    }

    fn changed(&self) {
        self.generation
            .send_modify(|generation| *generation = generation.wrapping_add(1));
    }

    /// Stores a batch with all others that already wait, and gives back a command of another kind met among them.
    fn store_group(
        &mut self,
        first: Batch,
        reply: oneshot::Sender<Result<Accepted, StoreError>>,
    ) -> Option<Command> {
        let mut spans = first.spans.len();
        let mut batches = vec![first];
        let mut replies = vec![reply];
        let mut other = None;
        while spans < GROUP_SPANS {
            match self.commands.try_recv() {
                Ok(Command::Store(batch, reply)) => {
                    spans += batch.spans.len();
                    batches.push(batch);
                    replies.push(reply);
                }
                Ok(command) => {
                    other = Some(command);
                    break;
                }
                Err(_) => break,
            }
        }
        let connection = Arc::clone(&self.connection);
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        match self.commit(&mut connection, &batches) {
            Ok(accepted) => {
                self.changed();
                for (reply, accepted) in replies.into_iter().zip(accepted) {
                    // A sender that has gone away does not undo the commit.
                    let _ = reply.send(Ok(accepted));
                }
                match retention::enforce(&mut connection, self.retain_bytes) {
                    Ok(false) => {}
                    Ok(true) => {
                        self.names.forget();
                        self.changed();
                    }
                    Err(error) => {
                        self.names.forget();
                        eprintln!("observatory: old traces could not be deleted: {error}");
                    }
                }
            }
            Err(error) => {
                // What the rolled-back transaction had named is not in the database.
                self.names.forget();
                let told = error.to_string();
                for reply in replies {
                    let _ = reply.send(Err(StoreError::NotStored(told.clone())));
                }
            }
        }
        other
    }

    fn commit(
        &mut self,
        connection: &mut Connection,
        batches: &[Batch],
    ) -> Result<Vec<Accepted>, rusqlite::Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut group = Group::new(&transaction)?;
        let mut accepted = Vec::with_capacity(batches.len());
        for batch in batches {
            accepted.push(group.store(batch, &mut self.names)?);
        }
        group.finish()?;
        transaction.commit()?;
        Ok(accepted)
    }
}

/// One transaction under way.
struct Group<'a> {
    transaction: &'a Transaction<'a>,
    traces: HashMap<TraceId, usize>,
    touched: Vec<Touched>,
    next_trace: i64,
    /// Spans added per operation and per origin.
    operations: HashMap<i64, i64>,
    origins: HashMap<i64, i64>,
    new_traces: i64,
    new_spans: i64,
}

/// A trace that this transaction adds spans to.
struct Touched {
    id: TraceId,
    key: i64,
    /// `None` until its first span is stored.
    summary: Option<Summary>,
    is_new: bool,
    is_changed: bool,
}

impl<'a> Group<'a> {
    fn new(transaction: &'a Transaction<'a>) -> Result<Self, rusqlite::Error> {
        let last: Option<i64> =
            transaction.query_row("SELECT max(key) FROM trace", (), |row| row.get(0))?;
        Ok(Self {
            transaction,
            traces: HashMap::new(),
            touched: Vec::new(),
            next_trace: last.unwrap_or(0) + 1,
            operations: HashMap::new(),
            origins: HashMap::new(),
            new_traces: 0,
            new_spans: 0,
        })
    }

    fn store(&mut self, batch: &Batch, names: &mut Names) -> Result<Accepted, rusqlite::Error> {
        let ids = names.resolve(self.transaction, batch)?;
        let bits: Vec<u64> = batch
            .operations
            .iter()
            .map(|op| name_bits(&op.name))
            .collect();
        // In the order of their keys, spans are appended to the table instead of being spread over it.
        let mut order = Vec::with_capacity(batch.spans.len());
        for (index, span) in batch.spans.iter().enumerate() {
            let touched = self.touch(span.trace)?;
            order.push((self.touched[touched].key, low_key(span.id), index, touched));
        }
        order.sort_unstable();
        let mut insert = self.transaction.prepare_cached(
            "INSERT OR IGNORE INTO span (key, operation, origin, error, duration, body) VALUES (?, ?, ?, ?, ?, ?)",
        )?;
        let mut stored = 0;
        for (trace_key, low, index, touched) in order {
            let span = &batch.spans[index];
            let operation = ids.operations[span.operation];
            let origin = ids.origins[span.origin];
            let body = &batch.bodies[span.body.clone()];
            let mut low = low;
            let is_new = loop {
                let key = trace_key << SPAN_BITS | i64::from(low);
                let added = insert.execute(params![
                    key,
                    operation,
                    origin,
                    span.is_error,
                    span.duration,
                    body
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
            stored += 1;
            *self.operations.entry(operation).or_default() += 1;
            *self.origins.entry(origin).or_default() += 1;
            let service = ids.services[batch.operations[span.operation].service];
            self.touched[touched].add(contribution(span, operation, service, bits[span.operation]));
        }
        self.new_spans += i64::try_from(stored).unwrap_or(i64::MAX);
        Ok(Accepted {
            stored,
            duplicates: batch.spans.len() as u64 - stored,
            rejected: batch.refused.total(),
            rejection: batch.refused.message(),
        })
    }

    /// The place in `touched` of a trace, read from the database or made anew.
    fn touch(&mut self, id: TraceId) -> Result<usize, rusqlite::Error> {
        if let Some(known) = self.traces.get(&id) {
            return Ok(*known);
        }
        let mut select = self
            .transaction
            .prepare_cached(&format!("SELECT key, {COLUMNS} FROM trace WHERE id = ?"))?;
        let stored = select
            .query_row([&id.0[..]], |row| {
                Ok((row.get(0)?, Summary::from_row(row, 1)?))
            })
            .optional()?;
        let is_new = stored.is_none();
        let (key, summary) = match stored {
            Some((key, summary)) => (key, Some(summary)),
            None => {
                self.next_trace += 1;
                (self.next_trace - 1, None)
            }
        };
        self.touched.push(Touched {
            id,
            key,
            summary,
            is_new,
            is_changed: false,
        });
        self.traces.insert(id, self.touched.len() - 1);
        Ok(self.touched.len() - 1)
    }

    fn holds(&self, key: i64, span: u64) -> Result<bool, rusqlite::Error> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT body FROM span WHERE key = ?")?;
        select.query_row([key], |row| {
            Ok(super::body::span_id(row.get_ref(0)?.as_blob()?) == Some(span))
        })
    }

    /// Writes the summaries and counts.
    fn finish(self) -> Result<(), rusqlite::Error> {
        let mut new_traces = self.new_traces;
        let mut insert = self.transaction.prepare_cached(&format!(
            "INSERT OR REPLACE INTO trace (key, id, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))?;
        let mut update = self.transaction.prepare_cached(
            "UPDATE trace SET start = ?3, end = ?4, spans = ?5, errors = ?6, lead_operation = ?7, lead_is_root = ?8,
             lead_start = ?9, lead_span = ?10, names = ?11, services = ?12 WHERE key = ?1 AND id = ?2",
        )?;
        for touched in self.touched.iter().filter(|touched| touched.is_changed) {
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
                summary.names.cast_signed(),
                encode_tallies(&summary.services),
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
        self.transaction.execute(
            "UPDATE total SET traces = traces + ?, spans = spans + ?",
            [new_traces, self.new_spans],
        )?;
        Ok(())
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

fn contribution(span: &BatchSpan, operation: i64, service: i64, names: u64) -> Contribution {
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
        names,
    }
}

/// 32 bits of a span ID, mixed so that IDs counted up from one do not crowd together.
fn low_key(span: u64) -> u32 {
    (span.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}
