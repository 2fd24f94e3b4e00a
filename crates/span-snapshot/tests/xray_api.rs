//! The fake API: what it records, what it answers as the service would, and what it can be told to answer.

use std::time::Duration;

use serde_json::{Value as Json, json};
use span_snapshot::{Gate, Quota, XrayAnswer, XrayApi, assert_span_snapshot};

const SOON: Duration = Duration::from_secs(10);
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/ca-central-1/xray/aws4_request, SignedHeaders=host;x-amz-date, Signature=hushhush";

/// The status, the error's name and the body.
type Answered = (u16, String, Json);

fn post_as(api: &XrayApi, path: &str, authorization: Option<&str>, body: &str) -> Answered {
    try_post(api.endpoint(), path, authorization, body).unwrap()
}

fn try_post(
    endpoint: String,
    path: &str,
    authorization: Option<&str>,
    body: &str,
) -> reqwest::Result<Answered> {
    let mut request = reqwest::blocking::Client::new()
        .post(format!("{endpoint}{path}"))
        .body(body.to_owned());
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let answer = request.send()?;
    let status = answer.status().as_u16();
    let error = answer
        .headers()
        .get("x-amzn-errortype")
        .map(|name| name.to_str().unwrap().to_owned());
    let body = serde_json::from_str(&answer.text()?).unwrap();
    Ok((status, error.unwrap_or_default(), body))
}

fn post(api: &XrayApi, path: &str, body: Json) -> Answered {
    post_as(api, path, Some(SIGNED), &body.to_string())
}

/// The body of an answer that is none of a failure.
#[track_caller]
fn ok(api: &XrayApi, path: &str, body: Json) -> Json {
    let (status, error, body) = post(api, path, body);
    assert_eq!((status, error.as_str()), (200, ""), "{body}");
    body
}

/// The n-th second's document, in a trace of its own.
fn document(n: u64, more: Json) -> String {
    let mut document = json!({
        "trace_id": trace(n),
        "id": format!("{n:016x}"),
        "name": "backend",
        "start_time": 1478293361.0 + n as f64,
        "end_time": 1478293361.5 + n as f64,
    });
    for (key, value) in more.as_object().unwrap() {
        document[key] = value.clone();
    }
    document.to_string()
}

fn trace(n: u64) -> String {
    format!("1-581cf771-{n:024x}")
}

fn segments(documents: impl IntoIterator<Item = String>) -> Json {
    json!({ "TraceSegmentDocuments": Vec::from_iter(documents) })
}

/// An answer that refuses, by its name and a part of its message.
#[track_caller]
fn refused(answered: Answered, status: u16, error: &str, says: &str) {
    let (got, name, body) = answered;
    assert_eq!((got, name.as_str()), (status, error), "{body}");
    let message = body["Message"].as_str().unwrap();
    assert!(message.contains(says), "{message}");
}

#[test]
fn what_is_put_is_there_and_what_was_asked_is_recorded() {
    let api = XrayApi::start();
    let one = document(1, json!({}));
    let answer = ok(&api, "/TraceSegments", segments([one.clone()]));
    assert_eq!(answer, json!({ "UnprocessedTraceSegments": [] }));
    let tree = api.wait_for_segments(1, SOON).unwrap();
    assert_span_snapshot!(tree, @"
    trace 1
    └─ SEGMENT backend
    ");
    assert_eq!(api.documents(), [one.as_str()]);
    let calls = api.wait_for_calls("PutTraceSegments", 1, SOON).unwrap();
    assert_eq!(calls[0].path, "/TraceSegments");
    assert_eq!(calls[0].status, Some(200));
    assert_eq!(calls[0].region(), Some("ca-central-1"));
    assert_eq!(calls[0].documents(), [one.as_str()]);
    assert_eq!(calls[0].header("Authorization"), Some(SIGNED));
}

#[test]
fn no_secret_is_printed() {
    let api = XrayApi::start();
    ok(&api, "/Groups", json!({}));
    let error = api.wait_for_calls("GetGroup", 1, Duration::ZERO);
    let printed = format!("{api:?} {:?} {}", api.calls(), error.unwrap_err());
    assert!(printed.contains("authorization: [secret]"), "{printed}");
    assert!(
        !printed.contains("hushhush") && !printed.contains("AKID"),
        "{printed}"
    );
}

#[test]
fn a_bad_document_comes_back_and_the_good_ones_are_kept() {
    let api = XrayApi::start();
    let bad = document(1, json!({ "trace_id": "nonsense" }));
    let answer = ok(
        &api,
        "/TraceSegments",
        segments(["{".to_owned(), bad, document(2, json!({}))]),
    );
    let back = &answer["UnprocessedTraceSegments"];
    assert_eq!(back[0]["ErrorCode"], "ParseError");
    assert_eq!(back[1]["Id"], "0000000000000001");
    assert_eq!(back[1]["ErrorCode"], "InvalidTraceId");
    assert_eq!(back.as_array().unwrap().len(), 2);
    assert_eq!(api.documents(), [document(2, json!({}))]);
}

#[test]
fn the_first_documents_come_back_once() {
    let once = XrayAnswer::Unprocessed {
        first: 2,
        code: "InternalFailure".to_owned(),
    };
    let api = XrayApi::start().answering("PutTraceSegments", [once, XrayAnswer::Serve]);
    let all = || segments((1..=3).map(|n| document(n, json!({}))));
    let back = ok(&api, "/TraceSegments", all());
    assert_eq!(
        back["UnprocessedTraceSegments"][1],
        json!({ "Id": "0000000000000002", "ErrorCode": "InternalFailure", "Message": "Invalid segment. ErrorCode: InternalFailure" })
    );
    assert_eq!(api.documents(), [document(3, json!({}))]);
    let back = ok(&api, "/TraceSegments", all());
    assert_eq!(back, json!({ "UnprocessedTraceSegments": [] }));
    assert_eq!(api.tree().len(), 3);
}

#[test]
fn some_documents_always_come_back() {
    let api = XrayApi::start().refusing("InvalidName", |segment| segment.name == "bad");
    for _ in 0..2 {
        let bad = document(1, json!({ "name": "bad" }));
        let back = ok(
            &api,
            "/TraceSegments",
            segments([bad, document(2, json!({}))]),
        );
        assert_eq!(
            back["UnprocessedTraceSegments"][0]["ErrorCode"],
            "InvalidName"
        );
    }
    assert_eq!(api.documents().len(), 2);
}

#[test]
fn each_answer_is_as_told_and_the_last_stays() {
    let api = XrayApi::start().answering(
        "PutTraceSegments",
        [
            XrayAnswer::RefuseKeys,
            XrayAnswer::Throttle,
            XrayAnswer::Fail,
            XrayAnswer::Serve,
        ],
    );
    let put = || post(&api, "/TraceSegments", segments([document(1, json!({}))]));
    refused(put(), 403, "UnrecognizedClientException", "token");
    refused(put(), 429, "ThrottledException", "Rate exceeded");
    refused(put(), 500, "InternalFailure", "told to fail");
    assert!(api.documents().is_empty());
    assert_eq!(put().0, 200);
    assert_eq!(put().0, 200);
    // What one operation is told is not another's.
    assert_eq!(post(&api, "/Groups", json!({})).0, 200);
    let statuses: Vec<_> = api.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [403, 429, 500, 200, 200, 200].map(Some));
}

#[test]
fn hanging_ends_with_the_api() {
    let api = XrayApi::start().answering("GetGroups", [XrayAnswer::Hang]);
    let endpoint = api.endpoint();
    let client = std::thread::spawn(move || try_post(endpoint, "/Groups", Some(SIGNED), "{}"));
    let calls = api.wait_for_calls("GetGroups", 1, SOON).unwrap();
    assert_eq!(calls[0].status, None);
    drop(api);
    assert!(client.join().unwrap().is_err());
}

#[test]
fn a_gate_holds_the_answer_back() {
    let gate = Gate::new();
    let held = XrayAnswer::Gated(gate.clone());
    let api = XrayApi::start().answering("PutTraceSegments", [held]);
    let endpoint = api.endpoint();
    let body = segments([document(1, json!({}))]).to_string();
    let client =
        std::thread::spawn(move || try_post(endpoint, "/TraceSegments", Some(SIGNED), &body));
    api.wait_for_calls("PutTraceSegments", 1, SOON).unwrap();
    assert!(api.documents().is_empty());
    gate.open();
    assert_eq!(client.join().unwrap().unwrap().0, 200);
    assert_eq!(api.documents().len(), 1);
}

#[test]
fn calls_without_a_signature_are_refused() {
    let check = |authorization: Option<&str>, error: &str| {
        let api = XrayApi::start();
        let body = segments([document(1, json!({}))]).to_string();
        let answered = post_as(&api, "/TraceSegments", authorization, &body);
        refused(answered, 403, error, "");
        assert!(api.documents().is_empty());
        assert_eq!(
            api.calls()[0].status,
            Some(403),
            "it is recorded all the same"
        );
    };
    check(None, "MissingAuthenticationTokenException");
    let incomplete = "IncompleteSignatureException";
    check(Some("Bearer x"), incomplete);
    check(Some(&SIGNED.replace("/xray/", "/logs/")), incomplete);
    check(
        Some(&SIGNED.replace(", Signature=hushhush", "")),
        incomplete,
    );
    check(
        Some(&SIGNED.replace("SignedHeaders=host;x-amz-date, ", "")),
        incomplete,
    );
    check(
        Some(&SIGNED.replace("AWS4-HMAC-SHA256", "AWS4")),
        incomplete,
    );
}

fn rule(changes: Json) -> Json {
    let mut rule = json!({
        "RuleName": "Cruddur",
        "ResourceARN": "*",
        "Priority": 9000,
        "FixedRate": 0.1,
        "ReservoirSize": 5,
        "ServiceName": "backend",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
    });
    for (key, value) in changes.as_object().unwrap() {
        rule[key] = value.clone();
    }
    json!({ "SamplingRule": rule })
}

#[test]
fn calls_that_lack_something_are_refused() {
    let check = |path: &str, body: Json, says: &str| {
        refused(
            post(&XrayApi::start(), path, body),
            400,
            "InvalidRequestException",
            says,
        );
    };
    let times = |from: f64, to: f64| json!({ "StartTime": from, "EndTime": to });
    check(
        "/TraceSegments",
        json!({}),
        "TraceSegmentDocuments is required",
    );
    let many = segments((1..=51).map(|n| document(n, json!({}))));
    check("/TraceSegments", many, "51 documents");
    check(
        "/TraceSegments",
        json!({ "TraceSegmentDocuments": [{}] }),
        "list of texts",
    );
    check("/Traces", json!({}), "TraceIds is required");
    check(
        "/Traces",
        json!({ "TraceIds": (0..6).map(trace).collect::<Vec<_>>() }),
        "6 trace IDs",
    );
    check(
        "/TraceSummaries",
        json!({ "StartTime": 1 }),
        "EndTime is required",
    );
    check("/TraceSummaries", times(2.0, 1.0), "after EndTime");
    check("/TraceSummaries", times(1.0, 86402.0), "24 hours");
    check(
        "/TraceSummaries",
        json!({ "StartTime": "now", "EndTime": 1 }),
        "seconds since",
    );
    check("/ServiceGraph", times(1.0, 86402.0), "24 hours");
    check("/GetGroup", json!({}), "GroupName or GroupARN");
    check("/GetGroup", json!({ "GroupName": "none" }), "`none`");
    check("/CreateGroup", json!({}), "GroupName is required");
    check("/CreateGroup", json!({ "GroupName": "a b" }), "`a b`");
    check(
        "/CreateGroup",
        json!({ "GroupName": "Default" }),
        "already exists",
    );
    check(
        "/GetSamplingRules",
        json!({ "NextToken": "x" }),
        "NextToken",
    );
    check("/CreateSamplingRule", json!({}), "SamplingRule is required");
    check(
        "/CreateSamplingRule",
        rule(json!({ "Host": null })),
        "SamplingRule.Host is required",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "FixedRate": 1.1 })),
        "FixedRate is 1.1",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "Priority": 10000 })),
        "Priority is 10000",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "Priority": 1.5 })),
        "Priority is 1.5",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "ReservoirSize": -1 })),
        "ReservoirSize is -1",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "Version": 2 })),
        "Version",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "RuleName": "x".repeat(33) })),
        "32 characters",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "ServiceName": "x".repeat(65) })),
        "ServiceName",
    );
    check(
        "/CreateSamplingRule",
        rule(json!({ "RuleName": "Default" })),
        "already",
    );
    check(
        "/SamplingTargets",
        json!({ "SamplingStatisticsDocuments": [{ "RuleName": "Default" }] }),
        "ClientID is required",
    );
}

#[test]
fn what_is_not_served_says_so() {
    let api = XrayApi::start();
    let unknown = "UnknownOperationException";
    refused(
        post(&api, "/TraceGraph", json!({})),
        400,
        unknown,
        "GetTraceGraph",
    );
    refused(
        post(&api, "/elsewhere", json!({})),
        400,
        unknown,
        "/elsewhere",
    );
    let answered = post_as(&api, "/Groups", Some(SIGNED), "[]");
    refused(answered, 400, "SerializationException", "no JSON object");
}

#[test]
fn sampling_rules_are_kept_and_told_page_by_page() {
    let api = XrayApi::start().with_page_size(1);
    let created = ok(&api, "/CreateSamplingRule", rule(json!({})));
    let record = &created["SamplingRuleRecord"];
    assert_eq!(record["SamplingRule"]["RuleName"], "Cruddur");
    assert!(
        record["SamplingRule"]["RuleARN"]
            .as_str()
            .unwrap()
            .ends_with("sampling-rule/Cruddur")
    );
    refused(
        post(&api, "/CreateSamplingRule", rule(json!({}))),
        400,
        "InvalidRequestException",
        "`Cruddur`",
    );
    let first = ok(&api, "/GetSamplingRules", json!({}));
    assert_eq!(
        first["SamplingRuleRecords"][0]["SamplingRule"]["RuleName"],
        "Default"
    );
    let second = ok(
        &api,
        "/GetSamplingRules",
        json!({ "NextToken": first["NextToken"] }),
    );
    assert_eq!(second["SamplingRuleRecords"][0], *record);
    assert_eq!(second["NextToken"], Json::Null);
    assert_eq!(api.rules().len(), 2);
}

#[test]
fn targets_are_the_rules_own_or_as_told() {
    let quota = Quota {
        fixed_rate: 0.5,
        reservoir_quota: Some(2),
        reservoir_quota_ttl: Some(1478293999.0),
        interval: None,
    };
    let api = XrayApi::start().with_quota("Default", quota);
    ok(&api, "/CreateSamplingRule", rule(json!({})));
    let statistics = |rule: &str| json!({ "RuleName": rule, "ClientID": "0123456789abcdef01234567", "Timestamp": 1478293361.0, "RequestCount": 9, "SampledCount": 5, "BorrowCount": 0 });
    let documents = ["Cruddur", "Default", "none"].map(statistics);
    let answer = ok(
        &api,
        "/SamplingTargets",
        json!({ "SamplingStatisticsDocuments": documents }),
    );
    assert_eq!(
        answer["SamplingTargetDocuments"],
        json!([
            { "RuleName": "Cruddur", "FixedRate": 0.1, "ReservoirQuota": 5, "ReservoirQuotaTTL": 1478293371.0, "Interval": 10 },
            { "RuleName": "Default", "FixedRate": 0.5, "ReservoirQuota": 2, "ReservoirQuotaTTL": 1478293999.0 },
        ])
    );
    assert_eq!(answer["UnprocessedStatistics"][0]["RuleName"], "none");
}

#[test]
fn groups_are_kept_and_told() {
    let api = XrayApi::start();
    let filter = r#"service("backend") { fault OR error }"#;
    let asked = json!({ "GroupName": "Cruddur", "FilterExpression": filter });
    let created = ok(&api, "/CreateGroup", asked.clone());
    let group = &created["Group"];
    assert_eq!(group["FilterExpression"], filter);
    refused(
        post(&api, "/CreateGroup", asked),
        400,
        "InvalidRequestException",
        "already exists",
    );
    assert_eq!(
        ok(&api, "/GetGroup", json!({ "GroupName": "Cruddur" })),
        created
    );
    assert_eq!(
        ok(&api, "/GetGroup", json!({ "GroupARN": group["GroupARN"] })),
        created
    );
    assert_eq!(ok(&api, "/Groups", json!({}))["Groups"], json!([group]));
    assert_eq!(&api.groups(), std::slice::from_ref(group));
    let broken = json!({ "GroupName": "broken", "FilterExpression": "fault OR (" });
    refused(
        post(&api, "/CreateGroup", broken),
        400,
        "InvalidRequestException",
        "fault OR (",
    );
}

/// Traces of which every second one fails, a second apart.
fn with_faults(count: u64) -> XrayApi {
    let fails = |n: u64| json!({ "fault": n.is_multiple_of(2) });
    XrayApi::with_documents((1..=count).map(|n| document(n, fails(n))))
}

fn from_to(more: Json) -> Json {
    let mut body = json!({ "StartTime": 1478293361.0, "EndTime": 1478293961.0 });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// The IDs of the summaries and the next page's token.
fn summaries(api: &XrayApi, more: Json) -> (Vec<String>, Json) {
    let answer = ok(api, "/TraceSummaries", from_to(more));
    let ids = answer["TraceSummaries"].as_array().unwrap().iter();
    let ids = ids.map(|summary| summary["Id"].as_str().unwrap().to_owned());
    (ids.collect(), answer["NextToken"].clone())
}

#[test]
fn a_filter_finds_exactly_the_failing_traces() {
    let api = with_faults(5);
    let filter = json!({ "FilterExpression": r#"service("backend") { fault OR error }"# });
    assert_eq!(
        summaries(&api, filter),
        (vec![trace(2), trace(4)], Json::Null)
    );
    let answered = post(
        &api,
        "/TraceSummaries",
        from_to(json!({ "FilterExpression": "nonsense(" })),
    );
    refused(answered, 400, "InvalidRequestException", "nonsense(");
}

#[test]
fn whoever_ignores_the_token_loses_traces() {
    let api = with_faults(8);
    let (first, token) = summaries(&api, json!({}));
    assert_eq!(first.len(), 6);
    let (second, end) = summaries(&api, json!({ "NextToken": token }));
    assert_eq!((second, end), (vec![trace(7), trace(8)], Json::Null));
}

#[test]
fn only_traces_of_the_time_asked_about_are_told() {
    let api = with_faults(5);
    let (ids, _) = summaries(&api, json!({ "StartTime": 1478293364.0 }));
    assert_eq!(ids, [trace(3), trace(4), trace(5)]);
}

#[test]
fn whole_traces_come_by_their_ids() {
    let api = with_faults(2);
    let answer = ok(&api, "/Traces", json!({ "TraceIds": [trace(2), trace(9)] }));
    assert_eq!(answer["UnprocessedTraceIds"], json!([trace(9)]));
    let found = &answer["Traces"][0];
    assert_eq!(found["Id"], json!(trace(2)));
    assert_eq!(found["Segments"][0]["Id"], "0000000000000002");
    let document = found["Segments"][0]["Document"].as_str().unwrap();
    let document: Json = serde_json::from_str(document).unwrap();
    assert_eq!(document["fault"], true);
}

#[test]
fn the_service_graph_counts_what_happened() {
    let api = with_faults(5);
    let node = |body: Json| {
        let graph = ok(&api, "/ServiceGraph", from_to(body));
        let services = graph["Services"].as_array().unwrap().iter();
        let mut services = services.filter(|node| node["Name"] == "backend");
        services.find(|node| node["Type"] != "client").unwrap()["SummaryStatistics"].clone()
    };
    let all = node(json!({}));
    assert_eq!(all["TotalCount"], 5);
    assert_eq!(all["FaultStatistics"]["TotalCount"], 2);
    ok(
        &api,
        "/CreateGroup",
        json!({ "GroupName": "faults", "FilterExpression": "fault" }),
    );
    assert_eq!(node(json!({ "GroupName": "faults" }))["TotalCount"], 2);
}

#[test]
fn a_filter_may_name_a_group() {
    let api = with_faults(3);
    ok(
        &api,
        "/CreateGroup",
        json!({ "GroupName": "faults", "FilterExpression": "fault" }),
    );
    let filter = json!({ "FilterExpression": r#"group.name = "faults""# });
    assert_eq!(summaries(&api, filter).0, [trace(2)]);
    let nowhere = from_to(json!({ "FilterExpression": r#"group.name = "none""# }));
    let answered = post(&api, "/TraceSummaries", nowhere);
    refused(answered, 400, "InvalidRequestException", "`none`");
}

#[test]
#[should_panic(expected = "document 1 is no segment document")]
fn documents_that_are_none_are_told_at_the_start() {
    let _ = XrayApi::with_documents(["{"]);
}
