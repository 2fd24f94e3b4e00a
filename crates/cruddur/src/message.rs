//! Messages between users: their JSON shapes, and what a new one must be.

use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::activity::{rfc3339, text};
use crate::input::{Fields, text_problem};
use crate::{Error, Profile};

/// The most characters that a message may have.
const MAX_CHARS: usize = 1024;

/// The most characters that the handle of a receiver may have: more would not fit a call to the profiles service.
const MAX_HANDLE_CHARS: usize = 64;

/// One other party with whom messages were exchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageGroup {
    /// The group's ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// The name that the profiles service has for the other party.
    pub display_name: String,
    /// The other party.
    pub handle: String,
    /// When the last message was sent.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its ID.
    #[serde(serialize_with = "text")]
    pub uuid: Uuid,
    /// The name that the profiles service has for the sender.
    pub display_name: String,
    /// The sender.
    pub handle: String,
    /// Its text.
    pub message: String,
    /// When it was sent.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: OffsetDateTime,
}

impl Message {
    pub(crate) fn new(uuid: Uuid, sender: Profile, message: String, now: OffsetDateTime) -> Self {
        Self {
            uuid,
            display_name: sender.display_name,
            handle: sender.handle,
            message,
            created_at: now,
        }
    }
}

/// A valid wish to send a message; as an axum extractor it reads the JSON body `{user_receiver_handle, message}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    pub(crate) receiver: String,
    pub(crate) message: String,
}

impl NewMessage {
    /// Checks the fields.
    ///
    /// # Errors
    /// [`Error::Validation`] with `user_reciever_handle_blank`, `user_reciever_handle_exceed_max_chars`,
    /// `message_blank` or `message_exceed_max_chars`.
    pub fn new(receiver: &str, message: &str) -> Result<Self, Error> {
        // Codes keep the spelling that the original has on the wire.
        let receiver_problem = if receiver.trim().is_empty() {
            Some("user_reciever_handle_blank")
        } else if receiver.chars().count() > MAX_HANDLE_CHARS {
            Some("user_reciever_handle_exceed_max_chars")
        } else {
            None
        };
        let problems: Vec<_> = receiver_problem
            .into_iter()
            .chain(text_problem(message, MAX_CHARS))
            .collect();
        if problems.is_empty() {
            Ok(Self {
                receiver: receiver.to_owned(),
                message: message.to_owned(),
            })
        } else {
            Err(Error::Validation(problems))
        }
    }

    pub(crate) fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Self::new(fields.text("user_receiver_handle"), fields.text("message"))
    }
}
