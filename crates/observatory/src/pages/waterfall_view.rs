//! The waterfall as HTML and SVG: a treegrid of rows with bars, and the axis above it. The tree itself is laid out by `waterfall`, which rows are seen is `visible`'s.

use std::collections::HashMap;

use maud::{Markup, html};

use super::{
    as_many,
    attribute_table::grouped,
    axis, durations, foreign_text,
    marks::error_mark,
    measure::{self, Measure},
    minimap::{number, share},
    oddities, span_facts,
    trace_address::{MOST_ROWS, ROWS, TraceView},
    trace_page::Trace,
    trace_toolbar,
    visible::{Below, Rows, Visible},
    waterfall::{Row, What},
};
use crate::model::StoredSpan;

/// Indentation stops here; deeper rows say their depth.
const DEEPEST_INDENT: u32 = 24;
/// Marks for events on one bar.
const MOST_EVENTS: usize = 12;
/// Characters of a name in a row.
const NAME: usize = 160;

/// The part of a trace that its waterfall shows.
struct Window {
    from: u64,
    to: u64,
}

impl Window {
    /// Where a time is, in percent; beyond the edges, just outside.
    fn percent(&self, at: u64) -> f64 {
        let length = self.to - self.from;
        if at < self.from {
            -1.0
        } else if at > self.to {
            101.0
        } else {
            100.0 * share(at - self.from, length)
        }
    }

    /// Left edge and width of a stretch in percent, if any of it is to be seen.
    fn stretch(&self, from: i128, to: i128) -> Option<(f64, f64)> {
        let (first, last) = (i128::from(self.from), i128::from(self.to));
        if to <= first || from >= last || to <= from {
            return None;
        }
        let at = |time: i128| self.percent(u64::try_from(time.clamp(first, last)).unwrap_or(0));
        Some((at(from), at(to) - at(from)))
    }
}

/// Which of the visible rows are on the page.
struct Part {
    skip: usize,
    rows: usize,
}

impl Part {
    /// Those that the address asks for; unless it says where to begin, the open one is among them.
    fn new(view: &TraceView, count: usize, selected: Option<usize>) -> Self {
        let rows = view.rows.unwrap_or(ROWS);
        let skip = match (view.skip, selected) {
            (Some(skip), _) => skip.min(count.saturating_sub(1)),
            (None, Some(selected)) if selected >= rows => selected - rows / 2,
            (None, _) => 0,
        };
        Self { skip, rows }
    }
}

/// Toolbar, axis and rows.
pub(crate) fn waterfall(trace: &Trace<'_>) -> Markup {
    let Trace {
        view,
        waterfall,
        spans,
        ..
    } = trace;
    let (from, to) = view.zoom.unwrap_or((0, waterfall.length.max(1)));
    let window = Window { from, to };
    let rows = Rows::new(waterfall, spans, view, &trace.keys, trace.hits.as_deref());
    let selected = view
        .span
        .as_ref()
        .and_then(|span| trace.place_of(span))
        .and_then(|place| rows.position(place));
    let part = Part::new(view, rows.visible.len(), selected);
    // One row is reached by the tab key; the arrow keys do the rest.
    let tab_stop = selected
        .filter(|at| (part.skip..part.skip + part.rows).contains(at))
        .unwrap_or(part.skip);
    let ticks = axis::ticks(window.from, window.to, 6);
    let path = path(trace, &rows);
    let shown = rows.visible.iter().enumerate();
    let (shown, count) =
        as_many::rows(shown.skip(part.skip).take(part.rows).map(|(at, visible)| {
            let path = path.get(&visible.place).map_or(&[][..], |path| path);
            row(trace, &window, visible, at, at == tab_stop, path)
        }));
    let rest = rows.visible.len().saturating_sub(part.skip + count);
    let is_full = count < part.rows || part.rows >= MOST_ROWS;

    html! {
        section #waterfall aria-label="Waterfall" data-address=(view.href(trace.id)) data-from=(from) data-to=(to) data-length=(waterfall.length) {
            (trace_toolbar::toolbar(trace))
            (measure::line(trace))
            div.grid-head {
                span.who-head { "Service and span" }
                span.lasted { "Duration" }
                (axis::svg(&ticks, |at| window.percent(at)))
            }
            @if part.skip > 0 {
                p.more.above {
                    a data-swap="waterfall" href=(view.with_rows(part.skip.saturating_sub(ROWS), part.rows).href(trace.id)) {
                        "Show the rows above: " (grouped(part.skip as u64))
                    }
                }
            }
            div.rows role="treegrid" aria-label={ "Spans of the trace, " (grouped(waterfall.rows.len() as u64)) " rows" }
                aria-rowcount=(rows.visible.len()) data-testid="waterfall" {
                svg.gridlines aria-hidden="true" {
                    @for tick in &ticks {
                        @let at = number(window.percent(tick.at));
                        line x1={ (at) "%" } x2={ (at) "%" } y1="0" y2="100%" {}
                    }
                    (measured(trace, &window))
                }
                (shown)
            }
            @if rest > 0 {
                p.more {
                    @if !is_full {
                        a data-swap="waterfall" href=(view.with_rows(part.skip, part.rows + ROWS).href(trace.id)) {
                            "Show " (grouped(rest.min(ROWS) as u64)) " more of " (grouped(rest as u64)) " spans below"
                        }
                    } @else {
                        a data-swap="waterfall" href=(view.with_rows(part.skip + count, ROWS).href(trace.id)) {
                            "Go on with the next " (grouped(rest.min(ROWS) as u64)) " of " (grouped(rest as u64)) " spans below"
                        }
                    }
                }
            }
        }
    }
}

/// The stretches of the critical path by the row that shows them; what a row hides is shown on it.
fn path(trace: &Trace<'_>, rows: &Rows) -> HashMap<usize, Vec<(i128, i128)>> {
    let mut path: HashMap<usize, Vec<(i128, i128)>> = HashMap::new();
    if trace.view.hides_path {
        return path;
    }
    for section in &trace.path.sections {
        let stretches = path.entry(rows.stands_for[section.row]).or_default();
        match stretches.last_mut() {
            Some((_, to)) if *to == section.from => *to = section.to,
            _ => stretches.push((section.from, section.to)),
        }
    }
    path
}

/// Lines where the two measured spans begin, and a band for the gap between them or for their overlap.
fn measured(trace: &Trace<'_>, window: &Window) -> Markup {
    let place = |key: &Option<String>| key.as_ref().and_then(|key| trace.place_of(key));
    let rows = &trace.waterfall.rows;
    let first = place(&trace.view.from).map(|place| &rows[place]);
    let second = first.and(place(&trace.view.span)).map(|place| &rows[place]);
    let band = first.zip(second).and_then(|(first, second)| {
        let (a, b) = (i128::from(first.to), i128::from(second.from));
        let is_gap = Measure::new(first, second).gap >= 0;
        window
            .stretch(a.min(b), a.max(b))
            .map(|stretch| (stretch, is_gap))
    });
    html! {
        @if let Some(((x, width), is_gap)) = band {
            rect.measure-band .overlap[!is_gap] x={ (number(x)) "%" } width={ (number(width)) "%" } y="0" height="100%" {}
        }
        @for (row, class) in [(first, "measure-line first"), (second, "measure-line")] {
            @if let Some(row) = row {
                @let at = window.percent(row.from);
                @if (0.0..=100.0).contains(&at) {
                    line class=(class) x1={ (number(at)) "%" } x2={ (number(at)) "%" } y1="0" y2="100%" {}
                }
            }
        }
    }
}

fn row(
    trace: &Trace<'_>,
    window: &Window,
    visible: &Visible,
    at: usize,
    is_tab_stop: bool,
    path: &[(i128, i128)],
) -> Markup {
    let Trace {
        view,
        waterfall,
        spans,
        colours,
        ..
    } = trace;
    let place = visible.place;
    let (row, key) = (&waterfall.rows[place], &trace.keys[place][..]);
    let has_children = visible.below != Below::Nothing;
    let is_closed = matches!(visible.below, Below::Closed(_));
    let is_selected = view.span.as_deref() == Some(key);
    let is_measured = view.from.as_deref() == Some(key);
    let is_hit = trace.hits.as_ref().map(|hits| hits[place]);
    let indent = format!("who i{}", visible.depth.min(DEEPEST_INDENT));
    let open = view.selecting(Some(key)).href(trace.id);
    let (testid, class) = match &row.what {
        What::Span(span) => (
            "span-row",
            colours.class(span_facts::service(&spans[*span])),
        ),
        What::Missing(_) => ("missing-row", "missing"),
    };
    let span = match &row.what {
        What::Span(span) => Some(&spans[*span]),
        What::Missing(_) => None,
    };
    let is_error = span.is_some_and(span_facts::is_error);
    let attributes = span.map(|span| {
        (
            foreign_text::on_one_line(&span.span.name, 1_000),
            foreign_text::on_one_line(span_facts::service(span), 1_000),
        )
    });
    html! {
        div.row.(class) .selected[is_selected] .measured[is_measured] .dim[is_hit == Some(false)] .hit[is_hit == Some(true)] .failed[is_error] role="row" id={ "r-" (key) } data-key=(key) data-testid=(testid)
            data-span-name=[attributes.as_ref().map(|(name, _)| name)] data-service=[attributes.as_ref().map(|(_, service)| service)]
            data-held=[(visible.below == Below::HeldOpen).then_some("")] aria-rowindex=(at + 1)
            aria-level=(visible.depth + 1) aria-expanded=[has_children.then_some(!is_closed)] aria-selected=(is_selected)
            tabindex=(if is_tab_stop { "0" } else { "-1" }) {
            div.(indent) role="gridcell" {
                (fold(trace, visible, key))
                @if visible.depth > DEEPEST_INDENT { span.depth title="levels above" { (visible.depth) } }
                @if let Some(span) = span {
                    a.pick data-swap="details" href=(open) title=(foreign_text::in_attribute(&span.span.name, 500)) {
                        span.swatch {} " "
                        span.service { (foreign_text::isolated(span_facts::service(span), NAME)) } " "
                        span.name { @if span.span.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&span.span.name, NAME)) } }
                    }
                    @if is_error { (error_mark()) }
                } @else if let What::Missing(id) = &row.what {
                    a.pick data-swap="details" href=(open) { span.name { "parent " code { (id) } " not received" } }
                }
                (counts(visible))
                (oddities::on_row(&row.oddities))
            }
            div.lasted role="gridcell" { (durations::format(row.to - row.from)) }
            div.when role="gridcell" aria-label={ "starts at " (durations::format(row.from)) @if !path.is_empty() { ", on the critical path" } } {
                (bar(row, span, window, path))
            }
        }
    }
}

/// What opens and closes the row; where a hit is under it, it stays open.
fn fold(trace: &Trace<'_>, visible: &Visible, key: &str) -> Markup {
    let mark = |is_closed: bool| {
        html! {
            svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
                @if is_closed { path d="M3 1l4 4-4 4" {} } @else { path d="M1 3l4 4 4-4" {} }
            }
        }
    };
    html! {
        @match visible.below {
            Below::Nothing => span.leaf {},
            Below::HeldOpen => span.fold.held title="Open as long as a match is under it" { (mark(false)) },
            Below::Open | Below::Closed(_) => {
                @let is_closed = visible.below != Below::Open;
                a.fold data-fold=(key) href=(trace.view.toggled(visible.depth, key).href(trace.id)) aria-label=(if is_closed { "Expand" } else { "Collapse" }) { (mark(is_closed)) }
            },
        }
    }
}

/// How many rows are hidden in this one.
fn counts(visible: &Visible) -> Markup {
    html! {
        @if let Below::Closed(count) = visible.below { span.below title="rows under it" { "+" (grouped(count as u64)) } }
        @if visible.folded > 0 {
            span.below.folded-count data-testid="folded" title="spans of this service that are folded into it" {
                (grouped(visible.folded as u64)) " folded"
                @if visible.folded_errors > 0 { ", " (grouped(visible.folded_errors as u64)) " failed" }
            }
        }
    }
}

/// The bar; where it is out of sight because of the zoom, a word on the side where it is.
fn bar(row: &Row, span: Option<&StoredSpan>, window: &Window, path: &[(i128, i128)]) -> Markup {
    if row.to < window.from || row.from > window.to {
        let (x, anchor, text) = if row.to < window.from {
            ("0%", "", "◂ earlier")
        } else {
            ("100%", "end", "later ▸")
        };
        return html! { svg.track aria-hidden="true" { text.out.(anchor) x=(x) y="17" { (text) } } };
    }
    let from = window.percent(row.from).max(-0.5);
    let to = window.percent(row.to).min(100.5);
    let start = span.map_or(0, |span| span.span.start_time_unix_nano);
    let at = |time: u64| window.percent((row.from).saturating_add(time.saturating_sub(start)));
    html! {
        svg.track aria-hidden="true" {
            rect.bar x={ (number(from)) "%" } width={ (number((to - from).max(0.05))) "%" } y="8" height="10" rx="2" {}
            @for (x, width) in path.iter().filter_map(|&(from, to)| window.stretch(from, to)) {
                rect.critical x={ (number(x)) "%" } width={ (number(width.max(0.1))) "%" } y="20" height="3" {}
            }
            @if let Some(span) = span {
                @for event in span.span.events.iter().take(MOST_EVENTS) {
                    @let x = at(event.time_unix_nano);
                    @if (0.0..=100.0).contains(&x) && event.time_unix_nano >= start {
                        circle.event .exception[event.name == "exception"] cx={ (number(x)) "%" } cy="13" r="3.5" {}
                    }
                }
            }
        }
    }
}
