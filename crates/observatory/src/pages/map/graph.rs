//! A service graph made ready to draw: what a node is, what it is called, an order that does not depend on chance.
//! Where things stand is `layout`'s, how they look is `drawing`'s.

use std::collections::BTreeMap;

use xray_query::{ServiceGraph, ServiceNode};

use super::numbers::Numbers;
use crate::pages::foreign_text;

/// Nodes that are drawn; the busiest are kept.
pub(super) const MOST_NODES: usize = 200;

/// Characters of a name that are read at all.
pub(super) const NAME: usize = 200;

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
    /// The word for its shape, which is also the stylesheet's class.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Service => "service",
            Self::Remote => "remote",
            Self::Database => "database",
            Self::Aws => "aws",
        }
    }

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
    /// What it is called, on the drawing.
    pub(super) fn name_word(&self) -> &str {
        match (self.kind, &self.service.name[..]) {
            (Kind::Client, _) => "Client",
            (_, "") => "no name",
            (_, name) => name,
        }
    }

    /// What tells it from the others, for the script to find it again.
    pub(super) fn key(&self) -> String {
        let kind = self.service.kind.as_deref().unwrap_or("");
        foreign_text::on_one_line(&format!("{}|{kind}", self.service.name), 2 * NAME)
    }

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
}
