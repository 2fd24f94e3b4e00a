//! The order of siblings and traces: by start, then name, then content, and independent of IDs and of the order of arrival.

/// What ordering needs to know of the nodes, each by its index.
pub(crate) struct Relations<K> {
    /// What nodes are sorted by first: start, name, and content without IDs.
    pub(crate) keys: Vec<K>,
    /// Each node's parent.
    pub(crate) parents: Vec<Option<usize>>,
    /// For each node the nodes that its links lead to; `None` is a link out of the set.
    pub(crate) links: Vec<Vec<Option<usize>>>,
}

/// How often a tie between linked spans is broken by choice; beyond it, order among indistinguishable spans is as they came.
const CHOICES: usize = 256;
/// How far relations are followed to tell spans of a cycle apart.
const ROUNDS: usize = 64;

/// Gives each node a rank; siblings sorted by it are in canonical order. There must be no cycle of parents.
///
/// Spans that start together, with equal names and contents, are told apart by what is under them, then above them, then by links to and from them.
/// Where nothing tells two of them apart, either may come first without a visible difference; links are then followed consistently from that choice.
pub(crate) fn ranks<K: Ord>(relations: &Relations<K>) -> Vec<usize> {
    let mut own = dense(&relations.keys);
    let levels = Levels::new(&relations.parents);
    let mut rank = levels.refine(&own, &relations.parents);
    if relations.links.iter().flatten().all(Option::is_none) {
        return rank;
    }
    let incoming = incoming(&relations.links);
    for _ in 0..CHOICES {
        let mut classes = distinct(&rank);
        loop {
            own = dense_by(own.len(), |i| {
                (
                    own[i],
                    along(&relations.links[i], &rank),
                    back(&incoming[i], &rank),
                )
            });
            rank = levels.refine(&own, &relations.parents);
            let refined = distinct(&rank);
            if refined == classes {
                break;
            }
            classes = refined;
        }
        // Everything left in one class is alike: choose one of the first such class, and let the choice spread.
        let mut by_rank: Vec<usize> = (0..rank.len()).collect();
        by_rank.sort_by_key(|&i| (rank[i], i));
        let tie = by_rank
            .windows(2)
            .find(|pair| rank[pair[0]] == rank[pair[1]]);
        let Some(chosen) = tie.map(|pair| pair[0]) else {
            break;
        };
        own = dense_by(own.len(), |i| (own[i], i != chosen));
        rank = levels.refine(&own, &relations.parents);
    }
    rank
}

/// Gives each node a number that depends on its key and relations alone, nearest first. Parents may form cycles.
pub(crate) fn colours<K: Ord>(relations: &Relations<K>) -> Vec<usize> {
    let parents: Vec<Vec<Option<usize>>> = relations
        .parents
        .iter()
        .map(|&parent| vec![parent])
        .collect();
    let (children, incoming) = (incoming(&parents), incoming(&relations.links));
    let mut colours = dense(&relations.keys);
    for _ in 0..ROUNDS {
        let refined = dense_by(colours.len(), |i| {
            let above = along(&parents[i], &colours);
            let below = back(&children[i], &colours);
            (
                colours[i],
                above,
                below,
                along(&relations.links[i], &colours),
                back(&incoming[i], &colours),
            )
        });
        if distinct(&refined) == distinct(&colours) {
            break;
        }
        colours = refined;
    }
    colours
}

/// For each node those that point to it, and with which of their links.
fn incoming(links: &[Vec<Option<usize>>]) -> Vec<Vec<(usize, usize)>> {
    let mut incoming = vec![Vec::new(); links.len()];
    for (from, links) in links.iter().enumerate() {
        for (position, to) in links.iter().enumerate() {
            if let Some(to) = to {
                incoming[*to].push((from, position));
            }
        }
    }
    incoming
}

fn along(links: &[Option<usize>], ranks: &[usize]) -> Vec<Option<usize>> {
    links.iter().map(|to| to.map(|to| ranks[to])).collect()
}

fn back(incoming: &[(usize, usize)], ranks: &[usize]) -> Vec<(usize, usize)> {
    let mut from: Vec<_> = incoming
        .iter()
        .map(|&(from, position)| (ranks[from], position))
        .collect();
    from.sort_unstable();
    from
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
            for (&i, rank) in level.iter().zip(dense(&keys)) {
                below[i] = rank;
            }
        }
        let mut ranks = vec![0; own.len()];
        let mut first = 0;
        for level in &self.by_depth {
            let keys: Vec<_> = level
                .iter()
                .map(|&i| {
                    (
                        parents[i].map(|parent| ranks[parent]),
                        own[i],
                        self.height[i],
                        below[i],
                    )
                })
                .collect();
            for (&i, rank) in level.iter().zip(dense(&keys)) {
                ranks[i] = first + rank;
            }
            first += level.len();
        }
        ranks
    }
}

/// Numbers from 0 in the order of the keys; equal keys have equal numbers.
fn dense<K: Ord>(keys: &[K]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
    let mut ranks = vec![0; keys.len()];
    for pair in order.windows(2) {
        ranks[pair[1]] = ranks[pair[0]] + usize::from(keys[pair[0]] != keys[pair[1]]);
    }
    ranks
}

fn dense_by<K: Ord>(count: usize, key: impl Fn(usize) -> K) -> Vec<usize> {
    dense(&(0..count).map(key).collect::<Vec<_>>())
}

fn distinct(ranks: &[usize]) -> usize {
    let mut sorted = ranks.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}
