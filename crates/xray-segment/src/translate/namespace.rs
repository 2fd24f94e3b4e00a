//! Whether a subsegment is a call of AWS, of anything else, or no call.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use super::{
    attributes::Attributes,
    name::{self, NamedAfter},
};

/// `aws`, `remote` or none.
pub(super) fn of(
    kind: SpanKind,
    attributes: &Attributes<'_>,
    named_after: NamedAfter,
) -> Option<String> {
    let namespace = if name::is_aws_api(attributes) || named_after == NamedAfter::AwsService {
        "aws"
    } else if kind == SpanKind::Client {
        "remote"
    } else {
        return None;
    };
    Some(namespace.to_owned())
}
