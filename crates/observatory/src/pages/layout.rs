//! What every page has: head, top bar, status line and the list of keys. The contents come from the pages.

use maud::{DOCTYPE, Markup, html};

use super::{
    assets,
    attribute_table::grouped,
    left_out::{self, Parameter},
};
use crate::model::StoreStatus;

/// What a page needs to know besides its contents.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// How much is stored.
    pub(crate) status: StoreStatus,
    /// The store's generation before anything was read for the page; the script waits for another.
    pub(crate) generation: u64,
    /// Now, in nanoseconds since the Unix epoch.
    pub(crate) now: u64,
    /// Whether now stays now, for times that the script keeps up to date.
    pub(crate) clock_stands: bool,
    /// What of the address the page cannot use: told above it.
    pub(crate) left_out: Vec<String>,
}

impl Frame {
    /// Of a page that has these parameters, and no others.
    pub(crate) fn with_parameters(self, pairs: &[(String, String)], known: &[Parameter]) -> Self {
        Self {
            left_out: left_out::of(pairs, known),
            ..self
        }
    }

    /// Of a page that tells of its parameters itself, but for these when they are given again.
    pub(crate) fn with_single(self, pairs: &[(String, String)], single: &[&str]) -> Self {
        Self {
            left_out: left_out::repeated(pairs, single),
            ..self
        }
    }
}

/// A whole page; a title that is a page of the top bar marks it there.
pub(crate) fn page(title: &str, frame: &Frame, main: &Markup) -> Markup {
    page_in(title, title, frame, main)
}

/// A whole page that belongs to this page of the top bar.
pub(crate) fn page_in(section: &str, title: &str, frame: &Frame, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Observatory" }
                link rel="icon" type="image/svg+xml" href=(assets::ICON.address());
                link rel="stylesheet" href=(assets::STYLE.address());
                script type="module" src=(assets::SCRIPT.address()) {}
            }
            body data-generation=(frame.generation) data-now-unix-ms=(frame.now / 1_000_000) data-clock-stands[frame.clock_stands] {
                a.skip href="#main" { "Skip to the contents" }
                header.topbar {
                    a.brand href="/" {
                        svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" {
                            path.dome d="M3 14a8 8 0 0 1 16 0z" {}
                            path.slit d="M11 14L15.5 3.5" {}
                            path.base d="M2 17.5h18" {}
                        }
                        "Observatory"
                    }
                    nav aria-label="Pages" {
                        @for (address, page) in [("/", "Home"), ("/query", "Query"), ("/traces", "Traces"), ("/map", "Trace map"), ("/logs", "Logs"), ("/insights", "Insights"), ("/status", "Status")] {
                            a href=(address) aria-current=[(section == page).then_some("page")] { (page) }
                        }
                    }
                    span.spring {}
                    span #live.live hidden { span.pulse {} " " span.word { "live" } }
                    button.plain.small type="button" data-keys="" hidden { "Keys " kbd { "?" } }
                }
                div #main { (left_out::list(&frame.left_out)) (main) }
                (status_line(frame))
                (keys())
            }
        }
    }
}

/// The line at the foot.
pub(crate) fn status_line(frame: &Frame) -> Markup {
    let StoreStatus {
        traces,
        spans,
        segments,
        log_events,
        bytes,
    } = frame.status;
    html! {
        footer #status data-testid="status-line" {
            span { b data-testid="stored-traces" { (grouped(traces)) } @if traces == 1 { " trace" } @else { " traces" } }
            span { b data-testid="stored-spans" { (grouped(spans)) } @if spans == 1 { " span" } @else { " spans" } }
            @if segments > 0 { span { b data-testid="stored-segments" { (grouped(segments)) } @if segments == 1 { " segment" } @else { " segments" } } }
            @if log_events > 0 { span { b data-testid="stored-log-events" { (grouped(log_events)) } @if log_events == 1 { " log event" } @else { " log events" } } }
            span { b { (size(bytes)) } " stored" }
            span.spring {}
            button.plain.small type="button" data-reset="" data-testid="reset" hidden { "Reset" }
        }
    }
}

fn keys() -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl {
                @for (keys, what) in [
                    (&["↑", "↓"][..], "previous, next span, trace or event"),
                    (&["←", "→"], "collapse, expand; to the parent, to the first child"),
                    (&["Home", "End"], "first, last"),
                    (&["Enter"], "open details or trace"),
                    (&["Esc"], "close details, end the search"),
                    (&["n", "N"], "next, previous span that matches"),
                    (&["m"], "measure from this span, then open another"),
                    (&["Shift", "click"], "measure from the open span to this one"),
                    (&["c"], "mark the critical path, or not"),
                    (&["/"], "go to the filter, search or query"),
                    (&["Ctrl", "Enter"], "run the query"),
                    (&["p"], "pause the live tail, resume it"),
                    (&["?"], "this list"),
                ] {
                    dt { @for key in keys { kbd { (key) } " " } } dd { (what) }
                }
            }
            form method="dialog" { button.plain { "Close" } }
        }
    }
}

/// `12.3 MB`, in powers of 1,000.
pub(crate) fn size(bytes: u64) -> String {
    for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)] {
        if bytes >= size {
            let tenths = bytes / (size / 10);
            return format!("{}.{} {unit}", grouped(tenths / 10), tenths % 10);
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_250, "1.2 kB"),
            (2_000_000_000, "2.0 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
