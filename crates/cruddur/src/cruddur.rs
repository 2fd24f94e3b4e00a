//! The application's state and what it can do: the operations behind the routes, without HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use time::OffsetDateTime;
use uuid::Uuid;

use crate::activity::{
    Activity, ActivityOfUser, FoundActivity, NewActivity, NewReply, PostedActivity, Reply,
};
use crate::message::{Message, MessageGroup, NewMessage};
use crate::store::{Feed, QueryHook};
use crate::{CURRENT_USER, Error, HttpProfiles, Profiles, Settings, Store, StoreError};

/// Tells the time, in UTC.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// Makes the UUIDs of what is posted; no two alike.
pub type Uuids = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// The application: state of the [`Router`](axum::Router), cheap to clone.
///
/// All that could differ from run to run is passed in: the store, the profiles service, the clock, the UUIDs.
#[derive(Clone)]
pub struct Cruddur {
    store: Store,
    profiles: Arc<dyn Profiles>,
    clock: Clock,
    uuids: Uuids,
}

impl Cruddur {
    /// The application over `store`, with display names from `profiles`, the system's clock and random UUIDs.
    pub fn new(store: Store, profiles: Arc<dyn Profiles>) -> Self {
        Self {
            store,
            profiles,
            clock: Arc::new(OffsetDateTime::now_utc),
            uuids: Arc::new(Uuid::new_v4),
        }
    }

    /// The application as the environment wants it: its database and its profiles service over HTTP.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn from_settings(settings: &Settings) -> Result<Self, StoreError> {
        let store = match &settings.database {
            Some(path) => Store::open(path)?,
            None => Store::in_memory()?,
        };
        Ok(Self::new(
            store,
            Arc::new(HttpProfiles::new(&settings.profiles_url)),
        ))
    }

    /// The application with nothing left to chance: the same requests get the same answers in each run.
    ///
    /// The clock stands at [`Cruddur::deterministic_time`], UUIDs count up from
    /// `00000000-0000-4000-8000-000000000001`, and the store is a fresh one in memory.
    ///
    /// # Errors
    /// When SQLite cannot make a database in memory.
    pub fn deterministic(profiles: Arc<dyn Profiles>) -> Result<Self, StoreError> {
        let now = Self::deterministic_time();
        let made = AtomicU64::new(0);
        let count_up = move || {
            let number = made.fetch_add(1, Ordering::Relaxed) + 1;
            Uuid::from_u64_pair(0x0000_0000_0000_4000, 0x8000_0000_0000_0000 | number)
        };
        Ok(Self::new(Store::in_memory_at(now)?, profiles)
            .with_clock(Arc::new(move || now))
            .with_uuids(Arc::new(count_up)))
    }

    /// Where the clock of [`Cruddur::deterministic`] stands: 2026-01-01T12:00:00Z.
    pub fn deterministic_time() -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(1_767_268_800)
    }

    /// The same application by another clock.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same application with UUIDs from `uuids`.
    pub fn with_uuids(self, uuids: Uuids) -> Self {
        Self { uuids, ..self }
    }

    /// The same application over another store.
    pub fn with_store(self, store: Store) -> Self {
        Self { store, ..self }
    }

    /// The same application with display names from `profiles`.
    pub fn with_profiles(self, profiles: Arc<dyn Profiles>) -> Self {
        Self { profiles, ..self }
    }

    /// The same application with `hook` round each of its queries; see [`Store::around`].
    pub fn around_queries(self, hook: Arc<QueryHook>) -> Self {
        Self {
            store: self.store.around(hook),
            ..self
        }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where display names come from.
    pub fn profiles(&self) -> &dyn Profiles {
        &*self.profiles
    }

    /// The time by the application's clock.
    pub fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// The time by the application's clock as answers have it, such as `2026-01-01T12:00:00Z`.
    pub fn now_rfc3339(&self) -> String {
        self.now()
            .format(&time::format_description::well_known::Rfc3339)
            .unwrap_or_default()
    }

    /// The home feed, newest first: one query.
    ///
    /// # Errors
    /// When the database fails.
    pub fn home_activities(&self) -> Result<Vec<Activity>, Error> {
        Ok(self.store.feed(Feed::Home, self.now())?)
    }

    /// What the signed-in user is notified of, newest first: one query.
    ///
    /// # Errors
    /// When the database fails.
    pub fn notifications(&self) -> Result<Vec<Activity>, Error> {
        Ok(self.store.feed(Feed::Notifications, self.now())?)
    }

    /// What `handle` has posted and has not expired, newest first: one query.
    ///
    /// # Errors
    /// When the database fails.
    pub fn user_activities(&self, handle: &str) -> Result<Vec<ActivityOfUser>, Error> {
        Ok(self.store.activities_of(handle, self.now())?)
    }

    /// Activities and replies whose text contains `term`, whatever the case of its ASCII letters: one query.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search(&self, term: &str) -> Result<Vec<FoundActivity>, Error> {
        Ok(self.store.search(term, self.now())?)
    }

    /// One activity with its replies: one query.
    ///
    /// # Errors
    /// [`Error::ActivityNotFound`], and when the database fails.
    pub fn activity(&self, uuid: Uuid) -> Result<Activity, Error> {
        self.store
            .activity(uuid, self.now())?
            .ok_or(Error::ActivityNotFound)
    }

    /// Posts an activity: one call to the profiles service, then one query.
    ///
    /// # Errors
    /// When the profiles service cannot be asked, in which case nothing is stored, and when the database fails.
    pub async fn create_activity(&self, new: NewActivity) -> Result<PostedActivity, Error> {
        let profile = self.profiles.display_name(CURRENT_USER).await?;
        let posted = PostedActivity::new((self.uuids)(), profile, new, self.now());
        self.store.insert_activity(&posted)?;
        Ok(posted)
    }

    /// Replies to an activity or to a reply: one query.
    ///
    /// # Errors
    /// [`Error::ActivityNotFound`], and when the database fails.
    pub fn reply(&self, to: Uuid, new: NewReply) -> Result<Reply, Error> {
        let reply = Reply::new((self.uuids)(), to, CURRENT_USER, new, self.now());
        if self.store.insert_reply(&reply)? {
            Ok(reply)
        } else {
            Err(Error::ActivityNotFound)
        }
    }

    /// With whom the signed-in user exchanges messages, last exchange first: one query, then one call to the
    /// profiles service for each of the other parties, one after the other.
    ///
    /// # Errors
    /// When the database fails, or the profiles service cannot be asked.
    pub async fn message_groups(&self) -> Result<Vec<MessageGroup>, Error> {
        let mut groups = self.store.message_groups(CURRENT_USER)?;
        for group in &mut groups {
            group.display_name = self
                .profiles
                .display_name(&group.handle)
                .await?
                .display_name;
        }
        Ok(groups)
    }

    /// The messages between two users, oldest first: one query, then one call to the profiles service for each user
    /// who wrote one of them.
    ///
    /// # Errors
    /// When the database fails, or the profiles service cannot be asked.
    pub async fn messages(&self, one: &str, other: &str) -> Result<Vec<Message>, Error> {
        let mut messages = self.store.messages(one, other)?;
        for handle in [one, other] {
            if messages
                .iter()
                .any(|message| message.handle == handle && message.display_name.is_empty())
            {
                let profile = self.profiles.display_name(handle).await?;
                for message in messages
                    .iter_mut()
                    .filter(|message| message.handle == handle)
                {
                    message.display_name.clone_from(&profile.display_name);
                }
            }
        }
        Ok(messages)
    }

    /// Sends a message from the signed-in user: one call to the profiles service, then one query.
    ///
    /// # Errors
    /// When the profiles service cannot be asked, in which case nothing is stored, and when the database fails.
    pub async fn create_message(&self, new: NewMessage) -> Result<Message, Error> {
        let profile = self.profiles.display_name(CURRENT_USER).await?;
        let message = Message::new((self.uuids)(), profile, new.message, self.now());
        self.store.insert_message(&message, &new.receiver)?;
        Ok(message)
    }
}
