//! One attribute of BubbleUp: how often each of its values is inside the box and outside, as pairs of bars.

use maud::{Markup, html};
use span_columns::{Difference, Share};
use span_query::Value;

use super::{address::QueryView, lines::shown};
use crate::pages::{
    foreign_text,
    minimap::number,
    plot::{Unit, as_number},
};

/// Values that are shown at once.
const MOST_SHOWN: usize = 5;
/// Ranges that are named beside their drawing.
const MOST_RANGES: usize = 3;
/// Pixels of a histogram's highest bar.
const HEIGHT: f64 = 64.0;

/// A line of the table: a value, a range, or what has none.
struct Entry<'a> {
    name: String,
    what: What<'a>,
    /// Shares of all rows inside and outside, from 0 to 1.
    inside: f64,
    outside: f64,
}

enum What<'a> {
    Value(&'a Value),
    /// From, to, and whether it is the last one.
    Range(&'a Value, &'a Value, bool),
    Absent,
    Others,
}

/// The attribute's values; `rows` is how many there are inside and outside.
pub(super) fn distribution(view: &QueryView, difference: &Difference, rows: (u64, u64)) -> Markup {
    let mut entries = entries(difference, rows);
    entries.sort_by(|a, b| b.gap().total_cmp(&a.gap()));
    let most = if difference.is_ranges {
        MOST_RANGES
    } else {
        MOST_SHOWN
    };
    // One more is not worth a fold.
    let most = if entries.len() == most + 1 {
        most + 1
    } else {
        most.min(entries.len())
    };
    let (first, others) = entries.split_at(most);
    html! {
        @if difference.is_ranges { (histogram(difference, rows)) }
        (table(view, difference, first))
        @if !others.is_empty() {
            details.more-values {
                summary { (others.len()) @if difference.is_ranges { " more ranges" } @else { " more values" } }
                (table(view, difference, others))
            }
        }
    }
}

impl Entry<'_> {
    /// How far apart the shares are.
    fn gap(&self) -> f64 {
        (self.inside - self.outside).abs()
    }
}

fn entries(difference: &Difference, rows: (u64, u64)) -> Vec<Entry<'_>> {
    let unit = Unit::of_column(&difference.column);
    let last = difference.shares.len().wrapping_sub(1);
    let of_share = |(at, share): (usize, &'_ Share)| -> (String, bool) {
        if difference.is_ranges {
            (range_name(share, unit), at == last)
        } else {
            (
                unit.format_value(&share.value)
                    .filter(|_| unit != Unit::Plain)
                    .unwrap_or_else(|| shown(&share.value, 120)),
                false,
            )
        }
    };
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (at, share) in difference.shares.iter().enumerate() {
        let (name, is_last) = of_share((at, share));
        let what = if difference.is_ranges {
            What::Range(&share.value, &share.to, is_last)
        } else {
            What::Value(&share.value)
        };
        entries.push(Entry {
            name,
            what,
            inside: part(share.inside, rows.0),
            outside: part(share.outside, rows.1),
        });
    }
    for (counts, name, what) in [
        (difference.absent, "no value", What::Absent),
        (difference.others, "other values", What::Others),
    ] {
        if counts != (0, 0) {
            entries.push(Entry {
                name: name.to_owned(),
                what,
                inside: part(counts.0, rows.0),
                outside: part(counts.1, rows.1),
            });
        }
    }
    entries
}

fn range_name(share: &Share, unit: Unit) -> String {
    let end = |value: &Value| unit.format_value(value).unwrap_or_else(|| shown(value, 60));
    match &share.to {
        Value::Null => end(&share.value),
        to if *to == share.value => end(to),
        to => format!("{} – {}", end(&share.value), end(to)),
    }
}

fn part(count: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        (count as f64 / of as f64).min(1.0)
    }
}

/// A share as a person reads it: never 0 for something, never 100 for less than all.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        ..0.1 => "<0.1 %".to_owned(),
        ..10.0 => format!("{} %", number((percent * 10.0).round() / 10.0)),
        ..99.5 => format!("{percent:.0} %"),
        ..100.0 => ">99 %".to_owned(),
        _ => "100 %".to_owned(),
    }
}

fn table(view: &QueryView, difference: &Difference, entries: &[Entry<'_>]) -> Markup {
    html! {
        table.shares {
            caption.unseen { "Values of " (foreign_text::isolated(&difference.column, 120)) }
            colgroup { col.col-name; col; col.col-share; col.col-share; col.col-ask; }
            thead.unseen { tr { th scope="col" { "Value" } th scope="col" { "Bars" } th scope="col" { "In the box" } th scope="col" { "All others" } th scope="col" { "Ask" } } }
            tbody { @for entry in entries { (row(view, difference, entry)) } }
        }
    }
}

fn row(view: &QueryView, difference: &Difference, entry: &Entry<'_>) -> Markup {
    let is_ours = matches!(entry.what, What::Absent | What::Others);
    let (only, without) = links(view, &difference.column, &entry.what);
    html! {
        tr.share data-testid="share" data-value=[(!is_ours).then_some(&entry.name)] {
            th scope="row" title=(foreign_text::in_attribute(&entry.name, 200)) { @if is_ours { em { (entry.name) } } @else { bdi { (entry.name) } } }
            td.pair {
                svg.pair-bars width="100%" height="15" aria-hidden="true" {
                    (bar("inside", entry.inside, 0.5))
                    (bar("outside", entry.outside, 8.5))
                }
            }
            td.num { (percent(entry.inside)) } td.num.soft { (percent(entry.outside)) }
            td.ask {
                @if let Some(href) = only { a href=(href) data-query="" data-testid="only" { "only" span.unseen { " " bdi { (entry.name) } } } }
                @if let Some(href) = without { " " a href=(href) data-query="" data-testid="without" { "not" span.unseen { " " bdi { (entry.name) } } } }
            }
        }
    }
}

fn bar(class: &str, share: f64, y: f64) -> Markup {
    // What is there is seen.
    let width = if share > 0.0 {
        (share * 100.0).max(0.8)
    } else {
        0.0
    };
    html! { @if width > 0.0 { rect.(class) x="0" y=(y) width={ (number(width)) "%" } height="6" rx="1.5" {} } }
}

/// To the query with only these rows, and without them.
fn links(view: &QueryView, column: &str, what: &What<'_>) -> (Option<String>, Option<String>) {
    let href = |view: Option<QueryView>| view.map(|view| view.href());
    match what {
        What::Value(value) => (
            href(view.only(column, value)),
            href(view.without(column, value)),
        ),
        What::Absent => (
            href(view.only(column, &Value::Null)),
            href(view.without(column, &Value::Null)),
        ),
        What::Range(from, Value::Null, _) => (href(view.only(column, from)), None),
        What::Range(from, to, is_last) => {
            (href(view.only_from_to(column, from, to, *is_last)), None)
        }
        What::Others => (None, None),
    }
}

/// Ranges of numbers in their order: each a pair of bars side by side.
fn histogram(difference: &Difference, rows: (u64, u64)) -> Markup {
    let unit = Unit::of_column(&difference.column);
    let shares: Vec<(f64, f64, &Share)> = difference
        .shares
        .iter()
        .map(|share| {
            (
                part(share.inside, rows.0),
                part(share.outside, rows.1),
                share,
            )
        })
        .collect();
    let highest = shares
        .iter()
        .map(|(inside, outside, _)| inside.max(*outside))
        .fold(0.0, f64::max);
    let height = |share: f64| {
        if share > 0.0 && highest > 0.0 {
            (share / highest * HEIGHT).max(1.0)
        } else {
            0.0
        }
    };
    let width = 100.0 / shares.len().max(1) as f64;
    let end = |value: Option<&Value>| {
        value
            .and_then(as_number)
            .map_or_else(String::new, |value| unit.format(value))
    };
    html! {
        div.range-histogram data-testid="range-histogram" {
            svg.plot width="100%" height=(HEIGHT + 1.0) aria-hidden="true" {
                @for (at, (inside, outside, share)) in shares.iter().enumerate() {
                    @let left = at as f64 * width;
                    g {
                        title { (range_name(share, unit)) ": " (percent(*inside)) " in the box, " (percent(*outside)) " of all others" }
                        rect.grip x={ (number(left)) "%" } y="0" width={ (number(width)) "%" } height=(HEIGHT) {}
                        @for (class, share, from) in [("inside", inside, 0.08), ("outside", outside, 0.5)] {
                            rect.(class) x={ (number(left + width * from)) "%" } y=(number(HEIGHT - height(*share))) width={ (number(width * 0.42)) "%" } height=(number(height(*share))) {}
                        }
                    }
                }
                line.ground x1="0" x2="100%" y1=(HEIGHT + 0.5) y2=(HEIGHT + 0.5) {}
            }
            div.range-ends aria-hidden="true" {
                span { (end(difference.shares.first().map(|share| &share.value))) }
                span { (end(difference.shares.last().map(|share| if share.to == Value::Null { &share.value } else { &share.to }))) }
            }
        }
    }
}
