//! Why the environment does not say where to send: each message says what to set.

/// The environment does not say where to send.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A variable that looks like an endpoint's and that no SDK reads.
    #[error(
        "AWS_ENDPOINT_URL_LOGS is set, which no SDK reads, so that requests would go to the real service: rename it to AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"
    )]
    WrongVariable,
    /// Neither `http` nor `https`, or no host, or a query: what it is instead may be a key, and is not shown.
    #[error(
        "{variable} has a value (not shown), which is no address: write it like http://localhost:4318"
    )]
    NotAnAddress {
        /// The variable that should hold the address.
        variable: &'static str,
    },
    /// A name or password in the address, which is not shown.
    #[error(
        "{variable} has a name or a password before `@`: write it like http://localhost:4318, and put keys into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    KeyInAddress {
        /// The variable that holds the address.
        variable: &'static str,
    },
    /// `https` in a build without TLS.
    #[error(
        "{variable} is {endpoint}, and this build has no TLS: set it to http://localhost:4318 for the observatory, or build with `cargo lab up --live {lab}`"
    )]
    NeedsTls {
        /// The variable that holds the address.
        variable: &'static str,
        /// The address.
        endpoint: String,
        /// The lab that has the service.
        lab: &'static str,
    },
    /// No endpoint, which means the real service, in a build without TLS.
    #[error(
        "without AWS_ENDPOINT_URL the real {service} is meant, and this build has no TLS: set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory, or build with `cargo lab up --live {lab}`"
    )]
    NoEndpoint {
        /// The service's name.
        service: &'static str,
        /// The lab that has the service.
        lab: &'static str,
    },
    /// No region for the real service.
    #[error("AWS_REGION is not set: set it to your region, for instance AWS_REGION={example}")]
    NoRegion {
        /// A region.
        example: &'static str,
    },
    /// Not even like a region's name: it may be a key, and is not shown.
    #[error("{variable} has a value (not shown), which is no region: write it like {example}")]
    NothingLikeARegion {
        /// The variable that holds it.
        variable: &'static str,
        /// A region.
        example: &'static str,
    },
    /// Not a region's name, though nearly.
    #[error("{variable} is `{region}`, which is no region: did you mean {nearest}?")]
    NotARegion {
        /// The variable that holds it.
        variable: &'static str,
        /// What it holds.
        region: String,
        /// The region whose name is nearest.
        nearest: &'static str,
    },
    /// No credentials for the real service.
    #[error(
        "{missing} not set, and the real {service} wants signed requests: export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (profiles are not read), or set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory"
    )]
    NoCredentials {
        /// What is missing, with its verb.
        missing: &'static str,
        /// The service's name.
        service: &'static str,
    },
}
