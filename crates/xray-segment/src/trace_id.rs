//! The IDs of traces and segments in X-Ray's form, and as OpenTelemetry has them.
//!
//! A trace ID is 16 bytes in both worlds; X-Ray writes it as `1-` 8 hex digits `-` 24 hex digits.

/// A trace ID as X-Ray writes it: `1-4efaaf4d-1e8720b39541901950019ee5`.
#[must_use]
pub fn to_xray(id: [u8; 16]) -> String {
    let mut text = String::with_capacity(35);
    text.push_str("1-");
    push_hex(&id[..4], &mut text);
    text.push('-');
    push_hex(&id[4..], &mut text);
    text
}

/// A segment's ID as X-Ray writes it: 16 hex digits.
pub(crate) fn hex_16(id: u64) -> String {
    let mut text = String::with_capacity(16);
    push_hex(&id.to_be_bytes(), &mut text);
    text
}

// Many times faster than `format!`, and there is one for each ID of each span that is shown.
fn push_hex(bytes: &[u8], text: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// A trace ID read from X-Ray's form, with digits in either case; `None` if it has another form or is all zeros.
///
/// An ID in the W3C's form (32 hex digits) is `None` too: X-Ray takes OpenTelemetry's IDs since 2023, but in its own form
/// ([PutTraceSegments](https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html), "Trace ID Format").
/// The first 8 digits need not be a time: "this is not required or validated".
#[must_use]
pub fn parse(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes();
    if bytes.len() != 35 || !bytes.starts_with(b"1-") || bytes[10] != b'-' {
        return None;
    }
    let id = [&bytes[2..10], &bytes[11..]]
        .into_iter()
        .flatten()
        .try_fold(0_u128, |id, digit| Some(id << 4 | u128::from(hex(*digit)?)))?;
    (id != 0).then(|| id.to_be_bytes())
}

/// A segment's ID, or its parent's: 16 hex digits in either case; `None` if it has another form or is all zeros.
#[must_use]
pub fn segment_id(text: &str) -> Option<u64> {
    if text.len() != 16 {
        return None;
    }
    let id = text
        .bytes()
        .try_fold(0, |id, digit| Some(id << 4 | u64::from(hex(digit)?)))?;
    (id != 0).then_some(id)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
