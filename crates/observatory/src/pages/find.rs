//! Looking for text in the spans of a trace: which rows have it. How hits are shown and walked through is in `waterfall_view`.

use opentelemetry_proto::tonic::common::v1::KeyValue;

use super::{
    attribute_table, span_facts,
    waterfall::{Row, What},
};
use crate::model::StoredSpan;

/// For each row whether it has the text, in either case, in its name, service, ID, status message, attributes, or in the
/// names and attributes of its events.
pub(crate) fn hits(rows: &[Row], spans: &[StoredSpan], keys: &[String], text: &str) -> Vec<bool> {
    let text = text.to_lowercase();
    rows.iter()
        .zip(keys)
        .map(|(row, key)| key.contains(&text) || has(row, spans, &text))
        .collect()
}

fn has(row: &Row, spans: &[StoredSpan], text: &str) -> bool {
    let What::Span(span) = row.what else {
        return false;
    };
    let stored = &spans[span];
    let span = &stored.span;
    contains(&span.name, text)
        || contains(span_facts::service(stored), text)
        || span
            .status
            .as_ref()
            .is_some_and(|status| contains(&status.message, text))
        || attributes(&span.attributes, text)
        || span
            .events
            .iter()
            .any(|event| contains(&event.name, text) || attributes(&event.attributes, text))
}

fn attributes(attributes: &[KeyValue], text: &str) -> bool {
    attributes.iter().any(|attribute| {
        let value = attribute.value.as_ref().and_then(|any| any.value.as_ref());
        let value = attribute_table::text(value);
        contains(&attribute.key, text)
            || contains(&value, text)
            || text.contains('=') && contains(&format!("{}={value}", attribute.key), text)
    })
}

/// Whether `hay` has the text, which is in lower case.
fn contains(hay: &str, text: &str) -> bool {
    if hay.is_ascii() && text.is_ascii() {
        let (hay, text) = (hay.as_bytes(), text.as_bytes());
        return text.is_empty()
            || hay
                .windows(text.len())
                .any(|window| window.eq_ignore_ascii_case(text));
    }
    hay.to_lowercase().contains(text)
}

/// The hit after the place, and the one before it; both go round. Without a place, the first and the last.
pub(crate) fn neighbours(hits: &[bool], place: Option<usize>) -> Option<(usize, usize)> {
    let count = hits.len();
    let find = |step: &dyn Fn(usize) -> usize| (0..count).map(step).find(|&at| hits[at]);
    let after = place.map_or(0, |at| at + 1);
    let before = place.unwrap_or(0);
    let next = find(&|n| (after + n) % count)?;
    let previous = find(&|n| (before + count - 1 - n) % count)?;
    Some((next, previous))
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::{common::v1::any_value::Value, trace::v1::span::Event};

    use super::*;
    use crate::pages::{
        sample::{failed, span_of, string, with},
        trace_address,
        waterfall::Waterfall,
    };

    #[test]
    fn everything_that_a_span_says_is_looked_through() {
        let mut first = with(
            span_of("Backend", 0xab, 0, "GET /api", 0, 9),
            "user.id",
            Value::StringValue("Andrew Brown".into()),
        );
        first.span.events.push(Event {
            name: "cache miss".into(),
            attributes: vec![string("exception.type", "KeyError")],
            ..Event::default()
        });
        let second = failed(
            with(
                span_of("db", 0xcd, 0xab, "SELECT Größe", 1, 2),
                "rows",
                Value::IntValue(42),
            ),
            "Deadlock found",
        );
        let spans = [first, second];
        let waterfall = Waterfall::new(&spans);
        let keys: Vec<String> = waterfall
            .rows
            .iter()
            .map(|row| trace_address::key(row, &spans))
            .collect();
        for (text, expected) in [
            ("get /", [true, false]),
            ("BACKEND", [true, false]),
            ("andrew", [true, false]),
            ("user.id=andrew", [true, false]),
            ("user.", [true, false]),
            ("Cache", [true, false]),
            ("keyerror", [true, false]),
            ("deadlock", [false, true]),
            ("42", [false, true]),
            ("GRÖSSE", [false, false]),
            ("größe", [false, true]),
            ("GRÖẞE", [false, true]),
            ("00cd", [false, true]),
            ("e", [true, true]),
            ("nowhere", [false, false]),
        ] {
            assert_eq!(
                hits(&waterfall.rows, &spans, &keys, text),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn hits_are_walked_through_in_a_circle() {
        let hits = [false, true, false, true];
        for (place, expected) in [
            (None, Some((1, 3))),
            (Some(0), Some((1, 3))),
            (Some(1), Some((3, 3))),
            (Some(2), Some((3, 1))),
            (Some(3), Some((1, 1))),
        ] {
            assert_eq!(neighbours(&hits, place), expected, "{place:?}");
        }
        assert_eq!(neighbours(&[false; 3], None), None);
        assert_eq!(neighbours(&[], None), None);
    }
}
