//! How these tests have the causes told that two trees differ by.

use span_snapshot::{SpanTree, explain};

/// The causes told, as `id: what`, and their helps.
pub(crate) fn told(wanted: &str, actual: &str) -> (Vec<String>, Vec<String>) {
    let read = |text| SpanTree::parse(text).unwrap();
    explain(&read(wanted), &read(actual))
        .into_iter()
        .map(|cause| (format!("{}: {}", cause.id, cause.what), cause.help))
        .unzip()
}

/// A usual tree.
pub(crate) struct Usual(pub(crate) &'static str);

impl Usual {
    /// What is told when texts in it are replaced; `help` is in the first cause's.
    #[track_caller]
    pub(crate) fn check(&self, changes: &[(&str, &str)], causes: &[&str], help: &str) {
        let mut actual = self.0.to_owned();
        for (from, to) in changes {
            assert!(actual.contains(from), "{from}");
            actual = actual.replace(from, to);
        }
        self.check_tree(&actual, causes, help);
    }

    /// What is told when this tree stands in its place.
    #[track_caller]
    pub(crate) fn check_tree(&self, actual: &str, causes: &[&str], help: &str) {
        let (what, helps) = told(self.0, actual);
        assert_eq!(what, causes);
        assert!(helps[0].contains(help), "{helps:?}");
    }
}
