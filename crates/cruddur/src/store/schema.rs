//! The tables, and what a new database has in them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use time::{Duration, OffsetDateTime};

use super::{StoreError, millis};

/// Written into the file, to know it again: the letters `Crud`.
const APPLICATION_ID: i64 = 0x4372_7564;
const VERSION: i64 = 1;

/// `number` counts up in the order of arrival, by which lists are sorted, whatever the clock did.
/// `thread_uuid` is the activity at the top of all replies.
const TABLES: &str = "
    CREATE TABLE activities (
        number INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        thread_uuid TEXT NOT NULL,
        reply_to_activity_uuid TEXT,
        feed TEXT NOT NULL,
        handle TEXT NOT NULL,
        message TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        likes_count INTEGER NOT NULL DEFAULT 0,
        reposts_count INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX activities_by_thread ON activities (thread_uuid);
    CREATE INDEX activities_by_handle ON activities (handle, number);
    CREATE TABLE messages (
        number INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        group_uuid TEXT NOT NULL,
        sender_handle TEXT NOT NULL,
        receiver_handle TEXT NOT NULL,
        message TEXT NOT NULL,
        created_at INTEGER NOT NULL
    );
    CREATE INDEX messages_between ON messages (sender_handle, receiver_handle);
";

struct Seed {
    uuid: &'static str,
    thread: &'static str,
    reply_to: Option<&'static str>,
    feed: &'static str,
    handle: &'static str,
    message: &'static str,
    age: Duration,
    likes: u32,
    reposts: u32,
}

const COFFEE: &str = "26e12864-1c26-5c3a-9658-97a10f8fea67";
const GARDEN: &str = "66e12864-8c26-4c3a-9658-95a10f8fea67";
const CLOUD: &str = "68f126b0-1ceb-4a33-88be-d90fa7109eee";
const MENTION: &str = "7d0b3f1e-52a4-4b43-9c39-0f6c6f5a2d11";

/// Oldest first. The activities live for 30 days, as replies do with them.
const ACTIVITIES: [Seed; 5] = [
    Seed {
        uuid: CLOUD,
        thread: CLOUD,
        reply_to: None,
        feed: "home",
        handle: "andrewbrown",
        message: "Cloud is very fun! Today's goal: see one request all the way through.",
        age: Duration::days(2),
        likes: 5,
        reposts: 1,
    },
    Seed {
        uuid: "c2f1a3d4-90be-4a0e-8f57-3b1f4f3a7e02",
        thread: CLOUD,
        reply_to: Some(CLOUD),
        feed: "home",
        handle: "worf",
        message: "A request without a trace has no honour.",
        age: Duration::days(1),
        likes: 2,
        reposts: 0,
    },
    Seed {
        uuid: GARDEN,
        thread: GARDEN,
        reply_to: None,
        feed: "home",
        handle: "worf",
        message: "I dislike dashboards that are green while the users complain.",
        age: Duration::hours(20),
        likes: 11,
        reposts: 3,
    },
    Seed {
        uuid: COFFEE,
        thread: COFFEE,
        reply_to: None,
        feed: "home",
        handle: "garek",
        message: "My dear friend, I am merely a simple tailor who reads waterfalls over breakfast.",
        age: Duration::hours(1),
        likes: 0,
        reposts: 0,
    },
    Seed {
        uuid: MENTION,
        thread: MENTION,
        reply_to: None,
        feed: "notifications",
        handle: "bayko",
        message: "@andrewbrown your home feed took 40 ms just now. Which span was it?",
        age: Duration::minutes(10),
        likes: 1,
        reposts: 0,
    },
];

const WITH_BAYKO: &str = "4b6e6f60-1f0e-4c43-8a86-5a9c0b6d7f21";
const WITH_WORF: &str = "9a1c2e7b-6d35-4f7c-b5d4-2f3e4d5c6b7a";

/// UUID, group, sender, receiver, text, age in minutes; oldest first.
const MESSAGES: [(&str, &str, &str, &str, &str, i64); 5] = [
    (
        WITH_WORF,
        WITH_WORF,
        "worf",
        "andrewbrown",
        "Your deployment was victorious.",
        2 * 24 * 60,
    ),
    (
        "0f5c8b8e-4f0e-4d0c-9f13-7f6f1c1b2a01",
        WITH_WORF,
        "andrewbrown",
        "worf",
        "Thank you. I shall watch its error rate all the same.",
        2 * 24 * 60 - 5,
    ),
    (
        WITH_BAYKO,
        WITH_BAYKO,
        "bayko",
        "andrewbrown",
        "Did the traces arrive?",
        90,
    ),
    (
        "0f5c8b8e-4f0e-4d0c-9f13-7f6f1c1b2a02",
        WITH_BAYKO,
        "andrewbrown",
        "bayko",
        "After I flushed them at shutdown, yes. All of them.",
        85,
    ),
    (
        "0f5c8b8e-4f0e-4d0c-9f13-7f6f1c1b2a03",
        WITH_BAYKO,
        "bayko",
        "andrewbrown",
        "That one gets everybody once.",
        80,
    ),
];

/// Makes the tables and puts the seeds into them, all or nothing.
pub(super) fn create(connection: &mut Connection, now: OffsetDateTime) -> rusqlite::Result<()> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have done it between our look and our lock.
    if version(&transaction)? == 0 {
        transaction.execute_batch(TABLES)?;
        seed(&transaction, now)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}

fn seed(connection: &Connection, now: OffsetDateTime) -> rusqlite::Result<()> {
    for seed in ACTIVITIES {
        connection.execute(
            "INSERT INTO activities (uuid, thread_uuid, reply_to_activity_uuid, feed, handle, message, created_at, \
             expires_at, likes_count, reposts_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                seed.uuid,
                seed.thread,
                seed.reply_to,
                seed.feed,
                seed.handle,
                seed.message,
                millis(now - seed.age),
                millis(now + Duration::days(30)),
                seed.likes,
                seed.reposts,
            ],
        )?;
    }
    for (uuid, group, sender, receiver, text, age) in MESSAGES {
        connection.execute(
            "INSERT INTO messages (uuid, group_uuid, sender_handle, receiver_handle, message, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![uuid, group, sender, receiver, text, millis(now - Duration::minutes(age))],
        )?;
    }
    Ok(())
}

/// Opens the file, which is made and seeded if there is none.
pub(super) fn open(path: &Path, now: OffsetDateTime) -> Result<Connection, StoreError> {
    let cannot_open = |source| StoreError::Open {
        path: path.to_owned(),
        source,
    };
    let mut connection = Connection::open(path).map_err(cannot_open)?;
    let found = version(&connection).map_err(cannot_open)?;
    if found > VERSION && application_id(&connection).map_err(cannot_open)? == APPLICATION_ID {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: VERSION,
        });
    }
    if found != 0 || has_tables(&connection).map_err(cannot_open)? {
        return match application_id(&connection).map_err(cannot_open)? {
            APPLICATION_ID => Ok(connection),
            _ => Err(StoreError::Foreign {
                path: path.to_owned(),
            }),
        };
    }
    create(&mut connection, now).map_err(cannot_open)?;
    Ok(connection)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn application_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    let first = connection
        .query_row("SELECT 1 FROM sqlite_master LIMIT 1", [], |_| Ok(()))
        .optional()?;
    Ok(first.is_some())
}
