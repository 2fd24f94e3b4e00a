//! A service graph made ready to draw: what a node is, its numbers in words, an order that does not depend on chance.
//! Where things stand is `layout`'s, how they look is `view`'s.

use std::collections::BTreeMap;

use xray_query::{ServiceGraph, ServiceNode, ServiceStatistics};

use crate::pages::durations;

/// Nodes that are drawn; the busiest are kept.
pub(super) const MOST_NODES: usize = 200;

/// What a node is, and so its shape.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Who asked first.
    Client,
    /// Sends segments of its own.
    Service,
    /// Known only from what its callers say.
    Remote,
    /// A database.
    Database,
    /// A service of AWS, as its callers see it.
    Aws,
}

impl Kind {
    fn of(node: &ServiceNode) -> Self {
        let kind = node.kind.as_deref().unwrap_or("");
        let lower = kind.to_lowercase();
        // What an application runs on is AWS's too, but the application is what sends the segments.
        const COMPUTE: [&str; 7] = [
            "aws::ec2",
            "aws::ecs",
            "aws::eks",
            "aws::elasticbeanstalk",
            "aws::lambda",
            "aws::apprunner",
            "aws::apigateway",
        ];
        if kind == "client" {
            Self::Client
        } else if [
            "database",
            "dynamodb",
            "rds",
            "sql",
            "documentdb",
            "redshift",
        ]
        .iter()
        .any(|word| lower.contains(word))
        {
            Self::Database
        } else if lower.starts_with("aws::") && !COMPUTE.iter().any(|own| lower.starts_with(own)) {
            Self::Aws
        } else if lower == "remote" || node.state == "unknown" {
            Self::Remote
        } else {
            Self::Service
        }
    }
}

/// The four ways in which a request can end, in the order of the ring.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Outcome {
    pub(super) ok: u64,
    pub(super) error: u64,
    pub(super) throttle: u64,
    pub(super) fault: u64,
}

/// The words for them, which are also the stylesheet's classes.
pub(super) const OUTCOMES: [&str; 4] = ["ok", "error", "throttle", "fault"];

impl Outcome {
    fn of(statistics: &ServiceStatistics) -> Self {
        Self {
            ok: statistics.ok_count,
            error: statistics.error_statistics.other_count,
            throttle: statistics.error_statistics.throttle_count,
            fault: statistics.fault_statistics.total_count,
        }
    }

    /// In the order of [`OUTCOMES`].
    pub(super) fn counts(&self) -> [u64; 4] {
        [self.ok, self.error, self.throttle, self.fault]
    }

    pub(super) fn total(&self) -> u64 {
        self.counts().into_iter().fold(0, u64::saturating_add)
    }

    /// The share of each, between 0 and 1; all 0 if there is nothing.
    pub(super) fn shares(&self) -> [f64; 4] {
        let total = self.total().max(1) as f64;
        self.counts().map(|count| count as f64 / total)
    }
}

/// Requests or calls, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) count: u64,
    /// Mean time in nanoseconds; `None` where nothing was counted.
    pub(super) average: Option<u64>,
    pub(super) outcome: Outcome,
}

impl Numbers {
    fn of(statistics: &ServiceStatistics) -> Self {
        let count = statistics.total_count;
        let mean = statistics.total_response_time / count as f64;
        Self {
            count,
            average: (count > 0).then(|| durations::nanoseconds(mean)),
            outcome: Outcome::of(statistics),
        }
    }

    /// `12.3 ms`, or a dash.
    pub(super) fn latency(&self) -> String {
        self.average.map_or("–".to_owned(), durations::format)
    }

    /// Requests per minute, if so many minutes are looked at.
    pub(super) fn rate(&self, minutes: f64) -> String {
        let rate = self.count as f64 / minutes.max(f64::MIN_POSITIVE);
        match rate {
            0.0 => "0/min".to_owned(),
            r if r < 0.01 => "<0.01/min".to_owned(),
            r if r < 1.0 => format!("{r:.2}/min"),
            r if r < 10.0 => format!("{r:.1}/min"),
            r => format!("{r:.0}/min"),
        }
    }
}

/// `92%`; what is there but little is not told as nothing, and what is not all not as all.
pub(super) fn percent(count: u64, total: u64) -> String {
    let share = 100.0 * count as f64 / total.max(1) as f64;
    match share {
        0.0 => "0%".to_owned(),
        s if s < 1.0 => "<1%".to_owned(),
        s if count < total && s > 99.0 => ">99%".to_owned(),
        s => format!("{s:.0}%"),
    }
}

/// A node to draw.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) service: &'a ServiceNode,
    pub(super) kind: Kind,
    pub(super) numbers: Numbers,
    /// It sent no segment itself.
    pub(super) is_inferred: bool,
}

/// An edge to draw, between places in [`Graph::nodes`].
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) numbers: Numbers,
}

/// What is drawn, in an order that only names decide.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) edges: Vec<Edge>,
    /// Nodes that were left out because there are too many.
    pub(super) left_out: usize,
}

impl<'a> Graph<'a> {
    pub(super) fn new(graph: &'a ServiceGraph) -> Self {
        let mut services: Vec<&ServiceNode> = graph.services.iter().collect();
        let left_out = services.len().saturating_sub(MOST_NODES);
        if left_out > 0 {
            services.sort_by_key(|one| {
                let count = one.summary_statistics.as_ref().map_or(0, |s| s.total_count);
                (one.kind.as_deref() != Some("client"), u64::MAX - count)
            });
            services.truncate(MOST_NODES);
        }
        services.sort_by_key(|one| (&one.name, &one.kind, one.reference_id));
        let place_of: BTreeMap<i32, usize> = services
            .iter()
            .enumerate()
            .map(|(at, one)| (one.reference_id, at))
            .collect();
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for (from, service) in services.iter().enumerate() {
            for edge in &service.edges {
                if let Some(&to) = place_of.get(&edge.reference_id) {
                    let numbers = Numbers::of(&edge.summary_statistics);
                    edges
                        .entry((from, to))
                        .or_insert(Edge { from, to, numbers });
                }
            }
        }
        let nodes = services
            .into_iter()
            .map(|service| Node {
                service,
                kind: Kind::of(service),
                numbers: service
                    .summary_statistics
                    .as_ref()
                    .map(Numbers::of)
                    .unwrap_or_default(),
                is_inferred: service.state == "unknown",
            })
            .collect();
        Self {
            nodes,
            edges: edges.into_values().collect(),
            left_out,
        }
    }
}

impl Node<'_> {
    /// What it is, in its type's words or ours.
    pub(super) fn type_word(&self) -> &str {
        match (self.kind, self.service.kind.as_deref()) {
            (_, Some(kind)) if !kind.is_empty() => kind,
            (Kind::Remote, _) => "remote",
            _ => "service",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_shape_follows_from_its_type() {
        for (kind, state, shape) in [
            (Some("client"), "unknown", Kind::Client),
            (None, "active", Kind::Service),
            (Some("AWS::EC2::Instance"), "active", Kind::Service),
            (Some("AWS::Lambda::Function"), "active", Kind::Service),
            (Some("remote"), "unknown", Kind::Remote),
            (None, "unknown", Kind::Remote),
            (Some("Database::SQL"), "unknown", Kind::Database),
            (Some("AWS::DynamoDB::Table"), "unknown", Kind::Database),
            (Some("AWS::S3"), "unknown", Kind::Aws),
        ] {
            let node = ServiceNode {
                kind: kind.map(str::to_owned),
                state: state.to_owned(),
                ..ServiceNode::default()
            };
            assert_eq!(Kind::of(&node), shape, "{kind:?} {state}");
        }
    }

    #[test]
    fn numbers_in_words() {
        for (count, total, text) in [
            (0, 0, "0%"),
            (0, 9, "0%"),
            (1, 1_000, "<1%"),
            (999, 1_000, ">99%"),
            (1, 3, "33%"),
            (3, 3, "100%"),
        ] {
            assert_eq!(percent(count, total), text);
        }
        for (count, minutes, text) in [
            (0, 5.0, "0/min"),
            (1, 1_440.0, "<0.01/min"),
            (3, 30.0, "0.10/min"),
            (12, 5.0, "2.4/min"),
            (120, 5.0, "24/min"),
        ] {
            let numbers = Numbers {
                count,
                ..Numbers::default()
            };
            assert_eq!(numbers.rate(minutes), text);
        }
    }
}
