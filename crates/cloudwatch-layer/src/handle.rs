//! What a program holds to flush, to shut down and to know the counts.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use crate::{Clock, Report, queue::Queue, sender::Running};

/// Flushes and shuts down what a [`CloudWatchLayer`](crate::CloudWatchLayer) has queued, and knows the counts. Cheap to clone.
///
/// When the layer and all handles are dropped without a shutdown, nobody waits: the threads send what they can while the program lives.
#[derive(Clone)]
#[must_use = "call `shutdown` before the program ends, or the last events are lost"]
pub struct Handle {
    pub(crate) owner: Arc<Owner>,
    pub(crate) running: Option<Running>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) flush_within: Duration,
}

/// Held by the layer and its handles; with the last of them the queue is closed.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) queue: Arc<Queue>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

impl Handle {
    /// What became of the events so far.
    pub fn counts(&self) -> Report {
        self.owner.queue.report()
    }

    /// Sends what is in the queue now, and waits until each of these events has met its end, or
    /// [`flush_within`](crate::LayerBuilder::with_flush_within) has passed: then some are `pending`, and are sent as usual.
    ///
    /// It can be awaited on any runtime or none, and does not need the program's to make progress.
    pub async fn flush(&self) -> Report {
        if let Some(Running { progress, runtime }) = &self.running {
            let until = self.owner.queue.hurry();
            let mut progress = progress.clone();
            let (clock, within) = (Arc::clone(&self.clock), self.flush_within);
            // An error means that the thread has ended, and all events with it.
            let _ = runtime
                .spawn(async move {
                    let settled = progress
                        .wait_for(|progress| progress.finished || progress.settled >= until);
                    tokio::select! {
                        biased;
                        _ = settled => {}
                        () = clock.sleep(within) => {}
                    }
                })
                .await;
        }
        self.counts()
    }

    /// Takes no more events, sends what is in the queue, and waits until that is done or
    /// [`shutdown_within`](crate::LayerBuilder::with_shutdown_within) has passed: what has not arrived by then has failed.
    /// Nothing is pending afterwards, and events that come later are counted as dropped.
    ///
    /// It can be awaited on any runtime or none, and called again: the counts are the same.
    pub async fn shutdown(&self) -> Report {
        self.owner.queue.close();
        if let Some(Running { progress, .. }) = &self.running {
            // An error means that the thread has ended.
            let _ = progress
                .clone()
                .wait_for(|progress| progress.finished)
                .await;
        }
        self.counts()
    }

    /// [`Handle::flush`], blocking the thread: for programs that are not asynchronous, and for destructors.
    pub fn flush_blocking(&self) -> Report {
        block_on(self.flush())
    }

    /// [`Handle::shutdown`], blocking the thread: for the end of `main`, where no runtime may be left.
    pub fn shutdown_blocking(&self) -> Report {
        block_on(self.shutdown())
    }
}

/// Runs `future` on this thread, whatever runtime it belongs to.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
