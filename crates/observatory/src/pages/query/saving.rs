//! Saving a query under a name, renaming and deleting saved ones: forms that lead back to the page.
//! Requests of strangers' pages are refused before, by `access`.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::{address::QueryView, handlers::asked, page, shelf::MOST_NAME};
use crate::{
    pages::handlers::{Failed, frame, shown},
    server::AppState,
};

/// `POST /query/saved`: `query` is the page's address, `name` its name.
pub(super) async fn save(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failed> {
    let form = Form::read(&body);
    let view = form.view("query");
    let message = match form.name() {
        Err(message) => message,
        Ok(name) => {
            let now = state.clock.nanos();
            match state.store.save_query(&name, &view.href(), now).await? {
                Ok(id) => return Ok(back(&view, &format!("#saved-{id}"))),
                Err(error) => error.to_string(),
            }
        }
    };
    refused(&state, view, &headers, (form.text("name"), message)).await
}

/// `POST /query/saved/{id}/rename`: `name` is the new one, `back` the page's address.
pub(super) async fn rename(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failed> {
    let form = Form::read(&body);
    let view = form.view("back");
    let message = match form.name() {
        Err(message) => message,
        Ok(name) => match state.store.rename_query(id, &name).await? {
            Ok(()) => return Ok(back(&view, &format!("#saved-{id}"))),
            Err(error) => error.to_string(),
        },
    };
    refused(&state, view, &headers, (form.text("name"), message)).await
}

/// `POST /query/saved/{id}/delete`: `back` is the page's address.
pub(super) async fn delete(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    body: Bytes,
) -> Result<Response, Failed> {
    let form = Form::read(&body);
    state.store.delete_query(id).await?;
    Ok(back(&form.view("back"), "#saved"))
}

/// The page again, with what was wrong.
async fn refused(
    state: &AppState,
    view: QueryView,
    headers: &HeaderMap,
    refused: (String, String),
) -> Result<Response, Failed> {
    let frame = frame(state).await?;
    let mut page = asked(state, view, headers, &frame).await?;
    page.shelf.refused = Some(refused);
    Ok((StatusCode::CONFLICT, shown(page::page(&page, &frame))).into_response())
}

/// To the page by a request of its own, so that reloading it sends nothing again.
fn back(view: &QueryView, fragment: &str) -> Response {
    let place = view.href() + fragment;
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// A form that was sent.
struct Form(Vec<(String, String)>);

impl Form {
    /// What is no form is an empty one.
    fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let uri: Option<Uri> = format!("/?{text}").parse().ok();
        let pairs = uri.and_then(|uri| Query::try_from_uri(&uri).ok());
        Self(pairs.map_or_else(Vec::new, |Query(pairs)| pairs))
    }

    fn text(&self, key: &str) -> String {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map_or_else(String::new, |(_, value)| value.trim().to_owned())
    }

    /// A query as the page's address has it.
    fn view(&self, key: &str) -> QueryView {
        QueryView::of_address(&self.text(key))
    }

    fn name(&self) -> Result<String, String> {
        let name = self.text("name");
        match name.chars().count() {
            0 => Err("A name is missing.".to_owned()),
            1..=MOST_NAME => Ok(name),
            _ => Err(format!("A name has at most {MOST_NAME} characters.")),
        }
    }
}
