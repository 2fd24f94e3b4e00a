//! Tells in one line how many spans were lost and why, as `export-watch` reads it. Who gives documents up is in `transport`.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use crate::{Delivery, GivenUp, background::Failure};

/// The line names this many reasons; the others are counted.
const REASONS: usize = 3;

/// Which span each document was made of.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    spans: usize,
    documents: usize,
    /// A document's hash, so that the documents themselves need not be kept.
    spans_by_document: HashMap<u64, usize>,
    /// Documents that could not be made or sent, each with its span.
    never_sent: Vec<(usize, GivenUp)>,
}

impl Origins {
    /// Of `spans` spans.
    pub(crate) fn new(spans: usize) -> Self {
        Self {
            spans,
            ..Self::default()
        }
    }

    /// `document` was made of the span at `span`.
    pub(crate) fn add(&mut self, document: &str, span: usize) {
        self.documents += 1;
        self.spans_by_document.insert(hash(document), span);
    }

    /// `span` has a document that cannot be sent.
    pub(crate) fn never(&mut self, span: usize, why: GivenUp) {
        self.never_sent.push((span, why));
    }

    /// Nothing, when every document was accepted; else the line that says how many spans were lost and why.
    pub(crate) fn loss(
        &self,
        told: Result<Delivery, Failure>,
        within: Duration,
    ) -> Result<(), String> {
        let (given_up, silent) = match told {
            Ok(delivery) => {
                let told = delivery.accepted + delivery.given_up.len();
                let silent = (told != self.documents).then(|| {
                    let reason = format!(
                        "Miscounted: the transport was given {} documents and told of {told}: each is accepted or given up, once",
                        self.documents
                    );
                    (reason, self.documents.saturating_sub(told))
                });
                (delivery.given_up, silent)
            }
            Err(failure) => (Vec::new(), Some((failure.told(within), self.spans))),
        };
        if given_up.is_empty() && self.never_sent.is_empty() && silent.is_none() {
            return Ok(());
        }
        let mut lost = self.lost(&given_up);
        let mut reasons = self.reasons(&given_up);
        if let Some((reason, missing)) = silent {
            lost += missing;
            reasons.insert(0, reason);
        }
        let more = reasons.len().saturating_sub(REASONS);
        reasons.truncate(REASONS);
        let mut line = format!(
            "X-Ray: {} of {} spans were not taken: {}",
            lost.min(self.spans),
            self.spans,
            reasons.join("; ")
        );
        if more > 0 {
            let _ = write!(line, "; and {more} more reasons");
        }
        Err(line)
    }

    /// Spans of which a document was given up. A document that the transport changed counts as a span of its own.
    fn lost(&self, given_up: &[GivenUp]) -> usize {
        let mut known: HashSet<usize> = self.never_sent.iter().map(|(span, _)| *span).collect();
        let mut unknown = 0;
        for GivenUp { document, .. } in given_up {
            match self.spans_by_document.get(&hash(document)) {
                Some(span) => {
                    known.insert(*span);
                }
                None => unknown += 1,
            }
        }
        known.len() + unknown
    }

    /// Each reason once, in the order in which they came up.
    fn reasons(&self, given_up: &[GivenUp]) -> Vec<String> {
        let mut reasons: Vec<(String, Vec<&GivenUp>)> = Vec::new();
        for lost in self.never_sent.iter().map(|(_, why)| why).chain(given_up) {
            let reason = format!("{}: {}", lost.code, lost.message);
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, all)) => all.push(lost),
                None => reasons.push((reason, vec![lost])),
            }
        }
        let documents = self.documents + self.never_sent.len();
        reasons
            .into_iter()
            .map(|(reason, lost)| {
                // A reason that everything shares needs no IDs.
                let named = (lost.len() < documents)
                    .then(|| lost.iter().find_map(|lost| lost.id.as_deref()))
                    .flatten();
                match (named, lost.len() - 1) {
                    (None, _) => reason,
                    (Some(id), 0) => format!("{reason} (segment {id})"),
                    (Some(id), more) => format!("{reason} (segment {id} and {more} more)"),
                }
            })
            .collect()
    }
}

impl Failure {
    fn told(self, within: Duration) -> String {
        match self {
            Self::Timeout => format!(
                "NoAnswer: the transport took longer than {} s",
                within.as_secs_f64()
            ),
            Self::Panic => "Panicked: the transport panicked".to_owned(),
            Self::Gone => "Stopped: the thread that sends is gone".to_owned(),
        }
    }
}

fn hash(document: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    document.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four spans, the last of which has two documents.
    const DOCUMENTS: [(&str, usize); 5] = [
        (r#"{"id":"a"}"#, 0),
        (r#"{"id":"b"}"#, 1),
        (r#"{"id":"c"}"#, 2),
        (r#"{"id":"d"}"#, 3),
        (r#"{"id":"e"}"#, 3),
    ];

    #[track_caller]
    fn check(told: Result<Delivery, Failure>, wanted: Result<(), &str>) {
        let mut origins = Origins::new(4);
        for (document, span) in DOCUMENTS {
            origins.add(document, span);
        }
        let told = origins.loss(told, Duration::from_millis(1500));
        assert_eq!(told, wanted.map_err(str::to_owned));
    }

    fn gave_up(lost: &[(usize, &str)]) -> Result<Delivery, Failure> {
        Ok(Delivery {
            accepted: 5 - lost.len(),
            given_up: lost
                .iter()
                .map(|&(index, code)| GivenUp::new(DOCUMENTS[index].0, code, "no"))
                .collect(),
        })
    }

    #[test]
    fn nothing_lost_is_nothing_told() {
        check(gave_up(&[]), Ok(()));
    }

    #[test]
    fn one_reason_names_its_first_segment() {
        check(
            gave_up(&[(1, "InvalidName")]),
            Err("X-Ray: 1 of 4 spans were not taken: InvalidName: no (segment b)"),
        );
        check(
            gave_up(&[(1, "InvalidName"), (2, "InvalidName")]),
            Err("X-Ray: 2 of 4 spans were not taken: InvalidName: no (segment b and 1 more)"),
        );
    }

    #[test]
    fn two_documents_of_a_span_are_one_span() {
        check(
            gave_up(&[(3, "InvalidName"), (4, "InvalidName")]),
            Err("X-Ray: 1 of 4 spans were not taken: InvalidName: no (segment d and 1 more)"),
        );
    }

    #[test]
    fn a_reason_that_all_share_names_none() {
        let all: Vec<_> = (0..5).map(|index| (index, "Unreachable")).collect();
        check(
            gave_up(&all),
            Err("X-Ray: 4 of 4 spans were not taken: Unreachable: no"),
        );
    }

    #[test]
    fn many_reasons_are_counted() {
        check(
            gave_up(&[(0, "A"), (1, "B"), (2, "C"), (3, "D"), (4, "E")]),
            Err(
                "X-Ray: 4 of 4 spans were not taken: A: no (segment a); B: no (segment b); C: no (segment c); and 2 more reasons",
            ),
        );
    }

    #[test]
    fn what_the_transport_does_not_account_for_is_lost() {
        check(
            Ok(Delivery {
                accepted: 2,
                given_up: Vec::new(),
            }),
            Err(
                "X-Ray: 3 of 4 spans were not taken: Miscounted: the transport was given 5 documents and told of 2: each is accepted or given up, once",
            ),
        );
        check(
            Ok(Delivery {
                accepted: 7,
                given_up: Vec::new(),
            }),
            Err(
                "X-Ray: 0 of 4 spans were not taken: Miscounted: the transport was given 5 documents and told of 7: each is accepted or given up, once",
            ),
        );
    }

    #[test]
    fn documents_that_the_transport_changed_count_too() {
        let changed = GivenUp::new("{}", "InvalidName", "no");
        check(
            Ok(Delivery {
                accepted: 4,
                given_up: vec![changed],
            }),
            Err("X-Ray: 1 of 4 spans were not taken: InvalidName: no"),
        );
        let changed = GivenUp::new("{}", "InvalidName", "no");
        check(
            Ok(Delivery {
                accepted: 0,
                given_up: vec![changed; 5],
            }),
            Err("X-Ray: 4 of 4 spans were not taken: InvalidName: no"),
        );
    }

    #[test]
    fn transports_that_never_return_lose_everything() {
        check(
            Err(Failure::Timeout),
            Err(
                "X-Ray: 4 of 4 spans were not taken: NoAnswer: the transport took longer than 1.5 s",
            ),
        );
        check(
            Err(Failure::Panic),
            Err("X-Ray: 4 of 4 spans were not taken: Panicked: the transport panicked"),
        );
    }

    #[test]
    fn spans_without_a_document_are_lost_too() {
        let mut origins = Origins::new(3);
        origins.add("{}", 0);
        origins.never(1, GivenUp::new(r#"{"id":"b"}"#, "TooLarge", "no"));
        origins.never(1, GivenUp::new(r#"{"id":"c"}"#, "TooLarge", "no"));
        let delivery = Ok(Delivery {
            accepted: 1,
            given_up: Vec::new(),
        });
        assert_eq!(
            origins.loss(delivery, Duration::ZERO),
            Err(
                "X-Ray: 1 of 3 spans were not taken: TooLarge: no (segment b and 1 more)"
                    .to_owned()
            )
        );
    }
}
