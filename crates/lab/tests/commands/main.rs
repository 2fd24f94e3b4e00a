//! Runs the real program on small workspaces and compares what it says.

/// Compares a text with the stored one of this name.
macro_rules! check {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, $text)
        })
    };
}

mod author;
mod cohort;
mod diff;
mod doctor;
mod guide;
mod home;
mod integrity;
mod integrity_run;
mod keys;
mod learner;
mod project;
mod recorded;
mod report;
mod reset;
mod store;
mod terminal;
mod up;
