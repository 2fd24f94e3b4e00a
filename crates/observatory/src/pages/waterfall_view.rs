//! The waterfall as HTML and SVG: a treegrid of rows with bars, and the axis above it. The tree itself is laid out by `waterfall`.

use maud::{Markup, html};

use super::{
    attribute_table::{self, grouped},
    axis, durations, foreign_text,
    marks::error_mark,
    minimap::{number, share},
    span_facts,
    trace_address::{self, ROWS, TraceView},
    trace_page::Trace,
    waterfall::{Oddity, Row, What},
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
    let keys: Vec<String> = waterfall
        .rows
        .iter()
        .map(|row| trace_address::key(row, spans))
        .collect();
    let mut shown = waterfall.shown(|place, row| view.is_closed(row, &keys[place]));
    let found: Option<Vec<bool>> = view.find.as_deref().map(|text| {
        let text = text.to_lowercase();
        waterfall
            .rows
            .iter()
            .map(|row| matches(row, spans, &text))
            .collect()
    });
    // The open span is among the rows, however far down it is.
    let selected = view
        .span
        .as_ref()
        .and_then(|span| shown.iter().position(|&place| keys[place] == *span));
    let most = view
        .rows
        .unwrap_or(ROWS)
        .max(selected.map_or(0, |at| at + 20));
    let rest = shown.len().saturating_sub(most);
    shown.truncate(most);
    // One row is reached by the tab key; the arrow keys do the rest.
    let tab_stop = selected.filter(|&at| at < shown.len()).unwrap_or(0);
    let ticks = axis::ticks(window.from, window.to, 6);

    html! {
        section #waterfall aria-label="Waterfall" data-from=(from) data-to=(to) data-length=(waterfall.length) {
            (toolbar(trace, found.as_deref(), &keys))
            div.grid-head {
                span.who-head { "Service and span" }
                span.lasted { "Duration" }
                (axis::svg(&ticks, |at| window.percent(at)))
            }
            div.rows role="treegrid" aria-label={ "Spans of the trace, " (grouped(waterfall.rows.len() as u64)) " rows" }
                aria-rowcount=(waterfall.rows.len()) data-testid="waterfall" {
                svg.gridlines aria-hidden="true" {
                    @for tick in &ticks {
                        @let at = number(window.percent(tick.at));
                        line x1={ (at) "%" } x2={ (at) "%" } y1="0" y2="100%" {}
                    }
                }
                @for (at, &place) in shown.iter().enumerate() {
                    (row(trace, &window, place, &keys[place], at == tab_stop, found.as_deref()))
                }
            }
            @if rest > 0 {
                p.more {
                    a data-swap="waterfall" href=(view.with_rows(most + ROWS).href(trace.id)) {
                        "Show " (grouped(rest.min(ROWS) as u64)) " more of " (grouped(rest as u64)) " spans below"
                    }
                }
            }
        }
    }
}

fn toolbar(trace: &Trace<'_>, found: Option<&[bool]>, keys: &[String]) -> Markup {
    let view = trace.view;
    let find = view.find.as_deref().unwrap_or("");
    let hits = |found: &[bool]| found.iter().filter(|&&hit| hit).count();
    let next = found.and_then(|found| {
        let after = view
            .span
            .as_ref()
            .and_then(|span| keys.iter().position(|key| key == span));
        let rotated =
            (0..keys.len()).map(|n| (after.map_or(0, |at| at + 1) + n) % keys.len().max(1));
        rotated.into_iter().find(|&place| found[place])
    });
    html! {
        div.toolbar {
            form.find method="get" action=(format!("/trace/{}", trace.id)) role="search" {
                @for (name, value) in hidden(view) {
                    input type="hidden" name=(name) value=(value);
                }
                input #find type="search" name="find" value=(foreign_text::in_field(find)) placeholder="Find in this trace" aria-label="Find spans by name, service or attribute"
                    autocomplete="off" spellcheck="false" maxlength="200";
                button.plain type="submit" { "Find" }
            }
            @if let Some(found) = found {
                span.hits role="status" data-testid="find-result" { (grouped(hits(found) as u64)) " of " (grouped(keys.len() as u64)) " match" }
                @if let Some(next) = next {
                    a.plain data-swap="waterfall details" data-next="" href=(view.selecting(Some(&keys[next])).href(trace.id)) { "Next" }
                }
            }
            span.spring {}
            @if view.zoom.is_some() {
                a.plain data-swap="waterfall" href=(view.zoomed(None).href(trace.id)) { "Whole trace" }
            }
            a.plain data-swap="waterfall" href=(view.with_levels(None).href(trace.id)) { "Expand all" }
            a.plain data-swap="waterfall" href=(view.with_levels(Some(2)).href(trace.id)) { "Collapse all" }
        }
    }
}

/// What a search keeps of the address.
fn hidden(view: &TraceView) -> Vec<(&'static str, String)> {
    [
        ("span", view.span.clone()),
        (
            "collapsed",
            (!view.collapsed.is_empty()).then(|| view.collapsed.join(",")),
        ),
        (
            "expanded",
            (!view.expanded.is_empty()).then(|| view.expanded.join(",")),
        ),
        ("levels", view.levels.map(|levels| levels.to_string())),
        ("zoom", view.zoom.map(|(from, to)| format!("{from}-{to}"))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn row(
    trace: &Trace<'_>,
    window: &Window,
    place: usize,
    key: &str,
    is_tab_stop: bool,
    found: Option<&[bool]>,
) -> Markup {
    let Trace {
        view,
        waterfall,
        spans,
        colours,
        ..
    } = trace;
    let row = &waterfall.rows[place];
    let has_children = row.has_children(place);
    let is_closed = view.is_closed(row, key);
    let is_selected = view.span.as_deref() == Some(key);
    let is_dim = found.is_some_and(|found| !found[place]);
    let below = row.end - place - 1;
    let indent = format!("who i{}", row.depth.min(DEEPEST_INDENT));
    let fold = html! {
        @if has_children {
            a.fold data-fold=(key) href=(view.toggled(row, key).href(trace.id)) aria-label=(if is_closed { "Expand" } else { "Collapse" }) {
                svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
                    @if is_closed { path d="M3 1l4 4-4 4" {} } @else { path d="M1 3l4 4 4-4" {} }
                }
            }
        } @else { span.leaf {} }
        @if row.depth > DEEPEST_INDENT { span.depth title="levels above" { (row.depth) } }
    };
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
        div.row.(class) .selected[is_selected] .dim[is_dim] .failed[is_error] role="row" id={ "r-" (key) } data-key=(key) data-testid=(testid)
            data-span-name=[attributes.as_ref().map(|(name, _)| name)] data-service=[attributes.as_ref().map(|(_, service)| service)]
            aria-level=(row.depth + 1) aria-expanded=[has_children.then_some(!is_closed)] aria-selected=(is_selected)
            tabindex=(if is_tab_stop { "0" } else { "-1" }) {
            div.(indent) role="gridcell" {
                (fold)
                @if let Some(span) = span {
                    a.pick data-swap="details" href=(open) title=(foreign_text::in_attribute(&span.span.name, 500)) {
                        span.swatch {} " "
                        span.service { (foreign_text::isolated(span_facts::service(span), NAME)) } " "
                        span.name { @if span.span.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&span.span.name, NAME)) } }
                    }
                    @if is_error { (error_mark()) }
                    @if !row.oddities.is_empty() {
                        span.odd title=(row.oddities.iter().map(short).collect::<Vec<_>>().join("; ")) { "△" }
                    }
                } @else if let What::Missing(id) = &row.what {
                    a.pick data-swap="details" href=(open) { span.name { "parent " code { (id) } " not received" } }
                }
                @if is_closed && has_children { span.below title="rows under it" { "+" (grouped(below as u64)) } }
            }
            div.lasted role="gridcell" { (durations::format(row.to - row.from)) }
            div.when role="gridcell" aria-label={ "starts at " (durations::format(row.from)) } {
                (bar(row, span, window))
            }
        }
    }
}

/// The bar; where it is out of sight because of the zoom, a word on the side where it is.
fn bar(row: &Row, span: Option<&StoredSpan>, window: &Window) -> Markup {
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

fn short(oddity: &Oddity) -> String {
    match oddity {
        Oddity::EndsBeforeStart => "ends before it starts".into(),
        Oddity::NoStart => "sent without a start".into(),
        Oddity::NoEnd => "sent without an end".into(),
        Oddity::StartsBeforeParent(by) => {
            format!("starts {} before its parent", durations::format(*by))
        }
        Oddity::AnotherRoot => "another root in the same trace".into(),
        Oddity::ParentLoop => "its parents lead back to itself".into(),
        Oddity::SameId => "another span has the same ID".into(),
    }
}

/// Whether a row has the text, in lower case, in its name, service, IDs or attributes.
fn matches(row: &Row, spans: &[StoredSpan], text: &str) -> bool {
    let span = match &row.what {
        What::Missing(id) => return id.contains(text),
        What::Span(span) => &spans[*span],
    };
    let has = |hay: &str| hay.to_lowercase().contains(text);
    has(&span.span.name)
        || has(span_facts::service(span))
        || trace_address::key(row, spans).contains(text)
        || span
            .span
            .status
            .as_ref()
            .is_some_and(|status| has(&status.message))
        || span.span.attributes.iter().any(|attribute| {
            let value = attribute.value.as_ref().and_then(|any| any.value.as_ref());
            has(&attribute.key)
                || has(&attribute_table::text(value))
                || has(&format!(
                    "{}={}",
                    attribute.key,
                    attribute_table::text(value)
                ))
        })
}
