//! The sampler as OpenTelemetry's SDK calls it, without a service to ask.

use std::time::Duration;

use opentelemetry::{
    Context, KeyValue,
    trace::{
        SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
        TracerProvider,
    },
};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SdkTracerProvider, ShouldSample};
use xray_exporter::sampling::{ManualClock, RemoteSampler, SamplingError, SamplingRule, Target};

use crate::timeline::{assert_binomial, at_ms};

fn cruddur(reservoir_size: u32, fixed_rate: f64) -> SamplingRule {
    let mut rule = SamplingRule::new("Cruddur");
    rule.service_name = "backend".to_owned();
    (rule.reservoir_size, rule.fixed_rate) = (reservoir_size, fixed_rate);
    rule
}

fn sampler(rule: SamplingRule, clock: &ManualClock) -> RemoteSampler {
    RemoteSampler::with_rules([rule])
        .with_service_name("backend")
        .with_clock(clock.clone())
        .with_seed(7)
        .build()
}

fn is_sampled(sampler: &dyn ShouldSample) -> bool {
    let attributes = [KeyValue::new("url.path", "/api")];
    let result = sampler.should_sample(
        None,
        TraceId::from(1),
        "GET /api",
        &SpanKind::Server,
        &attributes,
        &[],
    );
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

#[test]
fn a_simulated_second_takes_the_quota_and_the_rate() {
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(cruddur(5, 0.1), &clock);
    sampler.apply(&Target {
        rule_name: "Cruddur".to_owned(),
        fixed_rate: 0.1,
        reservoir_quota: Some((5, at_ms(60_000))),
        interval: None,
    });
    for _ in 0..5 {
        let taken = second(&sampler, &clock);
        assert_binomial("the rest", taken - 5, 995, 0.1);
    }
    let exactly = self::sampler(cruddur(5, 0.0), &clock);
    assert_eq!(
        second(&exactly, &clock),
        1,
        "without a quota one is borrowed"
    );
}

#[test]
fn without_a_rule_that_matches_one_a_second_and_five_percent_are_taken() {
    let clock = ManualClock::new(at_ms(0));
    let mut misnamed = cruddur(100, 1.0);
    misnamed.service_name = "localhost:4567".to_owned();
    let sampler = sampler(misnamed, &clock);
    let first = is_sampled(&sampler);
    assert!(first, "the first request of a second");
    clock.advance(Duration::from_secs(1));
    for _ in 0..5 {
        assert_binomial("the rest", second(&sampler, &clock) - 1, 999, 0.05);
    }
}

#[test]
fn rules_that_nobody_keeps_never_grow_old() {
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(cruddur(0, 1.0), &clock);
    clock.advance(Duration::from_secs(86_400));
    assert_eq!(second(&sampler, &clock), 1000);
}

#[test]
fn every_clone_is_the_same_sampler() {
    let clock = ManualClock::new(at_ms(0));
    let one = sampler(cruddur(1, 0.0), &clock);
    let other = one.clone();
    assert!(is_sampled(&one));
    assert!(
        !is_sampled(&other),
        "the other has taken this second's request"
    );
}

#[test]
fn the_trace_state_of_the_caller_is_kept() {
    let state = TraceState::from_key_value([("vendor", "1")]).unwrap();
    let context = SpanContext::new(
        TraceId::from(1),
        SpanId::from(2),
        TraceFlags::SAMPLED,
        true,
        state.clone(),
    );
    let clock = ManualClock::new(at_ms(0));
    let result = sampler(cruddur(0, 1.0), &clock).should_sample(
        Some(&Context::new().with_remote_span_context(context)),
        TraceId::from(1),
        "GET",
        &SpanKind::Server,
        &[],
        &[],
    );
    assert_eq!(result.trace_state, state);
    assert_eq!(result.attributes, []);
}

#[test]
fn within_parent_based_the_first_span_decides_for_its_trace() {
    let clock = ManualClock::new(at_ms(0));
    let provider = SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(sampler(
            cruddur(1, 0.0),
            &clock,
        ))))
        .build();
    let tracer = provider.tracer("test");
    let sampled = |context: &Context| context.span().span_context().is_sampled();
    let requests: Vec<(bool, bool)> = (0..3)
        .map(|_| {
            tracer.in_span("root", |root| {
                (
                    sampled(&root),
                    tracer.in_span("child", |child| sampled(&child)),
                )
            })
        })
        .collect();
    assert_eq!(
        requests,
        [(true, true), (false, false), (false, false)],
        "of three requests in one second one is borrowed, with all its spans"
    );
}

#[tokio::test]
async fn a_sampler_without_a_client_says_so_when_asked_to_refresh() {
    let clock = ManualClock::new(at_ms(0));
    let sampler = sampler(cruddur(0, 0.0), &clock);
    let error = sampler.refresh().await.unwrap_err();
    assert!(matches!(error, SamplingError::NoClient));
    assert_eq!(sampler.client_id(), None);
}
