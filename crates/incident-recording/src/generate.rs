//! The hour put together: every visit played, the traces in the order of time, and the truth collected on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

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
        let play = |visit: &Visit| {
            let mut scene = Scene::new(&story, &people, random.fork(visit.at), visit.at);
            scene.play(*visit);
            Played::of(visit.at, scene)
        };
        let mut made = Made::default();
        made.add(played(&visits, &play));
        let checks = health_checks(SPANS.saturating_sub(made.spans));
        made.add(played(&checks, &play));
        made.recording(&story, &people)
    }
}

/// What came of a visit.
struct Played {
    /// Its beginning.
    at: u64,
    spans: Vec<Span>,
    logs: Vec<LogEvent>,
    fate: Fate,
}

impl Played {
    /// Nothing unless it was over when the hour was.
    fn of(at: u64, scene: Scene<'_>) -> Option<Self> {
        let is_over = scene.spans.first()?.end < END * SECOND;
        is_over.then_some(Self {
            at,
            spans: scene.spans,
            logs: scene.logs,
            fate: scene.fate,
        })
    }
}

/// What came of these visits, in their order. Each is drawn from its own moment, so that they can be played side by side.
fn played(visits: &[Visit], play: &(impl Fn(&Visit) -> Option<Played> + Sync)) -> Vec<Played> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = visits.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let threads: Vec<_> = visits
            .chunks(share)
            .map(|visits| scope.spawn(|| visits.iter().filter_map(play).collect::<Vec<_>>()))
            .collect();
        let played = threads.into_iter().map(ScopedJoinHandle::join);
        played
            .flat_map(|played| played.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// So many health checks, evenly over the hour.
fn health_checks(count: usize) -> Vec<Visit> {
    let all = count as u64;
    let visit = |index: u64| Visit {
        at: START * SECOND + (2 * index + 1) * (60 * MINUTE) / (2 * all),
        what: What::HealthCheck,
        user: 0,
        instance: Some(index as usize % crate::story::BACKENDS.len()),
    };
    (0..all).map(visit).collect()
}

/// What has been made so far.
#[derive(Default)]
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
    fn add(&mut self, played: Vec<Played>) {
        for mut played in played {
            let trace = played.spans[0].trace_id;
            self.keep(trace, &played.spans, played.fate);
            self.logs.append(&mut played.logs);
            self.spans += played.spans.len();
            self.traces.push((played.at, played.spans));
        }
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

    fn recording(mut self, story: &Story, people: &People) -> Recording {
        self.traces.sort_by_key(|(start, _)| *start);
        self.logs.sort_by_key(|event| event.timestamp);
        let truth = self.truth(story, people);
        let mut all = Vec::with_capacity(self.spans);
        for (_, spans) in &mut self.traces {
            all.append(spans);
        }
        Recording {
            spans: all,
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
