//! The name of a document: of the service, or of what was called.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use super::{Source, attributes::Attributes, local_root};

/// Longest name, in bytes.
const MAX_BYTES: usize = 200;

/// The name of a span that has none that X-Ray takes.
const NAMELESS: &str = "span";

/// What gave the name, as far as the namespace depends on it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum NamedAfter {
    /// `aws.service`.
    AwsService,
    Other,
}

/// The first of the names that there is.
pub(super) fn of(source: &Source<'_>, attributes: &Attributes<'_>) -> (String, NamedAfter) {
    let own = match source.kind {
        SpanKind::Server => of_service(attributes),
        SpanKind::Internal if local_root::is_local_root(attributes) => of_service(attributes),
        SpanKind::Client | SpanKind::Producer | SpanKind::Consumer => of_callee(attributes),
        _ => None,
    };
    let legal = |key: &str| attributes.text(&[key]).and_then(legal);
    if let Some(name) = own.or_else(|| legal("peer.service")) {
        return (name, NamedAfter::Other);
    }
    if let Some(name) = legal("aws.service") {
        return (name, NamedAfter::AwsService);
    }
    let name = of_database(attributes)
        .or_else(|| match source.kind {
            SpanKind::Server => source
                .resource
                .text(&["service.name"])
                .and_then(self::legal),
            _ => None,
        })
        .or_else(|| legal("rpc.service"))
        .or_else(|| legal("http.host"))
        .or_else(|| legal("net.peer.name"))
        // The stable name of both.
        .or_else(|| legal("server.address"))
        .or_else(|| self::legal(&source.span.name))
        .unwrap_or_else(|| NAMELESS.to_owned());
    (name, NamedAfter::Other)
}

/// The service that the span ran in.
pub(super) fn of_service(attributes: &Attributes<'_>) -> Option<String> {
    attributes.text(&["aws.local.service"]).and_then(legal)
}

/// The service that the span called; AWS's without the prefix that its SDKs and CloudFormation give them.
pub(super) fn of_callee(attributes: &Attributes<'_>) -> Option<String> {
    let name = attributes.text(&["aws.remote.service"])?;
    let name = if is_aws_api(attributes) {
        name.strip_prefix("AWS.SDK.")
            .or_else(|| name.strip_prefix("AWS::"))
            .unwrap_or(name)
    } else {
        name
    };
    legal(name)
}

/// The span is a call of an AWS service by an AWS SDK.
pub(super) fn is_aws_api(attributes: &Attributes<'_>) -> bool {
    attributes.text(&["rpc.system.name", "rpc.system"]) == Some("aws-api")
}

/// `database@host`, the host from the connection string.
fn of_database(attributes: &Attributes<'_>) -> Option<String> {
    let database = attributes.text(&["db.namespace", "db.name"])?;
    let host = attributes.text(&["db.connection_string"]).and_then(host);
    legal(&match host {
        Some(host) => format!("{database}@{host}"),
        None => database.to_owned(),
    })
}

/// The host of a URL, also of one with `jdbc:` before it.
fn host(url: &str) -> Option<&str> {
    let url = url.strip_prefix("jdbc:").unwrap_or(url);
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, address)| address);
    let host = match address.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?.0,
        None => match address.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
            // `host:1433;databaseName=x` is no authority, so it tells no host.
            Some(_) => return None,
            None => address,
        },
    };
    (!host.is_empty()).then_some(host)
}

/// Without the characters that X-Ray does not take, and no longer than it takes; `None` if nothing is left.
///
/// "Names can contain Unicode letters, numbers, and whitespace, and the following symbols: _, ., :, /, %, &, #, =, +, \, -, @"
/// ([segment documents](https://docs.aws.amazon.com/xray/latest/devguide/aws-xray-interface-api.html#xray-api-segmentdocuments)).
fn legal(name: &str) -> Option<String> {
    let mut legal: String = name
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || r"_.:/%&#=+\-@".contains(*c))
        .collect();
    legal.truncate(legal.floor_char_boundary(MAX_BYTES));
    (!legal.is_empty()).then_some(legal)
}
