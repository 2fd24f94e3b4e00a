//! The table of an answer: groups that pass the havings, in the query's order, as many as its limit allows.

use std::cmp::Ordering;

use span_query::{Op, Query, Table, Term, Value};

use crate::groups::{Groups, Keys};

/// The table, and the numbers of the groups that are in it, in its order.
///
/// `results` holds for each calculation one value for each group.
pub(crate) fn table(query: &Query, groups: &Groups, results: &[Vec<Value>]) -> (Table, Vec<u32>) {
    let keys = groups.keys();
    let mut order: Vec<u32> = (0..groups.len() as u32)
        .filter(|group| {
            query.havings.iter().all(|having| {
                let result = &results[having.calculation][*group as usize];
                having.compare.holds(result, &having.value) != having.negated
            })
        })
        .collect();
    let found = order.len();
    let compare = |a: &u32, b: &u32| compared(query, &keys, results, *a, *b);
    if query.limit < order.len() {
        if query.limit > 0 {
            order.select_nth_unstable_by(query.limit - 1, compare);
        }
        order.truncate(query.limit);
    }
    order.sort_unstable_by(compare);

    let shown: Vec<usize> = (0..query.calculations.len())
        .filter(|index| query.calculations[*index].op != Op::Heatmap)
        .collect();
    let titles = shown
        .iter()
        .map(|index| query.calculations[*index].title.clone());
    let breakdowns = query.breakdowns.iter().map(ToString::to_string);
    let row = |group: &u32| {
        let results = shown
            .iter()
            .map(|index| results[*index][*group as usize].clone());
        groups.key(*group).into_iter().chain(results).collect()
    };
    let table = Table {
        columns: breakdowns.chain(titles).collect(),
        rows: order.iter().map(row).collect(),
        groups: found,
    };
    (table, order)
}

/// By the query's orders, and what is equal so far by the keys, which are never equal.
fn compared(query: &Query, keys: &Keys<'_>, results: &[Vec<Value>], a: u32, b: u32) -> Ordering {
    let by_orders = query.orders.iter().map(|order| match order.by {
        Term::Breakdown(level) => keys.compare_by(a, b, level, order.descending),
        Term::Calculation(index) => {
            let (a, b) = (&results[index][a as usize], &results[index][b as usize]);
            if order.descending && *a != Value::Null && *b != Value::Null {
                b.cmp(a)
            } else {
                a.cmp(b)
            }
        }
    });
    by_orders
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or_else(|| keys.compare(a, b))
}
