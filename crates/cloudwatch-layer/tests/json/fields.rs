//! Each type of value, names that are the line's own, and what is added to every event.

use std::{error::Error, fmt};

use cloudwatch_layer::Json;
use tracing::{info, warn};

use crate::{check, check_with, line};

#[test]
fn a_line_begins_with_time_level_target_and_message() {
    assert_eq!(
        line(|| warn!(target: "cruddur::home", status = 500, "no \"{}\"\n", "luck")),
        r#"{"timestamp":"2026-11-26T07:46:50.123456Z","level":"WARN","target":"cruddur::home","message":"no \"luck\"\n","status":500}"#
    );
}

#[test]
fn levels() {
    assert!(line(|| tracing::error!("x")).contains(r#","level":"ERROR","#));
    assert!(line(|| tracing::debug!("x")).contains(r#","level":"DEBUG","#));
    assert!(line(|| tracing::trace!("x")).contains(r#","level":"TRACE","#));
}

#[test]
fn without_message_there_is_none() {
    check(|| info!(path = "/"), r#""path":"/""#);
    check(|| info!(""), r#""message":"""#);
}

#[test]
fn values_keep_their_type() {
    check(|| info!(yes = true, no = false), r#""yes":true,"no":false"#);
    check(
        || info!(least = i64::MIN, most = i64::MAX, zero = 0_u8),
        r#""least":-9223372036854775808,"most":9223372036854775807,"zero":0"#,
    );
    check(|| info!(most = u64::MAX), r#""most":18446744073709551615"#);
    check(|| info!(text = "a\tb"), r#""text":"a\tb""#);
    check(|| info!(some = Some(1), none = None::<i64>), r#""some":1"#);
}

#[test]
fn doubles() {
    check(
        || {
            info!(
                half = 0.5,
                one = 1.0,
                tiny = 1e-7,
                huge = 1e300,
                third = 1.0 / 3.0
            )
        },
        r#""half":0.5,"one":1.0,"tiny":1e-7,"huge":1e300,"third":0.3333333333333333"#,
    );
    check(
        || {
            info!(
                no = f64::NAN,
                most = f64::INFINITY,
                least = f64::NEG_INFINITY
            )
        },
        r#""no":"NaN","most":"Infinity","least":"-Infinity""#,
    );
}

#[test]
fn integers_beyond_64_bits_are_text() {
    check(
        || {
            info!(
                a = -5_i128,
                b = u64::MAX as i128,
                c = 5_u128,
                d = u64::MAX as u128
            )
        },
        r#""a":-5,"b":18446744073709551615,"c":5,"d":18446744073709551615"#,
    );
    check(
        || info!(a = i128::MIN, b = u64::MAX as i128 + 1, c = u128::MAX),
        r#""a":"-170141183460469231731687303715884105728","b":"18446744073709551616","c":"340282366920938463463374607431768211455""#,
    );
}

#[test]
fn what_is_displayed_or_debugged_is_text() {
    check(
        || info!(shown = %5, debugged = ?Some("é\u{1}"), list = ?[1, 2]),
        r#""shown":"5","debugged":"Some(\"é\\u{1}\")","list":"[1, 2]""#,
    );
}

#[derive(Debug)]
struct Failure(&'static str, Option<Box<Failure>>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

#[test]
fn an_error_is_told_with_its_causes() {
    let refused = Failure("connection refused", None);
    let error = Failure("no profile", Some(Box::new(refused)));
    check(
        || info!(error = &error as &dyn Error),
        r#""error":"no profile: connection refused""#,
    );
    // What tells of its cause itself is not told twice.
    let error = Failure("no profile: off", Some(Box::new(Failure("off", None))));
    check(
        || info!(error = &error as &dyn Error),
        r#""error":"no profile: off""#,
    );
}

#[test]
fn names_that_a_line_has_itself_get_an_underscore() {
    check(
        || {
            info!(
                timestamp = 1,
                level = 2,
                target = 3,
                trace_id = 4,
                span_id = 5,
                xray_trace_id = 6,
                "m"
            )
        },
        r#""message":"m","timestamp_":1,"level_":2,"target_":3,"trace_id_":4,"span_id_":5,"xray_trace_id_":6"#,
    );
    check_with(
        Json::new().without_ids(),
        || info!(level = 2, trace_id = 4, span_id = 5, xray_trace_id = 6),
        r#""level_":2,"trace_id":4,"span_id":5,"xray_trace_id":6"#,
    );
    check(|| info!(level = 1, level_ = 2), r#""level_":2"#);
}

#[test]
fn a_message_may_be_of_any_type() {
    check(|| info!(message = 5), r#""message":5"#);
}

#[test]
fn names_are_written_as_they_are_meant() {
    check(
        || info!(r#type = 1, http.route = 2, "quoted \"name\"" = 3),
        r#""type":1,"http.route":2,"quoted \"name\"":3"#,
    );
}

#[test]
fn the_same_fields_on_every_event() {
    let json = || {
        Json::new()
            .with_field("service", "backend")
            .with_field("port", 4567)
            .with_fields(|fields| fields.set("a", 1))
            .with_fields(|fields| {
                fields.set("b", vec![1, 2]);
                fields.set("level", "mine");
            })
    };
    check_with(
        json(),
        || info!("m"),
        r#""message":"m","service":"backend","port":4567,"a":1,"b":[1,2],"level_":"mine""#,
    );
    check_with(
        json().with_field("service", "other"),
        || info!(port = 1, a = "event"),
        r#""service":"other","port":1,"a":"event","b":[1,2],"level_":"mine""#,
    );
}
