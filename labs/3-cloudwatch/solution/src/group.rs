//! Where events go in CloudWatch Logs: the log group, the stream in it, and how long the group keeps them.

use aws_sdk_cloudwatchlogs::{Client, Error};
use aws_settings::AwsSettings;

/// The log group of all of Cruddur's services.
pub const GROUP: &str = "cruddur";

/// How many days it keeps an event.
pub const RETENTION_DAYS: i32 = 7;

/// The SDK's client for the region and the endpoint that the environment names.
pub fn client(aws: &AwsSettings) -> Client {
    Client::new(&aws.sdk_config())
}

/// Makes sure that there is the group [`GROUP`], in it the stream `stream`, and that the group keeps events for [`RETENTION_DAYS`].
/// What is there already stays as it is.
///
/// # Errors
/// When the service refuses, or can't be asked.
pub async fn prepare(client: &Client, stream: &str) -> Result<(), Error> {
    // #region step 2
    let group = client.create_log_group().log_group_name(GROUP).send().await;
    match group.map_err(Error::from) {
        // Whoever comes second finds it there, which is what was wanted. Any other error is one.
        Ok(_) | Err(Error::ResourceAlreadyExistsException(_)) => {}
        Err(error) => return Err(error),
    }
    let stream = client
        .create_log_stream()
        .log_group_name(GROUP)
        .log_stream_name(stream)
        .send()
        .await;
    match stream.map_err(Error::from) {
        Ok(_) | Err(Error::ResourceAlreadyExistsException(_)) => {}
        Err(error) => return Err(error),
    }
    // A group that nobody gave a retention keeps everything for ever, and that is paid for.
    client
        .put_retention_policy()
        .log_group_name(GROUP)
        .retention_in_days(RETENTION_DAYS)
        .send()
        .await?;
    // #endregion
    Ok(())
}
