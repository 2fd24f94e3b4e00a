//! Random rows as the tests of this folder need them: mixed types, absent values, weights, times missing, several blocks.

use std::{cell::Cell, collections::BTreeSet, convert::Infallible};

use proptest::prelude::*;
use span_columns::{Block, BlockBuilder, Source, Wanted};
use span_query::{Row, Value, field};

/// Any value, small ones more often, so that groups and equals come about.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        3 => (-3_i64..3).prop_map(Value::Int),
        1 => any::<i64>().prop_map(Value::Int),
        1 => any::<f64>().prop_map(Value::Float),
        3 => (-4_i32..4).prop_map(|number| Value::Float(f64::from(number) / 2.0)),
        3 => "[ab1.-]{0,3}".prop_map(Value::String),
        1 => "\\PC{0,12}".prop_map(Value::String),
    ]
}

/// A number with few digits, so that sums are exact in whatever order.
pub(crate) fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        6 => (0_u32..4000).prop_map(|number| Value::Float(f64::from(number) / 8.0)),
        1 => (0_i64..9).prop_map(Value::Int),
    ]
}

/// An integer, or none.
fn integer() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        1 => Just(None),
        3 => (-60_i64..60).prop_map(Some),
        1 => any::<i64>().prop_map(Some),
    ]
}

/// A float, or none.
fn float() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        1 => Just(None),
        4 => (-60_i32..60).prop_map(|number| Some(f64::from(number) / 4.0)),
    ]
}

/// Rows of few traces; `trace.parent_id` often names another row's span.
pub(crate) fn row() -> impl Strategy<Value = Row> {
    let ids = (0_u8..5, 0_u8..12, 0_u8..12, 0_u8..8);
    let head = (prop::option::of(0_u64..5_000_000_000), 1_u32..4, ids);
    let values = (value(), value(), number(), integer(), float());
    (head, values).prop_map(|(head, (x, y, duration, integer, float))| {
        let (time, rate, (trace, span, parent, annotation)) = head;
        let id = |byte: u8, digits: usize| {
            (byte > 0).then(|| format!("{:0digits$x}", u64::from(byte) * 0x11))
        };
        let mut row = Row::new()
            .with("x", x)
            .with("y", y)
            .with("integer", integer)
            .with("float", float)
            .with(field::DURATION_MS, duration)
            .with(field::TRACE_ID, id(trace, 32))
            .with(field::SPAN_ID, id(span, 16))
            .with(field::PARENT_ID, id(parent.saturating_sub(3), 16))
            .with(
                field::ANNOTATION_TYPE,
                (annotation == 0).then_some("span_event"),
            )
            .with_sample_rate(rate);
        if let Some(time) = time {
            row = row.at_unix_nano(time);
        }
        row
    })
}

/// The rows in blocks of so many.
pub(crate) fn blocks(rows: &[Row], size: usize) -> Vec<Block> {
    rows.chunks(size.max(1))
        .map(|rows| {
            let mut builder = BlockBuilder::new();
            for row in rows {
                builder.push_row(row).expect("room");
            }
            builder.block()
        })
        .collect()
}

/// A source that gives what is wanted and no more, and counts what it gives.
pub(crate) struct Sparing {
    blocks: Vec<Block>,
    /// Rows shown.
    pub(crate) shown: Cell<usize>,
    /// Rows shown with their trace IDs.
    pub(crate) identified: Cell<usize>,
}

impl Sparing {
    pub(crate) fn new(blocks: Vec<Block>) -> Self {
        Self {
            blocks,
            shown: Cell::new(0),
            identified: Cell::new(0),
        }
    }
}

impl Source for Sparing {
    type Error = Infallible;

    fn blocks(&self, wanted: &Wanted, visit: &mut dyn FnMut(&Block)) -> Result<(), Infallible> {
        for block in &self.blocks {
            if wanted.wants_extent(block.extent()) {
                let given = block.with_parts(|part| wanted.wants(part));
                let identified = given.trace_ids().map_or(0, <[_]>::len);
                self.shown.set(self.shown.get() + given.rows());
                self.identified.set(self.identified.get() + identified);
                visit(&given);
            }
        }
        Ok(())
    }

    fn names(&self) -> Result<BTreeSet<String>, Infallible> {
        self.blocks[..].names()
    }
}
