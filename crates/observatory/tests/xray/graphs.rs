//! GetServiceGraph: of a time range, of a group.

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
