//! Who uses Cruddur: two thousand users, of whom few ask often and most seldom, and how long their home feeds are.

use std::sync::Arc;

use crate::random::Random;

/// How many there are: a handle for each pair of words below.
pub(crate) const USERS: usize = FIRST.len() * SECOND.len();

const FIRST: [&str; 50] = [
    "amber", "ancient", "autumn", "azure", "bold", "brass", "bright", "calm", "cedar", "clever",
    "copper", "coral", "crimson", "curious", "dapper", "dusty", "early", "ember", "fabled",
    "fleet", "frosty", "gentle", "golden", "hazel", "humble", "indigo", "ivory", "jade", "jolly",
    "keen", "lively", "lunar", "maple", "mellow", "misty", "noble", "olive", "pearl", "plucky",
    "quiet", "rapid", "russet", "silver", "solar", "stormy", "swift", "tidal", "velvet", "witty",
    "zesty",
];
const SECOND: [&str; 40] = [
    "badger", "beetle", "bison", "crane", "cricket", "dolphin", "eagle", "falcon", "ferret",
    "finch", "gecko", "heron", "ibis", "jackal", "kestrel", "koala", "lemur", "lynx", "magpie",
    "marmot", "narwhal", "newt", "ocelot", "osprey", "otter", "panda", "puffin", "quail", "raven",
    "robin", "salmon", "sparrow", "stoat", "tapir", "toucan", "turtle", "vole", "walrus", "wombat",
    "yak",
];

/// A user.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) handle: Arc<str>,
    /// `/api/activities/@handle`
    pub(crate) page: Arc<str>,
    /// Activities in the home feed, usually.
    pub(crate) feed: i64,
    /// A feature flag, which half of all users have.
    pub(crate) has_new_composer: bool,
}

/// All users, the most active first.
pub(crate) struct People {
    pub(crate) all: Vec<Person>,
    /// The share of requests that come from users up to this one.
    cumulative: Vec<f64>,
}

impl People {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut handles: Vec<String> = FIRST
            .iter()
            .flat_map(|first| SECOND.iter().map(move |second| format!("{first}_{second}")))
            .collect();
        for last in (1..handles.len()).rev() {
            handles.swap(last, random.between(0, last as u64 + 1) as usize);
        }
        let all = handles
            .into_iter()
            .enumerate()
            .map(|(rank, handle)| Person {
                page: format!("/api/activities/@{handle}").into(),
                handle: handle.into(),
                // One in thirty-three follows many; those who are most active do not.
                feed: if rank % 33 == 27 {
                    random.between(30, 49)
                } else {
                    random.between(2, 12)
                } as i64,
                has_new_composer: random.happens(0.5),
            });
        let all = all.collect();
        // Zipf's law, with its head flattened: nobody asks for all others.
        let mut sum = 0.0;
        let mut cumulative = Vec::with_capacity(USERS);
        for rank in 0..USERS {
            sum += 1.0 / (rank as f64 + 6.0);
            cumulative.push(sum);
        }
        cumulative.iter_mut().for_each(|share| *share /= sum);
        Self { all, cumulative }
    }

    /// Somebody, as often as they ask.
    pub(crate) fn anybody(&self, random: &mut Random) -> usize {
        let share = random.share();
        self.cumulative
            .partition_point(|upto| *upto <= share)
            .min(USERS - 1)
    }
}
