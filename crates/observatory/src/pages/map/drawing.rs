//! The trace map's drawing as SVG: what it is made of, what is chosen in it, what a filter leaves faint.
//! One node is `node`'s, one edge `edge`'s; what there is to draw is decided by `graph`, where by `layout`.

use std::collections::BTreeSet;

use maud::{Markup, html};
use xray_query::ServiceGraph;

use super::{
    address::{MapView, Named, edge_filter, service_filter},
    edge,
    graph::{Edge, Graph, Kind, Node},
    layout::{self, Call, Layout},
    node::{self, Text},
};
use crate::pages::{attribute_table::grouped, marks::patterns, minimap::number};

/// What a filter leaves of a graph: others are drawn faintly.
pub(super) struct Passed {
    nodes: BTreeSet<(String, Option<String>)>,
    edges: BTreeSet<(String, String)>,
}

impl Passed {
    /// What the traces that match went through.
    pub(super) fn new(graph: &ServiceGraph) -> Self {
        let graph = Graph::new(graph);
        let name = |at: usize| graph.nodes[at].service.name.clone();
        Self {
            nodes: graph
                .nodes
                .iter()
                .map(|node| (node.service.name.clone(), node.service.kind.clone()))
                .collect(),
            edges: graph
                .edges
                .iter()
                .map(|edge| (name(edge.from), name(edge.to)))
                .collect(),
        }
    }
}

/// A graph and how it is looked at.
pub(super) struct Map<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) view: &'a MapView,
    /// Minutes that the graph covers, for rates.
    pub(super) minutes: f64,
    /// With a filter, what it leaves.
    pub(super) passed: Option<&'a Passed>,
}

impl Map<'_> {
    /// By its name; with its type, where there are others of the same name.
    fn named<'n>(&self, node: &'n Node<'_>) -> Named<'n> {
        let same = |other: &&Node<'_>| {
            other.service.name == node.service.name && other.kind != Kind::Client
        };
        let is_shared = self.graph.nodes.iter().filter(same).count() > 1;
        Named {
            name: &node.service.name,
            kind: node
                .service
                .kind
                .as_deref()
                .filter(|_| is_shared || node.kind == Kind::Client),
        }
    }

    /// The filter expression for what went through a node.
    pub(super) fn node_filter(&self, node: &Node<'_>) -> String {
        service_filter(self.named(node))
    }

    /// The filter expression for what took an edge.
    pub(super) fn edge_filter(&self, edge: &Edge) -> String {
        let [from, to] = [edge.from, edge.to].map(|at| self.named(&self.graph.nodes[at]));
        edge_filter(from, to)
    }

    /// The address after a click: chosen, or no longer.
    pub(super) fn toggled(&self, filter: &str) -> String {
        let is_chosen = self.view.filter == filter;
        self.view
            .filtered(if is_chosen { "" } else { filter })
            .href()
    }

    /// How a node stands out, which is also the stylesheet's class.
    pub(super) fn node_state(&self, node: &Node<'_>) -> &'static str {
        let service = &node.service;
        let is_passed = self.passed.is_none_or(|passed| {
            passed
                .nodes
                .contains(&(service.name.clone(), service.kind.clone()))
        });
        state(self.view.filter == self.node_filter(node), is_passed)
    }

    /// The same of an edge.
    pub(super) fn edge_state(&self, edge: &Edge) -> &'static str {
        let [from, to] = [edge.from, edge.to].map(|at| &self.graph.nodes[at].service.name);
        let is_passed = self
            .passed
            .is_none_or(|passed| passed.edges.contains(&(from.clone(), to.clone())));
        state(self.view.filter == self.edge_filter(edge), is_passed)
    }
}

fn state(is_chosen: bool, is_passed: bool) -> &'static str {
    match (is_chosen, is_passed) {
        (true, _) => "chosen",
        (false, true) => "",
        (false, false) => "faint",
    }
}

/// The drawing.
pub(super) fn drawing(map: &Map<'_>) -> Markup {
    let graph = map.graph;
    let labels: Vec<String> = graph.edges.iter().map(edge::label_text).collect();
    let calls: Vec<Call> = graph
        .edges
        .iter()
        .zip(&labels)
        .map(|(edge, label)| Call {
            from: edge.from,
            to: edge.to,
            label_width: edge::label_width(label),
        })
        .collect();
    let texts: Vec<Text> = graph.nodes.iter().map(Text::of).collect();
    let heights: Vec<usize> = texts.iter().map(Text::lines).collect();
    let Layout {
        nodes,
        routes,
        width,
        height,
    } = layout::lay_out(&heights, &calls);
    let view_box = format!("0 0 {} {}", number(width), number(height));
    html! {
        svg #map-drawing width=(number(width)) height=(number(height)) viewBox=(view_box) role="group" data-testid="map"
            aria-label={ "Trace map: " (grouped(graph.nodes.len() as u64)) " nodes, " (grouped(graph.edges.len() as u64)) " edges" } {
            (patterns())
            g.edges { @for (edge, route) in graph.edges.iter().zip(&routes) { (edge::line(map, edge, route)) } }
            g.nodes { @for ((node, text), place) in graph.nodes.iter().zip(&texts).zip(&nodes) { (node::drawn(map, node, text, *place)) } }
            g.labels aria-hidden="true" {
                @for ((edge, route), (label, call)) in graph.edges.iter().zip(&routes).zip(labels.iter().zip(&calls)) {
                    (edge::label(map, edge, route, label, call.label_width))
                }
            }
        }
    }
}
