//! Why a span failed: its exception events, else the message of its status. Stacks are read by `stack`.

mod stack;

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, any_value::Value},
    trace::v1::{
        Span,
        span::{Event, SpanKind},
    },
};

use super::{
    Source,
    attributes::Attributes,
    ids::{self, Ids},
    name, status,
};
use crate::segment::{Cause, Exception};

/// An exception and those that caused it, the outermost first.
type Chain = Vec<Exception>;

/// The cause, also of a span that did not fail: an exception may have been handled.
pub(super) fn of(source: &Source<'_>, ids: Ids, attributes: &mut Attributes<'_>) -> Option<Cause> {
    let mut chains = thrown(source, name::is_aws_api(attributes));
    if chains.is_empty() && status::is_error(source.span) {
        chains.extend(from_status(source.span, attributes));
    }
    (!chains.is_empty()).then(|| Cause::Exceptions {
        working_directory: None,
        paths: Vec::new(),
        exceptions: numbered(chains, ids),
    })
}

/// The exceptions that the events tell of.
fn thrown(source: &Source<'_>, is_aws_api: bool) -> Vec<Chain> {
    let language = source.resource.text(&["telemetry.sdk.language"]);
    let remote = matches!(source.kind, SpanKind::Client | SpanKind::Producer);
    source
        .span
        .events
        .iter()
        .filter_map(|event| match event.name.as_str() {
            "exception" => Some(exception(event, language.unwrap_or_default(), remote)),
            "HTTP request failure" if is_aws_api => Some(vec![failed_request(event)?]),
            _ => None,
        })
        .collect()
}

/// An exception and the causes that its stack tells of.
fn exception(event: &Event, language: &str, remote: bool) -> Chain {
    let attributes = Attributes::of(&event.attributes);
    let own = |key| attributes.text(&[key]).map(str::to_owned);
    let stack = attributes.text(&["exception.stacktrace"]);
    let mut chain = stack
        .map(|text| stack::read(language, text))
        .unwrap_or_default();
    if chain.is_empty() {
        chain.push(Exception::default());
    }
    chain[0].kind = own("exception.type");
    chain[0].message = own("exception.message");
    for exception in &mut chain {
        exception.remote = Some(remote);
    }
    chain
}

/// One of the requests that an AWS SDK made for a call: `503@1700000000.000000@Slow Down`.
fn failed_request(event: &Event) -> Option<Exception> {
    let attributes = Attributes::of(&event.attributes);
    let code = code(attributes.value("http.response.status_code")?)?;
    let message = attributes.text(&["aws.http.error_message"])?;
    let micros = event.time_unix_nano / 1_000;
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    Some(Exception {
        message: Some(format!("{code}@{seconds}.{micros:06}@{message}")),
        kind: Some("aws.http.error.event".to_owned()),
        remote: Some(true),
        ..Exception::default()
    })
}

/// A status, as a number or a text.
fn code(value: &AnyValue) -> Option<String> {
    match value.value.as_ref()? {
        Value::IntValue(code) => Some(code.to_string()),
        Value::StringValue(code) => Some(code.clone()),
        _ => None,
    }
}

/// The message of the status, else HTTP's words for it.
fn from_status(span: &Span, attributes: &mut Attributes<'_>) -> Option<Chain> {
    let words = attributes.take_text(&["http.status_text"]);
    let message = span
        .status
        .as_ref()
        .map(|status| status.message.as_str())
        .filter(|message| !message.is_empty())
        .or(words)?;
    Some(vec![Exception {
        message: Some(message.to_owned()),
        ..Exception::default()
    }])
}

/// All exceptions with their IDs; each names its cause, the next of its chain.
fn numbered(chains: Vec<Chain>, ids: Ids) -> Vec<Exception> {
    // The first number is the service segment's of a local root.
    let id = |number: usize| ids::hex(ids.derived(number as u64 + 1));
    let mut exceptions = Vec::new();
    for chain in chains {
        let end = exceptions.len() + chain.len();
        for mut exception in chain {
            let number = exceptions.len();
            exception.id = Some(id(number));
            exception.cause = (number + 1 < end).then(|| id(number + 1));
            exceptions.push(exception);
        }
    }
    exceptions
}
