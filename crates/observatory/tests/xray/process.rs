//! The program itself: what it has answered is kept however it ends.

use std::{
    io::{BufRead, BufReader},
    net::UdpSocket,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::running::{AUTHORIZATION, segment, subsegment, trace_id};

struct Program {
    child: Child,
    addresses: Value,
}

impl Program {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_observatory"))
            .args(["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])
            .args([
                "--xray-daemon",
                "127.0.0.1:0",
                "--print-addresses",
                "--data",
            ])
            .arg(folder)
            .env_remove("OBSERVATORY_KEY")
            .env_remove("OBSERVATORY_ALLOW_HOST")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            child,
            addresses: serde_json::from_str(&line).unwrap(),
        }
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<Value, reqwest::Error> {
        let response = reqwest::Client::new()
            .post(format!(
                "http://{}{path}",
                self.addresses["http"].as_str().unwrap()
            ))
            .header("authorization", AUTHORIZATION)
            .timeout(std::time::Duration::from_secs(60))
            .body(body.to_string())
            .send()
            .await?;
        assert_eq!(response.status(), 200);
        response.json().await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn loses_nothing_it_has_answered_when_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut answered = Vec::new();
    for round in 0..2 {
        let mut program = Program::start(folder.path());
        for call in 0..20 {
            let trace = round * 100 + call;
            let documents = [
                segment(trace, 1, "backend"),
                subsegment(trace, 2, 1, "query"),
            ];
            let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
            let body = json!({ "TraceSegmentDocuments": texts });
            program.ask("/TraceSegments", &body).await.unwrap();
            answered.push(trace);
        }
        program.child.kill().unwrap();
        program.child.wait().unwrap();
    }
    let program = Program::start(folder.path());
    for trace in answered {
        let body = json!({ "TraceIds": [trace_id(trace)] });
        let answer = program.ask("/Traces", &body).await.unwrap();
        let text = answer["Traces"][0]["Segments"].to_string();
        assert!(text.contains("backend") && text.contains("query"), "{text}");
    }
}

#[tokio::test]
async fn says_where_its_daemon_is_and_stores_what_came_before_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .connect(program.addresses["xray_daemon"].as_str().unwrap())
        .unwrap();
    let document = segment(1, 1, "backend");
    socket
        .send(format!("{{\"format\":\"json\",\"version\":1}}\n{document}").as_bytes())
        .unwrap();
    let body = json!({ "TraceIds": [trace_id(1)] });
    // Each answer is a look at what is there; the test's time is its bound.
    loop {
        let answer = program.ask("/Traces", &body).await.unwrap();
        if answer["UnprocessedTraceIds"] == json!([]) {
            break;
        }
    }
    let told = Command::new("kill")
        .args(["-s", "TERM", &program.child.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
    let program = Program::start(folder.path());
    let answer = program.ask("/Traces", &body).await.unwrap();
    assert_eq!(answer["Traces"][0]["Id"], trace_id(1));
}
