//! A column as a query names it: the row's own, or that of a related span of the same trace.

use std::fmt;

/// Whose column is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The row's own.
    Own,
    /// The root span's of the row's trace: `root.`.
    Root,
    /// The direct parent span's: `parent.`.
    Parent,
    /// Any one span's of the row's trace: `any.`; in filters only.
    Any,
}

impl Relation {
    /// The relations that are written as a prefix, each with it.
    pub const PREFIXES: [(&str, Relation); 3] = [
        ("root.", Relation::Root),
        ("parent.", Relation::Parent),
        ("any.", Relation::Any),
    ];
}

/// A column that a query names.
///
/// Written with [`Display`](fmt::Display) as the query writes it: `root.http.route` is `http.route` of the root.
/// A backslash before the prefix makes it part of the name, for the attribute that really is called so:
/// `\root.http.route` is the row's own `root.http.route`, and `\\root.http.route` its own `\root.http.route`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column {
    /// Whose column.
    pub relation: Relation,
    /// Its name in the data.
    pub name: String,
}

impl Column {
    /// Reads a column as a query writes it.
    pub fn read(text: &str) -> Column {
        let (relation, name) = match (prefixed(text), text.strip_prefix('\\')) {
            (None, _) => (Relation::Own, text),
            (Some(_), Some(escaped)) => (Relation::Own, escaped),
            (Some((relation, name)), None) => (relation, name),
        };
        Column {
            relation,
            name: name.to_owned(),
        }
    }

    /// The row's own column of that name.
    pub fn own(name: impl Into<String>) -> Column {
        Column {
            relation: Relation::Own,
            name: name.into(),
        }
    }
}

/// The relation and the name after its prefix, with or without backslashes before it.
fn prefixed(text: &str) -> Option<(Relation, &str)> {
    let bare = text.trim_start_matches('\\');
    Relation::PREFIXES.iter().find_map(|(prefix, relation)| {
        let name = bare.strip_prefix(prefix)?;
        (!name.is_empty()).then_some((*relation, name))
    })
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = Relation::PREFIXES
            .iter()
            .find(|(_, relation)| *relation == self.relation);
        match prefix {
            Some((prefix, _)) => f.write_str(prefix)?,
            None if prefixed(&self.name).is_some() => f.write_str("\\")?,
            None => {}
        }
        f.write_str(&self.name)
    }
}
