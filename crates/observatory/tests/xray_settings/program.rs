//! The program itself, asked over its port and killed.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

/// The program; killed when the test ends.
pub(crate) struct Program {
    child: Child,
    http: String,
}

impl Program {
    /// Starts it on that folder and waits until it says where it listens.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
        for port in ["--http", "--grpc", "--xray-daemon"] {
            command.args([port, "127.0.0.1:0"]);
        }
        let mut child = command
            .arg("--print-addresses")
            .arg("--data")
            .arg(folder)
            .env_remove("OBSERVATORY_KEY")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addresses: Value = serde_json::from_str(&line).unwrap();
        let http = addresses["http"].as_str().unwrap().to_owned();
        Self { child, http }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A call that must be answered.
    pub(crate) async fn call(&self, path: &str, body: &Value) -> Value {
        let signature = "0".repeat(64);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/xray/aws4_request, SignedHeaders=host, Signature={signature}"
        );
        let response = reqwest::Client::new()
            .post(format!("http://{}{path}", self.http))
            .header("authorization", authorization)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body: Value =
            serde_json::from_str(&response.text().await.unwrap()).unwrap_or(json!({}));
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
