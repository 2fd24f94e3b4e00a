//! What a hook round the queries sees: which of them each route runs, and never a value in their texts.

use std::sync::{Arc, Mutex};

use cruddur::{Error, Query};

use crate::asking::{Answer, get, local, post, router};

async fn queries_of(method: &str, path: &str, body: &'static str) -> (Answer, Vec<Query>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    let router = router(local().around_queries(Arc::new(move |query: &Query, run| {
        record.lock().expect("no panic").push(*query);
        run();
        run(); // of no effect
    })));
    let answer = if method == "GET" {
        get(&router, path).await
    } else {
        post(&router, path, body).await
    };
    let seen = seen.lock().expect("no panic").clone();
    (answer, seen)
}

#[tokio::test]
async fn every_route_runs_one_query() {
    let cloud = "/api/activities/68f126b0-1ceb-4a33-88be-d90fa7109eee";
    for (method, path, body, expected) in [
        ("GET", "/api/activities/home", "", "SELECT activities"),
        (
            "GET",
            "/api/activities/notifications",
            "",
            "SELECT activities",
        ),
        ("GET", "/api/activities/@worf", "", "SELECT activities"),
        (
            "GET",
            "/api/activities/search?term=secret",
            "",
            "SELECT activities",
        ),
        ("GET", cloud, "", "SELECT activities"),
        ("GET", "/api/message_groups", "", "SELECT messages"),
        ("GET", "/api/messages/@worf", "", "SELECT messages"),
        (
            "POST",
            "/api/activities",
            r#"{"message": "secret", "ttl": "1-day"}"#,
            "INSERT activities",
        ),
        (
            "POST",
            &format!("{cloud}/reply"),
            r#"{"message": "secret"}"#,
            "INSERT activities",
        ),
        (
            "POST",
            "/api/messages",
            r#"{"message": "secret", "user_receiver_handle": "worf"}"#,
            "INSERT messages",
        ),
    ] {
        let (answer, queries) = queries_of(method, path, body).await;
        assert_eq!(answer.status, 200, "{method} {path}");
        let [query] = queries[..] else {
            panic!("{method} {path} ran {} queries", queries.len())
        };
        assert_eq!(
            format!("{} {}", query.operation, query.collection),
            expected,
            "{method} {path}"
        );
        assert!(
            query.text.starts_with(query.operation) && query.text.contains(query.collection),
            "{query:?}"
        );
        assert!(
            !query.text.contains("secret") && !query.text.contains("worf"),
            "{query:?}"
        );
        assert!(
            !query.text.contains("  ") && !query.text.contains('\n'),
            "{query:?}"
        );
    }
}

#[tokio::test]
async fn what_is_refused_runs_none() {
    let (answer, queries) = queries_of("POST", "/api/activities", "{}").await;
    assert_eq!(answer.status, 422);
    assert_eq!(queries, []);
}

#[tokio::test]
async fn hooks_nest_and_one_may_use_the_store_itself() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let hook = |name: &'static str| {
        let (order, other) = (Arc::clone(&order), local());
        Arc::new(move |_: &Query, run: &mut dyn FnMut()| {
            order.lock().expect("no panic").push(name);
            other.home_activities().expect("a feed");
            run();
        })
    };
    let cruddur = local()
        .around_queries(hook("inner"))
        .around_queries(hook("outer"));
    cruddur.home_activities().expect("a feed");
    assert_eq!(*order.lock().expect("no panic"), ["outer", "inner"]);
}

#[tokio::test]
async fn a_hook_that_runs_nothing_is_told_of() {
    let router = router(local().around_queries(Arc::new(|_: &Query, _: &mut dyn FnMut()| {})));
    let answer = get(&router, "/api/activities/home").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json),
        (500, serde_json::json!(["internal_error"]))
    );
    let failure = answer.failure.expect("a failure is among the extensions");
    assert!(matches!(&*failure.0, Error::Store(_)));
    assert_eq!(
        failure.message(),
        "the database failed: SELECT activities was not run: the hook round the queries must call what it is given"
    );
}
