//! Writes spans, resources and scopes as OTLP's JSON, in the order of the protocol's fields, empty ones left out.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{Span, Status, span},
};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::base64;

/// A span and what it was sent under, borrowed from wherever they are kept.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// Who made it.
    pub resource: &'a Resource,
    /// Schema URL sent with the resource, empty if none was.
    pub resource_schema_url: &'a str,
    /// The instrumentation library.
    pub scope: &'a InstrumentationScope,
    /// Schema URL sent with the scope, empty if none was.
    pub scope_schema_url: &'a str,
    /// The span itself.
    pub span: &'a Span,
}

impl Placed<'_> {
    fn has_resource_of(&self, other: &Self) -> bool {
        self.resource_schema_url == other.resource_schema_url
            && (std::ptr::eq(self.resource, other.resource) || self.resource == other.resource)
    }

    fn has_scope_of(&self, other: &Self) -> bool {
        self.scope_schema_url == other.scope_schema_url
            && (std::ptr::eq(self.scope, other.scope) || self.scope == other.scope)
    }
}

/// Spans as `{"resourceSpans": […]}`; neighbours of one resource and scope are put together, the order is kept.
pub fn traces<'a>(spans: &'a [Placed<'a>]) -> impl Serialize + 'a {
    TracesJson(spans)
}

/// An export request, `{"resourceSpans": […]}`; groups without spans are left out.
///
/// # Errors
///
/// None that is known: every request can be written.
pub fn write(request: &ExportTraceServiceRequest) -> serde_json::Result<Vec<u8>> {
    let (no_resource, no_scope) = (Resource::default(), InstrumentationScope::default());
    let mut spans = Vec::new();
    for group in &request.resource_spans {
        for scope_spans in &group.scope_spans {
            spans.extend(scope_spans.spans.iter().map(|span| Placed {
                resource: group.resource.as_ref().unwrap_or(&no_resource),
                resource_schema_url: &group.schema_url,
                scope: scope_spans.scope.as_ref().unwrap_or(&no_scope),
                scope_schema_url: &scope_spans.schema_url,
                span,
            }));
        }
    }
    serde_json::to_vec(&traces(&spans))
}

/// A list whose items are written as they are.
struct List<T>(Vec<T>);

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

/// Writes a message's fields, leaving out those at their default.
struct Fields<S: Serializer>(S::SerializeMap);

impl<S: Serializer> Fields<S> {
    fn new(serializer: S) -> Result<Self, S::Error> {
        serializer.serialize_map(None).map(Self)
    }

    fn always(&mut self, name: &str, value: impl Serialize) -> Result<&mut Self, S::Error> {
        self.0.serialize_entry(name, &value)?;
        Ok(self)
    }

    fn text(&mut self, name: &str, value: &str) -> Result<&mut Self, S::Error> {
        if value.is_empty() {
            Ok(self)
        } else {
            self.always(name, value)
        }
    }

    fn id(&mut self, name: &str, value: &[u8]) -> Result<&mut Self, S::Error> {
        if value.is_empty() {
            Ok(self)
        } else {
            self.always(name, hex(value))
        }
    }

    fn count(&mut self, name: &str, value: u32) -> Result<&mut Self, S::Error> {
        if value == 0 {
            Ok(self)
        } else {
            self.always(name, value)
        }
    }

    fn list<'a, T, J: Serialize>(
        &mut self,
        name: &str,
        values: &'a [T],
        json: fn(&'a T) -> J,
    ) -> Result<&mut Self, S::Error> {
        if values.is_empty() {
            return Ok(self);
        }
        self.always(name, List(values.iter().map(json).collect()))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Declares a wrapper that writes a borrowed message as JSON.
macro_rules! json {
    ($name:ident($type:ty), |$value:ident, $fields:ident| $body:expr) => {
        struct $name<'a>(&'a $type);

        impl Serialize for $name<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $value = self.0;
                let mut $fields = Fields::new(serializer)?;
                $body;
                $fields.end()
            }
        }
    };
}

json!(TracesJson([Placed<'a>]), |spans, fields| {
    let groups = spans.chunk_by(Placed::has_resource_of);
    fields.always(
        "resourceSpans",
        List(groups.map(ResourceSpansJson).collect()),
    )?
});

json!(ResourceSpansJson([Placed<'a>]), |spans, fields| {
    let scopes: Vec<_> = spans
        .chunk_by(Placed::has_scope_of)
        .map(ScopeSpansJson)
        .collect();
    fields
        .always("resource", ResourceJson(spans[0].resource))?
        .always("scopeSpans", scopes)?
        .text("schemaUrl", spans[0].resource_schema_url)?
});

json!(ScopeSpansJson([Placed<'a>]), |spans, fields| fields
    .always("scope", ScopeJson(spans[0].scope))?
    .list("spans", spans, |placed| SpanJson(placed.span))?
    .text("schemaUrl", spans[0].scope_schema_url)?);

json!(ResourceJson(Resource), |resource, fields| fields
    .list("attributes", &resource.attributes, AttributeJson)?
    .count(
        "droppedAttributesCount",
        resource.dropped_attributes_count
    )?);

json!(ScopeJson(InstrumentationScope), |scope, fields| fields
    .text("name", &scope.name)?
    .text("version", &scope.version)?
    .list("attributes", &scope.attributes, AttributeJson)?
    .count(
        "droppedAttributesCount",
        scope.dropped_attributes_count
    )?);

json!(SpanJson(Span), |span, fields| {
    fields
        .id("traceId", &span.trace_id)?
        .id("spanId", &span.span_id)?
        .text("traceState", &span.trace_state)?
        .id("parentSpanId", &span.parent_span_id)?
        .count("flags", span.flags)?
        .always("name", &span.name)?
        .always("kind", span.kind)?
        .always("startTimeUnixNano", span.start_time_unix_nano.to_string())?
        .always("endTimeUnixNano", span.end_time_unix_nano.to_string())?
        .list("attributes", &span.attributes, AttributeJson)?
        .count("droppedAttributesCount", span.dropped_attributes_count)?
        .list("events", &span.events, EventJson)?
        .count("droppedEventsCount", span.dropped_events_count)?
        .list("links", &span.links, LinkJson)?
        .count("droppedLinksCount", span.dropped_links_count)?;
    if let Some(status) = &span.status {
        fields.always("status", StatusJson(status))?;
    }
});

json!(EventJson(span::Event), |event, fields| fields
    .always("timeUnixNano", event.time_unix_nano.to_string())?
    .always("name", &event.name)?
    .list("attributes", &event.attributes, AttributeJson)?
    .count(
        "droppedAttributesCount",
        event.dropped_attributes_count
    )?);

json!(LinkJson(span::Link), |link, fields| fields
    .id("traceId", &link.trace_id)?
    .id("spanId", &link.span_id)?
    .text("traceState", &link.trace_state)?
    .list("attributes", &link.attributes, AttributeJson)?
    .count("droppedAttributesCount", link.dropped_attributes_count)?
    .count("flags", link.flags)?);

json!(StatusJson(Status), |status, fields| {
    fields.text("message", &status.message)?;
    if status.code != 0 {
        fields.always("code", status.code)?;
    }
});

json!(AttributeJson(KeyValue), |attribute, fields| {
    fields.always("key", &attribute.key)?;
    if let Some(value) = &attribute.value {
        fields.always("value", ValueJson(value))?;
    }
});

json!(ValueJson(AnyValue), |value, fields| {
    match &value.value {
        Some(Value::StringValue(text)) => fields.always("stringValue", text)?,
        Some(Value::BoolValue(flag)) => fields.always("boolValue", flag)?,
        Some(Value::IntValue(number)) => fields.always("intValue", number.to_string())?,
        Some(Value::DoubleValue(number)) => fields.always("doubleValue", DoubleJson(*number))?,
        Some(Value::ArrayValue(array)) => fields.always(
            "arrayValue",
            Values {
                values: array.values.iter().map(ValueJson).collect(),
            },
        )?,
        Some(Value::KvlistValue(list)) => fields.always(
            "kvlistValue",
            Values {
                values: list.values.iter().map(AttributeJson).collect(),
            },
        )?,
        Some(Value::BytesValue(bytes)) => fields.always("bytesValue", base64::encode(bytes))?,
        // An index into a profile's dictionary, which spans do not have.
        Some(Value::StringValueStrindex(_)) | None => &mut fields,
    }
});

/// `{"values": […]}`, as lists and maps are wrapped.
#[derive(Serialize)]
struct Values<T: Serialize> {
    values: Vec<T>,
}

struct DoubleJson(f64);

impl Serialize for DoubleJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Protobuf's JSON mapping has words for what JSON has no numbers for.
        if self.0.is_nan() {
            serializer.serialize_str("NaN")
        } else if self.0.is_infinite() {
            serializer.serialize_str(if self.0 > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            })
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}
