//! The list of traces: walks them newest first and stops when the page is full.
//!
//! A trace's row holds enough to pass most traces by (services, errors, longest possible duration, a filter over names
//! and attributes); only what is left has its spans read, and those are searched without being decoded.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use span_record::{
    body,
    text::{find, value_text},
    traits::{self, Trait, encoded_may_have},
};

use super::{
    error::StoreError,
    lookup::Lookup,
    schema::SPAN_BITS,
    summary::{COLUMNS, Summary},
};
use crate::model::{ServiceCount, TraceId, TracePage, TraceQuery, TraceSummary};

/// A page of the traces that meet the query.
pub(crate) fn traces(connection: &Connection, query: &TraceQuery) -> Result<TracePage, StoreError> {
    let mut lookup = Lookup::new(connection);
    let mut page = Vec::new();
    let empty = TracePage {
        traces: Vec::new(),
        next: None,
    };
    let Some(mut conditions) = Conditions::new(&lookup, query)? else {
        return Ok(empty);
    };
    let after = query.after.as_deref().map(Cursor::parse).transpose()?;
    let newest = query.start_max_unix_nano.map_or(i64::MAX, clamp);
    let newest = after
        .as_ref()
        .map_or(newest, |after| after.start.min(newest));
    let oldest = query.start_min_unix_nano.map_or(i64::MIN, clamp);
    let mut select = connection.prepare_cached(&format!(
        "SELECT key, id, traits, {COLUMNS} FROM trace WHERE start <= ? AND start >= ? ORDER BY start DESC, id"
    ))?;
    let mut rows = select.query([newest, oldest])?;
    while let Some(row) = rows.next()? {
        let id = TraceId(row.get(1)?);
        let start: i64 = row.get(3)?;
        if after
            .as_ref()
            .is_some_and(|after| start == after.start && id <= after.id)
        {
            continue;
        }
        let filter = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        if !conditions
            .traits
            .iter()
            .all(|wanted| encoded_may_have(filter, *wanted))
        {
            continue;
        }
        let summary = Summary::from_row(row, 3)?;
        if !conditions.may_match(&summary) || !conditions.matches(&mut lookup, row.get(0)?)? {
            continue;
        }
        if page.len() == query.limit {
            let next = page.last().map(Cursor::of);
            return Ok(TracePage { traces: page, next });
        }
        page.push(told(&mut lookup, id, summary)?);
    }
    Ok(TracePage {
        traces: page,
        next: None,
    })
}

fn clamp(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}

/// A place in the list: the last trace of a page.
struct Cursor {
    start: i64,
    id: TraceId,
}

impl Cursor {
    fn parse(text: &str) -> Result<Self, StoreError> {
        text.split_once('-')
            .and_then(|(start, id)| {
                Some(Self {
                    start: start.parse().ok()?,
                    id: TraceId::parse(id)?,
                })
            })
            .ok_or_else(|| StoreError::Cursor(text.to_owned()))
    }

    fn of(trace: &TraceSummary) -> String {
        format!("{}-{}", trace.start_unix_nano, trace.trace_id)
    }
}

/// A query with its names turned into the database's numbers.
struct Conditions<'a> {
    query: &'a TraceQuery,
    service: Option<i64>,
    /// The operations with the wanted name.
    operations: Option<Vec<i64>>,
    /// The name and the attributes, of which the trace must have every one.
    traits: Vec<Trait>,
    min_duration: i64,
    max_duration: i64,
    /// For each origin met, which of the attributes its resource has.
    resources: HashMap<i64, Vec<bool>>,
}

impl<'a> Conditions<'a> {
    /// `None` if nothing can match.
    fn new(lookup: &Lookup<'_>, query: &'a TraceQuery) -> Result<Option<Self>, StoreError> {
        let service = match &query.service {
            Some(name) => match lookup.service_id(name)? {
                Some(id) => Some(id),
                None => return Ok(None),
            },
            None => None,
        };
        let operations = match &query.name {
            Some(name) => {
                let mut select = lookup.connection.prepare_cached(
                    "SELECT operation.id FROM service CROSS JOIN operation ON operation.service = service.id
                     WHERE operation.name = ?1 AND (?2 IS NULL OR service.id = ?2)",
                )?;
                let ids: Vec<i64> = select
                    .query_map(params![name, service], |row| row.get(0))?
                    .collect::<Result<_, _>>()?;
                if ids.is_empty() {
                    return Ok(None);
                }
                Some(ids)
            }
            None => None,
        };
        Ok(Some(Self {
            query,
            service,
            operations,
            traits: query
                .attributes
                .iter()
                .map(|(key, value)| traits::attribute(key, value))
                .chain(query.name.as_deref().map(traits::name))
                .collect(),
            min_duration: query.min_duration_nano.map_or(0, clamp),
            max_duration: query.max_duration_nano.map_or(i64::MAX, clamp),
            resources: HashMap::new(),
        }))
    }

    /// Whether the summary leaves it open that a span of the trace matches.
    fn may_match(&self, summary: &Summary) -> bool {
        let counts = match self.service {
            Some(service) => summary
                .services
                .iter()
                .find(|tally| tally.service == service)
                .map_or((0, 0), |tally| (tally.spans, tally.errors)),
            None => (summary.spans, summary.errors),
        };
        let some = match self.query.error {
            Some(true) => counts.1 > 0,
            Some(false) => counts.0 > counts.1,
            None => counts.0 > 0,
        };
        some && summary.end.saturating_sub(summary.start) >= self.min_duration
    }

    /// Whether the summary alone decides.
    fn is_decided_by_summary(&self) -> bool {
        self.operations.is_none()
            && self.min_duration == 0
            && self.max_duration == i64::MAX
            && self.query.attributes.is_empty()
    }

    /// Whether one span of the trace meets every condition.
    fn matches(&mut self, lookup: &mut Lookup<'_>, trace: i64) -> Result<bool, StoreError> {
        if self.is_decided_by_summary() {
            return Ok(true);
        }
        let connection = lookup.connection;
        let mut select = connection.prepare_cached(
            "SELECT operation, error, duration, origin, body FROM span WHERE key >= ? AND key < ?",
        )?;
        let mut rows = select.query([trace << SPAN_BITS, (trace + 1) << SPAN_BITS])?;
        while let Some(row) = rows.next()? {
            let operation: i64 = row.get(0)?;
            match (&self.operations, self.service) {
                (Some(wanted), _) if !wanted.contains(&operation) => continue,
                (None, Some(service)) if lookup.operation(operation)?.service != service => {
                    continue;
                }
                _ => {}
            }
            if self
                .query
                .error
                .is_some_and(|wanted| row.get(1) != Ok(wanted))
            {
                continue;
            }
            if !(self.min_duration..=self.max_duration).contains(&row.get(2)?) {
                continue;
            }
            if self.query.attributes.is_empty() {
                return Ok(true);
            }
            let query = self.query;
            let of_resource = self.of_resource(lookup, row.get(3)?)?;
            let encoded = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
            let has_all = query
                .attributes
                .iter()
                .zip(of_resource)
                .all(|((key, value), found)| *found || body::has_attribute(encoded, key, value));
            if has_all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn of_resource(&mut self, lookup: &mut Lookup<'_>, origin: i64) -> Result<&[bool], StoreError> {
        if !self.resources.contains_key(&origin) {
            let resource = lookup.origin(origin)?.resource;
            let found = self
                .query
                .attributes
                .iter()
                .map(|(key, value)| {
                    find(&resource.attributes, key).is_some_and(|found| value_text(found) == *value)
                })
                .collect();
            self.resources.insert(origin, found);
        }
        Ok(&self.resources[&origin])
    }
}

fn told(
    lookup: &mut Lookup<'_>,
    id: TraceId,
    summary: Summary,
) -> Result<TraceSummary, StoreError> {
    let number = |value: i64| u64::try_from(value).unwrap_or(0);
    let lead = lookup.operation(summary.lead.operation)?;
    let mut services = Vec::with_capacity(summary.services.len());
    for tally in &summary.services {
        services.push(ServiceCount {
            name: lookup.service(tally.service)?,
            spans: number(tally.spans),
            errors: number(tally.errors),
        });
    }
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(TraceSummary {
        trace_id: id,
        root_service: lookup.service(lead.service)?,
        root_name: lead.name.clone(),
        has_root: summary.lead.is_root,
        start_unix_nano: number(summary.start),
        duration_nano: number(summary.end.saturating_sub(summary.start)),
        spans: number(summary.spans),
        errors: number(summary.errors),
        services,
    })
}
