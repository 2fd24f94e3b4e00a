//! What was sent for X-Ray and could not be taken: counted by reason, the last few kept to be looked at.
//! A sender over UDP gets no answer, so this is the only place where its mistakes show.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use crate::clock::Clock;

/// How many of the last refusals are kept.
const KEPT: usize = 20;

/// How much of what was refused is kept, in characters.
const EXCERPT: usize = 200;

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
    /// How many, by reason: an error code of PutTraceSegments, or what was wrong with a datagram.
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
    /// The reason in a word, as it is counted.
    pub reason: String,
    /// What was wrong, in a sentence.
    pub message: String,
    /// How it began; what is not printable is escaped, a long text is cut.
    pub start: String,
}

/// How a document came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum By {
    /// To the daemon's port, which answers nothing.
    Udp,
    /// In a call of PutTraceSegments, whose answer told the sender.
    PutTraceSegments,
}

impl Refusals {
    /// Takes the time from `clock`.
    pub(crate) fn with_clock(clock: Clock) -> Self {
        Self {
            clock,
            told: Mutex::default(),
        }
    }

    /// Counts a refusal and keeps it among the last.
    pub(crate) fn add(&self, by: By, reason: &str, message: &str, refused: &[u8]) {
        let refusal = Refusal {
            at: self.clock.time(),
            by,
            reason: reason.to_owned(),
            message: excerpt(message.as_bytes()),
            start: excerpt(refused),
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = if told.counts.len() < REASONS || told.counts.contains_key(reason) {
            reason
        } else {
            "Other"
        };
        *told.counts.entry(reason.to_owned()).or_default() += 1;
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

/// The first characters of bytes that may be anything, without control characters.
fn excerpt(bytes: &[u8]) -> String {
    let first = &bytes[..bytes.len().min(EXCERPT * 4)];
    let text = String::from_utf8_lossy(first);
    let mut characters = text.chars();
    let mut excerpt = String::new();
    for character in characters.by_ref().take(EXCERPT) {
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
}
