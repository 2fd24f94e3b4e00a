//! How captured spans become a tree: who is whose parent, in what order, and what to do with spans that contradict themselves.

use std::collections::HashMap;

use crate::order::{self, Relations};
use crate::record::Record;
use crate::render;
use crate::tree::{Node, NodeLink, Parent, SpanTree};
use crate::value::{Attributes, Value};

impl SpanTree {
    pub(crate) fn build(records: Vec<Record>) -> Self {
        let (records, copies) = merge_copies(records);
        let contents: Vec<String> = records.iter().map(render::content).collect();
        let key = |i: usize| {
            (
                records[i].start,
                records[i].name.as_str(),
                contents[i].as_str(),
            )
        };
        let ids = index_by_id(&records, key);
        let span_of = |trace_id: &[u8], span_id: &[u8]| ids.get(&(trace_id, span_id)).copied();
        let links: Vec<Vec<Option<usize>>> = records
            .iter()
            .map(|record| {
                record
                    .links
                    .iter()
                    .map(|l| span_of(&l.trace_id, &l.span_id))
                    .collect()
            })
            .collect();
        let mut parents: Vec<Parent> = records
            .iter()
            .map(
                |record| match span_of(&record.trace_id, &record.parent_id) {
                    _ if record.parent_id.is_empty() => Parent::Root,
                    Some(parent) => Parent::Child(parent),
                    None => Parent::Orphan(record.parent_id.clone()),
                },
            )
            .collect();
        break_cycles(&mut parents, key, &links);
        let (trace_starts, trace_of) = traces_of(&records);
        let sequence = sequence(&parents, &trace_starts, &trace_of, key, links.clone());

        let mut position = vec![0; records.len()];
        for (at, &i) in sequence.iter().enumerate() {
            position[i] = at;
        }
        let mut tree = Self::default();
        let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
        let mut trace_numbers = HashMap::new();
        for &i in &sequence {
            let Some(record) = records[i].take() else {
                continue;
            };
            let next_trace = trace_numbers.len();
            let parent = match &parents[i] {
                Parent::Child(parent) => Parent::Child(position[*parent]),
                other => other.clone(),
            };
            let depth = match parent {
                Parent::Child(parent) => tree.nodes[parent].depth + 1,
                _ => 0,
            };
            let resource = record
                .resource
                .map(|resource| intern(&mut tree.resources, without_hash(resource)));
            let scope = record.scope.map(|scope| intern(&mut tree.scopes, scope));
            tree.nodes.push(Node {
                name: record.name,
                kind: record.kind,
                status: record.status,
                attributes: record.attributes,
                hidden: Attributes::new(),
                events: record.events,
                links: (record.links.into_iter().zip(&links[i]))
                    .map(|(link, to)| NodeLink {
                        target: to.map(|to| position[to]),
                        attributes: link.attributes,
                    })
                    .collect(),
                parent,
                depth,
                trace: *trace_numbers.entry(trace_of[i]).or_insert(next_trace),
                resource,
                scope,
                finish: record.finish,
                copies: copies[i],
            });
        }
        tree
    }
}

/// The index of `item` among the distinct `items`, which it joins if it is new.
pub(crate) fn intern<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items
        .iter()
        .position(|known| *known == item)
        .unwrap_or_else(|| {
            items.push(item);
            items.len() - 1
        })
}

/// Makes one of records that are equal in everything, and says how many there were of each.
fn merge_copies(records: Vec<Record>) -> (Vec<Record>, Vec<usize>) {
    let mut kept: Vec<Record> = Vec::with_capacity(records.len());
    let mut copies: Vec<usize> = Vec::with_capacity(records.len());
    let mut seen: HashMap<(Vec<u8>, Vec<u8>), Vec<usize>> = HashMap::new();
    for record in records {
        let same_id = seen
            .entry((record.trace_id.clone(), record.span_id.clone()))
            .or_default();
        match same_id.iter().find(|&&i| kept[i] == record) {
            Some(&i) => copies[i] += 1,
            None => {
                same_id.push(kept.len());
                kept.push(record);
                copies.push(1);
            }
        }
    }
    (kept, copies)
}

/// Trace ID and span ID.
type Id<'r> = (&'r [u8], &'r [u8]);

/// Which span an ID means. Should two different spans share one, it is the first by key.
fn index_by_id<K: Ord>(records: &[Record], key: impl Fn(usize) -> K) -> HashMap<Id<'_>, usize> {
    let mut ids = HashMap::with_capacity(records.len());
    for (i, record) in records.iter().enumerate() {
        ids.entry((&record.trace_id[..], &record.span_id[..]))
            .and_modify(|first| {
                if key(i) < key(*first) {
                    *first = i;
                }
            })
            .or_insert(i);
    }
    ids
}

/// Lets each cycle of parents begin at its first span by key; where the key does not tell, at the first by its relations.
fn break_cycles<K: Ord>(
    parents: &mut [Parent],
    key: impl Fn(usize) -> K,
    links: &[Vec<Option<usize>>],
) {
    let mut unclear = Vec::new();
    for cycle in cycles(parents) {
        let first = cycle
            .iter()
            .copied()
            .min_by_key(|&i| key(i))
            .unwrap_or(cycle[0]);
        if cycle.iter().filter(|&&i| key(i) == key(first)).count() == 1 {
            parents[first] = Parent::Cycle;
        } else {
            unclear.extend(cycle);
        }
    }
    // One at a time, because each choice tells more of the others apart.
    while !unclear.is_empty() {
        let marked = |i: usize| {
            (
                key(i),
                parents[i] == Parent::Cycle,
                matches!(parents[i], Parent::Orphan(_)),
            )
        };
        let relations = Relations {
            keys: (0..parents.len()).map(marked).collect(),
            parents: parents.iter().map(Parent::index).collect(),
            links: links.to_vec(),
        };
        let colours = order::colours(&relations);
        let Some(&first) = unclear.iter().min_by_key(|&&i| colours[i]) else {
            break;
        };
        let mut at = first;
        while let Some(next) = parents[at].index() {
            unclear.retain(|&i| i != at);
            parents[at] = if at == first {
                Parent::Cycle
            } else {
                parents[at].clone()
            };
            at = next;
            if at == first {
                break;
            }
        }
    }
}

/// The spans of each cycle of parents.
fn cycles(parents: &[Parent]) -> Vec<Vec<usize>> {
    let mut cycles = Vec::new();
    // 0: not seen; otherwise the walk that saw it.
    let mut seen_in = vec![0; parents.len()];
    for walk in 1..=parents.len() {
        let mut at = walk - 1;
        let met = loop {
            if seen_in[at] != 0 {
                break (seen_in[at] == walk).then_some(at);
            }
            seen_in[at] = walk;
            match parents[at].index() {
                Some(parent) => at = parent,
                None => break None,
            }
        };
        if let Some(met) = met {
            let following = std::iter::successors(Some(met), |&i| {
                parents[i].index().filter(|&next| next != met)
            });
            cycles.push(following.collect());
        }
    }
    cycles
}

/// Each trace's earliest start, and each record's trace.
fn traces_of(records: &[Record]) -> (Vec<u64>, Vec<usize>) {
    let mut starts: Vec<u64> = Vec::new();
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let trace_of = records
        .iter()
        .map(|record| {
            let trace = *numbers.entry(&record.trace_id).or_insert_with(|| {
                starts.push(record.start);
                starts.len() - 1
            });
            starts[trace] = starts[trace].min(record.start);
            trace
        })
        .collect();
    (starts, trace_of)
}

/// The records' indices, trace by trace, parents first, siblings in canonical order.
fn sequence<'k>(
    parents: &[Parent],
    trace_starts: &[u64],
    trace_of: &[usize],
    key: impl Fn(usize) -> (u64, &'k str, &'k str),
    mut links: Vec<Vec<Option<usize>>>,
) -> Vec<usize> {
    let count = parents.len();
    // Traces take part as nodes of their own, above their roots.
    let place = |i: usize| match parents[i] {
        Parent::Orphan(_) => 1,
        Parent::Cycle => 2,
        _ => 0,
    };
    links.resize(count + trace_starts.len(), Vec::new());
    let rank = order::ranks(&Relations {
        keys: (0..count)
            .map(|i| (key(i), place(i)))
            .chain(trace_starts.iter().map(|&start| ((start, "", ""), 0)))
            .collect(),
        parents: (0..count)
            .map(|i| Some(parents[i].index().unwrap_or(count + trace_of[i])))
            .chain(trace_starts.iter().map(|_| None))
            .collect(),
        links,
    });

    let mut children = vec![Vec::new(); count];
    let mut stack = Vec::new();
    for (i, parent) in parents.iter().enumerate() {
        match parent.index() {
            Some(parent) => children[parent].push(i),
            None => stack.push(i),
        }
    }
    // A stack gives back what was put in last, hence the reversed order.
    // The trace itself comes before the span's rank, lest alike traces be mixed.
    stack.sort_by_key(|&i| std::cmp::Reverse((rank[count + trace_of[i]], trace_of[i], rank[i])));
    for children in &mut children {
        children.sort_by_key(|&i| std::cmp::Reverse(rank[i]));
    }
    let mut sequence = Vec::with_capacity(count);
    while let Some(i) = stack.pop() {
        sequence.push(i);
        stack.append(&mut children[i]);
    }
    sequence
}

/// The resource, without the hash that cargo gives the file of a test program: the SDK names a service after that file when nobody else does.
fn without_hash(mut resource: Attributes) -> Attributes {
    if let Some(Value::String(name)) = resource.get_mut("service.name")
        && name.starts_with("unknown_service:")
        && let Some((program, hash)) = name.rsplit_once('-')
        && hash.len() == 16
        && hash.chars().all(|c| c.is_ascii_hexdigit())
    {
        *name = program.to_owned();
    }
    resource
}
