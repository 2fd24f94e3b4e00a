//! The list of traces over HTTP.

use http::{StatusCode, header};

use crate::{
    asking::{Observatory, values},
    spans::{root, sample, trace_id},
};

#[tokio::test]
async fn the_list_is_newest_first_and_filtered_by_its_address() {
    let observatory = sample().await;
    for (query, expected) in [
        ("", &[3, 2, 1][..]),
        ("?service=backend", &[2, 1]),
        ("?name=GET+/api/activities/home", &[1]),
        ("?min=10ms", &[3, 2]),
        ("?min=10ms&max=1.5s", &[2]),
        ("?error=true", &[2]),
        ("?error=false", &[3, 1]),
        ("?attribute=user.id%3Dandrewbrown", &[2]),
        ("?attribute=user.id%3Dandrewbrown&attribute=a%3D1", &[2]),
        ("?attribute=user.id%3Dandrewbrown&attribute=a%3D2", &[]),
        ("?service=nobody", &[]),
        ("?service=&name=&min=&max=&error=&attribute=", &[3, 2, 1]),
    ] {
        let expected: Vec<String> = expected.iter().map(|&id| trace_id(id)).collect();
        for path in ["/traces", "/parts/traces"] {
            let page = observatory.page(&format!("{path}{query}")).await;
            assert_eq!(values(&page, "data-trace-id"), expected, "{path}{query}");
        }
    }
}

#[tokio::test]
async fn addresses_of_the_list_from_before_lead_to_it() {
    let observatory = sample().await;
    for query in [
        "error=true",
        "service=backend&name=GET+%2Fapi",
        "attribute=a%3D%3Cb%3E&unknown=1",
        "min=10",
        "after=x",
    ] {
        let answer = observatory.get(&format!("/?{query}")).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{query}");
        let list = format!("/traces?{query}");
        assert_eq!(answer.headers[header::LOCATION], list);
    }
    let home = observatory.page("/").await;
    assert_eq!(
        values(&home, "data-trace-id"),
        [3, 2, 1].map(trace_id),
        "the newest are there too"
    );
}

#[tokio::test]
async fn a_wrong_filter_is_told_and_lists_nothing() {
    let observatory = sample().await;
    for (query, told) in [
        ("?min=10&service=backend", "Add a unit"),
        ("?attribute=novalue&service=backend", "Write key=value"),
        ("?after=nonsense&service=backend", "not a place in the list"),
    ] {
        let answer = observatory.get(&format!("/traces{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.body.contains(told), "{query}");
        assert!(
            answer.body.contains(r#"value="backend" selected"#),
            "{query}"
        );
        assert!(values(&answer.body, "data-trace-id").is_empty(), "{query}");
    }
}

#[tokio::test]
async fn older_traces_are_reached_by_links() {
    let spans = (1..=120)
        .map(|id| ("backend", root(id, "get", 1)))
        .collect();
    let observatory = Observatory::with(spans).await;
    let mut address = "/traces?service=backend".to_owned();
    let mut found = Vec::new();
    for rows in [50, 50, 20] {
        let page = observatory.page(&address).await;
        let here: Vec<String> = values(&page, "data-trace-id")
            .iter()
            .map(|id| id[..2].to_owned())
            .collect();
        assert_eq!(here.len(), rows);
        found.extend(here);
        let older = page.split(r#"data-testid="older" href=""#).nth(1);
        address = older
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .replace("&amp;", "&");
    }
    assert_eq!(address, "");
    let all: Vec<String> = (1..=120).rev().map(|id| format!("{id:02x}")).collect();
    assert_eq!(found, all);
}
