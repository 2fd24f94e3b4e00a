//! What the charts of several pages share: the axis of time, the axis of values, units. Lines, bars and cells are their pages'.

mod time_axis;
mod unit;
mod value_axis;

pub(crate) use time_axis::{labels, percent, rules, ticks};
pub(crate) use unit::{Unit, as_number};
pub(crate) use value_axis::{ValueAxis, round_values};
