//! Settings in the store: JSON by kind and name. What they mean is for the others.

use rusqlite::{Connection, OptionalExtension};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    store::{Store, StoreError},
    xray::error::XrayError,
};

/// Why settings could not be read or changed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call is refused.
    Refused(XrayError),
    /// The store failed.
    Store(rusqlite::Error),
}

impl From<XrayError> for Failure {
    fn from(error: XrayError) -> Self {
        Self::Refused(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

/// The settings of an open connection.
pub(crate) struct Kept<'a>(&'a Connection);

pub(crate) async fn read<T: Send + 'static>(
    store: &Store,
    question: impl FnOnce(&Kept<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, XrayError> {
    let answer = store.read(move |connection| match question(&Kept(connection)) {
        Ok(answer) => Ok(Ok(answer)),
        Err(Failure::Refused(error)) => Ok(Err(error)),
        Err(Failure::Store(error)) => Err(StoreError::from(error)),
    });
    answer.await?
}

pub(crate) async fn change<T: Send + 'static>(
    store: &Store,
    change: impl FnOnce(&Kept<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, XrayError> {
    let answer = store.change(move |transaction| match change(&Kept(transaction)) {
        Ok(answer) => Ok(Ok(answer)),
        Err(Failure::Refused(error)) => Ok(Err(error)),
        Err(Failure::Store(error)) => Err(error),
    });
    answer.await?
}

impl Kept<'_> {
    /// The setting of that kind and name.
    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        kind: &str,
        name: &str,
    ) -> Result<Option<T>, Failure> {
        let body: Option<String> = self
            .0
            .prepare_cached("SELECT body FROM xray_setting WHERE kind = ? AND name = ?")?
            .query_row([kind, name], |row| row.get(0))
            .optional()?;
        body.map(|body| parse(kind, name, &body)).transpose()
    }

    /// All settings of a kind, by name.
    pub(crate) fn all<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, Failure> {
        let mut select = self
            .0
            .prepare_cached("SELECT name, body FROM xray_setting WHERE kind = ? ORDER BY name")?;
        let mut rows = select.query([kind])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (name, body): (String, String) = (row.get(0)?, row.get(1)?);
            all.push(parse(kind, &name, &body)?);
        }
        Ok(all)
    }

    /// Keeps a setting in place of the one of that kind and name.
    pub(crate) fn put(
        &self,
        kind: &str,
        name: &str,
        value: &impl Serialize,
    ) -> Result<(), Failure> {
        let body = serde_json::to_string(value)
            .map_err(|error| XrayError::Internal(format!("{kind} {name}: {error}")))?;
        self.0
            .prepare_cached("INSERT OR REPLACE INTO xray_setting VALUES (?, ?, ?)")?
            .execute([kind, name, &body])?;
        Ok(())
    }

    /// Forgets a setting.
    pub(crate) fn delete(&self, kind: &str, name: &str) -> Result<(), Failure> {
        self.0
            .prepare_cached("DELETE FROM xray_setting WHERE kind = ? AND name = ?")?
            .execute([kind, name])?;
        Ok(())
    }
}

fn parse<T: DeserializeOwned>(kind: &str, name: &str, body: &str) -> Result<T, Failure> {
    serde_json::from_str(body).map_err(|error| {
        XrayError::Internal(format!("the stored {kind} {name} cannot be read: {error}")).into()
    })
}
