//! How many requests a rule takes: the reservoir, what may be borrowed, the fixed rate.

use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use rand::{SeedableRng, rngs::StdRng};
use xray_exporter::sampling::{Request, RuleSet, SamplingRule, Service, TakenFrom, Target};

use crate::timeline::{assert_binomial, at_ms};

/// A rule set, and requests that come at the times a test says.
struct Simulation {
    rules: RuleSet,
    service: Service,
    rng: StdRng,
}

/// What became of some requests.
#[derive(Debug, Default, PartialEq)]
struct Taken {
    reservoir: usize,
    borrowed: usize,
    fixed_rate: usize,
    dropped: usize,
    undecided: usize,
}

impl Simulation {
    fn new(rules: impl IntoIterator<Item = SamplingRule>) -> Self {
        Self {
            rules: RuleSet::new(rules),
            service: Service {
                name: Some("backend".to_owned()),
                ..Service::default()
            },
            rng: StdRng::seed_from_u64(7),
        }
    }

    /// So many requests, evenly over the second that begins at that millisecond.
    fn second(&mut self, requests: u64, from_ms: u64) -> Taken {
        let mut taken = Taken::default();
        for request in 0..requests {
            let place = match self.decide("/api", at_ms(from_ms + request * 1000 / requests)) {
                None => &mut taken.undecided,
                Some((_, None)) => &mut taken.dropped,
                Some((_, Some(TakenFrom::Reservoir))) => &mut taken.reservoir,
                Some((_, Some(TakenFrom::Borrowed))) => &mut taken.borrowed,
                Some((_, Some(TakenFrom::FixedRate))) => &mut taken.fixed_rate,
            };
            *place += 1;
        }
        taken
    }

    fn decide(&mut self, path: &str, now: SystemTime) -> Option<(String, Option<TakenFrom>)> {
        let attributes = [KeyValue::new("url.path", path.to_owned())];
        let request = Request::new(&self.service, &attributes);
        let decision = self.rules.decide(&request, now, &mut self.rng)?;
        assert_eq!(decision.is_sampled(), decision.taken_from.is_some());
        Some((decision.rule_name.to_string(), decision.taken_from))
    }

    fn target(&mut self, fixed_rate: f64, quota: Option<(u32, SystemTime)>, now: SystemTime) {
        let target = Target {
            rule_name: "Cruddur".to_owned(),
            fixed_rate,
            reservoir_quota: quota,
            interval: Some(Duration::from_secs(10)),
        };
        self.rules.apply(&target, now);
    }
}

/// The rule of the labs, with other numbers.
fn cruddur(reservoir_size: u32, fixed_rate: f64) -> SamplingRule {
    let mut rule = SamplingRule::new("Cruddur");
    rule.priority = 9000;
    rule.service_name = "backend".to_owned();
    (rule.reservoir_size, rule.fixed_rate) = (reservoir_size, fixed_rate);
    rule
}

#[test]
fn a_second_takes_the_reservoir_and_the_fixed_rate_of_the_rest() {
    let mut simulation = Simulation::new([cruddur(5, 0.1)]);
    simulation.target(0.1, Some((5, at_ms(60_000))), at_ms(0));
    for second in 0..20 {
        let taken = simulation.second(1000, second * 1000);
        assert_eq!((taken.reservoir, taken.borrowed), (5, 0), "second {second}");
        assert_eq!(taken.fixed_rate + taken.dropped, 995);
        assert_binomial("the rest", taken.fixed_rate, 995, 0.1);
    }
}

#[test]
fn fewer_requests_than_the_quota_are_all_taken() {
    let mut simulation = Simulation::new([cruddur(5, 0.0)]);
    simulation.target(0.0, Some((5, at_ms(60_000))), at_ms(0));
    assert_eq!(simulation.second(3, 0).reservoir, 3);
    let next = simulation.second(10, 1000);
    assert_eq!(
        (next.reservoir, next.dropped),
        (5, 5),
        "what was left over is not saved up"
    );
}

#[test]
fn one_request_a_second_is_borrowed_until_a_quota_comes() {
    let mut simulation = Simulation::new([cruddur(5, 0.1)]);
    for second in 0..5 {
        let taken = simulation.second(1000, second * 1000);
        assert_eq!((taken.reservoir, taken.borrowed), (0, 1), "second {second}");
        assert_binomial("the rest", taken.fixed_rate, 999, 0.1);
    }
}

#[test]
fn nothing_is_borrowed_from_an_empty_reservoir() {
    let mut simulation = Simulation::new([cruddur(0, 0.0)]);
    let taken = simulation.second(100, 0);
    assert_eq!(taken.dropped, 100);
}

#[test]
fn a_rate_of_one_takes_everything_and_of_zero_nothing() {
    assert_eq!(
        Simulation::new([cruddur(0, 1.0)])
            .second(1000, 0)
            .fixed_rate,
        1000
    );
    assert_eq!(
        Simulation::new([cruddur(0, 0.0)]).second(1000, 0).dropped,
        1000
    );
}

#[test]
fn a_quota_holds_until_its_time_and_then_one_is_borrowed_again() {
    let mut simulation = Simulation::new([cruddur(5, 0.0)]);
    simulation.target(0.0, Some((5, at_ms(2000))), at_ms(0));
    let second = |simulation: &mut Simulation, from| {
        let taken = simulation.second(10, from);
        (taken.reservoir, taken.borrowed, taken.dropped)
    };
    assert_eq!(second(&mut simulation, 1000), (5, 0, 5));
    assert_eq!(
        second(&mut simulation, 2000),
        (1, 0, 9),
        "the last moment counts; what it took counts against what is borrowed in the same second"
    );
    assert_eq!(second(&mut simulation, 3000), (0, 1, 9));
}

#[test]
fn a_quota_of_none_borrows_nothing() {
    let mut simulation = Simulation::new([cruddur(5, 0.0)]);
    simulation.target(0.0, Some((0, at_ms(60_000))), at_ms(0));
    assert_eq!(simulation.second(10, 0).dropped, 10);
}

#[test]
fn a_target_without_a_quota_changes_the_rate_alone() {
    let mut simulation = Simulation::new([cruddur(5, 0.0)]);
    simulation.target(1.0, None, at_ms(0));
    let taken = simulation.second(10, 0);
    assert_eq!((taken.borrowed, taken.fixed_rate), (1, 9));
}

#[test]
fn a_target_for_another_rule_changes_nothing() {
    let mut other = cruddur(0, 0.0);
    other.rule_name = "Other".to_owned();
    let mut simulation = Simulation::new([other]);
    simulation.target(1.0, Some((5, at_ms(60_000))), at_ms(0));
    assert_eq!(simulation.second(10, 0).dropped, 10);
}

#[test]
fn a_clock_set_back_begins_a_new_second() {
    let mut simulation = Simulation::new([cruddur(1, 0.0)]);
    assert_eq!(simulation.second(10, 5000).borrowed, 1);
    assert_eq!(simulation.second(10, 1000).borrowed, 1);
}

#[test]
fn a_rule_that_names_another_service_never_decides() {
    let mut misnamed = cruddur(5, 1.0);
    misnamed.service_name = "localhost:4567".to_owned();
    let mut simulation = Simulation::new([misnamed, SamplingRule::new("Default")]);
    for request in 0..100 {
        let (rule, _) = simulation
            .decide("/api", at_ms(request))
            .expect("Default matches");
        assert_eq!(rule, "Default");
    }
}

#[test]
fn the_first_rule_that_matches_decides_alone() {
    let mut health = cruddur(0, 0.0);
    health.rule_name = "health".to_owned();
    health.priority = 1;
    health.url_path = "/health".to_owned();
    let mut simulation = Simulation::new([cruddur(0, 1.0), health]);
    let decided = |simulation: &mut Simulation, path| simulation.decide(path, at_ms(0));
    assert_eq!(
        decided(&mut simulation, "/health"),
        Some(("health".to_owned(), None))
    );
    assert_eq!(
        decided(&mut simulation, "/api"),
        Some(("Cruddur".to_owned(), Some(TakenFrom::FixedRate)))
    );
}

#[test]
fn without_a_rule_that_matches_nothing_is_decided() {
    assert_eq!(Simulation::new([]).second(10, 0).undecided, 10);
}

#[test]
fn each_rule_has_a_reservoir_of_its_own() {
    let mut other = cruddur(1, 0.0);
    other.rule_name = "other".to_owned();
    other.url_path = "/other".to_owned();
    other.priority = 1;
    let mut simulation = Simulation::new([cruddur(1, 0.0), other]);
    for path in ["/api", "/other"] {
        let decided = simulation
            .decide(path, at_ms(0))
            .and_then(|decided| decided.1);
        assert_eq!(decided, Some(TakenFrom::Borrowed), "{path}");
    }
}

#[test]
fn a_rule_that_has_not_changed_goes_on_as_it_was() {
    let mut simulation = Simulation::new([cruddur(5, 0.5)]);
    simulation.target(0.0, Some((2, at_ms(60_000))), at_ms(0));
    assert_eq!(simulation.second(2, 0).reservoir, 2);
    simulation
        .rules
        .replace([cruddur(5, 0.5), SamplingRule::new("Default")]);
    assert_eq!(
        simulation.second(10, 0).dropped,
        10,
        "its second, its quota and its rate go on"
    );
}

#[test]
fn a_changed_rate_counts_at_once_and_the_quota_stays() {
    let mut simulation = Simulation::new([cruddur(5, 0.0)]);
    simulation.target(0.0, Some((2, at_ms(60_000))), at_ms(0));
    simulation.rules.replace([cruddur(5, 1.0)]);
    let taken = simulation.second(10, 0);
    assert_eq!((taken.reservoir, taken.fixed_rate), (2, 8));
}

#[test]
fn a_changed_reservoir_ends_the_quota() {
    let mut simulation = Simulation::new([cruddur(5, 0.0)]);
    simulation.target(0.0, Some((5, at_ms(60_000))), at_ms(0));
    simulation.rules.replace([cruddur(0, 0.0)]);
    assert_eq!(simulation.second(10, 0).dropped, 10);
}

#[test]
fn a_rule_that_is_gone_decides_no_more() {
    let mut simulation = Simulation::new([cruddur(5, 1.0)]);
    simulation.rules.replace([]);
    assert_eq!(simulation.second(10, 0).undecided, 10);
}

#[test]
fn the_same_seed_takes_the_same_requests() {
    let run = || {
        let mut simulation = Simulation::new([cruddur(5, 0.3)]);
        (0..500)
            .map(|ms| simulation.decide("/api", at_ms(ms)))
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}
