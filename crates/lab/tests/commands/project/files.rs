//! The files of the small workspace. Its crates have no dependencies, so that each builds in a moment.

/// Every file by its path.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    vec![
        ("Cargo.toml", WORKSPACE),
        ("labs/1-alpha/lab.toml", ALPHA),
        ("labs/1-alpha/Cargo.toml", ALPHA_MANIFEST),
        ("labs/1-alpha/README.md", ALPHA_GUIDE),
        ("labs/1-alpha/src/lib.rs", ALPHA_STARTER),
        ("labs/1-alpha/src/sums.rs", ALPHA_STARTER_SUMS),
        ("labs/1-alpha/tests/steps.rs", ALPHA_STEPS),
        ("labs/1-alpha/solution/Cargo.toml", ALPHA_SOLUTION_MANIFEST),
        ("labs/1-alpha/solution/src/lib.rs", ALPHA_SOLUTION),
        ("labs/1-alpha/solution/src/sums.rs", ALPHA_SOLUTION_SUMS),
        ("labs/1-alpha/mistakes/off-by-one.patch", ALPHA_OFF_BY_ONE),
        ("labs/1-alpha/mistakes/a-sum-lost.patch", ALPHA_SUM_LOST),
        ("labs/2-beta/lab.toml", BETA),
        ("labs/2-beta/Cargo.toml", BETA_MANIFEST),
        ("labs/2-beta/README.md", "# Beta\n\n## Step 1: Say yes\n"),
        (
            "labs/2-beta/src/lib.rs",
            "//! Beta.\n\n/// Says yes.\npub fn yes() -> bool {\n    // TODO(step 1): say yes\n    false\n}\n",
        ),
        ("labs/2-beta/tests/steps.rs", BETA_STEPS),
        ("labs/2-beta/solution/Cargo.toml", BETA_SOLUTION_MANIFEST),
        (
            "labs/2-beta/solution/src/lib.rs",
            "//! Beta.\n\n/// Says yes.\npub fn yes() -> bool {\n    true\n}\n",
        ),
    ]
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
observatory) echo "{\"http\":\"127.0.0.1:$port\",\"grpc\":\"127.0.0.1:1\"}" ;;
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

const ALPHA_MANIFEST: &str = r#"[package]
name = "alpha"
version.workspace = true
edition.workspace = true

[lib]
test = false

[features]
live = []
"#;

const ALPHA_SOLUTION_MANIFEST: &str = r#"[package]
name = "alpha-solution"
version.workspace = true
edition.workspace = true
autotests = false

[lib]
name = "alpha"
test = false

[[test]]
name = "steps"
path = "../tests/steps.rs"

[features]
live = []
"#;

const ALPHA: &str = r#"number = 1
package = "alpha"
title = "Alpha"
about = "counting"
test = "steps"
guide = "README.md"

[[step]]
number = 1
id = "one"
title = "Count one"
task = "Return one. Nothing else counts."
test = "step_1_one"
files = ["src/lib.rs"]
anchor = "step-1-count-one"
learned = "One is the first number."
starter_cause = "nothing-counted"
hints = ["Look at the mark.", "The number is 1."]

[[step]]
number = 2
id = "two"
title = "Count two"
task = "Return two."
test = "step_2_two"
files = ["src/lib.rs"]
anchor = "step-2-count-two"
learned = "Two comes after one."
starter_cause = "nothing-counted"
hints = ["As before."]

  [[step.mistake]]
  cause = "nothing-counted"
  advice = "The function still returns what the starter returned."

[[step]]
number = 3
id = "sum"
title = "Add them"
task = "Return the sum."
test = "step_3_sum"
files = ["src/sums.rs"]
anchor = "step-3-add-them"
learned = "A sum needs both."
starter_cause = "no-sum"
hints = ["Add them."]
"#;

const ALPHA_GUIDE: &str = "# Alpha\n\n## Step 1: Count one\n\n```sh\n# step-9-in-code\n```\n\n## Step 2: Count *two*\n\n## Step 3: Add them\n";

const ALPHA_STARTER: &str = "//! Alpha.

pub mod sums;

/// One.
pub fn one() -> u32 {
    // TODO(step 1): count
    0
}

/// Two.
pub fn two() -> u32 {
    // TODO(step 2): count
    0
}
";

const ALPHA_STARTER_SUMS: &str = "//! Sums.

/// One and two.
pub fn sum() -> Option<u32> {
    // TODO(step 3): add
    None
}
";

const ALPHA_SOLUTION: &str = "//! Alpha.

pub mod sums;

/// One.
pub fn one() -> u32 {
    1
}

/// Two.
pub fn two() -> u32 {
    2
}
";

const ALPHA_SOLUTION_SUMS: &str = "//! Sums.

/// One and two.
pub fn sum() -> Option<u32> {
    Some(crate::one() + crate::two())
}
";

const ALPHA_STEPS: &str = r#"//! The grader of lab alpha.

#[track_caller]
fn check(got: Option<u32>, wanted: u32) {
    let (cause, help) = match got {
        Some(got) if got == wanted => return,
        Some(0) => ("nothing-counted", "count"),
        Some(_) => ("miscounted", "count again"),
        None => ("no-sum", "add"),
    };
    println!("yours           wanted\n└─ {got:?}      └─ {wanted}\n");
    panic!("cause[{cause}]: {got:?} is not {wanted}\n  help: {help}\n\ncause[too-hasty]: perhaps\n  help: take your time");
}

#[test]
fn step_1_one() {
    check(Some(alpha::one()), 1);
}

#[test]
fn step_2_two() {
    check(Some(alpha::two()), 2);
}

#[test]
fn step_3_sum() {
    check(alpha::sums::sum(), 3);
}
"#;

const ALPHA_OFF_BY_ONE: &str = "Step: two
Cause: miscounted
Also: sum
Why: seen often: whoever begins at zero
is one behind.
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -9,5 +9,5 @@

 /// Two.
 pub fn two() -> u32 {
-    2
+    3
 }
";

const ALPHA_SUM_LOST: &str = "Step: sum
Cause: no-sum
Why: the sum is made and dropped.
--- a/src/sums.rs
+++ b/src/sums.rs
@@ -2,5 +2,6 @@

 /// One and two.
 pub fn sum() -> Option<u32> {
-    Some(crate::one() + crate::two())
+    let _ = crate::lost::sum();
+    None
 }
diff --git a/src/lib.rs b/src/lib.rs
index 1111111..2222222 100644
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,5 +1,6 @@
 //! Alpha.

+pub mod lost;
 pub mod sums;

 /// One.
--- /dev/null
+++ b/src/lost.rs
@@ -0,0 +1,4 @@
+//! Where the sum gets lost.
+pub fn sum() -> u32 {
+    crate::one() + crate::two()
+}
";

const BETA: &str = r#"number = 2
package = "beta"
title = "Beta"
about = "saying yes"
test = "steps"
guide = "README.md"

[[step]]
number = 1
id = "yes"
title = "Say yes"
task = "Say yes."
test = "step_1_yes"
files = ["src/lib.rs"]
anchor = "step-1-say-yes"
learned = "Yes is the answer."
starter_cause = "said-no"
hints = ["Yes."]
"#;

const BETA_MANIFEST: &str = r#"[package]
name = "beta"
version.workspace = true
edition.workspace = true

[lib]
test = false
"#;

const BETA_SOLUTION_MANIFEST: &str = r#"[package]
name = "beta-solution"
version.workspace = true
edition.workspace = true
autotests = false

[lib]
name = "beta"
test = false

[[test]]
name = "steps"
path = "../tests/steps.rs"
"#;

const BETA_STEPS: &str = r#"//! The grader of lab beta.

#[test]
fn step_1_yes() {
    assert!(beta::yes(), "cause[said-no]: no is not yes\n  help: say yes");
}
"#;
