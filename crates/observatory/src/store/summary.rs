//! The running summary of one trace as its row in the database holds it, and how a span changes it.

use rusqlite::{Row, types::ValueRef};

/// What the list of traces shows of a trace, and what lets a query pass it by without reading its spans.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) spans: i64,
    pub(crate) errors: i64,
    /// The span that stands for the trace: the earliest root, else the earliest span.
    pub(crate) lead: Lead,
    pub(crate) services: Vec<ServiceTally>,
}

/// The span that stands for a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lead {
    pub(crate) operation: i64,
    pub(crate) is_root: bool,
    pub(crate) start: i64,
    pub(crate) span: i64,
}

impl Lead {
    /// Smaller stands before larger.
    fn rank(self) -> (bool, i64, i64) {
        (!self.is_root, self.start, self.span)
    }
}

/// How many spans, and spans with an error, a service has in a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ServiceTally {
    pub(crate) service: i64,
    pub(crate) spans: i64,
    pub(crate) errors: i64,
}

/// One span, as far as a summary cares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contribution {
    pub(crate) lead: Lead,
    pub(crate) service: i64,
    pub(crate) end: i64,
    pub(crate) error: bool,
}

/// The columns that [`Summary::from_row`] reads, in its order.
pub(crate) const COLUMNS: &str =
    "start, end, spans, errors, lead_operation, lead_is_root, lead_start, lead_span, services";

impl Summary {
    pub(crate) fn first(span: Contribution) -> Self {
        let mut summary = Self {
            start: span.lead.start,
            end: span.end,
            spans: 0,
            errors: 0,
            lead: span.lead,
            services: Vec::new(),
        };
        summary.add(span);
        summary
    }

    pub(crate) fn add(&mut self, span: Contribution) {
        self.start = self.start.min(span.lead.start);
        self.end = self.end.max(span.end);
        self.spans += 1;
        self.errors += i64::from(span.error);
        if span.lead.rank() < self.lead.rank() {
            self.lead = span.lead;
        }
        let position = self
            .services
            .iter()
            .position(|tally| tally.service == span.service);
        let position = position.unwrap_or_else(|| {
            self.services.push(ServiceTally {
                service: span.service,
                spans: 0,
                errors: 0,
            });
            self.services.len() - 1
        });
        self.services[position].spans += 1;
        self.services[position].errors += i64::from(span.error);
    }

    /// Reads [`COLUMNS`], of which the first is the row's column `at`.
    pub(crate) fn from_row(row: &Row<'_>, at: usize) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            start: row.get(at)?,
            end: row.get(at + 1)?,
            spans: row.get(at + 2)?,
            errors: row.get(at + 3)?,
            lead: Lead {
                operation: row.get(at + 4)?,
                is_root: row.get(at + 5)?,
                start: row.get(at + 6)?,
                span: row.get(at + 7)?,
            },
            services: match row.get_ref(at + 8)? {
                ValueRef::Blob(bytes) => decode_tallies(bytes),
                _ => Vec::new(),
            },
        })
    }
}

/// Three variable-length integers a service: its ID, spans, errors.
pub(crate) fn encode_tallies(tallies: &[ServiceTally]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(tallies.len() * 4);
    for tally in tallies {
        for number in [tally.service, tally.spans, tally.errors] {
            prost::encoding::encode_varint(number.cast_unsigned(), &mut bytes);
        }
    }
    bytes
}

fn decode_tallies(mut bytes: &[u8]) -> Vec<ServiceTally> {
    let mut tallies = Vec::new();
    let mut next = || {
        prost::encoding::decode_varint(&mut bytes)
            .ok()
            .map(u64::cast_signed)
    };
    while let (Some(service), Some(spans), Some(errors)) = (next(), next(), next()) {
        tallies.push(ServiceTally {
            service,
            spans,
            errors,
        });
    }
    tallies
}
