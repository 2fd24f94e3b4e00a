//! Makes pieces of the arrivals that are in none: what the background thread does, and a question that comes before it.

use std::sync::{Arc, PoisonError};

use rusqlite::Connection;

use super::{
    Shared, make,
    recent::{Arrivals, Made},
    snapshot::{arrivals, keys_of},
};
use crate::store::{StoreError, lookup::Lookup};

/// What became of the next arrivals.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Next {
    /// They are in pieces; there may be more.
    Made,
    /// They have too few spans for a piece.
    TooLittle,
    /// It was to end.
    BrokenOff,
}

impl Shared {
    /// Makes pieces of the next arrivals, if they have enough spans; whoever else wants to waits meanwhile.
    ///
    /// Takes less at a time if others wait for the connection.
    pub(crate) fn make_next(
        &self,
        connection: &Connection,
        others_wait: bool,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Next, StoreError> {
        let _turn = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let most = if others_wait {
            2 * self.sizes.piece
        } else {
            self.sizes.block
        };
        let last = self.recent().last();
        let numbers = arrivals(connection)?;
        let next = numbers.partition_point(|number| *number <= last);
        let mut keys = Vec::new();
        let mut taken: Option<Arrivals> = None;
        for number in &numbers[next..] {
            keys_of(connection, *number, &mut keys)?;
            let taken = taken.get_or_insert(Arrivals {
                first: *number,
                last: *number,
                count: 0,
            });
            taken.last = *number;
            taken.count += 1;
            if keys.len() >= most {
                break;
            }
        }
        let Some(arrivals) = taken.filter(|_| keys.len() >= self.sizes.piece) else {
            return Ok(Next::TooLittle);
        };
        let spans = keys.len();
        let mut pieces = Vec::new();
        let mut lookup = Lookup::new(connection);
        let is_whole = make::pieces(&mut lookup, keys, None, go_on, &mut |piece| {
            pieces.push(piece);
            Ok(())
        })?;
        if !is_whole {
            return Ok(Next::BrokenOff);
        }
        self.arrived.take(spans as u64);
        self.recent().push(Made {
            arrivals,
            spans,
            pieces: Arc::new(pieces),
        });
        Ok(Next::Made)
    }

    /// Whether a question may make more pieces: not so many that memory holds more than a few blocks.
    pub(crate) fn has_room(&self) -> bool {
        self.recent().spans() < 3 * self.sizes.block
    }
}
