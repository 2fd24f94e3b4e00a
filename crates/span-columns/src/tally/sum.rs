//! Sums: integers exactly, floats with Neumaier's correction, so that a million small durations lose nothing.

use span_query::Value;

use crate::passed::Number;

/// The numbers of one slot, added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    ints: i128,
    /// `None` until there is a float.
    floats: Option<f64>,
    correction: f64,
    /// How many numbers, each as often as its weight says.
    count: u64,
}

impl Sum {
    pub(super) fn add(&mut self, number: Number, weight: u32) {
        self.count += u64::from(weight);
        match number {
            Number::Int(int) => self.ints += i128::from(int) * i128::from(weight),
            Number::Float(float) => {
                let term = float * f64::from(weight);
                let before = self.floats.unwrap_or(0.0);
                let after = before + term;
                self.correction += if before.abs() >= term.abs() {
                    (before - after) + term
                } else {
                    (term - after) + before
                };
                self.floats = Some(after);
            }
        }
    }

    fn as_float(&self) -> f64 {
        let floats = self.floats.unwrap_or(0.0);
        // Past the largest float the correction is not a number.
        let floats = if floats.is_finite() {
            floats + self.correction
        } else {
            floats
        };
        self.ints as f64 + floats
    }

    pub(super) fn total(&self) -> Value {
        match (i64::try_from(self.ints), self.floats) {
            _ if self.count == 0 => Value::Null,
            (Ok(int), None) => Value::Int(int),
            _ => Value::Float(self.as_float()),
        }
    }

    pub(super) fn mean(&self) -> Value {
        match self.count {
            0 => Value::Null,
            count => Value::Float(self.as_float() / count as f64),
        }
    }
}
