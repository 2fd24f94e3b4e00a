//! Pages of what runs on this machine, asked for as a browser would.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};

use crate::terminal::PATIENCE;

/// The page at `url`, which has to be answered with 200.
///
/// # Errors
/// When nothing listens there, or something else is answered.
pub(crate) fn get(url: &str) -> anyhow::Result<String> {
    let rest = url.strip_prefix("http://").context("no http:// address")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let mut stream =
        TcpStream::connect(host).with_context(|| format!("nothing listens at {host}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // With version 1.0 the answer ends with the connection, and comes in one piece.
    write!(
        stream,
        "GET /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: text/html, */*\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .context("the answer broke off")?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").context("no HTTP answer")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    ensure!(status == "200", "answered {status}, and 200 is wanted");
    Ok(body.to_owned())
}

/// Waits until the page at `url`, which is the observatory's, shows `text`: asks again each time that something arrived.
///
/// # Errors
/// When it does not in time, or something else than 200 is answered.
pub(crate) fn see(url: &str, text: &str) -> anyhow::Result<()> {
    let wanted = escaped(text);
    let origin: String = url.split_inclusive('/').take(3).collect();
    let origin = origin.trim_end_matches('/');
    let deadline = Instant::now() + PATIENCE;
    loop {
        let generation = generation(&get(&format!("{origin}/events"))?)?;
        let page = get(url)?;
        if page.contains(&wanted) || page.contains(text) {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("does not show `{text}` after {PATIENCE:?}");
        }
        get(&format!("{origin}/events?since={generation}"))?;
    }
}

fn generation(answer: &str) -> anyhow::Result<u64> {
    let answer: serde_json::Value = serde_json::from_str(answer).context("/events has no JSON")?;
    answer["generation"]
        .as_u64()
        .context("/events tells no generation")
}

/// As HTML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
