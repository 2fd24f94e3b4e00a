//! Environment variables by which other code is built, or by which a grader is to pass or to write what it sees.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

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

/// By which the system's loader puts other code into a program. Not the paths of libraries: cargo itself sets those.
const LOADED: [&str; 3] = ["LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES"];

/// Set by this project's own configuration of cargo, to the workspace's root.
const OUR_OWN: &str = "INSTA_WORKSPACE_ROOT";

/// Looks at each of `names`; `value` gives what it is set to.
pub(super) fn findings(
    root: &Path,
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
            findings.extend(insta(root, &name, option, &value));
        } else if name.starts_with("SPAN_SNAPSHOT_") {
            findings.push(ignored(&name, ""));
        } else if let Some(what) = compiler(&name, &value).or_else(|| started(&name, &value)) {
            findings.push(Finding::new(Kind::Environment, &name).seen(what));
        }
    }
    findings
}

/// A word to insta; it is shown when it looks like one.
fn insta(root: &Path, name: &str, option: &str, value: &str) -> Option<Finding> {
    let harmless = (name == OUR_OWN
        && Path::new(value)
            .canonicalize()
            .is_ok_and(|path| path == root))
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
    Some(ignored(name, &shown))
}

fn ignored(name: &str, shown: &str) -> Finding {
    let mut finding = Finding::new(Kind::Environment, name);
    finding.sentence =
        format!("{name}{shown} is ignored by `cargo lab`, and obeyed by a plain `cargo test`.");
    finding
}

/// What is odd about a variable by which other programs are started, or other code in them.
fn started(name: &str, value: &str) -> Option<&'static str> {
    match name {
        "CARGO" if !looks_like_cargo(Path::new(value)) => {
            Some("Another program is run in cargo's place.")
        }
        "CARGO_ALIAS_LAB" => Some("It says what `cargo lab` runs."),
        // Rustup sets it in all that it starts, to the name of one of Rust's own toolchains.
        "RUSTUP_TOOLCHAIN" if !is_official(value) => Some("A toolchain of one's own is used."),
        _ if LOADED.contains(&name) => Some("Other code is loaded into the graders."),
        _ => None,
    }
}

/// Cargo's own program has its name, lies beside a compiler, and is no script.
fn looks_like_cargo(program: &Path) -> bool {
    let named = program.file_stem().is_some_and(|name| name == "cargo");
    let mut begin = [0; 2];
    let read = File::open(program).and_then(|mut file| file.read_exact(&mut begin));
    named
        && program.is_absolute()
        && read.is_ok()
        && begin != *b"#!"
        && program
            .with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX))
            .exists()
}

/// `stable`, `1.95.0`, `nightly-2026-01-01-x86_64-unknown-linux-gnu` and their like.
fn is_official(toolchain: &str) -> bool {
    let channel = toolchain.split('-').next().unwrap_or_default();
    !toolchain.contains('/')
        && (["stable", "beta", "nightly"].contains(&channel)
            || channel
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.'))
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn what_starts_other_code_is_told_and_what_rustup_sets_is_not() {
        for (name, value, told) in [
            ("LD_PRELOAD", "/mine.so", true),
            ("LD_AUDIT", "/mine.so", true),
            ("DYLD_INSERT_LIBRARIES", "/mine.so", true),
            ("LD_LIBRARY_PATH", "/set/by/cargo", false),
            ("RUSTUP_TOOLCHAIN", "/mine", true),
            ("RUSTUP_TOOLCHAIN", "mine", true),
            ("RUSTUP_TOOLCHAIN", "stable", false),
            ("RUSTUP_TOOLCHAIN", "1.95.0-x86_64-unknown-linux-gnu", false),
            ("CARGO", "/bin/sh", true),
            ("CARGO", "cargo", true),
            ("CARGO", env!("CARGO"), false),
            ("CARGO_ALIAS_LAB", "run --package mine", true),
            ("SPAN_SNAPSHOT_ISOLATED", "x", true),
            ("SPAN_SNAPSHOT_WIDTH", "90", true),
            ("INSTA_WORKSPACE_ROOT", "/elsewhere", true),
            ("INSTA_WORKSPACE_ROOT", "/", false),
        ] {
            let found = super::findings(
                Path::new("/"),
                |_| Some(value.into()),
                vec![name.to_owned()],
            );
            assert_eq!(found.len(), usize::from(told), "{name}={value}");
        }
    }
}
