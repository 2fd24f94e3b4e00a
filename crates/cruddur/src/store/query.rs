//! All SQL that answers requests: constant texts with placeholders, never with values in them.

/// One query, told so that a span can be named and described by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// What it does: `SELECT` or `INSERT`.
    pub operation: &'static str,
    /// The table that it does it on.
    pub collection: &'static str,
    /// Its SQL, with `?1` for the first value.
    pub text: &'static str,
}

/// A feed with all replies: the feed's name, now.
pub const FEED: Query = Query {
    operation: "SELECT",
    collection: "activities",
    text: "SELECT uuid, reply_to_activity_uuid, handle, message, created_at, expires_at, likes_count, reposts_count \
           FROM activities WHERE thread_uuid IN (\
           SELECT uuid FROM activities WHERE feed = ?1 AND expires_at > ?2 AND reply_to_activity_uuid IS NULL \
           ORDER BY number DESC LIMIT 50) ORDER BY number",
};

/// The thread that an activity or a reply belongs to: its UUID, now.
pub const ACTIVITY: Query = Query {
    operation: "SELECT",
    collection: "activities",
    text: "SELECT uuid, reply_to_activity_uuid, handle, message, created_at, expires_at, likes_count, reposts_count \
           FROM activities WHERE thread_uuid = (SELECT thread_uuid FROM activities WHERE uuid = ?1) \
           AND expires_at > ?2 ORDER BY number",
};

/// What a user has posted: handle, now.
pub const ACTIVITIES_OF_USER: Query = Query {
    operation: "SELECT",
    collection: "activities",
    text: "SELECT uuid, handle, message, created_at, expires_at FROM activities \
           WHERE handle = ?1 AND expires_at > ?2 AND reply_to_activity_uuid IS NULL ORDER BY number DESC LIMIT 50",
};

/// A search: term, now.
pub const SEARCH: Query = Query {
    operation: "SELECT",
    collection: "activities",
    text: "SELECT uuid, handle, message, created_at FROM activities \
           WHERE instr(lower(message), lower(?1)) > 0 AND expires_at > ?2 ORDER BY number DESC LIMIT 50",
};

/// A new activity: UUID, handle, message, created at, expires at.
pub const CREATE_ACTIVITY: Query = Query {
    operation: "INSERT",
    collection: "activities",
    text: "INSERT INTO activities (uuid, thread_uuid, feed, handle, message, created_at, expires_at) \
           VALUES (?1, ?1, 'home', ?2, ?3, ?4, ?5)",
};

/// A new reply, which lives as long as what it replies to: UUID, UUID replied to, handle, message, created at.
pub const REPLY: Query = Query {
    operation: "INSERT",
    collection: "activities",
    text: "INSERT INTO activities \
           (uuid, thread_uuid, reply_to_activity_uuid, feed, handle, message, created_at, expires_at) \
           SELECT ?1, thread_uuid, uuid, feed, ?3, ?4, ?5, expires_at FROM activities \
           WHERE uuid = ?2 AND expires_at > ?5",
};

/// The last message with each other party: handle.
pub const MESSAGE_GROUPS: Query = Query {
    operation: "SELECT",
    collection: "messages",
    text: "SELECT group_uuid, CASE WHEN sender_handle = ?1 THEN receiver_handle ELSE sender_handle END AS handle, \
           created_at, max(number) AS last FROM messages WHERE ?1 IN (sender_handle, receiver_handle) \
           GROUP BY group_uuid ORDER BY last DESC LIMIT 50",
};

/// The last messages between two users, newest first: their handles.
pub const MESSAGES: Query = Query {
    operation: "SELECT",
    collection: "messages",
    text: "SELECT uuid, sender_handle, message, created_at FROM messages \
           WHERE (sender_handle = ?1 AND receiver_handle = ?2) OR (sender_handle = ?2 AND receiver_handle = ?1) \
           ORDER BY number DESC LIMIT 100",
};

/// A new message, which joins the group of the messages between the two: UUID, sender, receiver, message, created at.
pub const CREATE_MESSAGE: Query = Query {
    operation: "INSERT",
    collection: "messages",
    text: "INSERT INTO messages (uuid, group_uuid, sender_handle, receiver_handle, message, created_at) \
           VALUES (?1, coalesce((SELECT group_uuid FROM messages \
           WHERE (sender_handle = ?2 AND receiver_handle = ?3) OR (sender_handle = ?3 AND receiver_handle = ?2) \
           LIMIT 1), ?1), ?2, ?3, ?4, ?5)",
};
