//! How much a calculation's result changes from one step to the next: Honeycomb's `RATE_AVG`, `RATE_SUM`, `RATE_MAX`.

use span_query::{Calculation, Op, Value};

/// The calculation whose results are compared; every other one is itself.
pub(super) fn differing(calculation: &Calculation) -> Calculation {
    let op = match calculation.op {
        Op::RateAvg => Op::Avg,
        Op::RateSum => Op::Sum,
        Op::RateMax => Op::Max,
        op => op,
    };
    Calculation {
        op,
        ..calculation.clone()
    }
}

/// For each step how much more its value is than that of the step before it that has one; null for the first that has.
pub(super) fn differences(values: &[Value]) -> Vec<Value> {
    let mut before = &Value::Null;
    let difference = |value| match value {
        &Value::Null => Value::Null,
        value => difference(value, std::mem::replace(&mut before, value)),
    };
    values.iter().map(difference).collect()
}

/// The mean of those differences; null without any.
pub(super) fn mean_difference<'a>(values: impl Iterator<Item = &'a Value>) -> Value {
    let values: Vec<&Value> = values.filter(|value| **value != Value::Null).collect();
    match values[..] {
        [first, .., last] => {
            let steps = (values.len() - 1) as f64;
            match as_float(&difference(last, first)) {
                Some(all) => Value::Float(all / steps).finite().in_one_form(),
                None => Value::Null,
            }
        }
        _ => Value::Null,
    }
}

fn difference(value: &Value, before: &Value) -> Value {
    if let (Value::Int(value), Value::Int(before)) = (value, before)
        && let Some(difference) = value.checked_sub(*before)
    {
        return Value::Int(difference);
    }
    match (as_float(value), as_float(before)) {
        (Some(value), Some(before)) => Value::Float(value - before).finite().in_one_form(),
        _ => Value::Null,
    }
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}
