//! Logs Insights queries: how these tests start and read them; one module for each concern.

mod asked;
mod kept;
mod results;
mod run;

use serde_json::{Value, json};

use crate::asking::{NOW, Observatory, SECOND, within};

const INVALID: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";

/// [`NOW`] in seconds.
const SECONDS: i64 = NOW / 1000;

/// A query over group `g` and an hour to either side.
fn query(text: &str) -> Value {
    json!({ "logGroupName": "g", "startTime": SECONDS - 3_600, "endTime": SECONDS + 3_600, "queryString": text })
}

async fn started(observatory: &Observatory, body: Value) -> String {
    let answer = observatory.ask("StartQuery", body).await;
    answer["queryId"].as_str().unwrap().to_owned()
}

/// Asks until a query is no longer in that state.
async fn while_it_is(observatory: &Observatory, id: &str, states: &[&str]) -> Value {
    within(id, async {
        loop {
            let answer = observatory
                .ask("GetQueryResults", json!({ "queryId": id }))
                .await;
            if !states.iter().any(|state| answer["status"] == *state) {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

async fn ended(observatory: &Observatory, id: &str) -> Value {
    while_it_is(observatory, id, &["Scheduled", "Running"]).await
}

async fn ran(observatory: &Observatory, body: Value) -> Value {
    let id = started(observatory, body).await;
    ended(observatory, &id).await
}

/// The rows of an answer without `@ptr`, each as `name=value` joined by spaces.
fn rows(answer: &Value) -> Vec<String> {
    let row = |row: &Value| -> String {
        let fields = row.as_array().unwrap().iter();
        let fields = fields.filter(|field| field["field"] != "@ptr");
        let shown: Vec<String> = fields
            .map(|field| {
                format!(
                    "{}={}",
                    field["field"].as_str().unwrap(),
                    field["value"].as_str().unwrap()
                )
            })
            .collect();
        shown.join(" ")
    };
    answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

/// An observatory with ten events a tenth of a second apart in `g`.
async fn ten() -> Observatory {
    filled(Observatory::start(), 10).await
}

async fn filled(observatory: Observatory, number: i64) -> Observatory {
    observatory.make("g", &["s"]).await;
    let messages: Vec<String> = (0..number)
        .map(|n| format!("{{\"n\":{n},\"odd\":\"{}\"}}", n % 2 == 1))
        .collect();
    let events: Vec<(i64, &str)> = messages
        .iter()
        .enumerate()
        .map(|(n, message)| (NOW + n as i64 * SECOND / 10, message.as_str()))
        .collect();
    for call in events.chunks(10_000) {
        observatory.put("g", "s", call).await;
    }
    observatory
}
