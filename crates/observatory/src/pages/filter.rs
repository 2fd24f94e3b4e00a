//! The filter of the list of traces: what its form says, what that asks of the store, and what is wrong with it.

use super::{
    address::Address,
    durations,
    left_out::{Parameter, text, texts},
};
use crate::model::TraceQuery;

/// Traces on one page of the list.
pub(crate) const PAGE: usize = 50;
/// Characters of one field.
const MOST_TEXT: usize = 1_000;
/// Conditions on attributes.
pub(crate) const MOST_ATTRIBUTES: usize = 8;

/// The page's parameters; what their values may be, the form's fields tell.
pub(crate) const PARAMETERS: [Parameter; 7] = [
    text("service", MOST_TEXT),
    text("name", MOST_TEXT),
    text("min", MOST_TEXT),
    text("max", MOST_TEXT),
    text("error", MOST_TEXT),
    texts("attribute", MOST_TEXT),
    text("after", MOST_TEXT),
];

/// The form's fields, as typed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Filter {
    /// A service's name.
    pub(crate) service: String,
    /// A span's name.
    pub(crate) name: String,
    /// Shortest duration.
    pub(crate) min: String,
    /// Longest duration.
    pub(crate) max: String,
    /// `true`, `false` or nothing.
    pub(crate) error: String,
    /// `key=value`, each.
    pub(crate) attributes: Vec<String>,
    /// Where the page begins.
    pub(crate) after: String,
}

/// What is wrong with one field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FieldError {
    /// The field's name in the form.
    pub(crate) field: &'static str,
    /// Which one of several.
    pub(crate) index: usize,
    /// One or two sentences.
    pub(crate) message: String,
}

impl Filter {
    /// Reads an address; fields that the form does not have are left out.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut filter = Self::default();
        for (key, value) in pairs {
            let value: String = value.trim().chars().take(MOST_TEXT).collect();
            match &key[..] {
                "service" => filter.service = value,
                "name" => filter.name = value,
                "min" => filter.min = value,
                "max" => filter.max = value,
                "error" => filter.error = value,
                "attribute" if !value.is_empty() => filter.attributes.push(value),
                "after" => filter.after = value,
                _ => {}
            }
        }
        filter
    }

    /// Whether the form has a field of this name.
    pub(crate) fn has(key: &str) -> bool {
        matches!(
            key,
            "service" | "name" | "min" | "max" | "error" | "attribute" | "after"
        )
    }

    /// Whether it leaves anything out.
    pub(crate) fn is_empty(&self) -> bool {
        Self {
            after: String::new(),
            ..self.clone()
        } == Self::default()
    }

    /// What to ask the store, or all that is wrong.
    pub(crate) fn query(&self) -> Result<TraceQuery, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field, index, message: String| {
            errors.push(FieldError {
                field,
                index,
                message,
            })
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut duration = |field, text: &str| {
            if text.is_empty() {
                return None;
            }
            durations::parse(text)
                .map_err(|error| wrong(field, 0, error.to_string()))
                .ok()
        };
        let min = duration("min", &self.min);
        let max = duration("max", &self.max);
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            wrong(
                "max",
                0,
                format!(
                    "This is shorter than the shortest, {}.",
                    durations::format(min)
                ),
            );
        }
        let error = match &self.error[..] {
            "" => None,
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                wrong("error", 0, "Choose one of the three.".to_owned());
                None
            }
        };
        let mut attributes = Vec::new();
        for (index, text) in self.attributes.iter().enumerate() {
            match text.split_once('=') {
                _ if index >= MOST_ATTRIBUTES => {
                    wrong(
                        "attribute",
                        index,
                        format!("At most {MOST_ATTRIBUTES} attributes can be asked for at once."),
                    );
                }
                Some((key, value)) if !key.trim().is_empty() => {
                    attributes.push((key.trim().to_owned(), value.trim().to_owned()));
                }
                Some(_) => wrong(
                    "attribute",
                    index,
                    "The key before “=” is missing.".to_owned(),
                ),
                None => wrong(
                    "attribute",
                    index,
                    "Write key=value, such as http.response.status_code=422.".to_owned(),
                ),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(TraceQuery {
            service: some(&self.service),
            name: some(&self.name),
            min_duration_nano: min,
            max_duration_nano: max,
            error,
            attributes,
            after: some(&self.after),
            limit: PAGE,
            ..TraceQuery::default()
        })
    }

    /// The address of the list with this filter.
    pub(crate) fn href(&self) -> String {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut address = Address::new("/traces");
        for (key, value) in [
            ("service", &self.service),
            ("name", &self.name),
            ("min", &self.min),
            ("max", &self.max),
            ("error", &self.error),
        ] {
            address = address.with_some(key, some(value).as_deref());
        }
        for attribute in &self.attributes {
            address = address.with("attribute", attribute);
        }
        address
            .with_some("after", some(&self.after).as_deref())
            .finish()
    }

    /// The same filter, from another place on.
    pub(crate) fn after(&self, after: &str) -> Self {
        Self {
            after: after.to_owned(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    fn read(query: &[(&str, &str)]) -> Filter {
        Filter::read(&pairs(query))
    }

    #[test]
    fn a_filled_form_asks_for_just_that() {
        let filter = read(&[
            ("service", " backend "),
            ("name", "GET /api"),
            ("min", "10ms"),
            ("max", ""),
            ("error", "true"),
            ("attribute", "user.id=a=b"),
            ("attribute", ""),
            ("attribute", " k = v "),
            ("after", "x"),
            ("unknown", "x"),
        ]);
        let query = filter.query().expect("nothing is wrong");
        assert_eq!(query.service.as_deref(), Some("backend"));
        assert_eq!(query.min_duration_nano, Some(10_000_000));
        assert_eq!(query.max_duration_nano, None);
        assert_eq!(query.error, Some(true));
        assert_eq!(
            query.attributes,
            [("user.id".into(), "a=b".into()), ("k".into(), "v".into())]
        );
        assert_eq!(
            filter.href(),
            "/traces?service=backend&name=GET+/api&min=10ms&error=true&attribute=user.id%3Da%3Db&attribute=k+%3D+v&after=x"
        );
        assert!(!filter.is_empty() && read(&[("after", "x")]).is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let nine = [("attribute", "a=b"); 9];
        for (query, field, index, part) in [
            (&[("min", "10")][..], "min", 0, "Add a unit"),
            (&[("max", "soon")], "max", 0, "no duration"),
            (
                &[("min", "2s"), ("max", "1s")],
                "max",
                0,
                "shorter than the shortest",
            ),
            (&[("error", "maybe")], "error", 0, "Choose"),
            (
                &[("attribute", "a=b"), ("attribute", "novalue")],
                "attribute",
                1,
                "key=value",
            ),
            (&[("attribute", "=x")], "attribute", 0, "key before"),
            (&nine, "attribute", 8, "At most 8"),
        ] {
            let errors = read(query).query().expect_err(field);
            assert_eq!(
                (errors.len(), errors[0].field, errors[0].index),
                (1, field, index)
            );
            assert!(errors[0].message.contains(part), "{}", errors[0].message);
        }
    }
}
