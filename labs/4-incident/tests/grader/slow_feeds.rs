//! Question 2: what the slow home feeds share, and the query that finds them.

use incident::answer::Attribute;
use incident_recording::{Kind, Span};
use span_snapshot::verdict;

use super::traces::{self, Evidence};
use super::{Hour, activities, counted, hour, is_long, not_answered, seconds, shown, text_of};

const FILE: &str = "queries/slow-feeds.json";

/// Fails unless all slow home feeds have the attribute, and no other one that is as long.
pub(crate) fn check(answer: Attribute) {
    let hour = hour();
    check_attribute(hour, answer);
    traces::check(
        hour,
        FILE,
        &hour.truth().release.slow_feeds,
        &|trace| missing(hour, trace),
        &|trace| other(hour, trace),
    );
}

fn check_attribute(hour: &Hour, Attribute { key, value }: Attribute) {
    if key.is_empty() || value.is_empty() {
        not_answered(
            "slow_home_feeds_share",
            "drag a box round the slow home feeds: what sets the box apart comes first in the list",
        );
    }
    known(hour, Attribute { key, value });
    let has = |feed: &&Span| text_of(feed, key).as_deref() == Some(value);
    let slow = |feed: &&Span| hour.is_slow_feed(feed);
    if let Some(feed) = hour.home_feeds().find(|feed| slow(feed) && !has(feed)) {
        verdict(
            "slow-without-it",
            &format!(
                "`{key}` is not `{value}` in every slow home feed: {} took {} with {}, and its request does not have it",
                shown(feed),
                seconds(feed),
                counted(hour.queries(feed), "query")
            ),
            "it has to explain all of them: group the slow home feeds by it, and see whether anything is left",
        );
    }
    let long = |feed: &&Span| is_long(feed);
    if let Some(feed) = hour
        .home_feeds()
        .find(|feed| long(feed) && has(feed) && !slow(feed))
    {
        verdict(
            "quick-with-it",
            &format!(
                "`{key}` is `{value}` in home feeds that are as they should be, too: {} has it, and {} activities, and was answered in {} with {}",
                shown(feed),
                activities(feed),
                seconds(feed),
                counted(hour.queries(feed), "query")
            ),
            "what all requests have, or those of another time too, explains nothing: compare with the home feeds outside of the box",
        );
    }
}

/// Fails if no span has such an attribute, or none with that value.
pub(crate) fn known(hour: &Hour, Attribute { key, value }: Attribute) {
    let is_value = |span: &Span| text_of(span, key).as_deref() == Some(value);
    if hour.spans().iter().any(is_value) {
        return;
    }
    if hour
        .spans()
        .iter()
        .any(|span| span.attribute(key).is_some())
    {
        verdict(
            "no-such-value",
            &format!("no span has `{key}` with the value `{value}`"),
            "take the value as the query page shows it, without quotes",
        );
    }
    let attributes = hour.spans().iter().flat_map(|span| {
        let all = span.attributes.iter().chain(&span.resource.attributes);
        all.map(|(name, _)| *name)
    });
    let names: std::collections::BTreeSet<&str> = attributes.collect();
    let nearest = match span_query::nearest(key, names) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    };
    verdict(
        "no-such-attribute",
        &format!("no span has an attribute `{key}`{nearest}"),
        "take its name as the query page shows it, dots and all",
    );
}

/// Why a trace that the query does not find belongs to those wanted.
fn missing(hour: &Hour, trace: &[Span]) -> Evidence {
    let feed = trace.iter().find(|span| hour.is_slow_feed(span));
    let what = match feed {
        Some(feed) => format!(
            "is missing: its home feed of {} activities took {} with {}",
            activities(feed),
            seconds(feed),
            counted(hour.queries(feed), "query")
        ),
        None => "is missing".to_owned(),
    };
    Evidence {
        cause: "traces-missing",
        what,
        help: "find what keeps it out: open the trace, and go through your conditions one by one",
    }
}

/// Why a trace that the query finds does not belong to those wanted.
fn other(hour: &Hour, trace: &[Span]) -> Evidence {
    let request = trace
        .iter()
        .filter(|span| span.kind == Kind::Server && span.resource.service == "backend");
    let feed = request.clone().find(|span| super::is_home_feed(span));
    let Some(feed) = feed else {
        let name = request
            .map(|span| span.name)
            .next()
            .unwrap_or("another one");
        return Evidence {
            cause: "other-requests-too",
            what: format!("has no home feed: its request is {name}"),
            help: "other requests are slow for other reasons, or ask the database often by design: take the home feeds alone",
        };
    };
    let queries = hour.queries(feed);
    let told = format!(
        "has a home feed of {} activities, which took {} with {}",
        activities(feed),
        seconds(feed),
        counted(queries, "query")
    );
    let is_bad = text_of(feed, "service.version").as_deref() == Some(&hour.truth().release.version);
    if is_bad {
        return Evidence {
            cause: "quick-feeds-too",
            what: told,
            help: "the trouble is there for everybody, and hurts those with many activities: say how many queries are too many, with `havings`",
        };
    }
    Evidence {
        cause: "other-feeds-too",
        what: told,
        help: "a home feed may be slow for another reason; what these have in common is how often they ask the database",
    }
}
