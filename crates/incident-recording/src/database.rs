//! The database: its queries as spans. How long each takes is told by who asks.

use std::sync::Arc;

use crate::scene::{Open, Scene};
use crate::{Kind, Resource, Value};

/// A query, its text without values.
pub(crate) struct Query {
    name: &'static str,
    operation: &'static str,
    collection: &'static str,
    text: &'static str,
}

const fn select(name: &'static str, collection: &'static str, text: &'static str) -> Query {
    Query {
        name,
        operation: "SELECT",
        collection,
        text,
    }
}

const fn insert(name: &'static str, collection: &'static str, text: &'static str) -> Query {
    Query {
        name,
        operation: "INSERT",
        collection,
        text,
    }
}

/// A feed with all replies, in one go.
pub(crate) const FEED: Query = select(
    "SELECT activities",
    "activities",
    "SELECT uuid, reply_to_activity_uuid, handle, message, created_at, expires_at, likes_count, reposts_count FROM activities \
     WHERE thread_uuid IN (SELECT uuid FROM activities WHERE feed = $1 AND expires_at > $2 AND reply_to_activity_uuid IS NULL \
     ORDER BY number DESC LIMIT 50) ORDER BY number",
);
/// A feed without replies.
pub(crate) const FEED_ALONE: Query = select(
    "SELECT activities",
    "activities",
    "SELECT uuid, handle, message, created_at, expires_at, likes_count, reposts_count FROM activities \
     WHERE feed = $1 AND expires_at > $2 AND reply_to_activity_uuid IS NULL ORDER BY number DESC LIMIT 50",
);
/// The replies to one activity.
pub(crate) const REPLIES: Query = select(
    "SELECT activities",
    "activities",
    "SELECT uuid, handle, message, created_at, expires_at, likes_count, reposts_count FROM activities \
     WHERE reply_to_activity_uuid = $1 AND expires_at > $2 ORDER BY number",
);
/// What a user has posted.
pub(crate) const OF_USER: Query = select(
    "SELECT activities",
    "activities",
    "SELECT uuid, handle, message, created_at, expires_at FROM activities \
     WHERE handle = $1 AND expires_at > $2 AND reply_to_activity_uuid IS NULL ORDER BY number DESC LIMIT 50",
);
/// One activity with its replies.
pub(crate) const ONE: Query = select(
    "SELECT activities",
    "activities",
    "SELECT uuid, reply_to_activity_uuid, handle, message, created_at, expires_at, likes_count, reposts_count FROM activities \
     WHERE thread_uuid = (SELECT thread_uuid FROM activities WHERE uuid = $1) AND expires_at > $2 ORDER BY number",
);
/// A search, when the search service does not answer.
pub(crate) const LIKE: Query = select(
    "SELECT activities",
    "activities",
    "SELECT uuid, handle, message, created_at FROM activities \
     WHERE lower(message) LIKE '%' || lower($1) || '%' AND expires_at > $2 ORDER BY number DESC LIMIT 50",
);
/// A new activity, or a reply.
pub(crate) const POST: Query = insert(
    "INSERT activities",
    "activities",
    "INSERT INTO activities (uuid, thread_uuid, feed, handle, message, created_at, expires_at) \
     VALUES ($1, $1, 'home', $2, $3, $4, $5)",
);
/// The last message with each other party.
pub(crate) const GROUPS: Query = select(
    "SELECT messages",
    "messages",
    "SELECT group_uuid, handle, created_at, max(number) AS last FROM messages \
     WHERE $1 IN (sender_handle, receiver_handle) GROUP BY group_uuid ORDER BY last DESC LIMIT 50",
);
/// The last messages between two users.
pub(crate) const MESSAGES: Query = select(
    "SELECT messages",
    "messages",
    "SELECT uuid, sender_handle, message, created_at FROM messages \
     WHERE sender_handle IN ($1, $2) AND receiver_handle IN ($1, $2) ORDER BY number DESC LIMIT 100",
);
/// A new message.
pub(crate) const SEND: Query = insert(
    "INSERT messages",
    "messages",
    "INSERT INTO messages (uuid, group_uuid, sender_handle, receiver_handle, message, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
);
/// A profile.
pub(crate) const PROFILE: Query = select(
    "SELECT profiles",
    "profiles",
    "SELECT handle, display_name FROM profiles WHERE handle = $1",
);

impl Scene<'_> {
    /// Asks within a span; gives when the answer was there.
    pub(crate) fn query(
        &mut self,
        within: Open,
        resource: &Arc<Resource>,
        query: &Query,
        at: u64,
        takes: u64,
        rows: i64,
    ) -> u64 {
        let namespace = if query.collection == "profiles" {
            "profiles"
        } else {
            "cruddur"
        };
        let attributes = vec![
            ("db.system.name", Value::Text("postgresql")),
            ("db.namespace", Value::Text(namespace)),
            ("db.operation.name", Value::Text(query.operation)),
            ("db.collection.name", Value::Text(query.collection)),
            ("db.query.text", Value::Text(query.text)),
            ("db.response.returned_rows", Value::Int(rows)),
        ];
        let span = self.open(
            Some(within),
            resource,
            query.name,
            Kind::Client,
            at,
            attributes,
        );
        let end = at + takes;
        self.close(span, end);
        end
    }
}
