//! What is wrong with a query, by the field of the form that it belongs to; an error of `span-query` is led back to its field by its place in the JSON.

use super::where_text::TextFault;

/// What is wrong with one field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fault {
    /// The field's name in the form and the address.
    pub(crate) field: &'static str,
    /// Which one of several.
    pub(crate) index: usize,
    /// One or two sentences.
    pub(crate) message: String,
    /// From one character of the field to another, exclusive, where that is known.
    pub(crate) place: Option<(usize, usize)>,
}

/// The parts of Honeycomb's query specification, and the field each stands for.
const FIELDS: [(&str, &str); 11] = [
    ("calculations", "v"),
    ("filters", "where"),
    ("filter_combination", "match"),
    ("breakdowns", "by"),
    ("havings", "having"),
    ("orders", "order"),
    ("limit", "limit"),
    ("granularity", "step"),
    ("time_range", "range"),
    ("start_time", "from"),
    ("end_time", "to"),
];

impl Fault {
    /// With a field as a whole.
    pub(crate) fn new(field: &'static str, index: usize, message: impl Into<String>) -> Self {
        Self {
            field,
            index,
            message: message.into(),
            place: None,
        }
    }

    /// With a place in a field's text.
    pub(super) fn in_text(field: &'static str, index: usize, fault: TextFault) -> Self {
        Self {
            field,
            index,
            message: fault.message,
            place: Some(fault.place),
        }
    }

    /// With the query as `span-query` reads it: `filters[1].value: …` is the second condition's.
    pub(crate) fn of_query(error: &span_query::Error) -> Self {
        let told = error.to_string();
        let Some((path, message)) = told.split_once(": ") else {
            return Self::new("v", 0, told);
        };
        let name_length = path.find(['[', '.']).unwrap_or(path.len());
        let (name, rest) = path.split_at(name_length);
        let field = FIELDS.into_iter().find(|(part, _)| *part == name);
        let Some((_, field)) = field else {
            return Self::new("v", 0, told);
        };
        let index = rest
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']')?.0.parse().ok());
        Self::new(field, index.unwrap_or(0), sentence(message))
    }
}

/// With a capital at its beginning, if it begins with a letter, and a full stop at its end.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string());
    let mut told = first.unwrap_or_default() + characters.as_str();
    if !told.ends_with(['.', '?', '!']) {
        told.push('.');
    }
    told
}

#[cfg(test)]
mod tests {
    use span_query::Query;

    use super::*;

    #[test]
    fn errors_are_led_back_to_their_field() {
        for (query, field, index, part) in [
            (
                r#"{"calculations":[{"op":"COUNT"},{"op":"P96","column":"a"}]}"#,
                "v",
                1,
                "`P95`",
            ),
            (
                r#"{"calculations":[{"op":"COUNT"},{"op":"COUNT"}]}"#,
                "v",
                0,
                "`COUNT` twice",
            ),
            (
                r#"{"filters":[{"column":"a","op":"exists"},{"column":"a","op":"contains","value":""}]}"#,
                "where",
                1,
                "empty",
            ),
            (r#"{"breakdowns":[""]}"#, "by", 0, "empty"),
            (
                r#"{"havings":[{"calculate_op":"COUNT","op":">","value":"x"}]}"#,
                "having",
                0,
                "a number wanted",
            ),
            (
                r#"{"orders":[{"op":"P95","column":"x"}]}"#,
                "order",
                0,
                "the query's own columns",
            ),
            (r#"{"limit":0}"#, "limit", 0, "from 1 to"),
            (
                r#"{"start_time":5,"end_time":4}"#,
                "from",
                0,
                "a start before",
            ),
        ] {
            let error = query.parse::<Query>().expect_err(query);
            let fault = Fault::of_query(&error);
            assert_eq!(
                (fault.field, fault.index),
                (field, index),
                "{}",
                fault.message
            );
            assert!(fault.message.contains(part), "{}", fault.message);
            assert!(fault.message.ends_with('.'), "{}", fault.message);
        }
    }
}
