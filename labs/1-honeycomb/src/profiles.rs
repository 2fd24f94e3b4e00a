//! The call to the profiles service, with a CLIENT span that the other side continues.

use cruddur::{
    Profile, Profiles, ProfilesError,
    profiles::{self, ProfileFuture},
};

/// Asks the profiles service for display names, within the trace of the request that needs them.
pub struct TracedProfiles {
    base_url: String,
    client: reqwest::Client,
}

impl TracedProfiles {
    /// The service at `base_url`, such as `http://localhost:4568`.
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            client: profiles::client(),
        }
    }

    async fn ask(&self, handle: &str) -> Result<Profile, ProfilesError> {
        let request = profiles::request(&self.base_url, handle)?;
        // #region step 5
        // TODO(step 5): a CLIENT span round this call, whose context travels in the request's headers.
        let response = self
            .client
            .execute(request)
            .await
            .map_err(ProfilesError::Unreachable)?;
        // #endregion
        profiles::read(handle, response).await
    }
}

impl Profiles for TracedProfiles {
    fn display_name<'a>(&'a self, handle: &'a str) -> ProfileFuture<'a> {
        Box::pin(self.ask(handle))
    }
}
