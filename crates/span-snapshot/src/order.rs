//! The order of siblings and traces: by start, then name, then content, and independent of IDs and of the order of arrival.

/// What ordering needs to know of the spans, each by its index.
pub(crate) struct Forest<'a> {
    /// Nodes' own sort keys: start, name, and content without IDs. Traces follow the spans as nodes of their own.
    pub(crate) keys: Vec<(u64, &'a str, String)>,
    /// Each node's parent; `None` for traces.
    pub(crate) parents: Vec<Option<usize>>,
    /// For each node the nodes that its links lead to; `None` is a link out of the set.
    pub(crate) links: Vec<Vec<Option<usize>>>,
}

/// How often a tie between linked spans is broken by choice; beyond it, order among indistinguishable spans is as they came.
const CHOICES: usize = 256;

/// Gives each node a rank; siblings sorted by it are in canonical order.
///
/// Spans that start together, with equal names and contents, are told apart by what is under them, then above them, then by links to and from them.
/// Where nothing tells two of them apart, either may come first without a visible difference; links are then followed consistently from that choice.
pub(crate) fn ranks(forest: &Forest<'_>) -> Vec<usize> {
    let count = forest.keys.len();
    let all: Vec<usize> = (0..count).collect();
    let mut own = vec![0; count];
    rank_by(&all, &mut own, |i| &forest.keys[i]);
    let levels = Levels::new(&forest.parents);
    let linked = forest
        .links
        .iter()
        .any(|links| links.iter().any(Option::is_some));
    let mut incoming = vec![Vec::new(); count];
    for (from, links) in forest.links.iter().enumerate() {
        for (position, to) in links.iter().enumerate() {
            if let Some(to) = to {
                incoming[*to].push((from, position));
            }
        }
    }

    let mut rank = levels.refine(&own, &forest.parents);
    if !linked {
        return rank;
    }
    for _ in 0..CHOICES {
        let mut classes = distinct(&rank);
        loop {
            let previous = own.clone();
            rank_by(&all, &mut own, |i| {
                let out: Vec<Option<usize>> = forest.links[i]
                    .iter()
                    .map(|to| to.map(|to| rank[to]))
                    .collect();
                let mut from: Vec<(usize, usize)> = incoming[i]
                    .iter()
                    .map(|&(from, at)| (rank[from], at))
                    .collect();
                from.sort_unstable();
                (previous[i], out, from)
            });
            rank = levels.refine(&own, &forest.parents);
            let refined = distinct(&rank);
            if refined == classes {
                break;
            }
            classes = refined;
        }
        if classes == count {
            break;
        }
        // Everything left in one class is alike: choose one of the first such class, and let the choice spread.
        let mut by_rank = all.clone();
        by_rank.sort_by_key(|&i| (rank[i], i));
        let Some(chosen) = by_rank
            .windows(2)
            .find(|pair| rank[pair[0]] == rank[pair[1]])
            .map(|pair| pair[0])
        else {
            break;
        };
        let previous = own.clone();
        rank_by(&all, &mut own, |i| (previous[i], i != chosen));
        rank = levels.refine(&own, &forest.parents);
    }
    rank
}

/// Nodes by depth and by height, so that passes up and down need no recursion.
struct Levels {
    by_depth: Vec<Vec<usize>>,
    by_height: Vec<Vec<usize>>,
    height: Vec<usize>,
    children: Vec<Vec<usize>>,
}

impl Levels {
    fn new(parents: &[Option<usize>]) -> Self {
        let mut children = vec![Vec::new(); parents.len()];
        let mut level = Vec::new();
        for (i, parent) in parents.iter().enumerate() {
            match parent {
                Some(parent) => children[*parent].push(i),
                None => level.push(i),
            }
        }
        let mut by_depth = Vec::new();
        while !level.is_empty() {
            let next = level
                .iter()
                .flat_map(|&i| children[i].iter().copied())
                .collect();
            by_depth.push(std::mem::replace(&mut level, next));
        }
        let mut height = vec![0; parents.len()];
        for &i in by_depth.iter().rev().flatten() {
            height[i] = children[i]
                .iter()
                .map(|&child| height[child] + 1)
                .max()
                .unwrap_or(0);
        }
        let mut by_height = vec![Vec::new(); by_depth.len()];
        for (i, &height) in height.iter().enumerate() {
            by_height[height].push(i);
        }
        Self {
            by_depth,
            by_height,
            height,
            children,
        }
    }

    /// Ranks by place: own rank first among siblings, then what is below; nodes of one rank have equal subtrees in equal places.
    fn refine(&self, own: &[usize], parents: &[Option<usize>]) -> Vec<usize> {
        let mut below = vec![0; own.len()];
        for level in &self.by_height {
            let keys: Vec<_> = level
                .iter()
                .map(|&i| {
                    let mut children: Vec<_> = self.children[i]
                        .iter()
                        .map(|&c| (own[c], self.height[c], below[c]))
                        .collect();
                    children.sort_unstable();
                    (own[i], children)
                })
                .collect();
            rank_level(level, &keys, 0, &mut below);
        }
        let mut rank = vec![0; own.len()];
        let mut first = 0;
        for level in &self.by_depth {
            let keys: Vec<_> = level
                .iter()
                .map(|&i| {
                    (
                        parents[i].map(|parent| rank[parent]),
                        own[i],
                        self.height[i],
                        below[i],
                    )
                })
                .collect();
            first = rank_level(level, &keys, first, &mut rank);
        }
        rank
    }
}

/// Gives dense ranks from `first` on to the nodes of a level by their keys; gives the next free rank.
fn rank_level<K: Ord>(level: &[usize], keys: &[K], first: usize, ranks: &mut [usize]) -> usize {
    let mut order: Vec<usize> = (0..level.len()).collect();
    order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
    let mut next = first;
    for (position, &at) in order.iter().enumerate() {
        if position > 0 && keys[order[position - 1]] != keys[at] {
            next += 1;
        }
        ranks[level[at]] = next;
    }
    next + 1
}

fn rank_by<'k, K: Ord + 'k>(nodes: &[usize], ranks: &mut [usize], key: impl Fn(usize) -> K) {
    let keys: Vec<K> = nodes.iter().map(|&i| key(i)).collect();
    rank_level(nodes, &keys, 0, ranks);
}

fn distinct(ranks: &[usize]) -> usize {
    let mut sorted = ranks.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}
