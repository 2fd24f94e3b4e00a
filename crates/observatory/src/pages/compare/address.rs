//! What the address of a comparison says: which pair is open, what is left out, how many rows.

use crate::{
    model::TraceId,
    pages::{
        address::Address,
        foreign_text,
        trace_address::{MOST_ROWS, ROWS, a_count, a_key, take_rows},
    },
};

/// Parameters that have one value.
pub(crate) const SINGLE: [&str; 5] = ["left", "right", "show", "skip", "rows"];

/// The page's state.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct CompareView {
    /// Key of the row of the left trace whose pair is open.
    pub(crate) left: Option<String>,
    /// Key of the row of the right trace whose pair is open, if the left one has none.
    pub(crate) right: Option<String>,
    /// Only pairs that differ, with what is above them.
    pub(crate) only_different: bool,
    /// Rows to pass over.
    pub(crate) skip: usize,
    /// Rows to show.
    pub(crate) rows: Option<usize>,
    /// What in the address could not be used, and why.
    pub(crate) wrong: Vec<String>,
}

impl CompareView {
    /// Reads an address; what makes no sense is left out and told.
    pub(crate) fn read(pairs: &[(String, String)]) -> Self {
        let mut view = Self::default();
        for (key, value) in pairs {
            if let Err(why) = view.take(key, value)
                && view.wrong.len() < 5
            {
                view.wrong.push(format!(
                    "{}={}: {why}",
                    foreign_text::on_one_line(key, 40),
                    foreign_text::on_one_line(value, 80)
                ));
            }
        }
        view
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "left" => self.left = Some(a_key(value)?),
            "right" => self.right = Some(a_key(value)?),
            "show" if value == "all" || value == "different" => {
                self.only_different = value == "different";
            }
            "show" => return Err("it is all or different"),
            "rows" => return take_rows(&mut self.rows, value),
            "skip" => self.skip = a_count(value)?,
            _ => return Err("this page has no such parameter"),
        }
        Ok(())
    }

    /// The address that shows this.
    pub(crate) fn href(&self, left: TraceId, right: TraceId) -> String {
        let number = |number: usize| number.to_string();
        Address::new(super::href(left, right))
            .with_some("left", self.left.as_deref())
            .with_some("right", self.right.as_deref())
            .with_some("show", self.only_different.then_some("different"))
            .with_some(
                "skip",
                (self.skip > 0).then(|| number(self.skip)).as_deref(),
            )
            .with_some("rows", self.rows.map(number).as_deref())
            .finish()
    }

    /// The state with this pair open, or none.
    pub(crate) fn opening(&self, left: Option<&str>, right: Option<&str>) -> Self {
        Self {
            left: left.map(str::to_owned),
            right: right.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The state with all rows, or with those that differ.
    pub(crate) fn showing(&self, only_different: bool) -> Self {
        Self {
            only_different,
            skip: 0,
            rows: None,
            ..self.clone()
        }
    }

    /// The state with so many rows after those that are passed over.
    pub(crate) fn with_rows(&self, skip: usize, rows: usize) -> Self {
        Self {
            skip,
            rows: (rows != ROWS).then_some(rows.min(MOST_ROWS)),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    #[test]
    fn an_address_survives_the_round_trip() {
        let query = "left=0a&right=0b&show=different&skip=5&rows=7";
        let split: Vec<_> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let view = CompareView::read(&pairs(&split));
        let (left, right) = (TraceId([7; 16]), TraceId([8; 16]));
        assert_eq!(
            view.href(left, right),
            format!("/trace/{left}/compare/{right}?{query}")
        );
        assert_eq!(view.wrong, [""; 0]);
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        for (key, value, told) in [
            ("left", "x", "a span ID"),
            ("right", "", "a span ID"),
            ("show", "some", "all or different"),
            ("rows", "-1", "a number"),
            ("skip", "x", "a number"),
            ("foo", "<b>", "no such parameter"),
        ] {
            let view = CompareView::read(&pairs(&[(key, value)]));
            assert!(
                view.wrong.len() == 1 && view.wrong[0].contains(told),
                "{key}"
            );
            assert_eq!(
                CompareView {
                    wrong: Vec::new(),
                    ..view
                },
                CompareView::default()
            );
        }
    }
}
