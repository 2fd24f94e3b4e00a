//! The program `cruddur`: what it prints, with which codes it ends, and that it ends on signals.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Far longer than anything here takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// The program, which is ended with the test.
struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cruddur"))
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    Program {
        child,
        stdout,
        stderr,
    }
}

/// The result of work that waits for a pipe, in time; a program that hangs is ended when the test panics.
fn in_time<T: Send>(work: impl FnOnce() -> T + Send, child: u32) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let result = work();
            done.send(()).ok();
            result
        });
        if is_done.recv_timeout(DEADLINE).is_err() {
            signal(child, "KILL"); // closes its pipes, so that the worker ends
        }
        worker
            .join()
            .expect("the program does in time what is waited for")
    })
}

fn signal(pid: u32, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success());
}

impl Program {
    fn line(&mut self) -> String {
        let (pid, stdout) = (self.child.id(), &mut self.stdout);
        in_time(
            move || stdout.lines().next().expect("a line").expect("text"),
            pid,
        )
    }

    fn complaint(&mut self) -> String {
        let (pid, stderr) = (self.child.id(), &mut self.stderr);
        in_time(
            move || stderr.lines().next().expect("a line").expect("text"),
            pid,
        )
    }

    /// How it ends, and what it has said since on stdout and stderr.
    fn end(&mut self) -> (ExitStatus, String, String) {
        let (pid, mut stdout, mut stderr) = (self.child.id(), String::new(), String::new());
        let (out, err, child) = (&mut self.stdout, &mut self.stderr, &mut self.child);
        let status = in_time(
            || {
                out.read_to_string(&mut stdout).expect("text");
                err.read_to_string(&mut stderr).expect("text");
                child.wait().expect("a status")
            },
            pid,
        );
        (status, stdout, stderr)
    }
}

fn port(line: &str, service: &str) -> u16 {
    let port = line.strip_prefix(&format!("{service} listening on http://127.0.0.1:"));
    port.and_then(|port| port.parse().ok())
        .unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn services_say_where_they_listen_and_end_on_either_signal() {
    for (service, name) in [
        ("backend", "TERM"),
        ("backend", "INT"),
        ("profiles", "TERM"),
        ("frontend", "INT"),
    ] {
        let mut program = start(&[service], &[("PORT", "0")]);
        let line = program.line();
        port(&line, service);
        signal(program.child.id(), name);
        let (status, stdout, stderr) = program.end();
        assert_eq!(
            (status.code(), stdout.as_str(), stderr.as_str()),
            (Some(0), "", ""),
            "{service} SIG{name}"
        );
    }
}

/// The companion's element in the page, with the observatory's pages at `http://o`.
#[track_caller]
fn check_companion(options: &[&str], addresses: &str) {
    let arguments = [&["frontend", "--companion", "Cargo.toml"], options].concat();
    let mut program = start(
        &arguments,
        &[("PORT", "0"), ("OBSERVATORY_URL", "http://o")],
    );
    let port = port(&program.line(), "frontend");
    let pid = program.child.id();
    let page = in_time(
        move || {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
            let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).expect("it is sent");
            let mut page = String::new();
            stream.read_to_string(&mut page).expect("a page");
            page
        },
        pid,
    );
    let element = format!("src=\"/companion.js\" {addresses}></script>");
    assert!(page.contains(&element), "{options:?}: {page}");
}

#[test]
fn the_companion_sends_and_leads_where_it_is_told() {
    let sends = ["--endpoint", "http://c"];
    check_companion(&[], r#"data-endpoint="http://o" data-pages="http://o""#);
    check_companion(&sends, r#"data-endpoint="http://c""#);
    check_companion(
        &[&sends[..], &["--pages", "http://p"]].concat(),
        r#"data-endpoint="http://c" data-pages="http://p""#,
    );
}

#[test]
fn what_keeps_it_from_starting_is_one_sentence_and_code_1() {
    let mut first = start(&["profiles"], &[("PORT", "0")]);
    let port = port(&first.line(), "profiles").to_string();
    let in_use = format!(
        "cruddur: port {port} is in use: end the program that has it, or set PORT to another one (0 takes any)\n"
    );
    let folder = env!("CARGO_TARGET_TMPDIR");
    let folder_as_file = format!(
        "cruddur: cannot open the database {folder}: unable to open database file: {folder}; \
         see that its folder exists and can be written\n"
    );
    let no_address =
        "cruddur: --endpoint is `localhost`: give an http address, such as http://localhost:4318\n";
    let no_file = "cruddur: the companion no/such.js cannot be read: No such file or directory (os error 2); give the path of a script\n";
    let cases: [(&[&str], (&str, &str), &str); 7] = [
        (&["backend"], ("PORT", &port), &in_use),
        (&["backend"], ("CRUDDUR_DB", folder), &folder_as_file),
        (
            &["frontend"],
            ("PORT", "http"),
            "cruddur: PORT is `http`, which is no port from 0 to 65535: correct it, or unset it to have 3000\n",
        ),
        (
            &["frontend", "--companion", "no/such.js"],
            ("PORT", "0"),
            no_file,
        ),
        (
            &[
                "frontend",
                "--companion",
                "Cargo.toml",
                "--endpoint",
                "localhost",
            ],
            ("PORT", "0"),
            no_address,
        ),
        (
            &[
                "frontend",
                "--companion",
                "Cargo.toml",
                "--endpoint",
                "http://c",
                "--pages",
                "p",
            ],
            ("PORT", "0"),
            "cruddur: --pages is `p`: give an http address, such as http://localhost:4318\n",
        ),
        (
            &["traffic", "--every-ms", "0"],
            ("PORT", ""),
            "cruddur: --every-ms is `0`: give a whole number of milliseconds, 1 or more\n",
        ),
    ];
    for (arguments, variable, expected) in cases {
        let (status, stdout, stderr) = start(arguments, &[variable]).end();
        assert_eq!(
            (status.code(), stdout.as_str(), stderr.as_str()),
            (Some(1), "", expected),
            "{arguments:?}"
        );
    }
}

#[test]
fn other_arguments_get_the_usage() {
    for arguments in [
        &[][..],
        &["serve"],
        &["traffic", "--every-ms"],
        &["backend", "now"],
    ] {
        let (status, stdout, stderr) = start(arguments, &[]).end();
        assert_eq!(
            (status.code(), stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(stderr.starts_with("Usage: cruddur "), "{stderr}");
    }
    let (status, stdout, stderr) = start(&["--help"], &[]).end();
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("Usage: cruddur "), "{stdout}");
}

/// Reads one request with a short body, answers it as a back end might, and gives its first line and its body.
fn answer(listener: &TcpListener, body: &str) -> (String, String) {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut head = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        head.read_line(&mut line).expect("a line");
        if line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_ascii_lowercase());
    }
    let length = lines
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap_or("0");
    let mut sent = vec![0; length.parse().expect("a length")];
    head.read_exact(&mut sent).expect("the body");
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("the answer is written");
    (lines.swap_remove(0), String::from_utf8(sent).expect("text"))
}

#[test]
fn traffic_takes_all_routes_by_turns_goes_on_without_answers_and_ends_on_a_signal() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let backend_url = format!("http://{}", listener.local_addr().expect("an address"));
    let mut traffic = start(
        &["traffic", "--every-ms", "1"],
        &[("BACKEND_URL", &backend_url)],
    );
    let pid = traffic.child.id();
    assert_eq!(
        traffic.line(),
        format!("traffic to {backend_url}, a request every 1 ms")
    );

    drop(in_time(|| listener.accept(), pid)); // closed without an answer
    let complaint = traffic.complaint();
    assert!(
        complaint.starts_with("cruddur: the back end does not answer ("),
        "{complaint}"
    );

    let uuid = "11111111-1111-4111-8111-111111111111";
    let body = format!(r#"{{"uuid": "{uuid}"}}"#);
    let turns: Vec<_> = (0..13)
        .map(|_| in_time(|| answer(&listener, &body), pid))
        .collect();
    assert_eq!(traffic.complaint(), "cruddur: the back end answers again");
    let lines: Vec<_> = turns
        .iter()
        .map(|(line, _)| line.strip_suffix(" http/1.1").expect("HTTP/1.1"))
        .collect();
    assert_eq!(
        lines,
        [
            // The first turn got no answer.
            "get /api/message_groups",
            "post /api/activities",
            "get /api/activities/home",
            &format!("post /api/activities/{uuid}/reply"),
            &format!("get /api/activities/{uuid}"),
            "get /api/activities/notifications",
            "get /api/messages/@bayko",
            "get /api/activities/@worf",
            "post /api/messages",
            "get /api/activities/search?term=trace",
            "post /api/activities",
            "get /api/activities/00000000-0000-4000-8000-000000000000",
            "get /api/activities/home",
        ]
    );
    assert_eq!(
        turns[1].1,
        r#"{"message":"The p99 is a person too.","ttl":"1-hour"}"#
    );
    assert_eq!(turns[10].1, r#"{"message":"","ttl":"1-hour"}"#);

    signal(pid, "TERM");
    assert_eq!(traffic.end().0.code(), Some(0));
}
