//! What is kept and for how long: across restarts, to the end of the retention, within the size limit, until emptied.

use observatory::store::{
    Location,
    logs::{EventQuery, LogEvent},
};
use serde_json::{Value, json};

use crate::asking::{DAY, HOUR, NOW, Observatory, SECOND, messages, within};

async fn all(observatory: &Observatory) -> Vec<String> {
    let query = EventQuery::of("g", observatory.state.logs.now());
    let page = observatory.state.store.log_events(&query).await.unwrap();
    page.events.into_iter().map(|event| event.message).collect()
}

async fn bytes(observatory: &Observatory) -> i64 {
    let groups = observatory.ask("DescribeLogGroups", json!({})).await;
    groups["logGroups"][0]["storedBytes"].as_i64().unwrap()
}

/// Waits until the store has let go of its folder.
pub(crate) async fn closed(observatory: Observatory, folder: &std::path::Path) {
    drop(observatory);
    let lock = std::fs::File::open(folder.join("lock")).unwrap();
    tokio::task::spawn_blocking(move || lock.lock())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Observatory::of(Location::Folder(folder.path().to_owned()), u64::MAX);
    let observatory = open();
    observatory.make("g", &["s"]).await;
    observatory
        .ask(
            "TagLogGroup",
            json!({ "logGroupName": "g", "tags": { "k": "v" } }),
        )
        .await;
    observatory
        .ask(
            "PutRetentionPolicy",
            json!({ "logGroupName": "g", "retentionInDays": 7 }),
        )
        .await;
    observatory
        .put("g", "s", &[(NOW, "grüße 🎉"), (NOW, "\u{0}\"\\\n")])
        .await;
    let ask = async |observatory: &Observatory| {
        let mut shown = Vec::new();
        for (operation, body) in [
            ("DescribeLogGroups", json!({})),
            ("DescribeLogStreams", json!({ "logGroupName": "g" })),
            ("ListTagsLogGroup", json!({ "logGroupName": "g" })),
            ("FilterLogEvents", json!({ "logGroupName": "g" })),
        ] {
            shown.push(observatory.ask(operation, body).await);
        }
        shown
    };
    let before = ask(&observatory).await;
    assert_eq!(messages(&before[3]), ["grüße 🎉", "\u{0}\"\\\n"]);
    closed(observatory, folder.path()).await;
    let observatory = open();
    assert_eq!(ask(&observatory).await, before);
    // Numbers go on: an event's ID means one event.
    observatory
        .ask("DeleteLogGroup", json!({ "logGroupName": "g" }))
        .await;
    closed(observatory, folder.path()).await;
    let observatory = open();
    observatory.make("g", &["s"]).await;
    observatory.put("g", "s", &[(NOW, "new")]).await;
    let after = observatory
        .ask("FilterLogEvents", json!({ "logGroupName": "g" }))
        .await;
    let old = before[3]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["eventId"]);
    assert!(
        !old.into_iter()
            .any(|id| *id == after["events"][0]["eventId"])
    );
}

#[tokio::test]
async fn what_has_expired_is_not_shown_and_then_gone() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory
        .put("g", "s", &[(NOW - HOUR, "a"), (NOW, "b")])
        .await;
    observatory
        .put("g", "s", &[(NOW, "bb"), (NOW + HOUR, "c")])
        .await;
    let page = observatory
        .state
        .store
        .log_events(&EventQuery::of("g", NOW))
        .await
        .unwrap();
    let first = page.events[0].id;
    observatory
        .ask(
            "PutRetentionPolicy",
            json!({ "logGroupName": "g", "retentionInDays": 3 }),
        )
        .await;
    observatory.advance(3 * DAY - HOUR);
    assert_eq!(all(&observatory).await, ["a", "b", "bb", "c"]);
    observatory.advance(1);
    assert_eq!(all(&observatory).await, ["b", "bb", "c"]);
    assert_eq!(
        observatory
            .state
            .store
            .log_event(first, observatory.state.logs.now())
            .await
            .unwrap(),
        None
    );
    let shown = observatory
        .ask(
            "GetLogEvents",
            json!({ "logGroupName": "g", "logStreamName": "s" }),
        )
        .await;
    assert_eq!(messages(&shown), ["b", "bb", "c"]);
    observatory.advance(HOUR);
    assert_eq!(all(&observatory).await, ["c"]);
    assert_eq!(bytes(&observatory).await, 4 * 27 + 1, "not deleted yet");
    // Whatever is put next has what is older deleted, when all that came with it has expired.
    let now = observatory.state.logs.now();
    observatory.put("g", "s", &[(now, "d")]).await;
    within("the deletion", async {
        while bytes(&observatory).await != 3 * 27 + 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    observatory
        .ask("DeleteRetentionPolicy", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(all(&observatory).await, ["bb", "c", "d"]);
    let streams = observatory
        .ask("DescribeLogStreams", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(streams["logStreams"][0]["firstEventTimestamp"], NOW);
}

#[tokio::test]
async fn a_group_without_retention_keeps_all() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory.put("g", "s", &[(NOW, "a")]).await;
    observatory.advance(4_000 * DAY);
    let now = observatory.state.logs.now();
    observatory.put("g", "s", &[(now, "b")]).await;
    assert_eq!(all(&observatory).await, ["a", "b"]);
}

#[tokio::test]
async fn the_oldest_go_when_there_is_no_more_room() {
    let limit = 4_000_000;
    let observatory = Observatory::of(Location::Memory, limit);
    observatory.make("g", &["s"]).await;
    let filler = "x".repeat(20_000);
    // Later events come first: what came first goes, whenever it happened.
    for number in 0..400 {
        observatory
            .put(
                "g",
                "s",
                &[(NOW - number * SECOND, &format!("{number} {filler}"))],
            )
            .await;
    }
    let status = observatory.state.store.status().await.unwrap();
    assert!(
        status.bytes <= limit && status.bytes > limit / 2,
        "{status:?}"
    );
    let query = EventQuery {
        bytes: usize::MAX,
        ..EventQuery::of("g", NOW)
    };
    let left = observatory
        .state
        .store
        .log_events(&query)
        .await
        .unwrap()
        .events;
    let number = |event: &LogEvent| {
        event
            .message
            .split(' ')
            .next()
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    let left: Vec<usize> = left.iter().map(number).collect();
    assert!(left.len() > 50, "{}", left.len());
    assert_eq!(left, (400 - left.len()..400).rev().collect::<Vec<_>>());
    let sizes: usize = left
        .iter()
        .map(|number| number.to_string().len() + 1 + 20_000 + 26)
        .sum();
    assert_eq!(bytes(&observatory).await as usize, sizes);
    assert_eq!(status.log_events as usize, left.len());
}

#[tokio::test]
async fn few_large_ones_go_one_by_one() {
    let limit = 4_000_000;
    let observatory = Observatory::of(Location::Memory, limit);
    observatory.make("g", &["s"]).await;
    let filler = "x".repeat(900_000);
    for number in 0..8 {
        observatory
            .put("g", "s", &[(NOW + number, &format!("{number} {filler}"))])
            .await;
        let status = observatory.state.store.status().await.unwrap();
        assert!(status.bytes <= limit, "{status:?}");
    }
    let kept = observatory.state.store.status().await.unwrap().log_events;
    assert!((2..=4).contains(&kept), "{kept}");
}

#[tokio::test]
async fn nothing_is_left_when_it_is_emptied() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    observatory.put("g", "s", &[(NOW, "a")]).await;
    observatory
        .ask(
            "TagLogGroup",
            json!({ "logGroupName": "g", "tags": { "k": "v" } }),
        )
        .await;
    observatory.state.store.reset().await.unwrap();
    let groups = observatory.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(groups, json!({ "logGroups": [] }));
    observatory.make("g", &["s"]).await;
    assert_eq!(all(&observatory).await, [""; 0]);
    let tags = observatory
        .ask("ListTagsLogGroup", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(tags["tags"], json!({}));
}

#[tokio::test]
async fn who_waits_for_news_is_told() {
    let observatory = Observatory::start();
    observatory.make("g", &["s"]).await;
    let mut changes = observatory.state.store.changes();
    changes.mark_unchanged();
    observatory.put("g", "s", &[(NOW, "a")]).await;
    assert!(changes.has_changed().unwrap());
}

#[tokio::test]
async fn calls_at_once_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let observatory = std::sync::Arc::new(Observatory::of(
        Location::Folder(folder.path().to_owned()),
        u64::MAX,
    ));
    observatory.make("g", &["s", "t"]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..64 {
        let observatory = std::sync::Arc::clone(&observatory);
        tasks.spawn(async move {
            let stream = if number % 2 == 0 { "s" } else { "t" };
            observatory
                .put("g", stream, &[(NOW + number, &number.to_string())])
                .await;
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let expected: Vec<String> = (0..64).map(|number| number.to_string()).collect();
    assert_eq!(all(&observatory).await, expected);
    let shown: Value = observatory
        .ask("DescribeLogStreams", json!({ "logGroupName": "g" }))
        .await;
    assert_eq!(shown["logStreams"][0]["lastEventTimestamp"], NOW + 62);
}
