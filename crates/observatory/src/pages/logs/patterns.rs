//! Filter patterns that links ask by: for a trace, for one of its spans, for a field's value.

use log_query::pattern::Pattern;

use super::reading::Field;
use crate::{model::TraceId, pages::trace_ids};

/// The filter pattern for events that name a trace anywhere, in either form, or for those that say they belong to one of its spans.
pub(crate) fn trace_pattern(id: TraceId, span: Option<&str>) -> String {
    let xray = trace_ids::in_xrays_form(id);
    let Some(span) = span else {
        return format!("?\"{id}\" ?\"{xray}\"");
    };
    let of_trace =
        format!("$.trace_id = \"{id}\" || $.trace_id = \"{xray}\" || $.xray_trace_id = \"{xray}\"");
    format!("{{ ({of_trace}) && $.span_id = \"{span}\" }}")
}

/// The filter pattern for events whose field has this value; `None` where the language cannot say it.
pub(crate) fn field_pattern(field: &Field) -> Option<String> {
    let Field {
        selector, value, ..
    } = field;
    let pattern = match field.kind {
        "number" => format!("{{ {selector} = {value} }}"),
        "bool" => format!("{{ {selector} IS {} }}", value.to_ascii_uppercase()),
        // An asterisk would stand for anything.
        "string" if value.len() <= 200 && !value.contains(['"', '\\', '*', '\n', '%']) => {
            format!("{{ {selector} = \"{value}\" }}")
        }
        _ => return None,
    };
    Pattern::parse(&pattern).is_ok().then_some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::logs::reading::Reading;

    #[test]
    fn fields_become_patterns_that_find_their_event() {
        for (message, pattern) in [
            (r#"{"status":500}"#, Some("{ $.status = 500 }")),
            (
                r#"{"a":[{"b_c":"x y"}]}"#,
                Some(r#"{ $.a[0].b_c = "x y" }"#),
            ),
            (
                r#"{"http.route":"/api/@{handle}"}"#,
                Some(r#"{ $.['http.route'] = "/api/@{handle}" }"#),
            ),
            (r#"{"ok":true}"#, Some("{ $.ok IS TRUE }")),
            (r#"{"n":-1.5}"#, Some("{ $.n = -1.5 }")),
            (r#"{"a":"*"}"#, None),
            (r#"{"a":"\""}"#, None),
            (r#"{"a'b":1}"#, None),
            (r#"{"a":{}}"#, None),
            (r#"{"a":null}"#, None),
        ] {
            let reading = Reading::of(message);
            let found = field_pattern(&reading.fields[0]);
            assert_eq!(found.as_deref(), pattern, "{message}");
            if let Some(found) = found {
                let parsed = Pattern::parse(&found).expect("a pattern");
                assert!(parsed.matches(message), "{found} on {message}");
                assert!(!parsed.matches("{}"), "{found}");
            }
        }
    }

    #[test]
    fn a_trace_is_looked_for_in_both_forms_and_a_span_in_its_field() {
        let hex = "4efaaf4d1e8720b39541901950019ee5";
        let xray = "1-4efaaf4d-1e8720b39541901950019ee5";
        let id = TraceId::parse(hex).expect("an ID");
        let of = |span| Pattern::parse(&trace_pattern(id, span)).expect("a pattern");
        let span = Some("00000000000000aa");
        for (message, is_of_trace, is_of_span) in [
            (
                format!(r#"{{"trace_id":"{hex}","span_id":"00000000000000aa"}}"#),
                true,
                true,
            ),
            (
                format!(r#"{{"xray_trace_id":"{xray}","span_id":"00000000000000aa"}}"#),
                true,
                true,
            ),
            (
                format!(r#"{{"trace_id":"{xray}","span_id":"00000000000000bb"}}"#),
                true,
                false,
            ),
            (format!("Root={xray};Parent=00000000000000aa"), true, false),
            (
                r#"{"trace_id":"4efaaf4d1e8720b39541901950019ee6","span_id":"00000000000000aa"}"#
                    .to_owned(),
                false,
                false,
            ),
        ] {
            assert_eq!(of(None).matches(&message), is_of_trace, "{message}");
            assert_eq!(of(span).matches(&message), is_of_span, "{message}");
        }
    }
}
