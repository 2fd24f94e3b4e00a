//! The fields that a document may have or not: none of them costs the document.

use std::collections::BTreeMap;

use super::{
    MAX_ANNOTATIONS, Reader,
    field::Fields,
    json::{Json, into_map},
};
use crate::{
    Annotation, Cause, Exception, Http, HttpRequest, HttpResponse, Link, Namespaces, Segment,
    Service, Sql, StackFrame,
};

/// Of `user` and the texts in `http`.
const MAX_TEXT: usize = 250;

/// Of an annotation that is a text.
const MAX_ANNOTATION: usize = 1_000;

/// Of an annotation's key.
const MAX_KEY: usize = 500;

/// Where the SDKs put metadata that was given no namespace.
const DEFAULT_NAMESPACE: &str = "default";

impl Reader {
    pub(super) fn optional(&mut self, segment: &mut Segment, fields: &mut Fields<'_>) {
        segment.kind = fields.some_text("type");
        segment.namespace = fields.some_text("namespace");
        segment.origin = fields.some_text("origin");
        segment.user = fields.some_text("user").map(cut);
        segment.http = fields.object("http").map(http);
        // Go's and Node's SDKs say it of the subsegment, the schema of its request.
        if let Some(traced) = fields.some_flag("traced") {
            let http = segment.http.get_or_insert_default();
            http.request
                .get_or_insert_default()
                .traced
                .get_or_insert(traced);
        }
        segment.aws = fields
            .object("aws")
            .map(Fields::into_map)
            .unwrap_or_default();
        segment.service = fields.object("service").map(|mut service| Service {
            version: service.text("version"),
            more: service.into_map(),
        });
        segment.sql = fields.object("sql").map(sql);
        segment.error = fields.flag("error");
        segment.throttle = fields.flag("throttle");
        segment.fault = fields.flag("fault");
        segment.cause = fields.take("cause").and_then(cause);
        if let Some(annotations) = fields.object("annotations") {
            segment.annotations = self.annotations(annotations);
        }
        segment.metadata = fields.object("metadata").map(metadata).unwrap_or_default();
        segment.links = fields.objects("links").filter_map(link).collect();
        segment.precursor_ids = fields.texts("precursor_ids");
        segment.inferred = fields.flag("inferred");
    }

    fn annotations(&mut self, fields: Fields<'_>) -> BTreeMap<String, Annotation> {
        let mut annotations = BTreeMap::new();
        for (key, value) in fields.0 {
            let Some(value) = annotation(value).filter(|_| key_is_legal(&key)) else {
                continue;
            };
            if self.annotations == MAX_ANNOTATIONS {
                break;
            }
            self.annotations += 1;
            annotations.insert(key.into_owned(), value);
        }
        annotations
    }
}

fn annotation(value: Json<'_>) -> Option<Annotation> {
    match value {
        Json::Bool(flag) => Some(Annotation::Bool(flag)),
        Json::Number(number) => Some(Annotation::Number(number)),
        Json::Text(text) => (text.len() <= MAX_ANNOTATION
            || text.chars().count() <= MAX_ANNOTATION)
            .then(|| Annotation::String(text.into_owned())),
        _ => None,
    }
}

fn key_is_legal(key: &str) -> bool {
    (1..=MAX_KEY).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// An object for each namespace; what is in none goes into the SDKs' default one.
fn metadata(fields: Fields<'_>) -> Namespaces {
    let mut namespaces = Namespaces::new();
    let mut loose = Vec::new();
    for (name, value) in fields.0 {
        match value {
            Json::Object(object) => {
                namespaces.insert(name.into_owned(), into_map(object));
            }
            other => loose.push((name, other)),
        }
    }
    for (key, value) in loose {
        let default = namespaces.entry(DEFAULT_NAMESPACE.to_owned()).or_default();
        default
            .entry(key.into_owned())
            .or_insert(value.into_value());
    }
    namespaces
}

fn http(mut fields: Fields<'_>) -> Http {
    Http {
        request: fields.object("request").map(|mut request| HttpRequest {
            method: request.text("method").map(cut),
            url: request.text("url").map(cut),
            user_agent: request.text("user_agent").map(cut),
            client_ip: request.text("client_ip").map(cut),
            x_forwarded_for: request.some_flag("x_forwarded_for"),
            traced: request.some_flag("traced"),
        }),
        response: fields.object("response").map(|mut response| HttpResponse {
            status: response.number("status"),
            content_length: response.number("content_length"),
        }),
    }
}

fn sql(mut fields: Fields<'_>) -> Sql {
    Sql {
        connection_string: fields.text("connection_string"),
        url: fields.text("url"),
        sanitized_query: fields.text("sanitized_query"),
        database_type: fields.text("database_type"),
        database_version: fields.text("database_version"),
        driver_version: fields.text("driver_version"),
        user: fields.text("user"),
        preparation: fields.text("preparation"),
    }
}

fn cause(value: Json<'_>) -> Option<Cause> {
    match value {
        Json::Text(id) => Some(Cause::Id(id.into_owned())),
        Json::Object(object) => {
            let mut fields = Fields(object);
            Some(Cause::Exceptions {
                working_directory: fields.text("working_directory"),
                paths: fields.texts("paths"),
                exceptions: fields.objects("exceptions").map(exception).collect(),
            })
        }
        _ => None,
    }
}

fn exception(mut fields: Fields<'_>) -> Exception {
    Exception {
        id: fields.text("id"),
        message: fields.text("message"),
        kind: fields.text("type"),
        remote: fields.some_flag("remote"),
        truncated: fields.number("truncated"),
        skipped: fields.number("skipped"),
        cause: fields.text("cause"),
        stack: fields
            .objects("stack")
            .map(|mut frame| StackFrame {
                path: frame.text("path"),
                line: frame.number("line"),
                label: frame.text("label"),
            })
            .collect(),
    }
}

fn link(mut fields: Fields<'_>) -> Option<Link> {
    Some(Link {
        trace_id: fields.some_text("trace_id")?,
        id: fields.some_text("id"),
        attributes: fields
            .object("attributes")
            .map(Fields::into_map)
            .unwrap_or_default(),
    })
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
        text.truncate(end);
    }
    text
}
