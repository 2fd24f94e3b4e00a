//! How the two spans of a pair differ: their attributes, side by side. Pure.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::KeyValue;

use crate::pages::attribute_table;

/// An attribute that is not the same on both sides; as text, `None` where a side has none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Difference {
    pub(crate) key: String,
    pub(crate) left: Option<String>,
    pub(crate) right: Option<String>,
}

/// The attributes that differ, by key, and how many are the same.
pub(crate) fn differences(left: &[KeyValue], right: &[KeyValue]) -> (Vec<Difference>, usize) {
    let text = |attribute: &KeyValue| {
        let value = attribute.value.as_ref().and_then(|any| any.value.as_ref());
        attribute_table::text(value)
    };
    let mut sides: BTreeMap<&str, [Option<String>; 2]> = BTreeMap::new();
    for (side, attributes) in [left, right].into_iter().enumerate() {
        for attribute in attributes {
            sides.entry(&attribute.key).or_default()[side].get_or_insert_with(|| text(attribute));
        }
    }
    let all = sides.len();
    let different: Vec<Difference> = sides
        .into_iter()
        .filter(|(_, [left, right])| left != right)
        .map(|(key, [left, right])| Difference {
            key: key.to_owned(),
            left,
            right,
        })
        .collect();
    let same = all - different.len();
    (different, same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::string;

    #[test]
    fn attributes_differ_by_value_or_by_being_there() {
        let left = [
            string("same", "1"),
            string("changed", "a"),
            string("gone", "x"),
        ];
        let right = [
            string("changed", "b"),
            string("same", "1"),
            string("new", ""),
        ];
        let told = |key: &str, left: Option<&str>, right: Option<&str>| Difference {
            key: key.into(),
            left: left.map(Into::into),
            right: right.map(Into::into),
        };
        assert_eq!(
            differences(&left, &right),
            (
                vec![
                    told("changed", Some("a"), Some("b")),
                    told("gone", Some("x"), None),
                    told("new", None, Some("")),
                ],
                1
            )
        );
        assert_eq!(differences(&[], &[]), (vec![], 0));
    }
}
