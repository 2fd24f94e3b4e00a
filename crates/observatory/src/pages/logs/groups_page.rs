//! The list of log groups, and how to get the first event in.

use maud::{Markup, html};

use super::address::{EventsView, GroupsView, StreamsView};
use crate::pages::{
    attribute_table::grouped,
    foreign_text,
    layout::{self, Frame, size},
    moments,
};

/// What the list says of a log group.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct GroupRow {
    pub(crate) name: String,
    /// Bytes of its events, as the service counts them.
    pub(crate) bytes: u64,
    /// Days that events are kept; `None` for ever.
    pub(crate) retention: Option<u32>,
    pub(crate) streams: u64,
    /// The time of its last event, in milliseconds since the Unix epoch.
    pub(crate) last: Option<i64>,
}

/// What the page shows.
pub(crate) struct GroupsPage {
    pub(crate) view: GroupsView,
    /// Those that match, by name.
    pub(crate) groups: Vec<GroupRow>,
    /// There are more.
    pub(crate) is_cut: bool,
    /// Whether there is any group at all.
    pub(crate) is_empty: bool,
}

/// The whole page.
pub(crate) fn page(shown: &GroupsPage, frame: &Frame) -> Markup {
    layout::page_in(
        "Logs",
        "Logs",
        frame,
        &html! {
            main data-page="log-groups" {
                div.title-line { h1 { "Log groups" } span.spring {} a.plain.small href=(EventsView::default().href()) { "Search all groups" } a.plain.small href=(EventsView::default().tail_href()) { "Live tail" } }
                (list(shown, frame))
            }
        },
    )
}

/// What changes when something arrives, for the script.
pub(crate) fn fragment(shown: &GroupsPage, frame: &Frame) -> Markup {
    html! { (list(shown, frame)) (layout::status_line(frame)) }
}

fn list(shown: &GroupsPage, frame: &Frame) -> Markup {
    html! {
        section #log-groups aria-label="Log groups" {
            @if shown.is_empty { (nothing_yet()) } @else {
                (form(&shown.view))
                @if shown.groups.is_empty() { p.note data-testid="no-match" { "No log group has “" (foreign_text::isolated(&shown.view.find, 120)) "” in its name." } }
                @else {
                    table.traces.log-groups {
                        thead { tr {
                            th scope="col" { "Log group" } th.num scope="col" { "Streams" } th.num scope="col" { "Stored" }
                            th scope="col" { "Kept" } th scope="col" { "Last event" } th scope="col" { span.unseen { "Events" } }
                        } }
                        tbody { @for group in &shown.groups { (row(group, frame.now)) } }
                    }
                    @if shown.is_cut { p.note { "The first " (grouped(shown.groups.len() as u64)) " are listed. Part of a name above finds others." } }
                }
            }
        }
    }
}

fn form(view: &GroupsView) -> Markup {
    html! {
        form.one-line method="get" action="/logs" role="search" aria-label="Find log groups" {
            label.unseen for="find" { "Part of a log group’s name" }
            input #find name="find" value=(foreign_text::in_field(&view.find)) placeholder="Part of a name" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="512";
            button.plain type="submit" { "Find" }
            @if !view.find.is_empty() { a.plain href=(GroupsView::default().href()) data-testid="clear-filter" { "Clear" } }
        }
    }
}

fn row(group: &GroupRow, now: u64) -> Markup {
    html! {
        tr data-testid="log-group-row" data-group=(foreign_text::on_one_line(&group.name, 512)) {
            th.trace scope="row" { a href=(StreamsView::of(&group.name).href()) { (foreign_text::isolated(&group.name, 512)) } }
            td.num.streams { (grouped(group.streams)) }
            td.num.bytes { (size(group.bytes)) }
            td.kept { @match group.retention { Some(1) => "1 day", Some(days) => { (grouped(u64::from(days))) " days" }, None => "for ever" } }
            td.when { @match group.last { Some(last) => (moments::element(now, nanoseconds(last))), None => span.none { "no event" } } }
            td.go { a.plain.small href=(EventsView::of(&group.name, None).href()) aria-label={ "Events of " (foreign_text::in_attribute(&group.name, 512)) } { "Events" } }
        }
    }
}

/// Milliseconds since the Unix epoch as nanoseconds; before it, the epoch itself.
pub(crate) fn nanoseconds(unix_ms: i64) -> u64 {
    u64::try_from(unix_ms)
        .unwrap_or(0)
        .saturating_mul(1_000_000)
}

/// What to type to get the first event in.
fn nothing_yet() -> Markup {
    html! {
        div.notice.first data-testid="empty" {
            svg width="150" height="72" viewBox="0 0 150 72" aria-hidden="true" {
                path.wire d="M12 16h84M12 30h112M12 44h66M12 58h96" {}
                circle.dome cx="128" cy="58" r="5" {}
            }
            h2 { "Waiting for the first log group" }
            p { "It is listed as soon as it is made. Start lab 3’s application and its traffic:" }
            pre { code { "cargo lab up 3" } }
            p { "Or write an event by hand with the AWS CLI (any credentials will do):" }
            pre { code {
                "export AWS_ENDPOINT_URL=http://localhost:4318 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any\n"
                "aws logs create-log-group --log-group-name hello\n"
                "aws logs create-log-stream --log-group-name hello --log-stream-name by-hand\n"
                "aws logs put-log-events --log-group-name hello --log-stream-name by-hand \\\n"
                "  --log-events timestamp=$(date +%s)000,message='it works'"
            } }
            p { "Or from Python, with boto3 and the same variables:" }
            pre { code {
                "import boto3, time\n"
                "logs = boto3.client(\"logs\")\n"
                "logs.create_log_group(logGroupName=\"hello\")\n"
                "logs.create_log_stream(logGroupName=\"hello\", logStreamName=\"python\")\n"
                "logs.put_log_events(logGroupName=\"hello\", logStreamName=\"python\",\n"
                "    logEvents=[{\"timestamp\": int(time.time() * 1000), \"message\": '{\"level\":\"INFO\",\"message\":\"it works\"}'}])"
            } }
        }
    }
}
