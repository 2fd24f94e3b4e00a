//! `opentelemetry.proto.collector.trace.v1.TraceService/Export` over gRPC.
//!
//! Written on tonic's own building blocks: the generated service would add a client, TLS plumbing and a second router
//! to every build of the labs, for one method.

use std::{future::Future, pin::Pin};

use axum::{Router, extract::State};
use bytes::{Buf, Bytes};
use http::Request;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use tonic::{
    Status,
    codec::{Codec, CompressionEncoding, DecodeBuf, Decoder},
    server::{Grpc, UnaryService},
};
use tonic_prost::ProstCodec;

use super::{content::MAX_BODY_BYTES, reply};
use span_record::decode::{self, Undecodable};

use crate::{
    journal::{Refused, refusals::By},
    server::AppState,
    store::Batch,
};

const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// The gRPC port's routes; any other method is answered `UNIMPLEMENTED`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(EXPORT, axum::routing::post(export))
        .fallback(|request: Request<axum::body::Body>| async move {
            let method = request.uri().path().trim_start_matches('/');
            let message = format!("the observatory has no method {method:?}; it takes traces only");
            Status::unimplemented(message).into_http::<axum::body::Body>()
        })
}

async fn export(
    State(state): State<AppState>,
    request: Request<axum::body::Body>,
) -> http::Response<tonic::body::Body> {
    // Before the message is read, as a sender without a key must not make us work.
    if let Err(error) = state.keys.check(request.headers()) {
        let mut response = Status::unauthenticated(error.to_string()).into_http();
        let refused = Refused::new(By::OtlpGrpc, error.reason(), error.to_string());
        response.extensions_mut().insert(refused);
        return response;
    }
    Grpc::new(WholeMessage)
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MAX_BODY_BYTES)
        .unary(Export(state), request)
        .await
}

struct Export(AppState);

impl UnaryService<Bytes> for Export {
    type Response = ExportTraceServiceResponse;
    type Future = Pin<
        Box<
            dyn Future<Output = Result<tonic::Response<ExportTraceServiceResponse>, Status>> + Send,
        >,
    >;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        let AppState {
            store, arrivals, ..
        } = self.0.clone();
        Box::pin(async move {
            let message = request.into_inner();
            let batch = tokio::task::spawn_blocking(move || {
                decode::protobuf(&message).map(Batch::new).map_err(|undecodable| match undecodable {
                    Undecodable::Garbage => Status::invalid_argument("failed to parse OTLP request body"),
                    Undecodable::TooManyParts => Status::resource_exhausted(
                        "the message has too many spans and attributes for one request; send smaller batches",
                    ),
                })
            })
            .await
            .map_err(|_| Status::internal("the message could not be decoded"))??;
            let brought = batch.spans_by_service();
            let accepted = store
                .ingest_batch(batch)
                .await
                .map_err(|error| Status::unavailable(error.to_string()))?;
            arrivals.spans(By::OtlpGrpc, "protobuf", brought, &accepted);
            let mut response = tonic::Response::new(reply::response(&accepted));
            if let Some(refused) = reply::in_part(By::OtlpGrpc, &accepted) {
                response.extensions_mut().insert(refused);
            }
            Ok(response)
        })
    }
}

/// Gives a message as it came, so that it is checked and decoded in the same place as one that came over HTTP.
struct WholeMessage;

impl Codec for WholeMessage {
    type Encode = ExportTraceServiceResponse;
    type Decode = Bytes;
    type Encoder = <ProstCodec<ExportTraceServiceResponse, ()> as Codec>::Encoder;
    type Decoder = Self;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<ExportTraceServiceResponse, ()>::default().encoder()
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Decoder for WholeMessage {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(message.copy_to_bytes(message.remaining())))
    }
}
