//! Reads OTLP's JSON leniently, as protobuf's JSON mapping asks: numbers as numbers or strings, enums as numbers or
//! names, field names in either case, unknown fields ignored, missing and null fields at their default.

mod scalar;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{self as common, any_value::Value as Any},
    resource::v1 as resource,
    trace::v1::{self as trace, span},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use scalar::{Base64, Double, Hex, Int, Kind, StatusCode};

/// Reads the body of an export request.
///
/// # Errors
///
/// When it is no JSON, or no `ExportTraceServiceRequest`; the error tells the place and what was expected there.
pub fn read(body: &[u8]) -> Result<ExportTraceServiceRequest, serde_json::Error> {
    let request: Request = serde_json::from_slice(body)?;
    Ok(ExportTraceServiceRequest {
        resource_spans: each(request.resource_spans),
    })
}

/// Missing and `null` are the same: the default.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn each<From, To>(items: Vec<From>) -> Vec<To>
where
    To: std::convert::From<From>,
{
    items.into_iter().map(To::from).collect()
}

/// Declares how a message looks in JSON; every field may be missing, null, or named in snake case.
macro_rules! message {
    ($name:ident { $($field:ident $(= $alias:literal)? : $type:ty),* $(,)? }) => {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", remote = "Self")]
        struct $name {
            $(
                #[serde(default, deserialize_with = "or_default" $(, alias = $alias)?)]
                $field: $type,
            )*
        }

        // The derived reading (which `remote` makes a function of the type) would take a list of the fields too.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::deserialize(MapAccessDeserializer::new(map))
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }
    };
}

message!(Request { resource_spans = "resource_spans": Vec<ResourceSpans> });
message!(ResourceSpans {
    resource: Option<Resource>,
    scope_spans = "scope_spans": Vec<ScopeSpans>,
    schema_url = "schema_url": String,
});
message!(Resource {
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "dropped_attributes_count": Int<u32>,
});
message!(ScopeSpans {
    scope: Option<Scope>,
    spans: Vec<Span>,
    schema_url = "schema_url": String,
});
message!(Scope {
    name: String,
    version: String,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "dropped_attributes_count": Int<u32>,
});
message!(Span {
    trace_id = "trace_id": Hex,
    span_id = "span_id": Hex,
    trace_state = "trace_state": String,
    parent_span_id = "parent_span_id": Hex,
    flags: Int<u32>,
    name: String,
    kind: Kind,
    start_time_unix_nano = "start_time_unix_nano": Int<u64>,
    end_time_unix_nano = "end_time_unix_nano": Int<u64>,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "dropped_attributes_count": Int<u32>,
    events: Vec<Event>,
    dropped_events_count = "dropped_events_count": Int<u32>,
    links: Vec<Link>,
    dropped_links_count = "dropped_links_count": Int<u32>,
    status: Option<Status>,
});
message!(Event {
    time_unix_nano = "time_unix_nano": Int<u64>,
    name: String,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "dropped_attributes_count": Int<u32>,
});
message!(Link {
    trace_id = "trace_id": Hex,
    span_id = "span_id": Hex,
    trace_state = "trace_state": String,
    attributes: Vec<KeyValue>,
    dropped_attributes_count = "dropped_attributes_count": Int<u32>,
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
    string_value = "string_value": Option<String>,
    bool_value = "bool_value": Option<bool>,
    int_value = "int_value": Option<Int<i64>>,
    double_value = "double_value": Option<Double>,
    array_value = "array_value": Option<Array>,
    kvlist_value = "kvlist_value": Option<KeyValueList>,
    bytes_value = "bytes_value": Option<Base64>,
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
