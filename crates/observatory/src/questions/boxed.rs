//! What `POST /api/bubble-up` is sent: a query, a box on its heatmap, and what rows are meant.

use serde_json::Value as Json;
use span_columns::Selection;
use span_query::Query;

use crate::model::Dataset;

#[derive(Debug)]
pub(super) struct Boxed {
    pub(super) query: Query,
    pub(super) selection: Selection,
    /// If it is told here.
    pub(super) dataset: Option<Dataset>,
    pub(super) groups: Option<Vec<String>>,
}

impl Boxed {
    /// Reads it; what is wrong is told with its place.
    pub(super) fn read(body: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(body).map_err(|error| format!("no JSON: {error}"))?;
        let Json::Object(mut members) = json else {
            return Err("an object with `query` and `selection` is wanted".to_owned());
        };
        let query = members.remove("query").ok_or("query: missing")?;
        let query = Query::from_json(&query).map_err(|error| format!("query: {error}"))?;
        let selection = members.remove("selection").ok_or("selection: missing")?;
        let selection: Selection =
            serde_json::from_value(selection).map_err(|error| format!("selection: {error}"))?;
        let is_empty = selection.from_unix_nano >= selection.to_unix_nano;
        if is_empty || selection.min > selection.max {
            return Err(
                "selection: it must begin before it ends, and `min` must not be above `max`"
                    .to_owned(),
            );
        }
        let dataset = match members.remove("dataset") {
            None => None,
            Some(word) => Some(word.as_str().and_then(Dataset::parse).ok_or_else(|| {
                format!("dataset: {word} is not possible; possible: spans, segments, logs")
            })?),
        };
        let groups = members.remove("groups").map(serde_json::from_value);
        let groups = groups
            .transpose()
            .map_err(|error| format!("groups: {error}"))?;
        match members.keys().next() {
            None => Ok(Self {
                query,
                selection,
                dataset,
                groups,
            }),
            Some(unknown) => Err(format!(
                "{unknown}: no such key; possible: query, selection, dataset, groups"
            )),
        }
    }
}
