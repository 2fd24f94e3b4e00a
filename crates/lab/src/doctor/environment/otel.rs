//! Variables of OpenTelemetry's SDK: sampler, protocol, numbers, resource. Where OTLP goes is `otlp_endpoint`'s to judge.

use super::edits::nearest;
use super::values::{KeyForm, said};
use super::{Seen, Variables};

/// Those that the Rust SDK has.
/// Source: opentelemetry_sdk 0.33, `trace/config.rs`.
const SAMPLERS: [&str; 6] = [
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
];
const PROTOCOLS: [&str; 3] = ["http/protobuf", "http/json", "grpc"];
const NUMBERS: [&str; 10] = [
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_CONCURRENT_EXPORTS",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
];
pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    let mut seen = Vec::new();
    sampler(variables, &mut seen);
    protocol(variables, &mut seen);
    for name in NUMBERS {
        if let Some(value) = variables.get(name)
            && value.trim().parse::<u64>().is_err()
        {
            let is_count = name.contains("LIMIT") || name.contains("MAX");
            let unit = if is_count { "" } else { " of milliseconds" };
            seen.push(Seen::problem(
                format!(
                    "{}, which is no number",
                    said(&variables.called(name), value)
                ),
                format!("Unset it, or set it to a whole number{unit}."),
            ));
        }
    }
    if let Some(attributes) = variables.get("OTEL_RESOURCE_ATTRIBUTES")
        && attributes.split(',').any(|pair| !pair.contains('='))
    {
        seen.push(Seen::problem(
            format!(
                "{} has a part without `=`",
                variables.called("OTEL_RESOURCE_ATTRIBUTES")
            ),
            "Write it like deployment.environment.name=test,service.version=1.",
        ));
    }
    let name = "OTEL_SERVICE_NAME";
    if variables
        .by_name
        .get(name)
        .is_some_and(|value| value.trim().is_empty())
    {
        seen.push(Seen::problem(
            format!(
                "{} is set, but empty: spans have no service's name",
                variables.called(name)
            ),
            format!("Unset {name}, or give it a name."),
        ));
    }
    if let Some(value) = variables.get(name) {
        let form = KeyForm::of(value);
        if form.is_aws() || form.is_honeycomb() {
            seen.push(Seen::problem(
                format!(
                    "{} has a value (not shown) that looks like {}",
                    variables.called(name),
                    form.called()
                ),
                "Set it to a name, like backend: it is sent with every span, and read by whoever sees them.",
            ));
        }
    }
    let name = "OTEL_SDK_DISABLED";
    if variables
        .get(name)
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    {
        seen.push(Seen::note(
            format!("{} is true", variables.called(name)),
            "The Rust SDK does not read it, so spans are sent all the same; SDKs of other languages send nothing. Unset it.",
        ));
    }
    seen
}

fn sampler(variables: &Variables, seen: &mut Vec<Seen>) {
    let (name, ratio_name) = ("OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG");
    let Some(sampler) = variables.get(name) else {
        return;
    };
    let what = said(&variables.called(name), sampler);
    let sampler = sampler.trim();
    if !SAMPLERS.contains(&sampler) {
        let meant = nearest(sampler, SAMPLERS).map_or("always_on", |(name, _)| name);
        seen.push(Seen::problem(
            format!("{what}, a sampler that the Rust SDK does not have: it takes its own, parentbased_always_on"),
            format!("Did you mean {meant}? It has {}.", SAMPLERS.join(", ")),
        ));
    } else if sampler.ends_with("always_off") {
        seen.push(Seen::note(
            format!("{what}: no span is sent"),
            format!("Unset {name} to see your spans."),
        ));
    } else if sampler.ends_with("ratio") {
        let ratio = variables.get(ratio_name).unwrap_or("1");
        match ratio.trim().parse::<f64>() {
            Ok(ratio) if (0.0..1.0).contains(&ratio) => seen.push(Seen::note(
                format!("{what}: of your traces only some are sent"),
                format!("Unset {name} to see all of them."),
            )),
            Ok(1.0) => {}
            _ => seen.push(Seen::problem(
                format!(
                    "{}, which is no share of traces",
                    said(&variables.called(ratio_name), ratio)
                ),
                "Write a number from 0 to 1, like 0.25.",
            )),
        }
    }
}

fn protocol(variables: &Variables, seen: &mut Vec<Seen>) {
    for name in [
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    ] {
        let Some(protocol) = variables.get(name) else {
            continue;
        };
        let what = said(&variables.called(name), protocol);
        match protocol.trim() {
            "http/protobuf" => {}
            known if PROTOCOLS.contains(&known) => seen.push(Seen::note(
                format!("{what}, and the labs speak http/protobuf"),
                "Unset it: what is set for another program may make the exporter refuse to start.",
            )),
            wrong => {
                let meant = nearest(wrong, PROTOCOLS).map_or(PROTOCOLS[0], |(name, _)| name);
                seen.push(Seen::problem(
                    format!("{what}, which is no protocol of OTLP's"),
                    format!("Did you mean {meant}?"),
                ));
            }
        }
    }
    for name in [
        "OTEL_EXPORTER_OTLP_COMPRESSION",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    ] {
        if let Some(compression) = variables.get(name) {
            seen.push(Seen::problem(
                format!(
                    "{}, and the labs are built without compression: the exporter refuses to start",
                    said(&variables.called(name), compression)
                ),
                format!("Unset {name}."),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn samplers() {
        let name = "OTEL_TRACES_SAMPLER";
        let unset = "Unset OTEL_TRACES_SAMPLER to see";
        check(
            &[(name, "alwayson")],
            &[
                "problem: OTEL_TRACES_SAMPLER is `alwayson`, a sampler that the Rust SDK does not have: it takes its own, parentbased_always_on / \
               Did you mean always_on? It has always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio.",
            ],
        );
        check(
            &[(name, "always_off")],
            &[&format!(
                "note: OTEL_TRACES_SAMPLER is `always_off`: no span is sent / {unset} your spans."
            )],
        );
        let ratio = "OTEL_TRACES_SAMPLER_ARG";
        check(
            &[(name, "traceidratio"), (ratio, "0.5")],
            &[&format!(
                "note: OTEL_TRACES_SAMPLER is `traceidratio`: of your traces only some are sent / {unset} all of them."
            )],
        );
        check(
            &[(name, "traceidratio"), (ratio, "50%")],
            &[
                "problem: OTEL_TRACES_SAMPLER_ARG is `50%`, which is no share of traces / Write a number from 0 to 1, like 0.25.",
            ],
        );
    }

    #[test]
    fn a_key_is_no_name() {
        check(
            &[("OTEL_SERVICE_NAME", &"a1".repeat(11))],
            &[
                "problem: OTEL_SERVICE_NAME has a value (not shown) that looks like a key of Honeycomb's / \
                 Set it to a name, like backend: it is sent with every span, and read by whoever sees them.",
            ],
        );
    }

    #[test]
    fn the_rest() {
        for (name, value, wanted) in [
            (
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "grpc",
                "note: OTEL_EXPORTER_OTLP_PROTOCOL is `grpc`, and the labs speak http/protobuf / Unset it: what is set for another program may make the exporter refuse to start.",
            ),
            (
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "http-protobuf",
                "problem: OTEL_EXPORTER_OTLP_PROTOCOL is `http-protobuf`, which is no protocol of OTLP's / Did you mean http/protobuf?",
            ),
            (
                "OTEL_EXPORTER_OTLP_COMPRESSION",
                "gzip",
                "problem: OTEL_EXPORTER_OTLP_COMPRESSION is `gzip`, and the labs are built without compression: the exporter refuses to start / Unset OTEL_EXPORTER_OTLP_COMPRESSION.",
            ),
            (
                "OTEL_BSP_SCHEDULE_DELAY",
                "1s",
                "problem: OTEL_BSP_SCHEDULE_DELAY is `1s`, which is no number / Unset it, or set it to a whole number of milliseconds.",
            ),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "a=b,c",
                "problem: OTEL_RESOURCE_ATTRIBUTES has a part without `=` / Write it like deployment.environment.name=test,service.version=1.",
            ),
            (
                "OTEL_SERVICE_NAME",
                "",
                "problem: OTEL_SERVICE_NAME is set, but empty: spans have no service's name / Unset OTEL_SERVICE_NAME, or give it a name.",
            ),
            (
                "OTEL_SDK_DISABLED",
                "true",
                "note: OTEL_SDK_DISABLED is true / The Rust SDK does not read it, so spans are sent all the same; SDKs of other languages send nothing. Unset it.",
            ),
        ] {
            check(&[(name, value)], &[wanted]);
        }
    }
}
