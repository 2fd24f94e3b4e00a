//! The files of the small workspace. Its crates have no dependencies, so that each builds in a moment.

mod alpha;
mod author;
mod beta;

/// Every file by its path.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    [&[("Cargo.toml", WORKSPACE)], alpha::FILES, beta::FILES].concat()
}

/// What authors have beside: verdicts.
pub(crate) fn author() -> &'static [(&'static str, &'static str)] {
    author::FILES
}

/// What `up` starts: programs that hand over to the script `services.sh`, which a test may change.
pub(crate) fn services() -> Vec<(&'static str, &'static str)> {
    vec![
        ("crates/observatory/Cargo.toml", OBSERVATORY_MANIFEST),
        ("crates/observatory/src/main.rs", SERVICE),
        ("crates/cruddur/Cargo.toml", CRUDDUR_MANIFEST),
        ("crates/cruddur/src/main.rs", SERVICE),
        ("labs/1-alpha/src/main.rs", SERVICE),
        ("labs/1-alpha/solution/src/main.rs", SERVICE),
        ("services.sh", SERVICES),
    ]
}

const OBSERVATORY_MANIFEST: &str = r#"[package]
name = "observatory"
version.workspace = true
edition.workspace = true

[features]
live = []
"#;

const CRUDDUR_MANIFEST: &str = r#"[package]
name = "cruddur"
version.workspace = true
edition.workspace = true

[features]
live = []
"#;

const SERVICE: &str = r#"//! Becomes the script.

use std::os::unix::process::CommandExt as _;

fn main() {
    let mut script = std::process::Command::new("/bin/sh");
    script.arg("services.sh").arg(env!("CARGO_PKG_NAME")).args(std::env::args().skip(1));
    let live = cfg!(feature = "live").to_string();
    panic!("{}", script.env("LIVE", live).exec());
}
"#;

/// Writes down what each service is told, and when it ends.
const SERVICES: &str = r#"
package=$1
shift
case $package in
observatory) name=observatory port=41001 ;;
*) name=$1 port=${PORT:-} ;;
esac
case $name in
profiles) port=41002 ;;
backend) port=41003 ;;
esac
told=$(env | grep -E '^(PORT|LIVE|OTEL_.*|HONEYCOMB_.*|[A-Z]*_URL|OBSERVATORY_.*)=' | sort | sed 's/^/    /')
echo "$name begins: $package $*
$told" >>events
echo $$ >>pids
trap 'echo "$name ends" >>events; echo "$name says goodbye"; exit 0' TERM
# HERE
case $name in
observatory)
    case "$*" in
    *--spans-only*) spans=',"spans_only":"127.0.0.1:41004"' ;;
    *) spans= ;;
    esac
    echo "{\"http\":\"127.0.0.1:$port\",\"grpc\":\"127.0.0.1:1\"$spans}"
    ;;
traffic) echo "traffic goes" ;;
*) echo "$name listening on http://127.0.0.1:$port" ;;
esac
sleep 1000 &
wait
"#;

const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["labs/*", "labs/*/solution"]

[workspace.package]
version = "0.1.0"
edition = "2024"

[profile.dev]
debug = false
"#;
