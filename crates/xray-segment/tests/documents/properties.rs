//! What holds for any segment.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::RngSeed};
use xray_segment::{Segment, fit, read, to_otlp};

use crate::arbitrary;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(20),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The ID of each segment's parent, whether it is in a document or says so.
fn parents(segment: &Segment, parent: Option<&str>, all: &mut BTreeMap<String, Option<String>>) {
    let parent = parent.or(segment.parent_id.as_deref());
    let before = all.insert(segment.id.clone(), parent.map(str::to_owned));
    assert_eq!(before, None, "{} is there twice", segment.id);
    for part in &segment.subsegments {
        parents(part, Some(&segment.id), all);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_again(segment in arbitrary::segment()) {
        let text = serde_json::to_string(&segment).expect("JSON");
        if let Ok(read) = read(&text) {
            prop_assert_eq!(read, segment);
        } else {
            // Only what is too large or too deep.
            prop_assert!(text.len() > 65_536 || text.contains("[[[["));
        }
    }

    #[test]
    fn every_document_fits_and_is_read_and_every_segment_keeps_its_parent(
        segment in arbitrary::segment(),
        limit in 3_000..70_000_usize,
    ) {
        let fitted = fit(segment.clone(), limit);
        let mut want = BTreeMap::new();
        parents(&segment, None, &mut want);
        let mut found = BTreeMap::new();
        for document in &fitted.documents {
            prop_assert!(document.len() <= limit, "{} bytes", document.len());
            if document.len() <= 65_536 {
                let read = read(document).map_err(|refusal| TestCaseError::fail(refusal.message))?;
                prop_assert_eq!(&read.trace_id, &segment.trace_id);
                parents(&read, None, &mut found);
            } else {
                parents(&serde_json::from_str(document).expect("a segment"), None, &mut found);
            }
        }
        prop_assert_eq!(found, want);
    }

    #[test]
    fn without_a_cut_nothing_is_missing(segment in arbitrary::segment(), limit in 8_000..70_000_usize) {
        let fitted = fit(segment.clone(), limit);
        prop_assume!(fitted.cut.is_empty());
        fn bare(segment: &Segment, all: &mut BTreeMap<String, Segment>) {
            let mut alone = segment.clone();
            for part in std::mem::take(&mut alone.subsegments) {
                bare(&part, all);
            }
            // What a subsegment says when it is sent by itself.
            alone.kind = None;
            alone.trace_id = None;
            alone.parent_id = None;
            all.insert(alone.id.clone(), alone);
        }
        let mut want = BTreeMap::new();
        bare(&segment, &mut want);
        let mut found = BTreeMap::new();
        for document in &fitted.documents {
            bare(&serde_json::from_str(document).expect("a segment"), &mut found);
        }
        prop_assert_eq!(found, want);
    }

    #[test]
    fn a_limit_that_is_too_small_is_told(segment in arbitrary::segment(), limit in 0..900_usize) {
        let fitted = fit(segment.clone(), limit);
        let mut ids = BTreeMap::new();
        for document in &fitted.documents {
            prop_assert!(document.len() <= limit);
            parents(&serde_json::from_str(document).expect("a segment"), None, &mut ids);
        }
        for cut in fitted.cut.into_iter().filter(|cut| cut.what.is_empty()) {
            prop_assert!(ids.insert(cut.id, None).is_none());
        }
        let mut all = BTreeMap::new();
        parents(&segment, None, &mut all);
        prop_assert!(ids.into_keys().eq(all.into_keys()));
    }

    #[test]
    fn every_segment_is_a_span_below_its_parents(segment in arbitrary::segment()) {
        let resources = to_otlp(&segment, Some("hint"));
        let mut want = BTreeMap::new();
        parents(&segment, None, &mut want);
        let hex = |id: &[u8]| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let spans = &resources[0].scope_spans[0].spans;
        let found: BTreeMap<_, _> = spans
            .iter()
            .map(|span| (hex(&span.span_id), Some(hex(&span.parent_span_id)).filter(|id| !id.is_empty())))
            .collect();
        prop_assert_eq!(found, want);
        for span in spans {
            prop_assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
            let mut keys: Vec<_> = span.attributes.iter().map(|entry| &entry.key).collect();
            let count = keys.len();
            keys.sort();
            keys.dedup();
            prop_assert_eq!(keys.len(), count, "an attribute is there twice");
        }
    }
}
