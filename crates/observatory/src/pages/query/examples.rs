//! A few of the rows that an answer is made of, each a way to its trace.

use maud::{Markup, html};
use span_columns::{Answer, Example};

use super::lines::name_of;
use crate::{
    model::{Dataset, TraceId},
    pages::{
        address::Address,
        foreign_text,
        marks::error_mark,
        minimap::number,
        moments::stamp,
        plot::{Unit, as_number},
        trace_ids,
    },
};

/// Milliseconds, as `duration_ms` has them.
const DURATION: Unit = Unit::Time(1_000_000);

/// The examples, the slowest first.
pub(super) fn examples(of: Dataset, answer: &Answer) -> Markup {
    let durations = answer
        .examples
        .iter()
        .filter_map(|example| as_number(&example.duration_ms));
    let longest = durations.fold(0.0, f64::max);
    let has_keys = answer
        .examples
        .iter()
        .any(|example| !example.key.is_empty());
    html! {
        @if !answer.examples.is_empty() {
            section #examples aria-labelledby="examples-title" data-testid="examples" {
                div.title-line.small-title {
                    h2 #examples-title { @if of == Dataset::Logs { "Example events" } @else { "Example traces" } }
                    span.soft { "spread from the slowest to the quickest" }
                }
                div.result-scroll tabindex="0" role="region" aria-label="Table of examples" {
                    table.results.examples {
                        thead { tr {
                            th scope="col" { @if of == Dataset::Logs { "Message" } @else { "Name" } }
                            th.num scope="col" { "Duration" }
                            th scope="col" { @if of == Dataset::Logs { "Log group" } @else { "Service" } }
                            @if has_keys { th scope="col" { "Group" } }
                            th scope="col" { "Time (UTC)" }
                        } }
                        tbody { @for example in &answer.examples { (row(of, example, longest, has_keys)) } }
                    }
                }
            }
        }
    }
}

fn row(of: Dataset, example: &Example, longest: f64, has_keys: bool) -> Markup {
    let name = html! {
        @if example.error { (error_mark()) " " }
        @if example.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&example.name, 160)) }
    };
    let duration = as_number(&example.duration_ms);
    html! {
        tr data-testid="example" data-trace=(foreign_text::on_one_line(&example.trace_id, 40)) {
            td.name-cell { @match href(of, example) { Some(href) => a href=(href) { (name) }, None => (name) } }
            td.num {
                @match duration {
                    Some(duration) => {
                        (DURATION.format(duration))
                        svg.share-bar width="100%" height="3" aria-hidden="true" {
                            @if longest > 0.0 && duration > 0.0 { rect x="0" y="0" height="3" width={ (number((duration / longest).min(1.0) * 100.0)) "%" } {} }
                        }
                    }
                    None => span.none title="no duration" { span aria-hidden="true" { "—" } span.unseen { "no duration" } },
                }
            }
            td { (foreign_text::isolated(&example.service, 80)) }
            @if has_keys { td { bdi { (name_of(&example.key)) } } }
            td.when { (stamp(example.unix_nano.div_euclid(1_000_000))) }
        }
    }
}

/// The trace's page with the span open; `None` for what is in no trace.
fn href(of: Dataset, example: &Example) -> Option<String> {
    let trace = TraceId::parse(&example.trace_id)?;
    let span = Some(&example.span_id[..])
        .filter(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let address = match of {
        Dataset::Segments => {
            Address::new(format!("/xray/trace/{}", trace_ids::in_xrays_form(trace)))
                .with_some("segment", span)
        }
        Dataset::Spans | Dataset::Logs => {
            Address::new(format!("/trace/{trace}")).with_some("span", span)
        }
    };
    Some(address.finish())
}
