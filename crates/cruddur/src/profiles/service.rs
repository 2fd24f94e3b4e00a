//! The profiles service itself: a few users, known from the start.

use axum::routing::get;
use axum::{Json, Router};

use super::{Profile, ProfileFuture, Profiles};
use crate::{Error, Handle};

/// All users: handle and display name.
pub const PROFILES: [(&str, &str); 5] = [
    ("andrewbrown", "Andrew Brown"),
    ("bayko", "Andrew Bayko"),
    ("garek", "Garek"),
    ("londo", "Londo"),
    ("worf", "Worf"),
];

/// The service's routes: `GET /profiles/@{handle}` gives `{handle, display_name}`, or 404 for an unknown handle.
pub fn profiles_routes() -> Router {
    Router::new().route("/profiles/@{handle}", get(profile))
}

async fn profile(Handle(handle): Handle) -> Result<Json<Profile>, Error> {
    find(&handle).map(Json).ok_or(Error::ProfileNotFound)
}

fn find(handle: &str) -> Option<Profile> {
    let (handle, display_name) = PROFILES.into_iter().find(|(known, _)| *known == handle)?;
    Some(Profile {
        handle: handle.to_owned(),
        display_name: display_name.to_owned(),
    })
}

/// The same users without a service, for tests of what is not the call to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalProfiles;

impl Profiles for LocalProfiles {
    fn display_name<'a>(&'a self, handle: &'a str) -> ProfileFuture<'a> {
        Box::pin(std::future::ready(Ok(
            find(handle).unwrap_or_else(|| Profile::unknown(handle))
        )))
    }
}
