//! `PutTelemetryRecords`: what daemons tell of themselves, added up.

use axum::Json;
use serde_json::json;

use super::{
    call::{Answer, Call},
    fields::Fields,
};
use crate::xray::error::XrayError;

/// Sums of the records that daemons sent since the program started.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Telemetry {
    /// Records.
    pub records: u64,
    /// Segments that the daemons received.
    pub segments_received: u64,
    /// Segments that they sent on.
    pub segments_sent: u64,
    /// Segments that they dropped for want of room.
    pub segments_spilled: u64,
    /// Segments that they rejected.
    pub segments_rejected: u64,
    /// Calls of theirs that failed, for whatever reason.
    pub connection_errors: u64,
}

impl Telemetry {
    pub(crate) fn plus(self, more: Self) -> Self {
        Self {
            records: self.records.saturating_add(more.records),
            segments_received: self
                .segments_received
                .saturating_add(more.segments_received),
            segments_sent: self.segments_sent.saturating_add(more.segments_sent),
            segments_spilled: self.segments_spilled.saturating_add(more.segments_spilled),
            segments_rejected: self
                .segments_rejected
                .saturating_add(more.segments_rejected),
            connection_errors: self
                .connection_errors
                .saturating_add(more.connection_errors),
        }
    }
}

/// How many records a call may bring; the daemon sends one a minute.
const RECORDS: usize = 1_000;

pub(crate) async fn put(mut call: Call) -> Answer {
    let fields = &mut call.fields;
    let records = fields.objects("TelemetryRecords", RECORDS)?;
    let records = fields.required(records, "TelemetryRecords")?;
    fields.text("EC2InstanceId", 0..=20)?;
    fields.text("Hostname", 0..=255)?;
    fields.text("ResourceARN", 0..=500)?;
    call.fields.done()?;
    let mut sum = Telemetry::default();
    for record in records {
        sum = sum.plus(read(record)?);
    }
    call.state.xray.add_telemetry(sum);
    Ok(Json(json!({})))
}

fn read(mut record: Fields) -> Result<Telemetry, XrayError> {
    let at = record.moment("Timestamp")?;
    record.required(at, "Timestamp")?;
    let mut telemetry = Telemetry {
        records: 1,
        segments_received: count(&mut record, "SegmentsReceivedCount")?,
        segments_sent: count(&mut record, "SegmentsSentCount")?,
        segments_spilled: count(&mut record, "SegmentsSpilloverCount")?,
        segments_rejected: count(&mut record, "SegmentsRejectedCount")?,
        connection_errors: 0,
    };
    if let Some(mut errors) = record.object("BackendConnectionErrors")? {
        for name in [
            "TimeoutCount",
            "ConnectionRefusedCount",
            "HTTPCode4XXCount",
            "HTTPCode5XXCount",
            "UnknownHostCount",
            "OtherCount",
        ] {
            telemetry.connection_errors += count(&mut errors, name)?;
        }
        errors.done()?;
    }
    record.done()?;
    Ok(telemetry)
}

fn count(fields: &mut Fields, name: &str) -> Result<u64, XrayError> {
    let number = fields.integer(name, 0..=i32::MAX)?;
    Ok(number.map_or(0, |number| u64::from(number.unsigned_abs())))
}
