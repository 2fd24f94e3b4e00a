//! What stands under VISUALIZE, HAVING and ORDER as text: `P95(duration_ms)`, `COUNT > 5`, `COUNT desc`.
//! Which operators there are, and what fits together, is `span-query`'s.

use std::fmt;

use serde_json::{Value as Json, json};

use super::where_text::{TextFault, scalar};

/// `P95(duration_ms)`: an operator, and a column for most.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Calculation {
    /// In capitals.
    pub(crate) op: String,
    pub(crate) column: Option<String>,
}

impl Calculation {
    /// Reads it; whether there is such an operator is not looked at.
    pub(crate) fn parse(text: &str) -> Result<Self, TextFault> {
        let length = text.chars().count();
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let trimmed = text.trim();
        let Some((op, rest)) = trimmed.split_once('(') else {
            if is_word(trimmed) {
                return Ok(Self {
                    op: trimmed.to_ascii_uppercase(),
                    column: None,
                });
            }
            let message = match trimmed.split_once(char::is_whitespace) {
                Some((op, column)) if is_word(op) => format!(
                    "A column is put in parentheses: {}({}).",
                    op.to_ascii_uppercase(),
                    column.trim()
                ),
                _ => "This is nothing to calculate. Write COUNT or P95(duration_ms), for example."
                    .to_owned(),
            };
            return Err(TextFault::at(0, length, message));
        };
        let op = op.trim_end();
        if !is_word(op) {
            let end = op.chars().count();
            let message =
                "The operator before the parenthesis is missing: P95(duration_ms), for example.";
            return Err(TextFault::at(0, end.max(1), message));
        }
        let Some(column) = rest.strip_suffix(')') else {
            let message = "The closing parenthesis is missing.";
            return Err(TextFault::at(length, length, message));
        };
        let column = column.trim();
        Ok(Self {
            op: op.to_ascii_uppercase(),
            column: (!column.is_empty()).then(|| column.to_owned()),
        })
    }

    /// As Honeycomb's query specification has it.
    pub(crate) fn json(&self) -> Json {
        match &self.column {
            Some(column) => json!({"op": self.op, "column": column}),
            None => json!({"op": self.op}),
        }
    }
}

impl fmt::Display for Calculation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{}({column})", self.op),
            None => f.write_str(&self.op),
        }
    }
}

/// `COUNT > 5`: which groups stay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Having {
    pub(crate) calculation: Calculation,
    pub(crate) op: &'static str,
    /// A number, unless it was typed wrong: then it is told so later, with its place in the query.
    pub(crate) value: span_query::Value,
}

const COMPARISONS: [&str; 6] = [">=", "<=", "!=", "=", ">", "<"];

impl Having {
    /// Reads it. A column may have such signs, so that the last one is the comparison.
    pub(crate) fn parse(text: &str) -> Result<Self, TextFault> {
        let length = text.chars().count();
        let symbols = ['=', '!', '<', '>'];
        let Some(last) = text.rfind(symbols) else {
            let message = "A comparison is missing: write COUNT > 10, for example.";
            return Err(TextFault::at(0, length, message));
        };
        let start = text[..=last].trim_end_matches(symbols).len();
        let (left, right) = (&text[..start], &text[last + 1..]);
        let (from, to) = (left.chars().count(), text[..=last].chars().count());
        let found = &text[start..=last];
        let meant = if found == "==" { "=" } else { found };
        let Some(op) = COMPARISONS.into_iter().find(|op| *op == meant) else {
            let message = format!("{found} is no comparison. There are = != > >= < <=.");
            return Err(TextFault::at(from, to, message));
        };
        if right.trim().is_empty() {
            let message = format!("A number is missing after {op}.");
            return Err(TextFault::at(length, length, message));
        }
        Ok(Self {
            calculation: Calculation::parse(left)?,
            op,
            value: scalar(right.trim()),
        })
    }

    /// As Honeycomb's query specification has it.
    pub(crate) fn json(&self) -> Json {
        let mut json =
            json!({"calculate_op": self.calculation.op, "op": self.op, "value": self.value});
        if let Some(column) = &self.calculation.column {
            json["column"] = json!(column);
        }
        json
    }
}

impl fmt::Display for Having {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.calculation, self.op, self.value)
    }
}

/// `COUNT desc`, `service.name asc`: what groups are sorted by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Order {
    /// A calculation or a column of the groups, as it is called there.
    pub(crate) by: String,
    pub(crate) is_descending: bool,
}

impl Order {
    /// Reads it. Without a direction, what is calculated begins with the largest, a column with the least.
    pub(crate) fn parse(text: &str, by: &[String]) -> Self {
        let text = text.trim();
        let (rest, direction) = match text.rsplit_once(char::is_whitespace) {
            Some((rest, "asc" | "ascending" | "ASC")) => (rest, Some(false)),
            Some((rest, "desc" | "descending" | "DESC")) => (rest, Some(true)),
            _ => (text, None),
        };
        let rest = rest.trim();
        let is_column = by.iter().any(|column| column == rest);
        let calculated = Calculation::parse(rest).ok().filter(|_| !is_column);
        let is_calculated = calculated.as_ref().is_some_and(|one| {
            one.column.is_some() || one.op == "COUNT" || one.op == "CONCURRENCY"
        });
        Self {
            is_descending: direction.unwrap_or(is_calculated),
            by: match calculated {
                Some(calculation) if is_calculated => calculation.to_string(),
                _ => rest.to_owned(),
            },
        }
    }

    /// As Honeycomb's query specification has it.
    pub(crate) fn json(&self, by: &[String]) -> Json {
        let order = if self.is_descending {
            "descending"
        } else {
            "ascending"
        };
        if by.contains(&self.by) {
            return json!({"column": self.by, "order": order});
        }
        match Calculation::parse(&self.by) {
            Ok(Calculation {
                op,
                column: Some(column),
            }) => json!({"op": op, "column": column, "order": order}),
            Ok(Calculation { op, column: None }) if op == self.by => {
                json!({"op": op, "order": order})
            }
            _ => json!({"column": self.by, "order": order}),
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.is_descending { "desc" } else { "asc" };
        write!(f, "{} {direction}", self.by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calculations_are_read_however_they_are_typed() {
        for (text, written, json) in [
            ("COUNT", "COUNT", json!({"op": "COUNT"})),
            (" count() ", "COUNT", json!({"op": "COUNT"})),
            (
                "p95 ( duration_ms )",
                "P95(duration_ms)",
                json!({"op": "P95", "column": "duration_ms"}),
            ),
            (
                "COUNT_DISTINCT(a (b) c)",
                "COUNT_DISTINCT(a (b) c)",
                json!({"op": "COUNT_DISTINCT", "column": "a (b) c"}),
            ),
        ] {
            let read = Calculation::parse(text).expect(text);
            assert_eq!(
                (&read.to_string()[..], read.json()),
                (written, json),
                "{text}"
            );
        }
        for (text, start, end, part) in [
            ("P95 duration_ms", 0, 15, "P95(duration_ms)"),
            ("P95(duration_ms", 15, 15, "closing parenthesis"),
            ("(x)", 0, 1, "operator before"),
            ("é", 0, 1, "nothing to calculate"),
            ("P95(a) b", 8, 8, "closing parenthesis"),
        ] {
            let fault = Calculation::parse(text).expect_err(text);
            assert_eq!(fault.place, (start, end), "{text}");
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
        }
    }

    #[test]
    fn havings_compare_a_calculation_with_a_number() {
        for (text, written, json) in [
            (
                "count>5",
                "COUNT > 5",
                json!({"calculate_op": "COUNT", "op": ">", "value": 5}),
            ),
            (
                "AVG(a=b) >= 1.5",
                "AVG(a=b) >= 1.5",
                json!({"calculate_op": "AVG", "column": "a=b", "op": ">=", "value": 1.5}),
            ),
        ] {
            let read = Having::parse(text).expect(text);
            assert_eq!(
                (&read.to_string()[..], read.json()),
                (written, json),
                "{text}"
            );
        }
        for (text, start, end, part) in [
            ("COUNT 5", 0, 7, "comparison is missing"),
            ("COUNT => 5", 6, 8, "no comparison"),
            ("COUNT >", 7, 7, "number is missing"),
            ("é > 5", 0, 2, "nothing to calculate"),
        ] {
            let fault = Having::parse(text).expect_err(text);
            assert_eq!(fault.place, (start, end), "{text}");
            assert!(fault.message.contains(part), "{text}: {}", fault.message);
        }
    }

    #[test]
    fn orders_have_a_direction() {
        let by = ["name".to_owned(), "a desc".to_owned()];
        for (text, written, json) in [
            (
                "COUNT",
                "COUNT desc",
                json!({"op": "COUNT", "order": "descending"}),
            ),
            (
                "p95(x) asc",
                "P95(x) asc",
                json!({"op": "P95", "column": "x", "order": "ascending"}),
            ),
            (
                "name",
                "name asc",
                json!({"column": "name", "order": "ascending"}),
            ),
            (
                "name  descending",
                "name desc",
                json!({"column": "name", "order": "descending"}),
            ),
            (
                "a desc desc",
                "a desc desc",
                json!({"column": "a desc", "order": "descending"}),
            ),
            (
                "other",
                "other asc",
                json!({"column": "other", "order": "ascending"}),
            ),
        ] {
            let read = Order::parse(text, &by);
            assert_eq!(
                (&read.to_string()[..], read.json(&by)),
                (written, json),
                "{text}"
            );
            assert_eq!(Order::parse(written, &by), read);
        }
    }
}
