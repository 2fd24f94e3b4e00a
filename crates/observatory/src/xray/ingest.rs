//! Documents on their way into the store: read, checked, turned into spans, kept with them.
//! How they arrive is for `put` and `daemon`; what is read of a document is `xray-segment`'s.

use std::collections::HashMap;

use xray_segment::{ErrorCode, Segment, Unprocessed, trace_id};

use super::named;
use crate::{
    journal::{arrivals::Kind, refusals::By},
    model::TraceId,
    server::AppState,
    store::{self, Batch, Document, Store, StoreError},
};

/// Documents whose size together is larger than this are read on a thread that may take its time.
const READ_IN_PLACE: usize = 16 * 1024;

/// Parents looked at in search of the segment that a subsegment belongs to.
const MAX_DEPTH: usize = 100;

/// Documents that were read.
enum Read {
    Ready(Batch),
    /// The store may know more of the services of some.
    Asking(Vec<Good>, Services),
}

/// What of a batch concerns others: traces with subsegments whose service is not known, and traces of segments.
#[derive(Default)]
struct Concerns {
    orphaned: Vec<TraceId>,
    segments: Vec<TraceId>,
}

/// A document that can be stored.
struct Good {
    trace: TraceId,
    id: u64,
    text: String,
    segment: Segment,
}

/// Stores what can be stored; gives what is wrong with each of the others, in their order. All are stored or, on an error, none.
pub(crate) async fn put(
    state: &AppState,
    by: By,
    documents: Vec<String>,
) -> Result<Vec<Unprocessed>, StoreError> {
    let bytes: usize = documents.iter().map(String::len).sum();
    let refusing = state.clone();
    let read = move || {
        let mut good = Vec::with_capacity(documents.len());
        let mut bad = Vec::new();
        for text in documents {
            match xray_segment::read(&text).and_then(|segment| Good::new(segment, &text)) {
                Ok(read) => good.push(Good { text, ..read }),
                Err(unprocessed) => {
                    let code = unprocessed.code.as_str();
                    let message = &unprocessed.message;
                    refusing.refusals.add(by, code, message, text.as_bytes());
                    bad.push(unprocessed);
                }
            }
        }
        (ready(good), bad)
    };
    let (read, bad) = aside(bytes, read).await?;
    let (concerns, brought) = store(state, bytes, read).await?;
    let brought: Vec<(&str, u64)> = brought
        .iter()
        .map(|(service, documents)| (&service[..], *documents))
        .collect();
    if !brought.is_empty() {
        state.arrivals.add(Kind::Segments, by, "", &brought);
    }
    state.orphans.add(concerns.orphaned);
    adopt(state, state.orphans.take(concerns.segments)).await?;
    Ok(bad)
}

fn ready(good: Vec<Good>) -> Read {
    let services = Services::of(&good);
    if services.asked.is_empty() {
        Read::Ready(batch(good, &services))
    } else {
        Read::Asking(good, services)
    }
}

/// Also gives the number of documents of each service.
async fn store(
    state: &AppState,
    bytes: usize,
    read: Read,
) -> Result<(Concerns, Vec<(String, u64)>), StoreError> {
    let batch = match read {
        Read::Ready(batch) => batch,
        Read::Asking(good, mut services) => {
            services.ask(&state.store).await?;
            aside(bytes, move || batch(good, &services)).await?
        }
    };
    let mut concerns = Concerns::default();
    for document in &batch.documents {
        if document.is_orphan {
            concerns.orphaned.push(document.trace);
        } else if !document.is_subsegment {
            concerns.segments.push(document.trace);
        }
    }
    let brought = batch.documents_by_service();
    state.store.ingest_batch(batch).await?;
    Ok((concerns, brought))
}

/// Stores the orphans of traces again, now that a segment of theirs has come: their spans are of its service.
async fn adopt(state: &AppState, traces: Vec<TraceId>) -> Result<(), StoreError> {
    for trace in traces {
        let texts = state
            .store
            .read(move |connection| store::orphans(connection, trace))
            .await?;
        let bytes = texts.iter().map(String::len).sum();
        let read = move || {
            let read = |text: String| {
                let segment = xray_segment::read(&text).ok()?;
                let good = Good::new(segment, &text).ok()?;
                Some(Good { text, ..good })
            };
            ready(texts.into_iter().filter_map(read).collect())
        };
        let read = aside(bytes, read).await?;
        // Some may be of another segment, which has not come either.
        let (concerns, _) = self::store(state, bytes, read).await?;
        state.orphans.add(concerns.orphaned);
    }
    Ok(())
}

/// As [`put`], for documents whose sender cannot be told anything.
pub(crate) async fn from_daemon(state: &AppState, documents: Vec<String>) {
    if documents.is_empty() {
        return;
    }
    let count = documents.len();
    if let Err(error) = put(state, By::Udp, documents).await {
        let message = format!("{count} documents were lost: {error}");
        eprintln!("observatory: X-Ray daemon's port: {message}");
        for _ in 0..count {
            state.refusals.add(By::Udp, "NotStored", &message, b"");
        }
    }
}

async fn aside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    if bytes <= READ_IN_PLACE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::NotStored("the documents could not be read".to_owned()))
}

impl Good {
    /// All but the text, which is the caller's.
    fn new(segment: Segment, text: &str) -> Result<Self, Unprocessed> {
        let trace = segment.trace_id.as_deref().and_then(trace_id::parse);
        let id = trace_id::segment_id(&segment.id);
        match (trace, id) {
            (Some(trace), Some(id)) => Ok(Self {
                trace: TraceId(trace),
                id,
                text: String::new(),
                segment,
            }),
            // `read` refuses such documents.
            _ => Err(Unprocessed {
                id: Some(segment.id),
                code: ErrorCode::InvalidSegment,
                message: format!(
                    "Invalid segment. ErrorCode: InvalidSegment. The IDs of {} bytes cannot be used.",
                    text.len()
                ),
            }),
        }
    }

    fn is_alone(&self) -> bool {
        is_subsegment(&self.segment)
    }

    fn parent(&self) -> Option<u64> {
        trace_id::segment_id(self.segment.parent_id.as_deref()?)
    }
}

/// Whether a document is a subsegment sent by itself.
pub(crate) fn is_subsegment(segment: &Segment) -> bool {
    segment
        .kind
        .as_deref()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("subsegment"))
}

fn batch(documents: Vec<Good>, services: &Services) -> Batch {
    let documents = documents.into_iter().map(|good| {
        let service = services.find(&good);
        Document {
            trace: good.trace,
            id: good.id,
            in_progress: good.segment.in_progress,
            is_subsegment: good.is_alone(),
            is_orphan: good.is_alone() && service.is_none(),
            spans: named::after_requests(xray_segment::to_otlp(&good.segment, service)),
            text: good.text,
        }
    });
    Batch::of_documents(documents.collect())
}

/// The services that subsegments sent by themselves belong to: such a document does not say.
#[derive(Default)]
struct Services {
    known: HashMap<(TraceId, u64), Known>,
    /// Parents that only the store may know.
    asked: Vec<(TraceId, u64)>,
}

enum Known {
    Service(String),
    Parent(u64),
}

impl Services {
    /// What the documents themselves say: nothing, if all are segments.
    fn of(documents: &[Good]) -> Self {
        let mut services = Self::default();
        if !documents.iter().any(Good::is_alone) {
            return services;
        }
        for good in documents {
            if !good.is_alone() {
                services.learn(good.trace, &good.segment, &good.segment.name);
            } else if let Some(parent) = good.parent() {
                services.learn_parent(good.trace, &good.segment, parent);
            }
        }
        let alone = documents.iter().filter(|good| good.is_alone());
        let asked = alone.filter_map(|good| services.top(good).err());
        services.asked = asked.flatten().collect();
        services.asked.sort_unstable();
        services.asked.dedup();
        services
    }

    /// A segment and all that is in it.
    fn learn(&mut self, trace: TraceId, segment: &Segment, service: &str) {
        if let Some(id) = trace_id::segment_id(&segment.id) {
            self.known
                .insert((trace, id), Known::Service(service.to_owned()));
        }
        for part in &segment.subsegments {
            self.learn(trace, part, service);
        }
    }

    fn learn_parent(&mut self, trace: TraceId, segment: &Segment, parent: u64) {
        if let Some(id) = trace_id::segment_id(&segment.id) {
            self.known.insert((trace, id), Known::Parent(parent));
            for part in &segment.subsegments {
                self.learn_parent(trace, part, id);
            }
        }
    }

    /// The service of a document's parents, or the last parent that is known of.
    fn top(&self, good: &Good) -> Result<&str, Option<(TraceId, u64)>> {
        let mut place = (good.trace, good.parent().ok_or(None)?);
        for _ in 0..MAX_DEPTH {
            match self.known.get(&place) {
                Some(Known::Service(service)) => return Ok(service),
                Some(Known::Parent(parent)) => place.1 = *parent,
                None => return Err(Some(place)),
            }
        }
        Err(None)
    }

    /// Asks the store for what the documents do not say.
    async fn ask(&mut self, store: &Store) -> Result<(), StoreError> {
        let asked = std::mem::take(&mut self.asked);
        let found = store
            .read(move |connection| {
                asked
                    .into_iter()
                    .map(|place| Ok((place, store::service_of(connection, place.0, place.1)?)))
                    .collect::<Result<Vec<_>, StoreError>>()
            })
            .await?;
        for (place, service) in found {
            if let Some(service) = service {
                self.known.insert(place, Known::Service(service));
            }
        }
        Ok(())
    }

    fn find(&self, good: &Good) -> Option<&str> {
        if good.is_alone() {
            self.top(good).ok()
        } else {
            None
        }
    }
}
