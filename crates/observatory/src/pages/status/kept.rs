//! What is kept, where, how much of it at most; where the observatory listens.

use std::{net::SocketAddr, time::UNIX_EPOCH};

use maud::{Markup, html};

use super::page::Status;
use crate::{
    journal::about::VERSION,
    pages::{
        foreign_text,
        layout::{Frame, size},
        moments,
    },
    store::Location,
};

pub(super) fn stored(status: &Status, frame: &Frame) -> Markup {
    let bytes = frame.status.bytes;
    let extent = &status.extent;
    html! {
        section.card aria-labelledby="kept-title" data-testid="stored" {
            h2 #kept-title { "Kept" }
            dl.facts {
                dt { "Size" }
                dd {
                    b data-testid="store-size" { (size(bytes)) }
                    @if let Some(limit) = status.about.retain_bytes { " of " (size(limit)) (meter(bytes, limit)) }
                }
                dt { "In" }
                dd { @match &status.about.location {
                    Some(Location::Memory) => "memory, until the observatory ends",
                    Some(Location::Folder(folder)) => code { (foreign_text::isolated(&folder.to_string_lossy(), 200)) },
                    None => "a place that is not known",
                } }
                (ends("Traces", extent.traces, frame.now))
                (ends("Log events", extent.log_events, frame.now))
                dt { "Deleted" }
                dd {
                    @if status.about.retain_bytes.is_some() { "Above that size the traces and log events that arrived first, until 95 % of it are used (" code { "--retain" } "). " }
                    "Log events also when their group’s retention is over."
                }
            }
        }
    }
}

fn ends(what: &str, ends: Option<(u64, u64)>, now: u64) -> Markup {
    html! {
        dt { (what) }
        dd { @match ends {
            Some((oldest, newest)) => { "from " (moments::element(now, oldest)) " to " (moments::element(now, newest)) }
            None => "none",
        } }
    }
}

fn meter(bytes: u64, limit: u64) -> Markup {
    let share = (bytes as f64 / limit.max(1) as f64).clamp(0.0, 1.0) * 100.0;
    html! {
        ", " (format!("{share:.0} %"))
        svg.meter width="100%" height="6" aria-hidden="true" {
            rect.rail width="100%" height="6" rx="3" {}
            rect.full[share >= 90.0] width=(format!("{share:.1}%")) height="6" rx="3" {}
        }
    }
}

pub(super) fn addresses(status: &Status, now: u64) -> Markup {
    let about = &status.about;
    let started = about
        .started
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .and_then(|at| u64::try_from(at.as_nanos()).ok());
    html! {
        section.card aria-labelledby="listens-title" data-testid="addresses" {
            h2 #listens-title { "Listens" }
            dl.facts {
                (place("Pages, OTLP/HTTP, AWS", "http://", about.http))
                (place("OTLP/gRPC", "http://", about.grpc))
                (place("X-Ray daemon", "", about.xray_daemon))
                (place("OTLP/HTTP, spans only", "http://", about.spans_only))
                dt { "Key" }
                dd { @if status.key_is_required { "OTLP needs the header " code { "x-honeycomb-team" } } @else { "none is needed; any is taken" } }
                dt { "Version" }
                dd { (VERSION) @if let Some(started) = started { ", started " (moments::element(now, started)) } }
            }
        }
    }
}

fn place(what: &str, scheme: &str, address: Option<SocketAddr>) -> Markup {
    html! { @if let Some(address) = address {
        dt { (what) }
        dd { code { (scheme) (address) } }
    } }
}
