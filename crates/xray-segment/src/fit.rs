//! Makes documents that the service and the daemon take of a segment that is too large for one.
//!
//! First subsegments are taken out and sent by themselves, which loses nothing.
//! What alone is still too large is cut, visibly, and it is told what was.

mod cut;
mod json;

use serde_json::{Map, Value};

use crate::{MAX_DEPTH, Segment};

/// What a segment was made into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fitted {
    /// The documents, JSON: the segment's own first, then the subsegments that were taken out, each before those taken out of it.
    pub documents: Vec<String>,
    /// What is missing from them; empty if nothing is.
    pub cut: Vec<Cut>,
}

/// Something that is missing from a document, or a document that could not be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cut {
    /// ID of the segment or subsegment.
    pub id: String,
    /// What was cut, as a path in its document: `metadata.default.body`. The whole document, if empty.
    pub what: String,
    /// How many bytes are missing.
    pub bytes: usize,
}

/// Makes documents of at most `limit` bytes each.
///
/// A segment that fits stays whole.
/// Else each segment that is too large gives away its largest subsegment until it fits, the innermost first: they become documents of their own
/// (`type`, `trace_id` and `parent_id` say where they belong).
/// The same goes for subsegments that are nested deeper than the service reads.
/// What has no subsegments left and still does not fit has its longest texts cut (the mark says how much: `… [12345 bytes cut]`),
/// then loses its largest fields; annotations come last. IDs, names and times are never touched.
///
/// If `limit` is too small even for those, there is no document, and [`Fitted::cut`] names it.
#[must_use]
pub fn fit(segment: Segment, limit: usize) -> Fitted {
    if let Ok(whole) = serde_json::to_string(&segment)
        && whole.len() <= limit
        && is_shallow(&segment, 0)
    {
        return Fitted {
            documents: vec![whole],
            cut: Vec::new(),
        };
    }
    let mut fitter = Fitter {
        trace_id: segment.trace_id.clone(),
        limit,
        documents: Vec::new(),
        cut: Vec::new(),
    };
    if let Some(root) = fitter.settle(segment, None) {
        fitter.give(root);
    }
    // What is taken out of a part is given before the part itself.
    fitter.documents.reverse();
    Fitted {
        documents: fitter.documents,
        cut: fitter.cut,
    }
}

/// Whether a reader that bounds its depth takes a segment.
fn is_shallow(segment: &Segment, depth: usize) -> bool {
    let free = segment
        .metadata
        .values()
        .chain([&segment.aws])
        .chain(segment.service.iter().map(|service| &service.more))
        .chain(segment.links.iter().map(|link| &link.attributes));
    depth <= MAX_DEPTH
        && free
            .flat_map(Map::values)
            .all(|value| !json::is_deeper(value, cut::MAX_VALUE_DEPTH))
        && segment
            .subsegments
            .iter()
            .all(|part| is_shallow(part, depth + 1))
}

struct Fitter {
    trace_id: Option<String>,
    limit: usize,
    documents: Vec<String>,
    cut: Vec<Cut>,
}

/// A segment without its subsegments, and those.
struct Node {
    fields: Map<String, Value>,
    /// What it also says when it is sent by itself.
    alone: Map<String, Value>,
    parts: Vec<Node>,
    /// Bytes of the JSON inside another's, with the parts.
    size: usize,
    /// How many levels of parts it has.
    depth: usize,
}

impl Fitter {
    /// A segment that fits as a document of its own; `None` if it cannot be made to.
    fn settle(&mut self, mut segment: Segment, parent: Option<&str>) -> Option<Node> {
        let parts = std::mem::take(&mut segment.subsegments);
        let id = segment.id.clone();
        let mut parts: Vec<Node> = parts
            .into_iter()
            .filter_map(|part| self.settle(part, Some(&id)))
            .collect();
        let Ok(Value::Object(mut fields)) = serde_json::to_value(segment) else {
            unreachable!("a segment is a JSON object with keys that are texts");
        };
        let alone = parent.map_or_else(Map::new, |parent| self.alone(&mut fields, parent));
        cut::flatten(&mut fields, &id, &mut self.cut);

        let limit = self.limit.saturating_sub(json::entries_len(&alone));
        let mut own = json::len(&fields);
        for part in extract(&mut parts, |part| part.depth == MAX_DEPTH) {
            self.give(part);
        }
        let mut size = own + parts_len(&parts);
        if size > limit {
            let mut by_size: Vec<usize> = (0..parts.len()).collect();
            by_size.sort_by_key(|&index| std::cmp::Reverse(parts[index].size));
            let mut given = vec![false; parts.len()];
            for index in by_size {
                given[index] = true;
                size -= parts[index].size;
                if size <= limit {
                    break;
                }
            }
            let mut given = given.into_iter();
            for part in extract(&mut parts, |_| given.next().unwrap_or_default()) {
                self.give(part);
            }
            size = own + parts_len(&parts);
        }
        if size > limit {
            own = cut::cut(&mut fields, limit, &id, &mut self.cut);
            size = own + parts_len(&parts);
        }
        if size > limit {
            self.cut.push(Cut {
                id,
                what: String::new(),
                bytes: size,
            });
            return None;
        }
        Some(Node {
            depth: parts.iter().map(|part| part.depth + 1).max().unwrap_or(0),
            fields,
            alone,
            parts,
            size,
        })
    }

    /// What a subsegment needs to be sent by itself; taken out of its fields if it says something else there.
    fn alone(&self, fields: &mut Map<String, Value>, parent: &str) -> Map<String, Value> {
        let wanted = [
            ("type", Some("subsegment")),
            ("trace_id", self.trace_id.as_deref()),
            ("parent_id", Some(parent)),
        ];
        let mut alone = Map::new();
        for (key, value) in wanted {
            let Some(value) = value else { continue };
            if fields.get(key).and_then(Value::as_str) != Some(value) {
                fields.remove(key);
                alone.insert(key.to_owned(), Value::from(value));
            }
        }
        alone
    }

    fn give(&mut self, mut node: Node) {
        node.fields.append(&mut node.alone);
        self.documents.push(node.into_value().to_string());
    }
}

impl Node {
    fn into_value(self) -> Value {
        let mut fields = self.fields;
        if !self.parts.is_empty() {
            let parts = self.parts.into_iter().map(Node::into_value).collect();
            fields.insert("subsegments".to_owned(), parts);
        }
        Value::Object(fields)
    }
}

/// Bytes that parts add to an object: `,"subsegments":[…]`.
fn parts_len(parts: &[Node]) -> usize {
    if parts.is_empty() {
        return 0;
    }
    let all: usize = parts.iter().map(|part| part.size + 1).sum();
    r#","subsegments":[]"#.len() + all - 1
}

/// Takes out of a list what is wanted, in order.
fn extract(parts: &mut Vec<Node>, mut wanted: impl FnMut(&Node) -> bool) -> Vec<Node> {
    let (out, kept) = std::mem::take(parts)
        .into_iter()
        .partition(|part| wanted(part));
    *parts = kept;
    out
}
