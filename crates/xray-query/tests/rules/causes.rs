//! What is told to have made a trace fault, fail or slow.

use serde_json::{Value, json};

use crate::traces::{segment, trace, with};

#[track_caller]
fn check(rule: &str, documents: Value, list: &str, wanted: &[&str]) {
    let summary = serde_json::to_value(trace(documents).summary()).unwrap();
    let found: Vec<String> = summary[list].as_array().unwrap().iter().map(told).collect();
    assert_eq!(found, wanted, "{rule}");
}

/// `!web[web, call~] > api[api: Boom "no"]`: `!` if the client saw it, `~` a call of another, `?` an inferred service.
fn told(cause: &Value) -> String {
    let entity = |entity: &Value| {
        let thrown: Vec<String> = entity["Exceptions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|thrown| {
                format!(
                    ": {} {}",
                    thrown["Name"].as_str().unwrap(),
                    thrown["Message"]
                )
            })
            .collect();
        let coverage = entity["Coverage"]
            .as_f64()
            .map(|coverage| format!(" {coverage}"));
        let remote = if entity["Remote"] == true { "~" } else { "" };
        format!(
            "{}{remote}{}{}",
            entity["Name"].as_str().unwrap(),
            coverage.unwrap_or_default(),
            thrown.concat()
        )
    };
    let services: Vec<String> = cause["Services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| {
            assert_eq!(service["Names"][0], service["Name"]);
            let path: Vec<String> = service["EntityPath"]
                .as_array()
                .unwrap()
                .iter()
                .map(entity)
                .collect();
            let inferred = if service["Inferred"] == true { "?" } else { "" };
            format!(
                "{}{inferred}[{}]",
                service["Name"].as_str().unwrap(),
                path.join(", ")
            )
        })
        .collect();
    let seen = if cause["ClientImpacting"] == true {
        "!"
    } else {
        ""
    };
    format!("{seen}{}", services.join(" > "))
}

fn two_services(web: Value, call: Value, api: Value) -> Value {
    let call = segment("b", "call", with(json!({"namespace": "remote"}), call));
    json!([
        segment("a", "web", with(json!({"subsegments": [call]}), web)),
        segment("c", "api", with(json!({"parent_id": "b"}), api)),
    ])
}

#[test]
fn faults_and_errors() {
    let fault = json!({"fault": true});
    let thrown =
        json!({"fault": true, "cause": {"exceptions": [{"type": "Boom", "message": "no"}]}});
    let none = json!({});
    check(
        "nothing",
        two_services(none.clone(), none.clone(), none.clone()),
        "FaultRootCauses",
        &[],
    );
    check(
        "the root itself",
        two_services(fault.clone(), none.clone(), none.clone()),
        "FaultRootCauses",
        &["!web[web]"],
    );
    check(
        "the deepest, with what was thrown",
        two_services(fault.clone(), fault.clone(), thrown.clone()),
        "FaultRootCauses",
        &["!web[web, call~] > api[api: Boom \"no\"]"],
    );
    check(
        "what the root handled does not reach the client",
        two_services(none.clone(), fault.clone(), fault.clone()),
        "FaultRootCauses",
        &["web[web, call~] > api[api]"],
    );
    check(
        "what lies between is on the way",
        two_services(fault.clone(), none.clone(), fault.clone()),
        "FaultRootCauses",
        &["!web[web, call~] > api[api]"],
    );
    check(
        "faults are no errors",
        two_services(fault.clone(), fault, thrown),
        "ErrorRootCauses",
        &[],
    );
    let error = json!({"error": true});
    check(
        "errors",
        two_services(error.clone(), error.clone(), error),
        "ErrorRootCauses",
        &["!web[web, call~] > api[api]"],
    );
    let broken =
        |id: &str, name: &str| segment(id, name, json!({"fault": true, "namespace": "remote"}));
    check(
        "two causes, and services that are inferred",
        json!([segment(
            "a",
            "web",
            json!({"fault": true, "subsegments": [broken("b", "x"), broken("c", "y")]})
        )]),
        "FaultRootCauses",
        &["!web[web, x~] > x?[x]", "!web[web, y~] > y?[y]"],
    );
}

#[test]
fn response_times() {
    let lasting = |seconds: f64| json!({"end_time": 100.0 + seconds});
    check(
        "the longest part of each, with its share of the whole",
        two_services(lasting(10.0), lasting(8.0), lasting(7.0)),
        "ResponseTimeRootCauses",
        &["!web[web 1, call~ 0.8] > api[api 0.7]"],
    );
    check(
        "as long as it is half of its parent's time",
        two_services(lasting(10.0), lasting(4.9), lasting(4.0)),
        "ResponseTimeRootCauses",
        &["!web[web 1]"],
    );
    check(
        "not while in progress",
        json!([{"id": "a", "name": "web", "start_time": 1.0, "in_progress": true}]),
        "ResponseTimeRootCauses",
        &[],
    );
    check(
        "an inferred service",
        json!([segment(
            "a",
            "web",
            json!({"subsegments": [segment("b", "x", json!({"namespace": "remote"}))]})
        )]),
        "ResponseTimeRootCauses",
        &["!web[web 1, x~ 1] > x?[x 1]"],
    );
}

#[test]
fn one_id_used_twice_makes_no_circle() {
    let part = |id: &str| segment(id, "part", json!({"namespace": "remote", "fault": true}));
    let service = |id: &str, parent: Option<&str>| {
        let parts = json!([part("p"), part("p"), part("q")]);
        segment(
            id,
            id,
            json!({"parent_id": parent, "fault": true, "subsegments": parts}),
        )
    };
    let documents = json!([
        service("a", None),
        service("b", Some("p")),
        service("c", Some("q"))
    ]);
    let summary = trace(documents).summary();
    assert!(summary.fault_root_causes.len() < 20, "{summary:#?}");
}
