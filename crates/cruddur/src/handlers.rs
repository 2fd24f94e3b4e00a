//! The handlers behind the routes: from request to operation to JSON, and no more.

use axum::Json;
use axum::extract::State;

use crate::activity::{
    Activity, ActivityOfUser, FoundActivity, NewActivity, NewReply, PostedActivity, Reply,
};
use crate::input::{ActivityId, Handle, Receiver, SearchTerm};
use crate::message::{Message, MessageGroup, NewMessage};
use crate::{Cruddur, Error};

/// `GET /api/activities/home`
pub async fn home(State(cruddur): State<Cruddur>) -> Result<Json<Vec<Activity>>, Error> {
    cruddur.home_activities().map(Json)
}

/// `GET /api/activities/notifications`
pub async fn notifications(State(cruddur): State<Cruddur>) -> Result<Json<Vec<Activity>>, Error> {
    cruddur.notifications().map(Json)
}

/// `GET /api/activities/@{handle}`
pub async fn user_activities(
    State(cruddur): State<Cruddur>,
    Handle(handle): Handle,
) -> Result<Json<Vec<ActivityOfUser>>, Error> {
    cruddur.user_activities(&handle).map(Json)
}

/// `GET /api/activities/search?term=`
pub async fn search(
    State(cruddur): State<Cruddur>,
    SearchTerm(term): SearchTerm,
) -> Result<Json<Vec<FoundActivity>>, Error> {
    cruddur.search(&term).map(Json)
}

/// `POST /api/activities`
pub async fn create_activity(
    State(cruddur): State<Cruddur>,
    new: NewActivity,
) -> Result<Json<PostedActivity>, Error> {
    cruddur.create_activity(new).await.map(Json)
}

/// `GET /api/activities/{uuid}`
pub async fn activity(
    State(cruddur): State<Cruddur>,
    ActivityId(uuid): ActivityId,
) -> Result<Json<Activity>, Error> {
    cruddur.activity(uuid).map(Json)
}

/// `POST /api/activities/{uuid}/reply`
pub async fn reply(
    State(cruddur): State<Cruddur>,
    ActivityId(uuid): ActivityId,
    new: NewReply,
) -> Result<Json<Reply>, Error> {
    cruddur.reply(uuid, new).map(Json)
}

/// `GET /api/message_groups`
pub async fn message_groups(
    State(cruddur): State<Cruddur>,
) -> Result<Json<Vec<MessageGroup>>, Error> {
    cruddur.message_groups().await.map(Json)
}

/// `GET /api/messages/@{handle}?user_reciever_handle=`
///
/// The messages between `handle` and the receiver, who is the signed-in user when the query names none.
pub async fn messages(
    State(cruddur): State<Cruddur>,
    Handle(handle): Handle,
    Receiver(receiver): Receiver,
) -> Result<Json<Vec<Message>>, Error> {
    cruddur.messages(&handle, &receiver).await.map(Json)
}

/// `POST /api/messages`
pub async fn create_message(
    State(cruddur): State<Cruddur>,
    new: NewMessage,
) -> Result<Json<Message>, Error> {
    cruddur.create_message(new).await.map(Json)
}
