//! The different values of a column, each once, found by its code.

use crate::ValueRef;

/// The values in order of their type: false, true, integers, floats, texts. The code of the first is 1; 0 is no value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dictionary {
    pub(super) bools: Vec<bool>,
    pub(super) ints: Vec<i64>,
    /// Finite.
    pub(super) floats: Vec<f64>,
    /// Where each text ends in `text`; it begins where the one before ends.
    pub(super) ends: Vec<u32>,
    pub(super) text: String,
}

impl Dictionary {
    /// The dictionary of these values, and for each of them, a null in front, the code that it got.
    pub(crate) fn of(values: &[ValueRef<'_>]) -> (Dictionary, Vec<u32>) {
        let mut dictionary = Dictionary::default();
        let mut sorted: Vec<(u8, u32)> = (0..)
            .zip(values)
            .map(|(place, value)| (rank(value), place))
            .collect();
        sorted.sort_unstable();
        let mut codes = vec![0; values.len() + 1];
        for (_, place) in sorted {
            match values[place as usize] {
                ValueRef::Null => continue,
                ValueRef::Bool(value) => dictionary.bools.push(value),
                ValueRef::Int(value) => dictionary.ints.push(value),
                ValueRef::Float(value) => dictionary.floats.push(value),
                ValueRef::Text(text) => {
                    dictionary.text.push_str(text);
                    dictionary.ends.push(dictionary.text.len() as u32);
                }
            }
            codes[place as usize + 1] = dictionary.len() as u32;
        }
        (dictionary, codes)
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.bools.len() + self.ints.len() + self.floats.len() + self.ends.len()
    }

    /// The value of a code; null for 0 and for a code that there is not.
    pub(crate) fn get(&self, code: u32) -> ValueRef<'_> {
        let Some(place) = (code as usize).checked_sub(1) else {
            return ValueRef::Null;
        };
        if let Some(value) = self.bools.get(place) {
            return ValueRef::Bool(*value);
        }
        let place = place - self.bools.len();
        if let Some(value) = self.ints.get(place) {
            return ValueRef::Int(*value);
        }
        let place = place - self.ints.len();
        if let Some(value) = self.floats.get(place) {
            return ValueRef::Float(*value);
        }
        let place = place - self.floats.len();
        let Some(end) = self.ends.get(place) else {
            return ValueRef::Null;
        };
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        ValueRef::Text(&self.text[start as usize..*end as usize])
    }

    /// Every value from code 0 on, hence null first.
    pub(crate) fn values(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..=self.len() as u32).map(|code| self.get(code))
    }

    /// For each code the value as a float, NaN if it is no number.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        self.values()
            .map(|value| match value {
                ValueRef::Int(value) => value as f64,
                ValueRef::Float(value) => value,
                _ => f64::NAN,
            })
            .collect()
    }

    pub(super) fn has_numbers(&self) -> bool {
        !self.ints.is_empty() || !self.floats.is_empty()
    }

    pub(super) fn has_text(&self) -> bool {
        !self.ends.is_empty()
    }

    pub(super) fn memory(&self) -> usize {
        self.bools.len()
            + (self.ints.len() + self.floats.len()) * 8
            + self.ends.len() * 4
            + self.text.len()
    }
}

/// The dictionary's order.
fn rank(value: &ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Bool(value) => u8::from(*value),
        ValueRef::Int(_) => 2,
        ValueRef::Float(_) => 3,
        ValueRef::Text(_) => 4,
        ValueRef::Null => 5,
    }
}
