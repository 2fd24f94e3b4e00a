//! The IDs of the current OpenTelemetry span.

use cloudwatch_layer::{Json, xray_trace_id};
use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt as _, TraceState},
};
use tracing::info;

use crate::{check, check_with};

const TRACE: TraceId =
    TraceId::from_bytes(0x581c_f771_a006_6491_27e3_7190_3a2d_e979_u128.to_be_bytes());
const SPAN: SpanId = SpanId::from_bytes(0x0399_5c3f_42cd_8ad8_u64.to_be_bytes());

fn within(trace_id: TraceId, span_id: SpanId, flags: TraceFlags) -> Context {
    let span = SpanContext::new(trace_id, span_id, flags, false, TraceState::NONE);
    Context::new().with_remote_span_context(span)
}

const IDS: &str = r#""trace_id":"581cf771a006649127e371903a2de979","span_id":"03995c3f42cd8ad8","xray_trace_id":"1-581cf771-a006649127e371903a2de979""#;

#[test]
fn within_a_span_they_stand_after_the_message() {
    check(
        || {
            let _guard = within(TRACE, SPAN, TraceFlags::SAMPLED).attach();
            info!(status = 200, "m");
        },
        &format!(r#""message":"m",{IDS},"status":200"#),
    );
}

#[test]
fn a_span_that_is_not_sampled_has_them_too() {
    check(
        || {
            let _guard = within(TRACE, SPAN, TraceFlags::NOT_SAMPLED).attach();
            info!(a = 1);
        },
        &format!(r#"{IDS},"a":1"#),
    );
}

#[test]
fn without_a_span_there_are_none() {
    check(|| info!("m"), r#""message":"m""#);
    check(
        || {
            let _guard = within(TraceId::INVALID, SPAN, TraceFlags::SAMPLED).attach();
            info!("m");
        },
        r#""message":"m""#,
    );
    check(
        || {
            let _guard = within(TRACE, SpanId::INVALID, TraceFlags::SAMPLED).attach();
            info!("m");
        },
        r#""message":"m""#,
    );
}

#[test]
fn they_can_be_left_out_and_added_by_hand() {
    check_with(
        Json::new().without_ids().with_fields(|fields| {
            let context = Context::current();
            let trace_id = context.span().span_context().trace_id();
            fields.set("xray_trace_id", xray_trace_id(trace_id));
        }),
        || {
            let _guard = within(TRACE, SPAN, TraceFlags::SAMPLED).attach();
            info!("m");
        },
        r#""message":"m","xray_trace_id":"1-581cf771-a006649127e371903a2de979""#,
    );
}
