//! Logs Insights: the query of lab 4's solution, and each command.

use incident_recording::{END, GROUP, START};
use log_query::insights::Query;
use serde_json::{Value as Json, json};

use crate::running::BOTH;

type Row = Vec<(String, String)>;

/// Fails unless both give the same rows, and gives them. A row's `@ptr` is its event's address in one store, and left out.
#[track_caller]
fn check(text: &str) -> Vec<Row> {
    let query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {}", error.message));
    let rows = BOTH.stores.insights(&query).expect("rows");
    let stores: Vec<Row> = rows
        .into_iter()
        .map(|row| without_pointer(row.fields))
        .collect();
    let observatory = BOTH.runtime.block_on(asked(text));
    for (ours, theirs) in stores.iter().zip(&observatory) {
        assert_eq!(
            ours, theirs,
            "the stores' row, and the observatory's, of {text}"
        );
    }
    assert_eq!(stores.len(), observatory.len(), "{text}");
    stores
}

async fn asked(text: &str) -> Vec<Row> {
    let query = json!({
        "logGroupName": GROUP, "queryString": text,
        "startTime": START - 3_600, "endTime": END + 3_600,
    });
    let started = BOTH.logs("StartQuery", query).await;
    let id = json!({"queryId": started["queryId"]});
    loop {
        let answer = BOTH.logs("GetQueryResults", id.clone()).await;
        match answer["status"].as_str() {
            Some("Scheduled" | "Running") => tokio::task::yield_now().await,
            Some("Complete") => return rows(&answer),
            _ => panic!("{text}: {answer}"),
        }
    }
}

fn rows(answer: &Json) -> Vec<Row> {
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let row = |row: &Json| {
        let fields = row.as_array().expect("a row").iter();
        without_pointer(fields.map(|field| (text(&field["field"]), text(&field["value"]))))
    };
    answer["results"]
        .as_array()
        .expect("rows")
        .iter()
        .map(row)
        .collect()
}

fn without_pointer(fields: impl IntoIterator<Item = (String, String)>) -> Row {
    let fields = fields.into_iter();
    fields.filter(|(name, _)| name != "@ptr").collect()
}

#[test]
fn the_queries_of_the_solution_and_of_the_guide() {
    for every in ["1m", "10s"] {
        let found = check(&format!(
            "filter message = \"search throttled, falling back to the database\"
            | stats count(*) as fallbacks by bin({every}) as minute"
        ));
        assert!(!found.is_empty(), "{every}");
    }
}

#[test]
fn events_and_their_fields() {
    for text in [
        "fields @timestamp, @message",
        "fields @timestamp, @message | limit 50",
        "fields @timestamp, @message, @logStream, @log | sort @timestamp asc | limit 10000",
        "fields @timestamp, @logStream | sort @logStream, @timestamp desc | limit 999",
        "fields @ingestionTime, level, message, trace_id, span_id, xray_trace_id | limit 200",
        "filter level = \"WARN\" | display @timestamp, message",
        "filter level in [\"ERROR\", \"WARN\"] and `http.response.status_code` != 429",
        "filter http.response.status_code = 429 | fields http.route, url.path, request_id",
        "filter @message like /429/ | sort trace_id",
        "filter message not like /answered/ | fields message, app.attempts, app.profile_handle",
        "filter ispresent(error.type) and app.attempt >= 2",
        "filter http.server.request.duration > 0.7 | sort http.server.request.duration desc | limit 20",
        "filter @logStream = \"backend-1\" and level = \"INFO\" | limit 100",
        "fields concat(http.request.method, ' ', http.route) as what | dedup what",
        "filter isIpv4InSubnet(client.address, \"203.0.113.0/28\") | fields client.address",
        "parse @message '\"url.path\":\"*\"' as path | filter path like /home/ | limit 30",
        "parse url.path /\\/api\\/(?<kind>[a-z_]+)/ | fields kind, url.path | limit 300",
    ] {
        assert!(!check(text).is_empty(), "{text}");
    }
}

#[test]
fn statistics() {
    for text in [
        "stats count(*)",
        "stats count(*) by level",
        "stats count(*) as n by message, level | sort n desc",
        "stats count(*) by bin(5m), level",
        "stats count(*) by bin(1h)",
        "stats count(*), avg(http.server.request.duration), pct(http.server.request.duration, 95) by http.route",
        "stats sum(http.server.request.duration), min(http.server.request.duration), max(http.server.request.duration), \
         stddev(http.server.request.duration) by @logStream",
        "stats count_distinct(trace_id), count_distinct(request_id), count(error.type) by level",
        "stats earliest(message), latest(message), sortsFirst(url.path), sortsLast(url.path) by @logStream",
        "stats count(*) as n by trace_id | filter n > 5 | sort n desc, trace_id asc",
        "stats count(*) as n by bin(1m) as minute | stats max(n), min(n), avg(n)",
        "parse message '* *' as first, rest | stats count(*) by first",
        "filter level = \"WARN\" | stats count(*) by span_id | limit 10000",
        "stats count(*) by datefloor(@ingestionTime, 1m)",
        "filter toMillis(now()) - toMillis(@timestamp) < 600000 | stats count(*)",
        "stats latest(@logStream) by bin(1s) | limit 3600",
    ] {
        assert!(!check(text).is_empty(), "{text}");
    }
    assert!(check("filter message = \"nothing\" | stats count(*)").is_empty());
}
