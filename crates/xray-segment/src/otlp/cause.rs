//! Exceptions as events; how their stacks are written is for `stack`.

use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::{attributes::Attributes, stack::Stacks};
use crate::{Cause, Exception};

/// One `exception` event for each exception; `time` is in nanoseconds since the Unix epoch.
pub(super) fn events(cause: &Cause, time: u64, stacks: &Stacks) -> Vec<Event> {
    let Cause::Exceptions { exceptions, .. } = cause else {
        return Vec::new();
    };
    exceptions
        .iter()
        .map(|exception| Event {
            time_unix_nano: time,
            name: "exception".to_owned(),
            attributes: attributes(exception, stacks).into_vec(),
            ..Event::default()
        })
        .collect()
}

/// What the status can say of the cause.
pub(super) fn message(cause: &Cause) -> Option<&str> {
    match cause {
        Cause::Id(id) => Some(id),
        Cause::Exceptions { exceptions, .. } => exceptions.first()?.message.as_deref(),
    }
}

fn attributes(exception: &Exception, stacks: &Stacks) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.set("exception.type", exception.kind.as_ref());
    attributes.set("exception.message", exception.message.as_ref());
    if !exception.stack.is_empty() {
        attributes.set("exception.stacktrace", stacks.text(exception));
    }
    attributes.set("aws.xray.exception.id", exception.id.as_ref());
    attributes.set("aws.xray.exception.remote", exception.remote);
    attributes.set("aws.xray.exception.truncated", exception.truncated);
    attributes.set("aws.xray.exception.skipped", exception.skipped);
    attributes.set("aws.xray.exception.cause", exception.cause.as_ref());
    attributes
}
