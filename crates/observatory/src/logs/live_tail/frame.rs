//! One message of AWS's event stream, framed: lengths, checksums, headers, payload.
//! (<https://smithy.io/2.0/aws/amazon-eventstream.html>)

use bytes::Bytes;
use flate2::Crc;

/// What is sent.
pub(super) enum Message {
    /// An event by its name, and its members as JSON.
    Event(&'static str, String),
    /// An error by its name, and what it says; nothing follows.
    Exception(&'static str, &'static str),
}

/// The type of a header that is a text.
const TEXT: u8 = 7;

/// Bytes besides headers and payload: two lengths and two checksums.
const FRAME: usize = 16;

impl Message {
    /// As it goes over the wire.
    pub(super) fn framed(self) -> Bytes {
        let (kind, name_of, name, payload) = match self {
            Self::Event(name, payload) => ("event", ":event-type", name, payload),
            Self::Exception(name, message) => {
                let payload = serde_json::json!({ "message": message }).to_string();
                ("exception", ":exception-type", name, payload)
            }
        };
        let mut headers = Vec::new();
        for (name, value) in [
            (":message-type", kind),
            (name_of, name),
            (":content-type", "application/json"),
        ] {
            headers.push(name.len() as u8);
            headers.extend_from_slice(name.as_bytes());
            headers.push(TEXT);
            headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
            headers.extend_from_slice(value.as_bytes());
        }
        let length = FRAME + headers.len() + payload.len();
        let mut frame = Vec::with_capacity(length);
        frame.extend_from_slice(&(length as u32).to_be_bytes());
        frame.extend_from_slice(&(headers.len() as u32).to_be_bytes());
        frame.extend_from_slice(&checksum(&frame));
        frame.extend_from_slice(&headers);
        frame.extend_from_slice(payload.as_bytes());
        frame.extend_from_slice(&checksum(&frame));
        frame.into()
    }
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum.sum().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_framed_as_the_specification_has_it() {
        let frame = Message::Event("sessionUpdate", "{}".to_owned()).framed();
        let mut expected = vec![0, 0, 0, 101, 0, 0, 0, 83];
        expected.extend(checksum(&expected));
        expected.extend(b"\x0d:message-type\x07\x00\x05event");
        expected.extend(b"\x0b:event-type\x07\x00\x0dsessionUpdate");
        expected.extend(b"\x0d:content-type\x07\x00\x10application/json");
        expected.extend(b"{}");
        expected.extend(checksum(&expected));
        assert_eq!(frame[..], expected[..]);
        // The checksum is that of Ethernet and zip.
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926_u32.to_be_bytes());
    }

    #[test]
    fn an_error_is_the_last_that_is_said() {
        let frame = Message::Exception("SessionTimeoutException", "over").framed();
        let text = String::from_utf8_lossy(&frame);
        for part in [
            "exception",
            ":exception-type",
            "SessionTimeoutException",
            "{\"message\":\"over\"}",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
}
