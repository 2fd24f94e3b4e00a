//! The HTTP request that a span made or answered; its URL is put together in `url`.

mod url;

use std::net::IpAddr;

use opentelemetry_proto::tonic::{
    common::v1::AnyValue,
    trace::v1::{Span, span::SpanKind},
};

use super::{
    Source,
    attributes::{Attributes, text},
};
use crate::segment::{Http, HttpRequest, HttpResponse};
use url::Address;

/// HTTP's status, as others ask for it too.
pub(super) const STATUS: [&str; 2] = ["http.response.status_code", "http.status_code"];

/// The request and its answer; `None` if no attribute is HTTP's own.
///
/// Addresses and ports are taken in any case, as the Collector does.
pub(super) fn of(source: &Source<'_>, attributes: &mut Attributes<'_>) -> Option<Http> {
    let method = attributes.take_text(&["http.request.method", "http.method"]);
    let user_agent = attributes.take_text(&["user_agent.original", "http.user_agent"]);
    let status = attributes.take_int(&STATUS);
    let told_by_header = attributes.take_text(&["http.client_ip"]);
    let client = attributes.take(&["client.address"], ip);
    let peer_ip = attributes.take_text(&["net.peer.ip"]);
    let peer = peer_ip.or(attributes.take(&["network.peer.address"], ip));
    let address = Address::take(attributes);

    let is_http = address.is_http()
        || status.is_some()
        || [method, user_agent, told_by_header]
            .iter()
            .any(Option::is_some);
    if !is_http {
        return None;
    }
    let url = (peer.is_some() || address.has_host()).then(|| match source.kind {
        SpanKind::Server => address.url_of_server(),
        _ => address.url_for_client(peer_ip),
    });
    let forwarded = told_by_header.or(client);
    let own = |text: Option<&str>| text.map(str::to_owned);
    Some(Http {
        request: Some(HttpRequest {
            method: own(method),
            url,
            user_agent: own(user_agent),
            client_ip: own(forwarded.or(peer)),
            // A header said so, and no address of the connection stands beside it.
            x_forwarded_for: (forwarded.is_some() && peer.is_none()).then_some(true),
            traced: None,
        }),
        response: Some(HttpResponse {
            status,
            content_length: Some(content_length(source.span)),
        }),
    })
}

/// An IP address.
fn ip(value: &AnyValue) -> Option<&str> {
    text(value).filter(|text| text.parse::<IpAddr>().is_ok())
}

/// Bytes of the message that was received, by the span or the first event that knows; 0 if none does.
fn content_length(span: &Span) -> i64 {
    std::iter::once(&span.attributes)
        .chain(span.events.iter().map(|event| &event.attributes))
        .map(|list| Attributes::of(list))
        .filter(|message| message.text(&["message.type"]) == Some("RECEIVED"))
        .find_map(|message| {
            message
                .int(&[
                    "messaging.message.body.size",
                    "messaging.message_payload_size_bytes",
                ])
                .filter(|size| *size != 0)
        })
        .unwrap_or_default()
}
