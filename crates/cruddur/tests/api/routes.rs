//! Every route of the back end: what it answers when all is well, and by which template it is known.

use crate::asking::{Answer, get, local, post, router};
use axum::Router;
use serde_json::{Value, json};

const NOW: &str = "2026-01-01T12:00:00Z";
const CLOUD: &str = "68f126b0-1ceb-4a33-88be-d90fa7109eee";

#[track_caller]
fn check(answer: Answer, template: &str, expected: Value) {
    assert_eq!(answer.json, expected);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.template.as_deref(), Some(template));
}

fn fresh() -> Router {
    router(local())
}

fn cloud() -> Value {
    json!({
        "uuid": CLOUD,
        "handle": "andrewbrown",
        "message": "Cloud is very fun! Today's goal: see one request all the way through.",
        "created_at": "2025-12-30T12:00:00Z",
        "expires_at": "2026-01-31T12:00:00Z",
        "likes_count": 5,
        "replies_count": 1,
        "reposts_count": 1,
        "replies": [{
            "uuid": "c2f1a3d4-90be-4a0e-8f57-3b1f4f3a7e02",
            "reply_to_activity_uuid": CLOUD,
            "handle": "worf",
            "message": "A request without a trace has no honour.",
            "likes_count": 2,
            "replies_count": 0,
            "reposts_count": 0,
            "created_at": "2025-12-31T12:00:00Z",
        }],
    })
}

fn mention() -> Value {
    json!({
        "uuid": "7d0b3f1e-52a4-4b43-9c39-0f6c6f5a2d11",
        "handle": "bayko",
        "message": "@andrewbrown your home feed took 40 ms just now. Which span was it?",
        "created_at": "2026-01-01T11:50:00Z",
        "expires_at": "2026-01-31T12:00:00Z",
        "likes_count": 1,
        "replies_count": 0,
        "reposts_count": 0,
        "replies": [],
    })
}

#[tokio::test]
async fn home_gives_three_activities_newest_first_with_replies() {
    let expected = json!([
        {
            "uuid": "26e12864-1c26-5c3a-9658-97a10f8fea67",
            "handle": "garek",
            "message": "My dear friend, I am merely a simple tailor who reads waterfalls over breakfast.",
            "created_at": "2026-01-01T11:00:00Z",
            "expires_at": "2026-01-31T12:00:00Z",
            "likes_count": 0,
            "replies_count": 0,
            "reposts_count": 0,
            "replies": [],
        },
        {
            "uuid": "66e12864-8c26-4c3a-9658-95a10f8fea67",
            "handle": "worf",
            "message": "I dislike dashboards that are green while the users complain.",
            "created_at": "2025-12-31T16:00:00Z",
            "expires_at": "2026-01-31T12:00:00Z",
            "likes_count": 11,
            "replies_count": 0,
            "reposts_count": 3,
            "replies": [],
        },
        cloud(),
    ]);
    check(
        get(&fresh(), "/api/activities/home").await,
        "/api/activities/home",
        expected,
    );
}

#[tokio::test]
async fn notifications_gives_one() {
    let answer = get(&fresh(), "/api/activities/notifications").await;
    check(answer, "/api/activities/notifications", json!([mention()]));
}

#[tokio::test]
async fn activities_of_a_user_have_no_replies() {
    let expected = json!([{
        "uuid": CLOUD,
        "handle": "andrewbrown",
        "message": "Cloud is very fun! Today's goal: see one request all the way through.",
        "created_at": "2025-12-30T12:00:00Z",
        "expires_at": "2026-01-31T12:00:00Z",
    }]);
    let template = "/api/activities/@{handle}";
    check(
        get(&fresh(), "/api/activities/@andrewbrown").await,
        template,
        expected,
    );
    check(
        get(&fresh(), "/api/activities/@nobody").await,
        template,
        json!([]),
    );
    check(
        get(&fresh(), "/api/activities/@home").await,
        template,
        json!([]),
    );
    check(
        get(&fresh(), "/api/activities/@a%2Fb%00c%F0%9F%90%99").await,
        template,
        json!([]),
    );
}

#[tokio::test]
async fn search_finds_activities_and_replies() {
    let expected = json!([{
        "uuid": "c2f1a3d4-90be-4a0e-8f57-3b1f4f3a7e02",
        "handle": "worf",
        "message": "A request without a trace has no honour.",
        "created_at": "2025-12-31T12:00:00Z",
    }]);
    let template = "/api/activities/search";
    check(
        get(&fresh(), "/api/activities/search?term=HONOUR").await,
        template,
        expected.clone(),
    );
    check(
        get(&fresh(), "/api/activities/search?term=a+trace").await,
        template,
        expected.clone(),
    );
    check(
        get(&fresh(), "/api/activities/search?x=1&term=&term=honour").await,
        template,
        expected,
    );
    check(
        get(&fresh(), "/api/activities/search?term=%25").await,
        template,
        json!([]),
    );
    check(
        get(&fresh(), "/api/activities/search?term=%00%FF%zz").await,
        template,
        json!([]),
    );
}

#[tokio::test]
async fn an_activity_comes_with_its_replies() {
    let template = "/api/activities/{uuid}";
    check(
        get(&fresh(), &format!("/api/activities/{CLOUD}")).await,
        template,
        cloud(),
    );
    let upper = CLOUD.to_uppercase();
    check(
        get(&fresh(), &format!("/api/activities/{upper}")).await,
        template,
        cloud(),
    );
}

#[tokio::test]
async fn what_is_posted_is_shown() {
    let router = fresh();
    let posted = json!({
        "uuid": "00000000-0000-4000-8000-000000000001",
        "display_name": "Andrew Brown",
        "handle": "andrewbrown",
        "message": "<script>alert('hi')</script> \u{0} 🐙",
        "created_at": NOW,
        "expires_at": "2026-01-02T00:00:00Z",
    });
    let body = json!({"message": posted["message"], "ttl": "12-hours"}).to_string();
    check(
        post(&router, "/api/activities", body).await,
        "/api/activities",
        posted.clone(),
    );

    let home = get(&router, "/api/activities/home").await.json;
    assert_eq!(home.as_array().map(Vec::len), Some(4));
    for field in ["uuid", "handle", "message", "created_at", "expires_at"] {
        assert_eq!(home[0][field], posted[field]);
    }
}

#[tokio::test]
async fn a_reply_is_shown_with_what_it_replies_to() {
    let router = fresh();
    let reply = |uuid, to| json!({"uuid": uuid, "handle": "andrewbrown", "message": "Aye", "created_at": NOW, "reply_to_activity_uuid": to});
    let (first, second) = (
        "00000000-0000-4000-8000-000000000001",
        "00000000-0000-4000-8000-000000000002",
    );
    let template = "/api/activities/{uuid}/reply";
    let body = r#"{"message": "Aye"}"#;
    check(
        post(&router, &format!("/api/activities/{CLOUD}/reply"), body).await,
        template,
        reply(first, CLOUD),
    );
    check(
        post(&router, &format!("/api/activities/{first}/reply"), body).await,
        template,
        reply(second, first),
    );

    let thread = get(&router, &format!("/api/activities/{CLOUD}")).await.json;
    assert_eq!(thread["replies_count"], 3);
    assert_eq!(thread["replies"][1]["replies_count"], 1);
    assert_eq!(thread["replies"][2]["reply_to_activity_uuid"], first);
    assert_eq!(get(&router, "/api/activities/home").await.json[2], thread);

    let part = get(&router, &format!("/api/activities/{first}")).await.json;
    assert_eq!(part["replies"].as_array().map(Vec::len), Some(1));
    assert_eq!(part["replies"][0]["uuid"], second);
}

#[tokio::test]
async fn what_has_expired_is_gone() {
    let cruddur = local();
    let posted = post(
        &router(cruddur.clone()),
        "/api/activities",
        r#"{"message": "Brief", "ttl": "1-hour"}"#,
    )
    .await;
    let later = cruddur.now() + time::Duration::hours(1);
    let router = router(cruddur.with_clock(std::sync::Arc::new(move || later)));
    let path = format!(
        "/api/activities/{}",
        posted.json["uuid"].as_str().expect("a uuid")
    );
    assert_eq!(get(&router, &path).await.status, 404);
    assert_eq!(
        post(&router, &format!("{path}/reply"), r#"{"message": "Late"}"#)
            .await
            .status,
        404
    );
    assert_eq!(
        get(&router, "/api/activities/home")
            .await
            .json
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(
        get(&router, "/api/activities/search?term=Brief").await.json,
        json!([])
    );
}

#[tokio::test]
async fn message_groups_are_the_other_parties_last_exchange_first() {
    let expected = json!([
        {
            "uuid": "4b6e6f60-1f0e-4c43-8a86-5a9c0b6d7f21",
            "display_name": "Andrew Bayko",
            "handle": "bayko",
            "created_at": "2026-01-01T10:40:00Z",
        },
        {
            "uuid": "9a1c2e7b-6d35-4f7c-b5d4-2f3e4d5c6b7a",
            "display_name": "Worf",
            "handle": "worf",
            "created_at": "2025-12-30T12:05:00Z",
        },
    ]);
    check(
        get(&fresh(), "/api/message_groups").await,
        "/api/message_groups",
        expected,
    );
}

#[tokio::test]
async fn messages_are_those_between_two_users_oldest_first() {
    let expected = json!([
        {
            "uuid": "9a1c2e7b-6d35-4f7c-b5d4-2f3e4d5c6b7a",
            "display_name": "Worf",
            "handle": "worf",
            "message": "Your deployment was victorious.",
            "created_at": "2025-12-30T12:00:00Z",
        },
        {
            "uuid": "0f5c8b8e-4f0e-4d0c-9f13-7f6f1c1b2a01",
            "display_name": "Andrew Brown",
            "handle": "andrewbrown",
            "message": "Thank you. I shall watch its error rate all the same.",
            "created_at": "2025-12-30T12:05:00Z",
        },
    ]);
    let template = "/api/messages/@{handle}";
    check(
        get(&fresh(), "/api/messages/@worf").await,
        template,
        expected.clone(),
    );
    check(
        get(&fresh(), "/api/messages/@worf?user_reciever_handle=").await,
        template,
        expected.clone(),
    );
    check(
        get(
            &fresh(),
            "/api/messages/@andrewbrown?user_reciever_handle=worf",
        )
        .await,
        template,
        expected,
    );
    check(
        get(&fresh(), "/api/messages/@nobody").await,
        template,
        json!([]),
    );
}

#[tokio::test]
async fn a_message_joins_its_group_or_begins_one() {
    let router = fresh();
    let message = |number| {
        json!({
            "uuid": format!("00000000-0000-4000-8000-00000000000{number}"),
            "display_name": "Andrew Brown",
            "handle": "andrewbrown",
            "message": "Qapla'",
            "created_at": NOW,
        })
    };
    for (number, receiver) in [(1, "worf"), (2, "a/b?c"), (3, "andrewbrown")] {
        let body = json!({"user_receiver_handle": receiver, "message": "Qapla'"}).to_string();
        check(
            post(&router, "/api/messages", body).await,
            "/api/messages",
            message(number),
        );
    }
    assert_eq!(
        get(&router, "/api/messages/@worf").await.json[2],
        message(1)
    );
    assert_eq!(
        get(&router, "/api/messages/@andrewbrown").await.json,
        json!([message(3)])
    );
    let group = |uuid: &str, name: &str, handle: &str| json!([uuid, name, handle]);
    let groups: Vec<Value> = get(&router, "/api/message_groups")
        .await
        .json
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| json!([found["uuid"], found["display_name"], found["handle"]]))
        .collect();
    assert_eq!(
        groups,
        [
            group(
                "00000000-0000-4000-8000-000000000003",
                "Andrew Brown",
                "andrewbrown"
            ),
            group("00000000-0000-4000-8000-000000000002", "a/b?c", "a/b?c"),
            group("9a1c2e7b-6d35-4f7c-b5d4-2f3e4d5c6b7a", "Worf", "worf"),
            group(
                "4b6e6f60-1f0e-4c43-8a86-5a9c0b6d7f21",
                "Andrew Bayko",
                "bayko"
            ),
        ]
    );
}

#[tokio::test]
async fn every_ttl_counts_from_now() {
    let cases = [
        ("30-days", "2026-01-31T12:00:00Z"),
        ("7-days", "2026-01-08T12:00:00Z"),
        ("3-days", "2026-01-04T12:00:00Z"),
        ("1-day", "2026-01-02T12:00:00Z"),
        ("12-hours", "2026-01-02T00:00:00Z"),
        ("3-hours", "2026-01-01T15:00:00Z"),
        ("1-hour", "2026-01-01T13:00:00Z"),
    ];
    for (ttl, expires_at) in cases {
        let answer = post(
            &fresh(),
            "/api/activities",
            json!({"message": "Hi", "ttl": ttl}).to_string(),
        )
        .await;
        assert_eq!(answer.json["expires_at"], expires_at, "{ttl}");
    }
}
