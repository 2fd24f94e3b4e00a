//! The settings as a whole, and how they are shown. Each part is read in a module of its own; `sdk` makes the SDKs' configuration.

use std::fmt;

use crate::{SettingsError, credentials::Keys, endpoint, region};

/// A service of AWS that a lab sends to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Service {
    /// AWS X-Ray.
    XRay,
    /// Amazon CloudWatch Logs.
    CloudWatchLogs,
}

/// Where an AWS SDK sends, as the environment says. Shown (`Display`, `Debug`) it has no secret in it.
#[derive(Clone, Debug)]
pub struct AwsSettings {
    pub(crate) service: Service,
    pub(crate) endpoint: Option<String>,
    pub(crate) region: String,
    region_is_set: bool,
    pub(crate) keys: Keys,
}

impl Service {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::XRay => "X-Ray",
            Self::CloudWatchLogs => "CloudWatch Logs",
        }
    }

    /// The variable that holds its own endpoint, which wins over `AWS_ENDPOINT_URL`.
    /// Source: AWS SDKs and Tools Reference Guide, "Identifiers for service-specific endpoints".
    pub fn endpoint_variable(self) -> &'static str {
        match self {
            Self::XRay => "AWS_ENDPOINT_URL_XRAY",
            Self::CloudWatchLogs => "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
        }
    }

    pub(crate) fn lab(self) -> &'static str {
        match self {
            Self::XRay => "xray",
            Self::CloudWatchLogs => "cloudwatch",
        }
    }
}

impl AwsSettings {
    /// Reads the environment through `lookup` (`|name| std::env::var(name).ok()`); `has_tls` says whether this build can speak `https` ([`HAS_TLS`](crate::HAS_TLS)).
    ///
    /// - Endpoint: the service's own variable, else `AWS_ENDPOINT_URL`; without one the real service is meant.
    /// - Region: `AWS_REGION`, else `AWS_DEFAULT_REGION`.
    /// - Credentials: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    ///
    /// With an `http` endpoint, which the real services do not have, region and credentials may be missing: they are made up.
    ///
    /// # Errors
    ///
    /// When the environment does not say where to send, or says something that can't work.
    pub fn from_lookup(
        service: Service,
        lookup: impl Fn(&str) -> Option<String>,
        has_tls: bool,
    ) -> Result<Self, SettingsError> {
        let lookup = |name: &str| {
            let value = lookup(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let endpoint = endpoint::read(service, &lookup, has_tls)?;
        let any_will_do = endpoint
            .as_ref()
            .is_some_and(|endpoint| endpoint.starts_with("http://"));
        let (region, region_is_set) = region::read(&lookup, any_will_do)?;
        let keys = Keys::read(service, &lookup, any_will_do)?;
        Ok(Self {
            service,
            endpoint,
            region,
            region_is_set,
            keys,
        })
    }

    /// The service.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The endpoint; `None` is the real service.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }
}

impl fmt::Display for AwsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = self.service.name();
        match &self.endpoint {
            Some(endpoint) => write!(f, "{service} at {endpoint}")?,
            None => write!(f, "{service}, the real service")?,
        }
        write!(f, ", region {}", self.region)?;
        if !self.region_is_set {
            f.write_str(" (AWS_REGION is not set)")?;
        }
        if self.keys.made_up() {
            f.write_str(", with made-up keys")?;
        }
        Ok(())
    }
}
