//! What arrived since the program started, by kind and by sender, with how much of it was of the last minute and hour.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use super::{
    refusals::By,
    rolling::{Count, Rolling},
};
use crate::{clock::Clock, store::Accepted};

/// Senders told apart; further ones are counted together.
const SENDERS: usize = 100;

/// The sender that further ones are counted as.
const OTHERS: &str = "…";

/// Characters of a sender's name that are kept.
const NAME: usize = 200;

/// What can arrive.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Spans, by OTLP.
    Spans,
    /// X-Ray's documents.
    Segments,
    /// Events of CloudWatch Logs.
    LogEvents,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Spans, Self::Segments, Self::LogEvents];
}

/// Arrivals since the program started.
#[derive(Debug, Default)]
pub struct Arrivals {
    clock: Clock,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: Rolling,
    items: BTreeMap<Kind, Rolling>,
    repeated: u64,
    senders: BTreeMap<Sender, Sent>,
}

/// Who sent, and how.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Sender {
    /// What was sent.
    pub kind: Kind,
    /// The service, or the log group.
    pub name: String,
    /// By which protocol.
    pub by: By,
    /// How it was written: `JSON`, `protobuf, gzip`; empty where there is but one way.
    pub form: String,
}

#[derive(Clone, Debug, Default)]
struct Sent {
    requests: Rolling,
    items: Rolling,
    last: u64,
}

/// What [`Arrivals::told`] says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToldArrivals {
    /// Requests and groups of datagrams that brought something.
    pub requests: Count,
    /// How much of each kind.
    pub items: BTreeMap<Kind, Count>,
    /// Spans among them that had arrived before, and so were not stored again.
    pub repeated: u64,
    /// By sender, the one that sent last first.
    pub senders: Vec<FromSender>,
}

/// What one sender sent.
#[derive(Clone, Debug, PartialEq)]
pub struct FromSender {
    /// Who, and how.
    pub sender: Sender,
    /// Requests that had something of it.
    pub requests: Count,
    /// Spans, documents or log events.
    pub items: Count,
    /// When it sent last, in seconds since the Unix epoch.
    pub last: u64,
}

impl Arrivals {
    /// Takes the time from `clock`.
    pub(crate) fn with_clock(clock: Clock) -> Self {
        Self {
            clock,
            kept: Mutex::default(),
        }
    }

    /// Counts what one request brought: how many of a kind of each service or log group.
    pub(crate) fn add(&self, kind: Kind, by: By, form: &str, brought: &[(&str, u64)]) {
        let now = self.now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.requests.add(now, 1);
        for &(name, count) in brought {
            kept.items.entry(kind).or_default().add(now, count);
            let mut sender = Sender {
                kind,
                name: name.chars().take(NAME).collect(),
                by,
                form: form.to_owned(),
            };
            if kept.senders.len() >= SENDERS && !kept.senders.contains_key(&sender) {
                sender.name = OTHERS.to_owned();
            }
            let sent = kept.senders.entry(sender).or_default();
            sent.requests.add(now, 1);
            sent.items.add(now, count);
            sent.last = now;
        }
    }

    /// Counts the spans of a request by their services.
    pub(crate) fn spans(
        &self,
        by: By,
        form: &str,
        brought: Vec<(String, u64)>,
        accepted: &Accepted,
    ) {
        let brought: Vec<(&str, u64)> = brought
            .iter()
            .map(|(service, spans)| (&service[..], *spans))
            .collect();
        self.add(Kind::Spans, by, form, &brought);
        self.repeated(accepted.duplicates);
    }

    /// Counts spans that were there already.
    pub(crate) fn repeated(&self, spans: u64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.repeated = kept.repeated.saturating_add(spans);
    }

    /// What arrived, as of now.
    pub fn told(&self) -> ToldArrivals {
        let now = self.now();
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut senders: Vec<FromSender> = kept
            .senders
            .iter()
            .map(|(sender, sent)| FromSender {
                sender: sender.clone(),
                requests: sent.requests.at(now),
                items: sent.items.at(now),
                last: sent.last,
            })
            .collect();
        senders.sort_by_key(|sender| std::cmp::Reverse(sender.last));
        ToldArrivals {
            requests: kept.requests.at(now),
            items: kept
                .items
                .iter()
                .map(|(kind, count)| (*kind, count.at(now)))
                .collect(),
            repeated: kept.repeated,
            senders,
        }
    }

    fn now(&self) -> u64 {
        let since = self.clock.time().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
        time::Duration,
    };

    use super::*;

    #[test]
    fn counts_by_kind_and_by_sender() {
        let time = Arc::new(AtomicU64::new(1_700_000_000));
        let clock = {
            let time = Arc::clone(&time);
            Clock::new(move || {
                SystemTime::UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed))
            })
        };
        let arrivals = Arrivals::with_clock(clock);
        arrivals.add(
            Kind::Spans,
            By::OtlpHttp,
            "JSON",
            &[("backend", 3), ("profiles", 2)],
        );
        time.fetch_add(70, Ordering::Relaxed);
        arrivals.add(Kind::Spans, By::OtlpHttp, "JSON", &[("backend", 5)]);
        arrivals.add(Kind::LogEvents, By::Logs, "", &[("cruddur", 4)]);
        arrivals.repeated(2);
        let told = arrivals.told();
        assert_eq!((told.requests.total, told.requests.minute), (3, 2));
        let spans = told.items[&Kind::Spans];
        assert_eq!((spans.total, spans.minute, spans.hour), (10, 5, 10));
        assert_eq!(told.repeated, 2);
        let senders: Vec<(&str, u64, u64)> = told
            .senders
            .iter()
            .map(|from| (&from.sender.name[..], from.items.total, from.items.minute))
            .collect();
        assert_eq!(
            senders,
            [("backend", 8, 5), ("cruddur", 4, 4), ("profiles", 2, 0)]
        );
    }

    #[test]
    fn many_senders_take_no_more_room() {
        let arrivals = Arrivals::default();
        for number in 0..1_000 {
            let name = number.to_string();
            arrivals.add(Kind::Spans, By::OtlpGrpc, "", &[(&name, 1)]);
        }
        let told = arrivals.told();
        assert_eq!(told.senders.len(), SENDERS + 1);
        assert_eq!(told.items[&Kind::Spans].total, 1_000);
    }
}
