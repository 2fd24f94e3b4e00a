//! The configuration that the SDKs' clients take, made of the settings.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::{behavior_version::BehaviorVersion, http::SharedHttpClient};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region};

use crate::AwsSettings;

/// A local service answers in milliseconds, a real one within a second; nobody should wait longer to hear that nothing is there.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const ATTEMPT_WITHIN: Duration = Duration::from_secs(3);
const OPERATION_WITHIN: Duration = Duration::from_secs(8);
const ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

impl AwsSettings {
    /// The configuration for a client: `aws_sdk_xray::Client::new(&settings.sdk_config())`.
    ///
    /// A request is tried three times and takes eight seconds at most.
    /// Each call makes an HTTP client of its own, so that clients on different runtimes share no connections: call it once for each.
    pub fn sdk_config(&self) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(self.keys.credentials()))
            .http_client(http_client(self.endpoint.as_deref()))
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_initial_backoff(FIRST_BACKOFF)
                    .with_max_backoff(LONGEST_BACKOFF),
            )
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_WITHIN)
                    .operation_attempt_timeout(ATTEMPT_WITHIN)
                    .operation_timeout(OPERATION_WITHIN)
                    .build(),
            );
        config.set_endpoint_url(self.endpoint.clone());
        config.build()
    }
}

#[cfg(feature = "live")]
fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

    if endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")) {
        Builder::new().build_http()
    } else {
        Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https()
    }
}

#[cfg(not(feature = "live"))]
fn http_client(_: Option<&str>) -> SharedHttpClient {
    Builder::new().build_http()
}
