//! One case for each cause that trees of segments have: the tree wanted, what stands in it instead, and what is said of it.

use span_snapshot::{SpanTree, explain};

use crate::causes::{Usual, told};

const HOME: &str = "\
trace 1
└─ SEGMENT backend
   http.response.status = 500
   fault = true
   └─ SUBSEGMENT activities_home
      annotations.user_handle = \"andrewbrown\"
      metadata.cruddur.now = \"12:00\"
      └─ SUBSEGMENT mock-data
         metadata.cruddur.results-size = 3
";

#[track_caller]
fn check(changes: &[(&str, &str)], causes: &[&str], help: &str) {
    Usual(HOME).check(changes, causes, help);
}

#[track_caller]
fn check_tree(actual: &str, causes: &[&str], help: &str) {
    Usual(HOME).check_tree(actual, causes, help);
}

#[test]
fn equal_trees_differ_in_nothing() {
    assert_eq!(told(HOME, HOME).0, Vec::<String>::new());
}

#[test]
fn nothing_came_by_udp() {
    check_tree(
        "(no spans)",
        &["no-spans: no segment was exported; 3 wanted, the first SEGMENT `backend`"],
        "2000/udp",
    );
}

#[test]
fn second_segment_of_the_same_name() {
    check(
        &[("SUBSEGMENT activities_home", "SEGMENT activities_home")],
        &[
            "second-segment: `activities_home` is a SEGMENT; a SUBSEGMENT inside `backend` was wanted",
        ],
        "SERVER",
    );
}

#[test]
fn second_segment_is_named_after_its_service() {
    check(
        &[("SUBSEGMENT activities_home", "SEGMENT backend")],
        &[
            "second-segment: `backend` is a SEGMENT; the SUBSEGMENT `activities_home` inside `backend` was wanted",
        ],
        "begin_segment",
    );
}

#[test]
fn second_segment_in_a_trace_of_its_own() {
    check_tree(
        "\
trace 1
└─ SEGMENT backend
   http.response.status = 500
   fault = true

trace 2
└─ SEGMENT activities_home
   └─ SUBSEGMENT mock-data
      metadata.cruddur.results-size = 3
",
        &[
            "second-segment: `activities_home` is a SEGMENT; a SUBSEGMENT inside `backend` was wanted",
        ],
        "one SEGMENT",
    );
}

#[test]
fn second_segment_too_many() {
    check_tree(
        &format!("{HOME}   └─ SEGMENT backend\n"),
        &["second-segment: `backend` is there 2 times as a SEGMENT; 1 wanted"],
        "one SEGMENT",
    );
}

#[test]
fn left_open() {
    check(
        &[("activities_home\n", "activities_home  [not ended]\n")],
        &["not-ended: `activities_home` started, but did not end"],
        "begun and never closed",
    );
}

#[test]
fn the_parents_document_never_came() {
    check_tree(
        "\
trace 1
└─ SEGMENT backend
   http.response.status = 500
   fault = true
└─ SUBSEGMENT mock-data  [orphan]
   metadata.cruddur.results-size = 3
",
        &["not-ended: `activities_home` was not exported, though its child `mock-data` was"],
        "64 KB",
    );
}

#[test]
fn annotation_as_metadata() {
    check(
        &[("annotations.user_handle", "metadata.default.user_handle")],
        &[
            "annotation-as-metadata: `metadata.default.user_handle` on `activities_home` is metadata; it was wanted as `annotations.user_handle`",
        ],
        "annotation[user_handle] finds nothing",
    );
}

#[test]
fn annotation_as_metadata_keeps_its_dots() {
    check(
        &[("annotations.user_handle", "metadata.default.user.handle")],
        &[
            "annotation-as-metadata: `metadata.default.user.handle` on `activities_home` is metadata; it was wanted as `annotations.user_handle`",
        ],
        "aws.xray.annotations",
    );
}

#[test]
fn metadata_as_annotation() {
    check(
        &[("metadata.cruddur.results-size", "annotations.results_size")],
        &[
            "metadata-as-annotation: `annotations.results_size` on `mock-data` is an annotation; it was wanted as `metadata.cruddur.results-size`",
        ],
        "room for 50",
    );
}

#[test]
fn wrong_namespace() {
    check(
        &[("metadata.cruddur.", "metadata.default.")],
        &[
            "wrong-namespace: `metadata.default.now` on `activities_home` was wanted in the namespace `cruddur`, as `metadata.cruddur.now`",
            "wrong-namespace: `metadata.default.results-size` on `mock-data` was wanted in the namespace `cruddur`, as `metadata.cruddur.results-size`",
        ],
        "aws.xray.metadata.cruddur",
    );
}

#[test]
fn a_view_hides_nothing_from_the_cause() {
    let wanted = SpanTree::parse(HOME).unwrap();
    let actual = HOME.replace("annotations.user_handle", "metadata.default.user_handle");
    let keys = ["annotations.user_handle", "fault"];
    let view = |tree: SpanTree| tree.only_attributes(keys);
    let causes = explain(&view(wanted), &view(SpanTree::parse(&actual).unwrap()));
    assert_eq!(causes[0].id, "annotation-as-metadata");
}

#[test]
fn sent_twice() {
    check(
        &[("mock-data\n", "mock-data  [exported 2 times]\n")],
        &["sent-twice: `mock-data` is sent 2 times"],
        "unprocessed",
    );
}

#[test]
fn a_segment_named_after_the_host_is_misnamed() {
    check(
        &[("SEGMENT backend\n", "SEGMENT backend.localhost\n")],
        &["misnamed-span: `backend.localhost` should be named `backend`"],
        "service.name",
    );
}

#[test]
fn a_missing_subsegment() {
    check_tree(
        "\
trace 1
└─ SEGMENT backend
   http.response.status = 500
   fault = true
",
        &[
            "missing-span: `activities_home` (SUBSEGMENT) is missing inside `backend`, and the span inside it",
        ],
        "Check that the code runs",
    );
}

#[test]
fn second_root() {
    check_tree(
        "\
trace 1
└─ SEGMENT backend
   http.response.status = 500
   fault = true

trace 2
└─ SUBSEGMENT activities_home
   annotations.user_handle = \"andrewbrown\"
   metadata.cruddur.now = \"12:00\"
   └─ SUBSEGMENT mock-data
      metadata.cruddur.results-size = 3
",
        &["second-root: `activities_home` is a root of its own; it was wanted inside `backend`"],
        "parent_id",
    );
}

#[test]
fn other_trace_than_the_callers() {
    let (what, helps) = told(
        "trace 1\n└─ SEGMENT backend\n   └─ SUBSEGMENT profiles\n      └─ SEGMENT profiles\n",
        "trace 1\n└─ SEGMENT backend\n   └─ SUBSEGMENT profiles\n\ntrace 2\n└─ SEGMENT profiles\n",
    );
    assert_eq!(
        what,
        ["other-trace: `profiles` began a trace of its own; it was wanted inside `profiles`"]
    );
    assert!(helps[0].contains("X-Amzn-Trace-Id"), "{helps:?}");
}

#[test]
fn wrong_parent() {
    check(
        &[(
            "      └─ SUBSEGMENT mock-data\n         ",
            "   └─ SUBSEGMENT mock-data\n      ",
        )],
        &["wrong-parent: `mock-data` is inside `backend`; it was wanted inside `activities_home`"],
        "current where it starts",
    );
}

#[test]
fn flags_have_their_rule() {
    check(
        &[("   fault = true\n", "   error = true\n")],
        &[
            "missing-attribute: `fault` is missing on `backend`; true was wanted",
            "unexpected-attribute: `error` = true on `backend` was not wanted",
        ],
        "5xx is a fault",
    );
}

#[test]
fn a_number_as_a_text() {
    check(
        &[("results-size = 3", "results-size = \"3\"")],
        &[
            "wrong-attribute-type: `metadata.cruddur.results-size` on `mock-data` is \"3\", a string; 3, an integer, was wanted",
        ],
        "to_string",
    );
}

#[test]
fn a_subsegment_for_a_segment() {
    check(
        &[("└─ SEGMENT backend", "└─ SUBSEGMENT backend")],
        &["wrong-kind: the kind of `backend` is SUBSEGMENT; SEGMENT was wanted"],
        "kind SERVER",
    );
}

#[test]
fn an_annotation_that_is_nowhere_is_missing() {
    check(
        &[("      annotations.user_handle = \"andrewbrown\"\n", "")],
        &[
            "missing-attribute: `annotations.user_handle` is missing on `activities_home`; \"andrewbrown\" was wanted",
        ],
        "indexed attributes",
    );
}

#[test]
fn what_follows_from_a_missing_status_is_left_out() {
    check(
        &[(
            "   http.response.status = 500\n   fault = true\n",
            "   error = true\n",
        )],
        &["missing-attribute: `http.response.status` is missing on `backend`; 500 was wanted"],
        "http.response.status_code",
    );
}

#[test]
fn metadata_that_took_the_place_of_other() {
    check(
        &[("      metadata.cruddur.now = \"12:00\"\n", "")],
        &[
            "missing-attribute: `metadata.cruddur.now` is missing on `activities_home`; \"12:00\" was wanted",
        ],
        "a second time",
    );
}

#[test]
fn an_annotation_with_a_character_that_none_may_have() {
    check(
        &[("annotations.user_handle", "annotations.user_handle_")],
        &[
            "misnamed-attribute: `annotations.user_handle_` on `activities_home` should be named `annotations.user_handle`",
        ],
        "any other character becomes _",
    );
}
