//! The one thread that writes: it groups the batches that wait into one transaction and answers each after the commit.
//! What a transaction writes is `transaction`'s.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Accepted, batch::Batch, error::StoreError, names::Names, open::Readers, retention,
    transaction::Group,
};

/// Spans after which a transaction takes no further batch, so that nobody waits long for an answer.
const GROUP_SPANS: usize = 16 * 1024;

/// What the writer is asked to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Store these spans.
    Store(Box<Batch>, oneshot::Sender<Result<Accepted, StoreError>>),
    /// Change something else, in a transaction of its own; the change answers for itself.
    Change(Change),
    /// Delete everything.
    Reset(oneshot::Sender<Result<(), StoreError>>),
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
}

impl Writer {
    /// Works until every sender of commands is gone.
    pub(crate) fn run(mut self) {
        while let Some(command) = self.commands.blocking_recv() {
            let mut next = Some(command);
            while let Some(command) = next.take() {
                match command {
                    Command::Store(batch, reply) => next = self.store_group(batch, reply),
                    Command::Change(Change(change)) => {
                        let connection = Arc::clone(&self.connection);
                        change(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
                        self.changed();
                    }
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
        first: Box<Batch>,
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
        batches: &[Box<Batch>],
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
