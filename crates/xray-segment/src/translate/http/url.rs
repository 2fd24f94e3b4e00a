//! The URL of a request, whole or from its parts.

use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};

use super::super::attributes::{Attributes, text};

/// What the attributes tell of the URL.
pub(super) struct Address<'a> {
    /// The whole URL.
    full: Option<&'a str>,
    scheme: Option<&'a str>,
    /// `Host` as the client wrote it, with its port.
    host: Option<&'a str>,
    server_name: Option<&'a str>,
    net_host_name: Option<&'a str>,
    host_name: Option<&'a str>,
    net_peer_name: Option<&'a str>,
    server_address: Option<&'a str>,
    net_host_port: Option<String>,
    net_peer_port: Option<String>,
    server_port: Option<String>,
    /// Path and query.
    target: Option<&'a str>,
    path: Option<&'a str>,
    query: Option<&'a str>,
}

impl<'a> Address<'a> {
    pub(super) fn take(attributes: &mut Attributes<'a>) -> Self {
        Self {
            full: attributes.take_text(&["url.full", "http.url"]),
            scheme: attributes.take_text(&["url.scheme", "http.scheme"]),
            host: attributes.take_text(&["http.host"]),
            server_name: attributes.take_text(&["http.server_name"]),
            net_host_name: attributes.take_text(&["net.host.name"]),
            host_name: attributes.take_text(&["host.name"]),
            net_peer_name: attributes.take_text(&["net.peer.name"]),
            server_address: attributes.take_text(&["server.address"]),
            net_host_port: attributes.take(&["net.host.port"], port),
            net_peer_port: attributes.take(&["net.peer.port"], port),
            server_port: attributes.take(&["server.port"], port),
            target: attributes.take_text(&["http.target"]),
            path: attributes.take_text(&["url.path"]),
            query: attributes.take_text(&["url.query"]),
        }
    }

    /// One of them is HTTP's own; others are about any connection.
    pub(super) fn is_http(&self) -> bool {
        self.net_host_port.is_some()
            || [
                self.full,
                self.scheme,
                self.host,
                self.server_name,
                self.target,
                self.path,
                self.query,
            ]
            .iter()
            .any(Option::is_some)
    }

    /// One of them says where the request went.
    pub(super) fn has_host(&self) -> bool {
        [
            self.full,
            self.host,
            self.server_name,
            self.net_host_name,
            self.host_name,
            self.net_peer_name,
            self.server_address,
        ]
        .iter()
        .any(Option::is_some)
    }

    /// The URL as the server that answered knows it.
    pub(super) fn url_of_server(&self) -> String {
        self.url(
            &[
                self.server_name,
                self.net_host_name,
                self.host_name,
                self.server_address,
            ],
            self.net_host_port.as_deref(),
        )
    }

    /// The URL as the client that asked knows it; `peer` is the address that it connected to.
    pub(super) fn url_for_client(&self, peer: Option<&str>) -> String {
        self.url(
            &[self.net_peer_name, peer, self.server_address],
            self.net_peer_port.as_deref(),
        )
    }

    /// The whole URL if it is told, else what its parts give.
    fn url(&self, hosts: &[Option<&str>], port: Option<&str>) -> String {
        if let Some(full) = self.full {
            return full.to_owned();
        }
        let scheme = self.scheme.unwrap_or("http");
        let mut url = format!("{scheme}://");
        if let Some(host) = self.host {
            url += host;
        } else {
            url += hosts.iter().copied().flatten().next().unwrap_or_default();
            let port = port.or(self.server_port.as_deref());
            let is_usual = matches!(
                (scheme, port),
                ("http", Some("80")) | ("https", Some("443"))
            );
            if let Some(port) = port.filter(|_| !is_usual) {
                url += ":";
                url += port;
            }
        }
        if let Some(target) = self.target {
            return url + target;
        }
        url += self.path.unwrap_or("/");
        if let Some(query) = self.query {
            if !query.starts_with('?') {
                url += "?";
            }
            url += query;
        }
        url
    }
}

/// A port, as a number or a text.
fn port(value: &AnyValue) -> Option<String> {
    match value.value {
        Some(Value::IntValue(port)) => Some(port.to_string()),
        _ => text(value).map(str::to_owned),
    }
}
