//! Puts the services and calls of traces together into one graph.

use std::collections::HashMap;

use super::{
    Edge, ServiceGraph, ServiceNode,
    statistics::{Histogram, Statistics},
};
use crate::{
    ServiceId, Trace,
    view::{View, each, micros},
};
use xray_segment::Segment;

/// See [`ServiceGraph::of`].
pub(super) fn graph(traces: &[Trace]) -> ServiceGraph {
    let mut views: Vec<View<'_>> = traces.iter().map(View::of).collect();
    views.sort_by(|one, other| {
        start(one.trace)
            .total_cmp(&start(other.trace))
            .then_with(|| one.trace.id.cmp(&other.trace.id))
    });
    let mut builder = GraphBuilder::default();
    for view in &views {
        builder.add_view(view);
    }
    builder.finish()
}

fn start(trace: &Trace) -> f64 {
    trace
        .segments
        .first()
        .map_or(f64::INFINITY, |segment| segment.start_time)
}

/// A graph that is put together of one trace after the other, none of which it keeps.
///
/// It is the graph that [`ServiceGraph::of`] gives, but that nodes are numbered in the order in which the traces are added.
#[derive(Default)]
pub struct GraphBuilder {
    numbers: HashMap<(String, Option<String>), usize>,
    nodes: Vec<Building>,
}

struct Building {
    service: ServiceId,
    root: bool,
    active: bool,
    span: Span,
    statistics: Statistics,
    durations: Histogram,
    /// By the called node's number.
    edges: Vec<(usize, Span, Statistics)>,
}

impl GraphBuilder {
    /// Adds a trace.
    pub fn add(&mut self, trace: &Trace) {
        self.add_view(&View::of(trace));
    }

    fn add_view(&mut self, view: &View<'_>) {
        // First numbers for all, so that they follow the order of appearance.
        let numbers: Vec<(usize, Option<usize>)> = view
            .nodes
            .iter()
            .map(|node| {
                let client = node
                    .from_outside
                    .then(|| self.number(&ServiceId::client_of(&node.service)));
                (self.number(&node.service), client)
            })
            .collect();
        for (node, &(number, client)) in view.nodes.iter().zip(&numbers) {
            let building = &mut self.nodes[number];
            building.root |= node.from_outside;
            building.active |= !node.inferred;
            building.span.add(node.segment);
            building.statistics.add(node.segment);
            if let Some(duration) = full_duration(node.segment) {
                building.durations.add(duration);
            }
            if building.service.account_id.is_none() {
                building
                    .service
                    .account_id
                    .clone_from(&node.service.account_id);
            }
            let caller = match node.caller {
                Some(caller) => numbers[caller].0,
                None => match client {
                    Some(client) => client,
                    None => continue,
                },
            };
            let call = node.call();
            let caller = &mut self.nodes[caller];
            if client.is_some() {
                caller.span.add(call);
            }
            let known = caller
                .edges
                .iter()
                .position(|(called, ..)| *called == number);
            let index = known.unwrap_or_else(|| {
                caller
                    .edges
                    .push((number, Span::default(), Statistics::default()));
                caller.edges.len() - 1
            });
            let (_, span, statistics) = &mut caller.edges[index];
            span.add(call);
            statistics.add(call);
        }
    }

    fn number(&mut self, service: &ServiceId) -> usize {
        let key = (service.name.clone(), service.kind.clone());
        *self.numbers.entry(key).or_insert_with(|| {
            self.nodes.push(Building {
                service: service.clone(),
                root: false,
                active: false,
                span: Span::default(),
                statistics: Statistics::default(),
                durations: Histogram::default(),
                edges: Vec::new(),
            });
            self.nodes.len() - 1
        })
    }

    /// The graph of all that was added.
    #[must_use]
    pub fn finish(self) -> ServiceGraph {
        let services = self.nodes.into_iter().enumerate();
        ServiceGraph {
            services: services
                .map(|(number, node)| node.finish(reference(number)))
                .collect(),
        }
    }
}

impl Building {
    fn finish(mut self, reference_id: i32) -> ServiceNode {
        self.edges.sort_by_key(|(called, ..)| *called);
        let is_client = self.service.kind.as_deref() == Some("client");
        ServiceNode {
            reference_id,
            name: self.service.name,
            names: self.service.names,
            account_id: self.service.account_id,
            root: self.root.then_some(true),
            kind: self.service.kind,
            state: if self.active { "active" } else { "unknown" }.to_owned(),
            start_time: self.span.start(),
            end_time: self.span.end(),
            edges: self
                .edges
                .into_iter()
                .map(|(called, span, statistics)| Edge {
                    reference_id: reference(called),
                    start_time: span.start(),
                    end_time: span.end(),
                    summary_statistics: statistics.counts(),
                    response_time_histogram: statistics.histogram(),
                    aliases: Vec::new(),
                })
                .collect(),
            summary_statistics: (!is_client).then(|| self.statistics.counts()),
            duration_histogram: self.durations.entries(),
            response_time_histogram: self.statistics.histogram(),
        }
    }
}

fn reference(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// From the start to the end of the last of its subsegments; `None` while it is in progress.
fn full_duration(segment: &Segment) -> Option<f64> {
    let mut end = segment.end_time?;
    each(segment, &mut |part| {
        end = part.end_time.map_or(end, |other| end.max(other));
    });
    Some(micros(end - segment.start_time))
}

/// First and last second that something was seen.
#[derive(Default)]
struct Span(Option<(f64, f64)>);

impl Span {
    fn add(&mut self, segment: &Segment) {
        let end = segment.end_time.unwrap_or(segment.start_time);
        let (first, last) = self.0.unwrap_or((segment.start_time, end));
        self.0 = Some((first.min(segment.start_time), last.max(end)));
    }

    fn start(&self) -> f64 {
        self.0.map_or(0.0, |(first, _)| first.floor())
    }

    fn end(&self) -> f64 {
        self.0.map_or(0.0, |(_, last)| last.floor())
    }
}
