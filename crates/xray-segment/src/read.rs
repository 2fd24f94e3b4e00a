//! Reads a segment document and checks it as PutTraceSegments does; what the fields mean is for others.
//!
//! What identifies a segment or places it in time is checked strictly.
//! What is optional never costs a document: a field of another type than the schema's is taken if its meaning is plain
//! (`"200"` for `200`), else left out, as are fields that the schema does not have.

mod field;
mod json;
mod optional;

use std::fmt;

use crate::{MAX_DOCUMENT_BYTES, Segment, trace_id};
use field::Fields;
use json::Json;

/// How deeply subsegments may be nested in one document.
pub const MAX_DEPTH: usize = 50;

/// Annotations that are indexed.
pub const MAX_ANNOTATIONS: usize = 50;

/// Why PutTraceSegments did not take a document: an entry of its answer's `UnprocessedTraceSegments`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Unprocessed {
    /// The document's `id`, if it has one that can be read.
    pub id: Option<String>,
    /// What is wrong.
    pub code: ErrorCode,
    /// The service's wording (`Invalid segment. ErrorCode: InvalidTraceId`), then what was found and what is wanted.
    pub message: String,
}

/// The service's names for what is wrong with a document.
///
/// It publishes no list.
/// `InvalidName`, `InvalidSegment`, `InvalidTraceId`, `MissingEndTime`, `MissingId` and `MissingName` are on record; the others are formed alike.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "each name says it")]
pub enum ErrorCode {
    InvalidEndTime,
    InvalidId,
    InvalidName,
    InvalidParentId,
    /// Too large, or nested too deeply.
    InvalidSegment,
    InvalidStartTime,
    InvalidTraceId,
    MissingEndTime,
    MissingId,
    MissingName,
    MissingParentId,
    MissingStartTime,
    MissingTraceId,
    /// Not JSON.
    ParseError,
}

impl ErrorCode {
    /// Its name, as the service writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidEndTime => "InvalidEndTime",
            Self::InvalidId => "InvalidId",
            Self::InvalidName => "InvalidName",
            Self::InvalidParentId => "InvalidParentId",
            Self::InvalidSegment => "InvalidSegment",
            Self::InvalidStartTime => "InvalidStartTime",
            Self::InvalidTraceId => "InvalidTraceId",
            Self::MissingEndTime => "MissingEndTime",
            Self::MissingId => "MissingId",
            Self::MissingName => "MissingName",
            Self::MissingParentId => "MissingParentId",
            Self::MissingStartTime => "MissingStartTime",
            Self::MissingTraceId => "MissingTraceId",
            Self::ParseError => "ParseError",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads one document: a segment with its subsegments, or a subsegment that was sent by itself.
///
/// IDs come out in lower case.
/// Annotations that the service does not index are left out: keys with characters other than `A-Z a-z 0-9 _ .`, values that are no scalars,
/// texts of over 1,000 characters, and those after the first [`MAX_ANNOTATIONS`] of the document.
/// `user` and the texts of `http` are cut at 250 characters.
///
/// # Errors
///
/// The first thing that is wrong with what a document must have, be it in a subsegment: the service takes a document whole or not at all.
pub fn read(text: &str) -> Result<Segment, Unprocessed> {
    let refuse = |code, detail: String| Unprocessed {
        id: None,
        code,
        message: format!("Invalid segment. ErrorCode: {code}. {detail}"),
    };
    let too_large = text.len() > MAX_DOCUMENT_BYTES;
    // What is far too large is not even looked at.
    if text.len() > 16 * MAX_DOCUMENT_BYTES {
        return Err(refuse(ErrorCode::InvalidSegment, size(text)));
    }
    let value: Json<'_> = serde_json::from_str(text).map_err(|error| {
        refuse(
            ErrorCode::ParseError,
            format!("The document is not JSON: {error}."),
        )
    })?;
    let Json::Object(object) = value else {
        // So the service answers to `[]`.
        return Err(refuse(
            ErrorCode::MissingId,
            "The document must be a JSON object.".to_owned(),
        ));
    };
    let fields = Fields(object);
    let subsegment = is_subsegment(&fields);
    let id = fields.get("id").and_then(Json::as_str).map(excerpt);
    let mut reader = Reader { annotations: 0 };
    let problem = if too_large {
        Problem::of(subsegment, ErrorCode::InvalidSegment, size(text))
    } else {
        match reader.segment(fields, Place::Document { subsegment }) {
            Ok(segment) => return Ok(segment),
            Err(problem) => problem,
        }
    };
    Err(Unprocessed {
        id,
        code: problem.code,
        message: problem.message(),
    })
}

fn size(text: &str) -> String {
    format!(
        "The document has {} bytes, and {MAX_DOCUMENT_BYTES} are allowed; send its subsegments by themselves.",
        text.len()
    )
}

fn is_subsegment(fields: &Fields<'_>) -> bool {
    fields
        .get("type")
        .and_then(Json::as_str)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("subsegment"))
}

/// What is wrong, and in what.
struct Problem {
    subsegment: bool,
    code: ErrorCode,
    detail: String,
}

impl Problem {
    fn of(subsegment: bool, code: ErrorCode, detail: String) -> Self {
        Self {
            subsegment,
            code,
            detail,
        }
    }

    fn message(&self) -> String {
        let Self { code, detail, .. } = self;
        if self.subsegment {
            format!("Invalid subsegment. ErrorCode: {code}, Cause: null. {detail}")
        } else {
            format!("Invalid segment. ErrorCode: {code}. {detail}")
        }
    }
}

/// Where a segment stands.
#[derive(Clone, Copy)]
enum Place {
    /// It is the document.
    Document { subsegment: bool },
    /// It is in another's `subsegments`, this deep.
    Embedded { depth: usize },
}

/// What is counted over the whole document.
struct Reader {
    annotations: usize,
}

impl Reader {
    fn segment(&mut self, mut fields: Fields<'_>, place: Place) -> Result<Segment, Problem> {
        let (subsegment, independent) = match place {
            Place::Document { subsegment } => (subsegment, subsegment),
            Place::Embedded { .. } => (true, false),
        };
        let problem = |code, detail| Problem::of(subsegment, code, detail);

        let id = match fields.take("id") {
            None => return Err(problem(ErrorCode::MissingId, "`id` is missing.".to_owned())),
            Some(value) => hex_id(&value).ok_or_else(|| {
                problem(ErrorCode::InvalidId, wanted("id", &value, "16 hex digits"))
            })?,
        };
        let name = match fields.take("name") {
            None => {
                return Err(problem(
                    ErrorCode::MissingName,
                    "`name` is missing.".to_owned(),
                ));
            }
            Some(Json::Text(name)) if name_is_legal(&name) => name.into_owned(),
            Some(value) => {
                let want = "1 to 200 letters, digits, spaces and _.:/%&#=+\\-@";
                return Err(problem(
                    ErrorCode::InvalidName,
                    wanted("name", &value, want),
                ));
            }
        };
        let trace = match (fields.take("trace_id"), place) {
            (Some(value), place) => match (value.as_str().and_then(trace_id::parse), place) {
                (Some(id), _) => Some(trace_id::to_xray(id)),
                // It is the document's in any case.
                (None, Place::Embedded { .. }) => None,
                (None, Place::Document { .. }) => {
                    let want = "1-, 8 hex digits, -, 24 hex digits";
                    let detail = wanted("trace_id", &value, want);
                    return Err(problem(ErrorCode::InvalidTraceId, detail));
                }
            },
            (None, Place::Embedded { .. }) => None,
            (None, Place::Document { .. }) => {
                return Err(problem(
                    ErrorCode::MissingTraceId,
                    "`trace_id` is missing.".to_owned(),
                ));
            }
        };
        let parent_id = match fields.take("parent_id") {
            None => None,
            Some(Json::Text(none)) if none.is_empty() => None,
            Some(value) => Some(hex_id(&value).ok_or_else(|| {
                problem(
                    ErrorCode::InvalidParentId,
                    wanted("parent_id", &value, "16 hex digits"),
                )
            })?),
        };
        if independent && parent_id.is_none() {
            let detail = "A subsegment that is sent by itself needs `parent_id`.".to_owned();
            return Err(problem(ErrorCode::MissingParentId, detail));
        }

        let start_time = match fields.take("start_time") {
            None => {
                let detail = "`start_time` is missing.".to_owned();
                return Err(problem(ErrorCode::MissingStartTime, detail));
            }
            Some(value) => time(&value).ok_or_else(|| {
                problem(
                    ErrorCode::InvalidStartTime,
                    wanted("start_time", &value, SECONDS),
                )
            })?,
        };
        let in_progress = fields.flag("in_progress");
        let end_time = match fields.take("end_time") {
            None if in_progress => None,
            None => {
                let detail = "`end_time` is missing, and `in_progress` is not true.".to_owned();
                return Err(problem(ErrorCode::MissingEndTime, detail));
            }
            Some(value) => Some(time(&value).ok_or_else(|| {
                problem(
                    ErrorCode::InvalidEndTime,
                    wanted("end_time", &value, SECONDS),
                )
            })?),
        };
        if let Some(end) = end_time.filter(|end| *end < start_time) {
            let detail = format!("`end_time` {end} is before `start_time` {start_time}.");
            return Err(problem(ErrorCode::InvalidEndTime, detail));
        }

        let mut segment = Segment {
            name,
            id,
            start_time,
            end_time,
            in_progress,
            trace_id: trace,
            parent_id,
            ..Segment::default()
        };
        self.optional(&mut segment, &mut fields);
        segment.subsegments = self.subsegments(&mut fields, place)?;
        Ok(segment)
    }

    fn subsegments(
        &mut self,
        fields: &mut Fields<'_>,
        place: Place,
    ) -> Result<Vec<Segment>, Problem> {
        let depth = match place {
            Place::Document { .. } => 1,
            Place::Embedded { depth } => depth + 1,
        };
        let parts = fields.list("subsegments");
        if depth > MAX_DEPTH && !parts.is_empty() {
            let detail = format!("Subsegments are nested more than {MAX_DEPTH} deep.");
            return Err(Problem::of(true, ErrorCode::InvalidSegment, detail));
        }
        parts
            .into_iter()
            .map(|part| match part {
                Json::Object(object) => self.segment(Fields(object), Place::Embedded { depth }),
                other => {
                    let detail = wanted("subsegments", &other, "JSON objects");
                    Err(Problem::of(true, ErrorCode::MissingId, detail))
                }
            })
            .collect()
    }
}

const SECONDS: &str = "seconds since the Unix epoch";

fn hex_id(value: &Json<'_>) -> Option<String> {
    let id = trace_id::segment_id(value.as_str()?)?;
    Some(trace_id::hex_16(id))
}

/// Seconds whose nanoseconds fit into 64 bits; milliseconds, a frequent slip, do not.
fn time(value: &Json<'_>) -> Option<f64> {
    value
        .as_f64()
        .filter(|time| (0.0..18_446_744_073.0).contains(time))
}

/// "Up to 200 characters. Names can contain Unicode letters, numbers, and whitespace" and these symbols.
fn name_is_legal(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c.is_whitespace() || r"_.:/%&#=+\-@".contains(c))
        && (name.len() <= 200 || name.chars().count() <= 200)
}

fn wanted(field: &str, found: &Json<'_>, want: &str) -> String {
    format!(
        "`{field}` is {}, and {want} are wanted.",
        excerpt(&found.to_string())
    )
}

/// The beginning of a text that may be long.
fn excerpt(text: &str) -> String {
    match text.char_indices().nth(100) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
