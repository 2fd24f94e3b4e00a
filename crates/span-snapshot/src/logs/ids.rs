//! Names for the IDs in log events, so that no run changes them and what belongs together still shows.

use std::collections::HashMap;

/// The names given so far.
pub(super) struct Ids<'i> {
    /// By the ID as W3C writes it.
    given: HashMap<String, &'i str>,
    traces: Vec<String>,
    spans: Vec<String>,
}

impl<'i> Ids<'i> {
    /// Some IDs have names already, by the ID in either form.
    pub(super) fn new(given: &[(&str, &'i str)]) -> Self {
        let plain = |id: &str| of_xray(id).unwrap_or_else(|| id.to_owned());
        Self {
            given: given.iter().map(|(id, name)| (plain(id), *name)).collect(),
            traces: Vec::new(),
            spans: Vec::new(),
        }
    }

    /// The name of the ID that a field holds; none if the field holds none, or the text is none.
    pub(super) fn name(&mut self, field: &str, text: &str) -> Option<String> {
        let (id, note) = match field {
            "span_id" if is_id(text, 16) => (text.to_owned(), ""),
            "trace_id" if is_id(text, 32) => (text.to_owned(), ""),
            "trace_id" => (of_xray(text)?, ", in X-Ray form"),
            "xray_trace_id" if is_id(text, 32) => (text.to_owned(), ", in W3C form"),
            "xray_trace_id" => (of_xray(text)?, ""),
            _ => return None,
        };
        if let Some(name) = self.given.get(&id) {
            return Some(format!("{name}{note}"));
        }
        let (kind, known) = match field {
            "span_id" => ("span", &mut self.spans),
            _ => ("trace", &mut self.traces),
        };
        let at = known.iter().position(|known| *known == id);
        let at = at.unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        });
        Some(format!("{kind} {}{note}", at + 1))
    }
}

/// Whether it is an ID of so many hexadecimal digits; zeros alone are none.
fn is_id(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
        && text.bytes().any(|c| c != b'0')
}

/// X-Ray's `1-581cf771-a006649127e371903a2de979` as W3C writes it.
fn of_xray(text: &str) -> Option<String> {
    let (time, rest) = text.strip_prefix("1-")?.split_once('-')?;
    let id = format!("{time}{rest}");
    (time.len() == 8 && is_id(&id, 32)).then_some(id)
}
