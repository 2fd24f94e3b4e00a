//! Trace and segment IDs.

use xray_segment::trace_id;

const ID: u128 = 0x4efa_af4d_1e87_20b3_9541_9019_5001_9ee5;

#[test]
fn trace_ids() {
    let check = |rule: &str, text: &str, id: Option<u128>| {
        assert_eq!(trace_id::parse(text), id.map(u128::to_be_bytes), "{rule}");
    };
    check(
        "X-Ray's form",
        "1-4efaaf4d-1e8720b39541901950019ee5",
        Some(ID),
    );
    check(
        "either case",
        "1-4EFAAF4D-1E8720B39541901950019EE5",
        Some(ID),
    );
    check(
        "a time long ago",
        "1-00000000-000000000000000000000001",
        Some(1),
    );
    check(
        "not the W3C's form",
        "4efaaf4d1e8720b39541901950019ee5",
        None,
    );
    check(
        "version 1 alone",
        "2-4efaaf4d-1e8720b39541901950019ee5",
        None,
    );
    check(
        "8 and 24 digits",
        "1-4efaaf4d1-e8720b39541901950019ee5",
        None,
    );
    check("hyphens", "1-4efaaf4d01e8720b39541901950019ee5", None);
    check("not too short", "1-4efaaf4d-1e8720b39541901950019ee", None);
    check("not too long", "1-4efaaf4d-1e8720b39541901950019ee50", None);
    check("hex", "1-4efaaf4d-1e8720b39541901950019eeg", None);
    check("no sign", "1-+efaaf4d-1e8720b39541901950019ee5", None);
    check("not all zeros", "1-00000000-000000000000000000000000", None);
    check(
        "no letters of two bytes",
        "1-4efaaf4d-1e8720b39541901950019eé",
        None,
    );
    check("something", "", None);
}

#[test]
fn a_trace_id_is_written_as_it_is_read() {
    assert_eq!(
        trace_id::to_xray(ID.to_be_bytes()),
        "1-4efaaf4d-1e8720b39541901950019ee5"
    );
    assert_eq!(
        trace_id::to_xray(1_u128.to_be_bytes()),
        "1-00000000-000000000000000000000001"
    );
}

#[test]
fn segment_ids() {
    let check = |rule: &str, text: &str, id: Option<u64>| {
        assert_eq!(trace_id::segment_id(text), id, "{rule}");
    };
    check("16 digits", "70de5b6f19ff9a0a", Some(0x70de_5b6f_19ff_9a0a));
    check(
        "either case",
        "70DE5B6F19FF9A0A",
        Some(0x70de_5b6f_19ff_9a0a),
    );
    check("not 15", "70de5b6f19ff9a0", None);
    check("not 17", "70de5b6f19ff9a0a0", None);
    check("hex", "70de5b6f19ff9a0x", None);
    check("not all zeros", "0000000000000000", None);
    check("something", "", None);
}
