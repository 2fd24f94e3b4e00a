//! What was refused, and what to do about it.

use std::time::UNIX_EPOCH;

use maud::{Markup, html};

use crate::{
    pages::{attribute_table::grouped, foreign_text, moments},
    server::{By, Refusal, Told},
};

pub(super) fn section(told: &Told, now: u64) -> Markup {
    let total: u64 = told.counts.values().sum();
    html! {
        section.card.refused aria-labelledby="refused-title" data-testid="refused" {
            h2 #refused-title { "Refused " span.count data-testid="refused-total" { (grouped(total)) } }
            @if total == 0 {
                p.note { "None since the observatory was started: every request, call and datagram was taken." }
            } @else {
                p.note { "Since the observatory was started, by reason. Keys are never shown or kept." }
                ul.reasons-list { @for (reason, count) in &told.counts {
                    li data-testid="refusal-reason" { (foreign_text::isolated(reason, 120)) " " b { (grouped(*count)) } }
                } }
                ol.refusals aria-label={ "The last " (told.last.len()) ", newest first" } { @for refusal in &told.last { (one(refusal, now)) } }
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
    let is_daemon = refusal.by == By::Udp;
    html! {
        li data-testid="refusal" {
            p.refusal-line {
                b.answer data-testid="refusal-answer" { (foreign_text::on_one_line(&refusal.answer, 60)) }
                @if !is_daemon { code.refusal-address data-testid="refusal-address" { (foreign_text::isolated(&refusal.address, 200)) } }
                span.badge { (refusal.by.word()) }
                span.spring {}
                (moments::element(now, at))
            }
            p.refusal-told { span.soft { (foreign_text::isolated(&refusal.reason, 120)) ": " } (foreign_text::isolated(&refusal.message, 500)) }
            @if let Some(advice) = &refusal.advice { p.advice data-testid="advice" { (foreign_text::isolated(advice, 500)) } }
            @if !refusal.agent.is_empty() { p.soft.agent { "from " (foreign_text::isolated(&refusal.agent, 120)) } }
            @if !refusal.start.is_empty() { pre.json { (foreign_text::on_one_line(&refusal.start, 500)) } }
        }
    }
}
