//! The program itself: what it has answered is kept however it ends.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use crate::asking::{authorization, messages, put_body};

struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_observatory"))
            .args([
                "--http",
                "127.0.0.1:0",
                "--grpc",
                "127.0.0.1:0",
                "--xray-daemon",
                "127.0.0.1:0",
            ])
            .args(["--print-addresses", "--data"])
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
        let addresses: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            address: format!("http://{}/", addresses["http"].as_str().unwrap()),
        }
    }

    async fn ask(&self, operation: &str, body: &Value) -> Value {
        let response = reqwest::Client::new()
            .post(&self.address)
            .header("authorization", authorization("logs"))
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .timeout(std::time::Duration::from_secs(60))
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default()
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
    // The program has the clock of this machine, which decides whether an event is too old.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis() as i64;
    let mut answered = Vec::new();
    for round in 0..3 {
        let mut program = Program::start(folder.path());
        if round == 0 {
            program
                .ask("CreateLogGroup", &json!({ "logGroupName": "g" }))
                .await;
            let stream = json!({ "logGroupName": "g", "logStreamName": "s" });
            program.ask("CreateLogStream", &stream).await;
        }
        for call in 0..20 {
            let message = format!("{round} {call}");
            let time = now + round * 100 + call;
            program
                .ask("PutLogEvents", &put_body("g", "s", &[(time, &message)]))
                .await;
            answered.push(message);
        }
        program.child.kill().unwrap();
        program.child.wait().unwrap();
    }
    let program = Program::start(folder.path());
    let events = program
        .ask("FilterLogEvents", &json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(messages(&events), answered);
}
