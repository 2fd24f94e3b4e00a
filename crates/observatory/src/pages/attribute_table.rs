//! Attributes as a table whose types can be told apart. What they belong to is shown by `span_details`.

use maud::{Markup, html};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};

use super::{address::Address, as_many, foreign_text};

/// Characters of a value that are shown before it must be unfolded.
const SHORT: usize = 400;
/// Characters of a value that the page carries at all; the raw JSON has the rest.
const LONG: usize = 100_000;
/// Characters of all values of a table that are carried although they must be unfolded: they share them.
const SHARED: usize = 250_000;
/// Characters of a key.
const KEY: usize = 300;

/// The table, sorted by key; `searchable` adds a link to all traces that have the same value.
pub(crate) fn table(attributes: &[KeyValue], searchable: bool) -> Markup {
    let mut sorted: Vec<&KeyValue> = attributes.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    let texts: Vec<String> = sorted.iter().map(|one| text(value(one))).collect();
    let folded = texts.iter().filter(|text| text.len() > SHORT).count();
    let most = LONG.min(SHARED / folded.max(1)).max(SHORT);
    let all = sorted.iter().zip(&texts);
    let (rows, count) = as_many::items(all.map(|(one, text)| row(one, text, most, searchable)));
    html! {
        table.attributes { tbody { (rows) } }
        @if count < sorted.len() {
            p.note data-testid="more-attributes" { "And " (grouped((sorted.len() - count) as u64)) " more; the raw JSON has all of them." }
        }
    }
}

fn value(attribute: &KeyValue) -> Option<&Value> {
    attribute.value.as_ref()?.value.as_ref()
}

/// Of a long value, `most` characters are carried.
fn row(attribute: &KeyValue, text: &str, most: usize, searchable: bool) -> Markup {
    let key = foreign_text::on_one_line(&attribute.key, KEY);
    let value = value(attribute);
    let kind = kind(value);
    let is_plain = !matches!(
        value,
        None | Some(Value::ArrayValue(_) | Value::KvlistValue(_) | Value::BytesValue(_))
    );
    let search = (searchable && is_plain && text.len() <= 200 && !attribute.key.contains('='))
        .then(|| {
            Address::new("/traces")
                .with("attribute", &format!("{}={text}", attribute.key))
                .finish()
        });
    html! {
        tr data-testid="attribute" data-key=(key) {
            th scope="row" {
                bdi { (breakable(&key)) }
                span.kind title={ "sent as " (kind) } { (kind) }
            }
            td class={ "value " (kind) } data-testid="attribute-value" data-type=(kind) {
                (text_of(text, most))
            }
            td.search {
                @if let Some(search) = search {
                    a href=(search) title="Find traces with this value" aria-label={ "Find traces with the same " (key) } { "⌕" }
                }
            }
        }
    }
}

/// A key that may be broken after its dots rather than within its words.
fn breakable(key: &str) -> Markup {
    html! { @for part in key.split_inclusive(['.', '_']) { (part) wbr; } }
}

/// A text of any length: its beginning at once, the rest unfolded on demand, and what is beyond told.
pub(crate) fn long_text(text: &str) -> Markup {
    text_of(text, LONG)
}

/// The same with so many characters at most.
fn text_of(text: &str, most: usize) -> Markup {
    if text.is_empty() {
        return html! { span.empty { "empty" } };
    }
    let Some((cut, _)) = text.char_indices().nth(SHORT) else {
        return html! { bdi { (foreign_text::on_many_lines(text, SHORT)) } };
    };
    let length = text.chars().count();
    html! {
        details.long {
            summary {
                bdi { (foreign_text::on_many_lines(&text[..cut], SHORT)) "…" }
                " " span.more { "show all " (grouped(length as u64)) " characters" }
            }
            bdi { (foreign_text::on_many_lines(text, most)) }
            @if length > most {
                p.note { "The first " (grouped(most as u64)) " characters. The raw JSON has all of it." }
            }
        }
    }
}

/// The type's name, as OpenTelemetry's documentation calls it, shortened.
fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None | Some(Value::StringValueStrindex(_)) => "none",
        Some(Value::StringValue(_)) => "string",
        Some(Value::BoolValue(_)) => "bool",
        Some(Value::IntValue(_)) => "int",
        Some(Value::DoubleValue(_)) => "double",
        Some(Value::BytesValue(_)) => "bytes",
        Some(Value::ArrayValue(_)) => "array",
        Some(Value::KvlistValue(_)) => "map",
    }
}

/// A value as text; what is inside an array or a map is written like JSON.
///
/// Recurses as deep as the value nests, which decoding has bounded (100 messages in each other, in protobuf and in JSON).
pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::StringValueStrindex(_)) => String::new(),
        Some(Value::StringValue(text)) => text.clone(),
        Some(value) => inner_text(value),
    }
}

fn inner_text(value: &Value) -> String {
    let any = |any: &AnyValue| any.value.as_ref().map_or("null".to_owned(), inner_text);
    match value {
        Value::StringValue(text) => quoted(text),
        Value::BoolValue(value) => value.to_string(),
        Value::IntValue(value) => value.to_string(),
        // With a point even if whole: 200.0 is not 200.
        Value::DoubleValue(value) => format!("{value:?}"),
        Value::BytesValue(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("0x{digits}")
        }
        Value::ArrayValue(array) => {
            let inner: Vec<String> = array.values.iter().map(any).collect();
            format!("[{}]", inner.join(", "))
        }
        Value::KvlistValue(list) => {
            let inner: Vec<String> = list
                .values
                .iter()
                .map(|pair| {
                    let value = pair.value.as_ref().map_or("null".to_owned(), any);
                    format!("{}: {value}", quoted(&pair.key))
                })
                .collect();
            format!("{{{}}}", inner.join(", "))
        }
        Value::StringValueStrindex(_) => "null".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `12,345`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::common::v1::{ArrayValue, KeyValueList};

    use super::*;
    use crate::pages::sample::string;

    #[test]
    fn values_keep_their_type() {
        let any = |value| AnyValue { value: Some(value) };
        let array = Value::ArrayValue(ArrayValue {
            values: vec![
                any(Value::IntValue(1)),
                any(Value::StringValue("1\"".into())),
                AnyValue { value: None },
            ],
        });
        let map = Value::KvlistValue(KeyValueList {
            values: vec![string("k", "v")],
        });
        for (value, shown_kind, shown) in [
            (Some(Value::StringValue("200".into())), "string", "200"),
            (Some(Value::IntValue(200)), "int", "200"),
            (Some(Value::DoubleValue(200.0)), "double", "200.0"),
            (Some(Value::DoubleValue(f64::NAN)), "double", "NaN"),
            (Some(Value::BoolValue(true)), "bool", "true"),
            (Some(Value::BytesValue(vec![0, 255])), "bytes", "0x00ff"),
            (Some(array), "array", r#"[1, "1\"", null]"#),
            (Some(map), "map", r#"{"k": "v"}"#),
            (None, "none", ""),
        ] {
            assert_eq!(
                (kind(value.as_ref()), &text(value.as_ref())[..]),
                (shown_kind, shown)
            );
        }
    }

    #[test]
    fn long_values_are_folded_and_bounded() {
        let page = |length: usize| long_text(&"x".repeat(length)).0;
        assert!(!page(SHORT).contains("details"));
        assert!(page(SHORT + 1).contains("show all 401 characters"));
        assert!(!page(LONG).contains("raw JSON"));
        let beyond = page(1_000_000);
        assert!(beyond.contains("The raw JSON has all of it") && beyond.len() < LONG + 2_000);
    }

    #[test]
    fn many_attributes_are_bounded_together() {
        let long: Vec<_> = (0..60)
            .map(|at| string(&format!("key{at}"), &"x".repeat(100_000)))
            .collect();
        let page = table(&long, true).0;
        assert_eq!(page.matches("show all 100,000 characters").count(), 60);
        assert!(page.contains("The first 4,166 characters") && page.len() < 400_000);
        let many: Vec<_> = (0..20_000)
            .map(|at| string(&format!("key{at}"), "x"))
            .collect();
        let page = table(&many, true).0;
        assert!(
            page.contains(" more; the raw JSON has all of them.") && page.len() < 400_000,
            "{}",
            page.len()
        );
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
