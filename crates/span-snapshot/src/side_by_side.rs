//! Two texts beside each other with the differing lines marked; it knows lines, not trees.

/// The widest that both columns together may be; wider texts are shown one above the other.
const WIDTH: usize = 150;

/// Which texts a line is in.
#[derive(Clone, Copy)]
enum Line<'a> {
    Both(&'a str),
    Yours(&'a str),
    Wanted(&'a str),
}

/// Shows `yours` beside `wanted`. A line that only one of them has is marked: `+` on the left, `-` on the right.
pub(crate) fn side_by_side(yours: &str, wanted: &str) -> String {
    let yours: Vec<&str> = yours.trim_end().lines().collect();
    let wanted: Vec<&str> = wanted.trim_end().lines().collect();
    let lines = diff(&yours, &wanted);
    let widest = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(0)
    };
    let left = widest(&yours).max("yours".len());
    if left + widest(&wanted) + 7 > WIDTH {
        stacked(&lines)
    } else {
        columns(&lines, left)
    }
}

fn columns(lines: &[Line<'_>], width: usize) -> String {
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
            row(' ', line, ' ', line);
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

fn stacked(lines: &[Line<'_>]) -> String {
    let mut out = String::from("(+ only yours, - only wanted)\n");
    for line in lines {
        let (mark, text) = match line {
            Line::Both(text) => (' ', text),
            Line::Yours(text) => ('+', text),
            Line::Wanted(text) => ('-', text),
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
