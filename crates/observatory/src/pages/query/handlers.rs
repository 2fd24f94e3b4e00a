//! From a request to the query page: reads the address, asks the store, keeps what was asked, renders. Saving is `saving`'s.

use std::time::Instant;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::Value as Json;
use span_query::Query;

use super::{
    address::{QueryView, SINGLE},
    faults::Fault,
    page::{self, Outcome, QueryPage},
    results::Answered,
    selected,
    shelf::Shelf,
    specification::Specified,
};
use crate::{
    model::Dataset,
    pages::{
        handlers::{Failed, Pairs, frame, shown},
        layout::Frame,
        logs::handlers::group_names,
    },
    server::AppState,
    store::{AskError, AskedQuery, Question},
};

/// The parts of a query that say which rows match, without the time.
const FILTERS: [&str; 2] = ["filters", "filter_combination"];

/// Bytes of an address that is kept in the history, all of which every page lists.
const MOST_KEPT: usize = 4_000;

/// `GET /query`.
pub(super) async fn query(
    State(state): State<AppState>,
    headers: HeaderMap,
    pairs: Pairs,
) -> Result<Response, Failed> {
    let frame = frame(&state).await?.with_single(&pairs, &SINGLE);
    let page = asked(&state, QueryView::read(&pairs), &headers, &frame).await?;
    let status = if matches!(page.outcome, Outcome::Wrong(_)) {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    Ok((status, shown(page::page(&page, &frame))).into_response())
}

/// `GET /parts/query`.
pub(super) async fn query_part(
    State(state): State<AppState>,
    headers: HeaderMap,
    pairs: Pairs,
) -> Result<Html<String>, Failed> {
    let frame = frame(&state).await?;
    let page = asked(&state, QueryView::read(&pairs), &headers, &frame).await?;
    Ok(shown(page::fragment(&page, &frame)))
}

/// Asks what the view says, and keeps it among what was asked.
pub(super) async fn asked(
    state: &AppState,
    view: QueryView,
    headers: &HeaderMap,
    frame: &Frame,
) -> Result<QueryPage, Failed> {
    let outcome = match view.specified() {
        Err(faults) => Outcome::Wrong(faults),
        Ok(specified) => match answered(state, &view, specified, headers, frame).await {
            Ok(answered) => Outcome::Answered(Box::new(answered)),
            Err(AskError::Store(error)) => return Err(error.into()),
            Err(error) => Outcome::Wrong(vec![fault(&error)]),
        },
    };
    let mut shelf = shelf(state).await?;
    let address = view.unboxed().href();
    let is_kept = !view.is_blank() && address.len() <= MOST_KEPT;
    if let (Outcome::Answered(answered), true) = (&outcome, is_kept) {
        let asked = AskedQuery {
            address,
            asked: frame.now,
            rows: answered.answer.table.groups as u64,
        };
        keep(state, &mut shelf, asked, &view);
    }
    Ok(QueryPage {
        fields: state.store.fields(view.of).await?,
        groups: match view.of {
            Dataset::Logs => group_names(state).await?,
            Dataset::Spans | Dataset::Segments => Vec::new(),
        },
        shelf,
        outcome,
        view,
    })
}

/// What is saved and what was asked.
async fn shelf(state: &AppState) -> Result<Shelf, Failed> {
    let (saved, asked) = (
        state.store.saved_queries().await?,
        state.store.asked_queries().await?,
    );
    let saved = saved.into_iter().map(|one| {
        let asks = QueryView::of_address(&one.address);
        (one, asks)
    });
    let asked = asked.into_iter().map(|one| {
        let asks = QueryView::of_address(&one.address);
        (one, asks)
    });
    Ok(Shelf {
        saved: saved.collect(),
        asked: asked.collect(),
        refused: None,
    })
}

/// Puts what was just asked in front, and has it stored without anybody waiting for that.
fn keep(state: &AppState, shelf: &mut Shelf, asked: AskedQuery, view: &QueryView) {
    shelf.asked.retain(|(one, _)| one.address != asked.address);
    shelf.asked.insert(0, (asked.clone(), view.unboxed()));
    shelf.asked.truncate(crate::store::MOST_ASKED);
    let store = state.store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.query_asked(asked).await {
            eprintln!("observatory: a query was not kept in the history: {error}");
        }
    });
}

async fn answered(
    state: &AppState,
    view: &QueryView,
    specified: Specified,
    headers: &HeaderMap,
    frame: &Frame,
) -> Result<Answered, AskError> {
    let Specified { json, query } = specified;
    // The present second counts: a range ends before its end.
    let now = frame.now / 1_000_000_000 + 1;
    let question = |query| Question {
        dataset: view.of,
        groups: view.groups.clone(),
        query,
        now,
    };
    let began = Instant::now();
    let answer = state.store.ask(question(query.clone())).await?;
    let took = began.elapsed();
    let (selection, fault_of_box) = match selected::read(&view.selection) {
        Ok(selection) => (selection, None),
        Err(fault) => (None, Some(fault)),
    };
    let boxed = match selection {
        Some(selection) => {
            let asked = state.store.bubble_up(question(query), selection.clone());
            Some((selection, asked.await.map_err(|error| error.to_string())))
        }
        None => None,
    };
    let elsewhere = if answer.rows_matched > 0 {
        None
    } else {
        let parts = FILTERS.map(|key| (key.to_owned(), json[key].clone()));
        let everywhere = Query::from_json(&Json::Object(parts.into_iter().collect()))?;
        let found = state.store.ask(question(everywhere)).await?;
        Some(found.rows_matched)
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    Ok(Answered {
        answer,
        took,
        boxed,
        fault_of_box,
        elsewhere,
        json,
        host: host.unwrap_or("localhost:4318").to_owned(),
    })
}

fn fault(error: &AskError) -> Fault {
    match error {
        AskError::Query(error) => Fault::of_query(error),
        AskError::NoGroup => Fault::new("group", 0, "One of these log groups is not there."),
        error => Fault::new("range", 0, error.to_string()),
    }
}
