//! A box on a heatmap as the address has it: `column,from_ms,to_ms,min,max`.

use span_columns::Selection;

use super::faults::Fault;

/// Nanoseconds of a millisecond.
const MS: i64 = 1_000_000;

/// Writes it.
pub(super) fn text(selection: &Selection) -> String {
    let Selection {
        column,
        from_unix_nano,
        to_unix_nano,
        min,
        max,
    } = selection;
    // To whole milliseconds, so that nothing at the edges is lost.
    let from = from_unix_nano.div_euclid(MS);
    let to = to_unix_nano.div_euclid(MS) + i64::from(to_unix_nano.rem_euclid(MS) > 0);
    format!("{column},{from},{to},{min},{max}")
}

/// Reads it; `None` if there is none.
pub(super) fn read(text: &str) -> Result<Option<Selection>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        let message = "This is no box on a heatmap: column,from,to,least,greatest, with times in milliseconds since 1970.";
        Fault::new("box", 0, message)
    };
    // A column may have commas, so that it is read from the end.
    let mut parts = text.rsplitn(5, ',').map(str::trim);
    let mut next = || {
        parts
            .next()
            .filter(|part| !part.is_empty())
            .ok_or_else(wrong)
    };
    let (max, min, to, from, column) = (next()?, next()?, next()?, next()?, next()?);
    let time = |text: &str| {
        let ms: i64 = text.parse().map_err(|_| wrong())?;
        ms.checked_mul(MS).ok_or_else(wrong)
    };
    let number = |text: &str| {
        text.parse()
            .ok()
            .filter(|n: &f64| n.is_finite())
            .ok_or_else(wrong)
    };
    let selection = Selection {
        column: column.to_owned(),
        from_unix_nano: time(from)?,
        to_unix_nano: time(to)?,
        min: number(min)?,
        max: number(max)?,
    };
    if selection.from_unix_nano >= selection.to_unix_nano || selection.min > selection.max {
        let message = "This box on the heatmap ends before it begins.";
        return Err(Fault::new("box", 0, message));
    }
    Ok(Some(selection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_survives_the_round_trip() {
        let selection = Selection {
            column: "a, b".to_owned(),
            from_unix_nano: 1_999_999,
            to_unix_nano: 5_000_001,
            min: -0.5,
            max: 1e9,
        };
        let written = text(&selection);
        assert_eq!(written, "a, b,1,6,-0.5,1000000000");
        let back = read(&written).expect("a box").expect("one");
        assert_eq!(
            (back.from_unix_nano, back.to_unix_nano),
            (MS, 6 * MS),
            "no row at the edges is lost"
        );
        assert_eq!(text(&back), written);
        assert_eq!(read(""), Ok(None));
    }

    #[test]
    fn what_is_no_box_is_told() {
        for (text, part) in [
            ("x", "no box"),
            ("a,1,2,3", "no box"),
            (",1,2,3,4", "no box"),
            ("a,1,2,3,NaN", "no box"),
            ("a,1,2,inf,4", "no box"),
            ("a,99999999999999999,2,3,4", "no box"),
            ("a,2,1,3,4", "ends before"),
            ("a,1,2,4,3", "ends before"),
        ] {
            let fault = read(text).expect_err(text);
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
        }
    }
}
