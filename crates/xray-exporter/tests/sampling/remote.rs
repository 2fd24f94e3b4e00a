//! The sampler and its service: what it asks, what it follows, what it does while nobody answers.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use opentelemetry::trace::{SpanKind, TraceId};
use opentelemetry_sdk::trace::{SamplingDecision, ShouldSample};
use serde_json::{Value, json};
use xray_exporter::sampling::{ManualClock, Notice, RemoteSampler, SamplingError};

use crate::{
    fake_service::{Asked, FakeService},
    timeline::{START, assert_binomial, at_ms},
};

const RULES: &str = "/GetSamplingRules";
const TARGETS: &str = "/SamplingTargets";

fn rule(name: &str, change: Value) -> Value {
    let mut rule = json!({
        "RuleName": name, "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1, "ReservoirSize": 5,
        "ServiceName": "backend", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*",
        "Version": 1, "Attributes": {},
    });
    for (key, value) in change.as_object().unwrap() {
        rule[key] = value.clone();
    }
    json!({ "SamplingRule": rule, "CreatedAt": START, "ModifiedAt": START })
}

fn one_rule() -> Value {
    json!({ "SamplingRuleRecords": [rule("Cruddur", json!({}))] })
}

fn quota() -> Value {
    json!({
        "SamplingTargetDocuments": [{
            "RuleName": "Cruddur", "FixedRate": 0.1, "ReservoirQuota": 5,
            "ReservoirQuotaTTL": START + 60, "Interval": 10,
        }],
        "LastRuleModification": START,
        "UnprocessedStatistics": [],
    })
}

/// A service with one rule and a quota for it.
fn service() -> FakeService {
    FakeService::start(|asked| match asked.path.as_str() {
        RULES => (200, one_rule()),
        _ => (200, quota()),
    })
}

fn refused() -> (u16, Value) {
    (
        403,
        json!({ "__type": "AccessDeniedException", "message": "no credentials" }),
    )
}

/// A sampler that asks when the test says so, on a clock that the test moves.
fn sampler(service: &FakeService, clock: &ManualClock) -> RemoteSampler {
    RemoteSampler::builder(service.client())
        .with_service_name("backend")
        .with_clock(clock.clone())
        .with_seed(7)
        .without_polling()
        .build()
}

fn is_sampled(sampler: &RemoteSampler) -> bool {
    let result = sampler.should_sample(None, TraceId::from(1), "GET", &SpanKind::Server, &[], &[]);
    result.decision == SamplingDecision::RecordAndSample
}

/// How many of 1,000 requests, one a millisecond, are sampled.
fn second(sampler: &RemoteSampler, clock: &ManualClock) -> usize {
    (0..1000)
        .filter(|_| {
            let sampled = is_sampled(sampler);
            clock.advance(Duration::from_millis(1));
            sampled
        })
        .count()
}

#[tokio::test]
async fn a_second_after_the_targets_came_takes_the_quota_and_the_rate() {
    let (service, clock) = (service(), ManualClock::new(at_ms(0)));
    let sampler = sampler(&service, &clock);
    sampler.refresh().await.unwrap();
    assert!(is_sampled(&sampler), "one is borrowed");
    sampler.refresh().await.unwrap();
    clock.advance(Duration::from_secs(1));
    for _ in 0..10 {
        assert_binomial("the rest", second(&sampler, &clock) - 5, 995, 0.1);
    }
    clock.advance(Duration::from_secs(60));
    assert_binomial("after the quota", second(&sampler, &clock) - 1, 999, 0.1);
}

#[tokio::test]
async fn all_pages_of_rules_are_read_and_their_fields_kept() {
    let service = FakeService::start(|asked| {
        let mut page = match asked.body["NextToken"].as_str() {
            None => json!({ "SamplingRuleRecords": [rule("first", json!({}))], "NextToken": "2" }),
            Some(_) => json!({ "SamplingRuleRecords": [
                rule("second", json!({ "Attributes": { "tenant": "a*" }, "Host": "h", "Priority": 1 })),
                rule("of the future", json!({ "Version": 2 })),
            ] }),
        };
        page["Unknown"] = json!("is ignored");
        (200, page)
    });
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(&service, &clock);
    sampler.refresh().await.unwrap();
    let rules = sampler.rules();
    let names: Vec<&str> = rules.iter().map(|rule| rule.rule_name.as_str()).collect();
    assert_eq!(names, ["second", "first"]);
    assert_eq!((rules[0].host.as_str(), rules[0].priority), ("h", 1));
    assert_eq!(rules[0].attributes["tenant"], "a*");
    assert_eq!((rules[1].reservoir_size, rules[1].fixed_rate), (5, 0.1));
    assert_eq!(
        service.paths(),
        [RULES, RULES],
        "nothing is reported before a request came"
    );
}

#[tokio::test]
async fn statistics_are_reported_as_the_service_wants_them() {
    let (service, clock) = (service(), ManualClock::new(at_ms(0)));
    let sampler = sampler(&service, &clock);
    sampler.refresh().await.unwrap();
    service.next();
    let sampled = second(&sampler, &clock);
    sampler.refresh().await.unwrap();
    assert_eq!(service.next().path, RULES);
    let report = service.next();
    assert_eq!(report.path, TARGETS);
    let client = sampler.client_id().unwrap();
    assert_eq!(client.len(), 24);
    assert!(
        client
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    );
    assert_eq!(
        report.body,
        json!({ "SamplingStatisticsDocuments": [{
            "RuleName": "Cruddur", "ClientID": client, "Timestamp": START + 1,
            "RequestCount": 1000, "SampledCount": sampled - 1, "BorrowCount": 1,
        }] })
    );
}

#[tokio::test]
async fn a_report_carries_at_most_25_rules() {
    let service = FakeService::start(|asked| match asked.path.as_str() {
        RULES => {
            let rules = (0..30).map(|number| {
                let path = format!("/{number}");
                rule(&format!("rule {number:02}"), json!({ "URLPath": path }))
            });
            (
                200,
                json!({ "SamplingRuleRecords": rules.collect::<Vec<_>>() }),
            )
        }
        _ => (200, json!({ "SamplingTargetDocuments": [] })),
    });
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(&service, &clock);
    sampler.refresh().await.unwrap();
    for number in 0..30 {
        let path = opentelemetry::KeyValue::new("url.path", format!("/{number}"));
        sampler.should_sample(None, TraceId::from(1), "", &SpanKind::Server, &[path], &[]);
    }
    sampler.refresh().await.unwrap();
    let reported = |asked: Asked| {
        asked.body["SamplingStatisticsDocuments"]
            .as_array()
            .map(Vec::len)
    };
    let reports: Vec<_> = (0..4).map(|_| reported(service.next())).collect();
    assert_eq!(reports, [None, None, Some(25), Some(5)]);
}

#[tokio::test]
async fn rules_are_read_again_when_the_service_says_that_they_changed() {
    let modified = Arc::new(AtomicU64::new(START));
    let service = FakeService::start({
        let modified = modified.clone();
        move |asked| match asked.path.as_str() {
            RULES => (200, one_rule()),
            _ => {
                let mut quota = quota();
                quota["LastRuleModification"] = modified.load(Ordering::SeqCst).into();
                (200, quota)
            }
        }
    });
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(&service, &clock);
    let mut refreshed = Vec::new();
    for change in [0, 0, 1] {
        modified.fetch_add(change, Ordering::SeqCst);
        is_sampled(&sampler);
        sampler.refresh().await.unwrap();
        is_sampled(&sampler);
        refreshed.push(service.paths().len());
    }
    assert_eq!(
        refreshed,
        [1, 3, 3],
        "rules alone; with targets and rules for the first time known; with targets and rules changed"
    );
}

#[tokio::test]
async fn while_nobody_answers_one_a_second_and_five_percent_are_taken() {
    let service = FakeService::start(|_| refused());
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(&service, &clock);
    let error = sampler.refresh().await.unwrap_err();
    assert!(matches!(error, SamplingError::Call { .. }));
    for _ in 0..5 {
        assert_binomial("the rest", second(&sampler, &clock) - 1, 999, 0.05);
    }
}

#[tokio::test]
async fn rules_hold_for_an_hour_without_the_service() {
    let service = FakeService::start(|asked| match asked.path.as_str() {
        RULES => {
            let change = json!({ "FixedRate": 1.0, "ReservoirSize": 0 });
            (
                200,
                json!({ "SamplingRuleRecords": [rule("Cruddur", change)] }),
            )
        }
        _ => refused(),
    });
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(&service, &clock);
    sampler.refresh().await.unwrap();
    clock.advance(Duration::from_secs(3590));
    assert_eq!(second(&sampler, &clock), 1000);
    clock.advance(Duration::from_secs(10));
    let taken = second(&sampler, &clock);
    assert_binomial("after an hour", taken - 1, 999, 0.05);
}

#[tokio::test]
async fn what_could_not_be_reported_is_reported_later() {
    let away = Arc::new(AtomicBool::new(true));
    let service = FakeService::start({
        let away = away.clone();
        move |asked| match asked.path.as_str() {
            RULES => (200, one_rule()),
            _ if away.load(Ordering::SeqCst) => refused(),
            _ => (200, quota()),
        }
    });
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(&service, &clock);
    sampler.refresh().await.unwrap();
    second(&sampler, &clock);
    sampler.refresh().await.unwrap_err();
    second(&sampler, &clock);
    away.store(false, Ordering::SeqCst);
    sampler.refresh().await.unwrap();
    let reports: Vec<u64> = (0..5)
        .map(|_| service.next().body)
        .filter_map(|body| body["SamplingStatisticsDocuments"][0]["RequestCount"].as_u64())
        .collect();
    assert_eq!(reports, [1000, 2000]);
}

#[tokio::test]
async fn going_away_and_coming_back_are_told_once_each() {
    let away = Arc::new(AtomicBool::new(false));
    let service = FakeService::start({
        let away = away.clone();
        move |_| match away.load(Ordering::SeqCst) {
            true => refused(),
            false => (200, one_rule()),
        }
    });
    let told = Arc::new(Mutex::new(Vec::new()));
    let sampler = RemoteSampler::builder(service.client())
        .without_polling()
        .with_notice({
            let told = told.clone();
            move |notice| told.lock().unwrap().push(notice)
        })
        .build();
    for is_away in [false, false, true, true, true, false, false] {
        away.store(is_away, Ordering::SeqCst);
        assert_eq!(sampler.refresh().await.is_err(), is_away);
    }
    let told = std::mem::take(&mut *told.lock().unwrap());
    let [Notice::Away { why }, Notice::Back] = told.as_slice() else {
        panic!("told {told:?}");
    };
    assert_eq!(
        why,
        "X-Ray could not be asked for sampling rules: it answered AccessDeniedException: no credentials; \
         check the endpoint, the region and the credentials"
    );
    let line = told[0].to_string();
    assert!(
        line.contains("1 request a second and 5 %") && !line.contains('\n'),
        "{line}"
    );
}

#[tokio::test]
async fn a_service_that_is_not_there_is_told_in_one_line() {
    let client = FakeService::nowhere();
    let sampler = RemoteSampler::builder(client).without_polling().build();
    let told = sampler.refresh().await.unwrap_err().to_string();
    assert!(told.contains("onnection refused"), "{told}");
    assert!(told.len() < 300 && !told.contains('\n'), "{told}");
}

#[test]
fn a_thread_reads_the_rules_and_ends_with_the_last_clone() {
    let service = service();
    let (alive, ended) = mpsc::channel::<()>();
    let sampler = RemoteSampler::builder(service.client())
        .with_service_name("backend")
        .with_notice(move |_| _ = alive.send(()))
        .build();
    assert_eq!(service.next().path, RULES);
    let clone = sampler.clone();
    drop(sampler);
    assert_eq!(
        ended.try_recv(),
        Err(mpsc::TryRecvError::Empty),
        "a clone is left"
    );
    drop(clone);
    let end = ended.recv_timeout(Duration::from_secs(30));
    assert_eq!(
        end,
        Err(mpsc::RecvTimeoutError::Disconnected),
        "the thread holds on to the notice"
    );
}

#[test]
fn a_thread_asks_again_for_rules_as_often_as_it_is_told() {
    let service = service();
    let sampler = RemoteSampler::builder(service.client())
        .with_rules_interval(Duration::from_millis(1))
        .build();
    for _ in 0..3 {
        assert_eq!(service.next().path, RULES);
    }
    drop(sampler);
}
