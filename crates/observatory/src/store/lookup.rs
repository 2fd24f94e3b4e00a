//! What the database's numbers stand for, read as they are met and remembered for the length of one question.

use std::{collections::HashMap, sync::Arc};

use opentelemetry_proto::tonic::{
    common::v1::InstrumentationScope, resource::v1::Resource, trace::v1::ResourceSpans,
};
use prost::Message;
use rusqlite::{Connection, OptionalExtension};
use span_record::OF_DOCUMENTS;

use super::error::StoreError;

/// An operation's service, name and kind.
#[derive(Clone, Debug)]
pub(crate) struct OperationRow {
    pub(crate) service: i64,
    pub(crate) name: String,
    pub(crate) kind: i32,
}

/// A resource with one scope.
#[derive(Clone, Debug)]
pub(crate) struct OriginRow {
    pub(crate) resource: Arc<Resource>,
    pub(crate) resource_schema_url: Arc<str>,
    pub(crate) scope: Arc<InstrumentationScope>,
    pub(crate) scope_schema_url: Arc<str>,
    /// Its spans were made of X-Ray's documents.
    pub(crate) is_of_documents: bool,
}

/// Reads each number once.
pub(crate) struct Lookup<'a> {
    pub(crate) connection: &'a Connection,
    services: HashMap<i64, String>,
    operations: HashMap<i64, Arc<OperationRow>>,
    origins: HashMap<i64, OriginRow>,
    /// Resources that several scopes share are kept once.
    resources: HashMap<Vec<u8>, Arc<Resource>>,
    /// Whether there is any document of X-Ray's, once that was asked.
    has_documents: Option<bool>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            services: HashMap::new(),
            operations: HashMap::new(),
            origins: HashMap::new(),
            resources: HashMap::new(),
            has_documents: None,
        }
    }

    /// Whether there is any document of X-Ray's: where there is none, no trace need be asked for its own.
    pub(crate) fn has_documents(&mut self) -> Result<bool, StoreError> {
        if let Some(known) = self.has_documents {
            return Ok(known);
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM segment)")?;
        let has = select.query_row((), |row| row.get(0))?;
        self.has_documents = Some(has);
        Ok(has)
    }

    /// The number of a service; `None` if there is no such service.
    pub(crate) fn service_id(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT id FROM service WHERE name = ?")?;
        Ok(select.query_row([name], |row| row.get(0)).optional()?)
    }

    /// The name of a service.
    pub(crate) fn service(&mut self, id: i64) -> Result<String, StoreError> {
        if let Some(name) = self.services.get(&id) {
            return Ok(name.clone());
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT name FROM service WHERE id = ?")?;
        let name: String = select.query_row([id], |row| row.get(0))?;
        self.services.insert(id, name.clone());
        Ok(name)
    }

    pub(crate) fn operation(&mut self, id: i64) -> Result<Arc<OperationRow>, StoreError> {
        if let Some(known) = self.operations.get(&id) {
            return Ok(Arc::clone(known));
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT service, name, kind FROM operation WHERE id = ?")?;
        let operation = Arc::new(select.query_row([id], |row| {
            Ok(OperationRow {
                service: row.get(0)?,
                name: row.get(1)?,
                kind: row.get(2)?,
            })
        })?);
        self.operations.insert(id, Arc::clone(&operation));
        Ok(operation)
    }

    pub(crate) fn origin(&mut self, id: i64) -> Result<OriginRow, StoreError> {
        if let Some(known) = self.origins.get(&id) {
            return Ok(known.clone());
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT encoded FROM origin WHERE id = ?")?;
        let encoded: Vec<u8> = select.query_row([id], |row| row.get(0))?;
        let mut decoded = ResourceSpans::decode(encoded.as_slice())?;
        let resource = decoded.resource.take().unwrap_or_default();
        let scope = decoded.scope_spans.pop().unwrap_or_default();
        let resource = self
            .resources
            .entry(resource.encode_to_vec())
            .or_insert_with(|| Arc::new(resource));
        let origin = OriginRow {
            resource: Arc::clone(resource),
            resource_schema_url: decoded.schema_url.into(),
            scope: Arc::new(scope.scope.unwrap_or_default()),
            scope_schema_url: scope.schema_url.into(),
            is_of_documents: encoded.starts_with(&OF_DOCUMENTS),
        };
        self.origins.insert(id, origin.clone());
        Ok(origin)
    }
}
