//! Below the map's drawing: what its shapes and patterns mean, and all its numbers as tables.

use maud::{Markup, html};

use super::{
    drawing::Map,
    graph::{Kind, NAME},
    node::icon,
    numbers::{Numbers, OUTCOMES, percent},
};
use crate::pages::{attribute_table::grouped, foreign_text};

/// What shapes and patterns mean.
pub(super) fn legend() -> Markup {
    let swatch = |word: &str| {
        html! { svg.key width="22" height="14" viewBox="0 0 22 14" aria-hidden="true" { rect.share.(word) x="1" y="1" width="20" height="12" rx="3" {} } }
    };
    html! {
        div.map-legend {
            ul aria-label="Shares of a ring" {
                @for (word, meaning) in OUTCOMES.iter().zip(["ok", "error 4xx", "throttle 429", "fault 5xx"]) { li { (swatch(word)) " " (meaning) } }
            }
            ul aria-label="Kinds of nodes" {
                @for (kind, word) in [(Kind::Client, "client"), (Kind::Remote, "remote"), (Kind::Database, "database"), (Kind::Aws, "AWS service")] {
                    li { svg.key width="18" height="18" viewBox="-12 -12 24 24" aria-hidden="true" { (icon(kind, 0.92)) } " " (word) }
                }
                li { svg.key width="18" height="18" viewBox="-12 -12 24 24" aria-hidden="true" { circle.inferred r="9" {} } " inferred" }
            }
        }
    }
}

/// All numbers of the map as tables, which need no sight of it.
pub(super) fn tables(map: &Map<'_>) -> Markup {
    let graph = map.graph;
    let heads = |what: &str| {
        html! {
            th.num scope="col" { (what) } th.num scope="col" { "Per minute" } th.num scope="col" { "Average" }
            @for word in OUTCOMES { th.num scope="col" { (word) } }
        }
    };
    let cells = |numbers: &Numbers| {
        let total = numbers.outcome.total();
        html! {
            td.num { (grouped(numbers.count)) } td.num { (numbers.rate(map.minutes).trim_end_matches("/min")) } td.num { (numbers.latency()) }
            @for count in numbers.outcome.counts() { td.num { (grouped(count)) @if count > 0 { " " span.soft { (percent(count, total)) } } } }
        }
    };
    html! {
        details #map-numbers.part data-testid="map-numbers" {
            summary { h2 { "In numbers" } }
            div.scroll tabindex="0" role="region" aria-label="Nodes in numbers" {
                table.numbers {
                    thead { tr { th scope="col" { "Node" } th scope="col" { "Type" } (heads("Requests")) } }
                    tbody { @for node in graph.nodes.iter().filter(|node| node.kind != Kind::Client) {
                        tr { th scope="row" { (foreign_text::isolated(node.name_word(), NAME)) } td { (foreign_text::isolated(node.type_word(), NAME)) } (cells(&node.numbers)) }
                    } }
                }
            }
            div.scroll tabindex="0" role="region" aria-label="Calls in numbers" {
                table.numbers {
                    thead { tr { th scope="col" { "From" } th scope="col" { "To" } (heads("Calls")) } }
                    tbody { @for edge in &graph.edges {
                        tr { th scope="row" { (foreign_text::isolated(graph.nodes[edge.from].name_word(), NAME)) } td { (foreign_text::isolated(graph.nodes[edge.to].name_word(), NAME)) } (cells(&edge.numbers)) }
                    } }
                }
            }
        }
    }
}
