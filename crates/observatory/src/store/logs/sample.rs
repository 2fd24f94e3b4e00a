//! A store for unit tests: in memory, with the events of one stream.

use super::{LogBatch, NewEvents, create_group, create_stream, group, target};
use crate::store::{Location, Store, StoreOptions};

/// Events in a batch.
const BATCH: usize = 10_000;

/// A store whose group `g` has a stream `s` with these events: time in milliseconds and message, earliest first.
pub(crate) async fn store_with(events: impl IntoIterator<Item = (i64, String)>) -> Store {
    let store = Store::open(StoreOptions {
        location: Location::Memory,
        retain_bytes: u64::MAX,
    })
    .expect("a store in memory opens");
    let made = store.change(|transaction| {
        create_group(transaction, "g", 0)?;
        let Ok(group) = group(transaction, "g") else {
            return Ok(Err(()));
        };
        create_stream(transaction, group.id, "s", 0)?;
        Ok(Ok(()))
    });
    made.await.expect("a store").expect("a stream");
    let target = store.read_logs(|connection| target(connection, "g", "s", 0));
    let target = target.await.expect("a target");
    let mut new = NewEvents::default();
    for (time, message) in events {
        new.push(time, &message);
    }
    for start in (0..new.events.len()).step_by(BATCH) {
        let part = start..new.events.len().min(start + BATCH);
        let stored = store.put_log_events(LogBatch::new(target, 0, &new, part));
        stored.await.expect("events are stored");
    }
    store
}
