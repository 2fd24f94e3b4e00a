//! Names of variables: those that the labs, the SDKs and the observatory read, those of other tools, and what was meant by others.

use super::edits::{distance, nearest};
use super::{Seen, Variables};

/// Read by the labs, by the crates they are built on, by the observatory or by `cargo lab`.
/// Sources: the workspace; opentelemetry_sdk and opentelemetry-otlp 0.33; aws-settings.
const READ: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_XRAY",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_XRAY_DAEMON_ADDRESS",
    "FRONTEND_OTLP_ENDPOINT",
    "HONEYCOMB_API_ENDPOINT",
    "HONEYCOMB_API_KEY",
    "OBSERVATORY_ALLOW_HOST",
    "OBSERVATORY_KEY",
    "OBSERVATORY_URL",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_CONCURRENT_EXPORTS",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
];

/// Read by other tools, other SDKs or for other signals: nothing is said of them.
/// Sources: OpenTelemetry specification, "Environment Variable Specification"; AWS SDKs and Tools Reference Guide; AWS CLI User Guide.
const OF_OTHERS: &[&str] = &[
    "AWS_ACCOUNT_ID",
    "AWS_CA_BUNDLE",
    "AWS_CLI_AUTO_PROMPT",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DATA_PATH",
    "AWS_DEFAULT_OUTPUT",
    "AWS_DEFAULT_PROFILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EXECUTION_ENV",
    "AWS_MAX_ATTEMPTS",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_PAGER",
    "AWS_PROFILE",
    "AWS_RETRY_MODE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_SDK_UA_APP_ID",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_VAULT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_SDK_ENABLED",
    "AWS_XRAY_TRACING_NAME",
    "HONEYCOMB_CONFIGURATION_KEY",
    "HONEYCOMB_DATASET",
    "HONEYCOMB_DEBUG",
    "HONEYCOMB_ENABLE_LOCAL_VISUALIZATIONS",
    "HONEYCOMB_METRICS_DATASET",
    "HONEYCOMB_TRACES_APIKEY",
    "HONEYCOMB_TRACES_DATASET",
    "HONEYCOMB_TRACES_ENDPOINT",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_CONFIG_FILE",
    "OTEL_EXPERIMENTAL_CONFIG_FILE",
    "OTEL_LOGS_EXPORTER",
    "OTEL_LOG_LEVEL",
    "OTEL_METRICS_EXEMPLAR_FILTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_PROPAGATORS",
    "OTEL_SDK_DISABLED",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_TRACES_EXPORTER",
];

/// Beginnings of names that belong to other tools as a whole.
const FAMILIES_OF_OTHERS: &[&str] = &[
    "AWS_ENDPOINT_URL_", // one for each service
    "AWS_LAMBDA_",
    "OTEL_BLRP_",
    "OTEL_DOTNET_",
    "OTEL_EXPORTER_", // what is read of them is in `READ`
    "OTEL_GO_",
    "OTEL_INSTRUMENTATION_",
    "OTEL_JAVA",
    "OTEL_NODE_",
    "OTEL_PHP_",
    "OTEL_PYTHON_",
    "OTEL_RUBY_",
];

/// What people write for a name that it does not look like.
const MEANT: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ("AWS_DAEMON_ADDRESS", "AWS_XRAY_DAEMON_ADDRESS"),
    ("AWS_ENDPOINT", "AWS_ENDPOINT_URL"),
    (
        "AWS_ENDPOINT_URL_CLOUDWATCH",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    ),
    (
        "AWS_ENDPOINT_URL_CLOUDWATCHLOGS",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    ),
    ("AWS_ENDPOINT_URL_LOGS", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"),
    ("AWS_KEY", "AWS_ACCESS_KEY_ID"),
    ("AWS_KEY_ID", "AWS_ACCESS_KEY_ID"),
    ("AWS_SECRET", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"),
    ("AWS_TOKEN", "AWS_SESSION_TOKEN"),
    ("AWS_XRAY_ENDPOINT", "AWS_ENDPOINT_URL_XRAY"),
    ("HONEYCOMB_APIKEY", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_KEY", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_TEAM", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_WRITEKEY", "HONEYCOMB_API_KEY"),
    ("HONEYCOMB_WRITE_KEY", "HONEYCOMB_API_KEY"),
    ("OTEL_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ("OTEL_EXPORTER_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ("OTEL_EXPORTER_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
    ("OTEL_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
    ("OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ("OTLP_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
];

/// Beginnings of names that are looked at.
const PREFIXES: [&str; 4] = ["AWS_", "HONEYCOMB_", "OBSERVATORY_", "OTEL_"];
/// More letters than this nobody mistypes in one name.
const MOST_EDITS: usize = 2;

/// Whether somebody here reads it.
pub(super) fn is_read(name: &str) -> bool {
    READ.contains(&name)
}

/// The names that somebody here reads.
#[cfg(test)]
pub(super) fn all_read() -> impl Iterator<Item = &'static str> {
    READ.iter().copied()
}

/// One finding for each name that nobody reads and that was likely meant for another.
pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    variables
        .by_name
        .keys()
        .filter_map(|name| judge_one(variables, name))
        .collect()
}

fn judge_one(variables: &Variables, name: &str) -> Option<Seen> {
    let called = variables.called(name);
    let meant = |other: &str| {
        let what = match name {
            "AWS_ENDPOINT_URL_LOGS" => format!("{called} is read by no SDK"),
            _ => format!("{called} is read by nobody"),
        };
        let advice = if variables.by_name.contains_key(other) {
            format!("{other}, which may be meant, is set too: remove {name}.")
        } else {
            format!("Did you mean {other}?")
        };
        Seen::problem(what, advice)
    };
    if is_read(name) || OF_OTHERS.contains(&name) {
        return None;
    }
    let upper = name.to_uppercase();
    if upper != name && is_read(&upper) {
        return Some(meant(&upper));
    }
    if let Some((_, other)) = MEANT.iter().find(|(written, _)| *written == upper) {
        return Some(meant(other));
    }
    let prefix = PREFIXES.iter().any(|prefix| upper.starts_with(prefix));
    if !prefix && !is_near_prefix(&upper) {
        return None;
    }
    // Nearest of all known names: what is nearest to another tool's name is that, misspelt or of a later version.
    let known = READ.iter().chain(OF_OTHERS).copied();
    match nearest(&upper, known) {
        Some((other, edits)) if edits <= MOST_EDITS => is_read(other).then(|| meant(other)),
        _ if FAMILIES_OF_OTHERS
            .iter()
            .any(|family| upper.starts_with(family)) =>
        {
            None
        }
        // AWS has hundreds of tools, each with variables of its own.
        _ if !prefix || upper.starts_with("AWS_") => None,
        _ => Some(Seen::note(
            format!("{called} is read by nobody here"),
            "If it is for something else, all is well.",
        )),
    }
}

/// Whether the name's first word is one letter from one of ours: `HONYCOMB_API_KEY`, `OTLE_SERVICE_NAME`.
fn is_near_prefix(name: &str) -> bool {
    let Some((first, _)) = name.split_once('_') else {
        return false;
    };
    PREFIXES
        .iter()
        .any(|prefix| distance(first, prefix.trim_end_matches('_')) <= 1)
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn misspelt_names() {
        for (name, meant) in [
            ("OTEL_SERVICE_NAM", "OTEL_SERVICE_NAME"),
            ("OTEL_EXPORTER_OLTP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("OTLE_SERVICE_NAME", "OTEL_SERVICE_NAME"),
            ("HONYCOMB_API_KEY", "HONEYCOMB_API_KEY"),
            ("HONEYCOMB_APIKEY", "HONEYCOMB_API_KEY"),
            ("honeycomb_api_key", "HONEYCOMB_API_KEY"),
            ("AWS_REGOIN", "AWS_REGION"),
            ("AW_REGION", "AWS_REGION"),
            ("AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"),
            ("AWS_ACESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
            ("AWS_ENDPOINT_URL_X_RAY", "AWS_ENDPOINT_URL_XRAY"),
            ("OBSERVATORY_KEYS", "OBSERVATORY_KEY"),
        ] {
            let wanted = format!("problem: {name} is read by nobody / Did you mean {meant}?");
            check(&[(name, "x")], &[&wanted]);
        }
        check(
            &[("AWS_ENDPOINT_URL_LOGS", "http://localhost:4318")],
            &[
                "problem: AWS_ENDPOINT_URL_LOGS is read by no SDK / Did you mean AWS_ENDPOINT_URL_CLOUDWATCH_LOGS?",
            ],
        );
    }

    #[test]
    fn names_of_others_are_silent() {
        let silent = "ok: the environment has no variable that the labs read: the observatory gets everything";
        for name in OF_OTHERS.iter().chain(&[
            "AWS_MY_TOOL",
            "AWS_PAGERS",
            "AWS_ENDPOINT_URL_S3",
            "HOTEL_NAME",
            "AWX_HOST",
            "OTEL_PYTHON_LOG_CORRELATION",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "PAWS_REGION_NAME",
            "PATH",
        ]) {
            if !["OTEL_SDK_DISABLED", "AWS_PROFILE"].contains(name) {
                check(&[(name, "x")], &[silent]);
            }
        }
        check(
            &[("HONEYCOMB_FAVOURITE", "x")],
            &[
                "note: HONEYCOMB_FAVOURITE is read by nobody here / If it is for something else, all is well.",
            ],
        );
    }

    /// A variable that the workspace's own code reads has to be known here.
    #[test]
    fn whatever_the_workspace_reads_is_known() {
        let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut names = std::collections::BTreeSet::new();
        for folder in [
            "aws-settings",
            "cruddur",
            "export-watch",
            "live-check",
            "observatory",
            "xray-exporter",
        ] {
            collect(&crates.join(folder).join("src"), &mut names);
        }
        assert!(names.contains("AWS_XRAY_DAEMON_ADDRESS"), "{names:?}");
        for name in names {
            let known = is_read(&name)
                || OF_OTHERS.contains(&name.as_str())
                || MEANT.iter().any(|(written, _)| *written == name);
            assert!(known, "{name} is read, but not in the list");
        }
    }

    /// Text in quotes that looks like a variable of ours.
    fn collect(folder: &std::path::Path, names: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, names);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for quoted in text.split('"') {
                let is_name = quoted
                    .bytes()
                    .all(|byte| byte == b'_' || byte.is_ascii_uppercase());
                if is_name && PREFIXES.iter().any(|prefix| quoted.starts_with(prefix)) {
                    names.insert(quoted.to_owned());
                }
            }
        }
    }
}
