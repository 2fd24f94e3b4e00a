//! The line above a waterfall: the search with its hits, and what opens, closes and zooms out.

use maud::{Markup, html};

use super::{
    attribute_table::grouped,
    find, foreign_text,
    trace_address::{ROWS, TraceView},
    trace_page::Trace,
};

/// The line.
pub(crate) fn toolbar(trace: &Trace<'_>) -> Markup {
    let view = trace.view;
    let text = view.find.as_deref().unwrap_or("");
    let at = view.span.as_ref().and_then(|span| trace.place_of(span));
    let neighbours = trace
        .hits
        .as_ref()
        .and_then(|hits| find::neighbours(hits, at));
    // The hit is among the rows, however far down it is.
    let to = |place: usize| {
        view.selecting(Some(&trace.keys[place]))
            .with_rows(0, view.rows.unwrap_or(ROWS))
            .href(trace.id)
    };
    html! {
        div.toolbar {
            form.find method="get" action=(format!("/trace/{}", trace.id)) role="search" {
                @for (name, value) in hidden(view) {
                    input type="hidden" name=(name) value=(foreign_text::in_field(&value));
                }
                input #find type="search" name="find" value=(foreign_text::in_field(text)) placeholder="Find in this trace" aria-label="Find spans by name, service, attribute, event or message"
                    autocomplete="off" spellcheck="false" maxlength="200";
                button.plain type="submit" { "Find" }
            }
            @if let Some(hits) = &trace.hits {
                span.hits role="status" data-testid="find-result" {
                    @let count = hits.iter().filter(|&&hit| hit).count();
                    (grouped(count as u64)) " of " (grouped(hits.len() as u64)) " match"
                }
                @if let Some((next, previous)) = neighbours {
                    a.plain data-swap="waterfall details" data-previous="" aria-label="Previous match" href=(to(previous)) { "↑" }
                    a.plain data-swap="waterfall details" data-next="" href=(to(next)) { "Next" }
                }
                a.plain data-swap="waterfall" data-testid="find-end" href=(view.finding(None).href(trace.id)) { "End search" }
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
    let list = |keys: &[String]| (!keys.is_empty()).then(|| keys.join(","));
    [
        ("span", view.span.clone()),
        ("collapsed", list(&view.collapsed)),
        ("expanded", list(&view.expanded)),
        ("levels", view.levels.map(|levels| levels.to_string())),
        ("zoom", view.zoom.map(|(from, to)| format!("{from}-{to}"))),
        ("from", view.from.clone()),
        ("critical", view.hides_path.then(|| "off".to_owned())),
    ]
    .into_iter()
    .chain(
        view.fold
            .iter()
            .map(|service| ("fold", Some(service.clone()))),
    )
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}
