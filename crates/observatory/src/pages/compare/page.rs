//! The page of a comparison: which two traces, their totals, the aligned rows, and the open pair.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{
    address::CompareView,
    align::{Pair, Tree, align},
    pair_details, rows,
};
use crate::{
    model::StoredSpan,
    pages::{
        attribute_table::grouped,
        colours::ServiceColours,
        durations, foreign_text,
        layout::{self, Frame},
        left_out,
        measure::signed,
        moments,
        route_panel::{Candidate, candidates, root_named},
        span_facts,
        trace_page::Trace,
    },
    store::Route,
};

/// Two traces and how they are to be shown.
pub(crate) struct Comparison<'a> {
    pub(crate) left: &'a Trace<'a>,
    pub(crate) right: &'a Trace<'a>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) colours: &'a ServiceColours,
    pub(crate) view: &'a CompareView,
    /// Other traces of the left one's route.
    pub(crate) route: Option<&'a Route>,
    /// The pair whose differences are shown.
    pub(crate) open: Option<Pair>,
}

impl<'a> Comparison<'a> {
    /// Aligns the two.
    pub(crate) fn new(
        left: &'a Trace<'a>,
        right: &'a Trace<'a>,
        colours: &'a ServiceColours,
        view: &'a CompareView,
        route: Option<&'a Route>,
    ) -> Self {
        let tree = |trace: &'a Trace<'a>| Tree {
            waterfall: &trace.waterfall,
            spans: trace.spans,
        };
        let pairs = align(&tree(left), &tree(right));
        let place = |trace: &Trace<'_>, key: &Option<String>| {
            key.as_ref().and_then(|key| trace.place_of(key))
        };
        let (on_left, on_right) = (place(left, &view.left), place(right, &view.right));
        let open = pairs
            .iter()
            .find(|pair| match on_left {
                Some(_) => pair.left == on_left,
                None => on_right.is_some() && pair.right == on_right,
            })
            .copied();
        Self {
            left,
            right,
            pairs,
            colours,
            view,
            route,
            open,
        }
    }

    /// How long the longer one is, in nanoseconds.
    pub(crate) fn length(&self) -> u64 {
        self.left.waterfall.length.max(self.right.waterfall.length)
    }

    pub(super) fn asks_for_what_is_not_here(&self) -> bool {
        self.open.is_none() && (self.view.left.is_some() || self.view.right.is_some())
    }
}

/// The whole page.
pub(crate) fn page(comparison: &Comparison<'_>, frame: &Frame) -> Markup {
    let short = |trace: &Trace<'_>| trace.id.to_string()[..8].to_owned();
    let title = format!(
        "Traces {} and {}",
        short(comparison.left),
        short(comparison.right)
    );
    layout::page_in(
        "Traces",
        &title,
        frame,
        &html! {
            main #compare data-page="compare" {
                (left_out::list(&comparison.view.wrong))
                (header(comparison, frame.now))
                div.split {
                    (rows::rows(comparison))
                    (pair_details::details(comparison))
                }
            }
        },
    )
}

fn header(comparison: &Comparison<'_>, now: u64) -> Markup {
    let (left, right) = (comparison.left, comparison.right);
    let root = |trace: &Trace<'_>| trace.root().map(|root| trace.spans[root].clone());
    let (of_left, of_right) = (root(left), root(right));
    let named = |span: &Option<StoredSpan>| {
        span.as_ref()
            .map(|span| (span_facts::service(span).to_owned(), span.span.name.clone()))
    };
    let is_one_route = named(&of_left) == named(&of_right);
    html! {
        header #trace-header {
            nav.crumbs aria-label="Where you are" {
                a href="/traces" { "Traces" } " / " a href={ "/trace/" (left.id) } { code { (left.id) } } " / compared"
            }
            h1 {
                @if is_one_route { "Two traces of " (root_named(of_left.as_ref())) }
                @else { "Two traces of different routes" }
            }
            @if left.id == right.id { p.note data-testid="same-trace" { "Both sides are the same trace, so nothing differs." } }
            @if !is_one_route { p.note data-testid="two-routes" { "Left " (root_named(of_left.as_ref())) ", right " (root_named(of_right.as_ref())) ". Only spans with the same path from the root stand side by side." } }
            (totals(comparison, now))
            @if let Some(route) = comparison.route && !route.traces.is_empty() {
                div.compare-with {
                    h2 { "Right side" } " "
                    ul {
                        @for Candidate { why, trace } in candidates(route) {
                            li { a.plain.small aria-current=[(trace.id == right.id).then_some("true")] href=(super::href(left.id, trace.id)) { (why) " " span.soft { (durations::format(trace.duration)) } } }
                        }
                        li { a.plain.small data-testid="swap-sides" href=(super::href(right.id, left.id)) { "Swap sides" } }
                    }
                }
            }
        }
    }
}

fn totals(comparison: &Comparison<'_>, now: u64) -> Markup {
    let (left, right) = (comparison.left, comparison.right);
    let errors = |trace: &Trace<'_>| {
        trace
            .spans
            .iter()
            .filter(|span| span_facts::is_error(span))
            .count()
    };
    let only =
        |is_it: fn(&Pair) -> bool| comparison.pairs.iter().filter(|pair| is_it(pair)).count();
    let counts = [
        ("Spans", left.spans.len(), right.spans.len()),
        (
            "Spans that the other has not",
            only(|pair| pair.right.is_none()),
            only(|pair| pair.left.is_none()),
        ),
        ("Errors", errors(left), errors(right)),
    ];
    let trace = |trace: &Trace<'_>| {
        html! {
            a href={ "/trace/" (trace.id) } { code { (trace.id.to_string()[..8]) } }
            " " span.soft { (moments::element(now, trace.waterfall.start)) }
        }
    };
    let mut services: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for (side, trace) in [left, right].into_iter().enumerate() {
        for (service, time) in trace.path.services(&trace.waterfall, trace.spans) {
            services.entry(service).or_default()[side] = time;
        }
    }
    let mut services: Vec<(&str, [u64; 2])> = services.into_iter().collect();
    services.sort_by_key(|(name, [left, right])| (std::cmp::Reverse(left.abs_diff(*right)), *name));
    let time = |label: Markup, left: u64, right: u64| {
        html! {
            tr data-testid="total" {
                th scope="row" { (label) }
                td.num { (durations::format(left)) } td.num { (durations::format(right)) }
                td.num.delta .longer[right > left] .shorter[right < left] { (signed(i128::from(right) - i128::from(left))) }
            }
        }
    };
    html! {
        div.scroll {
            table.totals data-testid="totals" {
                thead { tr { th scope="col" { span.unseen { "What is compared: " } span.soft { "upper bar left, lower bar right" } } th.num scope="col" { "Left " (trace(left)) } th.num scope="col" { "Right " (trace(right)) } th.num scope="col" { "Difference" } } }
                tbody {
                    (time(html! { "Duration" }, left.waterfall.length, right.waterfall.length))
                    @for (label, left, right) in counts {
                        tr data-testid="total" { th scope="row" { (label) } td.num { (grouped(left as u64)) } td.num { (grouped(right as u64)) }
                            td.num { @if left == right { span.none { "–" } } @else if right > left { "+" (grouped((right - left) as u64)) } @else { "\u{2212}" (grouped((left - right) as u64)) } } }
                    }
                    @for (service, [left, right]) in services.iter().take(8) {
                        (time(html! { span.(comparison.colours.class(service)) { span.swatch {} } " " (foreign_text::isolated(service, 80)) span.soft { " on the critical path" } }, *left, *right))
                    }
                }
            }
        }
    }
}
