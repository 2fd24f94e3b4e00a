//! What filter patterns cost beside the store: 1,000,000 messages of 150 bytes, with a term, a JSON selector and a line's
//! fields. `cargo bench -p log-query --bench pattern [-- MESSAGES]`

use std::time::{Duration, Instant};

use log_query::pattern::Pattern;

const RUNS: usize = 5;

fn main() {
    let count = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let json: Vec<String> = (0..count).map(json).collect();
    let lines: Vec<String> = (0..count).map(line).collect();
    println!(
        "{count} messages of {} and {} bytes",
        json[0].len(),
        lines[0].len()
    );
    for (pattern, messages) in [
        ("timeout", &json),
        ("\"status\\\":503\" -retry", &json),
        ("?timeout ?panicked", &json),
        ("%status.:5[0-9]{2}%", &json),
        ("{ $.status = 503 }", &json),
        ("{ $.fields.user = \"user-77\" }", &json),
        ("{ $.missing = 1 }", &json),
        ("{ $.status >= 500 && $.level = \"ERROR\" }", &json),
        ("{ $.missing NOT EXISTS }", &json),
        ("[ip, ..., status = 5*, bytes > 1000]", &lines),
    ] {
        measured(pattern, messages);
    }
}

fn json(number: usize) -> String {
    let status = if number.is_multiple_of(100) { 503 } else { 200 };
    let level = if status == 503 { "ERROR" } else { "INFO" };
    let user = number % 1000;
    format!(
        r#"{{"timestamp":"2026-11-26T08:00:00.{number:09}Z","level":"{level}","message":"answered","status":{status},"fields":{{"route":"/api/activities/home","user":"user-{user}"}}}}"#
    )
}

fn line(number: usize) -> String {
    let status = if number.is_multiple_of(100) { 503 } else { 200 };
    format!(
        r#"127.0.0.1 - frank [26/Nov/2026:08:00:00 +0000] "GET /api/activities/home?page={number:08} HTTP/1.1" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)" {status} {number}"#
    )
}

fn measured(pattern: &str, messages: &[String]) {
    let read = Pattern::parse(pattern).unwrap();
    let mut best = Duration::MAX;
    let mut taken = 0;
    for _ in 0..RUNS {
        let begun = Instant::now();
        taken = messages
            .iter()
            .filter(|message| read.matches(message))
            .count();
        best = best.min(begun.elapsed());
    }
    println!(
        "{:>9.1} ms, {taken:>7} taken: {pattern}",
        best.as_secs_f64() * 1000.0
    );
}
