//! `POST /v1/traces`: checks in Honeycomb's order, and its answers.

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
    routing::post,
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;

use super::{
    content::{Encoding, Format, MAX_BODY_BYTES, MAX_DECOMPRESSED_BYTES, Unreadable, decompress},
    reply::{self, code},
};
use span_record::decode::{self, Undecodable};

use crate::{
    honeycomb::KeyError,
    journal::{Refused, refusals::By},
    server::AppState,
    store::{Batch, Store},
};

/// Where spans are sent.
pub(crate) const TRACES: &str = "/v1/traces";

/// Bodies larger than this are decoded on a thread that may take its time.
const DECODED_IN_PLACE: usize = 16 * 1024;

/// How much more than a body's bound is read before the connection is given up, so that the sender hears why.
const DRAINED_BYTES: usize = 4 * MAX_BODY_BYTES;

/// The routes of OTLP over HTTP.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(TRACES, post(traces))
        .route("/v1/logs", post(|headers| unsupported(headers, "logs")))
        .route(
            "/v1/metrics",
            post(|headers| unsupported(headers, "metrics")),
        )
}

/// What is not kept is refused: an exporter that is answered 200 believes that it was stored.
async fn unsupported(headers: HeaderMap, signal: &'static str) -> Response {
    let message = format!(
        "the observatory takes traces only, not {signal}; switch the {signal} exporter off"
    );
    let refused = Refused::new(By::OtlpHttp, "NoLogsOrMetrics", &message[..]);
    let response = match Format::of(&headers) {
        Some(format) => reply::error(
            format,
            StatusCode::NOT_IMPLEMENTED,
            code::UNIMPLEMENTED,
            &message,
        ),
        None => reply::text(StatusCode::NOT_IMPLEMENTED, message),
    };
    carrying(response, refused)
}

async fn traces(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(format) = Format::of(&parts.headers) else {
        let valid = Format::NAMES.join(", ");
        let message = format!("unsupported content-type, valid types are: {valid}");
        let refused = Refused::new(By::OtlpHttp, "ContentType", &message[..]);
        let response = reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        return carrying(response, refused);
    };
    match receive(&state, format, &parts.headers, body).await {
        Ok(accepted) => {
            let response = reply::success(format, &accepted);
            match reply::in_part(By::OtlpHttp, &accepted) {
                Some(refused) => carrying(response, refused),
                None => response,
            }
        }
        Err(refusal) => {
            let refused = Refused::new(By::OtlpHttp, refusal.reason(), refusal.message());
            carrying(refusal.response(format), refused)
        }
    }
}

/// With a note of what was refused, for who watches.
fn carrying(mut response: Response, refused: Refused) -> Response {
    response.extensions_mut().insert(refused);
    response
}

async fn receive(
    state: &AppState,
    format: Format,
    headers: &HeaderMap,
    body: Body,
) -> Result<crate::store::Accepted, Refusal> {
    state.keys.check(headers).map_err(Refusal::Key)?;
    let encoding = Encoding::of(headers).map_err(Refusal::Encoding)?;
    let body = collect(body).await?;
    let prepared = if encoding == Encoding::Identity && body.len() <= DECODED_IN_PLACE {
        prepare(format, encoding, body)
    } else {
        tokio::task::spawn_blocking(move || prepare(format, encoding, body))
            .await
            .map_err(|_| Refusal::Body)?
    };
    let batch = prepared?;
    let brought = batch.spans_by_service();
    let accepted = store(&state.store, batch).await?;
    let form = format!("{}{}", format.word(), encoding.suffix());
    state
        .arrivals
        .spans(By::OtlpHttp, &form, brought, &accepted);
    Ok(accepted)
}

async fn store(store: &Store, batch: Batch) -> Result<crate::store::Accepted, Refusal> {
    store
        .ingest_batch(batch)
        .await
        .map_err(|error| Refusal::Store(error.to_string()))
}

fn prepare(format: Format, encoding: Encoding, body: Bytes) -> Result<Batch, Refusal> {
    let body = decompress(encoding, body).map_err(|unreadable| match unreadable {
        Unreadable::TooLarge => Refusal::Unfolded,
        Unreadable::Corrupt => Refusal::Body,
    })?;
    let request = match format {
        Format::Json => decode::json(&body),
        Format::Protobuf(_) => decode::protobuf(&body),
    };
    match request {
        Ok(request) => Ok(Batch::new(request)),
        Err(Undecodable::Garbage) => Err(Refusal::Body),
        Err(Undecodable::TooManyParts) => Err(Refusal::Parts),
    }
}

async fn collect(mut body: Body) -> Result<Bytes, Refusal> {
    let mut collected = BytesMut::new();
    let mut received = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::Body)?.into_data() else {
            continue;
        };
        received += data.len();
        if received > DRAINED_BYTES {
            break;
        } else if received > MAX_BODY_BYTES {
            collected = BytesMut::new();
        } else {
            collected.extend_from_slice(&data);
        }
    }
    if received > MAX_BODY_BYTES {
        Err(Refusal::Size)
    } else {
        Ok(collected.freeze())
    }
}

/// Why a request is refused.
enum Refusal {
    Key(KeyError),
    /// The name of an encoding that is not taken.
    Encoding(String),
    Size,
    Unfolded,
    Parts,
    Body,
    Store(String),
}

impl Refusal {
    /// In a word, as refusals are counted.
    fn reason(&self) -> &'static str {
        match self {
            Self::Key(error) => error.reason(),
            Self::Encoding(_) => "ContentEncoding",
            Self::Size | Self::Unfolded | Self::Parts => "TooLarge",
            Self::Body => "NotOtlp",
            Self::Store(_) => "StoreFailed",
        }
    }

    /// What the sender is told.
    fn message(&self) -> String {
        match self {
            Self::Key(error) => error.to_string(),
            Self::Encoding(name) => format!(
                "unsupported content-encoding {name:?}, valid encodings are: gzip, deflate, zstd"
            ),
            Self::Size => {
                format!("the body is larger than {MAX_BODY_BYTES} bytes; send smaller batches")
            }
            Self::Unfolded => format!(
                "the body is larger than {MAX_DECOMPRESSED_BYTES} bytes once decompressed; send smaller batches"
            ),
            Self::Parts => {
                "the body has too many spans and attributes for one request; send smaller batches"
                    .to_owned()
            }
            Self::Body => "failed to parse OTLP request body".to_owned(),
            Self::Store(message) => message.clone(),
        }
    }

    fn response(&self, format: Format) -> Response {
        let (status, code) = match self {
            Self::Encoding(_) => {
                return reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, self.message());
            }
            Self::Key(_) => (StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED),
            Self::Size | Self::Unfolded | Self::Parts => {
                (StatusCode::PAYLOAD_TOO_LARGE, code::RESOURCE_EXHAUSTED)
            }
            Self::Body => (StatusCode::BAD_REQUEST, code::INVALID_ARGUMENT),
            Self::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE),
        };
        reply::error(format, status, code, &self.message())
    }
}
