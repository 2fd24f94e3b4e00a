//! Two texts beside each other with the differing lines marked; it knows lines, not trees.

/// How wide a terminal is taken to be: 80 columns, less the four by which `cargo lab` indents what a test says.
const WIDTH: usize = 76;

/// Says another width, in columns. It is no variable that shells set by themselves, so that a verdict is the same wherever it is made.
const VARIABLE: &str = "SPAN_SNAPSHOT_WIDTH";

/// What stands beside the two texts: a mark and a space before each, and the rule between them.
const FRAME: usize = 7;

/// How wide a column has to be for lines to be cut in it: in less, nothing of them can be read.
const NARROWEST: usize = 24;

/// Which texts a line is in.
#[derive(Clone, Copy)]
enum Line<'a> {
    Both(&'a str),
    Yours(&'a str),
    Wanted(&'a str),
}

/// Shows `yours` beside `wanted`, or one above the other where that is too wide. A line that only one of them has is marked: `+` yours, `-` wanted.
///
/// What differs is shown whole; a line that both have may be cut on one side.
/// All is as wide as the environment variable `SPAN_SNAPSHOT_WIDTH` says, or 76 columns.
pub fn side_by_side(yours: &str, wanted: &str) -> String {
    let width = std::env::var(VARIABLE).ok();
    let width = width.and_then(|width| width.parse().ok());
    within(width.unwrap_or(WIDTH), yours, wanted)
}

fn within(width: usize, yours: &str, wanted: &str) -> String {
    let yours: Vec<&str> = yours.trim_end().lines().collect();
    let wanted: Vec<&str> = wanted.trim_end().lines().collect();
    let lines = diff(&yours, &wanted);
    let widest = |of: fn(&Line<'_>) -> Option<usize>| lines.iter().filter_map(of).max();
    let left = widest(|line| match line {
        Line::Yours(text) => Some(columns_of(text)),
        _ => None,
    });
    let right = widest(|line| match line {
        Line::Wanted(text) => Some(columns_of(text)),
        _ => None,
    });
    let both = widest(|line| match line {
        Line::Both(text) => Some(columns_of(text)),
        _ => None,
    });
    let left = left.unwrap_or(0).max("yours".len());
    let right = right.unwrap_or(0).max("wanted".len());
    if left + right + FRAME > width {
        return stacked(&lines, width);
    }
    // What both have gets the room that is left.
    let both = both.unwrap_or(0);
    let left = left.max(both.min(width - FRAME - right));
    let right = width - FRAME - left;
    // Each line is to be read whole somewhere, and still to be known where it is cut.
    let narrower = left.min(right);
    if both > left.max(right) || (narrower < NARROWEST && both > narrower) {
        return stacked(&lines, width);
    }
    columns(&lines, left, right)
}

fn columns_of(text: &str) -> usize {
    text.chars().count()
}

/// The text, with `…` in place of what is more than `width`.
fn cut(text: &str, width: usize) -> String {
    if columns_of(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

fn columns(lines: &[Line<'_>], width: usize, right_width: usize) -> String {
    let mut out = String::new();
    let mut row = |mark: char, left: &str, right_mark: char, right: &str| {
        let pad = " ".repeat(width.saturating_sub(left.chars().count()));
        out.push_str(format!("{mark} {left}{pad} │ {right_mark} {right}").trim_end());
        out.push('\n');
    };
    row(' ', "yours", ' ', "wanted");
    row(' ', &"─".repeat(width), ' ', "──────");
    let mut i = 0;
    while i < lines.len() {
        if let Line::Both(line) = lines[i] {
            row(' ', &cut(line, width), ' ', &cut(line, right_width));
            i += 1;
            continue;
        }
        // A stretch of differences: what is only left beside what is only right.
        let end = lines[i..]
            .iter()
            .position(|line| matches!(line, Line::Both(_)))
            .map_or(lines.len(), |n| i + n);
        let only =
            |side: fn(&Line<'_>) -> bool| lines[i..end].iter().filter(move |line| side(line));
        let mut left = only(|line| matches!(line, Line::Yours(_)));
        let mut right = only(|line| matches!(line, Line::Wanted(_)));
        loop {
            match (left.next(), right.next()) {
                (None, None) => break,
                (left, right) => {
                    let text = |line: Option<&Line<'_>>, mark| match line {
                        Some(Line::Both(text) | Line::Yours(text) | Line::Wanted(text)) => {
                            (mark, text.to_string())
                        }
                        None => (' ', String::new()),
                    };
                    let ((left_mark, left), (right_mark, right)) =
                        (text(left, '+'), text(right, '-'));
                    row(left_mark, &left, right_mark, &right);
                }
            }
        }
        i = end;
    }
    out
}

fn stacked(lines: &[Line<'_>], width: usize) -> String {
    let mut out = String::from("(+ only yours, - only wanted)\n");
    for line in lines {
        let (mark, text) = match line {
            Line::Both(text) => (' ', cut(text, width.saturating_sub(2))),
            Line::Yours(text) => ('+', (*text).to_owned()),
            Line::Wanted(text) => ('-', (*text).to_owned()),
        };
        out.push_str(format!("{mark} {text}").trim_end());
        out.push('\n');
    }
    out
}

/// The longest common subsequence, or, for texts too large for its table, equal ends with a changed middle.
fn diff<'a>(yours: &[&'a str], wanted: &[&'a str]) -> Vec<Line<'a>> {
    let start = yours.iter().zip(wanted).take_while(|(a, b)| a == b).count();
    let (left, right) = (&yours[start..], &wanted[start..]);
    let end = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (left, tail) = left.split_at(left.len() - end);
    let right = &right[..right.len() - end];
    let mut lines: Vec<Line<'a>> = yours[..start].iter().map(|line| Line::Both(line)).collect();

    if left.len().saturating_mul(right.len()) > 4_000_000 {
        lines.extend(left.iter().map(|line| Line::Yours(line)));
        lines.extend(right.iter().map(|line| Line::Wanted(line)));
    } else {
        let width = right.len() + 1;
        let mut common = vec![0u32; (left.len() + 1) * width];
        for i in (0..left.len()).rev() {
            for j in (0..right.len()).rev() {
                common[i * width + j] = if left[i] == right[j] {
                    common[(i + 1) * width + j + 1] + 1
                } else {
                    common[(i + 1) * width + j].max(common[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < left.len() || j < right.len() {
            if i < left.len() && j < right.len() && left[i] == right[j] {
                lines.push(Line::Both(left[i]));
                (i, j) = (i + 1, j + 1);
            } else if j == right.len()
                || (i < left.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
            {
                lines.push(Line::Yours(left[i]));
                i += 1;
            } else {
                lines.push(Line::Wanted(right[j]));
                j += 1;
            }
        }
    }
    lines.extend(tail.iter().map(|line| Line::Both(line)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const YOURS: &str =
        "trace 1\n└─ CLIENT query\n   system = \"sqlite\"\n   text = \"SELECT a, b, c FROM d\"";
    const WANTED: &str =
        "trace 1\n└─ CLIENT query\n   system = \"mysql\"\n   text = \"SELECT a, b, c FROM d\"";

    #[test]
    fn beside_each_other() {
        insta::assert_snapshot!(within(76, YOURS, WANTED), @r#"
          yours                             │   wanted
          ───────────────────────────────── │   ──────
          trace 1                           │   trace 1
          └─ CLIENT query                   │   └─ CLIENT query
        +    system = "sqlite"              │ -    system = "mysql"
             text = "SELECT a, b, c FROM d" │      text = "SELECT a, b, c FROM d"
        "#);
    }

    #[test]
    fn what_both_have_is_cut_on_one_side() {
        insta::assert_snapshot!(within(64, YOURS, WANTED), @r#"
          yours                             │   wanted
          ───────────────────────────────── │   ──────
          trace 1                           │   trace 1
          └─ CLIENT query                   │   └─ CLIENT query
        +    system = "sqlite"              │ -    system = "mysql"
             text = "SELECT a, b, c FROM d" │      text = "SELECT a, b,…
        "#);
    }

    #[test]
    fn a_column_in_which_nothing_can_be_read_is_not_made() {
        let wanted = format!("{WANTED}\n   another = \"{}\"", "x".repeat(46));
        let shown = within(76, "trace 1\n└─ CLIENT query", &wanted);
        assert!(shown.starts_with("(+ only yours"), "{shown}");
    }

    #[test]
    fn a_narrow_column_in_which_nothing_is_cut_is_made() {
        let wanted = format!("└─ CLIENT query\n   another = \"{}\"", "x".repeat(37));
        let shown = within(76, "└─ CLIENT query", &wanted);
        assert!(shown.contains(" yours           │   wanted"), "{shown}");
    }

    #[test]
    fn no_line_is_cut_on_both_sides() {
        let shown = within(54, YOURS, WANTED);
        assert!(shown.starts_with("(+ only yours"), "{shown}");
        assert!(!shown.contains('…'), "{shown}");
    }

    #[test]
    fn one_above_the_other() {
        insta::assert_snapshot!(within(30, YOURS, WANTED), @r#"
        (+ only yours, - only wanted)
          trace 1
          └─ CLIENT query
        +    system = "sqlite"
        -    system = "mysql"
             text = "SELECT a, b, c F…
        "#);
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        for width in 20..120 {
            let shown = within(width, YOURS, WANTED);
            let widest = shown.lines().map(columns_of).max();
            assert!(
                widest <= Some(width.max("(+ only yours, - only wanted)".len())),
                "{width}\n{shown}"
            );
        }
    }
}
