//! Runs a query over what the store has, a slice at a time: bounded in time, given up when nobody waits for it, its records counted by time.

use std::time::{Duration, Instant};

use log_query::insights::{Query, Results};

use super::buckets::Spread;
use crate::{
    pages::logs::range::Between,
    store::{
        Store, StoreError,
        logs::{Direction, LogFailure, Scan},
    },
};

/// A page does not wait longer for a query.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Events of one slice.
const SLICE_EVENTS: usize = 10_000;

/// What to run.
pub(super) struct Asked {
    pub(super) query: Query,
    /// Names of groups.
    pub(super) groups: Vec<String>,
    pub(super) between: Between,
    /// Milliseconds since the Unix epoch.
    pub(super) now: i64,
    pub(super) patience: Duration,
}

/// What came of it.
pub(super) struct Ran {
    pub(super) results: Results,
    /// Records that matched, by time.
    pub(super) spread: Spread,
    /// All events were looked at.
    pub(super) is_complete: bool,
}

/// Runs it, newest events first.
///
/// A handler is dropped when its client goes away, and this with it: then no further slice is read.
pub(super) async fn run(store: &Store, asked: Asked) -> Result<Ran, LogFailure> {
    let until = Instant::now() + asked.patience;
    let Asked {
        query,
        groups,
        between,
        now,
        ..
    } = asked;
    let between = (between.from, between.to);
    let mut scan = store
        .read_logs(move |connection| {
            let run = query.start_at(now);
            Scan::over(connection, &groups, between, now, Direction::Backward, run)
        })
        .await?;
    let mut spread = Spread::default();
    let mut is_complete = false;
    while !is_complete {
        (scan, spread, is_complete) = store
            .read(move |connection| {
                let (mut scan, mut spread) = (scan, spread);
                let count = &mut |at| spread.add(at);
                let is_complete = scan.slice_telling(connection, SLICE_EVENTS, count)?;
                Ok((scan, spread, is_complete))
            })
            .await?;
        if Instant::now() >= until {
            break;
        }
    }
    // Of many groups that takes a while.
    let run = scan.run;
    let results = tokio::task::spawn_blocking(move || run.results()).await;
    Ok(Ran {
        results: results.map_err(|_| StoreError::Closed)?,
        spread,
        is_complete,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::logs::sample::store_with;

    /// A store with so many events of one group, a second apart.
    async fn store(events: i64) -> Store {
        let message = |second| if second % 10 == 0 { "tenth" } else { "other" };
        store_with((0..events).map(|second| (second * 1_000, message(second).to_owned()))).await
    }

    async fn ran(store: &Store, patience: Duration, between: Between) -> Ran {
        let asked = Asked {
            query: Query::parse("fields @timestamp | filter @message = \"tenth\" | limit 2")
                .expect("a query"),
            groups: vec!["g".to_owned()],
            between,
            now: 0,
            patience,
        };
        run(store, asked).await.expect("an answer")
    }

    #[tokio::test]
    async fn a_query_reads_all_or_as_much_as_there_is_time_for() {
        let store = store(25_000).await;
        let all = Between {
            from: 0,
            to: i64::MAX,
        };
        let scanned = |ran: &Ran| ran.results.statistics.records_scanned as u64;
        let whole = ran(&store, PATIENCE * 100, all).await;
        assert!(whole.is_complete);
        assert_eq!(scanned(&whole), 25_000);
        // Rows end early; what matches is counted to the end, by time.
        assert_eq!(whole.results.rows.len(), 2);
        let buckets = whole.spread.buckets(0, i64::MAX, 0).expect("buckets");
        assert_eq!(buckets.counts.iter().sum::<u64>(), 2_500);

        let short = ran(&store, Duration::ZERO, all).await;
        assert!(!short.is_complete);
        let read = scanned(&short);
        assert!((20..=SLICE_EVENTS as u64).contains(&read), "{read}");
        // It began with the newest events.
        assert_eq!(short.results.rows, whole.results.rows);
        let buckets = short.spread.buckets(0, i64::MAX, 0).expect("buckets");
        assert_eq!(
            buckets.counts.iter().sum::<u64>(),
            short.results.statistics.records_matched as u64
        );

        let part = Between {
            from: 10_000,
            to: 20_999,
        };
        let part = ran(&store, PATIENCE, part).await;
        assert_eq!((scanned(&part), part.is_complete), (11, true));
    }
}
