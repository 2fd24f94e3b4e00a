//! Events whose text would act if a page let it.

use http::{StatusCode, header};
use serde_json::json;

use super::asking::EVIL;
use crate::asking::{Observatory, encoded, values};

#[tokio::test]
async fn hostile_events_are_shown_as_text() {
    let observatory = Observatory::new();
    observatory.make("g", "s").await;
    let quoted = json!(EVIL).to_string();
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let messages = [
        EVIL.to_owned(),
        format!(
            "{{{quoted}:{quoted},\"message\":{quoted},\"level\":{quoted},\"trace_id\":{quoted}}}"
        ),
        "\u{202e}\u{2066}bidi\u{200b}".to_owned(),
        "é".repeat(131_072),
        format!("{{\"message\":\"{}\"}}", "x".repeat(262_000)),
        "{\"broken\":".to_owned(),
        deep,
        "[1,2,3]".to_owned(),
        "null".to_owned(),
        " ".to_owned(),
    ];
    observatory.put("g", "s", &messages).await;
    let pages = [
        "/logs/events",
        "/logs/tail",
        "/insights?query=fields+@message",
        "/parts/logs/events",
    ];
    for address in pages {
        let answer = observatory.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let (own, body) = (usize::from(!address.starts_with("/parts")), &answer.body);
        assert_eq!(body.matches("<script").count(), own, "{address}");
        assert!(!body.contains("<img") && !body.contains('\0'), "{address}");
        assert!(body.len() < 200_000, "{address}: {}", body.len());
        let policy = answer
            .headers
            .get(header::CONTENT_SECURITY_POLICY)
            .map(|policy| policy.as_bytes());
        assert!(
            policy.is_some_and(|policy| policy.starts_with(b"default-src 'none'")),
            "{address}"
        );
    }
    let page = observatory.page("/logs/events").await;
    for id in values(&page, "data-event") {
        let page = observatory.page(&format!("/logs/event/{id}")).await;
        assert_eq!(page.matches("<script").count(), 1, "{id}");
        assert!(!page.contains("<img") && !page.contains('\0'), "{id}");
        assert!(page.len() < 2_000_000, "{id}: {}", page.len());
        observatory
            .page(&format!("/parts/insights/event/{id}"))
            .await;
    }
    // What an address says is no less foreign.
    let evil = encoded(EVIL);
    for address in [
        format!("/logs?find={evil}"),
        format!("/logs/group?group={evil}"),
        format!("/logs/events?group={evil}&stream={evil}"),
        format!("/logs/events?pattern={evil}&from={evil}"),
        format!("/logs/tail?pattern={evil}"),
        format!("/insights?query={evil}&group={evil}&from={evil}"),
    ] {
        let answer = observatory.get(&address).await;
        assert_eq!(answer.body.matches("<script").count(), 1, "{address}");
        assert!(
            !answer.body.contains("<img") && !answer.body.contains('\0'),
            "{address}"
        );
    }
}
