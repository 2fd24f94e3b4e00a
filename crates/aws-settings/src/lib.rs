//! Where the AWS SDKs send, read from the environment: region, endpoint, credentials and HTTP client, without aws-config.
