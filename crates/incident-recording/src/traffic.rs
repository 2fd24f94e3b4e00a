//! Who does what at which moment of the hour. What comes of it is for others.

use crate::START;
use crate::backend::Route;
use crate::people::People;
use crate::random::Random;
use crate::story::{MILLISECOND, MINUTE, SECOND, Story};
use crate::visit::{Visit, What};

/// What is done, and how often in a minute on average.
const PER_MINUTE: [(What, f64); 15] = [
    (What::Request(Route::Home), 124.0),
    (What::Request(Route::UserPage), 116.0),
    (What::Request(Route::MessageGroups), 54.0),
    (What::Request(Route::Show), 45.0),
    (What::Request(Route::Messages), 43.0),
    (What::Request(Route::Search), 30.0),
    (What::Request(Route::Notifications), 34.0),
    (What::Request(Route::Post), 30.0),
    (What::Request(Route::SendMessage), 16.0),
    (What::Request(Route::Reply), 11.0),
    (What::OpenPage { with_search: false }, 56.0),
    (What::OpenPage { with_search: true }, 7.0),
    (What::Click(Route::UserPage), 27.0),
    (What::Click(Route::Search), 16.0),
    (What::Click(Route::Post), 11.0),
];

/// Everything that is done in the hour but health checks, in the order of time.
pub(crate) fn visits(random: &mut Random, story: &Story, people: &People) -> Vec<Visit> {
    let mut visits = Vec::new();
    for minute in 0..60 {
        let busy = if minute == story.busy_minute {
            1.7
        } else {
            1.0
        };
        for (what, average) in PER_MINUTE {
            let expected = average * busy * (0.95 + 0.1 * random.share());
            // The share of one that is left over happens with that probability.
            let times = expected as u64 + u64::from(random.happens(expected % 1.0));
            for _ in 0..times {
                let at = START * SECOND + minute * MINUTE + random.between(0, MINUTE);
                let user = people.anybody(random);
                visits.push(Visit {
                    at,
                    what,
                    user,
                    instance: None,
                });
            }
        }
    }
    visits.extend(arranged(random, story, people));
    visits.sort_by_key(|visit| visit.at);
    visits
}

/// What must happen for the truth to be true: a slow home feed in the first and the last minute of the release,
/// one visit that meets everything that goes wrong, and two minutes before that one of somebody else, who meets two of it.
fn arranged(random: &mut Random, story: &Story, people: &People) -> [Visit; 4] {
    let slow_feed = |random: &mut Random, at: u64| Visit {
        at,
        what: What::Request(Route::Home),
        user: loop {
            let user = people.anybody(random);
            if people.all[user].feed > 20 && user != story.user {
                break user;
            }
        },
        instance: Some(story.instances[0]),
    };
    let early = story.release.start + random.between(4_000, 50_000) * MILLISECOND;
    let late = story.release.end - random.between(8_000, 50_000) * MILLISECOND;
    [
        slow_feed(random, early),
        slow_feed(random, late),
        Visit {
            at: story.meeting,
            what: What::OpenPage { with_search: true },
            user: story.user,
            instance: Some(story.instances[0]),
        },
        Visit {
            what: What::OpenPage { with_search: true },
            ..slow_feed(random, story.near_miss)
        },
    ]
}
