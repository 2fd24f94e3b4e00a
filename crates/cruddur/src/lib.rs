//! The sample application: a micro-blog back end, its profiles service and its front-end page, without telemetry.
//!
//! A lab takes the application as it is, adds its layers, and replaces the handlers that it instruments:
//!
//! ```ignore
//! let routes = Routes { home: get(my_home), ..Routes::default() };
//! let app = routes.into_router().layer(my_layer).layer(cors(&frontend, &backend)).with_state(cruddur);
//! cruddur::serve(listener, app, cruddur::shutdown_signal()).await?;
//! ```
//!
//! | to instrument | take hold of |
//! |---|---|
//! | every request | a layer on the [`axum::Router`] that [`routes()`] or [`Routes::into_router`] gives |
//! | one handler | a field of [`Routes`]; the default ones are in [`handlers`] |
//! | the call to the profiles service | an own [`Profiles`], made of [`profiles::request`] and [`profiles::read`] |
//! | the database | [`Cruddur::around_queries`], which hands over each [`Query`] |
//! | failures | the [`Failure`] in the extensions of each response that is an error |
//! | the user's actions in the front-end page | a [`Companion`] script |
//!
//! Who is signed in is fixed: [`CURRENT_USER`].

mod activity;
mod cors;
mod cruddur;
mod error;
mod frontend;
pub mod handlers;
mod input;
mod message;
pub mod profiles;
mod routes;
mod serve;
mod settings;
pub mod store;

pub use activity::{
    Activity, ActivityOfUser, FoundActivity, NewActivity, NewReply, PostedActivity, Reply,
    ReplyInFeed, Ttl,
};
pub use cors::{CORS_HEADERS, cors};
pub use cruddur::{Clock, Cruddur, Uuids};
pub use error::{Error, Failure};
pub use frontend::{Companion, FrontendConfig, frontend_routes};
pub use input::{ActivityId, Handle, Receiver, SearchTerm};
pub use message::{Message, MessageGroup, NewMessage};
pub use profiles::{HttpProfiles, Profile, Profiles, ProfilesError, profiles_routes};
pub use routes::{Routes, routes};
pub use serve::{ListenError, listen, serve, shutdown_signal};
pub use settings::{Settings, SettingsError};
pub use store::{Query, QueryHook, Store, StoreError};

/// The handle of the one user who is signed in.
pub const CURRENT_USER: &str = "andrewbrown";
