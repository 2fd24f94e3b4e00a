//! Which handler answers which route.

use axum::Router;
use axum::routing::{MethodRouter, get, post};

use crate::{Cruddur, Error, handlers};

/// The handlers of all routes; replace a field to instrument one.
///
/// ```ignore
/// Routes { home: get(my_home), ..Routes::default() }.into_router()
/// ```
#[derive(Clone)]
pub struct Routes {
    /// `GET /api/activities/home`
    pub home: MethodRouter<Cruddur>,
    /// `GET /api/activities/notifications`
    pub notifications: MethodRouter<Cruddur>,
    /// `GET /api/activities/@{handle}`
    pub user_activities: MethodRouter<Cruddur>,
    /// `GET /api/activities/search?term=`
    pub search: MethodRouter<Cruddur>,
    /// `POST /api/activities`
    pub create_activity: MethodRouter<Cruddur>,
    /// `GET /api/activities/{uuid}`
    pub activity: MethodRouter<Cruddur>,
    /// `POST /api/activities/{uuid}/reply`
    pub reply: MethodRouter<Cruddur>,
    /// `GET /api/message_groups`
    pub message_groups: MethodRouter<Cruddur>,
    /// `GET /api/messages/@{handle}?user_reciever_handle=`
    pub messages: MethodRouter<Cruddur>,
    /// `POST /api/messages`
    pub create_message: MethodRouter<Cruddur>,
}

impl Default for Routes {
    /// The uninstrumented handlers.
    fn default() -> Self {
        Self {
            home: get(handlers::home),
            notifications: get(handlers::notifications),
            user_activities: get(handlers::user_activities),
            search: get(handlers::search),
            create_activity: post(handlers::create_activity),
            activity: get(handlers::activity),
            reply: post(handlers::reply),
            message_groups: get(handlers::message_groups),
            messages: get(handlers::messages),
            create_message: post(handlers::create_message),
        }
    }
}

impl Routes {
    /// The router; the paths here are what [`MatchedPath`](axum::extract::MatchedPath) gives.
    pub fn into_router(self) -> Router<Cruddur> {
        Router::new()
            .route("/api/activities", self.create_activity)
            .route("/api/activities/home", self.home)
            .route("/api/activities/notifications", self.notifications)
            .route("/api/activities/search", self.search)
            .route("/api/activities/@{handle}", self.user_activities)
            .route("/api/activities/@", get(blank_handle)) // a parameter is never empty
            .route("/api/activities/{uuid}", self.activity)
            .route("/api/activities/{uuid}/reply", self.reply)
            .route("/api/message_groups", self.message_groups)
            .route("/api/messages", self.create_message)
            .route("/api/messages/@{handle}", self.messages)
    }
}

async fn blank_handle() -> Error {
    Error::Validation(vec!["blank_user_handle"])
}

/// All routes with their uninstrumented handlers.
pub fn routes() -> Router<Cruddur> {
    Routes::default().into_router()
}
