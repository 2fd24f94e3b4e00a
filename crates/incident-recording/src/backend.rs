//! The back end: how each route answers a request, and what it logs. Who asks, and when, is decided elsewhere.

use std::sync::Arc;

use crate::database::{
    FEED, FEED_ALONE, GROUPS, MESSAGES, OF_USER, ONE, POST, Query, REPLIES, SEND,
};
use crate::line::{Field, Level};
use crate::profiles::Lookup;
use crate::scene::{Open, Scene};
use crate::search::TERMS;
use crate::story::BACKENDS;
use crate::truth::Release;
use crate::{Kind, Resource, Value};

/// What is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Route {
    Home,
    Notifications,
    UserPage,
    Search,
    Show,
    MessageGroups,
    Messages,
    Post,
    Reply,
    SendMessage,
}

impl Route {
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Post | Self::Reply | Self::SendMessage => "POST",
            _ => "GET",
        }
    }

    pub(crate) fn route(self) -> &'static str {
        match self {
            Self::Home => "/api/activities/home",
            Self::Notifications => "/api/activities/notifications",
            Self::UserPage => "/api/activities/@{handle}",
            Self::Search => "/api/activities/search",
            Self::Show => "/api/activities/{uuid}",
            Self::MessageGroups => "/api/message_groups",
            Self::Messages => "/api/messages/@{handle}",
            Self::Post => "/api/activities",
            Self::Reply => "/api/activities/{uuid}/reply",
            Self::SendMessage => "/api/messages",
        }
    }

    fn span_name(self) -> &'static str {
        match self {
            Self::Home => "GET /api/activities/home",
            Self::Notifications => "GET /api/activities/notifications",
            Self::UserPage => "GET /api/activities/@{handle}",
            Self::Search => "GET /api/activities/search",
            Self::Show => "GET /api/activities/{uuid}",
            Self::MessageGroups => "GET /api/message_groups",
            Self::Messages => "GET /api/messages/@{handle}",
            Self::Post => "POST /api/activities",
            Self::Reply => "POST /api/activities/{uuid}/reply",
            Self::SendMessage => "POST /api/messages",
        }
    }
}

/// A request that reaches the back end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) route: Route,
    pub(crate) user: usize,
    /// An index into the instances.
    pub(crate) instance: usize,
}

/// A request that is being answered.
struct Answering {
    request: Request,
    server: Open,
    backend: Arc<Resource>,
    request_id: String,
}

impl Scene<'_> {
    /// Answers a request that arrives at this nanosecond, with `parent` the span of who asked; gives when, and the status.
    pub(crate) fn answer(&mut self, request: Request, parent: Option<Open>, at: u64) -> (u64, u16) {
        let backend = Arc::clone(self.story.backend(request.instance, at));
        let server = self.open(
            parent,
            &backend,
            request.route.span_name(),
            Kind::Server,
            at,
            Vec::with_capacity(8),
        );
        let answering = Answering {
            request,
            server,
            backend,
            request_id: self.uuid(),
        };
        let begun = self.later(at, 10.0, 0.5);
        let (done, status) = match self.refusal(request.route) {
            Some(status) => (self.later(begun, 2.0, 0.5), status),
            None => (self.work(&answering, begun), 200),
        };
        let end = self.later(done, 8.0, 0.6);
        self.finish(&answering, end, status);
        (end, status)
    }

    /// Some requests fail at any time, for reasons of their own.
    fn refusal(&mut self, route: Route) -> Option<u16> {
        let share = self.random.share();
        let (caller, throttled) = match route {
            Route::Post => (0.02, 0.008),
            Route::Reply | Route::SendMessage => (0.01, 0.0),
            Route::Show => (0.015, 0.0),
            _ => (0.0, 0.0),
        };
        match share {
            ..0.002_5 => Some(500),
            _ if share < 0.002_5 + throttled => Some(429),
            _ if share < 0.002_5 + throttled + caller => {
                Some(if route == Route::Show { 404 } else { 422 })
            }
            _ => None,
        }
    }

    /// Does what the route is for; gives when that was done.
    fn work(&mut self, answering: &Answering, at: u64) -> u64 {
        let rows = self.random.between(1, 14) as i64;
        match answering.request.route {
            Route::Home => {
                let named = self.lookup(answering, at);
                self.home_feed(answering, named)
            }
            Route::Notifications => self.ask(answering, &FEED, at, 44.0, rows),
            Route::UserPage => self.ask(answering, &OF_USER, at, 50.0, rows),
            Route::Show => self.ask(answering, &ONE, at, 34.0, rows),
            Route::Messages => self.ask(answering, &MESSAGES, at, 42.0, rows),
            Route::MessageGroups => {
                let found = self.ask(answering, &GROUPS, at, 58.0, rows);
                self.lookup(answering, found)
            }
            Route::Post => self.write(answering, &POST, at),
            Route::Reply => self.write(answering, &POST, at),
            Route::SendMessage => self.write(answering, &SEND, at),
            Route::Search => {
                let (end, found) = self.search(
                    answering.server,
                    &answering.backend,
                    &answering.request_id,
                    at,
                );
                self.set(answering.server, "app.result_length", Value::Int(found));
                end
            }
        }
    }

    fn ask(
        &mut self,
        answering: &Answering,
        query: &Query,
        at: u64,
        median: f64,
        rows: i64,
    ) -> u64 {
        let takes = self.random.latency(median, 0.55);
        self.query(answering.server, &answering.backend, query, at, takes, rows)
    }

    fn write(&mut self, answering: &Answering, query: &Query, at: u64) -> u64 {
        let named = self.lookup(answering, at);
        self.ask(answering, query, named, 38.0, 1)
    }

    fn lookup(&mut self, answering: &Answering, at: u64) -> u64 {
        let lookup = Lookup {
            request: answering.server,
            backend: &answering.backend,
            request_id: &answering.request_id,
            user: answering.request.user,
        };
        self.profile(&lookup, at)
    }

    /// The home feed: one query; in the bad release one, and one more for each activity.
    fn home_feed(&mut self, answering: &Answering, at: u64) -> u64 {
        let Answering {
            request,
            server,
            backend,
            ..
        } = answering;
        let is_bad = self
            .story
            .is_bad(request.instance, self.span(*server).start);
        let length = self.person(request.user).feed + self.random.between(0, 2) as i64;
        let attributes = vec![("app.result_length", Value::Int(length))];
        let feed = self.open(
            Some(*server),
            backend,
            "home-activities",
            Kind::Internal,
            at,
            attributes,
        );
        let mut done = self.later(at, 0.8, 0.3);
        if is_bad {
            let takes = self.random.latency(34.0, 0.5);
            done = self.query(feed, backend, &FEED_ALONE, done, takes, length);
            for index in 0..length {
                // The newest are in the database's cache, those further back are not.
                let median = if index < 12 { 0.7 } else { 13.0 };
                let takes = self.random.latency(median, 0.35);
                let replies = self.random.between(0, 4) as i64;
                done = self.query(feed, backend, &REPLIES, done + 90_000, takes, replies);
            }
        } else {
            let takes = self.random.latency(46.0, 0.5);
            let rows = length + self.random.between(0, 2 * length as u64) as i64;
            done = self.query(feed, backend, &FEED, done, takes, rows);
        }
        done = self.later(done, 3.0, 0.4);
        self.close(feed, done);
        self.set(*server, "app.result_length", Value::Int(length));
        if is_bad && length > Release::MANY {
            self.fate.slow_feed = Some(self.span(*server).span_id);
        }
        done
    }

    /// Ends the request's span, and logs the request.
    fn finish(&mut self, answering: &Answering, end: u64, status: u16) {
        let Answering {
            request,
            server,
            request_id,
            ..
        } = answering;
        let person = self.person(request.user);
        let path = match request.route {
            Route::UserPage => Value::Own(Arc::clone(&self.anybody().page)),
            Route::Messages => {
                Value::Own(format!("/api/messages/@{}", self.anybody().handle).into())
            }
            Route::Show => Value::Own(format!("/api/activities/{}", self.uuid()).into()),
            Route::Reply => Value::Own(format!("/api/activities/{}/reply", self.uuid()).into()),
            route => Value::Text(route.route()),
        };
        let query = (request.route == Route::Search).then(|| self.random.one(&TERMS));
        let span = self.span(*server);
        span.attributes.extend([
            ("http.request.method", Value::Text(request.route.method())),
            ("http.route", Value::Text(request.route.route())),
            ("http.response.status_code", Value::Int(status.into())),
            ("url.path", path),
            ("url.scheme", Value::Text("http")),
            ("user.id", Value::Own(Arc::clone(&person.handle))),
            (
                "app.feature.new_composer",
                Value::Bool(person.has_new_composer),
            ),
        ]);
        span.end = end;
        if status >= 500 {
            span.error = Some("the database connection was closed");
            span.attributes.push(("error.type", Value::Text("500")));
            span.events.push(crate::Event {
                name: "exception",
                time: end,
                attributes: vec![
                    ("exception.type", Value::Text("store_failed")),
                    (
                        "exception.message",
                        Value::Text("the database connection was closed"),
                    ),
                ],
            });
            let fields = [
                ("request_id", Field::Text(request_id)),
                ("exception.type", Field::Text("store_failed")),
            ];
            self.log(
                *server,
                end,
                Level::Error,
                "the database connection was closed",
                &fields,
            );
        }
        let client = format!("203.0.113.{}", request.user % 254 + 1);
        self.access(*server, request_id, &client, query);
    }

    /// The access log's line for a request that was answered just now.
    pub(crate) fn access(
        &mut self,
        server: Open,
        request_id: &str,
        client: &str,
        query: Option<&str>,
    ) {
        let span = self.span(server);
        let (end, seconds) = (span.end, (span.end - span.start) as f64 / 1e9);
        let text = |name: &str| match span.attribute(name) {
            Some(Value::Text(text)) => (*text).into(),
            Some(Value::Own(text)) => Arc::clone(text),
            _ => "".into(),
        };
        let (method, route, path): (Arc<str>, Arc<str>, Arc<str>) = (
            text("http.request.method"),
            text("http.route"),
            text("url.path"),
        );
        let status = match span.attribute("http.response.status_code") {
            Some(Value::Int(status)) => *status,
            _ => 0,
        };
        let mut fields = vec![
            ("request_id", Field::Text(request_id)),
            ("client.address", Field::Text(client)),
            ("http.request.method", Field::Text(&method)),
            ("http.response.status_code", Field::Int(status)),
            ("http.route", Field::Text(&route)),
            ("http.server.request.duration", Field::Float(seconds)),
            ("url.path", Field::Text(&path)),
        ];
        if let Some(query) = query {
            fields.push(("url.query", Field::Text(query)));
        }
        fields.push(("url.scheme", Field::Text("http")));
        let level = match status {
            500.. => Level::Error,
            400.. => Level::Warn,
            _ => Level::Info,
        };
        self.log(server, end, level, "request answered", &fields);
    }

    /// Any instance of the back end.
    pub(crate) fn instance(&mut self) -> usize {
        self.random.between(0, BACKENDS.len() as u64) as usize
    }

    fn anybody(&mut self) -> &crate::people::Person {
        let user = self.people.anybody(&mut self.random);
        &self.people.all[user]
    }

    /// An ID as version 4 of UUIDs has them.
    fn uuid(&mut self) -> String {
        let bits = u128::from(self.random.bits()) << 64 | u128::from(self.random.bits());
        let hex = format!(
            "{:032x}",
            bits & !(0xf << 76 | 0xc << 60) | 0x4 << 76 | 0x8 << 60
        );
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}
