//! The layer that writes lines: one write a line, and nothing that makes it stumble.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use cloudwatch_layer::{Json, JsonLines};
use tracing::info;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::lines;

#[derive(Clone, Default)]
struct Writes(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_line_is_one_write() {
    let writes = Writes::default();
    let subscriber = tracing_subscriber::registry().with(JsonLines::new(writes.clone()));
    tracing::subscriber::with_default(subscriber, || {
        info!(text = "two\nlines");
        info!("b");
    });
    let writes = writes.0.lock().unwrap();
    assert_eq!(writes.len(), 2);
    for write in writes.iter() {
        let line = write.strip_suffix(b"\n").unwrap();
        assert!(!line.contains(&b'\n'));
    }
}

#[test]
fn a_closed_pipe_is_no_panic() {
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let subscriber = tracing_subscriber::registry().with(JsonLines::new(Closed));
    tracing::subscriber::with_default(subscriber, || info!("m"));
}

#[test]
fn a_field_that_panics_leaves_the_layer_as_it_was() {
    struct Panics;

    impl fmt::Debug for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("a field's own")
        }
    }

    let lines = lines(Json::new(), || {
        let panicked = std::panic::catch_unwind(|| info!(field = ?Panics, "lost"));
        assert!(panicked.is_err());
        info!("next");
    });
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with(r#""message":"next"}"#));
}

#[test]
fn threads_do_not_mix_their_lines() {
    let writes = Writes::default();
    let dispatch =
        tracing::Dispatch::new(tracing_subscriber::registry().with(JsonLines::new(writes.clone())));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let dispatch = dispatch.clone();
            scope.spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    for number in 0..250 {
                        info!(thread, number, "m");
                    }
                });
            });
        }
    });
    let writes = writes.0.lock().unwrap();
    assert_eq!(writes.len(), 1000);
    for write in writes.iter() {
        serde_json::from_slice::<serde_json::Value>(write).unwrap();
    }
}

#[test]
fn an_event_of_unusual_size_is_a_line_too() {
    let text = "x".repeat(300_000);
    let lines = lines(Json::new(), || {
        info!(text, "large");
        info!("small");
    });
    assert_eq!(
        lines[0].len(),
        300_000 + lines[1].len() + r#","text":"""#.len()
    );
}
