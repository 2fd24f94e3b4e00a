//! How far back the store goes.

use rusqlite::Connection;

use super::{Store, StoreError};

/// The times of what is stored, oldest and newest.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Extent {
    /// When the earliest and the latest trace began, in nanoseconds since the Unix epoch.
    pub traces: Option<(u64, u64)>,
    /// Times of the earliest and the latest log event, in nanoseconds since the Unix epoch.
    pub log_events: Option<(u64, u64)>,
}

impl Store {
    /// How far back the store goes, from its indexes alone.
    pub async fn extent(&self) -> Result<Extent, StoreError> {
        self.read(extent).await
    }
}

fn extent(connection: &Connection) -> Result<Extent, StoreError> {
    // Each end by itself: asked for both at once, SQLite reads the whole index.
    let end = |sql: &str| -> Result<Option<u64>, rusqlite::Error> {
        let time = connection
            .prepare_cached(sql)?
            .query_row((), |row| row.get::<_, Option<i64>>(0))?;
        Ok(time.map(|time| u64::try_from(time).unwrap_or(0)))
    };
    let nanoseconds = |milliseconds: u64| milliseconds.saturating_mul(1_000_000);
    let traces = end("SELECT min(start) FROM trace")?.zip(end("SELECT max(start) FROM trace")?);
    let of_chunks = |end_of: &str, column: &str| {
        end(&format!(
            "SELECT {end_of}((SELECT {end_of}({column}) FROM log_chunk WHERE log_chunk.log_group = log_group.id)) FROM log_group"
        ))
    };
    let log_events = of_chunks("min", "first")?.zip(of_chunks("max", "last")?);
    Ok(Extent {
        traces,
        log_events: log_events.map(|(first, last)| (nanoseconds(first), nanoseconds(last))),
    })
}
