//! More events than can be sent, a service with moods, and the end of the program.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::{Duration, Instant},
};

use cloudwatch::{
    group::GROUP,
    logging::{self, QUEUE},
    sink::{ATTEMPTS, CloudWatchSink, FIRST_WAIT, LONGEST_WAIT, wait_after},
};
use cloudwatch_layer::{Delivery, LogEvent, Sending, Sink};
use span_snapshot::{Call, LogsAnswer, LogsApi, verdict};
use tokio::sync::watch;

use super::{NoTime, client, in_time};
use crate::application::block_on;

/// Longer than anything takes that does not hang.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longer than it takes to see that there is no room, and shorter than any wait: the system's timers are not finer.
const A_WAIT: Duration = Duration::from_micros(40);

/// How long the service stays stuck when the program has begun to end.
const A_WHILE: Duration = Duration::from_millis(100);

/// Events for which there is no room.
const TOO_MANY: usize = 500;

/// The bytes of a large event, and so many that they are more than the 16 MiB that the layer keeps of its own accord.
const LARGE: usize = 1_000_000;
const MANY_LARGE: usize = 20;

/// 2026-01-01T12:00:00Z, in milliseconds.
const NOON: i64 = 1_767_268_800_000;
const HOUR: i64 = 3_600_000;

/// A sink that takes everything, once it is let.
#[derive(Clone)]
struct Stuck {
    may_go_on: watch::Sender<bool>,
    taken: Arc<Mutex<usize>>,
}

impl Sink for Stuck {
    fn put(&self, events: Vec<LogEvent>) -> Sending<'_> {
        Box::pin(async move {
            let mut may_go_on = self.may_go_on.subscribe();
            let _ = may_go_on.wait_for(|may| *may).await;
            *self.taken.lock().unwrap_or_else(PoisonError::into_inner) += events.len();
            Delivery::sent(events.len())
        })
    }
}

impl Stuck {
    fn new() -> Self {
        Self {
            may_go_on: watch::Sender::new(false),
            taken: Arc::default(),
        }
    }

    fn taken(&self) -> usize {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs more events than the queue holds while nothing can be sent, and then ends the logging.
pub(crate) fn check_queue() {
    let sink = Stuck::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = {
        let told = told.clone();
        move |line: &str| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told.push(line.to_owned());
        }
    };
    let (layer, handle) = logging::layer(sink.clone(), tell);
    super::events::install(logging::subscriber(layer, false));

    let (sender, done) = mpsc::channel();
    std::thread::spawn(move || {
        let shortest = |numbers: std::ops::Range<usize>| {
            let log = |number| {
                let began = Instant::now();
                tracing::info!(target: "cloudwatch::grader", number, "pressure");
                began.elapsed()
            };
            numbers.map(log).min().unwrap_or_default()
        };
        let with_room = shortest(0..QUEUE);
        let _ = sender.send((with_room, shortest(QUEUE..QUEUE + TOO_MANY)));
    });
    let done = done.recv_timeout(PATIENCE);
    // The shortest of so many: however busy the machine is, one of them was not held up by others.
    if done.is_err() || done.is_ok_and(|(with_room, full)| full > with_room + A_WAIT) {
        verdict(
            "requests-wait",
            "the service is stuck and the queue full, and whoever logs something waits: that is every request",
            "`with_when_full(WhenFull::Drop)`: a log must not stop what it is about, not for a moment either",
        );
    }
    let counts = handle.counts();
    if counts.dropped == 0 {
        verdict(
            "queue-unbounded",
            &format!(
                "the service is stuck, {} events were logged, and all of them are kept in memory",
                counts.total()
            ),
            "`builder.with_queue_events(QUEUE)`: the memory ends at some time, and the program with it",
        );
    }
    if counts.pending != QUEUE as u64 {
        verdict(
            "wrong-queue-size",
            &format!(
                "the service is stuck, {} events were logged, and {} of them are kept; wanted are {QUEUE}",
                counts.total(),
                counts.pending
            ),
            "`builder.with_queue_events(QUEUE)`",
        );
    }

    let report = block_on(async {
        let mut ending = Box::pin(logging::shutdown(&handle));
        // The deadline is part of the question: whoever has not given up by then waits for the service.
        if tokio::time::timeout(A_WHILE, &mut ending).await.is_ok() {
            verdict(
                "not-flushed",
                &format!(
                    "{QUEUE} events were queued, the service was busy for a moment, and `shutdown` was done before it took one of them"
                ),
                "`handle.shutdown().await`, and nothing that shortens it, waits until all is sent, 2.5 seconds at most: what is lost at the end are the events that you will look for",
            );
        }
        sink.may_go_on.send_replace(true);
        in_time(ending).await
    });
    let Some(report) = report else {
        verdict(
            "end-waits",
            "`shutdown` does not come to its end",
            "`handle.shutdown().await` waits for what is queued, and not longer than 2.5 seconds",
        )
    };
    if sink.taken() != QUEUE || report.pending > 0 {
        verdict(
            "not-flushed",
            &format!(
                "{QUEUE} events were queued, the service takes them again, and when `shutdown` is done it has {} of them",
                sink.taken()
            ),
            "`handle.shutdown().await` sends what is queued: a program that ends without it takes the last events with it, and these are the ones that you will look for",
        );
    }
    tracing::info!(target: "cloudwatch::grader", "too late");
    if handle.counts().pending > 0 {
        verdict(
            "not-shut-down",
            "after `shutdown` there is still something that takes events",
            "`flush` sends what is there and goes on; `handle.shutdown().await` ends it, and tells what was lost",
        );
    }
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let lost = TOO_MANY.to_string();
    if !told.iter().any(|line| line.contains(&lost)) {
        verdict(
            "losses-not-told",
            &format!("{TOO_MANY} events were dropped, and `tell` was told {told:?}"),
            "give `tell` to the layer: `builder.with_notice(tell)`. It tells the first trouble of each kind, and at the end what was lost",
        );
    }
}

/// Logs large events while nothing can be sent: few of them, and more than memory should be given to.
pub(crate) fn check_bytes() {
    let sink = Stuck::new();
    let (layer, handle) = logging::layer(sink.clone(), |_: &str| {});
    super::events::install(logging::subscriber(layer, false));
    let large = "a".repeat(LARGE);
    for _ in 0..MANY_LARGE {
        tracing::info!(target: "cloudwatch::grader", "{large}");
    }
    let counts = handle.counts();
    sink.may_go_on.send_replace(true);
    if counts.dropped == 0 {
        verdict(
            "queue-unbounded",
            &format!(
                "the service is stuck, {MANY_LARGE} events of {LARGE} bytes were logged, and all of them are kept in memory: with so large ones, {QUEUE} events are {} GB",
                QUEUE * LARGE / 1_000_000_000
            ),
            "leave out `.with_queue_bytes(usize::MAX)`: without it the queue ends at 16 MiB, however few events these are",
        );
    }
}

/// Fails where a sink asks the service for something as soon as it is made, which is when the program starts.
fn check_start() {
    let api = LogsApi::start();
    let time = NoTime::new(&CHANCES, 0);
    let _sink = CloudWatchSink::new(&client(&api.endpoint()), "backend", time);
    if let Some(call) = api.calls().first() {
        verdict(
            "called-at-start",
            &format!(
                "`CloudWatchSink::new` calls {} already: when the service is down, the program does not start",
                call.operation
            ),
            "the first batch is early enough for what a log needs: `call` prepares group and stream before it",
        );
    }
}

/// What a sink does whose service is busy, or refuses.
pub(crate) fn check_sink() {
    check_start();
    check_waits();

    let moods = [
        LogsAnswer::Throttle,
        LogsAnswer::Unavailable,
        LogsAnswer::Serve,
    ];
    let (delivery, calls, pauses) = put(moody(moods), &recent(20));
    if delivery.sent != 20 {
        verdict(
            "not-retried",
            &format!(
                "the service refused a call with ThrottlingException, the next one with 503, and would have taken the third; {} calls were made, and {} of 20 events were given up",
                calls.len(),
                delivery.failed
            ),
            "when `refused.may_pass`, wait and call `put_once` again",
        );
    }
    if pauses.len() < calls.len() - 1 {
        verdict(
            "no-pause",
            &format!(
                "{} calls were made with {} pauses between them",
                calls.len(),
                pauses.len()
            ),
            "`self.waiting.pause(wait_after(attempt, self.waiting.chance())).await` before the next attempt: a service that is busy is not helped by more calls",
        );
    }
    let wanted = [wait_after(1, CHANCES[0]), wait_after(2, CHANCES[1])];
    if pauses != wanted {
        verdict(
            "wrong-pauses",
            &format!(
                "the pauses were {pauses:?}; `wait_after` says {wanted:?} for the attempts 1 and 2, with the chances {CHANCES:?}"
            ),
            "count the attempts from 1, and draw a lot for each pause anew: `wait_after(attempt, self.waiting.chance())`",
        );
    }

    let (delivery, calls, _) = put(moody([LogsAnswer::Throttle]), &recent(20));
    if calls.len() != ATTEMPTS as usize {
        verdict(
            "wrong-attempts",
            &format!(
                "the service is busy for good, and the batch was sent {} times before it was given up; wanted are {ATTEMPTS}",
                calls.len()
            ),
            "go on while `attempt < ATTEMPTS`",
        );
    }
    check_given_up(
        "a service that is busy for good",
        "ThrottlingException",
        &delivery,
    );

    let (delivery, calls, _) = put(moody([LogsAnswer::RefuseKeys]), &recent(20));
    if calls.len() > 1 {
        verdict(
            "retried-in-vain",
            &format!(
                "the keys are wrong, and the batch was sent {} times",
                calls.len()
            ),
            "wait and try again only when `refused.may_pass`: wrong keys don't become right by waiting",
        );
    }
    check_given_up(
        "a service that does not know the keys",
        "UnrecognizedClientException",
        &delivery,
    );

    check_rejected();
}

/// The service takes three events of a batch, and rejects two because they are from the future.
fn check_rejected() {
    let at = |hours: i64| LogEvent::new(NOON + hours * HOUR, "a");
    let events = [0, 0, 1, 3, 3].map(at);
    let (delivery, calls, _) = put(LogsApi::start(), &events);
    if calls.len() > 1 {
        verdict(
            "sent-twice",
            &format!(
                "the service took three events of a batch, and rejected two that were three hours ahead of its clock; the batch was sent {} times, so what it took is there more than once",
                calls.len()
            ),
            "a batch that was answered with 200 is done, whatever was rejected of it: return that delivery",
        );
    }
    if delivery.sent != 3 || delivery.rejected.too_new != 2 {
        verdict(
            "rejected-not-counted",
            &format!(
                "the service took three events of a batch, and rejected two that were three hours ahead of its clock; it is told that {} were sent and {} too new",
                delivery.sent, delivery.rejected.too_new
            ),
            "`put_once` counts them: return the delivery that it gives",
        );
    }
}

fn check_given_up(service: &str, code: &str, delivery: &Delivery) {
    if delivery.failed != 20 || delivery.total() != 20 {
        verdict(
            "losses-not-counted",
            &format!(
                "{service}: of 20 events, {} are said to be sent and {} given up",
                delivery.sent, delivery.failed
            ),
            "`Delivery::failed(batch.len(), refused.why)`: each event is told of",
        );
    }
    if !delivery.why.as_ref().is_some_and(|why| why.contains(code)) {
        verdict(
            "reason-lost",
            &format!(
                "{service}: why the events were given up is told as {:?}; the service said {code}",
                delivery.why
            ),
            "`Delivery::failed(batch.len(), refused.why)`",
        );
    }
}

/// Full jitter: from nothing up to a bound that doubles, and has a bound itself.
fn check_waits() {
    let wait = |attempt: u32, chance: f64| {
        catch_unwind(AssertUnwindSafe(|| wait_after(attempt, chance))).unwrap_or_else(|_| {
            verdict(
                "wait-panics",
                &format!("`wait_after({attempt}, {chance})` panics"),
                "doubling overflows: `2_u32.saturating_pow(attempt - 1)`, and `saturating_mul` for the duration",
            )
        })
    };
    let close = |one: Duration, other: Duration| one.abs_diff(other) <= Duration::from_millis(1);
    if wait(1, 1.0).is_zero() && wait(5, 1.0).is_zero() {
        verdict(
            "no-wait",
            "`wait_after` gives 0 s for every attempt",
            "at most `FIRST_WAIT` after the first attempt, and twice as much after each further one",
        );
    }
    if !wait(4, 0.0).is_zero() || !close(wait(4, 0.5) * 2, wait(4, 1.0)) {
        verdict(
            "no-full-jitter",
            &format!(
                "for chances of 0, 0.5 and 1, `wait_after(4, …)` gives {:?}, {:?} and {:?}; wanted are nothing, half, and all",
                wait(4, 0.0),
                wait(4, 0.5),
                wait(4, 1.0)
            ),
            "multiply the most that the wait may take by `chance`: `most.mul_f64(chance)`. Without it, all programs that were refused together come back together",
        );
    }
    for attempt in (1..=ATTEMPTS).chain([100]) {
        let doubled = 2_u32.saturating_pow(attempt - 1);
        let wanted = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
        let got = wait(attempt, 1.0);
        if !close(got, wanted) {
            verdict(
                "wrong-wait",
                &format!(
                    "the most that `wait_after({attempt}, …)` waits is {got:?}; wanted is {wanted:?}"
                ),
                "`FIRST_WAIT` after the first attempt, twice as much after each further one, and never more than `LONGEST_WAIT`",
            );
        }
    }
}

/// The lots that the sink draws.
const CHANCES: [f64; 2] = [0.5, 0.75];

/// A service that answers the first `PutLogEvents` so, the second one so, and the rest like the last.
fn moody(answers: impl IntoIterator<Item = LogsAnswer>) -> LogsApi {
    LogsApi::start().answering("PutLogEvents", answers)
}

fn recent(count: usize) -> Vec<LogEvent> {
    let event = |number| LogEvent::new(NOON + number as i64, "a");
    (0..count).map(event).collect()
}

/// Puts the events, and gives what the sink says, what the service was asked, and how long the sink waited.
fn put(api: LogsApi, events: &[LogEvent]) -> (Delivery, Vec<Call>, Vec<Duration>) {
    let api = api.with_now(NOON).with_stream(GROUP, "backend");
    let time = NoTime::new(&CHANCES, 3 * ATTEMPTS as usize);
    let sink = CloudWatchSink::new(&client(&api.endpoint()), "backend", time.clone());
    let putting = || block_on(in_time(sink.put(events.to_vec())));
    let delivery = catch_unwind(AssertUnwindSafe(putting)).unwrap_or_else(|_| {
        verdict(
            "sink-panics",
            "`deliver` panics when the service refuses a call",
            "attempts are counted from 1, also for `wait_after`: the first one that failed is attempt 1",
        )
    });
    let calls = api.calls_of("PutLogEvents");
    let Some(delivery) = delivery else {
        verdict(
            "retries-without-bound",
            &format!(
                "the same batch was sent {} times, and there is no end to it",
                calls.len()
            ),
            "give up after `ATTEMPTS`: behind a batch that is tried for ever, all others wait until the queue is full",
        )
    };
    (delivery, calls, time.pauses())
}
