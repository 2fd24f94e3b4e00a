//! X-Ray's documents within a transaction: each kept once, the complete one in the place of its version in progress.

use rusqlite::{OptionalExtension, Transaction, params};
use span_record::{Batch, BatchDocument, body};

use super::Group;
use crate::store::{
    names::BatchNames,
    schema::SPAN_BITS,
    summary::{Contribution, Lead, Summary},
};

impl Group<'_> {
    /// Writes a document and its spans, in the place of its version in progress if that is what is known of it.
    pub(super) fn store_document(
        &mut self,
        batch: &Batch,
        ids: &BatchNames,
        document: &BatchDocument,
    ) -> Result<usize, rusqlite::Error> {
        let touched = self.touch(document.trace)?;
        let trace = self.touched[touched].key;
        let id = document.id.cast_signed();
        let may_be_known = !self.touched[touched].is_new || self.touched[touched].has_documents;
        self.touched[touched].has_documents = true;
        let known = if may_be_known {
            self.known(trace, document)?
        } else {
            None
        };
        match known {
            Some((true, _)) => return Ok(0),
            Some((false, spans)) => self.remove(touched, &spans)?,
            None => self.new_segments += 1,
        }
        let before = self.arrived.len();
        let keys = self.insert(batch, ids, document.spans.clone())?;
        let listed: Vec<u8> = if document.in_progress || document.is_orphan {
            let mut open = self
                .transaction
                .prepare_cached("INSERT INTO open_span (key) VALUES (?)")?;
            for key in self.arrived.drain(before..) {
                open.execute([key])?;
            }
            keys.iter().flat_map(|low| low.to_le_bytes()).collect()
        } else {
            Vec::new()
        };
        self.statements.insert_segment.execute(params![
            trace,
            id,
            document.in_progress,
            listed,
            document.text
        ])?;
        Ok(keys.len())
    }

    /// What is stored under a document's ID: whether it stays, and the spans that it lists if not.
    ///
    /// A complete one stays, unless it was an orphan and no longer is; one in progress stays if the same comes again.
    fn known(
        &self,
        trace: i64,
        document: &BatchDocument,
    ) -> Result<Option<(bool, Vec<u8>)>, rusqlite::Error> {
        let mut select = self.transaction.prepare_cached(
            "SELECT in_progress, document = ?3, spans FROM segment WHERE trace = ?1 AND id = ?2",
        )?;
        let id = document.id.cast_signed();
        select
            .query_row(params![trace, id, document.text], |row| {
                let listed: Vec<u8> = row.get(2)?;
                let stays = if row.get(0)? {
                    row.get(1)?
                } else {
                    listed.is_empty() || document.is_orphan || document.in_progress
                };
                Ok((stays, listed))
            })
            .optional()
    }

    /// Removes the spans that a document in progress, or an orphan, lists.
    ///
    /// A span that lies beside its own place because the place was taken may then be stored again when it is sent
    /// again: it takes two spans of one trace with the same 32 bits, one of them in progress.
    fn remove(&mut self, touched: usize, listed: &[u8]) -> Result<(), rusqlite::Error> {
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM span WHERE key = ? RETURNING operation, origin")?;
        let mut close = self
            .transaction
            .prepare_cached("DELETE FROM open_span WHERE key = ?")?;
        let trace = self.touched[touched].key;
        for low in listed.as_chunks().0 {
            let key = trace << SPAN_BITS | i64::from(u32::from_le_bytes(*low));
            close.execute([key])?;
            let removed = delete
                .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((operation, origin)) = removed {
                *self.operations.entry(operation).or_default() -= 1;
                *self.origins.entry(origin).or_default() -= 1;
                self.new_spans -= 1;
                self.touched[touched].is_stale = true;
            }
        }
        Ok(())
    }
}

/// A trace's summary, made from its spans; `None` if it has none.
pub(super) fn summed_up(
    transaction: &Transaction<'_>,
    trace: i64,
) -> Result<Option<Summary>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT span.operation, service, error, duration, body FROM span
         JOIN operation ON operation.id = span.operation WHERE key >= ? AND key < ?",
    )?;
    let mut rows = select.query([trace << SPAN_BITS, (trace + 1) << SPAN_BITS])?;
    let mut summary: Option<Summary> = None;
    while let Some(row) = rows.next()? {
        let (span, is_root, start) = body::place(row.get_ref(4)?.as_blob()?);
        let start = i64::try_from(start).unwrap_or(i64::MAX);
        let span = Contribution {
            lead: Lead {
                operation: row.get(0)?,
                is_root,
                start,
                span: span.cast_signed(),
            },
            service: row.get(1)?,
            end: start.saturating_add(row.get(3)?),
            error: row.get(2)?,
        };
        match &mut summary {
            Some(summary) => summary.add(span),
            None => summary = Some(Summary::first(span)),
        }
    }
    Ok(summary)
}
