//! The sampling rule as the service was told it, and a simulated second under it.

use std::time::{Duration, SystemTime};

use aws_settings::in_one_line;
use opentelemetry::{
    Context, KeyValue,
    trace::{
        SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
        TracerProvider,
    },
};
use serde_json::Value;
use span_snapshot::{Kind, XrayApi, verdict};
use xray::{sampling, telemetry};
use xray_exporter::sampling::{ManualClock, RemoteSampler, SamplingRule, Target};

use crate::{
    application::block_on,
    grader::{client, segments::Segments},
};

/// The rule as the course has it.
const RULE: &str = include_str!("../../aws/json/xray.json");

/// Requests in the simulated second.
const REQUESTS: usize = 1_000;

/// Fails unless `create_rule` tells the service the rule of the file.
pub(crate) fn check_rule() {
    let api = XrayApi::start();
    if let Err(error) = block_on(sampling::create_rule(&client(&api.endpoint()))) {
        verdict(
            "rule-refused",
            &format!("`create_rule` gave an error: {}", in_one_line(&error)),
            "compare the rule with aws/json/xray.json: the service wants all of its keys",
        );
    }
    let Some(call) = api
        .calls()
        .into_iter()
        .find(|call| call.operation == "CreateSamplingRule")
    else {
        verdict(
            "rule-not-created",
            "the service was not asked to create a sampling rule",
            "build a `SamplingRule`, and send it: `client.create_sampling_rule().sampling_rule(rule).send().await?`",
        )
    };
    let wanted: Value = serde_json::from_str(RULE).expect("aws/json/xray.json is JSON");
    let (wanted, got) = (&wanted["SamplingRule"], &call.body["SamplingRule"]);
    for (key, wanted) in wanted.as_object().expect("the rule's keys") {
        // 9000 and 9000.0 are the same number.
        let same = match (wanted.as_f64(), got[key].as_f64()) {
            (Some(wanted), Some(got)) => wanted == got,
            _ => *wanted == got[key],
        };
        if !same {
            verdict(
                "wrong-rule",
                &format!(
                    "the rule was created with {key} {}; aws/json/xray.json says {wanted}",
                    got[key]
                ),
                "the builder has a method for each key of the file",
            );
        }
    }
}

/// Fails unless the sampler takes the rule's reservoir and rate of a second's requests, with all that is inside them.
pub(crate) fn check_sampler() {
    let file: Value = serde_json::from_str(RULE).expect("aws/json/xray.json is JSON");
    let number = |key: &str| file["SamplingRule"][key].as_f64().expect("a number");
    let (reservoir, rate) = (number("ReservoirSize"), number("FixedRate"));

    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_268_800);
    let mut cruddur = SamplingRule::new("Cruddur");
    cruddur.service_name = "backend".to_owned();
    cruddur.priority = 9000;
    cruddur.fixed_rate = rate;
    cruddur.reservoir_size = reservoir as u32;
    let mut default = SamplingRule::new("Default");
    default.priority = 10_000;
    default.fixed_rate = 0.0;
    default.reservoir_size = 0;
    let rules = sampling::rules(
        RemoteSampler::with_rules([cruddur, default])
            .with_clock(ManualClock::new(noon))
            .with_seed(2),
    );
    // All of the reservoir is ours: nobody else asks for a part of it.
    rules.apply(&Target {
        rule_name: "Cruddur".to_owned(),
        fixed_rate: rate,
        reservoir_quota: Some((reservoir as u32, noon + Duration::from_secs(60))),
        interval: None,
    });
    let sampled = Segments::default();
    let provider = sampled.provider(telemetry::builder().with_sampler(sampling::sampler(rules)));
    let tracer = provider.tracer("grader");

    let mut first = 0;
    for number in 1..=REQUESTS {
        request(&tracer, &Context::new());
        if number as f64 == reservoir {
            first = count(&sampled).0;
        }
    }
    let (segments, inside) = count(&sampled);
    let drawn = (REQUESTS as f64 - reservoir) * rate;
    // Four standard deviations of the binomial distribution; the seed is fixed, so this is no lottery.
    let bound = 4.0 * (drawn * (1.0 - rate)).sqrt();
    let wanted = (reservoir + drawn - bound)..=(reservoir + drawn + bound);
    if segments == REQUESTS {
        verdict(
            "all-sampled",
            &format!(
                "all {REQUESTS} requests of a second were sampled; the rule takes {reservoir} and {rate} of the others"
            ),
            "return a sampler that asks `rules`",
        );
    }
    if segments == 0 {
        verdict(
            "rule-never-matches",
            &format!(
                "none of {REQUESTS} requests was sampled by the rule for the service `backend`"
            ),
            "a rule is matched by the service's name: tell the builder the resource that the segments are named after",
        );
    }
    if !wanted.contains(&(segments as f64)) {
        verdict(
            "wrong-rate",
            &format!(
                "of {REQUESTS} requests too {} were sampled; the rule takes {reservoir} and {rate} of the others, about {:.0}",
                if segments as f64 > reservoir + drawn {
                    "many"
                } else {
                    "few"
                },
                reservoir + drawn
            ),
            "let `rules` alone decide where a trace begins: no second sampler, no rate of your own",
        );
    }
    if inside != segments {
        verdict(
            "torn-traces",
            &format!(
                "{segments} segments were sampled, but {inside} of the subsegments, one in each request"
            ),
            "a part follows the decision for the whole: `Sampler::ParentBased(Box::new(rules))`",
        );
    }

    if first as f64 != reservoir {
        verdict(
            "reservoir-ignored",
            &format!(
                "of the first {reservoir} requests of the second not all were sampled; the reservoir is for them"
            ),
            "let `rules` decide: it knows the reservoir, a fixed rate alone does not",
        );
    }

    sampled.clear();
    for decision in [TraceFlags::SAMPLED, TraceFlags::default()] {
        for _ in 0..20 {
            request(&tracer, &called_by(decision));
        }
    }
    let (segments, inside) = count(&sampled);
    if (segments, inside) != (20, 20) {
        verdict(
            "decision-ignored",
            &format!(
                "of 40 requests whose caller had decided already, 20 for and 20 against, {segments} were sampled"
            ),
            "the caller's decision goes with the trace: `Sampler::ParentBased(Box::new(rules))`",
        );
    }
}

/// A request with a part inside it.
fn request(tracer: &impl Tracer<Span: Send + Sync + 'static>, caller: &Context) {
    let span = tracer
        .span_builder("GET /api/activities/home")
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("url.path", "/api/activities/home"),
        ])
        .start_with_context(tracer, caller);
    let context = caller.with_span(span);
    tracer.start_with_context("activities_home", &context);
}

/// How many segments, and how many subsegments, were exported.
fn count(sampled: &Segments) -> (usize, usize) {
    let tree = sampled.tree();
    let of = |kind| tree.spans().filter(|span| span.kind() == kind).count();
    (of(Kind::Segment), of(Kind::Subsegment))
}

/// The context of a request whose caller has decided.
fn called_by(decision: TraceFlags) -> Context {
    let caller = SpanContext::new(
        TraceId::from(0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793),
        SpanId::from(0x5399_5c3f_42cd_8ad8),
        decision,
        true,
        TraceState::default(),
    );
    Context::new().with_remote_span_context(caller)
}
