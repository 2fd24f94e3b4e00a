//! What the official SDKs sent, byte for byte, comes back span for span.
//!
//! Recorded from Python's `opentelemetry-exporter-otlp-proto-http` 1.45.2 and JavaScript's
//! `@opentelemetry/exporter-trace-otlp-http` and `-proto` 0.223.1; the expected texts were written from what the
//! recorded programs do.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::running::Running;

/// Sends a recorded body and gives the trace as the query API tells it, as lines.
async fn told(body: &[u8], headers: &[(&str, &str)], trace: &str) -> String {
    let observatory = Running::start().await;
    let response = observatory.post(headers, body.to_vec()).await;
    assert_eq!(response.status(), 200);
    let services = observatory.get("/api/v3/services").await.1;
    let trace = match trace {
        "" => {
            let query = observatory::model::TraceQuery {
                limit: 1,
                ..Default::default()
            };
            observatory.state.store.traces(&query).await.unwrap().traces[0]
                .trace_id
                .to_string()
        }
        known => known.to_owned(),
    };
    let (status, answer) = observatory.get(&format!("/api/v3/traces/{trace}")).await;
    assert_eq!(status, 200);
    format!(
        "services {}\n{}",
        services["services"],
        lines(&answer["result"])
    )
}

fn lines(found: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut spans = Vec::new();
    let mut told = String::new();
    for resource in list(&found["resourceSpans"]) {
        let line = format!("resource {}\n", attributes(&resource["resource"]));
        if !told.contains(&line) {
            told += &line;
        }
        for scope in list(&resource["scopeSpans"]) {
            let named = format!("{} {}", scope["scope"]["name"], scope["scope"]["version"]);
            let line = format!(
                "scope {named} {} {}",
                scope["schemaUrl"],
                attributes(&scope["scope"])
            );
            let line = line.trim_end().to_owned() + "\n";
            if !told.contains(&line) {
                told += &line;
            }
            spans.extend(list(&scope["spans"]));
        }
    }
    let names: BTreeMap<String, String> = spans
        .iter()
        .map(|span| (span["spanId"].to_string(), span["name"].to_string()))
        .collect();
    let name_of = |id: &Value| {
        names
            .get(&id.to_string())
            .cloned()
            .unwrap_or_else(|| id.to_string())
    };
    let mut blocks: Vec<String> = Vec::new();
    for span in &spans {
        let number = |name: &str| span[name].as_str().unwrap().parse::<u64>().unwrap();
        assert!(number("startTimeUnixNano") <= number("endTimeUnixNano"));
        let mut block = format!(
            "{} kind {} under {} state {} flags {} status {}\n",
            span["name"],
            span["kind"],
            name_of(&span["parentSpanId"]),
            span["traceState"],
            span["flags"],
            span["status"],
        );
        if span["attributes"].is_array() {
            block += &format!("  {}\n", attributes(span));
        }
        for event in list(&span["events"]) {
            block += &format!("  event {} {}\n", event["name"], attributes(&event));
        }
        for link in list(&span["links"]) {
            block += &format!(
                "  link {} {} {}\n",
                name_of(&link["spanId"]),
                link["traceState"],
                attributes(&link)
            );
        }
        blocks.push(block);
    }
    blocks.sort();
    told + &blocks.concat()
}

fn attributes(of: &Value) -> String {
    let list = of["attributes"].as_array().cloned().unwrap_or_default();
    let told: Vec<String> = list
        .iter()
        .filter(|attribute| attribute["key"] != "service.instance.id")
        .map(|attribute| {
            format!(
                "{}={}",
                attribute["key"].as_str().unwrap(),
                value(&attribute["value"])
            )
        })
        .collect();
    told.join(" ")
}

/// Shows the type too: texts in quotes, integers bare, doubles with a `d`.
fn value(value: &Value) -> String {
    let (kind, content) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "stringValue" | "boolValue" => content.to_string(),
        "intValue" => content.as_str().unwrap().to_owned(),
        "doubleValue" => format!("{content}d"),
        "arrayValue" => {
            let items: Vec<String> = content["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(self::value)
                .collect();
            format!("[{}]", items.join(","))
        }
        kind => panic!("{kind} was not sent"),
    }
}

const PYTHON: &str = r#"services ["backend"]
resource telemetry.sdk.language="python" telemetry.sdk.name="opentelemetry" telemetry.sdk.version="1.45.2" service.name="backend" service.version="1.2" replicas=3 zones=["a","b"]
scope "cruddur.home" "0.1" "https://opentelemetry.io/schemas/1.30.0" by.hand=true
"GET /api/activities/home" kind 2 under "b7ad6b7169203331" state "vendor=x" flags 768 status {}
  text="ü" yes=true no=false low=-9007199254740993 half=0.5d whole=3.0d texts=["x","y"] numbers=[1,2] halves=[0.5d,1.5d] flags=[true,false] none=[] zero=0 empty=""
  event "cache miss" key="home" tries=1
"SELECT activities" kind 3 under "GET /api/activities/home" state "vendor=x" flags 256 status {"code":2,"message":"boom"}
  event "exception" exception.type="ValueError" exception.message="bad"
  link "GET /api/activities/home" null why="linked"
"consume" kind 5 under "GET /api/activities/home" state "vendor=x" flags 256 status {}
"format" kind 1 under "GET /api/activities/home" state "vendor=x" flags 256 status {}
"publish" kind 4 under "GET /api/activities/home" state "vendor=x" flags 256 status {"code":1}
"#;

const JAVASCRIPT: &str = r#"services ["frontend"]
resource service.name="frontend" replicas=3 load=1.5d zones=["a"]
scope "cruddur" "0.2" null
"GET /home" kind 2 under "b7ad6b7169203331" state "vendor=x" flags 769 status {}
  text="ü" yes=true no=false answer=42 low=-7 high=9007199254740991 half=0.5d texts=["x","y"] numbers=[1,2] halves=[0.5d,1.5d] flags=[true,false] none=[] empty=""
  event "cache miss" key="home" tries=1
"consume" kind 5 under "GET /home" state "vendor=x" flags 257 status {}
"format" kind 1 under "GET /home" state "vendor=x" flags 257 status {"code":1}
"publish" kind 4 under "GET /home" state "vendor=x" flags 257 status {}
"query" kind 3 under "GET /home" state "vendor=x" flags 257 status {"code":2,"message":"boom"}
  event "exception" exception.type="Error" exception.message="bad"
  link "GET /home" "vendor=x" why="linked"
"#;

#[tokio::test]
async fn python_sends_protobuf() {
    let proto = ("content-type", "application/x-protobuf");
    let agent = ("user-agent", "OTel-OTLP-Exporter-Python/1.45.2");
    let plain = told(include_bytes!("../recorded/python.pb"), &[proto, agent], "").await;
    assert_eq!(plain, PYTHON);
    let headers = [proto, agent, ("content-encoding", "gzip")];
    let zipped = told(include_bytes!("../recorded/python.pb.gz"), &headers, "").await;
    assert_eq!(zipped, PYTHON);
}

#[tokio::test]
async fn javascript_sends_json_and_protobuf() {
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let json = ("content-type", "application/json");
    assert_eq!(
        told(
            include_bytes!("../recorded/javascript.json"),
            &[json],
            trace
        )
        .await,
        JAVASCRIPT
    );
    let proto = ("content-type", "application/x-protobuf");
    assert_eq!(
        told(include_bytes!("../recorded/javascript.pb"), &[proto], trace).await,
        JAVASCRIPT
    );
}
