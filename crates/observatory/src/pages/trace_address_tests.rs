//! What is read from a trace's address, and written to it.

use super::*;
use crate::pages::sample::pairs;
use crate::pages::{sample::span, waterfall::Waterfall};

fn read(query: &[(&str, &str)]) -> TraceView {
    TraceView::read(&pairs(query))
}

#[test]
fn an_address_survives_the_round_trip() {
    let view = read(&[
        ("span", "00000000000000AA"),
        ("collapsed", "0b,m0c"),
        ("expanded", "0d"),
        ("levels", "2"),
        ("zoom", "5-900"),
        ("rows", "1000"),
        ("skip", "40"),
        ("find", " a&b "),
        ("from", "0E"),
        ("fold", "a,b"),
        ("fold", "c"),
        ("fold", "c"),
        ("critical", "off"),
    ]);
    assert_eq!(
        view.href(TraceId([7; 16])),
        "/trace/07070707070707070707070707070707?span=00000000000000aa&collapsed=0b,m0c&expanded=0d\
         &levels=2&zoom=5-900&rows=1000&skip=40&find=a%26b&from=0e&critical=off&fold=a,b&fold=c"
    );
    assert_eq!(view.wrong, [""; 0]);
}

#[test]
fn what_cannot_be_used_is_left_out_and_told() {
    for (key, value, told) in [
        ("span", "\"><script>", "a span ID has 16"),
        ("span", "", "a span ID has 16"),
        ("from", "x", "a span ID has 16"),
        ("collapsed", "x,<,,", "span IDs are needed"),
        ("levels", "-1", "a number is needed"),
        ("zoom", "9-5", "the first before the second"),
        ("zoom", "1-", "the first before the second"),
        ("rows", "many", "a number is needed"),
        ("skip", "99999999999999999999999", "a number is needed"),
        ("fold", "", "the name of a service"),
        ("critical", "maybe", "it is on or off"),
        ("other", "a\0b", "no such parameter"),
    ] {
        let view = read(&[(key, value)]);
        let [wrong] = &view.wrong[..] else {
            panic!("{key}={value}: {:?}", view.wrong)
        };
        assert!(wrong.contains(told) && !wrong.contains('\0'), "{wrong}");
        let without = TraceView {
            wrong: Vec::new(),
            ..view
        };
        assert_eq!(without, TraceView::default(), "{key}={value}");
    }
    for (key, value) in [
        ("find", "  "),
        ("skip", "0"),
        ("critical", "on"),
        ("have", "7"),
    ] {
        assert_eq!(read(&[(key, value)]), TraceView::default(), "{key}={value}");
    }
    let many: Vec<String> = (0..1_000).map(|n| format!("{n:x}")).collect();
    assert_eq!(
        read(&[("collapsed", &many.join(","))]).collapsed.len(),
        MOST_IDS
    );
    assert_eq!(read(&[("rows", "99999999")]).rows, Some(MOST_ROWS));
    let many: Vec<_> = (0..100).map(|_| ("x", "y")).collect();
    let wrong = read(&many).wrong;
    assert_eq!(
        (wrong.len(), &wrong[MOST_WRONG][..]),
        (MOST_WRONG + 1, "and 95 more")
    );
}

#[test]
fn folding_twice_changes_nothing() {
    let start = read(&[("fold", "a")]);
    for service in ["a", "b"] {
        let once = start.folding(service);
        assert_ne!(once.folds(service), start.folds(service));
        assert_eq!(once.folding(service), start);
    }
}

#[test]
fn toggling_twice_changes_nothing() {
    let spans = [
        span(1, 0, "a", 0, 9),
        span(2, 1, "b", 1, 8),
        span(3, 2, "c", 1, 8),
    ];
    let waterfall = Waterfall::new(&spans);
    for start in [
        read(&[]),
        read(&[("levels", "1")]),
        read(&[("levels", "2")]),
    ] {
        for row in &waterfall.rows[..2] {
            let key = key(row, &spans);
            let once = start.toggled(row.depth, &key);
            assert_ne!(
                start.is_closed(row.depth, &key),
                once.is_closed(row.depth, &key)
            );
            assert_eq!(once.toggled(row.depth, &key), start);
        }
    }
}
