//! From rows to activities with their replies; rows come oldest first, so that a parent comes before its replies.

use std::collections::HashMap;

use rusqlite::Row;
use uuid::Uuid;

use super::{time, uuid};
use crate::activity::{Activity, ReplyInFeed};

/// One activity or reply as it is stored: a reply if it has a parent.
pub(super) struct Post {
    parent: Option<Uuid>,
    activity: Activity,
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<Post> {
    let parent = match row.get_ref("reply_to_activity_uuid")? {
        rusqlite::types::ValueRef::Null => None,
        _ => Some(uuid(row, "reply_to_activity_uuid")?),
    };
    let activity = Activity {
        uuid: uuid(row, "uuid")?,
        handle: row.get("handle")?,
        message: row.get("message")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
        likes_count: row.get("likes_count")?,
        replies_count: 0,
        reposts_count: row.get("reposts_count")?,
        replies: Vec::new(),
    };
    Ok(Post { parent, activity })
}

/// All threads, newest first.
pub(super) fn newest_first(posts: Vec<Post>) -> Vec<Activity> {
    let mut threads = gather(posts, |post| post.parent.is_none());
    threads.reverse();
    threads
}

/// The thread, or the part of one, that begins with `root`.
pub(super) fn rooted_at(root: Uuid, posts: Vec<Post>) -> Option<Activity> {
    gather(posts, |post| post.activity.uuid == root).pop()
}

/// The posts that `is_root` picks, each with the replies to it at any depth; posts that belong to none are dropped.
fn gather(posts: Vec<Post>, is_root: impl Fn(&Post) -> bool) -> Vec<Activity> {
    let mut roots: Vec<Activity> = Vec::new();
    let mut direct_replies: HashMap<Uuid, u32> = HashMap::new();
    let mut root_of: HashMap<Uuid, usize> = HashMap::new();
    for post in posts {
        let uuid = post.activity.uuid;
        if is_root(&post) {
            root_of.insert(uuid, roots.len());
            roots.push(post.activity);
        } else if let Some(parent) = post.parent
            && let Some(&root) = root_of.get(&parent)
        {
            root_of.insert(uuid, root);
            *direct_replies.entry(parent).or_default() += 1;
            roots[root].replies_count += 1;
            roots[root].replies.push(reply(parent, post.activity));
        }
    }
    for reply in roots.iter_mut().flat_map(|root| &mut root.replies) {
        reply.replies_count = direct_replies.get(&reply.uuid).copied().unwrap_or(0);
    }
    roots
}

fn reply(parent: Uuid, post: Activity) -> ReplyInFeed {
    ReplyInFeed {
        uuid: post.uuid,
        reply_to_activity_uuid: parent,
        handle: post.handle,
        message: post.message,
        likes_count: post.likes_count,
        replies_count: 0,
        reposts_count: post.reposts_count,
        created_at: post.created_at,
    }
}
