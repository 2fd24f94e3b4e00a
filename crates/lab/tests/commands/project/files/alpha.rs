//! Lab alpha: three steps, one of them in a file of its own, and two mistakes.

pub(super) const FILES: &[(&str, &str)] = &[
    ("labs/1-alpha/lab.toml", METADATA),
    ("labs/1-alpha/Cargo.toml", MANIFEST),
    ("labs/1-alpha/README.md", GUIDE),
    ("labs/1-alpha/src/lib.rs", STARTER),
    ("labs/1-alpha/src/sums.rs", STARTER_SUMS),
    ("labs/1-alpha/starter.patch", STARTER_PATCH),
    ("labs/1-alpha/tests/steps.rs", STEPS),
    ("labs/1-alpha/solution/Cargo.toml", SOLUTION_MANIFEST),
    ("labs/1-alpha/solution/src/lib.rs", SOLUTION),
    ("labs/1-alpha/solution/src/sums.rs", SOLUTION_SUMS),
    ("labs/1-alpha/mistakes/off-by-one.patch", OFF_BY_ONE),
    ("labs/1-alpha/mistakes/a-sum-lost.patch", SUM_LOST),
];

const MANIFEST: &str = r#"[package]
name = "alpha"
version.workspace = true
edition.workspace = true

[lib]
test = false

[features]
live = []
"#;

const SOLUTION_MANIFEST: &str = r#"[package]
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

const METADATA: &str = r#"number = 1
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

const GUIDE: &str = "# Alpha\n\n## Step 1: Count one\n\n```sh\n# step-9-in-code\n```\n\n## Step 2: Count *two*\n\n## Step 3: Add them\n";

const STARTER: &str = "//! Alpha.

pub mod sums;

/// One.
pub fn one() -> u32 {
    // #region step 1
    // TODO(step 1): count
    0
    // #endregion
}

/// Two.
pub fn two() -> u32 {
    // #region step 2
    // TODO(step 2): count
    0
    // #endregion
}
";

const STARTER_SUMS: &str = "//! Sums.

/// One and two.
pub fn sum() -> Option<u32> {
    // #region step 3
    // TODO(step 3): add
    None
    // #endregion
}
";

const SOLUTION: &str = "//! Alpha.

pub mod sums;

/// One.
pub fn one() -> u32 {
    // #region step 1
    // Counting begins at one.
    1
    // #endregion
}

/// Two.
pub fn two() -> u32 {
    // #region step 2
    2
    // #endregion
}
";

const SOLUTION_SUMS: &str = "//! Sums.

/// One and two.
pub fn sum() -> Option<u32> {
    // #region step 3
    Some(crate::one() + crate::two())
    // #endregion
}
";

const STEPS: &str = r#"//! The grader of lab alpha.

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

const OFF_BY_ONE: &str = "Step: two
Cause: miscounted
Also: sum
Why: seen often: whoever begins at zero
is one behind.
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -13,6 +13,6 @@
 /// Two.
 pub fn two() -> u32 {
     // #region step 2
-    2
+    3
     // #endregion
 }
";

const SUM_LOST: &str = "Step: sum
Cause: no-sum
Why: the sum is made and dropped.
--- a/src/sums.rs
+++ b/src/sums.rs
@@ -3,6 +3,7 @@
 /// One and two.
 pub fn sum() -> Option<u32> {
     // #region step 3
-    Some(crate::one() + crate::two())
+    let _ = crate::lost::sum();
+    None
     // #endregion
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

const STARTER_PATCH: &str =
    "What makes the untouched starter out of the solution: `cargo lab reset` needs it.
`cargo lab author release` writes it.
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -5,8 +5,8 @@
 /// One.
 pub fn one() -> u32 {
     // #region step 1
-    // Counting begins at one.
-    1
+    // TODO(step 1): count
+    0
     // #endregion
 }

@@ -13,6 +13,7 @@
 /// Two.
 pub fn two() -> u32 {
     // #region step 2
-    2
+    // TODO(step 2): count
+    0
     // #endregion
 }
--- a/src/sums.rs
+++ b/src/sums.rs
@@ -3,6 +3,7 @@
 /// One and two.
 pub fn sum() -> Option<u32> {
     // #region step 3
-    Some(crate::one() + crate::two())
+    // TODO(step 3): add
+    None
     // #endregion
 }
";
