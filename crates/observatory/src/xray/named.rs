//! Names for the spans of segments. A segment is named after its service, which says nothing beside the service's own name:
//! its span is called by the request that it answered, as HTTP spans are, if the document tells of one.
//! The document keeps its name.

use opentelemetry_proto::tonic::{
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{ResourceSpans, Span, span::SpanKind},
};

/// Characters of a path in a name.
const MOST_PATH: usize = 200;

/// The spans, those that a service made and that have its name being called after their requests.
pub(crate) fn after_requests(mut spans: Vec<ResourceSpans>) -> Vec<ResourceSpans> {
    for of_resource in &mut spans {
        let service = of_resource
            .resource
            .as_ref()
            .and_then(|resource| text(&resource.attributes, "service.name"))
            .map(str::to_owned);
        let all = of_resource
            .scope_spans
            .iter_mut()
            .flat_map(|scope| &mut scope.spans);
        for span in all {
            if span.kind() == SpanKind::Server
                && Some(&span.name) == service.as_ref()
                && let Some(name) = request(span)
            {
                span.name = name;
            }
        }
    }
    spans
}

/// `GET /api/activities/{id}`: the method, and the route or the path.
fn request(span: &Span) -> Option<String> {
    let method = text(&span.attributes, "http.request.method")?;
    let path = text(&span.attributes, "http.route")
        .map(str::to_owned)
        .or_else(|| text(&span.attributes, "url.full").map(path));
    Some(match path {
        Some(path) => format!("{method} {path}"),
        None => method.to_owned(),
    })
}

/// The path of an address, what is an ID in it as `{id}`, so that all requests of a route have one name.
fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| {
        rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
    });
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if is_id(part) { "{id}" } else { part })
        .collect();
    let path: String = parts.join("/").chars().take(MOST_PATH).collect();
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}")
    }
}

/// A number, or at least 16 hexadecimal digits with any hyphens between them.
fn is_id(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let hexadecimal = part.bytes().filter(u8::is_ascii_hexdigit).count();
    let hyphens = part.bytes().filter(|&byte| byte == b'-').count();
    !part.is_empty() && digits == part.len()
        || hexadecimal >= 16 && digits > 0 && hexadecimal + hyphens == part.len()
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, name: &str) {
        let document = document.replacen('{', r#"{"id": "0000000000000001", "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "start_time": 1, "end_time": 2, "#, 1);
        let segment = xray_segment::read(&document).expect("a document");
        let spans = after_requests(xray_segment::to_otlp(&segment, None));
        assert_eq!(spans[0].scope_spans[0].spans[0].name, name, "{document}");
    }

    #[test]
    fn a_segments_span_is_called_after_its_request() {
        let with = |url: &str| {
            format!(
                r#"{{"name": "backend", "http": {{"request": {{"method": "GET", "url": "{url}"}}}}}}"#
            )
        };
        for (url, name) in [
            (
                "http://localhost:4567/api/activities/home",
                "GET /api/activities/home",
            ),
            ("http://localhost:4567", "GET /"),
            ("http://localhost:4567?a=/b", "GET /"),
            (
                "https://example.com/items/42/parts?x=1#y",
                "GET /items/{id}/parts",
            ),
            (
                "/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301",
                "GET /users/{id}",
            ),
            ("/profiles/@andrewbrown", "GET /profiles/@andrewbrown"),
            ("/feedface/cafe", "GET /feedface/cafe"),
            ("nonsense", "GET /nonsense"),
        ] {
            check(&with(url), name);
        }
        check(
            r#"{"name": "backend", "http": {"request": {"method": "POST"}}}"#,
            "POST",
        );
        check(r#"{"name": "backend"}"#, "backend");
        check(
            r#"{"name": "backend", "http": {"request": {"url": "/x"}}}"#,
            "backend",
        );
        check(
            r#"{"name": "other", "namespace": "remote", "http": {"request": {"method": "GET", "url": "/x"}}}"#,
            "other",
        );
    }
}
