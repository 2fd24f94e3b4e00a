//! The report as JSON, as `docs/report.schema.json` describes it; also reads it back for a cohort.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{Report, SCHEMA, VERSION};

/// The document, indented, so that its changes can be read in a diff.
pub(super) fn write(report: &Report) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(report).context("the report cannot be written")?;
    text.push('\n');
    Ok(text)
}

/// A report of this version.
///
/// # Errors
/// When the text is no JSON, another document, or a version that this program does not know; the error says which.
pub(crate) fn read(text: &str) -> anyhow::Result<Report> {
    let value: Value = serde_json::from_str(text).context("no JSON")?;
    let field = |name| value.get(name);
    ensure!(
        field("schema").and_then(Value::as_str) == Some(SCHEMA),
        "no report: `schema` is not `{SCHEMA}`"
    );
    let version = field("schema_version").unwrap_or(&Value::Null);
    ensure!(
        version.as_u64() == Some(VERSION.into()),
        "version {version} of the schema, and this program reads {VERSION}"
    );
    serde_json::from_value(value).context("a report with a missing or wrong field")
}
