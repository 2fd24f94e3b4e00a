//! The program itself: what it prints, how it ends, what it leaves behind.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::Output,
};

use prost::Message;
use reqwest::Client;

use crate::{
    answers::gzip,
    running::{Program, client},
    spans,
};

async fn send(client: &Client, http: &str, trace: u64, count: u64) -> Result<u16, reqwest::Error> {
    let spans = (1..=count)
        .map(|id| spans::span(trace, id, "GET /"))
        .collect();
    let body = spans::request("backend", spans).encode_to_vec();
    let request = client
        .post(format!("http://{http}/v1/traces"))
        .header("content-type", "application/x-protobuf");
    Ok(request.body(body).send().await?.status().as_u16())
}

async fn span_count(client: &Client, http: &str, trace: u64) -> usize {
    let url = format!("http://{http}/api/v3/traces/{}", spans::trace_hex(trace));
    let text = client.get(url).send().await.unwrap().text().await.unwrap();
    text.matches("\"spanId\"").count()
}

#[tokio::test]
async fn loses_nothing_it_has_answered_when_killed() {
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    let mut stored = HashMap::new();
    // Killed in the middle of sending, three times, on the same data.
    for round in 0..3 {
        let mut program = Program::start(folder.path());
        let (told, mut answered) = tokio::sync::mpsc::unbounded_channel();
        let senders: Vec<_> = (0..4)
            .map(|sender| {
                let (client, http, told) = (client.clone(), program.http.clone(), told.clone());
                tokio::spawn(async move {
                    for number in 0.. {
                        let trace = round * 1_000_000 + sender * 10_000 + number;
                        let count = 1 + trace % 50;
                        match send(&client, &http, trace, count).await {
                            Ok(200) => told.send((trace, count)).unwrap(),
                            Ok(status) => panic!("answered {status}"),
                            Err(_) => break,
                        }
                    }
                })
            })
            .collect();
        drop(told);
        for _ in 0..60 {
            stored.extend(answered.recv().await);
        }
        program.kill();
        for sender in senders {
            sender.await.unwrap();
        }
        while let Some(answer) = answered.recv().await {
            stored.extend(Some(answer));
        }
    }
    assert!(stored.len() >= 180);
    let program = Program::start(folder.path());
    for (trace, count) in stored {
        assert_eq!(
            span_count(&client, &program.http, trace).await,
            count as usize,
            "trace {trace}"
        );
    }
    // So do questions over all spans, those too that were committed and not answered.
    let query = client.post(format!("http://{}/api/query", program.http));
    let answer = query.body("{}").send().await.unwrap().text().await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let all: i64 = rusqlite::Connection::open(folder.path().join("observatory.db"))
        .unwrap()
        .query_row("SELECT count(*) FROM span", (), |row| row.get(0))
        .unwrap();
    assert_eq!(answer["rows"], serde_json::json!([[all]]));
    assert_eq!(send(&client, &program.http, 77, 1).await.unwrap(), 200);
}

/// No file may grow beyond a limit here, which is what a full disk is like.
#[cfg(unix)]
#[tokio::test]
async fn says_so_when_the_disk_is_full_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let plain = Program::command(&["--data", folder.path().to_str().unwrap()]);
    let mut limited = std::process::Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 3000; exec \"$@\"", "sh"])
        .arg(plain.get_program())
        .args(plain.get_args())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null());
    let mut program = Program::run(limited);
    let client = client();
    let mut stored = 0;
    let refused = loop {
        assert!(stored < 100_000, "the limit is never reached");
        match send(&client, &program.http, stored, 50).await.unwrap() {
            200 => stored += 1,
            status => break status,
        }
    };
    assert_eq!(refused, 503);
    assert!(stored > 10);
    for trace in 0..stored {
        assert_eq!(
            span_count(&client, &program.http, trace).await,
            50,
            "trace {trace}"
        );
    }
    assert_eq!(program.signal("TERM"), Some(0));
    // With room again, it goes on where it was; what was refused can be sent again.
    let program = Program::start(folder.path());
    assert_eq!(span_count(&client, &program.http, stored - 1).await, 50);
    assert_eq!(send(&client, &program.http, stored, 50).await.unwrap(), 200);
    assert_eq!(span_count(&client, &program.http, stored).await, 50);
}

#[tokio::test]
async fn ends_in_order_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    for (round, name) in ["TERM", "INT"].into_iter().enumerate() {
        let mut program = Program::start(folder.path());
        assert_eq!(
            send(&client, &program.http, round as u64, 3).await.unwrap(),
            200
        );
        assert_eq!(program.signal(name), Some(0), "{name}");
    }
    let program = Program::start(folder.path());
    for trace in 0..2 {
        assert_eq!(span_count(&client, &program.http, trace).await, 3);
    }
}

#[tokio::test]
async fn keeps_nothing_when_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Program::command(&["--in-memory"]);
    command.current_dir(folder.path());
    let mut program = Program::run(command);
    let client = client();
    assert_eq!(send(&client, &program.http, 1, 3).await.unwrap(), 200);
    assert_eq!(span_count(&client, &program.http, 1).await, 3);
    assert_eq!(program.signal("TERM"), Some(0));
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "no file is left"
    );
}

#[tokio::test]
async fn takes_its_key_from_the_environment_and_tells_nobody() {
    let mut command = Program::command(&["--in-memory"]);
    command.env("OBSERVATORY_KEY", "s3cret-key");
    let program = Program::run(command);
    let url = format!("http://{}/1/auth", program.http);
    let client = client();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 401);
    let with_key = client.get(&url).header("x-honeycomb-team", "s3cret-key");
    assert_eq!(with_key.send().await.unwrap().status(), 200);
    let help = Program::command(&["--help"])
        .env("OBSERVATORY_KEY", "s3cret-key")
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&help.stdout).contains("s3cret"));
    let wrong = Program::command(&["--in-memory"])
        .env("OBSERVATORY_KEY", "s3cret key")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

/// A gzip of 600 MB of zeros in 600 members: small to send, large to unfold.
fn bomb() -> Vec<u8> {
    gzip(&vec![0; 1_000_000]).repeat(600)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_bomb_costs_no_memory() {
    let program = Program::run(Program::command(&["--in-memory"]));
    let client = client();
    assert_eq!(send(&client, &program.http, 1, 1).await.unwrap(), 200);
    let peak = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap()
            .to_owned();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    let before = peak();
    for content_type in ["application/x-protobuf", "application/json"] {
        let response = client
            .post(format!("http://{}/v1/traces", program.http))
            .header("content-type", content_type)
            .header("content-encoding", "gzip")
            .body(bomb())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 413);
    }
    let grown = peak() - before;
    assert!(grown < 24 * 1024, "the program grew by {grown} KiB");
}

/// Runs a program that cannot start: exit code not 0, one sentence on stderr that says each of these.
#[track_caller]
fn check_refusal(rule: &str, arguments: &[&str], words: &[&str]) {
    let Output {
        status,
        stdout,
        stderr,
    } = Program::command(arguments).output().unwrap();
    let told = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{rule}");
    assert!(stdout.is_empty(), "{rule}: no address is said");
    assert_eq!(told.lines().count(), 1, "{rule}: {told}");
    for word in words {
        assert!(told.contains(word), "{rule}: {told}");
    }
}

#[test]
fn says_what_to_do_when_it_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_refusal(
        "port in use",
        &["--in-memory", "--http", &address],
        &[&address, "in use", "--http"],
    );
    check_refusal(
        "other port in use",
        &["--in-memory", "--grpc", &address],
        &[&address, "in use", "--grpc"],
    );
    check_refusal(
        "daemon's port in use",
        &["--in-memory", "--xray-daemon", &address],
        &[&address, "in use", "--xray-daemon"],
    );
    check_refusal(
        "port for spans in use",
        &["--in-memory", "--spans-only", &address],
        &[&address, "in use", "--spans-only"],
    );
    check_refusal(
        "not our address",
        &["--in-memory", "--http", "192.0.2.1:4318"],
        &["192.0.2.1:4318", "--http"],
    );

    std::fs::write(path("file"), "").unwrap();
    let below_a_file = path("file/data");
    check_refusal(
        "unwritable",
        &["--data", &below_a_file],
        &[&below_a_file, "--data", "--in-memory"],
    );

    let running = Program::start(Path::new(&path("used")));
    check_refusal(
        "in use",
        &["--data", &path("used")],
        &["another observatory", &path("used"), "--data"],
    );
    drop(running);
    drop(Program::start(Path::new(&path("used"))));

    let newer = path("used/observatory.db");
    rusqlite::Connection::open(&newer)
        .unwrap()
        .execute_batch("PRAGMA user_version = 9")
        .unwrap();
    check_refusal(
        "newer",
        &["--data", &path("used")],
        &[&newer, "newer observatory", "update"],
    );

    std::fs::create_dir(path("foreign")).unwrap();
    let foreign = path("foreign/observatory.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    check_refusal(
        "another program's",
        &["--data", &path("foreign")],
        &[&foreign, "not an observatory's", "--data"],
    );

    std::fs::create_dir(path("damaged")).unwrap();
    let damaged = path("damaged/observatory.db");
    std::fs::write(
        &damaged,
        "this is no database, and long enough to be looked at as one",
    )
    .unwrap();
    check_refusal(
        "damaged",
        &["--data", &path("damaged")],
        &[&damaged, "move the file away"],
    );
}

#[test]
fn explains_its_arguments() {
    for (arguments, words) in [
        (&["--retain", "2 parsecs"][..], "write 500MB or 2GiB"),
        (&["--retain", "5"], "at least 1MiB"),
        (&["--http", "localhost"], "--http"),
        (&["--data", "x", "--in-memory"], "cannot be used with"),
    ] {
        let output = Program::command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
}

#[test]
fn prints_one_line_of_addresses_when_asked() {
    let usual = ["grpc", "http", "xray_daemon"];
    let with_spans = ["grpc", "http", "spans_only", "xray_daemon"];
    for (arguments, wanted) in [
        (&["--in-memory"][..], &usual[..]),
        (
            &["--in-memory", "--spans-only", "127.0.0.1:0"],
            &with_spans[..],
        ),
    ] {
        let mut child = Program::command(arguments).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addresses: serde_json::Value = serde_json::from_str(&line).unwrap();
        let mut names: Vec<_> = addresses.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, wanted);
        for (name, address) in addresses.as_object().unwrap() {
            let address: std::net::SocketAddr = address.as_str().unwrap().parse().unwrap();
            assert_ne!(address.port(), 0, "{name}");
            assert!(
                std::net::TcpStream::connect(address).is_ok(),
                "{name} is listening"
            );
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
