//! Environment variables by which other code is built, or by which a grader is to pass or to write what it sees.

use std::ffi::OsString;

use super::{Finding, Kind};

/// A compiler, or what stands between cargo and it.
const COMPILERS: [&str; 6] = [
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
];

/// Set by this project's own configuration of cargo.
const OUR_OWN: [&str; 1] = ["INSTA_WORKSPACE_ROOT"];

/// Looks at each of `names`; `value` gives what it is set to.
pub(super) fn findings(
    value: impl Fn(&str) -> Option<OsString>,
    mut names: Vec<String>,
) -> Vec<Finding> {
    names.sort();
    let mut findings = Vec::new();
    for name in names {
        let value = value(&name).unwrap_or_default();
        let value = value.to_string_lossy();
        if value.is_empty() {
            continue;
        }
        if let Some(option) = name.strip_prefix("INSTA_") {
            findings.extend(insta(&name, option, &value));
        } else if let Some(what) = compiler(&name, &value) {
            findings.push(Finding::new(Kind::Environment, &name).seen(what));
        }
    }
    findings
}

/// A word to insta; it is shown when it looks like one.
fn insta(name: &str, option: &str, value: &str) -> Option<Finding> {
    let harmless = OUR_OWN.contains(&name)
        || matches!((option, value), ("UPDATE", "no") | ("FORCE_PASS", "0"));
    if harmless {
        return None;
    }
    let word = value.len() <= 12 && value.chars().all(|c| c.is_ascii_alphanumeric());
    let shown = if word {
        format!("={value}")
    } else {
        String::new()
    };
    let mut finding = Finding::new(Kind::Environment, name);
    finding.sentence =
        format!("{name}{shown} is ignored by `cargo lab`, and obeyed by a plain `cargo test`.");
    Some(finding)
}

/// What is odd about another variable; its value may be a secret.
fn compiler(name: &str, value: &str) -> Option<&'static str> {
    if COMPILERS.contains(&name) && !is_well_known(value) {
        return Some("Another program is run in the compiler's place.");
    }
    let of_target = |end: &str| name.starts_with("CARGO_TARGET_") && name.ends_with(end);
    if of_target("_RUNNER") {
        return Some("The graders are run by another program.");
    }
    if of_target("_LINKER") && !is_well_known(value) {
        return Some("Another program is run in the linker's place.");
    }
    let flags = matches!(
        name,
        "RUSTFLAGS" | "CARGO_ENCODED_RUSTFLAGS" | "CARGO_BUILD_RUSTFLAGS"
    ) || of_target("_RUSTFLAGS");
    if flags && !are_harmless(value.split(|c: char| c.is_whitespace() || c == '\x1f')) {
        return Some("The compiler gets options that can let other code in.");
    }
    None
}

/// Whether a compiler's or linker's name is one that many have, without a path: what `PATH` gives for it cannot be known.
pub(super) fn is_well_known(program: &str) -> bool {
    const NAMES: [&str; 12] = [
        "rustc", "sccache", "ccache", "cachepot", "cc", "gcc", "clang", "lld", "rust-lld",
        "ld.lld", "mold", "wild",
    ];
    NAMES.contains(&program)
}

/// Whether all options concern lints, the target's processor, debug information or a well-known linker.
pub(super) fn are_harmless<'a>(options: impl Iterator<Item = &'a str>) -> bool {
    let mut options = options.filter(|option| !option.is_empty());
    while let Some(option) = options.next() {
        let option = match option {
            "-C" | "--codegen" => match options.next() {
                Some(value) => value,
                None => return false,
            },
            "-D" | "-W" | "-A" | "-F" | "--deny" | "--warn" | "--allow" | "--forbid" => {
                options.next();
                continue;
            }
            _ if ["-D", "-W", "-A", "-F"]
                .iter()
                .any(|lint| option.starts_with(lint)) =>
            {
                continue;
            }
            _ => match option.strip_prefix("-C") {
                Some(value) => value,
                None => return false,
            },
        };
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        let harmless = match key {
            "debuginfo" | "target-cpu" | "target-feature" | "strip" | "split-debuginfo"
            | "codegen-units" | "incremental" | "opt-level" | "debug-assertions" => true,
            "linker" => is_well_known(value),
            "link-arg" => value.strip_prefix("-fuse-ld=").is_some_and(is_well_known),
            _ => false,
        };
        if !harmless {
            return false;
        }
    }
    true
}
