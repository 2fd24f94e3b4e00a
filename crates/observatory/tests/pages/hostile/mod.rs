//! What nobody should send, and addresses that nobody should type: every page stays usable, bounded and harmless, and says what is wrong.
//! Ordinary pages over ordinary data are the rest of this target's.

mod addresses;
mod bodies;
mod secrets;
mod shapes;
mod texts;

use http::{Request, header};
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::asking::{Answer, Observatory, encoded};

/// What must not act when it is shown; also a direction override and a NUL.
const EVIL: &str = "\"'></title></textarea></bdi><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0\u{7}&amp;";

/// Bytes of a page at most.
const MOST: usize = 2_000_000;

/// Visits an address and holds the answer to what is true of every answer.
async fn visit(observatory: &Observatory, address: &str) -> Answer {
    let request = Request::get(address).header(header::ACCEPT, "text/html,*/*");
    let answer = observatory.ask(request, "").await;
    check(address, &answer);
    answer
}

/// Whatever was asked: no failure of ours, a bounded body, nothing in it that acts, foreign directions kept apart.
#[track_caller]
fn check(address: &str, answer: &Answer) {
    let shown: String = address.chars().take(200).collect();
    let body = &answer.body;
    assert!(
        answer.status.as_u16() < 500,
        "{shown}: {} {}",
        answer.status,
        &body[..body.len().min(300)]
    );
    assert!(body.len() < MOST, "{shown}: {} bytes", body.len());
    assert!(!body.contains('\0'), "{shown}: NUL");
    let kind = answer
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    if kind.starts_with("text/html") {
        let own = usize::from(body.starts_with("<!DOCTYPE html>"));
        assert_eq!(body.matches("<script").count(), own, "{shown}");
        for acting in [
            "<img",
            "<iframe",
            "<style",
            " style=\"",
            " onerror=\"",
            "javascript:",
        ] {
            let at = body.find(acting);
            // What is escaped stands without its `<` or its quotes; a word of a text may be anything.
            assert!(
                at.is_none() || acting == "javascript:" && !body.contains("href=\"javascript:"),
                "{shown}: {acting}"
            );
        }
        let policy = answer.headers.get(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.is_some_and(|policy| policy.as_bytes().starts_with(b"default-src 'none'")),
            "{shown}"
        );
        isolated(&shown, body);
    } else if !body.is_empty() {
        let sniffed = answer.headers.get(header::X_CONTENT_TYPE_OPTIONS);
        assert!(
            kind == "application/json" || sniffed.is_some_and(|it| it == "nosniff"),
            "{shown}: {kind}"
        );
    }
}

/// Every direction override stands in an element of its own direction, in an attribute, or in a field.
#[track_caller]
fn isolated(address: &str, page: &str) {
    for (at, _) in page.match_indices('\u{202e}') {
        let before = &page[..at];
        if before.rfind('<') > before.rfind('>') {
            continue;
        }
        let is_in = |element: &str| {
            before.rfind(&format!("<{element}")) > before.rfind(&format!("</{element}>"))
        };
        let start: String = before.chars().rev().take(300).collect();
        assert!(
            [
                "bdi", "code", "pre", "textarea", "option", "title", "desc", "text"
            ]
            .into_iter()
            .any(is_in),
            "{address}: {}",
            start.chars().rev().collect::<String>()
        );
    }
}

/// Asks with a body.
async fn post(
    observatory: &Observatory,
    address: &str,
    body: impl Into<axum::body::Body>,
) -> Answer {
    let request = Request::post(address).header(header::CONTENT_TYPE, "application/json");
    let answer = observatory.ask(request, body).await;
    check(address, &answer);
    answer
}

/// How often a page says that something is wrong.
fn told(page: &str) -> usize {
    [
        "role=\"alert\"",
        "field-error",
        "data-testid=\"strange\"",
        "data-testid=\"box-error\"",
    ]
    .iter()
    .map(|told| page.matches(told).count())
    .sum()
}

fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}
