//! The queries that run, wait or have ended: few run at once, each for a bounded time, and what is kept of them is bounded.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use log_query::insights::Results;
use tokio::{
    sync::{Mutex as Turn, OwnedMutexGuard, Semaphore},
    time::Instant,
};

use super::model::{Ask, Listed, QueryLimits, Snapshot, Status};
use crate::{
    aws::request_id,
    clock::Clock,
    logs::error::LogsError,
    store::{Store, StoreError, logs::Scan},
};

/// All queries; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Queries {
    limits: QueryLimits,
    turns: Arc<Semaphore>,
    queries: Arc<Mutex<VecDeque<Arc<Running>>>>,
    clock: Clock,
}

#[derive(Debug)]
struct Running {
    id: String,
    text: String,
    groups: Vec<String>,
    limit: Option<usize>,
    created: i64,
    /// The size of the results that it keeps, about.
    bytes: AtomicUsize,
    /// The status, and when it ended.
    status: Mutex<(Status, Option<i64>)>,
    work: Arc<Turn<Work>>,
}

/// What a query works on, or what it has left.
#[derive(Debug)]
enum Work {
    Scan(Box<Scan>),
    Ended(Arc<Results>),
}

impl Queries {
    pub(crate) fn new(limits: QueryLimits, clock: Clock) -> Self {
        Self {
            limits,
            turns: Arc::new(Semaphore::new(limits.running)),
            queries: Arc::default(),
            clock,
        }
    }

    /// Starts a query and gives its ID; refused if a group is not there or too many queries wait.
    pub(crate) async fn start(&self, store: &Store, ask: Ask) -> Result<String, LogsError> {
        self.check_room(&self.all())?;
        let (groups, between, now) = (ask.groups.clone(), ask.between, ask.now);
        let (wants, run) = (ask.query.wants(), ask.query.start_at(now));
        let scan = store
            .read_logs(move |connection| Scan::new(connection, &groups, between, now, wants, run))
            .await?;
        let running = Arc::new(Running {
            id: request_id::id(),
            text: ask.text,
            groups: ask.groups,
            limit: ask.limit,
            created: now,
            bytes: AtomicUsize::new(0),
            status: Mutex::new((Status::Scheduled, None)),
            work: Arc::new(Turn::new(Work::Scan(Box::new(scan)))),
        });
        let id = running.id.clone();
        {
            let mut all = self.all();
            // Others may have come while the groups were looked for.
            self.check_room(&all)?;
            all.push_back(Arc::clone(&running));
        }
        tokio::spawn(self.clone().run(store.clone(), running));
        Ok(id)
    }

    /// Refuses a further query if too many run or wait.
    fn check_room(&self, all: &VecDeque<Arc<Running>>) -> Result<(), LogsError> {
        let unfinished = all.iter().filter(|running| !running.status().is_ended());
        if unfinished.count() < self.limits.unfinished {
            return Ok(());
        }
        Err(LogsError::new(
            "LimitExceededException",
            format!(
                "{} queries run or wait, which is the most there may be; stop one or wait",
                self.limits.unfinished
            ),
        ))
    }

    /// What came of a query so far.
    pub(crate) async fn snapshot(&self, id: &str) -> Result<Snapshot, LogsError> {
        let running = self.find(id)?;
        // The status first: what is found afterwards is at least as much.
        let status = running.status();
        let work = Arc::clone(&running.work).lock_owned().await;
        let groups = running.groups.len();
        let (status, results) = match &*work {
            Work::Ended(results) => (running.status(), Arc::clone(results)),
            Work::Scan(_) => {
                let limit = running.limit;
                let results = tokio::task::spawn_blocking(move || work.results(limit));
                (status, results.await.map_err(|_| StoreError::Closed)?)
            }
        };
        Ok(Snapshot {
            status,
            results,
            groups,
        })
    }

    /// Stops a query that has not ended.
    pub(crate) fn stop(&self, id: &str) -> Result<(), LogsError> {
        let running = self.find(id)?;
        // The work ends at its next look.
        if running.end(Status::Cancelled, self.clock.now()) {
            Ok(())
        } else {
            Err(LogsError::invalid(format!(
                "The specified query is not running: it is {}",
                running.status().word()
            )))
        }
    }

    /// Those that are kept, the last one started first.
    pub(crate) fn list(&self) -> Vec<Listed> {
        let all = self.all();
        all.iter()
            .rev()
            .map(|running| {
                let (status, ended) = *running.state();
                Listed {
                    id: running.id.clone(),
                    text: running.text.clone(),
                    groups: running.groups.clone(),
                    status,
                    created: running.created,
                    ended,
                }
            })
            .collect()
    }

    fn find(&self, id: &str) -> Result<Arc<Running>, LogsError> {
        let all = self.all();
        let found = all.iter().find(|running| running.id == id);
        found
            .cloned()
            .ok_or_else(|| LogsError::not_found("The specified query does not exist."))
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Running>>> {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(self, store: Store, running: Arc<Running>) {
        let status = {
            let turn = Arc::clone(&self.turns).acquire_owned().await;
            match turn {
                Ok(_turn) => self.work(&store, &running).await,
                Err(_) => Status::Failed,
            }
        };
        let mut work = Arc::clone(&running.work).lock_owned().await;
        let limit = running.limit;
        let ended = tokio::task::spawn_blocking(move || {
            let results = work.end(limit);
            (work, size_of_results(&results), results.failure.is_some())
        });
        // Whoever waits for the work sees it ended and what its end was at once.
        let ended = ended.await.ok();
        let status = match &ended {
            Some((_, bytes, has_failed)) => {
                running.bytes.store(*bytes, Ordering::SeqCst);
                if *has_failed { Status::Failed } else { status }
            }
            None => Status::Failed,
        };
        running.end(status, self.clock.now());
        drop(ended);
        self.forget();
    }

    /// Reads slice after slice until the end, or until the query is stopped or has taken too long.
    async fn work(&self, store: &Store, running: &Running) -> Status {
        let end = Instant::now() + self.limits.time;
        if !running.begin() {
            return Status::Cancelled;
        }
        loop {
            if running.status().is_ended() {
                return Status::Cancelled;
            }
            if Instant::now() >= end {
                return Status::Timeout;
            }
            let work = Arc::clone(&running.work).lock_owned().await;
            let events = self.limits.slice_events;
            match store
                .read(move |connection| slice(work, connection, events))
                .await
            {
                Ok(true) => return Status::Complete,
                Ok(false) => {}
                Err(error) => {
                    eprintln!("observatory: a query failed: {error}");
                    return Status::Failed;
                }
            }
        }
    }

    /// Lets go of the oldest queries that have ended, until what is kept is within its bounds.
    fn forget(&self) {
        let mut all = self.all();
        let size = |running: &Arc<Running>| running.bytes.load(Ordering::SeqCst);
        let mut bytes: usize = all.iter().map(size).sum();
        let mut ended = all
            .iter()
            .filter(|running| running.status().is_ended())
            .count();
        while ended > self.limits.kept || bytes > self.limits.kept_bytes && ended > 1 {
            let oldest = all.iter().position(|running| running.status().is_ended());
            let Some(gone) = oldest.and_then(|place| all.remove(place)) else {
                break;
            };
            bytes = bytes.saturating_sub(size(&gone));
            ended -= 1;
        }
    }
}

fn slice(
    mut work: OwnedMutexGuard<Work>,
    connection: &rusqlite::Connection,
    events: usize,
) -> Result<bool, StoreError> {
    match &mut *work {
        Work::Scan(scan) => scan.slice(connection, events),
        Work::Ended(_) => Ok(true),
    }
}

impl Running {
    fn state(&self) -> MutexGuard<'_, (Status, Option<i64>)> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn status(&self) -> Status {
        self.state().0
    }

    /// Says that it runs now; `false` if it has been stopped.
    fn begin(&self) -> bool {
        let mut state = self.state();
        let waits = state.0 == Status::Scheduled;
        if waits {
            state.0 = Status::Running;
        }
        waits
    }

    /// Says that it has ended; `false` if it had before.
    fn end(&self, status: Status, now: i64) -> bool {
        let mut state = self.state();
        let is_news = !state.0.is_ended();
        if is_news {
            *state = (status, Some(now));
        }
        is_news
    }
}

impl Work {
    /// What came of it so far.
    fn results(&self, limit: Option<usize>) -> Arc<Results> {
        match self {
            Self::Scan(scan) => {
                let mut results = scan.run.results();
                results.rows.truncate(limit.unwrap_or(usize::MAX));
                Arc::new(results)
            }
            Self::Ended(results) => Arc::clone(results),
        }
    }

    /// Keeps the results and lets go of the rest.
    fn end(&mut self, limit: Option<usize>) -> Arc<Results> {
        let results = self.results(limit);
        *self = Self::Ended(Arc::clone(&results));
        results
    }
}

fn size_of_results(results: &Results) -> usize {
    let row = |fields: &Vec<(String, String)>| -> usize {
        let field = |(name, value): &(String, String)| name.len() + value.len() + 48;
        fields.iter().map(field).sum::<usize>() + 40
    };
    results.rows.iter().map(|result| row(&result.fields)).sum()
}
