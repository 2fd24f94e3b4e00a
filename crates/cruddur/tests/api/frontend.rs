//! The front-end page as it is served; how it behaves is for the browser's tests.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use cruddur::{Companion, FrontendConfig, frontend_routes};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

fn page(backend_url: &str, companion: Option<Companion>) -> Router {
    frontend_routes(FrontendConfig {
        backend_url: backend_url.to_owned(),
        companion,
    })
}

fn companion(endpoint: &str, pages: Option<&str>) -> Companion {
    Companion {
        script: "// with you".to_owned(),
        endpoint: endpoint.to_owned(),
        pages: pages.map(str::to_owned),
    }
}

/// Content type, policy and text of a file.
async fn load(router: Router, path: &str) -> (String, String, String) {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("a router never fails");
    assert_eq!(response.status(), 200, "{path}");
    let header = |name| {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
            .to_owned()
    };
    let (content_type, policy) = (header("content-type"), header("content-security-policy"));
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    (
        content_type,
        policy,
        String::from_utf8(body.to_vec()).expect("text"),
    )
}

#[tokio::test]
async fn the_page_and_all_that_it_names_are_served() {
    let router = page("http://localhost:4567", None);
    let (content_type, policy, html) = load(router.clone(), "/").await;
    assert_eq!(content_type, "text/html; charset=utf-8");
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
         connect-src http://localhost:4567; base-uri 'none'; form-action 'none'"
    );
    assert!(html.contains(r#"<link rel="stylesheet" href="/style.css">"#));
    assert_eq!(
        load(router.clone(), "/style.css").await.0,
        "text/css; charset=utf-8"
    );

    let mut scripts = vec!["/cruddur.js".to_owned()];
    assert!(html.contains(r#"<script type="module" src="/cruddur.js"></script>"#));
    for at in 0.. {
        let Some(path) = scripts.get(at) else { break };
        let (content_type, _, script) = load(router.clone(), path).await;
        assert_eq!(content_type, "text/javascript; charset=utf-8", "{path}");
        for imported in script
            .lines()
            .filter_map(|line| line.split_once(r#" from "."#))
        {
            let path = imported.1.trim_end_matches("\";").to_owned();
            if !scripts.contains(&path) {
                scripts.push(path);
            }
        }
    }
    assert_eq!(scripts.len(), 3, "{scripts:?}");
}

#[tokio::test]
async fn addresses_are_text_in_the_page_and_origins_in_the_policy() {
    for (backend_url, content, connect) in [
        (
            "https://4567-x.example/",
            "https://4567-x.example",
            "https://4567-x.example",
        ),
        (
            "http://h:1/p;script-src *",
            "http://h:1/p;script-src *",
            "http://h:1",
        ),
        (
            r#"javascript:"><script>"#,
            "javascript:&quot;&gt;&lt;script&gt;",
            "'none'",
        ),
    ] {
        let (_, policy, html) = load(page(backend_url, None), "/").await;
        assert!(
            html.contains(&format!(
                r#"<meta name="cruddur-backend" content="{content}">"#
            )),
            "{html}"
        );
        assert!(
            policy.contains(&format!("connect-src {connect};")),
            "{policy}"
        );
        assert_eq!(policy.matches("script-src").count(), 1);
        assert!(!html.contains("companion"), "{html}");
    }
}

#[tokio::test]
async fn no_script_makes_markup_of_text() {
    for path in ["/cruddur.js", "/actions.js", "/views.js"] {
        let (_, _, script) = load(page("http://b", None), path).await;
        for banned in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!script.contains(banned), "{path} has {banned}");
        }
    }
}

#[tokio::test]
async fn a_companion_runs_first_and_may_call_its_endpoint() {
    for (companion, element, called) in [
        (
            companion("http://localhost:4318", Some("http://localhost:4318/")),
            r#"data-endpoint="http://localhost:4318" data-pages="http://localhost:4318""#,
            "http://b http://localhost:4318",
        ),
        (
            companion(r#"https://c:1/p?a="><script>"#, None),
            r#"data-endpoint="https://c:1/p?a=&quot;&gt;&lt;script&gt;""#,
            "http://b https://c:1",
        ),
    ] {
        let router = page("http://b", Some(companion));
        let (_, policy, html) = load(router.clone(), "/").await;
        let scripts = format!(
            "<script type=\"module\" src=\"/companion.js\" {element}></script>\n  <script type=\"module\" src=\"/cruddur.js\"></script>"
        );
        assert!(html.contains(&scripts), "{html}");
        assert!(
            policy.contains(&format!("connect-src {called};")),
            "{policy}"
        );
        let (content_type, _, script) = load(router, "/companion.js").await;
        assert_eq!(content_type, "text/javascript; charset=utf-8");
        assert_eq!(script, "// with you");
    }
}
