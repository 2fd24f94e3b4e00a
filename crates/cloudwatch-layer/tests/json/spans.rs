//! Fields of `tracing`'s spans on the events within them.

use cloudwatch_layer::{Json, JsonLines};
use tracing::{field::Empty, info, info_span};
use tracing_subscriber::{Layer as _, filter::LevelFilter, layer::SubscriberExt as _};

use crate::{Written, check, check_with, lines};

#[test]
fn from_the_root_to_the_leaf() {
    check(
        || {
            let _root = info_span!("request", route = "/", attempt = 1).entered();
            let _leaf = info_span!("query", rows = 3).entered();
            info!(ok = true, "m");
        },
        r#""message":"m","route":"/","attempt":1,"rows":3,"ok":true"#,
    );
}

#[test]
fn the_inner_value_wins_where_the_outer_stands() {
    check(
        || {
            let _root = info_span!("request", a = "root", b = "root", c = "root").entered();
            let _leaf = info_span!("query", b = "leaf", c = "leaf").entered();
            info!(c = "a longer one", d = 4);
        },
        r#""a":"root","b":"leaf","c":"a longer one","d":4"#,
    );
}

#[test]
fn a_spans_message_is_not_the_events() {
    check(
        || {
            let _span = info_span!("request", message = "span", level = 1).entered();
            info!("event");
        },
        r#""message":"event","message_":"span","level_":1"#,
    );
}

#[test]
fn values_recorded_later() {
    check(
        || {
            let span = info_span!("request", first = Empty, status = Empty, last = "l");
            let _entered = span.enter();
            span.record("status", 100);
            span.record("status", 20_000);
            span.record("first", "f");
            info!("m");
        },
        r#""message":"m","last":"l","status":20000,"first":"f""#,
    );
}

#[test]
fn values_recorded_anew_move_those_behind() {
    check(
        || {
            let span = info_span!("request", a = "long enough", b = "b", c = "c");
            let _entered = span.enter();
            span.record("a", "");
            span.record("b", "longer than it was");
            info!("m");
        },
        r#""message":"m","a":"","b":"longer than it was","c":"c""#,
    );
}

#[test]
fn an_explicit_parent_is_taken() {
    check(
        || {
            let parent = info_span!("parent", a = 1);
            let _other = info_span!("other", b = 2).entered();
            info!(parent: &parent, "m");
        },
        r#""message":"m","a":1"#,
    );
}

#[test]
fn outside_of_a_span_its_fields_are_gone() {
    let lines = lines(Json::new(), || {
        info_span!("request", a = 1).in_scope(|| info!("in"));
        info!("out");
    });
    assert!(lines[0].ends_with(r#""message":"in","a":1}"#));
    assert!(lines[1].ends_with(r#""message":"out"}"#));
}

#[test]
fn two_layers_share_a_spans_fields() {
    let (all, warnings) = (Written::default(), Written::default());
    let subscriber = tracing_subscriber::registry()
        .with(JsonLines::new(all.clone()).with_json(Json::new().without_ids()))
        .with(JsonLines::new(warnings.clone()).with_filter(LevelFilter::WARN));
    tracing::subscriber::with_default(subscriber, || {
        let span = info_span!("request", trace_id = 7, status = Empty);
        let _entered = span.enter();
        span.record("status", 200);
        let _inner = tracing::warn_span!("inner", b = 1).entered();
        tracing::warn!("m");
        info!("n");
    });
    assert!(
        all.text()
            .contains(r#""m","trace_id":7,"status":200,"b":1}"#)
    );
    assert_eq!(all.text().lines().count(), 2);
    // A span that the filter does not let through is none.
    assert!(warnings.text().ends_with("\"m\",\"b\":1}\n"));
    assert_eq!(warnings.text().lines().count(), 1);
}

#[test]
fn ids_left_out_free_their_names_for_spans() {
    check_with(
        Json::new().without_ids(),
        || info_span!("request", trace_id = "mine").in_scope(|| info!("m")),
        r#""message":"m","trace_id":"mine""#,
    );
}
