//! From a request to the page of Logs Insights: reads the address, runs the query, renders.

use std::{collections::BTreeMap, time::Instant};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use log_query::insights::{self, Query};

use super::{
    address::{InsightsView, PARAMETERS},
    page::{self, Fault, InsightsPage, Outcome},
    results::{self, Answer, AnswerRow},
    run::{self, Asked, PATIENCE},
};
use crate::{
    pages::{
        handlers::{Failed, Pairs, frame, shown},
        logs::handlers::{GROUPS, group_names, milliseconds},
    },
    server::AppState,
    store::{StoreError, logs::LogFailure},
};

/// Groups that one query may be over, as the service allows.
const MOST_GROUPS: usize = 50;

/// `GET /insights`.
pub(super) async fn insights(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_parameters(&pairs, &PARAMETERS);
    let page = asked(&state, &pairs, milliseconds(&frame)).await?;
    let status = if matches!(page.outcome, Outcome::Wrong(_)) {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    Ok((status, shown(page::page(&page, &frame))).into_response())
}

/// `GET /parts/insights`.
pub(super) async fn results_part(
    State(state): State<AppState>,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    let page = asked(&state, &pairs, milliseconds(&frame)).await?;
    Ok(shown(page::fragment(&page, &frame)))
}

/// `GET /parts/insights/event/{id}`: all fields of one event, to stand under its row.
pub(super) async fn event_part(
    State(state): State<AppState>,
    Path(id): Path<u64>,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?;
    Ok(match fields(&state, id, milliseconds(&frame)).await? {
        Some(fields) => shown(results::unfolded(id, &fields)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// All fields of an event, as queries name them; `None` if it is gone.
async fn fields(
    state: &AppState,
    id: u64,
    now: i64,
) -> Result<Option<Vec<(String, String)>>, StoreError> {
    let event = state.store.log_event(id, now).await?;
    Ok(event.map(|event| insights::fields_of(&event.as_event())))
}

async fn asked(
    state: &AppState,
    pairs: &[(String, String)],
    now: i64,
) -> Result<InsightsPage, Failed> {
    let view = InsightsView::read(pairs);
    let groups = group_names(state).await?;
    let outcome = match prepared(&view, &groups, now) {
        None => Outcome::NotAsked,
        Some(Err(fault)) => Outcome::Wrong(fault),
        Some(Ok((query, between))) => {
            let chosen = if view.groups.is_empty() {
                &groups
            } else {
                &view.groups
            };
            let asked = Asked {
                query,
                groups: chosen.clone(),
                between,
                now,
                patience: PATIENCE,
            };
            answered(state, &view, asked).await?
        }
    };
    Ok(InsightsPage {
        view,
        groups,
        outcome,
    })
}

/// The query and its range, or what is wrong; `None` if nothing is asked.
fn prepared(
    view: &InsightsView,
    groups: &[String],
    now: i64,
) -> Option<Result<(Query, crate::pages::logs::range::Between), Fault>> {
    let Some(text) = view.query.as_deref() else {
        // A range that is none is told before anything is asked.
        return view
            .range
            .resolve(now)
            .err()
            .map(|fault| Err(Fault::Range(fault)));
    };
    let query = match Query::parse(text) {
        Ok(query) => query,
        Err(error) => {
            return Some(Err(Fault::Query {
                message: error.message,
                place: Some((error.start, error.end)),
            }));
        }
    };
    let between = match view.range.resolve(now) {
        Ok(between) => between,
        Err(fault) => return Some(Err(Fault::Range(fault))),
    };
    // Of a list that is not whole, a group that is missing may be there: the store says so then.
    let is_whole = groups.len() < GROUPS;
    let mut chosen = view.groups.iter();
    let unknown = chosen.find(|name| is_whole && !groups.contains(name));
    let asked = if view.groups.is_empty() {
        groups.len()
    } else {
        view.groups.len()
    };
    let message = match unknown {
        Some(name) => format!("There is no log group “{name}”."),
        None if asked > MOST_GROUPS => format!(
            "A query may be over {MOST_GROUPS} log groups at most, and these are {asked}. Choose fewer."
        ),
        None => return Some(Ok((query, between))),
    };
    Some(Err(Fault::Groups(message)))
}

async fn answered(state: &AppState, view: &InsightsView, asked: Asked) -> Result<Outcome, Failed> {
    let began = Instant::now();
    let (between, now) = (asked.between, asked.now);
    let ran = match run::run(&state.store, asked).await {
        Ok(ran) => ran,
        Err(LogFailure::Store(error)) => return Err(error.into()),
        // It went while we looked.
        Err(failure @ (LogFailure::NoGroup | LogFailure::NoStream)) => {
            return Ok(Outcome::Wrong(Fault::Groups(failure.to_string())));
        }
    };
    if let Some(message) = ran.results.failure {
        return Ok(Outcome::Wrong(Fault::Query {
            message,
            place: None,
        }));
    }
    let mut unfolded = BTreeMap::new();
    for &id in &view.open {
        if ran.results.rows.iter().any(|row| row.id == Some(id))
            && let Some(fields) = fields(state, id, now).await?
        {
            unfolded.insert(id, fields);
        }
    }
    let statistics = ran.results.statistics;
    let rows = ran.results.rows.into_iter().map(|row| AnswerRow {
        unfolded: row.id.and_then(|id| unfolded.get(&id).cloned()),
        id: row.id,
        fields: row.fields,
    });
    Ok(Outcome::Answered(Answer {
        rows: rows.collect(),
        matched: statistics.records_matched as u64,
        scanned: statistics.records_scanned as u64,
        bytes: statistics.bytes_scanned as u64,
        took: began.elapsed(),
        is_cut: !ran.is_complete,
        histogram: ran.spread.buckets(between.from, between.to, now),
    }))
}
