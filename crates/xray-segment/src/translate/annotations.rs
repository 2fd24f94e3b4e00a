//! The attributes that went into no other field: the user, annotations and metadata.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value};
use otlp_json::plain_value;
use serde_json::{Map, Value};

use super::{
    Options,
    attributes::{Attribute, Attributes, text, texts},
};
use crate::segment::{Annotation, Namespaces};

/// The namespace of metadata that name none.
const DEFAULT: &str = "default";

/// Attributes with this before the namespace's name are whole namespaces.
const NAMESPACE: &str = "aws.xray.metadata.";

/// What the attributes became.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) user: Option<String>,
    pub(super) annotations: BTreeMap<String, Annotation>,
    pub(super) metadata: Namespaces,
}

/// The attributes, and the resource's if there are any to be kept.
pub(super) fn of(
    mut attributes: Attributes<'_>,
    resource: Option<&Attributes<'_>>,
    options: &Options,
) -> Rest {
    // What went into a field becomes an annotation all the same if it was asked for by the options.
    let again: Vec<_> = attributes
        .taken()
        .filter(|attribute| is_among(&options.indexed_attributes, attribute.key))
        .collect();
    let user = attributes.take_text(&["enduser.id", "user.id"]);
    let asked = attributes
        .take(&["aws.xray.annotations"], texts)
        .unwrap_or_default();
    let is_indexed = |key: &str| {
        options.index_all || asked.contains(&key) || is_among(&options.indexed_attributes, key)
    };

    let has_metadata = !options.leave_out_metadata;
    let mut rest = Rest {
        user: user.map(str::to_owned),
        ..Rest::default()
    };
    for Attribute { key, value, .. } in resource.iter().flat_map(|resource| resource.rest()) {
        let key = format!("otel.resource.{key}");
        if !(is_indexed(&key) && rest.annotate(&key, value)) && has_metadata {
            rest.keep(&key, plain_value(value));
        }
    }
    for Attribute { key, value, .. } in attributes.rest().chain(again) {
        let is_annotated = is_indexed(key) && rest.annotate(key, value);
        if !is_annotated && has_metadata && !rest.keep_namespace(key, value) {
            rest.keep(key, plain_value(value));
        }
    }
    rest
}

impl Rest {
    /// Makes an annotation of what can be one; two keys that become the same make only one.
    fn annotate(&mut self, key: &str, value: &AnyValue) -> bool {
        let Some(annotation) = annotation(value) else {
            return false;
        };
        let key = legal_key(key);
        let is_new = !self.annotations.contains_key(&key);
        if is_new {
            self.annotations.insert(key, annotation);
        }
        is_new
    }

    /// Keeps an attribute whose JSON object is a namespace.
    fn keep_namespace(&mut self, key: &str, value: &AnyValue) -> bool {
        let object = key
            .strip_prefix(NAMESPACE)
            .zip(text(value))
            .and_then(|(namespace, json)| {
                let object: Map<String, Value> = serde_json::from_str(json).ok()?;
                Some((namespace, object))
            });
        let Some((namespace, object)) = object else {
            return false;
        };
        let namespace = if namespace.eq_ignore_ascii_case(DEFAULT) {
            DEFAULT
        } else {
            namespace
        };
        self.namespace(namespace).extend(object);
        true
    }

    fn keep(&mut self, key: &str, value: Value) {
        self.namespace(DEFAULT).insert(key.to_owned(), value);
    }

    fn namespace(&mut self, name: &str) -> &mut Map<String, Value> {
        self.metadata.entry(name.to_owned()).or_default()
    }
}

fn is_among(keys: &[String], key: &str) -> bool {
    keys.iter().any(|among| among == key)
}

/// A scalar; lists and bytes cannot be annotations.
fn annotation(value: &AnyValue) -> Option<Annotation> {
    Some(match value.value.as_ref()? {
        any_value::Value::StringValue(text) => Annotation::String(text.clone()),
        any_value::Value::BoolValue(flag) => Annotation::Bool(*flag),
        any_value::Value::IntValue(number) => Annotation::Number((*number).into()),
        any_value::Value::DoubleValue(number) => {
            Annotation::Number(serde_json::Number::from_f64(*number)?)
        }
        _ => return None,
    })
}

/// The key with `_` for each character that keys cannot have; they can have dots.
fn legal_key(key: &str) -> String {
    key.chars()
        .map(|c| match c {
            '0'..='9' | 'A'..='Z' | 'a'..='z' | '.' => c,
            _ => '_',
        })
        .collect()
}
