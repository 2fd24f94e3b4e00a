//! The layer over the sink while the service is down, answers 5xx, or hangs: the program keeps its pace, what the queue holds arrives afterwards, and the rest is counted.

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cloudwatch_layer::{CloudWatch, CloudWatchLayer, Handle, ManualClock, Report};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{
    GROUP, clock,
    service::{Answer, Service, client, error, ok},
};

struct Setup {
    clock: ManualClock,
    handle: Handle,
    dispatch: Dispatch,
    told: Arc<Mutex<Vec<String>>>,
}

/// Room for five events; batches of two.
fn setup(address: std::net::SocketAddr) -> Setup {
    let clock = clock();
    let sink = CloudWatch::builder(client(address), GROUP)
        .with_clock(clock.clone())
        .with_first_pause(Duration::from_secs(1))
        .build()
        .unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let (layer, handle) = CloudWatchLayer::builder(sink)
        .with_clock(clock.clone())
        .with_queue_events(5)
        .with_batch_events(2)
        .with_interval(Duration::from_secs(3600))
        .with_shutdown_within(Duration::from_secs(100))
        .with_notice(move |line| telling.lock().unwrap().push(line.to_owned()))
        .build();
    Setup {
        clock,
        handle,
        dispatch: Dispatch::new(tracing_subscriber::registry().with(layer)),
        told,
    }
}

impl Setup {
    fn log(&self, numbers: std::ops::Range<u32>) {
        tracing::dispatcher::with_default(&self.dispatch, || {
            for number in numbers {
                tracing::info!("{number}");
            }
        });
    }

    /// Lets a minute pass, in which the sink tries again and again.
    fn minute(&self, attempt: impl Fn(&ManualClock)) {
        for _ in 0..30 {
            attempt(&self.clock);
            self.clock.advance(Duration::from_secs(2));
        }
    }

    /// What arrived and what was told, after a minute of trouble in which eight events were logged.
    fn check(self, service: &Service, trouble: &str) {
        let counts = self.handle.counts();
        assert_eq!((counts.pending, counts.dropped, counts.sent), (5, 3, 0));
        let report = self.handle.shutdown_blocking();
        assert_eq!(
            report,
            Report {
                sent: 5,
                dropped: 3,
                ..Report::default()
            }
        );
        let mut arrived: Vec<String> = Vec::new();
        for line in service.puts().concat() {
            let line: serde_json::Value = serde_json::from_str(&line).unwrap();
            let number = line["message"].as_str().unwrap().to_owned();
            // The first batch was sent several times, where the service hung up on it.
            if !arrived.contains(&number) {
                arrived.push(number);
            }
        }
        assert_eq!(arrived, ["0", "1", "2", "3", "4"]);
        let told = self.told.lock().unwrap().clone();
        let mut starts: Vec<&str> = told[..2]
            .iter()
            .map(|line| {
                line.strip_prefix("CloudWatch Logs, group cruddur: ")
                    .unwrap()
            })
            .map(|line| line.split(':').next().unwrap())
            .collect();
        starts.sort_unstable();
        let mut wanted = ["QueueFull", trouble];
        wanted.sort_unstable();
        assert_eq!(starts, wanted);
        assert_eq!(
            told[2],
            "CloudWatch Logs, group cruddur: 3 of 8 events were lost: 3 found no place in the queue"
        );
        assert_eq!(told.len(), 3);
    }
}

/// The sink's pause is the shorter sleep beside the batch's five minutes.
fn pausing(clock: &ManualClock) {
    clock.wait_until(|sleeping| {
        sleeping.contains(&Duration::from_secs(300))
            && sleeping
                .iter()
                .any(|sleep| *sleep <= Duration::from_secs(2))
    });
}

#[test]
fn a_service_that_is_down_for_a_minute() {
    // Bound and not listening: the port is ours, and connections are refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let setup = setup(address);
    setup.log(0..2);
    pausing(&setup.clock);
    setup.log(2..8);
    setup.minute(pausing);
    pausing(&setup.clock);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(async { socket.listen(16) })
        .unwrap()
        .into_std()
        .unwrap();
    let service = Service::on(listener, |_, _, _| ok());
    setup.clock.advance(Duration::from_secs(2));
    setup.check(&service, "Unreachable");
}

#[test]
fn a_service_that_answers_5xx_for_a_minute() {
    let ill = Arc::new(AtomicBool::new(true));
    let illness = Arc::clone(&ill);
    let service = Service::start(move |_, _, _| {
        if illness.load(Ordering::SeqCst) {
            error(500, "InternalFailure", "oops")
        } else {
            ok()
        }
    });
    let setup = setup(service.address);
    setup.log(0..2);
    pausing(&setup.clock);
    setup.log(2..8);
    setup.minute(pausing);
    pausing(&setup.clock);
    ill.store(false, Ordering::SeqCst);
    setup.clock.advance(Duration::from_secs(2));
    setup.check(&service, "InternalFailure");
}

#[test]
fn a_service_that_hangs_for_a_minute() {
    let ill = Arc::new(AtomicBool::new(true));
    let illness = Arc::clone(&ill);
    let service = Service::start(move |_, _, _| {
        if illness.load(Ordering::SeqCst) {
            Answer::Hang
        } else {
            ok()
        }
    });
    let setup = setup(service.address);
    setup.log(0..2);
    let waiting = |clock: &ManualClock| {
        clock.wait_until(|sleeping| {
            sleeping.contains(&Duration::from_secs(300))
                && sleeping
                    .iter()
                    .any(|sleep| *sleep <= Duration::from_secs(5))
        });
    };
    waiting(&setup.clock);
    setup.log(2..8);
    setup.minute(waiting);
    waiting(&setup.clock);
    ill.store(false, Ordering::SeqCst);
    // The request that hangs, and the pause after it.
    setup.clock.advance(Duration::from_secs(5));
    if service.puts().is_empty() {
        waiting(&setup.clock);
        setup.clock.advance(Duration::from_secs(2));
    }
    setup.check(&service, "NoAnswer");
}

#[test]
fn a_service_that_never_comes_back_costs_no_more_than_the_time_for_the_shutdown() {
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = setup(hanging.local_addr().unwrap());
    setup.log(0..3);
    std::thread::scope(|scope| {
        let shutdown = scope.spawn(|| setup.handle.shutdown_blocking());
        setup.clock.wait_until(|sleeping| {
            sleeping.contains(&Duration::from_secs(100))
                && sleeping.contains(&Duration::from_secs(5))
        });
        setup.clock.advance(Duration::from_secs(5));
        pausing(&setup.clock);
        setup.clock.advance(Duration::from_secs(95));
        let report = shutdown.join().unwrap();
        assert_eq!((report.sent, report.failed, report.pending), (0, 3, 0));
        // The reason is the one that was in the way.
        let why = report.why.unwrap();
        assert!(
            why.starts_with("NoTime: they were still under way 100 s after the shutdown began; NoAnswer: no answer within 5 s: "),
            "{why}"
        );
    });
}
