//! What each way of sampling keeps of the same ten minutes, and what a store then answers: the table of `docs/concepts/sampling.md`.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, SpanKind, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample as _};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use span_query::{Query, Row, Value, field};
use xray_exporter::sampling::{Request, RuleSet, SamplingRule, Service, Target};

const SECONDS: u64 = 600;
const A_SECOND: u64 = 20;

struct Answered {
    trace_id: TraceId,
    at: SystemTime,
    milliseconds: f64,
    failed: bool,
    user: String,
}

/// Twenty requests a second: most take some milliseconds, one in a thousand takes seconds, one in five hundred fails.
fn ten_minutes(rng: &mut StdRng) -> Vec<Answered> {
    let mut all = Vec::new();
    for number in 0..SECONDS * A_SECOND {
        let drawn: f64 = rng.random();
        let slow = rng.random_bool(0.001);
        let user: f64 = rng.random();
        all.push(Answered {
            trace_id: TraceId::from_bytes(rng.random::<u128>().to_be_bytes()),
            at: UNIX_EPOCH + Duration::from_millis(1_790_000_000_000 + number * 1000 / A_SECOND),
            milliseconds: if slow {
                1_000.0 + 3_000.0 * drawn
            } else {
                4.0 / (1.02 - drawn)
            }
            .round(),
            failed: rng.random_bool(0.002),
            // A few users come often, many come once.
            user: format!("user-{}", (2_000.0 * user * user * user) as u32),
        });
    }
    all
}

/// A way to sample: how many requests one that is kept stands for; nothing if it is not kept.
type Sampling<'a> = dyn FnMut(&Answered) -> Option<u32> + 'a;

fn line(name: &str, all: &[Answered], sampling: &mut Sampling<'_>) -> String {
    let kept: Vec<(&Answered, u32)> = all
        .iter()
        .filter_map(|request| Some((request, sampling(request)?)))
        .collect();
    let rows = || {
        kept.iter().map(|(request, weight)| {
            Row::new()
                .with(field::DURATION_MS, request.milliseconds)
                .with(field::ERROR, request.failed)
                .with("user.id", request.user.clone())
                .with_sample_rate(*weight)
        })
    };
    let ask = |query: &str| -> Vec<String> {
        let query: Query = query.parse().expect("a query");
        let table = query.run(rows()).expect("an answer");
        let cells = table.rows[0].iter();
        cells.map(|cell| Value::text(cell).into_owned()).collect()
    };
    let told = ask(
        r#"{"calculations": [{"op": "COUNT"}, {"op": "P95", "column": "duration_ms"}, {"op": "MAX", "column": "duration_ms"},
            {"op": "COUNT_DISTINCT", "column": "user.id"}]}"#,
    );
    let failures = ask(
        r#"{"calculations": [{"op": "COUNT"}], "filters": [{"column": "error", "op": "=", "value": true}]}"#,
    );
    let failed = kept.iter().filter(|(request, _)| request.failed).count();
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} |\n",
        kept.len(),
        told[0],
        failed,
        failures[0],
        told[1],
        told[2],
        told[3]
    )
}

fn decides(sampler: &Sampler, request: &Answered) -> bool {
    let result = sampler.should_sample(None, request.trace_id, "", &SpanKind::Server, &[], &[]);
    result.decision == SamplingDecision::RecordAndSample
}

#[test]
fn the_table_of_the_book_is_what_comes_out() {
    let mut rng = StdRng::seed_from_u64(7);
    let all = ten_minutes(&mut rng);
    let mut table = line("none", &all, &mut |_| Some(1));

    let ratio = Sampler::TraceIdRatioBased(0.1);
    let mut head = |request: &Answered| decides(&ratio, request).then_some(10);
    table += &line("head, 1 in 10", &all, &mut head);

    let rule = SamplingRule {
        fixed_rate: 0.1,
        reservoir_size: 5,
        ..SamplingRule::new("Cruddur")
    };
    let mut rules = RuleSet::new([rule]);
    rules.apply(
        &Target {
            rule_name: "Cruddur".to_owned(),
            fixed_rate: 0.1,
            reservoir_quota: Some((5, all[all.len() - 1].at)),
            interval: None,
        },
        all[0].at,
    );
    let service = Service::default();
    let mut draws = StdRng::seed_from_u64(8);
    let mut xray = |request: &Answered| {
        let asked = Request::new(&service, &[]);
        let decision = rules.decide(&asked, request.at, &mut draws);
        decision.is_some_and(|one| one.is_sampled()).then_some(1)
    };
    table += &line("X-Ray, 5 a second and 10 %", &all, &mut xray);

    let rest = Sampler::TraceIdRatioBased(0.05);
    let mut tail = |request: &Answered| match request.failed || request.milliseconds > 500.0 {
        true => Some(1),
        false => decides(&rest, request).then_some(20),
    };
    table += &line(
        "tail, failed and slow, 1 in 20 of the rest",
        &all,
        &mut tail,
    );

    let page = include_str!("../../../../docs/concepts/sampling.md");
    assert!(
        page.contains(&table),
        "the page has another table than:\n{table}"
    );
}

/// Two services that decide by the trace's ID agree as far as their ratios do; the caller's decision, passed on, leaves no hole.
#[test]
fn ratios_by_the_traces_id_agree() {
    let mut rng = StdRng::seed_from_u64(7);
    let all = ten_minutes(&mut rng);
    let kept = |ratio| -> BTreeSet<_> {
        let sampler = Sampler::TraceIdRatioBased(ratio);
        let kept = all.iter().filter(|request| decides(&sampler, request));
        kept.map(|request| request.trace_id.to_bytes()).collect()
    };
    assert!(kept(0.1).is_subset(&kept(0.5)));
    assert!(kept(0.1).len() < kept(0.5).len() / 4);
}

// ANCHOR: parent_based
/// Follows the caller, and keeps one in ten of the traces that begin here.
fn one_in_ten() -> Sampler {
    Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.1)))
}
// ANCHOR_END: parent_based

#[test]
fn the_callers_decision_counts() {
    let sampler = one_in_ten();
    let caller = |flags| {
        let (trace_id, span_id) = (TraceId::from_bytes([7; 16]), SpanId::from_bytes([7; 8]));
        let state = TraceState::default();
        let caller = SpanContext::new(trace_id, span_id, flags, true, state);
        Context::new().with_remote_span_context(caller)
    };
    let kept_of_1000 = |parent: Option<&Context>| {
        let mut rng = StdRng::seed_from_u64(7);
        let all = ten_minutes(&mut rng);
        let kept = all[..1_000].iter().filter(|request| {
            let id = request.trace_id;
            let result = sampler.should_sample(parent, id, "", &SpanKind::Server, &[], &[]);
            result.decision == SamplingDecision::RecordAndSample
        });
        kept.count()
    };
    assert_eq!(kept_of_1000(Some(&caller(TraceFlags::SAMPLED))), 1_000);
    assert_eq!(kept_of_1000(Some(&caller(TraceFlags::default()))), 0);
    assert!((70..130).contains(&kept_of_1000(None)));
}
