//! A fake of CloudWatch Logs' API on a free port of the loopback, for the AWS SDKs: it records what it is asked and answers as the service would, or as it is told.

mod answer;
mod form;
mod groups;
mod insights;
mod put;
mod read;
mod stored;

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value as Json, json};

pub use self::answer::LogsAnswer;
use self::insights::{Insights, Running};
pub use self::insights::{MalformedQuery, StartedQuery};
use self::stored::Group;
pub use self::stored::{LogGroup, Rejected, StoredEvent};
use crate::aws::{Api, Call, Refusal, Service, Told};
use crate::logs::tree;
use crate::server::{NotArrived, RawRequest, Reply};
use crate::tree::SpanTree;

/// What a query's state is told to be, call by call: whoever asks once gets no rows.
const QUERY_STATES: [&str; 3] = ["Scheduled", "Running", "Complete"];

/// A running fake of CloudWatch Logs' API. Dropping it closes its connections.
///
/// It serves `CreateLogGroup`, `CreateLogStream`, `PutRetentionPolicy`, `DescribeLogGroups`, `DescribeLogStreams`, `PutLogEvents`, `GetLogEvents`, `FilterLogEvents` (without a pattern), `StartQuery`, `GetQueryResults` and `StopQuery`; all else, fields included, is refused by name.
///
/// A refused call tells by its [`Refusal`] what was wrong. The rules that can be broken:
///
/// | rule | what breaks it |
/// |---|---|
/// | `count` | more than 10,000 events in a call |
/// | `overhead` | more than 1,048,576 bytes only with the 26 bytes that each event counts beside its message |
/// | `characters` | more than 1,048,576 bytes, though not so many characters |
/// | `bytes` | more than 1,048,576 bytes |
/// | `event-bytes` | one event of more than that |
/// | `order` | an event older than the one before it |
/// | `24-hours` | first and last event more than 24 hours apart |
/// | `empty` | no event at all |
/// | `event` | an event without a timestamp or message |
/// | `group-name`, `stream-name` | a name with other characters, or more than 512 of them |
/// | `no-group`, `no-stream`, `no-query` | it is not there |
/// | `exists` | it is there already |
/// | `retention` | days that are none of the service's |
/// | `limit`, `token` | a page's size or token |
/// | `query`, `time` | a query that cannot be read, or that ends before it begins |
pub struct LogsApi(Api<State>);

/// What the account has, and what the fake was told of it.
struct State {
    groups: BTreeMap<String, Group>,
    /// Of the event that came last.
    next_id: u64,
    rejected: Vec<Rejected>,
    queries: Vec<Running>,
    insights: Option<Insights>,
    query_states: Vec<String>,
    page_size: usize,
    /// Milliseconds since the Unix epoch; the system's clock if not told.
    now: Option<i64>,
}

impl LogsApi {
    /// An API of an account in which there is nothing yet.
    ///
    /// # Panics
    /// If no port of the loopback can be had.
    pub fn start() -> Self {
        Self(Api::start(State {
            groups: BTreeMap::new(),
            next_id: 0,
            rejected: Vec::new(),
            queries: Vec::new(),
            insights: None,
            query_states: QUERY_STATES.map(str::to_owned).to_vec(),
            page_size: usize::MAX,
            now: None,
        }))
    }

    /// Answers the first call of an operation with the first answer, and so on; the last one serves all that follow.
    #[must_use]
    pub fn answering(self, operation: &str, answers: impl IntoIterator<Item = LogsAnswer>) -> Self {
        self.0.answer(operation, answers);
        self
    }

    /// What time it is, in milliseconds since the Unix epoch, from now on: events are rejected by it as too old, too new or expired.
    /// Without it that is the system's clock.
    #[must_use]
    pub fn with_now(self, milliseconds: i64) -> Self {
        self.0.with(|state| state.now = Some(milliseconds));
        self
    }

    /// A log group that is there already.
    ///
    /// # Panics
    /// If the service would not have it.
    #[must_use]
    pub fn with_group(self, group: &str) -> Self {
        self.given(State::create_log_group, &json!({ "logGroupName": group }));
        self
    }

    /// A log group that is there already, with a retention.
    ///
    /// # Panics
    /// If the service would not have it.
    #[must_use]
    pub fn with_retention(self, group: &str, days: i64) -> Self {
        let api = self.with_group(group);
        let body = json!({ "logGroupName": group, "retentionInDays": days });
        api.given(State::put_retention_policy, &body);
        api
    }

    /// A log stream that is there already, and its group.
    ///
    /// # Panics
    /// If the service would not have it.
    #[must_use]
    pub fn with_stream(self, group: &str, stream: &str) -> Self {
        let api = self.with_group(group);
        let body = json!({ "logGroupName": group, "logStreamName": stream });
        api.given(State::create_log_stream, &body);
        api
    }

    /// Events that are there already, and their group and stream. Each is a timestamp, in milliseconds since the Unix epoch, and a message.
    /// However old they are, they are taken.
    ///
    /// # Panics
    /// If the service would not have the group or the stream.
    #[must_use]
    pub fn with_events<M: Into<String>>(
        self,
        group: &str,
        stream: &str,
        events: impl IntoIterator<Item = (i64, M)>,
    ) -> Self {
        let api = self.with_stream(group, stream);
        api.0.with(|state| {
            for (timestamp, message) in events {
                state.take(group, stream, timestamp, message.into(), timestamp);
            }
        });
        api
    }

    /// How queries are answered: the closure is given the query's text and the events of its groups and time, newest first, and gives rows of fields and values.
    /// `StartQuery` is refused without it. A row without `@ptr` is given one, as all the service's rows have.
    #[must_use]
    pub fn with_insights(
        self,
        find: impl Fn(&str, &[StoredEvent]) -> Result<Vec<Vec<(String, String)>>, MalformedQuery>
        + Send
        + 'static,
    ) -> Self {
        self.0.with(|state| state.insights = Some(Box::new(find)));
        self
    }

    /// What a query's status is, each time that it is asked after; the last one stays. Rows come with `Complete` alone.
    /// If not told: `Scheduled`, `Running`, `Complete`.
    #[must_use]
    pub fn with_query_states<'s>(self, states: impl IntoIterator<Item = &'s str>) -> Self {
        let states = states.into_iter().map(str::to_owned).collect();
        self.0.with(|state| state.query_states = states);
        self
    }

    /// How many results are on a page at most, whatever `limit` says.
    #[must_use]
    pub fn with_page_size(self, results: usize) -> Self {
        self.0.with(|state| state.page_size = results.max(1));
        self
    }

    /// The base address, as `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS` wants it: `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.0.address())
    }

    /// All calls so far, in order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.0.calls()
    }

    /// The calls of one operation, such as `PutLogEvents`.
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        self.0.calls_of(operation)
    }

    /// The log groups by name.
    pub fn groups(&self) -> Vec<LogGroup> {
        self.0.with(|state| {
            let groups = state.groups.iter();
            let groups = groups.map(|(name, group)| LogGroup {
                name: name.clone(),
                retention_in_days: group.retention,
                streams: group.streams.keys().cloned().collect(),
            });
            groups.collect()
        })
    }

    /// A stream's events by time; none if there is no such stream.
    pub fn events(&self, group: &str, stream: &str) -> Vec<StoredEvent> {
        let mut events = self.all_events();
        events.retain(|event| event.group == group && event.stream == stream);
        events
    }

    /// All events: group by group, stream by stream, by time; those of one millisecond in order of arrival.
    pub fn all_events(&self) -> Vec<StoredEvent> {
        self.0.with(|state| state.events().cloned().collect())
    }

    /// The events that came in calls that were taken, and were not taken themselves, in order.
    pub fn rejected(&self) -> Vec<Rejected> {
        self.0.with(|state| state.rejected.clone())
    }

    /// The queries that were started, in order.
    pub fn queries(&self) -> Vec<StartedQuery> {
        self.0.with(|state| {
            let queries = state.queries.iter();
            queries.map(|running| running.query.clone()).collect()
        })
    }

    /// The tree of all groups, with their retention, streams and events; see [`SpanTree::from_log_events`].
    pub fn tree(&self) -> SpanTree {
        self.tree_naming(&[])
    }

    /// The same, with names for some IDs: `[(trace_id, "the request's")]`.
    pub fn tree_naming(&self, ids: &[(&str, &str)]) -> SpanTree {
        tree::of_account(&self.groups(), &self.all_events(), ids)
    }

    /// Waits until so many events are there, those that were there at the start included; gives them as [`LogsApi::all_events`] does.
    ///
    /// # Errors
    /// If they are not there in time.
    pub fn wait_for_events(
        &self,
        count: usize,
        deadline: Duration,
    ) -> Result<Vec<StoredEvent>, NotArrived> {
        let there = |state: &crate::aws::State<State>| state.service.events().count();
        self.0.wait("events", count, deadline, there)?;
        Ok(self.all_events())
    }

    /// Waits until an operation was called so often, however it is answered; gives those calls.
    ///
    /// # Errors
    /// If they are not there in time.
    pub fn wait_for_calls(
        &self,
        operation: &str,
        count: usize,
        deadline: Duration,
    ) -> Result<Vec<Call>, NotArrived> {
        self.0.wait_for_calls(operation, count, deadline)
    }

    /// Does at the start what a call would; what is there already stays.
    fn given(&self, does: impl Fn(&mut State, &Json) -> Result<Json, Refusal>, body: &Json) {
        let done = form::names(body).and_then(|()| self.0.with(|state| does(state, body)));
        if let Err(refusal) = done
            && refusal.rule != "exists"
        {
            panic!("the fake CloudWatch Logs API cannot start so: {refusal:?}");
        }
    }
}

impl State {
    fn now(&self) -> i64 {
        self.now.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_millis() as i64)
        })
    }

    fn events(&self) -> impl Iterator<Item = &StoredEvent> {
        let streams = self
            .groups
            .values()
            .flat_map(|group| group.streams.values());
        streams.flat_map(|stream| &stream.events)
    }

    /// Keeps an event; its stream must be there.
    fn take(&mut self, group: &str, stream: &str, timestamp: i64, message: String, taken: i64) {
        self.next_id += 1;
        let event = StoredEvent {
            group: group.to_owned(),
            stream: stream.to_owned(),
            timestamp,
            ingestion_time: taken,
            message,
            id: self.next_id,
        };
        let streams = self.groups.get_mut(group).map(|group| &mut group.streams);
        if let Some(stream) = streams.and_then(|streams| streams.get_mut(stream)) {
            stream.add(event);
        }
    }
}

impl Service for State {
    type Answer = LogsAnswer;

    fn operation(request: &RawRequest) -> String {
        form::operation(request)
    }

    fn check(request: &RawRequest, call: &Call) -> Result<(), Refusal> {
        form::check(request, call)
    }

    fn told(answer: Option<LogsAnswer>) -> Told<LogsAnswer> {
        Told::Refuse(match answer {
            None | Some(LogsAnswer::Serve) => return Told::Serve(None),
            Some(LogsAnswer::Gated(gate)) => return Told::Gated(gate),
            Some(LogsAnswer::Hang) => return Told::Hang,
            Some(LogsAnswer::Lose) => return Told::Lose,
            Some(LogsAnswer::RefuseKeys) => Refusal::unknown_keys(400),
            Some(LogsAnswer::Throttle) => Refusal::new(400, "ThrottlingException", "Rate exceeded"),
            Some(LogsAnswer::Unavailable) => Refusal::new(
                503,
                "ServiceUnavailableException",
                "The service cannot complete the request.",
            ),
            Some(LogsAnswer::Fail) => Refusal::failure("CloudWatch Logs"),
        })
    }

    fn serve(&mut self, call: &Call, _: Option<&LogsAnswer>) -> Result<Json, Refusal> {
        let body = &call.body;
        match call.operation.as_str() {
            "CreateLogGroup" => self.create_log_group(body),
            "CreateLogStream" => self.create_log_stream(body),
            "PutRetentionPolicy" => self.put_retention_policy(body),
            "DescribeLogGroups" => self.describe_log_groups(body),
            "DescribeLogStreams" => self.describe_log_streams(body),
            "PutLogEvents" => self.put_log_events(body),
            "GetLogEvents" => self.get_log_events(body),
            "FilterLogEvents" => self.filter_log_events(body),
            "StartQuery" => self.start_query(body),
            "GetQueryResults" => self.get_query_results(body),
            "StopQuery" => self.stop_query(body),
            // The form has let no other through.
            operation => Err(Refusal::new(400, "UnknownOperationException", operation)),
        }
    }

    fn reply(answer: &Result<Json, Refusal>) -> Reply {
        answer::reply(answer)
    }
}

impl fmt::Debug for LogsApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "LogsApi({}, {} calls, {} events)",
            self.0.address(),
            self.calls().len(),
            self.all_events().len()
        )
    }
}
