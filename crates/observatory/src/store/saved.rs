//! Queries of the query page that were saved under a name, and those asked last. What a query's address means is the page's.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};

/// They belong to no format: a program that does not know them loses nothing, and one that does makes them.
pub(crate) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS saved_query (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, address TEXT NOT NULL, saved INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS asked_query (
        address TEXT PRIMARY KEY, asked INTEGER NOT NULL, rows INTEGER NOT NULL) WITHOUT ROWID;
";

/// Queries that can be saved.
pub(crate) const MOST_SAVED: usize = 500;
/// Queries asked last that are kept.
pub(crate) const MOST_ASKED: usize = 50;

/// A query that was saved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SavedQuery {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The page's address.
    pub(crate) address: String,
}

/// A query that was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AskedQuery {
    /// The page's address.
    pub(crate) address: String,
    /// When it was asked last, in nanoseconds since the Unix epoch.
    pub(crate) asked: u64,
    /// Groups that it gave then.
    pub(crate) rows: u64,
}

/// Why a query was not saved or renamed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum SaveError {
    /// Names are unique.
    #[error("Another saved query has this name. Choose a different one.")]
    Taken,
    /// The list is full.
    #[error("{MOST_SAVED} queries are saved already. Delete one first.")]
    Full,
    /// It was deleted meanwhile.
    #[error("This saved query is no longer there.")]
    Gone,
}

impl Store {
    /// All saved queries, by name.
    pub(crate) async fn saved_queries(&self) -> Result<Vec<SavedQuery>, StoreError> {
        self.read(|connection| {
            let mut saved = connection.prepare_cached(
                "SELECT id, name, address FROM saved_query ORDER BY name COLLATE NOCASE, name",
            )?;
            let rows = saved.query_map((), |row| {
                Ok(SavedQuery {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    address: row.get(2)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Saves a query under a name that no other has; gives its number.
    pub(crate) async fn save_query(
        &self,
        name: &str,
        address: &str,
        now: u64,
    ) -> Result<Result<i64, SaveError>, StoreError> {
        let (name, address) = (name.to_owned(), address.to_owned());
        self.change(move |transaction| {
            let saved: i64 =
                transaction.query_row("SELECT count(*) FROM saved_query", (), |row| row.get(0))?;
            if saved >= MOST_SAVED as i64 {
                return Ok(Err(SaveError::Full));
            }
            let added = transaction.execute(
                "INSERT INTO saved_query (name, address, saved) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
                params![name, address, nanoseconds(now)],
            )?;
            if added == 0 {
                return Ok(Err(SaveError::Taken));
            }
            Ok(Ok(transaction.last_insert_rowid()))
        })
        .await
    }

    /// Gives a saved query another name.
    pub(crate) async fn rename_query(
        &self,
        id: i64,
        name: &str,
    ) -> Result<Result<(), SaveError>, StoreError> {
        let name = name.to_owned();
        self.change(move |transaction| {
            let other: Option<i64> = transaction
                .query_row(
                    "SELECT id FROM saved_query WHERE name = ?",
                    [&name],
                    |row| row.get(0),
                )
                .optional()?;
            if other.is_some_and(|other| other != id) {
                return Ok(Err(SaveError::Taken));
            }
            let renamed = transaction.execute(
                "UPDATE saved_query SET name = ? WHERE id = ?",
                params![name, id],
            )?;
            Ok(if renamed == 0 {
                Err(SaveError::Gone)
            } else {
                Ok(())
            })
        })
        .await
    }

    /// Forgets a saved query; one that is gone already is no error.
    pub(crate) async fn delete_query(&self, id: i64) -> Result<(), StoreError> {
        let deleted = self
            .change(move |transaction| {
                transaction.execute("DELETE FROM saved_query WHERE id = ?", [id])?;
                Ok(Ok::<_, std::convert::Infallible>(()))
            })
            .await?;
        match deleted {
            Ok(()) => Ok(()),
            Err(never) => match never {},
        }
    }

    /// The queries asked last, the latest first.
    pub(crate) async fn asked_queries(&self) -> Result<Vec<AskedQuery>, StoreError> {
        self.read(|connection| {
            let mut asked = connection.prepare_cached(
                "SELECT address, asked, rows FROM asked_query ORDER BY asked DESC, address LIMIT ?",
            )?;
            let rows = asked.query_map([MOST_ASKED as i64], |row| {
                Ok(AskedQuery {
                    address: row.get(0)?,
                    asked: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
                    rows: u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps what was asked; asked again, it moves to the front.
    pub(crate) async fn query_asked(&self, asked: AskedQuery) -> Result<(), StoreError> {
        let kept = self
            .change(move |transaction| {
                transaction.execute(
                    "INSERT INTO asked_query VALUES (?1, ?2, ?3)
                     ON CONFLICT (address) DO UPDATE SET asked = max(asked, ?2), rows = ?3",
                    params![
                        asked.address,
                        nanoseconds(asked.asked),
                        nanoseconds(asked.rows)
                    ],
                )?;
                transaction.execute(
                    "DELETE FROM asked_query WHERE address NOT IN
                     (SELECT address FROM asked_query ORDER BY asked DESC, address LIMIT ?)",
                    [MOST_ASKED as i64],
                )?;
                Ok(Ok::<_, std::convert::Infallible>(()))
            })
            .await?;
        match kept {
            Ok(()) => Ok(()),
            Err(never) => match never {},
        }
    }
}

fn nanoseconds(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Location, StoreOptions};

    fn store(location: Location) -> Store {
        let options = StoreOptions {
            location,
            retain_bytes: u64::MAX,
        };
        Store::open(options).expect("a store opens")
    }

    async fn names(store: &Store) -> Vec<String> {
        let saved = store.saved_queries().await.expect("a list");
        saved.into_iter().map(|one| one.name).collect()
    }

    #[tokio::test]
    async fn saved_queries_are_named_listed_and_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Location::Folder(folder.path().to_owned());
        let store_here = store(place.clone());
        let evil = "\"'><script>\u{202e}\0';DROP TABLE saved_query;--";
        let save = |name, address| store_here.save_query(name, address, 5);
        let first = save("b", "/query?v=COUNT")
            .await
            .expect("open")
            .expect("saved");
        let second = save(evil, "/query").await.expect("open").expect("saved");
        assert_eq!(
            save("b", "/query").await.expect("open"),
            Err(SaveError::Taken)
        );
        assert_eq!(names(&store_here).await, [evil, "b"]);

        let rename = |id, name| store_here.rename_query(id, name);
        assert_eq!(
            rename(first, evil).await.expect("open"),
            Err(SaveError::Taken)
        );
        assert_eq!(rename(first, "c").await.expect("open"), Ok(()));
        assert_eq!(rename(first, "c").await.expect("open"), Ok(()));
        assert_eq!(rename(99, "x").await.expect("open"), Err(SaveError::Gone));
        store_here.delete_query(second).await.expect("open");
        store_here.delete_query(second).await.expect("open");

        // Opened again, and emptied of traces: they stay.
        store_here.reset().await.expect("open");
        drop(store_here);
        let again = loop {
            let options = StoreOptions {
                location: place.clone(),
                retain_bytes: u64::MAX,
            };
            match Store::open(options) {
                Ok(store) => break store,
                // The writer's thread lets go of the folder in its own time.
                Err(StoreError::InUse { .. }) => tokio::task::yield_now().await,
                Err(error) => panic!("{error}"),
            }
        };
        assert_eq!(names(&again).await, ["c"]);
        let saved = again.saved_queries().await.expect("a list");
        assert_eq!(saved[0].address, "/query?v=COUNT");
    }

    #[tokio::test]
    async fn no_more_can_be_saved_than_a_list_can_show() {
        let store = store(Location::Memory);
        for n in 0..MOST_SAVED {
            let saved = store.save_query(&n.to_string(), "/query", 5).await;
            assert!(saved.expect("open").is_ok());
        }
        let one_more = store.save_query("x", "/query", 5).await.expect("open");
        assert_eq!(one_more, Err(SaveError::Full));
    }

    #[tokio::test]
    async fn the_last_fifty_different_queries_are_kept() {
        let store = store(Location::Memory);
        let ask = async |address: String, asked| {
            let asked = AskedQuery {
                address,
                asked,
                rows: asked + 1,
            };
            store.query_asked(asked).await.expect("open");
        };
        for n in 0..60 {
            ask(format!("/query?limit={n}"), n).await;
        }
        ask("/query?limit=20".to_owned(), 100).await;
        let asked = store.asked_queries().await.expect("a list");
        assert_eq!(asked.len(), MOST_ASKED);
        assert_eq!(
            asked[0],
            AskedQuery {
                address: "/query?limit=20".to_owned(),
                asked: 100,
                rows: 101,
            }
        );
        assert_eq!(asked[1].address, "/query?limit=59");
        assert_eq!(asked[MOST_ASKED - 1].address, "/query?limit=10");
    }
}
