//! Which threads and moments are not logged: the threads that send, and the time during which an event is being written.

use std::cell::Cell;

thread_local! {
    static SENDS: Cell<bool> = const { Cell::new(false) };
    static WRITES: Cell<bool> = const { Cell::new(false) };
}

/// From now on, what is logged on this thread is not sent, by any layer of this crate: it comes from sending.
pub(crate) fn this_thread_sends() {
    let _ = SENDS.try_with(|sends| sends.set(true));
}

/// Whether this is a thread that sends.
pub(crate) fn is_sender() -> bool {
    SENDS.try_with(Cell::get).unwrap_or(false)
}

/// An event is being written on this thread, until this is dropped.
#[derive(Debug)]
pub(crate) struct Writing(());

impl Writing {
    /// `None` when one is being written already: a field's `Debug` has logged, or the writer that lines go to.
    pub(crate) fn begin() -> Option<Self> {
        let is_first = WRITES
            .try_with(|writes| !writes.replace(true))
            .unwrap_or(false);
        // Made only then: dropping one ends the writing.
        is_first.then(|| Self(()))
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let _ = WRITES.try_with(|writes| writes.set(false));
    }
}
