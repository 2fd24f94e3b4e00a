//! What a log event's text says of itself: its level, its message, its fields, the trace it belongs to.
//! Events come from many loggers, so that each is looked for under the names that loggers give it.

use serde_json::{Map, Value};

use super::level::Level;
use crate::{model::TraceId, pages::trace_ids};

/// Fields that are shown of one event, as many as Logs Insights discovers.
pub(crate) const MOST_FIELDS: usize = 200;
/// Bytes at the beginning of a text that is no JSON in which a level is looked for.
const HEAD: usize = 200;
/// Bytes of a text that is no JSON in which a trace ID is looked for.
const MOST_SCANNED: usize = 16_384;

/// A field discovered in an event's JSON.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Field {
    /// Its path, with a dot before each step: `request.headers.0`.
    pub(crate) name: String,
    /// Its path as filter patterns have it: `$.request.headers[0]`.
    pub(crate) selector: String,
    /// Its value as text.
    pub(crate) value: String,
    /// `string`, `number`, `bool` or `null`; an empty list or object is `json`.
    pub(crate) kind: &'static str,
}

/// What one event says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Reading {
    /// The event is a JSON object.
    pub(crate) is_json: bool,
    pub(crate) level: Option<Level>,
    /// The message among the fields of the JSON, or the whole text of what is no JSON.
    pub(crate) text: Option<String>,
    /// All fields, by name; at most [`MOST_FIELDS`].
    pub(crate) fields: Vec<Field>,
    /// There were more fields.
    pub(crate) is_cut: bool,
    /// The trace it belongs to.
    pub(crate) trace: Option<TraceId>,
    /// The span it belongs to, as 16 hex digits.
    pub(crate) span: Option<String>,
}

/// Names of the field that holds the message, level, span, in the order in which they are looked for.
const MESSAGES: [&str; 4] = ["message", "msg", "fields.message", "event"];
const LEVELS: [&str; 6] = [
    "level",
    "severity",
    "levelname",
    "log.level",
    "severity_text",
    "lvl",
];
const SPANS: [&str; 4] = ["span_id", "spanId", "span.id", "spanid"];
/// Fields that say most about a request, which a row has first.
const FIRST: [&str; 14] = [
    "http.request.method",
    "method",
    "http.route",
    "route",
    "url.path",
    "path",
    "http.response.status_code",
    "status",
    "http.server.request.duration",
    "duration",
    "duration_ms",
    "error",
    "exception.message",
    "exception.type",
];
/// What an event says twice: its own time is in the row.
const TIMES: [&str; 5] = ["timestamp", "time", "ts", "@timestamp", "asctime"];

impl Reading {
    /// Reads an event's text. JSON that is not an object, is broken, or nests deeper than 128 levels is a text.
    pub(crate) fn of(message: &str) -> Self {
        let object = message
            .trim_start()
            .starts_with('{')
            .then(|| serde_json::from_str::<Map<String, Value>>(message).ok())
            .flatten();
        match object {
            Some(object) => Self::of_object(object),
            None => Self {
                level: level_in(message),
                trace: trace_in(message),
                text: Some(message.trim_end().to_owned()),
                ..Self::default()
            },
        }
    }

    fn of_object(object: Map<String, Value>) -> Self {
        let mut reading = Self {
            is_json: true,
            ..Self::default()
        };
        flatten(&mut reading, object);
        let value = |names: &[&str]| {
            names.iter().find_map(|name| {
                let field = reading.field(name)?;
                (!field.value.is_empty()).then_some(field)
            })
        };
        let text = value(&MESSAGES).filter(|field| field.kind == "string");
        let text = text.map(|field| field.value.clone());
        let level = value(&LEVELS).and_then(|field| match field.kind {
            "number" => Level::numbered(field.value.parse().ok()?),
            _ => Level::named(&field.value),
        });
        let span = value(&SPANS).map(|field| field.value.to_lowercase());
        let is_id = |id: &String| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
        let trace = reading
            .fields
            .iter()
            .filter(|field| field.name.to_ascii_lowercase().contains("trace"))
            .find_map(|field| trace_ids::parse(&field.value));
        Self {
            text,
            level,
            span: span.filter(is_id),
            trace,
            ..reading
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that a row shows beside time, level, message and the link to the trace; those first that say most.
    pub(crate) fn pairs(&self) -> Vec<&Field> {
        let message = self.text.as_ref().and_then(|_| {
            MESSAGES.into_iter().find(|name| {
                self.field(name)
                    .is_some_and(|field| !field.value.is_empty())
            })
        });
        let is_shown = |field: &&Field| {
            let name = &field.name[..];
            let is_told = Some(name) == message
                || self.level.is_some() && LEVELS.contains(&name)
                || TIMES.contains(&name)
                || self.trace.is_some() && trace_ids::parse(&field.value).is_some()
                || SPANS.contains(&name)
                || field.kind == "null";
            !is_told
        };
        let mut pairs: Vec<&Field> = self.fields.iter().filter(is_shown).collect();
        let place = |field: &&Field| FIRST.iter().position(|name| *name == field.name);
        pairs.sort_by_key(|field| place(field).unwrap_or(FIRST.len()));
        pairs
    }
}

/// Fields in the order of their names. The depth of what serde_json reads is bounded.
fn flatten(reading: &mut Reading, object: Map<String, Value>) {
    let top = object.into_iter().rev().map(|(key, value)| {
        let selector = step("$", &key);
        (key, selector, value)
    });
    let mut stack: Vec<(String, String, Value)> = top.collect();
    while let Some((name, selector, value)) = stack.pop() {
        if reading.fields.len() == MOST_FIELDS {
            reading.is_cut = true;
            return;
        }
        let (kind, value) = match value {
            Value::Object(inner) if !inner.is_empty() => {
                stack.extend(inner.into_iter().rev().map(|(key, value)| {
                    let selector = step(&selector, &key);
                    (format!("{name}.{key}"), selector, value)
                }));
                continue;
            }
            Value::Array(inner) if !inner.is_empty() => {
                let inner = inner.into_iter().enumerate().take(MOST_FIELDS + 1);
                stack.extend(inner.rev().map(|(at, value)| {
                    (format!("{name}.{at}"), format!("{selector}[{at}]"), value)
                }));
                continue;
            }
            Value::String(text) => ("string", text),
            Value::Number(number) => ("number", number.to_string()),
            Value::Bool(flag) => ("bool", flag.to_string()),
            Value::Null => ("null", "null".to_owned()),
            Value::Array(_) => ("json", "[]".to_owned()),
            Value::Object(_) => ("json", "{}".to_owned()),
        };
        reading.fields.push(Field {
            name,
            selector,
            value,
            kind,
        });
    }
}

/// A selector one key further.
fn step(selector: &str, key: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !key.is_empty() && key.chars().all(is_word) {
        format!("{selector}.{key}")
    } else {
        format!("{selector}.['{key}']")
    }
}

/// The first word in capitals, as loggers write levels, near the beginning of a text.
fn level_in(text: &str) -> Option<Level> {
    text[..text.floor_char_boundary(HEAD)]
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .find_map(Level::named)
}

/// A trace ID in X-Ray's form, or in the W3C's after a word such as `trace_id`.
fn trace_in(text: &str) -> Option<TraceId> {
    let mut before = "";
    text[..text.floor_char_boundary(MOST_SCANNED)]
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .filter(|word| !word.is_empty())
        .find_map(|word| {
            let said = before.to_ascii_lowercase().contains("trace");
            before = word;
            // A `traceparent` has version, trace, span and flags.
            let inner = word.split('-').nth(1).filter(|_| said && word.len() == 55);
            trace_ids::parse(inner.unwrap_or(word)).filter(|_| said || word.contains('-'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4efaaf4d1e8720b39541901950019ee5";
    const XRAY: &str = "1-4efaaf4d-1e8720b39541901950019ee5";

    #[track_caller]
    fn check(message: &str, level: Option<Level>, text: Option<&str>, pairs: &[(&str, &str)]) {
        let reading = Reading::of(message);
        assert_eq!(reading.level, level, "{message}");
        assert_eq!(reading.text.as_deref(), text, "{message}");
        let found: Vec<_> = reading
            .pairs()
            .into_iter()
            .map(|f| (&f.name[..], &f.value[..]))
            .collect();
        assert_eq!(found, pairs, "{message}");
    }

    #[test]
    fn message_level_and_fields_are_found_in_json() {
        use Level::*;
        for (message, level, text, pairs) in [
            (
                r#"{"timestamp":"2026","level":"INFO","message":"GET /api","status":200,"ok":true,"none":null}"#,
                Some(Info),
                Some("GET /api"),
                &[("status", "200"), ("ok", "true")][..],
            ),
            (
                r#"{"level":"WARN","fields":{"message":"slow","ms":1.50},"target":"db"}"#,
                Some(Warn),
                Some("slow"),
                &[("fields.ms", "1.5"), ("target", "db")],
            ),
            (
                r#"{"level":50,"msg":"x","time":1}"#,
                Some(Error),
                Some("x"),
                &[],
            ),
            (r#"{"severity":"Critical"}"#, Some(Error), None, &[]),
            // A level that is none stays a field, a message that is no text too.
            (
                r#"{"level":"loud","message":{"a":[]}}"#,
                None,
                None,
                &[("level", "loud"), ("message.a", "[]")],
            ),
            (
                r#"{"message":"","msg":"second"}"#,
                None,
                Some("second"),
                &[("message", "")],
            ),
            (
                r#"{"a":[{"b":1},{}]}"#,
                None,
                None,
                &[("a.0.b", "1"), ("a.1", "{}")],
            ),
            ("{}", None, None, &[]),
        ] {
            check(message, level, text, pairs);
        }
    }

    #[test]
    fn what_is_no_object_is_a_text() {
        use Level::*;
        for (message, level) in [
            ("[2026-01-31] ERROR in app: it broke", Some(Error)),
            ("2026-01-31T12:00:00Z  WARN backend: slow", Some(Warn)),
            ("INFO:werkzeug:127.0.0.1", Some(Info)),
            ("an error in lower case", None),
            ("TRACEPARENT", None),
            (r#"{"level":"INFO""#, Some(Info)),
            ("[1,2]", None),
            ("", None),
        ] {
            check(message, level, Some(message), &[]);
            assert!(!Reading::of(message).is_json, "{message}");
        }
        check("ends\n", None, Some("ends"), &[]);
        let far = format!("{} ERROR", "é".repeat(HEAD));
        check(&far, None, Some(&far), &[]);
        let deep = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
        check(&deep, None, Some(&deep), &[]);
    }

    #[test]
    fn the_trace_is_found_in_both_forms() {
        for message in [
            format!(r#"{{"trace_id":"{ID}"}}"#),
            format!(r#"{{"xray_trace_id":"{XRAY}"}}"#),
            format!(r#"{{"span":{{"traceId":"{}"}}}}"#, ID.to_uppercase()),
            format!("at Root={XRAY};Parent=1"),
            format!("[backend trace_id={ID} span_id=1]"),
            format!("traceparent: 00-{ID}-00000000000000aa-01"),
        ] {
            let reading = Reading::of(&message);
            assert_eq!(reading.trace, TraceId::parse(ID), "{message}");
        }
        for message in [
            format!(r#"{{"id":"{ID}"}}"#),
            format!("commit {ID}"),
            format!(r#"{{"trace_id":"{}"}}"#, "0".repeat(32)),
            format!("{}{XRAY}", " ".repeat(MOST_SCANNED)),
        ] {
            assert_eq!(Reading::of(&message).trace, None, "{message}");
        }
        let reading = Reading::of(&format!(
            r#"{{"trace_id":"{ID}","span_id":"00000000000000AA","n":1}}"#
        ));
        assert_eq!(reading.span.as_deref(), Some("00000000000000aa"));
        assert_eq!(reading.pairs().len(), 1);
        assert_eq!(Reading::of(r#"{"span_id":"x"}"#).span, None);
    }

    #[test]
    fn fields_are_bounded() {
        let many: Vec<String> = (0..1_000).map(|n| format!("\"k{n:03}\":{n}")).collect();
        for message in [
            format!("{{{}}}", many.join(",")),
            format!("{{\"a\":[{}1]}}", "1,".repeat(1_000)),
        ] {
            let reading = Reading::of(&message);
            assert_eq!((reading.fields.len(), reading.is_cut), (MOST_FIELDS, true));
        }
        assert!(!Reading::of(r#"{"a":1}"#).is_cut);
    }
}
