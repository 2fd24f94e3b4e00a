//! GetServiceGraph and GetTimeSeriesServiceStatistics: of a time range, of a group.

use serde_json::{Value, json};

use crate::running::{Observatory, START, segment, with};

#[tokio::test]
async fn gives_the_graph_of_a_time_range() {
    let observatory = Observatory::new();
    let later = with(
        segment(2, 1, "later"),
        json!({ "start_time": START + 100.0, "end_time": START + 101.0 }),
    );
    let query = json!({ "subsegments": [{
        "id": "0000000000000002", "name": "cruddur", "namespace": "remote",
        "start_time": START, "end_time": START + 0.05,
        "sql": { "database_type": "SQLite", "sanitized_query": "SELECT 1" },
    }] });
    observatory
        .put(&[with(segment(1, 1, "backend"), query), later])
        .await;
    let graph = observatory
        .ask(
            "/ServiceGraph",
            json!({ "StartTime": START - 10.0, "EndTime": START + 10.0, "GroupName": "Default" }),
        )
        .await;
    assert_eq!(graph["StartTime"], START - 10.0);
    assert_eq!(graph["EndTime"], START + 10.0);
    assert_eq!(graph["ContainsOldGroupVersions"], false);
    let services = graph["Services"].as_array().unwrap();
    let name = |service: &Value| service["Name"].as_str().unwrap().to_owned();
    let names: Vec<String> = services
        .iter()
        .filter(|service| service["Type"] != "client")
        .map(name)
        .collect();
    assert!(names.contains(&"backend".to_owned()), "{names:?}");
    assert!(names.contains(&"cruddur".to_owned()), "{names:?}");
    assert!(!names.contains(&"later".to_owned()), "{names:?}");
    let backend = services
        .iter()
        .find(|service| service["Name"] == "backend" && service["Type"] != "client")
        .unwrap();
    assert_eq!(backend["SummaryStatistics"]["TotalCount"], 1);
    assert_eq!(backend["Edges"].as_array().unwrap().len(), 1);
}

fn names(graph: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = graph["Services"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|service| service["Type"] != "client")
        .map(|service| service["Name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_group_takes_its_traces() {
    let observatory = Observatory::new();
    let fault = with(segment(2, 1, "failing"), json!({ "fault": true }));
    observatory.put(&[segment(1, 1, "backend"), fault]).await;
    let group = observatory
        .ask(
            "/CreateGroup",
            json!({ "GroupName": "Faults", "FilterExpression": "fault" }),
        )
        .await;
    let range = json!({ "StartTime": START - 1.0, "EndTime": START + 1.0 });
    let arn = group["Group"]["GroupARN"].clone();
    for (named, expected) in [
        (json!({}), &["backend", "failing"][..]),
        (json!({ "GroupName": "Default" }), &["backend", "failing"]),
        (json!({ "GroupName": "Faults" }), &["failing"]),
        (json!({ "GroupARN": arn }), &["failing"]),
    ] {
        let request = with(range.clone(), named.clone());
        let graph = observatory.ask("/ServiceGraph", request).await;
        assert_eq!(names(&graph), expected, "{named}");
    }
    for (filter, expected) in [
        ("group.name = \"Faults\"", 1),
        ("group.name = \"Default\"", 2),
        ("!group.name = \"Faults\"", 1),
    ] {
        let answer = observatory.summaries(filter).await;
        let found = answer["TraceSummaries"].as_array().unwrap().len();
        assert_eq!(found, expected, "{filter}");
    }
}

#[tokio::test]
async fn statistics_over_time() {
    let observatory = Observatory::new();
    let later = with(
        segment(2, 1, "backend"),
        json!({ "start_time": START + 70.0, "end_time": START + 71.0, "fault": true }),
    );
    observatory.put(&[segment(1, 1, "backend"), later]).await;
    let request = json!({
        "StartTime": START, "EndTime": START + 120.0, "Period": 60,
        "EntitySelectorExpression": "service(\"backend\")",
    });
    let answer = observatory
        .ask("/TimeSeriesServiceStatistics", request.clone())
        .await;
    let series = answer["TimeSeriesServiceStatistics"].as_array().unwrap();
    let told: Vec<(f64, u64, u64)> = series
        .iter()
        .map(|entry| {
            let statistics = &entry["ServiceSummaryStatistics"];
            (
                entry["Timestamp"].as_f64().unwrap() - START,
                statistics["OkCount"].as_u64().unwrap(),
                statistics["FaultStatistics"]["TotalCount"]
                    .as_u64()
                    .unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(0.0, 1, 0), (60.0, 0, 1)]);
    for wrong in [
        json!({ "Period": 0 }),
        json!({ "EntitySelectorExpression": "fault" }),
        json!({ "ForecastStatistics": true }),
    ] {
        let request = with(request.clone(), wrong.clone());
        let answer = observatory
            .call("/TimeSeriesServiceStatistics", request.to_string())
            .await;
        assert_eq!(answer.error, "InvalidRequestException", "{wrong}");
    }
}
