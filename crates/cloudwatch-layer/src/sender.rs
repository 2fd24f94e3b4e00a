//! The thread that keeps the time: it waits for a batch to be full, for the interval or for a flush, has the sink send, and ends the program's wait at the deadline.

use std::{sync::Arc, thread, time::Duration};

use tokio::{runtime, sync::watch};

use crate::{
    Clock, Sink,
    background::{self, Background},
    clock::Sleep,
    notice::Notice,
    queue::Queue,
    quiet,
};

pub(crate) struct Sender {
    pub(crate) queue: Arc<Queue>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) notice: Arc<Notice>,
    pub(crate) interval: Duration,
    pub(crate) shutdown_within: Duration,
}

/// How far the thread is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Events that have met their end.
    pub(crate) settled: u64,
    /// Nothing more will happen.
    pub(crate) finished: bool,
}

/// What a thread that was started is reached by.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) progress: watch::Receiver<Progress>,
    /// For tasks that need timers.
    pub(crate) runtime: runtime::Handle,
}

impl Sender {
    /// Starts the threads.
    pub(crate) fn start(self, sink: Arc<dyn Sink>) -> std::io::Result<Running> {
        let background = Background::start(sink)?;
        let runtime = background::runtime()?;
        let (tell, progress) = watch::channel(Progress::default());
        let running = Running {
            progress,
            runtime: runtime.handle().clone(),
        };
        thread::Builder::new()
            .name("cloudwatch-layer".to_owned())
            .spawn(move || {
                quiet::this_thread_sends();
                runtime.block_on(self.run(&background, &tell));
            })?;
        Ok(running)
    }

    async fn run(self, background: &Background, progress: &watch::Sender<Progress>) {
        let mut deadline: Option<Sleep> = None;
        let mut interval: Option<Sleep> = None;
        let mut has_waited = false;
        loop {
            let look = self.queue.look();
            self.tell_overflow(look.overflowed);
            if look.closed && deadline.is_none() {
                deadline = Some(self.clock.sleep(self.shutdown_within));
            }
            if look.empty {
                if look.closed {
                    break;
                }
                interval = None;
                self.queue.wake.notified().await;
            } else if look.due || has_waited {
                interval = None;
                has_waited = false;
                if !self.send(background, &mut deadline).await {
                    break;
                }
                progress.send_modify(|progress| progress.settled = self.queue.settled());
            } else {
                let interval = interval.get_or_insert_with(|| self.clock.sleep(self.interval));
                tokio::select! {
                    () = self.queue.wake.notified() => {}
                    () = interval => has_waited = true,
                }
            }
        }
        self.notice.summary(&self.queue.report());
        progress.send_modify(|progress| {
            progress.settled = self.queue.settled();
            progress.finished = true;
        });
    }

    /// Sends once; false when the time for the shutdown is over.
    async fn send(&self, background: &Background, deadline: &mut Option<Sleep>) -> bool {
        let sending = background.put(self.queue.take());
        tokio::pin!(sending);
        loop {
            let over = async {
                match deadline.as_mut() {
                    Some(deadline) => deadline.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                delivery = &mut sending => {
                    if let Some(why) = &delivery.why {
                        self.notice.trouble(why);
                    }
                    if delivery.rejected.total() > 0 {
                        self.notice.trouble(&refused(&delivery));
                    }
                    self.notice.sink_is_done();
                    self.queue.settle(delivery);
                    return true;
                }
                () = over => {
                    self.queue.abandon(&self.no_time());
                    return false;
                }
                () = self.queue.wake.notified() => {
                    let look = self.queue.look();
                    self.tell_overflow(look.overflowed);
                    if look.closed && deadline.is_none() {
                        *deadline = Some(self.clock.sleep(self.shutdown_within));
                    }
                }
            }
        }
    }

    fn no_time(&self) -> String {
        let within = self.shutdown_within.as_secs_f64();
        let why = format!("NoTime: they were still under way {within} s after the shutdown began");
        match self.notice.latest() {
            Some(trouble) => format!("{why}; {trouble}"),
            None => why,
        }
    }

    fn tell_overflow(&self, overflowed: bool) {
        if overflowed {
            self.notice.trouble(
                "QueueFull: events come faster than they can be sent, and those that find the queue full are dropped",
            );
        }
    }
}

fn refused(delivery: &crate::Delivery) -> String {
    let rejected = delivery.rejected;
    format!(
        "Rejected: of {} events {} were too old, {} too new and {} older than the group's retention: is the clock right?",
        delivery.total(),
        rejected.too_old,
        rejected.too_new,
        rejected.expired
    )
}
