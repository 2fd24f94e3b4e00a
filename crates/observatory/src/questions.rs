//! Questions over stored rows as JSON: `POST /api/query` in Honeycomb's query specification, which fields and values there are.
//!
//! | request | answer |
//! |---|---|
//! | `POST /api/query` | the table (`columns`, `rows`, `groups`), and `series`, `heatmaps`, `examples`, `unknown_columns`, `rows_scanned`, `rows_matched`, `extent_unix_nano` |
//! | `POST /api/bubble-up` with `query`, `selection` (`column`, `from_unix_nano`, `to_unix_nano`, `min`, `max`), `dataset`, `groups` | `inside`, `outside`, `differences`, `left_out` |
//! | `GET /api/fields` | `fields`, each with `name`, `is_number`, `is_text`, `rows` |
//! | `GET /api/values?field=&prefix=&limit=` | `values`, each with `value` and `rows`, the most frequent first; texts of more than 1,000 characters are left out |
//!
//! What rows are meant is in the address: `of=spans|segments|logs` (`dataset` means the same), and for log events `group`,
//! which may come more than once. What is wrong is refused with 400 and `error`, a sentence.

mod boxed;
mod told;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        Query as Parameters, State,
        rejection::{BytesRejection, QueryRejection},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;
use serde_json::json;
use span_query::Query;

use self::{boxed::Boxed, told::Told};
use crate::{
    model::Dataset,
    server::AppState,
    store::{AskError, Question, StoreError},
};

/// Values given without `limit`, and at most.
const VALUES: usize = 50;
const MOST_VALUES: usize = 1_000;
/// Characters of what is told of a request that is refused.
const MOST_TOLD: usize = 1_000;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/query", post(query))
        .route("/api/bubble-up", post(bubble_up))
        .route("/api/fields", get(fields))
        .route("/api/values", get(values))
}

/// Why there is no answer.
struct Refusal(StatusCode, String);

impl Refusal {
    /// What is wrong, which may hold what was sent: not all of that is sent back.
    fn bad(message: impl ToString) -> Self {
        let mut message = message.to_string();
        if let Some((end, _)) = message.char_indices().nth(MOST_TOLD) {
            message.truncate(end);
            message.push('…');
        }
        Self(StatusCode::BAD_REQUEST, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<BytesRejection> for Refusal {
    fn from(rejection: BytesRejection) -> Self {
        let told = format!("{}: at most 2 MB are read", rejection.body_text());
        Self(rejection.status(), told)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
    }
}

impl From<AskError> for Refusal {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Store(error) => error.into(),
            error => Self::bad(error),
        }
    }
}

/// An address's parameters, in their order.
type Address = Result<Parameters<Vec<(String, String)>>, QueryRejection>;

/// A body; its rejection, if it is too long.
type Body = Result<Bytes, BytesRejection>;

/// What an address tells.
#[derive(Debug, Default)]
struct Asked {
    dataset: Dataset,
    groups: Vec<String>,
    field: Option<String>,
    prefix: String,
    limit: Option<usize>,
}

impl Asked {
    /// Reads an address's query, in which only the parameters `known` may be.
    fn read(address: Address, known: &[&str]) -> Result<Self, Refusal> {
        let Parameters(pairs) = address.map_err(|error| Refusal::bad(error.body_text()))?;
        let mut asked = Self::default();
        for (place, (name, value)) in pairs.iter().enumerate() {
            let again = |(other, _): &(String, String)| other == name;
            if name != "group" && known.contains(&name.as_str()) && pairs[..place].iter().any(again)
            {
                return Err(Refusal::bad(format!("{name}: it is given more than once")));
            }
            let value = value.clone();
            if !known.contains(&name.as_str()) {
                let known = known.join("`, `");
                return Err(Refusal::bad(format!(
                    "`{name}` is no parameter of this address; possible: `{known}`"
                )));
            }
            match name.as_str() {
                "of" | "dataset" => {
                    asked.dataset = Dataset::parse(&value).ok_or_else(|| {
                        Refusal::bad(format!(
                            "{name}: `{value}` is not possible; possible: spans, segments, logs"
                        ))
                    })?;
                }
                "group" => asked.groups.push(value),
                "field" => asked.field = Some(value),
                "prefix" => asked.prefix = value,
                _ => {
                    let limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MOST_VALUES).contains(limit));
                    asked.limit = Some(limit.ok_or_else(|| {
                        Refusal::bad(format!(
                            "limit: `{value}` found, a number from 1 to {MOST_VALUES} wanted"
                        ))
                    })?);
                }
            }
        }
        Ok(asked)
    }
}

async fn query(
    State(state): State<AppState>,
    address: Address,
    body: Body,
) -> Result<Response, Refusal> {
    let asked = Asked::read(address, &["of", "dataset", "group"])?;
    let query: Query = text(&body?)?
        .parse()
        .map_err(|error: span_query::Error| Refusal::bad(error))?;
    let question = Question {
        dataset: asked.dataset,
        groups: asked.groups,
        query,
        now: state.clock.seconds(),
    };
    Ok(Json(Told::from(state.store.ask(question).await?)).into_response())
}

async fn bubble_up(
    State(state): State<AppState>,
    address: Address,
    body: Body,
) -> Result<Response, Refusal> {
    let asked = Asked::read(address, &["of", "dataset", "group"])?;
    let boxed = Boxed::read(text(&body?)?).map_err(Refusal::bad)?;
    let question = Question {
        dataset: boxed.dataset.unwrap_or(asked.dataset),
        groups: boxed.groups.unwrap_or(asked.groups),
        query: boxed.query,
        now: state.clock.seconds(),
    };
    let found = state.store.bubble_up(question, boxed.selection).await?;
    Ok(Json(found).into_response())
}

async fn fields(State(state): State<AppState>, address: Address) -> Result<Response, Refusal> {
    let asked = Asked::read(address, &["of", "dataset"])?;
    let fields = state.store.fields(asked.dataset).await?;
    Ok(Json(json!({"fields": fields})).into_response())
}

async fn values(State(state): State<AppState>, address: Address) -> Result<Response, Refusal> {
    let known = ["of", "dataset", "field", "prefix", "limit"];
    let asked = Asked::read(address, &known)?;
    let Some(field) = asked.field else {
        return Err(Refusal::bad(
            "field: missing; name the field whose values are wanted",
        ));
    };
    let limit = asked.limit.unwrap_or(VALUES);
    let values = state
        .store
        .values(asked.dataset, &field, &asked.prefix, limit)
        .await?;
    let told = |(value, rows)| json!({"value": value, "rows": rows});
    let values: Vec<_> = values.into_iter().map(told).collect();
    Ok(Json(json!({"values": values})).into_response())
}

fn text(body: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(Refusal::bad)
}
