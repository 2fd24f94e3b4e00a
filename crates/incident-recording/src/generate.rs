//! The hour put together: every visit played, the traces in the order of time, and the truth collected on the way.

use std::collections::{BTreeMap, BTreeSet};

use crate::people::People;
use crate::random::Random;
use crate::scene::{Fate, Scene};
use crate::story::{MINUTE, SEARCH_HOST, SECOND, Story};
use crate::traffic;
use crate::truth::{AllThree, Dependency, Release, Truth, User, Window};
use crate::visit::{Visit, What};
use crate::{END, LogEvent, Recording, START, Span, SpanId, TraceId};

/// Everything is drawn from this; of the first ninety, one whose worst minute is hardly to be seen in an average.
const SEED: u64 = 59;

/// How many spans there are; health checks make up what is missing.
const SPANS: usize = 200_000;

impl Recording {
    /// Makes the recording, which is the same each time and on every machine.
    pub fn generate() -> Self {
        let mut random = Random::new(SEED);
        let people = People::new(&mut random);
        let story = Story::new(&mut random, &people);
        let visits = traffic::visits(&mut random, &story, &people);
        let mut made = Made::new();
        for visit in visits {
            let scene = Scene::new(&story, &people, random.fork(visit.at), visit.at);
            made.play(scene, visit);
        }
        made.fill(&story, &people, &random);
        made.recording(&story, &people)
    }
}

/// What has been made so far.
struct Made {
    /// Spans of a trace, each trace with its beginning.
    traces: Vec<(u64, Vec<Span>)>,
    spans: usize,
    logs: Vec<LogEvent>,
    slow_feeds: BTreeMap<TraceId, (u64, SpanId)>,
    gave_up: BTreeMap<TraceId, (u64, String)>,
    /// The calls that were throttled: when they began.
    throttled: BTreeMap<TraceId, u64>,
    fallbacks: BTreeMap<u64, u64>,
}

impl Made {
    fn new() -> Self {
        Self {
            traces: Vec::new(),
            spans: 0,
            logs: Vec::new(),
            slow_feeds: BTreeMap::new(),
            gave_up: BTreeMap::new(),
            throttled: BTreeMap::new(),
            fallbacks: BTreeMap::new(),
        }
    }

    /// Plays a visit, and keeps it if it was over when the hour was.
    fn play(&mut self, mut scene: Scene<'_>, visit: Visit) {
        scene.play(visit);
        let Some(root) = scene.spans.first() else {
            return;
        };
        if root.end >= END * SECOND {
            return;
        }
        let trace = root.trace_id;
        self.keep(trace, &scene.spans, scene.fate);
        self.logs.append(&mut scene.logs);
        self.spans += scene.spans.len();
        self.traces.push((visit.at, scene.spans));
    }

    fn keep(&mut self, trace: TraceId, spans: &[Span], fate: Fate) {
        if let Some(server) = fate.slow_feed {
            let start = spans
                .iter()
                .find(|span| span.span_id == server)
                .map_or(0, |span| span.start);
            self.slow_feeds.insert(trace, (start, server));
        }
        if let Some(gave_up) = fate.gave_up {
            self.gave_up.insert(trace, gave_up);
        }
        for at in fate.fell_back {
            self.throttled.insert(trace, at);
            *self.fallbacks.entry(minute(at)).or_default() += 1;
        }
    }

    /// Health checks, evenly over the hour, as many as are missing.
    fn fill(&mut self, story: &Story, people: &People, random: &Random) {
        let missing = SPANS.saturating_sub(self.spans) as u64;
        for index in 0..missing {
            let visit = Visit {
                at: START * SECOND + (2 * index + 1) * (60 * MINUTE) / (2 * missing),
                what: What::HealthCheck,
                user: 0,
                instance: Some(index as usize % crate::story::BACKENDS.len()),
            };
            self.play(
                Scene::new(story, people, random.fork(visit.at), visit.at),
                visit,
            );
        }
    }

    fn recording(mut self, story: &Story, people: &People) -> Recording {
        self.traces.sort_by_key(|(start, _)| *start);
        self.logs.sort_by_key(|event| event.timestamp);
        let truth = self.truth(story, people);
        Recording {
            spans: self
                .traces
                .into_iter()
                .flat_map(|(_, spans)| spans)
                .collect(),
            logs: self.logs,
            truth,
        }
    }

    fn truth(&self, story: &Story, people: &People) -> Truth {
        let all = |of: Vec<&TraceId>| of.into_iter().copied().collect::<BTreeSet<_>>();
        let mut meetings = self.slow_feeds.iter().filter_map(|(trace, (_, segment))| {
            let (_, request_id) = self.gave_up.get(trace)?;
            self.throttled.get(trace)?;
            Some(AllThree {
                trace: *trace,
                segment: *segment,
                request_id: request_id.clone(),
            })
        });
        Truth {
            all_three: meetings.next().expect("the arranged visit meets all three"),
            release: Release {
                version: story.bad_version(),
                instances: story
                    .instances
                    .map(|instance| crate::story::BACKENDS[instance]),
                window: window(self.slow_feeds.values().map(|(start, _)| *start)),
                second_instance: story.second / SECOND,
                slow_feeds: all(self.slow_feeds.keys().collect()),
            },
            user: User {
                id: people.all[story.user].handle.to_string(),
                window: window(self.gave_up.values().map(|(at, _)| *at)),
                gave_up: all(self.gave_up.keys().collect()),
            },
            dependency: Dependency {
                address: SEARCH_HOST,
                window: window(self.throttled.values().copied()),
                throttled: all(self.throttled.keys().collect()),
                fallbacks: self.fallbacks.clone(),
            },
        }
    }
}

/// The minute of a moment, in seconds since the Unix epoch.
fn minute(at: u64) -> u64 {
    at / MINUTE * 60
}

/// From the minute of the first of these moments to that of the last.
fn window(moments: impl Iterator<Item = u64> + Clone) -> Window {
    let start = moments.clone().min().map_or(START, minute);
    let end = moments.max().map_or(START, |last| minute(last) + 60);
    Window { start, end }
}
