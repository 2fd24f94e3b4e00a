//! Where the AWS SDKs send, read from the environment: region, endpoint, credentials and HTTP client, without aws-config.
//!
//! ```no_run
//! use aws_settings::{AwsSettings, HAS_TLS, Service};
//!
//! # fn main() -> Result<(), aws_settings::SettingsError> {
//! let lookup = |name: &str| std::env::var(name).ok();
//! let settings = AwsSettings::from_lookup(Service::XRay, lookup, HAS_TLS)?;
//! eprintln!("telemetry: {settings}"); // X-Ray at http://127.0.0.1:4318, region ca-central-1
//! let config = settings.sdk_config(); // aws_sdk_xray::Client::new(&config)
//! # drop(config);
//! # Ok(())
//! # }
//! ```
//!
//! Profiles, single sign-on and the metadata service of EC2 are left out: aws-config has them, and learners would wait for it.

mod causes;
mod credentials;
mod endpoint;
mod error;
mod region;
mod sdk;
mod settings;

pub use causes::in_one_line;
pub use error::SettingsError;
pub use settings::{AwsSettings, Service};

/// Whether this build can speak `https`: the feature `live`.
pub const HAS_TLS: bool = cfg!(feature = "live");

/// What the environment holds under a name; set but empty counts as not set.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;
