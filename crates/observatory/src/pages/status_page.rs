//! The page of the observatory's own state: what is stored, and what was sent for X-Ray and could not be taken.

use std::time::UNIX_EPOCH;

use maud::{Markup, html};

use super::{
    attribute_table::grouped,
    foreign_text,
    layout::{self, Frame, size},
    moments,
};
use crate::server::{By, Refusal, Told};

/// The whole page.
pub(crate) fn page(told: &Told, frame: &Frame) -> Markup {
    layout::page(
        "Status",
        frame,
        &html! {
            main data-page="status" {
                div.title-line { h1 { "Status" } }
                (contents(told, frame))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(told: &Told, frame: &Frame) -> Markup {
    html! { (contents(told, frame)) (layout::status_line(frame)) }
}

fn contents(told: &Told, frame: &Frame) -> Markup {
    let status = &frame.status;
    let total: u64 = told.counts.values().sum();
    html! {
        div #status-contents {
            section.card aria-label="Stored" data-testid="stored" {
                h2 { "Stored" }
                dl.figures {
                    @for (what, count, testid) in [("Traces", status.traces, "traces"), ("Spans", status.spans, "spans"), ("X-Ray segments", status.segments, "segments"), ("Log events", status.log_events, "log-events")] {
                        div { dt { (what) } dd data-testid={ "status-" (testid) } { (grouped(count)) } }
                    }
                    div { dt { "Size" } dd { (size(status.bytes)) } }
                }
                p.note { "An X-Ray segment is stored as spans too, each of its subsegments being one." }
            }
            section.card aria-label="Refused" data-testid="refused" {
                h2 { "Refused X-Ray documents " span.count data-testid="refused-total" { (grouped(total)) } }
                @if total == 0 { p.note { "None since the observatory was started, by the daemon's port or by PutTraceSegments." } }
                @else {
                    p.note { "Since the observatory was started. A sender to the daemon's port gets no answer, so this page is the only place where its mistakes show." }
                    table.numbers.reasons-table {
                        thead { tr { th scope="col" { "Reason" } th.num scope="col" { "Count" } } }
                        tbody { @for (reason, count) in &told.counts {
                            tr data-testid="refusal-reason" { th scope="row" { (foreign_text::isolated(reason, 120)) } td.num { (grouped(*count)) } }
                        } }
                    }
                }
            }
            @if !told.last.is_empty() {
                section.card aria-label="Last refusals" {
                    h2 { "The last " @if told.last.len() == 1 { "one" } @else { (told.last.len()) } }
                    ol.refusals { @for refusal in &told.last { (one(refusal, frame.now)) } }
                }
            }
        }
    }
}

fn one(refusal: &Refusal, now: u64) -> Markup {
    let at = refusal
        .at
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|at| u64::try_from(at.as_nanos()).ok())
        .unwrap_or(0);
    html! {
        li data-testid="refusal" {
            p.title {
                b { (foreign_text::isolated(&refusal.reason, 120)) } " "
                span.badge { @match refusal.by { By::Udp => "daemon, UDP", By::PutTraceSegments => "PutTraceSegments" } } " "
                time.soft data-unix-ms=(at / 1_000_000) title=(moments::exact(at)) { (moments::relative(now, at)) }
            }
            p { (foreign_text::isolated(&refusal.message, 500)) }
            @if !refusal.start.is_empty() { pre.json { (foreign_text::on_one_line(&refusal.start, 500)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::pages::rendering_tests::{EVIL, check_harmless, frame};

    #[test]
    fn refusals_are_told_and_do_no_harm() {
        let refusal = |by| Refusal {
            at: UNIX_EPOCH,
            by,
            reason: EVIL.into(),
            message: EVIL.repeat(500),
            start: EVIL.repeat(500),
        };
        let told = Told {
            counts: BTreeMap::from([(EVIL.to_owned(), 1_234), ("MissingId".to_owned(), 2)]),
            last: [refusal(By::Udp), refusal(By::PutTraceSegments)].into(),
        };
        let shown = page(&told, &frame()).into_string();
        check_harmless(&shown);
        for told in [
            "1,234",
            "1,236",
            "MissingId",
            "daemon, UDP",
            "PutTraceSegments",
        ] {
            assert!(shown.contains(told), "{told}");
        }
        assert!(shown.len() < 20_000, "{}", shown.len());
        let quiet = page(&Told::default(), &frame()).into_string();
        assert!(quiet.contains("None since the observatory was started"));
    }
}
