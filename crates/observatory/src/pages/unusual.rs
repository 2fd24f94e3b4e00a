//! What is unusual about a trace, held against the other traces of its route. Pure: said in words by `route_panel`.

use std::collections::{BTreeMap, HashMap, HashSet};

use opentelemetry_proto::tonic::common::v1::KeyValue;

use super::{attribute_table, span_facts};
use crate::{
    model::StoredSpan,
    store::{Route, RouteTrace},
};

/// Fewer others than this say nothing about what is usual.
pub(crate) const ENOUGH: usize = 5;
/// Lines of one sort at most.
const MOST_OF_A_SORT: usize = 5;
/// Characters of an attribute's value beyond which it is not compared.
const LONGEST_VALUE: usize = 500;

/// Where the trace's duration is among those of the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Standing {
    /// Its own duration, in nanoseconds.
    pub(crate) duration: u64,
    /// How many others there are.
    pub(crate) of: usize,
    /// How many of them took less time.
    pub(crate) shorter: usize,
    /// How many took more.
    pub(crate) longer: usize,
    /// The median of theirs.
    pub(crate) median: u64,
}

/// Something that is not as in the other traces.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Remark {
    /// Spans have failed; so many of the others have errors, too.
    Failed {
        spans: usize,
        first: usize,
        others: usize,
    },
    /// Nearly all others have such a span.
    Missing {
        service: String,
        name: String,
        others: usize,
    },
    /// None of the others, or nearly none, has such a span.
    Extra {
        service: String,
        name: String,
        count: usize,
        first: usize,
        others: usize,
    },
    /// There are more such spans than usual.
    More {
        service: String,
        name: String,
        count: usize,
        usual: usize,
        most: usize,
        time: u64,
        first: usize,
    },
    /// The longest such span took much longer than usual.
    Slow {
        service: String,
        name: String,
        duration: u64,
        median: u64,
        longer: usize,
        of: usize,
        span: usize,
    },
    /// The root has an attribute with a value that none of the others has, or nearly none; `known`: how many have the attribute.
    Value {
        key: String,
        value: String,
        others: usize,
        known: usize,
    },
}

/// What the comparison gave.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Unusual {
    /// So many others are too few.
    TooFew(usize),
    /// Enough to compare with.
    Compared {
        standing: Standing,
        remarks: Vec<Remark>,
    },
}

impl Standing {
    /// The share of the others that took less time, in percent, ties halved.
    pub(crate) fn percentile(&self) -> usize {
        let ties = self.of - self.shorter - self.longer;
        (100 * (2 * self.shorter + ties) + self.of) / (2 * self.of).max(1)
    }

    /// Among the slowest or the fastest twentieth.
    pub(crate) fn is_unusual(&self) -> bool {
        let twentieth = self.of / 20;
        self.longer <= twentieth && self.duration > self.median
            || self.shorter <= twentieth && self.duration < self.median
    }
}

/// Holds a trace, whose root is one of its `spans`, against the others.
pub(crate) fn unusual(
    spans: &[StoredSpan],
    root: Option<usize>,
    duration: u64,
    route: &Route,
) -> Unusual {
    let others = &route.traces[..];
    if others.len() < ENOUGH {
        return Unusual::TooFew(others.len());
    }
    let mut durations: Vec<u64> = others.iter().map(|other| other.duration).collect();
    durations.sort_unstable();
    let standing = Standing {
        duration,
        of: others.len(),
        shorter: durations.partition_point(|&other| other < duration),
        longer: others.len() - durations.partition_point(|&other| other <= duration),
        median: durations[durations.len() / 2],
    };
    let mut remarks = Vec::new();
    remarks.extend(failed(spans, others));
    operations(spans, duration, route, &mut remarks);
    if let Some(root) = root {
        values(&spans[root], others, &mut remarks);
    }
    Unusual::Compared { standing, remarks }
}

fn failed(spans: &[StoredSpan], others: &[RouteTrace]) -> Option<Remark> {
    let mut failed = (0..spans.len()).filter(|&span| span_facts::is_error(&spans[span]));
    let first = failed.next()?;
    Some(Remark::Failed {
        spans: 1 + failed.count(),
        first,
        others: others.iter().filter(|other| other.errors > 0).count(),
    })
}

/// The spans of one operation in the trace: which come first and last longest, how many, how long in all.
#[derive(Clone, Copy)]
struct Here {
    first: usize,
    longest: usize,
    count: usize,
    time: u64,
}

/// The spans of one operation in the others: for each trace that has any, how many and the longest.
#[derive(Clone, Default)]
struct There {
    counts: Vec<usize>,
    longest: Vec<u64>,
}

fn operations(spans: &[StoredSpan], duration: u64, route: &Route, remarks: &mut Vec<Remark>) {
    let of = route.traces.len();
    let mut here: BTreeMap<(&str, &str), Here> = BTreeMap::new();
    for (place, span) in spans.iter().enumerate() {
        let lasted = lasted(span);
        let known = here
            .entry((span_facts::service(span), &span.span.name))
            .or_insert(Here {
                first: place,
                longest: place,
                count: 0,
                time: 0,
            });
        known.count += 1;
        known.time = known.time.saturating_add(lasted);
        if lasted > self::lasted(&spans[known.longest]) {
            known.longest = place;
        }
    }
    let there = there(route);
    let mut slow = Vec::new();
    let mut more = Vec::new();
    let mut extra = Vec::new();
    for (&(service, name), here) in &here {
        let none = There::default();
        let there = there.get(&(service, name)).unwrap_or(&none);
        let (service, name) = (service.to_owned(), name.to_owned());
        let others = there.counts.len();
        if others * 20 <= of {
            extra.push(Remark::Extra {
                service,
                name,
                count: here.count,
                first: here.first,
                others,
            });
            continue;
        }
        // Where a trace has none, it has nought of them.
        let usual = nth(&there.counts, of, 50);
        let nearly_most = nth(&there.counts, of, 95);
        if here.count >= 3 && here.count > nearly_most && here.count >= 2 * usual.max(1) {
            more.push(Remark::More {
                service: service.clone(),
                name: name.clone(),
                count: here.count,
                usual,
                most: there.counts.iter().copied().max().unwrap_or(0),
                time: here.time,
                first: here.first,
            });
        }
        if others >= ENOUGH {
            let mut longest = there.longest.clone();
            longest.sort_unstable();
            let lasted = lasted(&spans[here.longest]);
            let median = longest[others / 2];
            let longer = others - longest.partition_point(|&other| other < lasted);
            let excess = lasted.saturating_sub(median);
            // The root is the trace, whose duration has been told.
            let is_root = service == route.service && name == route.name;
            if !is_root
                && longer * 20 <= others
                && lasted / 2 >= median
                && excess >= (duration / 20).max(1)
            {
                slow.push((
                    excess,
                    Remark::Slow {
                        service,
                        name,
                        duration: lasted,
                        median,
                        longer,
                        of: others,
                        span: here.longest,
                    },
                ));
            }
        }
    }
    slow.sort_by_key(|(excess, _)| std::cmp::Reverse(*excess));
    more.sort_by_key(|remark| match remark {
        Remark::More { count, .. } => std::cmp::Reverse(*count),
        _ => std::cmp::Reverse(0),
    });
    let mut missing: Vec<_> = there
        .iter()
        .filter(|(operation, there)| {
            !here.contains_key(operation) && there.counts.len() * 5 >= of * 4
        })
        .map(|((service, name), there)| Remark::Missing {
            service: (*service).to_owned(),
            name: (*name).to_owned(),
            others: there.counts.len(),
        })
        .collect();
    missing.sort_by_key(|remark| match remark {
        Remark::Missing {
            service,
            name,
            others,
        } => (std::cmp::Reverse(*others), service.clone(), name.clone()),
        _ => (std::cmp::Reverse(0), String::new(), String::new()),
    });
    let slow: Vec<_> = slow.into_iter().map(|(_, remark)| remark).collect();
    for sort in [more, slow, extra, missing] {
        remarks.extend(sort.into_iter().take(MOST_OF_A_SORT));
    }
}

fn there(route: &Route) -> HashMap<(&str, &str), There> {
    let mut there = vec![There::default(); route.operations.len()];
    for trace in &route.traces {
        let mut own: HashMap<usize, (usize, u64)> = HashMap::new();
        for span in &trace.spans {
            let known = own.entry(span.operation).or_default();
            known.0 += 1;
            known.1 = known.1.max(span.duration);
        }
        for (operation, (count, longest)) in own {
            there[operation].counts.push(count);
            there[operation].longest.push(longest);
        }
    }
    route
        .operations
        .iter()
        .map(|(service, name)| (&service[..], &name[..]))
        .zip(there)
        .collect()
}

/// The `percent` quantile of `counts`, to which as many noughts belong as are wanting to `of`.
fn nth(counts: &[usize], of: usize, percent: usize) -> usize {
    let mut counts = counts.to_vec();
    counts.sort_unstable();
    let noughts = of.saturating_sub(counts.len());
    let at = (of * percent / 100).min(of.saturating_sub(1));
    at.checked_sub(noughts).map_or(0, |at| counts[at])
}

fn lasted(span: &StoredSpan) -> u64 {
    span.span
        .end_time_unix_nano
        .saturating_sub(span.span.start_time_unix_nano)
}

/// Attributes of the root and of its resource whose values are rare; those that differ in most traces anyway, such as IDs, are passed by.
fn values(root: &StoredSpan, others: &[RouteTrace], remarks: &mut Vec<Remark>) {
    let of = others.len();
    let mut seen: HashMap<&str, Vec<String>> = HashMap::new();
    for root in others.iter().filter_map(|other| other.root.as_ref()) {
        for (key, value) in attributes(root) {
            seen.entry(key).or_default().push(value);
        }
    }
    let mut found = Vec::new();
    let mut told = HashSet::new();
    for (key, value) in attributes(root) {
        let none = Vec::new();
        let values = seen.get(key).unwrap_or(&none);
        let different = values.iter().collect::<HashSet<_>>().len();
        let others = values.iter().filter(|other| **other == value).count();
        let varies = different * 2 > values.len().max(1) && values.len() > 1;
        if others * 20 <= of && !varies && told.insert(key) {
            found.push(Remark::Value {
                key: key.to_owned(),
                value,
                others,
                known: values.len(),
            });
        }
    }
    remarks.extend(found.into_iter().take(2 * MOST_OF_A_SORT));
}

fn attributes(span: &StoredSpan) -> impl Iterator<Item = (&str, String)> {
    let told = |attribute: &'_ KeyValue| {
        let value = attribute.value.as_ref().and_then(|any| any.value.as_ref());
        attribute_table::text(value)
    };
    span.span
        .attributes
        .iter()
        .chain(&span.resource.attributes)
        .map(move |attribute| (&attribute.key[..], told(attribute)))
        .filter(|(_, value)| value.len() <= LONGEST_VALUE)
}

#[cfg(test)]
#[path = "unusual_tests.rs"]
mod tests;
