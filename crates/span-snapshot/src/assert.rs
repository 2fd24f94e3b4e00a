//! The assertion on top of insta: who compares, who writes, and what a mismatch says.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use insta::internals::SnapshotContents;
use insta::{Comparator, Settings, Snapshot};

use crate::explain::{explain, revealed};
use crate::side_by_side::side_by_side;
use crate::tree::SpanTree;
use crate::verdict::Cause;

/// Compares a [`SpanTree`] with a stored or inline snapshot, and names the likely causes where they differ.
///
/// ```
/// # use span_snapshot::{InProcess, assert_span_snapshot};
/// # use opentelemetry::trace::{Tracer, TracerProvider};
/// let spans = InProcess::new();
/// spans.provider_for("backend").tracer("example").start("work");
/// assert_span_snapshot!(spans.tree(), @r#"
/// resource: backend
///    service.name = "backend"
/// scope: example
///
/// trace 1
/// └─ INTERNAL work
/// "#);
/// ```
///
/// Without an inline text the snapshot is stored as insta stores all of them, named after the test, or by a first argument: `assert_span_snapshot!("name", tree)`.
/// `cargo insta` and `INSTA_UPDATE` write and review them, `INSTA_FORCE_PASS` lets them pass.
/// With `INSTA_UPDATE=no` nothing is written and insta itself says nothing.
#[macro_export]
macro_rules! assert_span_snapshot {
    ($tree:expr, @$snapshot:literal $(,)?) => {
        $crate::__private::compare(&$tree, |text| {
            $crate::__private::insta::assert_snapshot!(text, stringify!($tree), @$snapshot)
        })
    };
    ($name:expr, $tree:expr $(,)?) => {
        $crate::__private::compare(&$tree, |text| {
            $crate::__private::insta::assert_snapshot!($name, text, stringify!($tree))
        })
    };
    ($tree:expr $(,)?) => {
        $crate::__private::compare(&$tree, |text| {
            $crate::__private::insta::assert_snapshot!(
                $crate::__private::insta::internals::AutoName,
                text,
                stringify!($tree)
            )
        })
    };
}

/// What a comparison saw that did not match.
#[derive(Default)]
struct Seen {
    wanted: Mutex<Option<(String, String)>>,
}

/// Insta's comparator in effect, watched. With `quiet` it claims a match, so that insta neither prints nor panics.
struct Watched {
    inner: Box<dyn Comparator>,
    seen: Arc<Seen>,
    quiet: bool,
}

impl Watched {
    fn note(&self, matches: bool, wanted: &Snapshot) -> bool {
        if !matches {
            let text = match wanted.contents() {
                SnapshotContents::Text(text) => text.to_string(),
                SnapshotContents::Binary(_) => String::new(),
            };
            let name = wanted.snapshot_name().unwrap_or_default().to_owned();
            *self
                .seen
                .wanted
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some((name, text));
        }
        matches || self.quiet
    }
}

impl Comparator for Watched {
    fn matches(&self, wanted: &Snapshot, actual: &Snapshot) -> bool {
        self.note(self.inner.matches(wanted, actual), wanted)
    }

    fn matches_fully(&self, wanted: &Snapshot, actual: &Snapshot) -> bool {
        self.note(self.inner.matches_fully(wanted, actual), wanted)
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(Self {
            inner: self.inner.dyn_clone(),
            seen: self.seen.clone(),
            quiet: self.quiet,
        })
    }
}

/// What [`assert_span_snapshot!`] expands to: runs insta's assertion on the tree's text, and speaks in its place if it fails.
#[track_caller]
#[doc(hidden)]
pub fn compare(tree: &SpanTree, insta_assertion: impl FnOnce(&str)) {
    let is = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|set| set == value);
    // When nothing may be written and failing is failing, insta has nothing to do but to be noisy.
    let quiet = is("INSTA_UPDATE", "no") && !is("INSTA_FORCE_PASS", "1");
    let seen = Arc::new(Seen::default());
    let mut settings = Settings::clone_current();
    let inner = settings.comparator().dyn_clone();
    settings.set_comparator(Box::new(Watched {
        inner,
        seen: seen.clone(),
        quiet,
    }));

    let text = tree.render();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        settings.bind(|| insta_assertion(&text))
    }));
    let wanted = seen
        .wanted
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match (outcome, wanted) {
        // Insta let it pass: updated in place, or forced to.
        (Ok(()), Some(_)) if !quiet => {}
        (Ok(()), None) => {}
        (_, Some((name, wanted))) => panic!("{}", message(&name, &wanted, tree)),
        (Err(panic), None) => std::panic::resume_unwind(panic),
    }
}

/// The most causes that are told; the first of them mostly explain the rest.
const CAUSES: usize = 5;

/// What a failed assertion says: both trees beside each other, then the causes. `wanted` is a snapshot's text.
pub fn mismatch(wanted: &str, actual: &SpanTree) -> String {
    message("", wanted, actual)
}

fn message(name: &str, wanted: &str, actual: &SpanTree) -> String {
    let of = if name.is_empty() {
        String::new()
    } else {
        format!(" (snapshot `{name}`)")
    };
    let parsed = SpanTree::parse(wanted);
    let is_log = actual.is_log || parsed.as_ref().is_ok_and(|wanted| wanted.is_log);
    let what = if is_log { "log events" } else { "spans" };
    let mut message = format!("the {what} are not those wanted{of}\n\n");
    let shown = match &parsed {
        Ok(wanted) => revealed(wanted, actual).render(),
        Err(_) => actual.render(),
    };
    message.push_str(&side_by_side(&shown, wanted));
    let causes = match parsed {
        Ok(wanted) => explain(&wanted, actual),
        Err(error) => vec![Cause {
            id: "unreadable-snapshot",
            what: error.to_string(),
            help: "The snapshot itself is broken. Restore it from version control, or write it again with INSTA_UPDATE=always.".to_owned(),
        }],
    };
    for cause in causes.iter().take(CAUSES) {
        message.push_str(&format!("\n{cause}\n"));
    }
    if causes.len() > CAUSES {
        let more = match causes.len() - CAUSES {
            1 => "1 cause more".to_owned(),
            more => format!("{more} causes more"),
        };
        message.push_str(&format!("\nand {more}\n"));
    }
    message
}
