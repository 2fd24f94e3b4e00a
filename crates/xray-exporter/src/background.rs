//! A thread with a tokio runtime, on which a transport sends: OpenTelemetry's batch thread has none, and a runtime of the program's may be gone or blocked at exit.

use std::{sync::Arc, thread, time::Duration};

use tokio::sync::{mpsc, oneshot};

use crate::{Delivery, Transport};

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Background {
    jobs: mpsc::UnboundedSender<Job>,
}

#[derive(Debug)]
struct Job {
    documents: Vec<String>,
    within: Duration,
    done: oneshot::Sender<Result<Delivery, Failure>>,
}

/// Why nothing is known of what became of the documents.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Failure {
    /// The time was up.
    Timeout,
    /// The transport panicked.
    Panic,
    /// The thread is gone.
    Gone,
}

impl Background {
    /// Starts the thread.
    pub(crate) fn start(transport: Arc<dyn Transport>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (jobs, mut waiting) = mpsc::unbounded_channel::<Job>();
        thread::Builder::new()
            .name("xray-exporter".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    while let Some(job) = waiting.recv().await {
                        let result = send(&transport, job.documents, job.within).await;
                        // Nobody waits any more: then nobody is to be told.
                        let _ = job.done.send(result);
                    }
                });
            })?;
        Ok(Self { jobs })
    }

    /// Has the transport send `documents`; can be awaited with any executor or none.
    pub(crate) async fn send(
        &self,
        documents: Vec<String>,
        within: Duration,
    ) -> Result<Delivery, Failure> {
        let (done, result) = oneshot::channel();
        let job = Job {
            documents,
            within,
            done,
        };
        self.jobs.send(job).map_err(|_| Failure::Gone)?;
        result.await.unwrap_or(Err(Failure::Gone))
    }
}

async fn send(
    transport: &Arc<dyn Transport>,
    documents: Vec<String>,
    within: Duration,
) -> Result<Delivery, Failure> {
    let transport = Arc::clone(transport);
    // A task of its own, so that a panic ends it and not the thread.
    let sending = tokio::spawn(async move { transport.send(documents).await });
    let stop = sending.abort_handle();
    match tokio::time::timeout(within, sending).await {
        Ok(Ok(delivery)) => Ok(delivery),
        Ok(Err(_)) => Err(Failure::Panic),
        Err(_) => {
            stop.abort();
            Err(Failure::Timeout)
        }
    }
}
