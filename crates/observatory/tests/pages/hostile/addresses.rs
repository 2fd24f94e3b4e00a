//! Addresses edited by hand: every parameter of every page with every kind of nonsense.

use super::{EVIL, encoded, told, visit};
use crate::spans::{sample, trace_id};

/// Every page, with its parameters.
fn pages() -> Vec<(String, Vec<&'static str>)> {
    let trace = trace_id(1);
    let other = trace_id(2);
    let words = |words: &'static str| words.split(' ').filter(|word| !word.is_empty()).collect();
    [
        ("/", "range"),
        ("/traces", "service name min max error attribute after"),
        (
            &format!("/trace/{trace}"),
            "span from collapsed expanded levels zoom rows skip find fold critical",
        ),
        (
            &format!("/trace/{trace}/compare/{other}"),
            "left right show rows skip",
        ),
        ("/map", "window from to group filter"),
        (&format!("/xray/trace/{trace}"), "segment tab rows skip"),
        ("/logs", "find"),
        ("/logs/group", "group find order rows"),
        (
            "/logs/events",
            "group stream pattern range from to order older newer around",
        ),
        ("/logs/tail", "group stream pattern"),
        ("/logs/event/1", ""),
        ("/insights", "query group range from to open rows"),
        (
            "/query",
            "of v where match by having order limit range from to step box group",
        ),
        ("/status", ""),
        ("/api/fields", "of dataset"),
        ("/api/values", "of dataset field prefix limit"),
        ("/api/openapi.json", ""),
    ]
    .map(|(path, parameters)| (path.to_owned(), words(parameters)))
    .to_vec()
}

/// Values, as they stand in an address.
fn nonsense() -> Vec<String> {
    let mut values: Vec<String> = [
        "",
        "0",
        "-1",
        "1",
        "99999999999999999999999",
        "-9223372036854775808",
        "18446744073709551615",
        "NaN",
        "Infinity",
        "1e308",
        "x",
        "%",
        "%zz",
        "%00",
        "%ff%fe",
        "%F0%28%8C%28",
        "%E2%80%AE",
        "a,b,,c",
        "2-1",
        "0-18446744073709551615",
        "(",
        "(a%2B)%2B%24",
        "P99(",
        "COUNT(x)",
        "HEATMAP(duration_ms)",
        "%5B%5D",
        "%7B%7D",
        "=",
        "true",
        "1970-01-01",
        "9999-12-31",
        "0ms",
        "duration_ms,0,0,0,0",
        "duration_ms,-9223372036854775808,9223372036854775807,-1e308,1e308",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push(encoded(EVIL));
    values.push("%C3%A9".repeat(2_500));
    values
}

#[tokio::test]
async fn every_parameter_with_every_nonsense() {
    let observatory = sample().await;
    for (path, parameters) in pages() {
        for parameter in &parameters {
            for value in nonsense() {
                visit(&observatory, &format!("{path}?{parameter}={value}")).await;
            }
        }
        let all = |value: &str| {
            let pairs = parameters.iter().map(|one| format!("{one}={value}&"));
            pairs.collect::<String>()
        };
        let long = "x".repeat(60_000 / parameters.len().max(1));
        for query in [
            all(&long),
            all("1").repeat(300),
            "%ff=%ff".to_owned(),
            "&&==&=".to_owned(),
            "a=b&".repeat(10_000),
            format!("{0}={0}", encoded(EVIL)),
            "?".repeat(60_000),
        ] {
            visit(&observatory, &format!("{path}?{query}")).await;
        }
    }
}

#[tokio::test]
async fn paths_of_all_kinds() {
    let observatory = sample().await;
    let (trace, long) = (trace_id(1), "a".repeat(60_000));
    for path in [
        "/trace/%ff",
        "/trace/%00",
        "/trace/%3Cscript%3E",
        "/trace//",
        "/trace/..",
        &format!("/trace/{long}"),
        &format!("/trace/{trace}/compare/{trace}"),
        &format!("/trace/{trace}/compare/%ff"),
        &format!("/trace/{trace}/compare/{long}"),
        &format!("/trace/{trace}/span/%ff/otlp.json"),
        &format!("/trace/{trace}/span/{long}/otlp.json"),
        "/trace/%ff/compare/%ff",
        "/trace/00000000000000000000000000000000",
        "/xray/trace/%ff",
        "/xray/trace/1-zz-x",
        "/logs/event/%ff",
        "/logs/event/-1",
        "/logs/event/x",
        "/logs/event/99999999999999999999999",
        "/parts/insights/event/x",
        "/assets/%ff",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/query/saved/x",
        "/%ff",
        "/%00",
        "//",
        "/nothing",
    ] {
        let answer = visit(&observatory, path).await;
        let shown = &path[..path.len().min(80)];
        if path.contains("/compare/") && path.ends_with(&trace) {
            assert!(answer.status.is_success(), "{shown}");
        } else {
            assert!(
                answer.status.is_client_error(),
                "{shown}: {}",
                answer.status
            );
        }
        let is_page = ["/trace/", "/xray/", "/logs/"]
            .iter()
            .any(|start| path.starts_with(start))
            && !path.ends_with(".json");
        assert!(
            !is_page
                || path.contains("//")
                || path.ends_with("..")
                || answer.body.contains("<main"),
            "{shown}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_told() {
    let observatory = sample().await;
    for (path, parameters) in pages() {
        // JSON has no place beside its answer, and of a group that is not there no more is said.
        if path.starts_with("/api/") || path == "/logs/group" {
            continue;
        }
        let plain = told(&visit(&observatory, &path).await.body);
        let page = visit(&observatory, &format!("{path}?nosuch9=1")).await.body;
        assert!(told(&page) > plain && page.contains("nosuch9"), "{path}");
        for parameter in parameters {
            // Texts to look for may be any.
            let is_text = matches!(
                (&path[..], parameter),
                (
                    _,
                    "find" | "fold" | "attribute" | "name" | "service" | "pattern"
                ) | ("/logs/events" | "/logs/tail", "group" | "stream")
                    | ("/query", "by")
                    // Told at the list of groups, before anything is asked.
                    | ("/insights", "group")
            );
            if !is_text {
                let address = format!("{path}?{parameter}=nonsense9(");
                let page = visit(&observatory, &address).await.body;
                assert!(told(&page) > plain, "{address}");
            }
            if !matches!(
                parameter,
                "fold" | "attribute" | "v" | "where" | "by" | "having" | "order" | "group"
            ) {
                let address = format!("{path}?{parameter}=7&{parameter}=8");
                let page = visit(&observatory, &address).await;
                assert!(
                    told(&page.body) > plain || page.status.is_client_error(),
                    "{address}"
                );
            }
        }
    }
    for (path, told) in [
        ("/query?range=all&where=nosuchfield9+=+1", "nosuchfield9"),
        ("/query?range=all&v=SUM(nosuchfield9)", "nosuchfield9"),
        (
            "/query?range=all&where=name+matches+%22(%22",
            "regular expression",
        ),
        (
            "/query?range=all&where=name+matches+%22((a%7B1000%7D)%7B1000%7D)%7B1000%7D%22",
            "regular expression",
        ),
        ("/query?of=logs&group=nosuch9", "not there"),
        ("/map?group=nosuch9", "nosuch9"),
        ("/logs/events?group=nosuch9", "nosuch9"),
        ("/insights?query=fields+x&group=nosuch9", "nosuch9"),
        ("/insights?group=nosuch9", "not there"),
        (
            "/xray/trace/01010101010101010101010101010101?segment=abcdef",
            "not here",
        ),
        (
            "/trace/01010101010101010101010101010101?span=00000000000000ff",
            "not here",
        ),
        ("/api/values", "missing"),
        ("/api/values?field=name&limit=0", "limit"),
        ("/api/fields?of=nosuch9", "not possible"),
        ("/api/fields?nosuch9=1", "no parameter"),
        ("/api/fields?of=logs&of=spans", "more than once"),
    ] {
        let answer = visit(&observatory, path).await;
        assert!(answer.body.contains(told), "{path}: {}", answer.status);
    }
}
