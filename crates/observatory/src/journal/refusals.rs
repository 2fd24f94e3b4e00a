//! What was sent and could not be taken, by any protocol: counted by reason, the last few kept to be looked at.
//! A sender over UDP gets no answer, and an exporter tells its user little of the answer that it gets: here it is shown.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use super::{advice::advice, seen::Seen};
use crate::clock::Clock;

/// How many of the last refusals are kept.
const KEPT: usize = 50;

/// How much of what was refused is kept, in characters.
const EXCERPT: usize = 200;

/// How much of what the sender was told is kept, in characters.
const MESSAGE: usize = 500;

/// Different reasons counted; further ones are counted together.
const REASONS: usize = 50;

/// Refusals since the program started.
#[derive(Debug, Default)]
pub struct Refusals {
    clock: Clock,
    told: Mutex<Told>,
}

/// What [`Refusals::told`] says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// How many, by reason: an error's name in its API, or what was wrong in a word.
    pub counts: BTreeMap<String, u64>,
    /// The last few, newest first.
    pub last: VecDeque<Refusal>,
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// When it came.
    pub at: SystemTime,
    /// How it came.
    pub by: By,
    /// Where it was sent: a method and a path, the name of a call.
    pub address: String,
    /// What was answered: `401`, `UNAUTHENTICATED`, `200, in part`, `no answer`.
    pub answer: String,
    /// The reason in a word, as it is counted.
    pub reason: String,
    /// What was wrong, in the words that the sender was told.
    pub message: String,
    /// What to do about it, if that is known.
    pub advice: Option<String>,
    /// What the sender calls itself (`User-Agent`); may be empty.
    pub agent: String,
    /// How a document began; what is not printable is escaped, a long text is cut. Empty for all but documents.
    pub start: String,
}

/// How something came.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum By {
    /// OTLP over HTTP.
    OtlpHttp,
    /// OTLP over gRPC.
    OtlpGrpc,
    /// Honeycomb's own API.
    Honeycomb,
    /// To the daemon's port, which answers nothing.
    Udp,
    /// In a call of PutTraceSegments, whose answer told the sender.
    PutTraceSegments,
    /// Any other call of X-Ray's API.
    Xray,
    /// CloudWatch Logs' API.
    Logs,
    /// STS, which answers AWS's clients who they are.
    Sts,
    /// To an address where nothing is.
    Nothing,
}

impl By {
    /// As people call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::OtlpHttp => "OTLP/HTTP",
            Self::OtlpGrpc => "OTLP/gRPC",
            Self::Honeycomb => "Honeycomb's API",
            Self::Udp => "X-Ray daemon, UDP",
            Self::PutTraceSegments => "X-Ray, PutTraceSegments",
            Self::Xray => "X-Ray's API",
            Self::Logs => "CloudWatch Logs",
            Self::Sts => "STS",
            Self::Nothing => "HTTP",
        }
    }
}

/// In an answer's extensions: that something was refused, in words that have no key in them.
///
/// Who makes the answer puts it there, and `watch` finds it on the way out.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) by: By,
    /// The reason in a word.
    pub(crate) reason: Cow<'static, str>,
    /// What the sender is told.
    pub(crate) message: String,
}

impl Refused {
    pub(crate) fn new(
        by: By,
        reason: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            by,
            reason: reason.into(),
            message: message.into(),
        }
    }
}

impl Refusals {
    /// Takes the time from `clock`.
    pub(crate) fn with_clock(clock: Clock) -> Self {
        Self {
            clock,
            told: Mutex::default(),
        }
    }

    /// Counts a document that was refused and keeps it among the last.
    pub(crate) fn add(&self, by: By, reason: &str, message: &str, refused: &[u8]) {
        let (address, answer) = match by {
            By::PutTraceSegments => ("PutTraceSegments", "200, without it"),
            _ => ("datagram", "no answer"),
        };
        self.keep(Refusal {
            at: self.clock.time(),
            by,
            address: address.to_owned(),
            answer: answer.to_owned(),
            reason: reason.to_owned(),
            message: excerpt(message.as_bytes(), MESSAGE),
            advice: advice(by, reason, message, &Seen::default()),
            agent: String::new(),
            start: excerpt(refused, EXCERPT),
        });
    }

    /// Counts a request that was refused, all of it or a part, and keeps it among the last.
    pub(crate) fn request(&self, refused: &Refused, seen: &Seen, answer: String) {
        let message = without_quotes(refused);
        self.keep(Refusal {
            at: self.clock.time(),
            by: refused.by,
            address: excerpt(seen.address().as_bytes(), EXCERPT),
            answer,
            reason: refused.reason.clone().into_owned(),
            advice: advice(refused.by, &refused.reason, &message, seen),
            message: excerpt(message.as_bytes(), MESSAGE),
            agent: excerpt(seen.agent.as_bytes(), EXCERPT),
            start: String::new(),
        });
    }

    fn keep(&self, refusal: Refusal) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = if told.counts.len() < REASONS || told.counts.contains_key(&refusal.reason) {
            refusal.reason.clone()
        } else {
            "Other".to_owned()
        };
        *told.counts.entry(reason).or_default() += 1;
        told.last.push_front(refusal);
        told.last.truncate(KEPT);
    }

    /// Counts and last refusals, as they are now.
    pub fn told(&self) -> Told {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many there were.
    pub fn total(&self) -> u64 {
        self.told().counts.values().sum()
    }
}

/// Words that may stand in quotes in what is told of a signature.
const HARMLESS: [&str; 9] = [
    "algorithm",
    "Credential",
    "Signature",
    "SignedHeaders",
    "aws4_request",
    "xray",
    "logs",
    "sts",
    "keyid/date/region/service/term",
];

/// What was told, without what it quotes of a header `Authorization`: the sender may have put its key there.
fn without_quotes(refused: &Refused) -> String {
    if !refused.reason.contains("Signature") {
        return refused.message.clone();
    }
    let mut parts = refused.message.split('\'');
    let mut told = parts.next().unwrap_or_default().to_owned();
    let mut is_quoted = true;
    for part in parts {
        told.push('\'');
        told.push_str(if is_quoted && !HARMLESS.contains(&part) {
            "…"
        } else {
            part
        });
        is_quoted = !is_quoted;
    }
    told
}

/// The first characters of bytes that may be anything, without control characters.
fn excerpt(bytes: &[u8], most: usize) -> String {
    let first = &bytes[..bytes.len().min(most * 4)];
    let text = String::from_utf8_lossy(first);
    let mut characters = text.chars();
    let mut excerpt = String::new();
    for character in characters.by_ref().take(most) {
        if character.is_control() {
            excerpt.extend(character.escape_default());
        } else {
            excerpt.push(character);
        }
    }
    if characters.next().is_some() || first.len() < bytes.len() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_all_and_keeps_the_last() {
        let refusals = Refusals::default();
        for number in 0..100 {
            let document = format!("{number}\n\0\u{7f}");
            refusals.add(By::Udp, "MissingId", "no id", document.as_bytes());
        }
        refusals.add(By::PutTraceSegments, "InvalidName", "name", &[0xff; 5_000]);
        let told = refusals.told();
        assert_eq!(
            told.counts.into_iter().collect::<Vec<_>>(),
            [("InvalidName".to_owned(), 1), ("MissingId".to_owned(), 100)]
        );
        assert_eq!(told.last.len(), KEPT);
        assert_eq!(told.last[0].start.chars().count(), EXCERPT + 1);
        assert_eq!(told.last[1].start, "99\\n\\u{0}\\u{7f}");
        assert_eq!(refusals.total(), 101);
    }

    #[test]
    fn many_reasons_take_no_more_room() {
        let refusals = Refusals::default();
        for number in 0..1_000 {
            refusals.add(By::Udp, &number.to_string(), "", b"");
        }
        assert_eq!(refusals.told().counts.len(), REASONS + 1);
        assert_eq!(refusals.total(), 1_000);
    }

    #[test]
    fn what_a_signature_quotes_of_its_header_is_not_kept() {
        for (message, kept) in [
            (
                "Unsupported AWS 'algorithm': 'hcaik_secret'.",
                "Unsupported AWS 'algorithm': '…'.",
            ),
            (
                "'hcaik_secret' not a valid key=value pair (missing equal-sign) in Authorization header.",
                "'…' not a valid key=value pair (missing equal-sign) in Authorization header.",
            ),
            (
                "Authorization header requires 'Signature' parameter.",
                "Authorization header requires 'Signature' parameter.",
            ),
        ] {
            let refused = Refused::new(By::Xray, "IncompleteSignatureException", message);
            assert_eq!(without_quotes(&refused), kept);
        }
    }
}
