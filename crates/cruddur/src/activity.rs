//! Activities and replies: their JSON shapes, and what a new one must be.

use serde::Serialize;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::input::{Fields, text_problem};
use crate::{Error, Profile};

/// The most characters that an activity or a reply may have.
pub(crate) const MAX_CHARS: usize = 280;

/// An activity in a feed, with its replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// Who posted it.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// When it was posted.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it vanishes.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: OffsetDateTime,
    /// How many like it.
    pub likes_count: u32,
    /// How many replies it has, replies to its replies included.
    pub replies_count: u32,
    /// How many passed it on.
    pub reposts_count: u32,
    /// Its replies and the replies to those, oldest first.
    pub replies: Vec<ReplyInFeed>,
}

/// A reply as it is listed under its activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReplyInFeed {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// What it replies to.
    #[serde(serialize_with = "text")]
    pub reply_to_activity_uuid: Uuid,
    /// Who wrote it.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// How many like it.
    pub likes_count: u32,
    /// How many reply to it directly.
    pub replies_count: u32,
    /// How many passed it on.
    pub reposts_count: u32,
    /// When it was written.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
}

/// An activity in the list of one user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActivityOfUser {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// Who posted it.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// When it was posted.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it vanishes.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// An activity or a reply that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundActivity {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// Who posted it.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// When it was posted.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
}

/// The answer to posting an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostedActivity {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// The name that the profiles service has for who posted it.
    pub display_name: String,
    /// Who posted it.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// When it was posted.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it vanishes.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: OffsetDateTime,
}

impl PostedActivity {
    pub(crate) fn new(uuid: Uuid, author: Profile, new: NewActivity, now: OffsetDateTime) -> Self {
        Self {
            uuid,
            display_name: author.display_name,
            handle: author.handle,
            message: new.message,
            created_at: now,
            expires_at: now + new.ttl.duration(),
        }
    }
}

/// The answer to replying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// Who wrote it.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// When it was written.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
    /// What it replies to.
    #[serde(serialize_with = "text")]
    pub reply_to_activity_uuid: Uuid,
}

impl Reply {
    pub(crate) fn new(
        uuid: Uuid,
        to: Uuid,
        handle: &str,
        new: NewReply,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            uuid,
            handle: handle.to_owned(),
            message: new.message,
            created_at: now,
            reply_to_activity_uuid: to,
        }
    }
}

/// A valid wish to post an activity; as an axum extractor it reads the JSON body `{message, ttl}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivity {
    message: String,
    ttl: Ttl,
}

impl NewActivity {
    /// Checks the fields.
    ///
    /// # Errors
    /// [`Error::Validation`] with `ttl_blank`, `message_blank` or `message_exceed_max_chars`.
    pub fn new(message: &str, ttl: &str) -> Result<Self, Error> {
        match (Ttl::parse(ttl), text_problem(message, MAX_CHARS)) {
            (Some(ttl), None) => Ok(Self {
                message: message.to_owned(),
                ttl,
            }),
            (ttl, problem) => Err(Error::Validation(
                ttl.is_none()
                    .then_some("ttl_blank")
                    .into_iter()
                    .chain(problem)
                    .collect(),
            )),
        }
    }

    pub(crate) fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Self::new(fields.text("message"), fields.text("ttl"))
    }
}

/// A valid wish to reply; as an axum extractor it reads the JSON body `{message}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReply {
    message: String,
}

impl NewReply {
    /// Checks the field.
    ///
    /// # Errors
    /// [`Error::Validation`] with `message_blank` or `message_exceed_max_chars`.
    pub fn new(message: &str) -> Result<Self, Error> {
        match text_problem(message, MAX_CHARS) {
            None => Ok(Self {
                message: message.to_owned(),
            }),
            Some(problem) => Err(Error::Validation(vec![problem])),
        }
    }

    pub(crate) fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Self::new(fields.text("message"))
    }
}

/// How long an activity lives: one of seven spans of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ttl(Duration);

impl Ttl {
    /// The spans by the names that requests have for them.
    const ALL: [(&'static str, Duration); 7] = [
        ("30-days", Duration::days(30)),
        ("7-days", Duration::days(7)),
        ("3-days", Duration::days(3)),
        ("1-day", Duration::days(1)),
        ("12-hours", Duration::hours(12)),
        ("3-hours", Duration::hours(3)),
        ("1-hour", Duration::hours(1)),
    ];

    /// The span of this name, such as `12-hours`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, duration)| Self(*duration))
    }

    /// How long that is.
    pub fn duration(self) -> Duration {
        self.0
    }
}

/// Writes a time as all answers have it, such as `2026-01-01T12:00:00Z`.
pub(crate) fn rfc3339<S: serde::Serializer>(
    time: &OffsetDateTime,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let text = time
        .format(&time::format_description::well_known::Rfc3339)
        .map_err(serde::ser::Error::custom)?;
    serializer.serialize_str(&text)
}

/// Writes an ID as text.
pub(crate) fn text<S: serde::Serializer>(id: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
