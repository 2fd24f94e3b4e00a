//! What rules report to the service, and when.

use std::time::Duration;

use rand::{SeedableRng, rngs::StdRng};
use xray_exporter::sampling::{Request, RuleSet, SamplingRule, Service, Statistics, Target};

use crate::timeline::at_ms;

/// A rule that takes everything, and one that nothing matches.
fn rules() -> RuleSet {
    let mut taken = SamplingRule::new("taken");
    (taken.priority, taken.fixed_rate) = (1, 1.0);
    RuleSet::new([taken, SamplingRule::new("unused")])
}

fn requests(rules: &mut RuleSet, number: usize, at: u64) {
    let service = Service::default();
    for _ in 0..number {
        let request = Request::new(&service, &[]);
        rules.decide(&request, at_ms(at), &mut StdRng::seed_from_u64(1));
    }
}

fn counts(statistics: &[Statistics]) -> Vec<(&str, u32, u32, u32)> {
    statistics
        .iter()
        .map(|one| {
            (
                &*one.rule_name,
                one.request_count,
                one.sampled_count,
                one.borrow_count,
            )
        })
        .collect()
}

fn target(quota: u32, seconds: u64) -> Target {
    Target {
        rule_name: "taken".to_owned(),
        fixed_rate: 0.0,
        reservoir_quota: Some((quota, at_ms(60_000))),
        interval: Some(Duration::from_secs(seconds)),
    }
}

#[test]
fn borrowed_requests_are_not_among_the_sampled_ones() {
    let mut rules = rules();
    requests(&mut rules, 10, 0);
    assert_eq!(
        counts(&rules.due_statistics(at_ms(0))),
        [("taken", 10, 9, 1)]
    );
}

#[test]
fn requests_that_are_not_sampled_are_counted_too() {
    let mut rules = rules();
    rules.apply(&target(2, 10), at_ms(0));
    requests(&mut rules, 10, 0);
    assert_eq!(
        counts(&rules.all_statistics(at_ms(0))),
        [("taken", 10, 2, 0)]
    );
}

#[test]
fn what_was_reported_is_not_reported_again() {
    let mut rules = rules();
    requests(&mut rules, 10, 0);
    rules.due_statistics(at_ms(0));
    assert_eq!(rules.all_statistics(at_ms(60_000)), []);
}

#[test]
fn a_rule_reports_again_after_its_interval() {
    let mut rules = rules();
    rules.apply(&target(2, 15), at_ms(0));
    requests(&mut rules, 1, 0);
    assert_eq!(rules.due_statistics(at_ms(14_999)), []);
    assert_eq!(
        counts(&rules.due_statistics(at_ms(15_000))),
        [("taken", 1, 1, 0)]
    );
    requests(&mut rules, 1, 15_500);
    assert_eq!(
        rules.due_statistics(at_ms(29_999)),
        [],
        "the interval runs from the last report"
    );
    assert_eq!(rules.due_statistics(at_ms(30_000)).len(), 1);
}

#[test]
fn what_could_not_be_delivered_is_in_the_next_report() {
    let mut rules = rules();
    requests(&mut rules, 10, 0);
    let lost = rules.due_statistics(at_ms(0));
    rules.put_back(&lost);
    requests(&mut rules, 1, 100);
    assert_eq!(
        counts(&rules.all_statistics(at_ms(200))),
        [("taken", 11, 10, 1)]
    );
}

#[test]
fn a_changed_rule_keeps_what_it_has_to_report() {
    let mut rules = rules();
    requests(&mut rules, 10, 0);
    let mut changed = SamplingRule::new("taken");
    changed.fixed_rate = 0.5;
    rules.replace([changed]);
    assert_eq!(
        counts(&rules.due_statistics(at_ms(0))),
        [("taken", 10, 9, 1)]
    );
}
