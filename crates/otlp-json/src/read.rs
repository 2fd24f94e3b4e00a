//! Reads OTLP's JSON leniently, as protobuf's JSON mapping asks: numbers as numbers or strings, enums as numbers or
//! names, field names in either case, unknown fields ignored, missing and null fields at their default.

mod nesting;
mod scalar;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{self as common, any_value::Value as Any},
    resource::v1 as resource,
    trace::v1::{self as trace, span},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

use nesting::is_nested_too_deeply;
use scalar::{Base64, Double, Hex, Int, Kind, StatusCode};

/// Reads the body of an export request.
///
/// # Errors
///
/// When it is no JSON, no `ExportTraceServiceRequest`, or nested more deeply than protobuf may be.
/// The error names the innermost field, what was expected there, and the place in the body.
pub fn read(body: &[u8]) -> Result<ExportTraceServiceRequest, serde_json::Error> {
    if is_nested_too_deeply(body) {
        return Err(Error::custom("values are nested too deeply"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    // Its limit counts lists too, and would refuse what protobuf takes.
    json.disable_recursion_limit();
    let request = Request::deserialize(&mut json)?;
    json.end()?;
    Ok(ExportTraceServiceRequest {
        resource_spans: each(request.resource_spans),
    })
}

/// A field's value. Missing and `null` are the same: the default.
fn value<'de, A: MapAccess<'de>, T: Deserialize<'de> + Default>(
    map: &mut A,
    field: &str,
) -> Result<T, A::Error> {
    match map.next_value::<Option<T>>() {
        Ok(value) => Ok(value.unwrap_or_default()),
        Err(error) => {
            let message = error.to_string();
            // The innermost field is named already.
            Err(if message.starts_with('`') {
                error
            } else {
                A::Error::custom(format_args!("`{field}`: {message}"))
            })
        }
    }
}

fn each<From, To>(items: Vec<From>) -> Vec<To>
where
    To: std::convert::From<From>,
{
    items.into_iter().map(To::from).collect()
}

/// A field's name in JSON: the one given, or else the one it has here.
macro_rules! json_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// Declares how a message looks in JSON; every field may be missing, null, or named in snake case.
/// Written out, as derived code would refuse a field that comes twice, and take a list of values for a message.
macro_rules! message {
    ($name:ident { $($field:ident $(= $json:literal)? : $type:ty),* $(,)? }) => {
        #[derive(Default)]
        struct $name {
            $($field: $type,)*
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                #[serde(field_identifier)]
                #[allow(non_camel_case_types)]
                enum Field {
                    $($(#[serde(alias = $json)])? $field,)*
                    #[serde(other)]
                    Unknown,
                }

                struct Object;

                impl<'de> Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut message = $name::default();
                        while let Some(field) = map.next_key()? {
                            match field {
                                $(Field::$field => {
                                    message.$field = value(&mut map, json_name!($field $($json)?))?;
                                })*
                                Field::Unknown => {
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(message)
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }
    };
}

message!(Request { resource_spans = "resourceSpans": Vec<ResourceSpans> });
message!(ResourceSpans {
    resource: Option<Resource>,
    scope_spans = "scopeSpans": Vec<ScopeSpans>,
    schema_url = "schemaUrl": String,
});
message!(Resource {
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "droppedAttributesCount": Int<u32>,
});
message!(ScopeSpans {
    scope: Option<Scope>,
    spans: Vec<Span>,
    schema_url = "schemaUrl": String,
});
message!(Scope {
    name: String,
    version: String,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "droppedAttributesCount": Int<u32>,
});
message!(Span {
    trace_id = "traceId": Hex,
    span_id = "spanId": Hex,
    trace_state = "traceState": String,
    parent_span_id = "parentSpanId": Hex,
    flags: Int<u32>,
    name: String,
    kind: Kind,
    start_time_unix_nano = "startTimeUnixNano": Int<u64>,
    end_time_unix_nano = "endTimeUnixNano": Int<u64>,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "droppedAttributesCount": Int<u32>,
    events: Vec<Event>,
    dropped_events_count = "droppedEventsCount": Int<u32>,
    links: Vec<Link>,
    dropped_links_count = "droppedLinksCount": Int<u32>,
    status: Option<Status>,
});
message!(Event {
    time_unix_nano = "timeUnixNano": Int<u64>,
    name: String,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "droppedAttributesCount": Int<u32>,
});
message!(Link {
    trace_id = "traceId": Hex,
    span_id = "spanId": Hex,
    trace_state = "traceState": String,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "droppedAttributesCount": Int<u32>,
    flags: Int<u32>,
});
message!(Status {
    message: String,
    code: StatusCode,
});
message!(KeyValue {
    key: String,
    value: Option<Value>,
});
message!(Value {
    string_value = "stringValue": Option<String>,
    bool_value = "boolValue": Option<bool>,
    int_value = "intValue": Option<Int<i64>>,
    double_value = "doubleValue": Option<Double>,
    array_value = "arrayValue": Option<Array>,
    kvlist_value = "kvlistValue": Option<KeyValueList>,
    bytes_value = "bytesValue": Option<Base64>,
});
message!(Array { values: Vec<Value> });
message!(KeyValueList { values: Vec<KeyValue> });

impl From<ResourceSpans> for trace::ResourceSpans {
    fn from(json: ResourceSpans) -> Self {
        Self {
            resource: json.resource.map(|resource| resource::Resource {
                attributes: each(resource.attributes),
                dropped_attributes_count: resource.dropped_attributes_count.0,
                ..resource::Resource::default()
            }),
            scope_spans: each(json.scope_spans),
            schema_url: json.schema_url,
        }
    }
}

impl From<ScopeSpans> for trace::ScopeSpans {
    fn from(json: ScopeSpans) -> Self {
        Self {
            scope: json.scope.map(|scope| common::InstrumentationScope {
                name: scope.name,
                version: scope.version,
                attributes: each(scope.attributes),
                dropped_attributes_count: scope.dropped_attributes_count.0,
            }),
            spans: each(json.spans),
            schema_url: json.schema_url,
        }
    }
}

impl From<Span> for trace::Span {
    fn from(json: Span) -> Self {
        Self {
            trace_id: json.trace_id.0,
            span_id: json.span_id.0,
            trace_state: json.trace_state,
            parent_span_id: json.parent_span_id.0,
            flags: json.flags.0,
            name: json.name,
            kind: json.kind.0,
            start_time_unix_nano: json.start_time_unix_nano.0,
            end_time_unix_nano: json.end_time_unix_nano.0,
            attributes: each(json.attributes),
            dropped_attributes_count: json.dropped_attributes_count.0,
            events: each(json.events),
            dropped_events_count: json.dropped_events_count.0,
            links: each(json.links),
            dropped_links_count: json.dropped_links_count.0,
            status: json.status.map(|status| trace::Status {
                message: status.message,
                code: status.code.0,
            }),
        }
    }
}

impl From<Event> for span::Event {
    fn from(json: Event) -> Self {
        Self {
            time_unix_nano: json.time_unix_nano.0,
            name: json.name,
            attributes: each(json.attributes),
            dropped_attributes_count: json.dropped_attributes_count.0,
        }
    }
}

impl From<Link> for span::Link {
    fn from(json: Link) -> Self {
        Self {
            trace_id: json.trace_id.0,
            span_id: json.span_id.0,
            trace_state: json.trace_state,
            attributes: each(json.attributes),
            dropped_attributes_count: json.dropped_attributes_count.0,
            flags: json.flags.0,
        }
    }
}

impl From<KeyValue> for common::KeyValue {
    fn from(json: KeyValue) -> Self {
        Self {
            key: json.key,
            value: json.value.map(common::AnyValue::from),
            ..Self::default()
        }
    }
}

impl From<Value> for common::AnyValue {
    fn from(json: Value) -> Self {
        let value = (json.string_value.map(Any::StringValue))
            .or(json.bool_value.map(Any::BoolValue))
            .or(json.int_value.map(|number| Any::IntValue(number.0)))
            .or(json.double_value.map(|number| Any::DoubleValue(number.0)))
            .or(json.bytes_value.map(|bytes| Any::BytesValue(bytes.0)))
            .or(json.array_value.map(|array| {
                Any::ArrayValue(common::ArrayValue {
                    values: each(array.values),
                })
            }))
            .or(json.kvlist_value.map(|list| {
                Any::KvlistValue(common::KeyValueList {
                    values: each(list.values),
                })
            }));
        Self { value }
    }
}
