//! Cuts what a segment says of itself until it fits; its subsegments are for others.

use serde_json::{Map, Value};

use super::{Cut, json};

/// How deeply a value of metadata and the like may be nested.
pub(super) const MAX_VALUE_DEPTH: usize = 16;

/// Fields that are never touched: without them there is no segment.
const KEPT: [&str; 13] = [
    "end_time",
    "error",
    "fault",
    "id",
    "in_progress",
    "inferred",
    "name",
    "namespace",
    "parent_id",
    "start_time",
    "throttle",
    "trace_id",
    "type",
];

/// What is found by: cut when nothing else is left.
const LAST: &str = "annotations";

/// Frames that stay of a stack.
const MIN_FRAMES: usize = 10;

/// What texts are cut to, in bytes; the first that is enough.
const FLOORS: [usize; 6] = [16_384, 4_096, 1_024, 256, 64, 16];

/// Bytes of the longest mark.
const MARK: usize = "… [12345678901234567890 bytes cut]".len();

/// Writes what is nested too deeply for a reader as its JSON text.
pub(super) fn flatten(fields: &mut Map<String, Value>, id: &str, cut: &mut Vec<Cut>) {
    for (name, field) in fields {
        // The deepest of them, an attribute of a link, is in an object in an object in a list.
        let levels = MAX_VALUE_DEPTH + 3;
        if json::is_deeper(field, levels) {
            shallow(field, levels);
            cut.push(Cut {
                id: id.to_owned(),
                what: name.clone(),
                bytes: 0,
            });
        }
    }
}

fn shallow(value: &mut Value, levels: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => {
            *value = Value::String(value.to_string())
        }
        Value::Array(values) => values.iter_mut().for_each(|part| shallow(part, levels - 1)),
        Value::Object(map) => map.values_mut().for_each(|part| shallow(part, levels - 1)),
        _ => {}
    }
}

/// Cuts fields until their JSON has at most `limit` bytes, or nothing is left to cut; gives its bytes.
pub(super) fn cut(
    fields: &mut Map<String, Value>,
    limit: usize,
    id: &str,
    cut: &mut Vec<Cut>,
) -> usize {
    let mut cutter = Cutter { limit, id, cut };
    cutter.texts(fields, |name| name != LAST);
    cutter.stacks(fields);
    cutter.entries_of(fields, "metadata");
    cutter.fields(fields, |name| name != LAST);
    cutter.texts(fields, |name| name == LAST);
    cutter.entries_of(fields, LAST);
    json::len(fields)
}

struct Cutter<'a> {
    limit: usize,
    id: &'a str,
    cut: &'a mut Vec<Cut>,
}

impl Cutter<'_> {
    fn note(&mut self, what: String, bytes: usize) {
        self.cut.push(Cut {
            id: self.id.to_owned(),
            what,
            bytes,
        });
    }

    /// Bytes that are too many.
    fn excess(&self, fields: &Map<String, Value>) -> usize {
        json::len(fields).saturating_sub(self.limit)
    }

    /// Cuts the longest texts.
    fn texts(&mut self, fields: &mut Map<String, Value>, wanted: impl Fn(&str) -> bool) {
        let mut excess = self.excess(fields);
        if excess == 0 {
            return;
        }
        let mut texts = Vec::new();
        for (name, field) in fields {
            if wanted(name) && !KEPT.contains(&name.as_str()) {
                collect(field, name.clone(), &mut texts);
            }
        }
        texts.sort_by_key(|(_, len, _)| std::cmp::Reverse(*len));
        let floor = FLOORS.into_iter().find(|floor| {
            let gains = texts
                .iter()
                .map(|(_, len, _)| len.saturating_sub(floor + MARK));
            gains.sum::<usize>() >= excess
        });
        let floor = floor.unwrap_or(FLOORS[FLOORS.len() - 1]);
        for (path, len, text) in texts {
            if excess == 0 || len <= floor + MARK {
                break;
            }
            let bytes = shorten(text, floor.max(len.saturating_sub(excess + MARK)));
            excess = excess.saturating_sub(len - text.chars().map(json::char_len).sum::<usize>());
            self.note(path, bytes);
        }
    }

    /// Leaves the innermost frames of each stack, and counts the others as the format does.
    fn stacks(&mut self, fields: &mut Map<String, Value>) {
        if self.excess(fields) == 0 {
            return;
        }
        let exceptions = fields
            .get_mut("cause")
            .and_then(|cause| cause.get_mut("exceptions")?.as_array_mut());
        for (index, exception) in exceptions.into_iter().flatten().enumerate() {
            let Some(stack) = exception.get_mut("stack").and_then(Value::as_array_mut) else {
                continue;
            };
            if stack.len() <= MIN_FRAMES {
                continue;
            }
            let frames = stack.split_off(MIN_FRAMES);
            let before = exception
                .get("truncated")
                .and_then(Value::as_u64)
                .unwrap_or(0);
            exception["truncated"] = Value::from(before.saturating_add(frames.len() as u64));
            let what = format!("cause.exceptions[{index}].stack");
            self.note(what, json::len(&frames));
        }
    }

    /// Takes entries out of the objects in a field (or of itself, if it has plain values), then the field if it is empty.
    fn entries_of(&mut self, fields: &mut Map<String, Value>, name: &str) {
        let mut excess = self.excess(fields);
        let Some(Value::Object(field)) = fields.get_mut(name) else {
            return;
        };
        let mut places = Vec::new();
        for (key, value) in field.iter() {
            match value {
                Value::Object(inner) => places.extend(inner.iter().map(|(entry, value)| {
                    (
                        json::entry_len(entry, value),
                        key.clone(),
                        Some(entry.clone()),
                    )
                })),
                value => places.push((json::entry_len(key, value), key.clone(), None)),
            }
        }
        places.sort_by_key(|(len, ..)| std::cmp::Reverse(*len));
        for (len, key, entry) in places {
            if excess == 0 {
                break;
            }
            // The last entry has no comma.
            excess = excess.saturating_sub(len - 1);
            match entry {
                None => {
                    field.remove(&key);
                    self.note(format!("{name}.{key}"), len);
                }
                Some(entry) => {
                    if let Some(Value::Object(inner)) = field.get_mut(&key) {
                        inner.remove(&entry);
                    }
                    self.note(format!("{name}.{key}.{entry}"), len);
                }
            }
        }
        if excess > 0 {
            fields.remove(name);
        }
    }

    /// Takes out whole fields.
    fn fields(&mut self, fields: &mut Map<String, Value>, wanted: impl Fn(&str) -> bool) {
        let mut excess = self.excess(fields);
        let mut names: Vec<(usize, String)> = fields
            .iter()
            .filter(|(name, _)| wanted(name) && !KEPT.contains(&name.as_str()))
            .map(|(name, value)| (json::entry_len(name, value), name.clone()))
            .collect();
        names.sort_by_key(|(len, _)| std::cmp::Reverse(*len));
        for (len, name) in names {
            if excess == 0 {
                break;
            }
            excess = excess.saturating_sub(len);
            fields.remove(&name);
            self.note(name, len);
        }
    }
}

/// The texts in a value, each with its path and its bytes as JSON.
fn collect<'a>(
    value: &'a mut Value,
    path: String,
    texts: &mut Vec<(String, usize, &'a mut String)>,
) {
    match value {
        Value::String(text) => {
            let len = text.chars().map(json::char_len).sum();
            // What is shorter is never cut.
            if len > FLOORS[FLOORS.len() - 1] + MARK {
                texts.push((path, len, text));
            }
        }
        Value::Array(values) => {
            for (index, part) in values.iter_mut().enumerate() {
                collect(part, format!("{path}[{index}]"), texts);
            }
        }
        Value::Object(map) => {
            for (key, part) in map {
                collect(part, format!("{path}.{key}"), texts);
            }
        }
        _ => {}
    }
}

/// Leaves `len` bytes (as JSON) of a text, and says how many bytes are gone.
fn shorten(text: &mut String, len: usize) -> usize {
    let mut left = len;
    let end = text
        .char_indices()
        .find_map(|(at, c)| match left.checked_sub(json::char_len(c)) {
            None => Some(at),
            Some(rest) => {
                left = rest;
                None
            }
        });
    let Some(end) = end else {
        return 0;
    };
    let bytes = text.len() - end;
    text.truncate(end);
    text.push_str(&format!("… [{bytes} bytes cut]"));
    bytes
}
