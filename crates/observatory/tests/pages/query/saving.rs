//! Queries under a name: saved, listed, renamed, deleted; by nobody else's page.

use http::{Request, StatusCode, header};

use super::asking::{EVIL, NOW, sample};
use crate::asking::{Observatory, check_told, encoded};

const ADDRESS: &str = "/query?v=COUNT&by=name";

fn id_in(location: &str) -> String {
    location
        .split("#saved-")
        .nth(1)
        .expect("a saved query")
        .to_owned()
}

#[tokio::test]
async fn a_query_is_saved_listed_renamed_and_deleted() {
    let observatory = sample().await;
    let saved = observatory
        .send_form("/query/saved", &[("name", " Routes "), ("query", ADDRESS)])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let location = saved.headers[header::LOCATION]
        .to_str()
        .expect("text")
        .to_owned();
    let id = id_in(&location);
    assert_eq!(location, format!("{ADDRESS}#saved-{id}"));
    let page = observatory.page("/query").await;
    check_told(
        &page,
        &["<bdi>Routes</bdi>", r#"href="/query?v=COUNT&amp;by=name""#],
    );

    let twice = observatory
        .send_form("/query/saved", &[("name", "Routes"), ("query", ADDRESS)])
        .await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    check_told(
        &twice.body,
        &[
            "Another saved query has this name",
            r#"value="Routes""#,
            r#"data-testid="save-menu""#,
        ],
    );
    let nameless = observatory
        .send_form("/query/saved", &[("name", " "), ("query", ADDRESS)])
        .await;
    check_told(&nameless.body, &["A name is missing"]);
    let long = observatory
        .send_form(
            "/query/saved",
            &[("name", &"é".repeat(201)), ("query", ADDRESS)],
        )
        .await;
    check_told(&long.body, &["at most 200 characters"]);

    let rename = format!("/query/saved/{id}/rename");
    let renamed = observatory
        .send_form(&rename, &[("name", EVIL), ("back", "/query?limit=5")])
        .await;
    assert_eq!(
        renamed.headers[header::LOCATION],
        format!("/query?limit=5#saved-{id}")
    );
    let page = observatory.page("/query").await;
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<img") && page.contains("&lt;script&gt;"));

    let delete = format!("/query/saved/{id}/delete");
    let deleted = observatory
        .send_form(&delete, &[("back", "https://stranger.example/")])
        .await;
    assert_eq!(
        deleted.headers[header::LOCATION],
        "/query#saved",
        "it leads to our page only"
    );
    assert!(
        !observatory
            .page("/query")
            .await
            .contains(r#"data-testid="saved-query""#)
    );
    let gone = observatory
        .send_form(&rename, &[("name", "x"), ("back", "/query")])
        .await;
    check_told(&gone.body, &["no longer there"]);
}

#[tokio::test]
async fn a_strangers_page_changes_nothing() {
    let observatory = sample().await;
    for path in [
        "/query/saved",
        "/query/saved/1/rename",
        "/query/saved/1/delete",
    ] {
        let request = Request::post(path).header(header::ORIGIN, "http://stranger.example");
        let answer = observatory
            .ask(request, format!("name=x&query={}", encoded(ADDRESS)))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(
        !observatory
            .page("/query")
            .await
            .contains(r#"data-testid="saved-query""#)
    );
}

#[tokio::test]
async fn what_is_no_form_is_told_and_kept_out() {
    let observatory = Observatory::at(NOW);
    for body in ["", "%%%", "name", "\u{0}"] {
        let request = Request::post("/query/saved");
        let answer = observatory.ask(request, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{body:?}");
    }
    let answer = observatory.send_form("/query/saved/x/delete", &[]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
