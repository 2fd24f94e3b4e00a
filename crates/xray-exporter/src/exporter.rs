//! The span exporter: spans are translated, handed to the transport, and what is lost is told. How they travel is in `transport`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};

use crate::{Transport, background::Background};

/// Exports spans as X-Ray segment documents, one a span.
#[derive(Debug)]
pub struct XrayExporter {
    transport: Arc<dyn Transport>,
    background: Result<Background, String>,
    indexed_attributes: Vec<String>,
    index_all: bool,
    resource: ResourceAttributesWithSchema,
    within: Duration,
    is_shut_down: AtomicBool,
}

impl XrayExporter {
    /// Exports by `transport`, on a thread that this starts. The resource comes from the tracer provider.
    pub fn new(transport: impl Transport + 'static) -> Self {
        let transport: Arc<dyn Transport> = Arc::new(transport);
        Self {
            background: Background::start(Arc::clone(&transport))
                .map_err(|error| error.to_string()),
            transport,
            indexed_attributes: Vec::new(),
            index_all: false,
            resource: ResourceAttributesWithSchema::default(),
            within: Duration::from_secs(10),
            is_shut_down: AtomicBool::new(false),
        }
    }

    /// Span attributes that become annotations, which filter expressions find; the others become metadata.
    #[must_use]
    pub fn with_indexed_attributes(
        mut self,
        keys: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.indexed_attributes = keys.into_iter().map(Into::into).collect();
        self
    }

    /// Whether every attribute becomes an annotation.
    #[must_use]
    pub fn with_index_all(mut self, index_all: bool) -> Self {
        self.index_all = index_all;
        self
    }

    /// How long one export may take before it is broken off with [`OTelSdkError::Timeout`]; 10 s unless said otherwise, as with OTLP.
    #[must_use]
    pub fn with_timeout(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }
}

impl SpanExporter for XrayExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if self.is_shut_down.load(Ordering::Acquire) {
            return Err(OTelSdkError::AlreadyShutdown);
        }
        let _ = (
            batch,
            &self.background,
            &self.transport,
            &self.resource,
            self.within,
        );
        Err(OTelSdkError::InternalFailure(
            "X-Ray: nothing is translated yet".into(),
        ))
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        self.is_shut_down.store(true, Ordering::Release);
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}
