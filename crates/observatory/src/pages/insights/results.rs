//! What a query found: how much was read, a chart or a histogram, and the table whose rows unfold.

use std::time::Duration;

use maud::{Markup, html};

use super::{
    address::{InsightsView, ROWS},
    buckets::Buckets,
    chart,
    histogram::histogram,
};
use crate::pages::{
    as_many,
    attribute_table::{grouped, long_text},
    durations, foreign_text,
    layout::size,
    logs::{address::event_href, level::Level, line::mark},
    trace_ids,
};

/// Characters of a cell; the unfolded row has more.
const CELL: usize = 400;
/// Characters of a column's name.
const NAME: usize = 200;
/// Columns that are shown; the unfolded row has all.
const MOST_COLUMNS: usize = 40;
/// Fields of an unfolded row.
const MOST_FIELDS: usize = 1_000;

/// A row of the answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct AnswerRow {
    /// The event's ID; an aggregate has none.
    pub(super) id: Option<u64>,
    /// Names and values in the order of display.
    pub(super) fields: Vec<(String, String)>,
    /// All fields of the event, if the row is unfolded.
    pub(super) unfolded: Option<Vec<(String, String)>>,
}

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answer {
    pub(super) rows: Vec<AnswerRow>,
    pub(super) matched: u64,
    pub(super) scanned: u64,
    pub(super) bytes: u64,
    pub(super) took: Duration,
    /// Not all events were looked at.
    pub(super) is_cut: bool,
    /// Records that matched, by time.
    pub(super) histogram: Option<Buckets>,
}

/// Everything below the query.
pub(super) fn results(view: &InsightsView, answer: &Answer) -> Markup {
    let columns = columns(&answer.rows);
    let cells: Vec<Vec<Option<&str>>> =
        answer.rows.iter().map(|row| cells(row, &columns)).collect();
    let is_aggregate = answer.rows.iter().all(|row| row.id.is_none());
    let chart = if is_aggregate {
        chart::chart(&columns, &cells)
    } else {
        None
    };
    html! {
        (statistics(answer))
        @if let Some(buckets) = answer.histogram.as_ref().filter(|_| answer.matched > 0) { (histogram(view, buckets)) }
        @if let Some(chart) = &chart { (chart::draw(chart)) }
        @if answer.rows.is_empty() {
            div.notice data-testid="no-results" {
                h2 { "No record matches" }
                p { "Of " (view.range.in_words()) ", " (grouped(answer.scanned)) @if answer.scanned == 1 { " event was" } @else { " events were" } " looked at." }
                @let all = view.range.chosen(crate::pages::logs::range::ALL);
                @if view.range != all { p { a href=(view.within(all).href()) { "Ask over all that is stored" } } }
            }
        } @else { (table(view, &columns, answer, &cells)) }
    }
}

fn statistics(answer: &Answer) -> Markup {
    html! {
        p.statistics data-testid="statistics" {
            span { b data-testid="records-matched" { (grouped(answer.matched)) } @if answer.matched == 1 { " record matched" } @else { " records matched" } }
            span { b data-testid="records-scanned" { (grouped(answer.scanned)) } " scanned" }
            span { b { (size(answer.bytes)) } " read" }
            span { "in " b { (durations::format(u64::try_from(answer.took.as_nanos()).unwrap_or(u64::MAX))) } }
            span { b data-testid="row-count" { (grouped(answer.rows.len() as u64)) } @if answer.rows.len() == 1 { " row" } @else { " rows" } }
        }
        @if answer.is_cut {
            p.oddity data-testid="answer-cut" {
                "△ The query was stopped because it took too long: these results are of what it had read, the newest events. A shorter range or fewer log groups give all."
            }
        }
    }
}

/// The names of all fields, in the order in which they first come.
fn columns(rows: &[AnswerRow]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for row in rows {
        for (name, _) in &row.fields {
            if name != "@ptr" && !columns.contains(name) && columns.len() < MOST_COLUMNS {
                columns.push(name.clone());
            }
        }
    }
    columns
}

fn cells<'a>(row: &'a AnswerRow, columns: &[String]) -> Vec<Option<&'a str>> {
    columns
        .iter()
        .map(|column| {
            row.fields
                .iter()
                .find(|(name, _)| name == column)
                .map(|(_, value)| &value[..])
        })
        .collect()
}

fn table(
    view: &InsightsView,
    columns: &[String],
    answer: &Answer,
    cells: &[Vec<Option<&str>>],
) -> Markup {
    let is_number = |at: usize| {
        let mut values = cells
            .iter()
            .filter_map(|row| row[at])
            .filter(|value| !value.is_empty())
            .peekable();
        values.peek().is_some() && values.all(|value| value.parse::<f64>().is_ok())
    };
    let numbers: Vec<bool> = (0..columns.len()).map(is_number).collect();
    let unfolds = answer.rows.iter().any(|row| row.id.is_some());
    let span = columns.len() + 1 + usize::from(unfolds);
    let all = answer.rows.iter().zip(cells).enumerate().take(view.rows);
    let (shown, count) = as_many::rows(all.map(|(place, (row, cells))| html! {
        tr data-testid="result-row" data-event=[row.id] {
            @if unfolds { td.unfold { @if let Some(id) = row.id { (toggle(view, id, row.unfolded.is_some())) } } }
            td.num.place { (place + 1) }
            @for ((column, value), is_number) in columns.iter().zip(cells).zip(&numbers) { (cell(column, *value, *is_number)) }
        }
        @if let (Some(id), Some(fields)) = (row.id, &row.unfolded) { tr.unfolded { td colspan=(span) { (unfolded(id, fields)) } } }
    }));
    let rest = answer.rows.len().saturating_sub(count);
    let is_full = count < view.rows;
    html! {
        div.result-scroll tabindex="0" role="region" aria-label="Results, can be scrolled" {
            table.results data-testid="results-table" {
                thead { tr {
                    @if unfolds { th scope="col" { span.unseen { "All fields" } } }
                    th.num.place scope="col" { "#" }
                    @for (column, is_number) in columns.iter().zip(&numbers) { th scope="col" .num[*is_number] { (foreign_text::isolated(column, NAME)) } }
                } }
                tbody { (shown) }
            }
        }
        @if rest > 0 && is_full { p.note data-testid="more-rows" { (grouped(rest as u64)) " more rows do not fit on one page: a query for fewer fields or rows shows them." } }
        @else if rest > 0 { p.more { a href=(view.with_rows(view.rows + ROWS).href()) { "Show " (grouped(rest.min(ROWS) as u64)) " more of " (grouped(rest as u64)) " rows below" } } }
    }
}

/// Leads to the same page with the row unfolded or folded; the script does it in place.
fn toggle(view: &InsightsView, id: u64, is_open: bool) -> Markup {
    html! {
        a href=(view.toggled(id).href()) data-unfold=(id) role="button" aria-expanded=(is_open) aria-label="All fields of this event" title="All fields of this event" {
            svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" { path d="M4 2l4 4l-4 4" {} }
        }
    }
}

fn cell(column: &str, value: Option<&str>, is_number: bool) -> Markup {
    let is_id = column.to_ascii_lowercase().contains("trace");
    html! {
        td .num[is_number] .message-cell[column == "@message"] .time[column.starts_with('@') && column != "@message"] data-column=(foreign_text::on_one_line(column, NAME)) {
            @match value {
                None | Some("") => span.none { "–" },
                Some(value) => @match trace_ids::parse(value).filter(|_| is_id) {
                    Some(id) => a href={ "/trace/" (id) } title="The waterfall of this trace" data-testid="trace-link" { code { (foreign_text::on_one_line(value, 60)) } },
                    None => @if let (true, Some(level)) = (column == "level", Level::named(value)) { (mark(Some(level))) } @else { (foreign_text::isolated(value, CELL)) },
                },
            }
        }
    }
}

/// All fields of an event, under its row.
pub(super) fn unfolded(id: u64, fields: &[(String, String)]) -> Markup {
    html! {
        div.all-fields data-testid="all-fields" {
            p.actions { a.plain href=(event_href(id)) data-testid="event-link" { "This event alone" } }
            table.attributes.event-fields { tbody { @for (name, value) in fields.iter().take(MOST_FIELDS) {
                tr data-testid="event-field" data-field=(foreign_text::on_one_line(name, NAME)) {
                    th scope="row" { (foreign_text::isolated(name, NAME)) }
                    td.value {
                        @match trace_ids::parse(value).filter(|_| name.to_ascii_lowercase().contains("trace")) {
                            Some(id) => a href={ "/trace/" (id) } data-testid="trace-link" { (value) },
                            None => (long_text(value)),
                        }
                    }
                }
            } } }
        }
    }
}
