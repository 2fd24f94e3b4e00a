//! The database: activities and messages in SQLite, each access one [`Query`]; no HTTP, no display names.
//!
//! Queries run where they are called, also on the threads of the async runtime, one at a time behind a mutex.
//! That is sound here because each takes microseconds and the database is in memory or on a local disk.
//! An application in production would have a pool of connections, and `spawn_blocking` or an async driver, so that
//! a slow disk does not hold up requests that need no database.

mod query;
mod schema;
mod threads;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Params, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::activity::{Activity, ActivityOfUser, FoundActivity, PostedActivity, Reply};
use crate::message::{Message, MessageGroup};

pub use query::{
    ACTIVITIES_OF_USER, ACTIVITY, CREATE_ACTIVITY, CREATE_MESSAGE, FEED, MESSAGE_GROUPS, MESSAGES,
    Query, REPLY, SEARCH,
};

/// Something round each query, such as a span; it is given the query and what runs it.
pub type QueryHook = dyn Fn(&Query, &mut dyn FnMut()) + Send + Sync;

/// Why the database does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or written.
    #[error("cannot open the database {}: {source}; see that its folder exists and can be written", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file was made by a newer version of this program.
    #[error(
        "the database {} has version {found}, and this program knows {known}: \
         update the program, or name another file in CRUDDUR_DB", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that is known.
        known: i64,
    },
    /// The file is a database of some other program.
    #[error("{} is a database of another program: name another file in CRUDDUR_DB", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A query failed.
    #[error("{} {} failed: {source}", query.operation, query.collection)]
    Query {
        /// The query.
        query: Query,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The hook given to [`Store::around`] came back without running the query.
    #[error("{} {} was not run: the hook round the queries must call what it is given", .0.operation, .0.collection)]
    NotRun(Query),
    /// SQLite could not make a database in memory.
    #[error("cannot make a database in memory: {0}")]
    InMemory(#[source] rusqlite::Error),
}

/// The database, seeded when it is made; cheap to clone, all clones are the same database.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    hook: Arc<QueryHook>,
}

/// Which of the lists of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// What everybody posts.
    Home,
    /// What the signed-in user is notified of.
    Notifications,
}

impl Feed {
    fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Notifications => "notifications",
        }
    }
}

impl Store {
    /// A fresh database that ends with the program.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::in_memory_at(OffsetDateTime::now_utc())
    }

    /// A fresh database that ends with the program, with seeds as old as if it were made at `now`.
    ///
    /// # Errors
    /// When SQLite cannot make it.
    pub fn in_memory_at(now: OffsetDateTime) -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory().map_err(StoreError::InMemory)?;
        schema::create(&mut connection, now).map_err(StoreError::InMemory)?;
        Ok(Self::over(connection))
    }

    /// The database in a file, which is made if there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or is not ours.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self::over(schema::open(
            path.as_ref(),
            OffsetDateTime::now_utc(),
        )?))
    }

    fn over(connection: Connection) -> Self {
        Self {
            connection: Arc::new(Mutex::new(connection)),
            hook: Arc::new(|_, run| run()),
        }
    }

    /// The same database with `hook` round each query, outside the hooks that it has.
    ///
    /// The hook must call what it is given, once; calls after the first do nothing.
    ///
    /// ```ignore
    /// store.around(Arc::new(|query, run| {
    ///     let _span = enter_span(query.operation, query.collection, query.text);
    ///     run();
    /// }))
    /// ```
    pub fn around(self, hook: Arc<QueryHook>) -> Self {
        let inner = self.hook;
        Self {
            hook: Arc::new(move |query, run| hook(query, &mut || inner(query, run))),
            ..self
        }
    }

    /// A feed, newest first, at most 50 activities, each with all its replies.
    ///
    /// # Errors
    /// When the query fails.
    pub fn feed(&self, feed: Feed, now: OffsetDateTime) -> Result<Vec<Activity>, StoreError> {
        let rows = self.rows(&FEED, (feed.name(), millis(now)), threads::row)?;
        Ok(threads::newest_first(rows))
    }

    /// One activity or reply, with the replies to it.
    ///
    /// # Errors
    /// When the query fails.
    pub fn activity(
        &self,
        uuid: Uuid,
        now: OffsetDateTime,
    ) -> Result<Option<Activity>, StoreError> {
        let rows = self.rows(&ACTIVITY, (uuid.to_string(), millis(now)), threads::row)?;
        Ok(threads::rooted_at(uuid, rows))
    }

    /// What a user has posted, newest first, at most 50.
    ///
    /// # Errors
    /// When the query fails.
    pub fn activities_of(
        &self,
        handle: &str,
        now: OffsetDateTime,
    ) -> Result<Vec<ActivityOfUser>, StoreError> {
        self.rows(&ACTIVITIES_OF_USER, (handle, millis(now)), |row| {
            Ok(ActivityOfUser {
                uuid: uuid(row, "uuid")?,
                handle: row.get("handle")?,
                message: row.get("message")?,
                created_at: time(row, "created_at")?,
                expires_at: time(row, "expires_at")?,
            })
        })
    }

    /// Activities and replies whose text contains `term`, newest first, at most 50.
    ///
    /// # Errors
    /// When the query fails.
    pub fn search(
        &self,
        term: &str,
        now: OffsetDateTime,
    ) -> Result<Vec<FoundActivity>, StoreError> {
        self.rows(&SEARCH, (term, millis(now)), |row| {
            Ok(FoundActivity {
                uuid: uuid(row, "uuid")?,
                handle: row.get("handle")?,
                message: row.get("message")?,
                created_at: time(row, "created_at")?,
            })
        })
    }

    /// Stores an activity.
    ///
    /// # Errors
    /// When the query fails.
    pub fn insert_activity(&self, new: &PostedActivity) -> Result<(), StoreError> {
        let values = (
            new.uuid.to_string(),
            &new.handle,
            &new.message,
            millis(new.created_at),
            millis(new.expires_at),
        );
        self.write(&CREATE_ACTIVITY, values).map(drop)
    }

    /// Stores a reply; false when there is nothing to reply to.
    ///
    /// # Errors
    /// When the query fails.
    pub fn insert_reply(&self, new: &Reply) -> Result<bool, StoreError> {
        let to = new.reply_to_activity_uuid.to_string();
        let values = (
            new.uuid.to_string(),
            to,
            &new.handle,
            &new.message,
            millis(new.created_at),
        );
        Ok(self.write(&REPLY, values)? > 0)
    }

    /// With whom `handle` exchanges messages, last exchange first, at most 50; display names are left empty.
    ///
    /// # Errors
    /// When the query fails.
    pub fn message_groups(&self, handle: &str) -> Result<Vec<MessageGroup>, StoreError> {
        self.rows(&MESSAGE_GROUPS, (handle,), |row| {
            Ok(MessageGroup {
                uuid: uuid(row, "group_uuid")?,
                display_name: String::new(),
                handle: row.get("handle")?,
                created_at: time(row, "created_at")?,
            })
        })
    }

    /// The last 100 messages between two users, oldest first; display names are left empty.
    ///
    /// # Errors
    /// When the query fails.
    pub fn messages(&self, one: &str, other: &str) -> Result<Vec<Message>, StoreError> {
        let mut messages = self.rows(&MESSAGES, (one, other), |row| {
            Ok(Message {
                uuid: uuid(row, "uuid")?,
                display_name: String::new(),
                handle: row.get("sender_handle")?,
                message: row.get("message")?,
                created_at: time(row, "created_at")?,
            })
        })?;
        messages.reverse();
        Ok(messages)
    }

    /// Stores a message to `receiver`.
    ///
    /// # Errors
    /// When the query fails.
    pub fn insert_message(&self, new: &Message, receiver: &str) -> Result<(), StoreError> {
        let values = (
            new.uuid.to_string(),
            &new.handle,
            receiver,
            &new.message,
            millis(new.created_at),
        );
        self.write(&CREATE_MESSAGE, values).map(drop)
    }

    fn rows<T>(
        &self,
        query: &'static Query,
        values: impl Params,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.run(query, |connection| {
            let mut statement = connection.prepare_cached(query.text)?;
            statement.query_map(values, |row| read(row))?.collect()
        })
    }

    fn write(&self, query: &'static Query, values: impl Params) -> Result<usize, StoreError> {
        self.run(query, |connection| {
            connection.prepare_cached(query.text)?.execute(values)
        })
    }

    /// The one way to the database: through the hook.
    fn run<T>(
        &self,
        query: &'static Query,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let (mut work, mut outcome) = (Some(work), None);
        (self.hook)(query, &mut || {
            if let Some(work) = work.take() {
                // Locked inside the hook, so that a hook may itself use the store. A thread that panicked while it
                // held the lock left no half-done statement behind: SQLite undoes those.
                let connection = self
                    .connection
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                outcome = Some(work(&connection));
            }
        });
        outcome
            .ok_or(StoreError::NotRun(*query))?
            .map_err(|source| StoreError::Query {
                query: *query,
                source,
            })
    }
}

/// Times are stored as whole milliseconds since 1970, so that they compare as numbers.
fn millis(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<OffsetDateTime> {
    let millis: i64 = row.get(column)?;
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|error| unreadable(column, error))
}

fn uuid(row: &Row<'_>, column: &str) -> rusqlite::Result<Uuid> {
    Uuid::try_parse(&row.get::<_, String>(column)?).map_err(|error| unreadable(column, error))
}

fn unreadable(
    column: &str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    let error = format!("column {column}: {error}").into();
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error)
}
