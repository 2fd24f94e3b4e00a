//! Lab beta: one step, in a source and in a text without regions.

pub(super) const FILES: &[(&str, &str)] = &[
    ("labs/2-beta/lab.toml", METADATA),
    ("labs/2-beta/Cargo.toml", MANIFEST),
    ("labs/2-beta/README.md", "# Beta\n\n## Step 1: Say yes\n"),
    ("labs/2-beta/src/lib.rs", STARTER),
    ("labs/2-beta/yes.txt", "no\n"),
    ("labs/2-beta/starter.patch", STARTER_PATCH),
    ("labs/2-beta/tests/steps.rs", STEPS),
    ("labs/2-beta/solution/Cargo.toml", SOLUTION_MANIFEST),
    ("labs/2-beta/solution/src/lib.rs", SOLUTION),
    ("labs/2-beta/solution/yes.txt", "yes\n"),
];

const METADATA: &str = r#"number = 2
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
files = ["src/lib.rs", "yes.txt"]
anchor = "step-1-say-yes"
learned = "Yes is the answer."
starter_cause = "said-no"
hints = ["Yes."]
"#;

const MANIFEST: &str = r#"[package]
name = "beta"
version.workspace = true
edition.workspace = true

[lib]
test = false
"#;

const SOLUTION_MANIFEST: &str = r#"[package]
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

const STEPS: &str = r#"//! The grader of lab beta.

#[test]
fn step_1_yes() {
    assert!(beta::yes(), "cause[said-no]: no is not yes\n  help: say yes");
}
"#;

const STARTER: &str = "//! Beta.

/// Says yes.
pub fn yes() -> bool {
    // #region step 1
    // TODO(step 1): say yes
    false
    // #endregion
}
";

const SOLUTION: &str = "//! Beta.

/// Says yes.
pub fn yes() -> bool {
    // #region step 1
    true
    // #endregion
}
";

const STARTER_PATCH: &str =
    "What makes the untouched starter out of the solution: `cargo lab reset` needs it.
`cargo lab author release` writes it.
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -3,6 +3,7 @@
 /// Says yes.
 pub fn yes() -> bool {
     // #region step 1
-    true
+    // TODO(step 1): say yes
+    false
     // #endregion
 }
--- a/yes.txt
+++ b/yes.txt
@@ -1 +1 @@
-yes
+no
";
