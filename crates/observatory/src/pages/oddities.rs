//! What is odd about a span, in words: short on its row, at length in its details. What is odd is found by `waterfall`.

use maud::{Markup, html};

use super::{durations, waterfall::Oddity};

/// The note on a row.
pub(crate) fn on_row(oddities: &[Oddity]) -> Markup {
    let told: Vec<String> = oddities.iter().map(short).collect();
    let told = told.join("; ");
    html! {
        @if !told.is_empty() {
            span.odd data-testid="oddity" title=(told) { "△ " span.odd-text { (told) } }
        }
    }
}

fn short(oddity: &Oddity) -> String {
    match oddity {
        Oddity::EndsBeforeStart => "ends before it starts".into(),
        Oddity::NoStart => "sent without a start".into(),
        Oddity::NoEnd => "sent without an end".into(),
        Oddity::StartsBeforeParent(by) => {
            format!(
                "begins {} before its parent: the clocks of two machines differ",
                durations::format(*by)
            )
        }
        Oddity::AnotherRoot => "another root in the same trace".into(),
        Oddity::ParentLoop => "its parents go round in a circle".into(),
        Oddity::SameId => "another span has the same ID".into(),
    }
}

/// A sentence or two.
pub(crate) fn explained(oddity: &Oddity) -> String {
    match oddity {
        Oddity::EndsBeforeStart => "It was sent with an end before its start, so it is drawn as a point.".into(),
        Oddity::NoStart => "It was sent without a start, so it is drawn where the trace begins.".into(),
        Oddity::NoEnd => "It was sent without an end, so it is drawn as a point.".into(),
        Oddity::StartsBeforeParent(by) => format!(
            "It begins {} before its parent: the clocks of two machines differ. Nothing here was moved.",
            durations::format(*by)
        ),
        Oddity::AnotherRoot => "The trace has another root before it. If this was meant as a child, its parent was not made current.".into(),
        Oddity::ParentLoop => "Its parents go round in a circle and lead back to itself. The circle was cut here to draw it.".into(),
        Oddity::SameId => "Another span of this trace was sent with the same ID.".into(),
    }
}
