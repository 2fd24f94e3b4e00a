//! aws-xray-sdk for Python: Flask's middleware, `capture`, annotations, metadata, a patched `requests` and botocore, an
//! exception, subsegments streamed before their segment, a segment sent in progress and then whole.

use crate::{recorded::datagrams, running::Running};

const DATAGRAMS: &str = include_str!("../recorded/xray/python-sdk.datagrams");

async fn observed() -> Running {
    let running = Running::start().await;
    // One of the 17 is sent twice: in progress, and complete.
    running.send(&datagrams(DATAGRAMS), 16).await;
    running
}

const TRACES: &str = r#"
frontend GET http://127.0.0.1:4567/call 200, services frontend, backend, frontend (client), home="yes" (StringValue), paid=true (BooleanValue), score=1.5 (NumberValue), user="lauren" (StringValue), user "lauren"
frontend GET http://127.0.0.1:4567/boom 500 HasFault, services frontend, frontend (client), fault of frontend / bad "ValueError" "boom"
backend GET http://127.0.0.1:4567/many 200, services backend, backend (client)
backend GET http://127.0.0.1:4567/aws 200, services backend, xray (AWS::xray), backend (client)
backend GET http://127.0.0.1:4567/slow 200, services backend, backend (client)
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_a_trace() {
    assert_eq!(observed().await.traces().await, TRACES[1..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_reaches_the_next_service() {
    let running = observed().await;
    assert_eq!(running.edges().await, EDGES[1..]);
}

const EDGES: &str = r#"
frontend (client) -> frontend: 2 of which 1 ok, 0 error, 1 fault
frontend -> backend: 1 of which 1 ok, 0 error, 0 fault
backend -> xray (AWS::xray): 1 of which 1 ok, 0 error, 0 fault
backend (client) -> backend: 3 of which 3 ok, 0 error, 0 fault
"#;

const CALL: &str = r#"
frontend
  query local annotations {"paid":true,"score":1.5,"user":"lauren"} metadata {"db":{"rows":{"n":[1,2]}}}
    inner local
  127.0.0.1 remote
backend annotations {"home":"yes"} user "lauren"
  query local annotations {"paid":true,"score":1.5,"user":"lauren"} metadata {"db":{"rows":{"n":[1,2]}}}
    inner local
"#;

const MANY: &str = r#"
backend
  step0 local
  step1 local
  step2 local
  step3 local
  step4 local
  step5 local
  step6 local
  step7 local
  step8 local
  step9 local
  step10 local
  step11 local
"#;

const BOOM: &str = r#"
frontend fault
  bad local fault "ValueError" "boom"
"#;

const AWS: &str = r#"
backend
  xray aws
xray AWS::xray inferred
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_are_put_together() {
    let running = observed().await;
    for (rule, filter, expected) in [
        (
            "two services, one trace",
            r#"http.url ENDSWITH "/call""#,
            CALL,
        ),
        (
            "ten streamed, two in the segment",
            r#"http.url ENDSWITH "/many""#,
            MANY,
        ),
        (
            "an exception, told once",
            r#"http.url ENDSWITH "/boom""#,
            BOOM,
        ),
        ("a call of AWS", r#"http.url ENDSWITH "/aws""#, AWS),
    ] {
        let trace = running.only(filter).await;
        assert_eq!(running.tree(&trace).await, expected[1..], "{rule}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_find_what_the_programs_said() {
    let running = observed().await;
    for (filter, expected) in [
        (r#"annotation.user = "lauren""#, 1),
        (r#"annotation[user] = "andrew""#, 0),
        ("annotation.score = 1.5", 1),
        ("annotation.paid = true", 1),
        (r#"user = "lauren""#, 1),
        (r#"edge("frontend", "backend") { ok }"#, 1),
        (r#"service("backend") { root }"#, 3),
        (r#"service(id(type: "AWS::xray"))"#, 1),
        ("fault AND http.status = 500", 1),
        (r#"rootcause.fault.exception { name = "ValueError" }"#, 1),
        (r#"rootcause.fault.exception { message = "boom" }"#, 1),
        ("partial", 0),
    ] {
        let found = running.summaries(filter).await;
        assert_eq!(found.len(), expected, "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_views_show_it() {
    let running = observed().await;
    let trace = running.only(r#"edge("frontend", "backend")"#).await;
    let hex = trace[2..].replace('-', "");
    for path in [
        format!("/xray/trace/{trace}"),
        format!("/trace/{hex}"),
        format!("/api/v3/traces/{hex}"),
    ] {
        let page = running.get(&path).await;
        for name in ["frontend", "backend", "query", "inner"] {
            assert!(page.contains(name), "{name} is not on {path}");
        }
    }
}
