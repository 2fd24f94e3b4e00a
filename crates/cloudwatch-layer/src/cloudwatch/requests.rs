//! The four requests to the service, each once and within its time. Whether they are made again is decided in `cloudwatch`.

use std::{error::Error, future::Future, sync::Arc, time::Duration};

use aws_sdk_cloudwatchlogs::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::put_log_events::{PutLogEventsError, PutLogEventsOutput},
    types::{InputLogEvent, RejectedLogEventsInfo},
};

use super::answer::Failed;
use crate::{Clock, batch::Part};

/// Which events of a batch the service refused.
pub(crate) type Refused = Option<RejectedLogEventsInfo>;

/// The service's answer to a batch.
#[derive(Debug)]
pub(crate) enum Put {
    /// It has it.
    Done(Refused),
    /// Group or stream are not there.
    NoSuchStream(Failed),
    /// It wants this sequence token, as the service did before 2023 and some stand-ins still do.
    OtherToken(Option<String>, Failed),
}

#[derive(Debug)]
pub(crate) struct Requests {
    pub(crate) client: Client,
    pub(crate) group: String,
    pub(crate) retention: Option<i32>,
    pub(crate) within: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Requests {
    pub(crate) fn group(&self) -> &str {
        &self.group
    }

    /// Makes group, retention and stream. What can't be made may exist already: that is told by `tell`, and the first batch shows it.
    pub(crate) async fn make(&self, stream: &str, tell: impl Fn(&Failed)) -> Result<(), Failed> {
        let group = self
            .client
            .create_log_group()
            .log_group_name(&self.group)
            .send();
        accept(self.within(group).await, &tell)?;
        if let Some(days) = self.retention {
            let retention = self
                .client
                .put_retention_policy()
                .log_group_name(&self.group)
                .retention_in_days(days)
                .send();
            accept(self.within(retention).await, &tell)?;
        }
        let stream = self
            .client
            .create_log_stream()
            .log_group_name(&self.group)
            .log_stream_name(stream)
            .send();
        accept(self.within(stream).await, &tell)
    }

    pub(crate) async fn put(
        &self,
        stream: &str,
        batch: &[Part],
        token: Option<String>,
    ) -> Result<Put, Failed> {
        let events = batch
            .iter()
            .map(|part| {
                InputLogEvent::builder()
                    .timestamp(part.event.timestamp)
                    .message(&part.event.message)
                    .build()
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Failed {
                code: "NotSent".to_owned(),
                message: error.to_string(),
                may_be_retried: false,
            })?;
        let request = self
            .client
            .put_log_events()
            .log_group_name(&self.group)
            .log_stream_name(stream)
            .set_log_events(Some(events))
            .set_sequence_token(token)
            .send();
        match self.within(request).await {
            Ok(Ok(PutLogEventsOutput {
                rejected_log_events_info,
                ..
            })) => Ok(Put::Done(rejected_log_events_info)),
            Ok(Err(error)) => {
                let failed = Failed::from_sdk(&error);
                match error.as_service_error() {
                    // It has the batch: there is nothing left to do.
                    Some(PutLogEventsError::DataAlreadyAcceptedException(_)) => Ok(Put::Done(None)),
                    Some(PutLogEventsError::InvalidSequenceTokenException(error)) => {
                        let expected = error.expected_sequence_token().map(str::to_owned);
                        Ok(Put::OtherToken(expected, failed))
                    }
                    Some(PutLogEventsError::ResourceNotFoundException(_)) => {
                        Ok(Put::NoSuchStream(failed))
                    }
                    _ => Err(failed),
                }
            }
            Err(failed) => Err(failed),
        }
    }

    /// Gives `request` its time and no more.
    async fn within<T>(&self, request: impl Future<Output = T>) -> Result<T, Failed> {
        tokio::select! {
            biased;
            answer = request => Ok(answer),
            () = self.clock.sleep(self.within) => Err(Failed::no_answer(self.within)),
        }
    }
}

/// Takes an answer as good enough to go on, unless trying again may give a better one.
fn accept<T, E: ProvideErrorMetadata + Error + 'static>(
    answer: Result<Result<T, SdkError<E>>, Failed>,
    tell: impl Fn(&Failed),
) -> Result<(), Failed> {
    let Err(error) = answer? else { return Ok(()) };
    let failed = Failed::from_sdk(&error);
    if failed.code == "ResourceAlreadyExistsException" {
        return Ok(());
    }
    if failed.may_be_retried {
        return Err(failed);
    }
    tell(&failed);
    Ok(())
}
