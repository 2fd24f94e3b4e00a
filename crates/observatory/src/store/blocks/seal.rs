//! The background thread that makes pieces of what arrives, and blocks of enough of them.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    time::Instant,
};

use rusqlite::TransactionBehavior;
use tokio::sync::{mpsc::WeakSender, oneshot};

use super::{
    Shared,
    next::Next,
    pace::{PAUSE, Pace},
    piece::{Piece, PieceBuilder},
    recent::{Arrivals, Made},
    write::{Encoded, replace},
};
use crate::store::{
    StoreError,
    open::Readers,
    writer::{Change, Command},
};

/// What the thread works with.
pub(crate) struct Sealer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) commands: WeakSender<Command>,
    /// Told after each commit of the writer; its end is the writer's.
    pub(crate) commits: mpsc::Receiver<()>,
}

/// What became of a round.
enum Round {
    /// There was something to do, and there may be more.
    More,
    /// What is left is too little.
    Done,
    /// The store is being closed.
    Stopped,
}

impl Sealer {
    /// Works until the writer ends.
    pub(crate) fn run(self) {
        let mut pace = Pace::new(Instant::now(), self.shared.load());
        loop {
            loop {
                if self.give_way(&mut pace).is_break() {
                    return;
                }
                match self.round() {
                    Ok(Round::More) => {}
                    Ok(Round::Done) => break,
                    Ok(Round::Stopped) => return,
                    Err(error) => {
                        // Questions make the rows of what has arrived themselves meanwhile.
                        eprintln!("observatory: spans could not be put into columns: {error}");
                        break;
                    }
                }
            }
            if self.commits.recv().is_err() {
                return;
            }
        }
    }

    /// Waits while others are better served by this thread's doing nothing; breaks when the writer has ended.
    fn give_way(&self, pace: &mut Pace) -> ControlFlow<()> {
        let most = self.shared.sizes.waiting;
        while pace.gives_way(Instant::now(), self.shared.load(), most) {
            let until = Instant::now() + PAUSE;
            loop {
                match self
                    .commits
                    .recv_timeout(until.saturating_duration_since(Instant::now()))
                {
                    Ok(()) => {}
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn round(&self) -> Result<Round, StoreError> {
        let go_on = &mut || !self.is_stopped();
        let next = self.readers.answer(|connection| {
            self.shared
                .make_next(connection, self.readers.is_shared(), go_on)
        })?;
        match next {
            Next::Made if self.shared.recent().spans() < self.shared.sizes.block => Ok(Round::More),
            Next::Made => self.seal(),
            // Questions may have made what there was.
            Next::TooLittle if self.shared.recent().spans() >= self.shared.sizes.block => {
                self.seal()
            }
            Next::TooLittle => Ok(Round::Done),
            Next::BrokenOff => Ok(Round::Stopped),
        }
    }

    fn is_stopped(&self) -> bool {
        self.commands.strong_count() == 0
    }

    /// Puts all recent pieces into blocks.
    fn seal(&self) -> Result<Round, StoreError> {
        let recent = self.shared.recent().all();
        let (Some(first), Some(last)) = (recent.first(), recent.last()) else {
            return Ok(Round::More);
        };
        let arrivals = Arrivals {
            first: first.arrivals.first,
            last: last.arrivals.last,
            count: recent.iter().map(|made| made.arrivals.count).sum(),
        };
        let blocks: Vec<Encoded> = joined(&recent).iter().map(Encoded::of).collect();
        let (reply, answer) = oneshot::channel();
        let change = Change(Box::new(move |connection| {
            let mut commit = || {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let is_put = replace(&transaction, arrivals, &blocks)?;
                if is_put {
                    transaction.commit()?;
                }
                Ok::<_, rusqlite::Error>(is_put)
            };
            let _ = reply.send(commit());
        }));
        let Some(commands) = self.commands.upgrade() else {
            return Ok(Round::Stopped);
        };
        if commands.blocking_send(Command::Tidy(change)).is_err() {
            return Ok(Round::Stopped);
        }
        drop(commands);
        let Ok(is_put) = answer.blocking_recv() else {
            return Ok(Round::Stopped);
        };
        if is_put? {
            self.shared.recent().drop_to(arrivals.last);
        } else {
            // The store was emptied.
            self.shared.forget_recent();
        }
        Ok(Round::More)
    }
}

/// The rows of many pieces in as few as possible.
fn joined(recent: &[Made]) -> Vec<Piece> {
    let pieces = || recent.iter().flat_map(|made| made.pieces.iter());
    if let [made] = recent {
        return made.pieces.to_vec();
    }
    let mut whole = Vec::new();
    for is_of_documents in [false, true] {
        let mut builder = PieceBuilder::default();
        for piece in pieces().filter(|piece| piece.is_of_documents == is_of_documents) {
            let mut from = 0;
            while from < piece.block.rows() {
                from += builder.append(piece, from);
                if builder.is_full() {
                    whole.extend(builder.take(is_of_documents));
                }
            }
        }
        whole.extend(builder.take(is_of_documents));
    }
    whole
}
