//! The profiles service, and how the back end asks it: with a second's patience, three times at most.

use std::sync::Arc;

use crate::database::PROFILE;
use crate::line::{Field, Level};
use crate::scene::{Open, Scene};
use crate::story::{MILLISECOND, PROFILES, SECOND};
use crate::{Kind, Resource, Value};

/// Who is asked for.
pub(crate) struct Lookup<'a> {
    /// The span of the request in which it is asked.
    pub(crate) request: Open,
    /// By whom.
    pub(crate) backend: &'a Arc<Resource>,
    pub(crate) request_id: &'a str,
    pub(crate) user: usize,
}

/// Pauses before the second and the third attempt, in milliseconds.
const BACK_OFF: [u64; 2] = [200, 400];

impl Scene<'_> {
    /// Asks for a display name; gives when it was there, or was given up.
    pub(crate) fn profile(&mut self, lookup: &Lookup<'_>, at: u64) -> u64 {
        let is_hopeless = self.story.has_no_profile(lookup.user, at);
        // Now and then an answer gets lost; the next attempt has it.
        let is_lost = self.random.happens(0.000_5);
        let mut at = at;
        for attempt in 0..=BACK_OFF.len() {
            let times_out = is_hopeless || is_lost && attempt == 0;
            if !times_out {
                return self.answered(lookup, attempt, at);
            }
            at = self.timed_out(lookup, attempt, at);
            let Some(pause) = BACK_OFF.get(attempt) else {
                break;
            };
            at += pause * MILLISECOND + self.random.between(0, 40 * MILLISECOND);
        }
        let handle = &self.person(lookup.user).handle;
        let fields = [
            ("request_id", Field::Text(lookup.request_id)),
            ("app.profile_handle", Field::Text(handle)),
            ("app.attempts", Field::Int(3)),
        ];
        self.log(
            lookup.request,
            at,
            Level::Warn,
            "profile lookup gave up, display name left out",
            &fields,
        );
        self.fate.gave_up = Some((at, lookup.request_id.to_owned()));
        at
    }

    fn call(&mut self, lookup: &Lookup<'_>, attempt: usize, at: u64) -> Open {
        let handle = &self.person(lookup.user).handle;
        let mut attributes = Vec::with_capacity(7);
        attributes.extend([
            ("http.request.method", Value::Text("GET")),
            ("server.address", Value::Text("profiles")),
            ("server.port", Value::Int(4568)),
            (
                "url.full",
                Value::Own(format!("http://profiles:4568/profiles/@{handle}").into()),
            ),
        ]);
        if attempt > 0 {
            attributes.push(("http.request.resend_count", Value::Int(attempt as i64)));
        }
        self.open(
            Some(lookup.request),
            lookup.backend,
            "GET",
            Kind::Client,
            at,
            attributes,
        )
    }

    /// An attempt that nobody answers: the profiles service hangs, and a span that never ends is never exported.
    fn timed_out(&mut self, lookup: &Lookup<'_>, attempt: usize, at: u64) -> u64 {
        let call = self.call(lookup, attempt, at);
        let end = at + SECOND + self.random.between(200_000, 3 * MILLISECOND);
        self.set(call, "error.type", Value::Text("timeout"));
        self.span(call).error = Some("no answer within 1 s");
        self.close(call, end);
        let handle = &self.person(lookup.user).handle;
        let fields = [
            ("request_id", Field::Text(lookup.request_id)),
            ("app.profile_handle", Field::Text(handle)),
            ("app.attempt", Field::Int(attempt as i64 + 1)),
            ("error.type", Field::Text("timeout")),
        ];
        self.log(
            lookup.request,
            end,
            Level::Warn,
            "profile lookup timed out",
            &fields,
        );
        end
    }

    fn answered(&mut self, lookup: &Lookup<'_>, attempt: usize, at: u64) -> u64 {
        let call = self.call(lookup, attempt, at);
        let instance = self.random.between(0, PROFILES.len() as u64) as usize;
        let start = self.later(at, 1.2, 0.5);
        let profiles = Arc::clone(self.story.profiles(instance, start));
        let attributes = vec![
            ("http.request.method", Value::Text("GET")),
            ("http.route", Value::Text("/profiles/@{handle}")),
            ("http.response.status_code", Value::Int(200)),
            (
                "url.path",
                Value::Own(format!("/profiles/@{}", self.person(lookup.user).handle).into()),
            ),
            ("url.scheme", Value::Text("http")),
        ];
        let server = self.open(
            Some(call),
            &profiles,
            "GET /profiles/@{handle}",
            Kind::Server,
            start,
            attributes,
        );
        let asked = self.later(start, 2.0, 0.5);
        let takes = self.random.latency(17.0, 0.55);
        let found = self.query(server, &profiles, &PROFILE, asked, takes, 1);
        let end = self.later(found, 2.0, 0.5);
        self.close(server, end);
        self.access(server, lookup.request_id, "10.0.1.20", None);
        let received = self.later(end, 1.0, 0.5);
        self.set(call, "http.response.status_code", Value::Int(200));
        self.close(call, received);
        received
    }
}
