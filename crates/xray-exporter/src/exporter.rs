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

use xray_segment::translate::Options;

use crate::{Delivery, Transport, background::Background, documents::Documents};

/// Exports spans as X-Ray segment documents, one a span: the service puts them together.
///
/// What the transport gave up comes back as [`OTelSdkError::InternalFailure`], in words:
///
/// ```text
/// X-Ray: 2 of 120 spans were not taken: InvalidTraceId: Invalid segment. ErrorCode: InvalidTraceId (segment 53995c3f42cd8ad8 and 1 more)
/// ```
///
/// It works under every span processor, with a tokio runtime around or without, since the transport runs on a thread of its own.
#[derive(Debug)]
pub struct XrayExporter {
    transport: Arc<dyn Transport>,
    background: Result<Background, String>,
    options: Options,
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
            options: Options::default(),
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
        self.options.indexed_attributes = keys.into_iter().map(Into::into).collect();
        self
    }

    /// Whether every attribute becomes an annotation.
    #[must_use]
    pub fn with_index_all(mut self, index_all: bool) -> Self {
        self.options.index_all = index_all;
        self
    }

    /// How long one export may take before it is broken off and its spans given up; 10 s unless said otherwise, as with OTLP.
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
        let background = self.background.as_ref().map_err(|error| {
            OTelSdkError::InternalFailure(format!(
                "X-Ray: {0} of {0} spans were not taken: Stopped: no thread to send on: {error}",
                batch.len()
            ))
        })?;
        let Documents { documents, origins } = Documents::of(
            batch,
            &self.resource,
            &self.options,
            self.transport.max_document_bytes(),
        );
        let told = if documents.is_empty() {
            Ok(Delivery::default())
        } else {
            background.send(documents, self.within).await
        };
        origins
            .loss(told, self.within)
            .map_err(OTelSdkError::InternalFailure)
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        self.is_shut_down.store(true, Ordering::Release);
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}
