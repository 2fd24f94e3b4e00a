//! The recorded hour as the three stores hold it: asked by Honeycomb queries, X-Ray filter expressions and Logs Insights.
//! What is here answers as the observatory does once it has taken the recording in, without a service, a port or a file;
//! what was recorded is `incident-recording`'s, and what a right answer is, lab 4's graders'.

mod events;
mod excerpt;
mod rows;
mod segments;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use incident_recording::{LogEvent, Recording, Span, TraceId};
use log_query::insights;
use span_columns::{Answer, Plan};
use span_query::Query;
use xray_query::Filter;

/// The recording, ready to be asked.
#[derive(Debug)]
pub struct Stores {
    recording: Recording,
    /// Where each trace's spans are.
    traces: HashMap<TraceId, Range<usize>>,
    /// The traces that are asked, in the order of the recording.
    asked: Vec<Range<usize>>,
    /// The log events that are asked, in the order of time, those of one millisecond by stream: in which they are loaded.
    events: Vec<usize>,
}

impl Stores {
    /// All that was recorded.
    pub fn whole() -> Self {
        Self::some(|_, _| true)
    }

    /// The traces in which anything was unusual and one in a hundred of the others, with their log events.
    ///
    /// A grader asks at each save, in a debug build, and has half a second: the whole hour takes many.
    /// What an answer finds wrongly among many ordinary traces, it finds among these; only counts are smaller.
    pub fn excerpt() -> Self {
        Self::some(excerpt::keeps)
    }

    /// The traces that `keeps` wants, told their place among all and their spans, with their log events.
    pub fn some(keeps: impl Fn(usize, &[Span]) -> bool) -> Self {
        let recording = Recording::generate();
        let (mut traces, mut asked, mut at) = (HashMap::new(), Vec::new(), 0);
        let mut ids = HashSet::new();
        let spans = recording.spans();
        let all = spans.chunk_by(|one, next| one.trace_id == next.trace_id);
        for (index, trace) in all.enumerate() {
            let place = at..at + trace.len();
            at = place.end;
            traces.insert(trace[0].trace_id, place.clone());
            if keeps(index, trace) {
                asked.push(place);
                ids.insert(trace[0].trace_id);
            }
        }
        let is_asked =
            |event: &LogEvent| excerpt::trace_of(event).is_none_or(|id| ids.contains(&id));
        let events = recording.logs().iter().enumerate();
        let events = events.filter(|(_, event)| is_asked(event));
        let mut events: Vec<usize> = events.map(|(index, _)| index).collect();
        events.sort_by_key(|index| {
            let event = &recording.logs()[*index];
            (event.timestamp, event.stream)
        });
        Self {
            recording,
            traces,
            asked,
            events,
        }
    }

    /// What was recorded, all of it.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The spans of a trace, asked or not; none if it was not recorded.
    pub fn trace(&self, id: TraceId) -> &[Span] {
        let place = self.traces.get(&id).cloned().unwrap_or_default();
        &self.recording.spans()[place]
    }

    /// The spans of each trace that is asked, in the order of the recording.
    pub fn asked(&self) -> impl Iterator<Item = &[Span]> {
        let spans = self.recording.spans();
        self.asked.iter().map(|place| &spans[place.clone()])
    }

    /// The log events that are asked, in the order in which CloudWatch Logs has them.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &LogEvent> + ExactSizeIterator {
        let events = self.recording.logs();
        self.events.iter().map(|index| &events[*index])
    }

    /// What Honeycomb answers. A `time_range` alone counts back from the end of the hour.
    ///
    /// # Errors
    ///
    /// A regular expression that is none.
    pub fn honeycomb(&self, query: &Query) -> Result<Answer, span_query::Error> {
        let plan = Plan::new(query, incident_recording::END)?;
        let Ok(answer) = plan.answer(&rows::Rows::of(self));
        Ok(answer)
    }

    /// The traces that X-Ray finds. There are no groups.
    pub fn xray(&self, filter: &Filter) -> BTreeSet<TraceId> {
        segments::matching(self, filter)
    }

    /// What Logs Insights answers over the events of the group.
    ///
    /// # Errors
    ///
    /// Why the query failed, in the service's words.
    pub fn insights(&self, query: &insights::Query) -> Result<Vec<insights::Row>, String> {
        events::ask(self, query)
    }
}
