//! The query page's address survives being read and written, and links are made of it.

use span_query::Value;

use super::super::links::MOST_VALUE;
use super::*;
use crate::pages::sample::pairs;

fn read(query: &[(&str, &str)]) -> QueryView {
    QueryView::read(&pairs(query))
}

#[test]
fn an_address_survives_the_round_trip() {
    let view = read(&[
        ("of", "logs"),
        ("group", "/cruddur/backend"),
        ("v", "heatmap( duration_ms )"),
        ("v", "COUNT"),
        ("where", "service.name=backend"),
        ("where", "a in (1,2)"),
        ("where", "nonsense"),
        ("match", "any"),
        ("by", "user.id"),
        ("having", "count>5"),
        ("order", "count"),
        ("order", "user.id"),
        ("limit", "20"),
        ("range", "1d"),
        ("step", "60"),
        ("box", "duration_ms,1,2,3,4"),
    ]);
    let href = "/query?of=logs&group=/cruddur/backend&v=HEATMAP%28duration_ms%29&v=COUNT&where=service.name+%3D+backend&where=a+in+1,+2&where=nonsense&match=any&by=user.id&having=COUNT+%3E+5&order=COUNT+desc&order=user.id+asc&limit=20&range=24h&step=60&box=duration_ms,1,2,3,4";
    assert_eq!(view.href(), href);
    assert_eq!(view.strange, [] as [&str; 0]);
    assert!(!view.is_blank() && read(&[("range", "all"), ("of", "logs")]).is_blank());
    assert_eq!(read(&[]).href(), "/query");
    assert_eq!(QueryView::of_address(&view.href()), view);
    assert_eq!(QueryView::of_address("no address"), read(&[]));
}

#[test]
fn what_makes_no_sense_is_told_and_all_is_bounded() {
    for (key, value, part) in [
        ("of", "metrics", "no data set “metrics”"),
        ("match", "none", "not “none”"),
        ("wehre", "x", "knows no “wehre”"),
    ] {
        let view = read(&[(key, value)]);
        assert_eq!(view.href(), "/query");
        assert!(view.strange[0].contains(part), "{:?}", view.strange);
    }
    let long = "é".repeat(20_000);
    let view = read(&[("by", &long)]);
    assert_eq!(view.by[0].chars().count(), MOST_TEXT);
    assert_eq!(view.strange.len(), 1);
    let many = vec![("by", "x"); 500];
    assert_eq!(read(&many).by.len(), MOST_TEXTS);
    let strange = vec![("x", "x"); 500];
    assert_eq!(read(&strange).strange.len(), 5);
    assert_eq!(
        read(&[("v", " "), ("of", ""), ("match", "")]),
        QueryView::default()
    );
}

#[test]
fn a_column_is_found_and_renamed_wherever_it_stands() {
    let view = read(&[
        ("v", "P95(a)"),
        ("v", "COUNT"),
        ("where", "b = a"),
        ("where", "a = b"),
        ("by", "a"),
        ("having", "P95(a) > 1"),
        ("order", "P95(a)"),
        ("order", "a"),
    ]);
    assert_eq!(view.naming("a"), [("v", 0), ("where", 1), ("by", 0)]);
    assert_eq!(
        view.with_column("a", "c d").in_words(),
        "P95(c d), COUNT where b = a and \"c d\" = b by c d having P95(c d) > 1 order P95(c d) desc, c d asc"
    );
    assert_eq!(read(&[]).in_words(), "COUNT");
}

#[test]
fn links_are_built_and_refined() {
    let view = QueryView::of(Dataset::Spans)
        .visualise("P95(duration_ms)")
        .filter("service.name", "=", "backend")
        .by("name")
        .order("P95(duration_ms) desc")
        .limit(10)
        .within(When::last("24h"));
    assert_eq!(
        view.href(),
        "/query?v=P95%28duration_ms%29&where=service.name+%3D+backend&by=name&order=P95%28duration_ms%29+desc&limit=10&range=24h"
    );
    let filters = |view: Option<QueryView>| view.map(|view| view.filters.join(" & "));
    let told = |text: &str| Some(format!("service.name = backend & {text}"));
    let long = "x".repeat(100_000);
    for (refined, wanted) in [
        (view.only("name", &"GET /".into()), told("name = GET /")),
        (
            view.only("a b", &Value::Null),
            told("\"a b\" does-not-exist"),
        ),
        (view.without("code", &500.into()), told("code != 500")),
        (view.without("code", &Value::Null), told("code exists")),
        (
            view.only("body", &long[..].into()),
            told(&format!("body starts-with {}", &long[..MOST_VALUE])),
        ),
        (
            view.only_from_to("n", &1.into(), &2.5.into(), false),
            told("n >= 1 & n < 2.5"),
        ),
        (
            view.only("service.name", &"backend".into()),
            Some("service.name = backend".to_owned()),
        ),
    ] {
        assert_eq!(filters(refined), wanted);
    }
    let either = QueryView {
        match_any: true,
        ..view.clone().filter_bare("error", "exists")
    };
    assert_eq!(either.only("name", &"x".into()), None);
    assert_eq!(either.without_filter(0).filters, ["error exists"]);
    let one = either.without_filter(1).only("name", &"x".into());
    assert!(one.is_some_and(|one| !one.match_any));
    let zoomed = view.zoomed(1_700_000_000_000, 1_700_000_000_999);
    assert!(
        zoomed
            .href()
            .ends_with("&limit=10&from=2023-11-14+22:13:20.000&to=2023-11-14+22:13:20.999")
    );
}
