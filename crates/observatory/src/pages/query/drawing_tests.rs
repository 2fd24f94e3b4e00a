//! What an answer looks like: nothing it holds is markup, and nothing it lacks breaks it.

use maud::Markup;
use span_columns::{Answer, BubbleUp, Heatmap, Scale, Selection, Series};
use span_query::{Table, Value};

use super::{
    address::QueryView,
    drawings::drawings,
    sample_answers::{HOSTILE, bubble_up, examples, heatmap, selection, series},
};
use crate::{model::Dataset, pages::sample::START};

fn view() -> QueryView {
    QueryView::of(Dataset::Spans)
        .visualise("COUNT")
        .by("user.id")
        .ordered("COUNT desc")
}

fn answer(columns: &[&str], rows: Vec<Vec<Value>>) -> Answer {
    Answer {
        table: Table {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            groups: rows.len(),
            rows,
        },
        series: None,
        heatmaps: Vec::new(),
        examples: Vec::new(),
        unknown_columns: Vec::new(),
        rows_scanned: 0,
        rows_matched: 0,
        extent_unix_nano: None,
    }
}

fn of_series(series: Series) -> Answer {
    Answer {
        series: Some(series),
        ..answer(&[], Vec::new())
    }
}

fn of_heatmap(heatmap: Heatmap) -> Answer {
    Answer {
        heatmaps: vec![heatmap],
        ..answer(&[], Vec::new())
    }
}

#[track_caller]
fn check(drawn: &Markup, told: &[&str]) {
    let drawn = &drawn.0;
    for part in told {
        assert!(drawn.contains(part), "{part}: {drawn}");
    }
    for never in ["<script", "NaN", "inf%", "style=", "\0", "\"-inf", "\"inf"] {
        assert!(!drawn.contains(never), "{never}: {drawn}");
    }
}

#[test]
fn lines_have_axes_names_and_what_the_script_reads() {
    let mut sample = series(&["P95(duration_ms)"], 2, 4);
    sample.groups[0].values[0] = vec![1.5.into(), Value::Null, 400.into(), 200.into()];
    sample.groups[1].key = vec![HOSTILE.into()];
    let drawn = drawings(&view(), &of_series(sample), None);
    check(
        &drawn,
        &[
            r#"data-from="1700000000000" data-to="1700000240000" data-step="60000" data-steps="4""#,
            ">400 ms<",
            ">22:14<",
            // One value stands alone: no line shows it.
            r#"<circle class="point c0" data-line="0" cx="12.5%""#,
            r#"data-text="1.5 ms|—|400 ms|200 ms""#,
            "M125 160.4M625 1L875 81",
            r#"role="slider""#,
            "From 2023-11-14 22:13:20 to 2023-11-14 22:17:20 UTC in steps of 1 m. \u{2068}group-0\u{2069}: 1.5 ms to 400 ms, highest at 2023-11-14 22:15:20.",
            "&lt;script&gt;alert(",
        ],
    );
    assert_eq!(drawn.0.matches("data-testid=\"line-legend\"").count(), 1);
}

#[test]
fn lines_of_nothing_of_one_and_of_the_largest_numbers_are_drawn() {
    let none = Series {
        groups: vec![],
        ..series(&["COUNT"], 0, 0)
    };
    check(
        &drawings(&view(), &of_series(none), None),
        &[r#"data-testid="groups""#],
    );
    check(
        &drawings(&view(), &of_series(series(&["COUNT"], 0, 1)), None),
        &["<circle", r#"cx="50%""#],
    );
    let mut sample = series(&["MAX(a)", "MIN(a)"], 0, 3);
    sample.groups[0].values = vec![
        vec![f64::MAX.into(), f64::MIN.into(), i64::MIN.into()],
        vec![Value::Null, "text".into(), true.into()],
    ];
    check(
        &drawings(&view(), &of_series(sample), None),
        &["MAX(a), MIN(a)", "1.798e308", "no value."],
    );
    let far = Series {
        start: i64::MAX,
        step: u64::MAX,
        ..series(&["COUNT"], 0, 3)
    };
    check(&drawings(&view(), &of_series(far), None), &["line-chart"]);
}

#[test]
fn a_thousand_groups_stay_readable() {
    let rows = (0..1_000)
        .map(|at| vec![format!("group-{at}").into(), Value::Int(1_000 - at)])
        .collect();
    let answer = Answer {
        series: Some(series(&["COUNT"], 1_000, 120)),
        ..answer(&["user.id", "COUNT"], rows)
    };
    let drawn = drawings(&view(), &answer, None);
    check(
        &drawn,
        &[
            "and 984 more in the table",
            r#"data-line="15""#,
            "group-999",
        ],
    );
    assert_eq!(drawn.0.matches("<path class=\"series").count(), 3 * 16);
    assert!(drawn.0.len() < 1_200_000, "{}", drawn.0.len());
}

#[test]
fn a_heatmap_has_cells_axes_a_scale_and_its_box() {
    let selection = selection();
    let drawn = drawings(&view(), &of_heatmap(heatmap(6)), Some((&selection, None)));
    check(
        &drawn,
        &[
            r#"data-cells="19""#,
            ">10 ms<",
            ">1 s<",
            r#"viewBox="0 0 6 4""#,
            "heat-0",
            "heat-7",
            r#"data-edges="1,10,100,1000,10000""#,
            r#"data-testid="box" x="16.667%" width="50%" y="60" height="60""#,
            "Drag a box",
            "3 rows have no number",
        ],
    );
    let other = Selection {
        column: "size".to_owned(),
        ..selection
    };
    assert!(
        !drawings(&view(), &of_heatmap(heatmap(6)), Some((&other, None)))
            .0
            .contains("data-testid=\"box\"")
    );
}

#[test]
fn a_heatmap_of_nothing_or_little_looks_right() {
    let empty = Heatmap {
        counts: vec![vec![0; 3]; 4],
        ..heatmap(3)
    };
    let bare = Heatmap {
        edges: vec![],
        counts: vec![],
        steps: 0,
        ..heatmap(0)
    };
    for heatmap in [empty, bare] {
        check(
            &drawings(&view(), &of_heatmap(heatmap), None),
            &["No row in this time has a number in"],
        );
    }
    let one = Heatmap {
        edges: vec![5.0, 5.0],
        counts: vec![vec![1]],
        scale: Scale::Linear,
        column: HOSTILE.to_owned(),
        step_nano: 1,
        ..heatmap(1)
    };
    check(
        &drawings(&view(), &of_heatmap(one), Some((&selection(), None))),
        &[r#"d="M0 0h1v1h-1z""#, "heat-4", "1 rows from"],
    );
    let huge = Heatmap {
        edges: vec![f64::MIN, 0.0, f64::MAX],
        counts: vec![vec![u64::MAX, 1], vec![0, u64::MAX]],
        scale: Scale::Linear,
        start_unix_nano: i64::MAX,
        step_nano: u64::MAX,
        ..heatmap(2)
    };
    check(&drawings(&view(), &of_heatmap(huge), None), &["heat-7"]);
    let wide = Heatmap {
        counts: (0..40)
            .map(|band| (0..120).map(|step| (step * band) % 1_000).collect())
            .collect(),
        edges: (0..=40).map(f64::from).collect(),
        scale: Scale::Linear,
        ..heatmap(120)
    };
    let drawn = drawings(&view(), &of_heatmap(wide), None);
    assert!(drawn.0.len() < 130_000, "{}", drawn.0.len());
}

#[test]
fn what_sets_a_box_apart_is_told_value_by_value() {
    let (selection, found) = (selection(), bubble_up());
    let view = QueryView::of(Dataset::Spans)
        .visualise("HEATMAP(duration_ms)")
        .within(super::when::When::last("24h"));
    let view = view.boxed(&selection);
    let drawn = drawings(
        &view,
        &of_heatmap(heatmap(6)),
        Some((&selection, Some(&found))),
    );
    check(
        &drawn,
        &[
            "<b>40</b> rows with <bdi>duration_ms</bdi> from 100 ms to 1 s between 2023-11-14 22:14:20 and 2023-11-14 22:17:20 UTC, against <b>1,000</b> others.",
            r#"data-column="user.id" data-distance="0.875""#,
            r#"data-value="user-3""#,
            ">98 %<",
            "2.5 %",
            r#"href="/query?v=HEATMAP%28duration_ms%29&amp;where=user.id+%3D+user-3&amp;range=24h""#,
            r#"href="/query?v=HEATMAP%28duration_ms%29&amp;where=user.id+%21%3D+user-3&amp;range=24h""#,
            "where=user.id+does-not-exist",
            "by=user.id",
            "where=http.response.body.size+%3E%3D+7000&amp;where=http.response.body.size+%3C+8000",
            "where=http.response.body.size+%3E%3D+9000&amp;where=http.response.body.size+%3C%3D+10000",
            "7 kB – 8 kB",
            r#"data-testid="range-histogram""#,
            "1 more attribute that differ",
            "7 attributes are the same",
            r#"data-query="" data-testid="clear-box""#,
            "from=2023-11-14+22:14:20.000&amp;to=2023-11-14+22:17:19.999",
        ],
    );
    let at = |text: &str| drawn.0.find(text).unwrap_or(usize::MAX);
    assert!(
        at("data-column=\"user.id\"") < at("body.size\" data-distance")
            && at("body.size\" data-distance") < at("little-difference")
    );
    assert!(at("data-value=\"user-3\"") < at("data-value=\"user-0\""));
}

#[test]
fn a_box_of_nothing_of_all_and_of_few_says_so() {
    let selection = selection();
    for (inside, outside, part) in [
        (0, 9, "No row is in the box"),
        (9, 0, "Every row is in the box"),
        (3, 9, "by chance"),
    ] {
        let found = BubbleUp {
            inside,
            outside,
            differences: Vec::new(),
            left_out: 0,
        };
        check(
            &drawings(
                &view(),
                &of_heatmap(heatmap(6)),
                Some((&selection, Some(&found))),
            ),
            &[part],
        );
    }
}

#[test]
fn the_table_sorts_and_leads_on() {
    let long = "x".repeat(100_000);
    let rows = vec![
        vec![HOSTILE.into(), Value::Int(1_234_567), 12.5.into()],
        vec![Value::Null, Value::Int(-5), Value::Null],
        vec![long.into(), Value::Int(1), Value::Float(f64::MAX)],
        vec!["".into(), Value::Int(1), "least".into()],
    ];
    let answer = Answer {
        series: Some(series(&["COUNT", "P95(duration_ms)"], 4, 2)),
        ..answer(&["user.id", "COUNT", "P95(duration_ms)"], rows)
    };
    let drawn = drawings(&view(), &answer, None);
    check(
        &drawn,
        &[
            r#"aria-sort="descending""#,
            r#"href="/query?v=COUNT&amp;by=user.id&amp;order=COUNT+asc""#,
            r#"href="/query?v=COUNT&amp;by=user.id&amp;order=P95%28duration_ms%29+desc""#,
            r#"href="/query?v=COUNT&amp;by=user.id&amp;order=user.id+asc""#,
            ">1,234,567<",
            ">12.5 ms<",
            "where=user.id+does-not-exist",
            "no value in this column",
            "there was no number to calculate it from",
            "(empty)",
            r#"<tr data-testid="group" data-line="3">"#,
        ],
    );
    assert!(drawn.0.len() < 60_000, "{}", drawn.0.len());
    let none = drawings(
        &view(),
        &self::answer(&["user.id", "COUNT"], Vec::new()),
        None,
    );
    check(&none, &["No group is left."]);
}

#[test]
fn examples_lead_to_their_spans() {
    let answer = Answer {
        examples: examples(),
        ..answer(&["COUNT"], vec![vec![2.into()]])
    };
    let trace = "07".repeat(16);
    let told = [
        &format!("href=\"/trace/{trace}?span=00000000000000ab\"")[..],
        "1.23 s",
        "user-3 · —",
        "no name",
        "no duration",
        "2023-11-14 22:13:20.000",
    ];
    check(&drawings(&view(), &answer, None), &told);
    let segments = drawings(&QueryView::of(Dataset::Segments), &answer, None);
    check(
        &segments,
        &["/xray/trace/1-07070707-070707070707070707070707?segment=00000000000000ab"],
    );
    assert_eq!(START % 1_000_000_000, 0);
}
