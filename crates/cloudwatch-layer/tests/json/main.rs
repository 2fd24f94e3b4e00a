//! What a line of JSON has in it, looked at as it is written.

mod fields;
mod ids;
mod lines;
mod spans;
mod suppressed;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use cloudwatch_layer::{Json, JsonLines, ManualClock};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;

/// What was written into it; every clone is the same.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

pub(crate) fn clock() -> ManualClock {
    ManualClock::new(UNIX_EPOCH + Duration::new(1_795_679_210, 123_456_789))
}

/// The lines of what `log` logs.
pub(crate) fn lines(json: Json, log: impl FnOnce()) -> Vec<String> {
    let written = Written::default();
    let layer = JsonLines::new(written.clone())
        .with_json(json)
        .with_clock(clock());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
    written.text().lines().map(str::to_owned).collect()
}

/// The one line of what `log` logs.
#[track_caller]
pub(crate) fn line(log: impl FnOnce()) -> String {
    let [line] = <[String; 1]>::try_from(lines(Json::new(), log)).unwrap();
    line
}

/// Checks the members after `target`, and that the line is JSON.
#[track_caller]
pub(crate) fn check(log: impl FnOnce(), wanted: &str) {
    check_with(Json::new(), log, wanted);
}

#[track_caller]
pub(crate) fn check_with(json: Json, log: impl FnOnce(), wanted: &str) {
    let [line] = <[String; 1]>::try_from(lines(json, log)).unwrap();
    let read: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert!(read.is_object());
    let start = r#"{"timestamp":"2026-11-26T07:46:50.123456Z","level":"INFO","target":""#;
    let (_, members) = line
        .strip_prefix(start)
        .expect(&line)
        .split_once('"')
        .unwrap();
    let members = members.strip_prefix(',').unwrap_or(members);
    assert_eq!(members, format!("{wanted}}}"));
}
