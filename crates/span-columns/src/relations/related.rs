//! Columns of one span for each place, a place being a trace, for its root, or a span.

use std::sync::Arc;

use span_query::Relation;

use crate::Block;
use crate::values::{NULL, Values};

/// The columns that a query reads of related spans.
#[derive(Debug, Default)]
pub(super) struct Related {
    pub(super) columns: Vec<RelatedColumn>,
}

#[derive(Debug)]
pub(super) struct RelatedColumn {
    pub(super) name: String,
    pub(super) values: Arc<Values>,
    /// The number of the value at each place.
    pub(super) numbers: Vec<u32>,
}

impl Related {
    /// Those of this relation.
    pub(super) fn new<'a>(
        columns: impl Iterator<Item = &'a span_query::Column>,
        relation: Relation,
    ) -> Related {
        let mut related = Related::default();
        for column in columns.filter(|column| column.relation == relation) {
            if related
                .columns
                .iter()
                .all(|known| known.name != column.name)
            {
                related.columns.push(RelatedColumn {
                    name: column.name.clone(),
                    values: Arc::default(),
                    numbers: Vec::new(),
                });
            }
        }
        related
    }

    /// Puts the values of a block's rows at their places, of which there are `count` so far.
    pub(super) fn put(&mut self, block: &Block, rows: &[u32], places: &[u32], count: usize) {
        let mut numbers = Vec::new();
        for column in &mut self.columns {
            column.numbers.resize(count, NULL);
            // Nobody else has the values before all rows have been taken in.
            if let Some(values) = Arc::get_mut(&mut column.values) {
                values.read(block.column(&column.name), rows, &mut numbers);
                for (place, number) in places.iter().zip(&numbers) {
                    column.numbers[*place as usize] = *number;
                }
            }
        }
    }
}
