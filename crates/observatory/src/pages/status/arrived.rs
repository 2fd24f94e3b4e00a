//! What arrived, by kind and by sender.

use maud::{Markup, html};

use crate::{
    pages::{attribute_table::grouped, foreign_text, layout::Frame, moments},
    server::{Count, FromSender, Kind, ToldArrivals},
};

pub(super) fn section(arrived: &ToldArrivals, frame: &Frame) -> Markup {
    let status = &frame.status;
    html! {
        section.card aria-labelledby="arrived-title" data-testid="arrived" {
            h2 #arrived-title { "Arrived " span.count { "since the observatory was started" } }
            div.scrolled tabindex="0" role="region" aria-label="What arrived, by kind" {
                table.numbers.arrived-table {
                    thead { tr {
                        th scope="col" { span.unseen { "What" } }
                        th.num scope="col" { "Last minute" }
                        th.num scope="col" { "Last hour" }
                        th.num scope="col" { "In all" }
                        th.num scope="col" { "Stored" }
                    } }
                    tbody {
                        (kind("Requests", "requests", arrived.requests, None))
                        @for (of, word, name, stored) in [
                            (Kind::Spans, "Spans", "spans", status.spans),
                            (Kind::Segments, "X-Ray segments", "segments", status.segments),
                            (Kind::LogEvents, "Log events", "log-events", status.log_events),
                        ] {
                            (kind(word, name, arrived.items.get(&of).copied().unwrap_or_default(), Some(stored)))
                        }
                        (kind_stored("Traces", "traces", status.traces))
                    }
                }
            }
            p.note {
                "A segment is stored as spans too, each of its subsegments being one."
                @if arrived.repeated > 0 { " " (grouped(arrived.repeated)) @if arrived.repeated == 1 { " span" } @else { " spans" } " had arrived before and were not stored twice." }
            }
            h3.senders-title { "Senders" }
            @if arrived.senders.is_empty() { p.note data-testid="no-sender" { "Nothing has arrived since the observatory was started. " a href="/" { "What to type to get the first span in" } } }
            @else { (senders(&arrived.senders, frame.now)) }
        }
    }
}

fn kind(word: &str, name: &str, count: Count, stored: Option<u64>) -> Markup {
    html! {
        tr {
            th scope="row" { (word) }
            td.num data-testid={ "minute-" (name) } { (grouped(count.minute)) }
            td.num { (grouped(count.hour)) }
            td.num data-testid={ "arrived-" (name) } { (grouped(count.total)) }
            td.num { @if let Some(stored) = stored { span data-testid={ "status-" (name) } { (grouped(stored)) } } @else { span.none { "–" } } }
        }
    }
}

fn kind_stored(word: &str, name: &str, stored: u64) -> Markup {
    html! {
        tr {
            th scope="row" { (word) }
            @for _ in 0..3 { td.num { span.none { "–" } } }
            td.num { span data-testid={ "status-" (name) } { (grouped(stored)) } }
        }
    }
}

fn senders(senders: &[FromSender], now: u64) -> Markup {
    html! {
        div.scrolled tabindex="0" role="region" aria-label="What arrived, by sender" {
            table.numbers.senders {
                thead { tr {
                    th scope="col" { "Service or log group" }
                    th scope="col" { "By" }
                    th.num scope="col" { "Last minute" }
                    th.num scope="col" { "Last hour" }
                    th.num scope="col" { "In all" }
                    th.num scope="col" { "Requests" }
                    th scope="col" { "Last" }
                } }
                tbody { @for from in senders { (row(from, now)) } }
            }
        }
    }
}

fn row(from: &FromSender, now: u64) -> Markup {
    let sender = &from.sender;
    let things = match sender.kind {
        Kind::Spans => "spans",
        Kind::Segments => "segments",
        Kind::LogEvents => "log events",
    };
    html! {
        tr data-testid="sender" {
            th scope="row" { (foreign_text::isolated(&sender.name, 60)) " " span.soft { (things) } }
            td { (sender.by.word()) @if !sender.form.is_empty() { span.soft { ", " (sender.form) } } }
            td.num { (grouped(from.items.minute)) }
            td.num { (grouped(from.items.hour)) }
            td.num { (grouped(from.items.total)) }
            td.num { (grouped(from.requests.total)) }
            td.when { (moments::element(now, from.last.saturating_mul(1_000_000_000))) }
        }
    }
}
