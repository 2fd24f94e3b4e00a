//! Gentle traffic for the back end: all routes by turns, a 422 and a 404 among them.

use std::future::Future;
use std::io::Write as _;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::time::MissedTickBehavior;

/// One turn: what is asked, and what is sent. `{posted}` stands for the activity that was posted last.
type Turn = (Method, &'static str, Option<fn(u64) -> Value>);

const TURNS: [Turn; 13] = [
    (Method::GET, "/api/activities/home", None),
    (Method::GET, "/api/message_groups", None),
    (Method::POST, "/api/activities", Some(crud)),
    (Method::GET, "/api/activities/home", None),
    (Method::POST, "/api/activities/{posted}/reply", Some(reply)),
    (Method::GET, "/api/activities/{posted}", None),
    (Method::GET, "/api/activities/notifications", None),
    (Method::GET, "/api/messages/@bayko", None),
    (Method::GET, "/api/activities/@worf", None),
    (Method::POST, "/api/messages", Some(message)),
    (Method::GET, "/api/activities/search?term=trace", None),
    (Method::POST, "/api/activities", Some(blank)), // 422
    (
        Method::GET,
        "/api/activities/00000000-0000-4000-8000-000000000000",
        None,
    ), // 404
];

const TEXTS: [&str; 5] = [
    "The p99 is a person too.",
    "Shipped it. Now watching the waterfall.",
    "An error budget is for spending, they said.",
    "Who else reads traces before coffee?",
    "One slow query walks into a bar. The bar waits.",
];

fn text(round: u64) -> &'static str {
    TEXTS[usize::try_from(round).unwrap_or(0) % TEXTS.len()]
}

fn crud(round: u64) -> Value {
    json!({"message": text(round), "ttl": "1-hour"})
}

fn reply(round: u64) -> Value {
    json!({"message": format!("Seconded: {}", text(round))})
}

fn message(round: u64) -> Value {
    json!({"user_receiver_handle": "bayko", "message": text(round + 1)})
}

fn blank(_round: u64) -> Value {
    json!({"message": "", "ttl": "1-hour"})
}

/// Sends a request every `pause` until `shutdown`; says when the back end stops answering and when it answers again.
pub(crate) async fn run(
    backend_url: &str,
    pause: Duration,
    shutdown: impl Future<Output = ()>,
) -> reqwest::Result<()> {
    let client = Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()?;
    tokio::select! {
        () = shutdown => {}
        () = send_on(&client, backend_url, pause) => {}
    }
    Ok(())
}

async fn send_on(client: &Client, backend_url: &str, pause: Duration) {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut posted = "00000000-0000-4000-8000-000000000000".to_owned();
    let mut answered = true;
    for round in 0.. {
        for (method, path, body) in &TURNS {
            ticks.tick().await;
            let url = format!("{backend_url}{}", path.replace("{posted}", &posted));
            let mut request = client.request(method.clone(), url);
            if let Some(body) = body {
                request = request.json(&body(round));
            }
            let answer = request.send().await;
            match (&answer, answered) {
                (Err(error), true) => {
                    eprintln!("cruddur: the back end does not answer ({error}); trying on")
                }
                (Ok(_), false) => complain("cruddur: the back end answers again"),
                _ => {}
            }
            answered = answer.is_ok();
            if *path == "/api/activities"
                && let Ok(response) = answer
                && let Ok(activity) = response.json::<Value>().await
                && let Some(uuid) = activity["uuid"].as_str()
            {
                uuid.clone_into(&mut posted);
            }
        }
    }
}

/// Says a line on stderr; that nobody reads it is no failure.
fn complain(line: &str) {
    writeln!(std::io::stderr(), "{line}").ok();
}
