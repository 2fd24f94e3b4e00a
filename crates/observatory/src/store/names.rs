//! The database's numbers for services, operations and origins, remembered so that most batches ask it for none.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};
use span_record::{Batch, BatchOperation};

/// Entries after which the memory is emptied: a sender whose span names are all different must not fill it.
const MAX_REMEMBERED: usize = 20_000;

/// Numbers known so far; to be emptied by [`Names::forget`] whenever the database may have lost one of them.
#[derive(Default)]
pub(crate) struct Names {
    services: HashMap<String, i64>,
    operations: HashMap<(i64, i32), HashMap<String, i64>>,
    operation_count: usize,
    origins: HashMap<Vec<u8>, i64>,
}

/// The numbers of one batch, in the order of its own lists.
pub(crate) struct BatchNames {
    pub(crate) services: Vec<i64>,
    pub(crate) operations: Vec<i64>,
    pub(crate) origins: Vec<i64>,
}

impl Names {
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Looks up everything that the batch names, adding to the database what it does not have.
    pub(crate) fn resolve(
        &mut self,
        transaction: &Transaction<'_>,
        batch: &Batch,
    ) -> Result<BatchNames, rusqlite::Error> {
        if self.services.len() + self.operation_count + self.origins.len() > MAX_REMEMBERED {
            self.forget();
        }
        let mut services = Vec::with_capacity(batch.services.len());
        for name in &batch.services {
            services.push(self.service(transaction, name)?);
        }
        let mut operations = Vec::with_capacity(batch.operations.len());
        for operation in &batch.operations {
            operations.push(self.operation(transaction, services[operation.service], operation)?);
        }
        let mut origins = Vec::with_capacity(batch.origins.len());
        for encoded in &batch.origins {
            origins.push(self.origin(transaction, encoded)?);
        }
        Ok(BatchNames {
            services,
            operations,
            origins,
        })
    }

    fn service(
        &mut self,
        transaction: &Transaction<'_>,
        name: &str,
    ) -> Result<i64, rusqlite::Error> {
        if let Some(id) = self.services.get(name) {
            return Ok(*id);
        }
        let found = transaction
            .prepare_cached("SELECT id FROM service WHERE name = ?")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        let id = match found {
            Some(id) => id,
            None => transaction
                .prepare_cached("INSERT INTO service (name) VALUES (?)")?
                .insert([name])?,
        };
        self.services.insert(name.to_owned(), id);
        Ok(id)
    }

    fn operation(
        &mut self,
        transaction: &Transaction<'_>,
        service: i64,
        operation: &BatchOperation,
    ) -> Result<i64, rusqlite::Error> {
        let known = self
            .operations
            .entry((service, operation.kind))
            .or_default();
        if let Some(id) = known.get(&operation.name) {
            return Ok(*id);
        }
        let key = params![service, operation.name, operation.kind];
        let found = transaction
            .prepare_cached("SELECT id FROM operation WHERE service = ? AND name = ? AND kind = ?")?
            .query_row(key, |row| row.get(0))
            .optional()?;
        let id = match found {
            Some(id) => id,
            None => transaction
                .prepare_cached("INSERT INTO operation (service, name, kind) VALUES (?, ?, ?)")?
                .insert(key)?,
        };
        known.insert(operation.name.clone(), id);
        self.operation_count += 1;
        Ok(id)
    }

    fn origin(
        &mut self,
        transaction: &Transaction<'_>,
        encoded: &[u8],
    ) -> Result<i64, rusqlite::Error> {
        if let Some(id) = self.origins.get(encoded) {
            return Ok(*id);
        }
        let found = transaction
            .prepare_cached("SELECT id FROM origin WHERE encoded = ?")?
            .query_row([encoded], |row| row.get(0))
            .optional()?;
        let id = match found {
            Some(id) => id,
            None => transaction
                .prepare_cached("INSERT INTO origin (encoded) VALUES (?)")?
                .insert([encoded])?,
        };
        self.origins.insert(encoded.to_owned(), id);
        Ok(id)
    }
}
