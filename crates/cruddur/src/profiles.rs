//! Where display names come from: the [`Profiles`] service and how the back end asks it over HTTP.

mod service;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::{Method, Request, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};

pub use service::{LocalProfiles, PROFILES, profiles_routes};

/// How long the profiles service may take to answer.
pub const TIMEOUT: Duration = Duration::from_secs(2);

/// A user's name for humans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The name for programs, without the `@`.
    pub handle: String,
    /// The name for humans.
    pub display_name: String,
}

impl Profile {
    /// What is shown for a handle that has no profile: the handle itself.
    pub fn unknown(handle: &str) -> Self {
        Self {
            handle: handle.to_owned(),
            display_name: handle.to_owned(),
        }
    }
}

/// Why no profile could be had. That there is none is no error: see [`Profile::unknown`].
#[derive(Debug, thiserror::Error)]
pub enum ProfilesError {
    /// The address of the service cannot be one.
    #[error(
        "what is given as the profiles service's address is none: set PROFILES_URL to one such as http://localhost:4568"
    )]
    Address,
    /// No answer, or one that broke off.
    #[error("the profiles service did not answer: start it, or set PROFILES_URL")]
    Unreachable(#[source] reqwest::Error),
    /// An answer that is neither a profile nor the news that there is none.
    #[error("the profiles service answered {0}")]
    Status(StatusCode),
    /// An answer whose body is no profile.
    #[error("the profiles service's answer is no profile")]
    Unreadable(#[source] serde_json::Error),
}

/// What [`Profiles::display_name`] gives: a future in a box, so that the trait can be used as `dyn Profiles`.
pub type ProfileFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Profile, ProfilesError>> + Send + 'a>>;

/// Gives display names for handles.
pub trait Profiles: Send + Sync {
    /// The profile of `handle`; [`Profile::unknown`] when there is none.
    fn display_name<'a>(&'a self, handle: &'a str) -> ProfileFuture<'a>;
}

/// The profiles service over HTTP.
#[derive(Clone, Debug)]
pub struct HttpProfiles {
    base_url: String,
    client: reqwest::Client,
}

impl HttpProfiles {
    /// The service at `base_url`, such as `http://localhost:4568`.
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            client: client(),
        }
    }
}

impl Profiles for HttpProfiles {
    fn display_name<'a>(&'a self, handle: &'a str) -> ProfileFuture<'a> {
        Box::pin(async move {
            let request = request(&self.base_url, handle)?;
            let response = self
                .client
                .execute(request)
                .await
                .map_err(ProfilesError::Unreachable)?;
            read(handle, response).await
        })
    }
}

/// A client that goes straight to the service, also where the environment names a proxy for the world outside.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap_or_default()
}

/// The request for the profile of `handle`: `GET {base_url}/profiles/@{handle}`, with the [`TIMEOUT`].
///
/// # Errors
/// [`ProfilesError::Address`].
pub fn request(base_url: &str, handle: &str) -> Result<Request, ProfilesError> {
    let no_address = || ProfilesError::Address;
    let mut url = Url::parse(base_url).map_err(|_| no_address())?;
    // Pushed as a segment, so that a handle with a slash or a question mark stays one.
    url.path_segments_mut()
        .map_err(|()| no_address())?
        .pop_if_empty()
        .extend(["profiles", &format!("@{handle}")]);
    let mut request = Request::new(Method::GET, url);
    *request.timeout_mut() = Some(TIMEOUT);
    Ok(request)
}

/// What the service's answer to [`request`] says.
///
/// # Errors
/// When it is neither a profile nor a 404.
pub async fn read(handle: &str, response: Response) -> Result<Profile, ProfilesError> {
    match response.status() {
        StatusCode::OK => {
            let body = response.bytes().await.map_err(ProfilesError::Unreachable)?;
            serde_json::from_slice(&body).map_err(ProfilesError::Unreadable)
        }
        StatusCode::NOT_FOUND => Ok(Profile::unknown(handle)),
        status => Err(ProfilesError::Status(status)),
    }
}
