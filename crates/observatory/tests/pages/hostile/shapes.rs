//! Traces of no sensible shape and no sensible time: huge, deep, in circles, without parents, before and after all time.

use opentelemetry_proto::tonic::trace::v1::Span;

use super::visit;
use crate::{
    asking::Observatory,
    spans::{MS, START, trace_id},
};

/// A span of the trace `id`, numbered, under the span of another number.
fn span(id: u8, number: u64, parent: Option<u64>) -> Span {
    Span {
        span_id: (number + 1).to_be_bytes().to_vec(),
        parent_span_id: parent.map_or_else(Vec::new, |parent| (parent + 1).to_be_bytes().to_vec()),
        ..crate::spans::root(id, "hop", 20)
    }
}

fn timed(id: u8, number: u64, start: u64, end: u64) -> Span {
    Span {
        start_time_unix_nano: start,
        end_time_unix_nano: end,
        ..span(id, number, (number > 0).then_some(0))
    }
}

async fn check_trace(observatory: &Observatory, id: u8, query: &str) {
    let trace = trace_id(id);
    for address in [
        format!("/trace/{trace}?{query}"),
        format!("/trace/{trace}/compare/{trace}?rows=1000"),
        format!("/xray/trace/{trace}?rows=1000"),
        format!("/parts/trace/{trace}?parts=header,route,waterfall,details"),
    ] {
        let answer = visit(observatory, &address).await;
        assert!(answer.status.is_success(), "{address}: {}", answer.status);
    }
}

async fn check_lists(observatory: &Observatory) {
    for address in [
        "/",
        "/?range=24h",
        "/traces",
        "/map?window=all",
        "/status",
        "/query?range=all&v=HEATMAP(duration_ms)&v=COUNT&by=service.name",
        "/query?range=all&v=CONCURRENCY&v=P99(duration_ms)",
        "/query?v=HEATMAP(duration_ms)&from=1970-01-01&to=2262-04-11",
        "/api/fields",
    ] {
        let answer = visit(observatory, address).await;
        assert!(answer.status.is_success(), "{address}: {}", answer.status);
    }
}

#[tokio::test]
async fn ten_thousand_spans_and_two_thousand_levels() {
    let wide = (0..10_000).map(|number| ("wide", span(1, number, (number > 0).then_some(0))));
    let deep = (0..2_000).map(|number| ("deep", span(2, number, number.checked_sub(1))));
    let observatory = Observatory::with(wide.chain(deep).collect()).await;
    check_trace(&observatory, 2, "rows=99999").await;
    for address in [
        format!("/trace/{}?rows=99999&span=00000000000026ac", trace_id(1)),
        format!("/trace/{}/compare/{}?rows=99999", trace_id(1), trace_id(2)),
        format!(
            "/xray/trace/{}?rows=99999&segment=00000000000026ac",
            trace_id(1)
        ),
    ] {
        let answer = visit(&observatory, &address).await;
        assert!(answer.status.is_success(), "{address}: {}", answer.status);
    }
    // An address that is in every row's links does not fill the page with itself.
    let services: String = (0..40)
        .map(|at| format!("&fold={at}{}", "%C3%A9".repeat(190)))
        .collect();
    visit(
        &observatory,
        &format!("/trace/{}?rows=1000{services}", trace_id(1)),
    )
    .await;
}

#[tokio::test]
async fn a_thousand_services_are_drawn() {
    let names: Vec<String> = (0..1_000).map(|at| format!("service-{at}")).collect();
    let spans = names.iter().enumerate().map(|(number, name)| {
        let number = number as u64;
        (
            &name[..],
            span(1, number, (number > 0).then_some(number / 2)),
        )
    });
    let observatory = Observatory::with(spans.collect()).await;
    check_trace(&observatory, 1, "rows=1000").await;
    check_lists(&observatory).await;
}

#[tokio::test]
async fn circles_orphans_and_skewed_clocks() {
    let early = Span {
        start_time_unix_nano: START - 5_000 * MS,
        ..span(3, 1, Some(0))
    };
    let mut turned = span(3, 2, Some(0));
    turned.end_time_unix_nano = turned.start_time_unix_nano - 1;
    let spans = vec![
        // A circle of two, a span that is its own parent, a circle of three with something hanging on it.
        span(1, 0, Some(1)),
        span(1, 1, Some(0)),
        span(1, 2, Some(2)),
        span(1, 3, Some(4)),
        span(1, 4, Some(5)),
        span(1, 5, Some(3)),
        span(1, 6, Some(5)),
        // Two roots, a parent that never comes, an ID given twice.
        span(2, 0, None),
        span(2, 1, None),
        span(2, 2, Some(99)),
        span(2, 3, Some(99)),
        span(2, 1, Some(0)),
        span(3, 0, None),
        early,
        turned,
    ];
    let observatory =
        Observatory::with(spans.into_iter().map(|span| ("odd", span)).collect()).await;
    for id in 1..=3 {
        check_trace(&observatory, id, "span=0000000000000002").await;
    }
    check_lists(&observatory).await;
}

#[tokio::test]
async fn times_before_and_after_all_time() {
    const LAST: u64 = i64::MAX as u64;
    let year = 365 * 86_400_000 * MS;
    let times = [
        (0, 0),
        (0, u64::MAX),
        (1, LAST),
        (LAST, LAST),
        (LAST - 1, u64::MAX),
        (LAST + 1, LAST + 2),
        (u64::MAX, u64::MAX),
        (u64::MAX, 0),
        (START, 0),
        (START, START),
        (START, START + 30 * year),
    ];
    let mut spans: Vec<Span> = (1..)
        .zip(times)
        .map(|(id, (start, end))| timed(id, 0, start, end))
        .collect();
    // And all of them in one trace.
    spans.extend(
        (0..)
            .zip(times)
            .map(|(number, (start, end))| timed(100, number, start, end)),
    );
    let observatory =
        Observatory::with(spans.into_iter().map(|span| ("time", span)).collect()).await;
    for id in (1..=times.len() as u8).chain([100]) {
        check_trace(
            &observatory,
            id,
            "span=0000000000000001&from=0000000000000002",
        )
        .await;
    }
    check_lists(&observatory).await;
}
