//! Which nodes of a service graph belong together, and which column each stands in: callers before the called.
//! Loops are opened first, so that whatever was sent has columns. Heights within a column are `columns`'.

use std::collections::BTreeMap;

use super::layout::Call;

/// Nodes that calls connect, part by part, and those that have none.
pub(super) fn parts(nodes: usize, calls: &[Call]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut part: Vec<usize> = (0..nodes).collect();
    fn top(part: &mut [usize], mut node: usize) -> usize {
        while part[node] != node {
            part[node] = part[part[node]];
            node = part[node];
        }
        node
    }
    for call in calls {
        let (a, b) = (top(&mut part, call.from), top(&mut part, call.to));
        // The earlier one leads, so that parts keep their order.
        part[a.max(b)] = a.min(b);
    }
    let mut grouped: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..nodes {
        grouped.entry(top(&mut part, node)).or_default().push(node);
    }
    let (loners, parts): (Vec<_>, Vec<_>) = grouped.into_values().partition(|part| part.len() == 1);
    (parts, loners.concat())
}

/// The pairs of nodes that calls connect, each once and in a direction such that none leads back.
pub(super) fn steps(part: &[usize], calls: &[Call]) -> Vec<(usize, usize)> {
    let mut out: BTreeMap<usize, Vec<usize>> = part.iter().map(|&n| (n, Vec::new())).collect();
    let mut called: BTreeMap<usize, bool> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.from != call.to) {
        if let Some(out) = out.get_mut(&call.from) {
            out.push(call.to);
            called.insert(call.to, true);
        }
    }
    for out in out.values_mut() {
        out.sort_unstable();
        out.dedup();
    }
    // Depth first, from those that nobody calls; what leads back to a node that is still open is turned around.
    let mut order: Vec<usize> = part.to_vec();
    order.sort_by_key(|node| called.contains_key(node));
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Open,
        Done,
    }
    let mut states: BTreeMap<usize, State> = BTreeMap::new();
    let mut steps = Vec::new();
    for start in order {
        if states.contains_key(&start) {
            continue;
        }
        states.insert(start, State::Open);
        let mut stack = vec![(start, 0)];
        while let Some((node, at)) = stack.last_mut() {
            let (node, next) = (*node, out[node].get(*at).copied());
            *at += 1;
            match next {
                None => {
                    states.insert(node, State::Done);
                    stack.pop();
                }
                Some(next) => match states.get(&next) {
                    None => {
                        steps.push((node, next));
                        states.insert(next, State::Open);
                        stack.push((next, 0));
                    }
                    Some(State::Done) => steps.push((node, next)),
                    Some(State::Open) => steps.push((next, node)),
                },
            }
        }
    }
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Each node's column: one after the last of its callers; who nobody calls stands just before the first it calls.
pub(super) fn columns(part: &[usize], steps: &[(usize, usize)]) -> BTreeMap<usize, usize> {
    let mut columns: BTreeMap<usize, usize> = part.iter().map(|&node| (node, 0)).collect();
    let mut waits: BTreeMap<usize, usize> = BTreeMap::new();
    let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(from, to) in steps {
        *waits.entry(to).or_default() += 1;
        out.entry(from).or_default().push(to);
    }
    let mut ready: Vec<usize> = part
        .iter()
        .copied()
        .filter(|node| !waits.contains_key(node))
        .collect();
    let first = ready.clone();
    while let Some(node) = ready.pop() {
        let next_column = columns[&node] + 1;
        for &next in out.get(&node).into_iter().flatten() {
            if let Some(column) = columns.get_mut(&next) {
                *column = (*column).max(next_column);
            }
            if let Some(count) = waits.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
    }
    for node in first {
        let nearest = out
            .get(&node)
            .into_iter()
            .flatten()
            .map(|n| columns[n])
            .min();
        if let Some(nearest) = nearest {
            columns.insert(node, nearest.saturating_sub(1));
        }
    }
    columns
}
