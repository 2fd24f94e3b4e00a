//! The one thread that writes: it groups the batches that wait into one transaction and answers each after the commit.
//! What a transaction writes is `transaction`'s.

use std::sync::{Arc, Mutex, PoisonError, mpsc::SyncSender};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use span_record::Batch;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Accepted, blocks, error::StoreError, logs::LogBatch, names::Names, open::Readers, retention,
    transaction::Group,
};

/// Spans and log events after which a transaction takes no further batch, so that nobody waits long for an answer.
const GROUP_SIZE: usize = 16 * 1024;

/// How often expired log events are looked for, in milliseconds.
const EXPIRY_INTERVAL: i64 = 60_000;

/// What the writer is asked to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Store this, with others that wait, in one transaction.
    Store(Pending),
    /// Change something else, in a transaction of its own; the change answers for itself.
    Change(Change),
    /// Change how things are kept, not what: nobody is told.
    Tidy(Change),
    /// Delete everything.
    Reset(oneshot::Sender<Result<(), StoreError>>),
}

/// What one sender waits for.
#[derive(Debug)]
pub(crate) enum Pending {
    /// Spans.
    Spans(Box<Batch>, oneshot::Sender<Result<Accepted, StoreError>>),
    /// Log events; `false` says that their stream is gone.
    Logs(Box<LogBatch>, oneshot::Sender<Result<bool, StoreError>>),
}

/// What became of it.
enum Stored {
    Spans(Accepted),
    Logs(bool),
}

impl Pending {
    /// How many spans or log events it has.
    fn size(&self) -> usize {
        match self {
            Self::Spans(batch, _) => batch.spans.len(),
            Self::Logs(batch, _) => batch.events(),
        }
    }

    /// Tells the sender; one that has gone away does not undo the commit.
    fn answer(self, stored: Result<Stored, StoreError>) {
        match (self, stored) {
            (Self::Spans(_, reply), Ok(Stored::Spans(accepted))) => {
                let _ = reply.send(Ok(accepted));
            }
            (Self::Logs(_, reply), Ok(Stored::Logs(is_there))) => {
                let _ = reply.send(Ok(is_there));
            }
            (Self::Spans(_, reply), Err(error)) => {
                let _ = reply.send(Err(error));
            }
            (Self::Logs(_, reply), Err(error)) => {
                let _ = reply.send(Err(error));
            }
            // Each is answered with what was made of it.
            (Self::Spans(..), Ok(Stored::Logs(_))) | (Self::Logs(..), Ok(Stored::Spans(_))) => {}
        }
    }
}

/// A change of what is not spans; it commits the transaction that it begins, and tells whoever waits.
pub(crate) struct Change(pub(crate) Box<dyn FnOnce(&mut Connection) + Send>);

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Change")
    }
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
    pub(crate) columns: Arc<blocks::Shared>,
    /// Tells the thread that makes blocks of each commit of spans.
    pub(crate) commits: SyncSender<()>,
    /// When log events were last looked for that have expired, all of them deleted.
    pub(crate) expiry_checked: i64,
}

impl Writer {
    /// Works until every sender of commands is gone.
    pub(crate) fn run(mut self) {
        while let Some(command) = self.commands.blocking_recv() {
            let mut next = Some(command);
            while let Some(command) = next.take() {
                match command {
                    Command::Store(pending) => next = self.store_group(pending),
                    Command::Change(Change(change)) => {
                        let connection = Arc::clone(&self.connection);
                        change(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
                        self.changed();
                    }
                    Command::Tidy(Change(change)) => {
                        let connection = Arc::clone(&self.connection);
                        let mut connection =
                            connection.lock().unwrap_or_else(PoisonError::into_inner);
                        change(&mut connection);
                        self.clear(&mut connection, None);
                    }
                    Command::Reset(reply) => {
                        let connection = Arc::clone(&self.connection);
                        let mut connection =
                            connection.lock().unwrap_or_else(PoisonError::into_inner);
                        let result = retention::reset(&mut connection).map_err(StoreError::from);
                        drop(connection);
                        self.names.forget();
                        self.columns.forget();
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
    fn store_group(&mut self, first: Pending) -> Option<Command> {
        let mut size = first.size();
        let mut group = vec![first];
        let mut other = None;
        while size < GROUP_SIZE {
            match self.commands.try_recv() {
                Ok(Command::Store(pending)) => {
                    size += pending.size();
                    group.push(pending);
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
        match self.commit(&mut connection, &group) {
            Ok((stored, arrived)) => {
                self.changed();
                self.columns.arrived(arrived);
                // One that is waiting to be taken tells enough.
                let _ = self.commits.try_send(());
                let now = group.iter().filter_map(|pending| match pending {
                    Pending::Logs(batch, _) => Some(batch.ingested),
                    Pending::Spans(..) => None,
                });
                let now = now.max();
                for (pending, stored) in group.into_iter().zip(stored) {
                    pending.answer(Ok(stored));
                }
                self.clear(&mut connection, now);
            }
            Err(error) => {
                // What the rolled-back transaction had named is not in the database.
                self.names.forget();
                let told = error.to_string();
                for pending in group {
                    pending.answer(Err(StoreError::NotStored(told.clone())));
                }
            }
        }
        other
    }

    /// Deletes what is over the limit, and log events that have expired by now.
    fn clear(&mut self, connection: &mut Connection, now: Option<i64>) {
        match retention::enforce(connection, self.retain_bytes) {
            Ok(false) => {}
            Ok(true) => {
                self.names.forget();
                self.changed();
            }
            Err(error) => {
                self.names.forget();
                eprintln!("observatory: old traces and log events could not be deleted: {error}");
            }
        }
        let Some(now) = now.filter(|now| now - self.expiry_checked >= EXPIRY_INTERVAL) else {
            return;
        };
        match retention::expire(connection, now) {
            // The rest goes after the next commits, so that nobody waits long.
            Ok(true) => {}
            Ok(false) => self.expiry_checked = now,
            Err(error) => {
                self.expiry_checked = now;
                eprintln!("observatory: expired log events could not be deleted: {error}");
            }
        }
    }

    fn commit(
        &mut self,
        connection: &mut Connection,
        group: &[Pending],
    ) -> Result<(Vec<Stored>, usize), rusqlite::Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let stored = self.write(&transaction, group)?;
        transaction.commit()?;
        Ok(stored)
    }

    /// Gives with what became of each how many spans were listed as arrived.
    fn write(
        &mut self,
        transaction: &Transaction<'_>,
        group: &[Pending],
    ) -> Result<(Vec<Stored>, usize), rusqlite::Error> {
        let mut spans = None;
        let mut stored = Vec::with_capacity(group.len());
        for pending in group {
            stored.push(match pending {
                Pending::Spans(batch, _) => {
                    let spans = match &mut spans {
                        Some(spans) => spans,
                        None => spans.insert(Group::new(transaction)?),
                    };
                    Stored::Spans(spans.store(batch, &mut self.names)?)
                }
                Pending::Logs(batch, _) => Stored::Logs(batch.store(transaction)?),
            });
        }
        let arrived = spans.map_or(Ok(0), Group::finish)?;
        Ok((stored, arrived))
    }
}
