//! A body's content type and encoding: which are taken, and bounded decompression.
//! What the bytes then mean is decided in `decode`.

use std::io::{BufReader, Read};

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use ruzstd::decoding::StreamingDecoder;

/// Largest body as sent, Honeycomb's bound.
pub const MAX_BODY_BYTES: usize = 20 * 1024 * 1024;

/// Largest body once decompressed.
pub const MAX_DECOMPRESSED_BYTES: usize = 64 * 1024 * 1024;

/// What a body is decompressed to before it is known whether all of it is small enough.
const FIRST_BYTES: usize = 4 * 1024 * 1024;

/// How a message is written, in a request and in the answer to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    Json,
    /// Protobuf, under the name that the request gave it.
    Protobuf(&'static str),
}

impl Format {
    /// The content types that are taken, in the order in which an error names them.
    pub(crate) const NAMES: [&str; 3] = [
        "application/protobuf",
        "application/x-protobuf",
        "application/json",
    ];

    /// Reads `Content-Type`, whose parameters (`charset`) do not matter.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(http::header::CONTENT_TYPE)?.to_str().ok()?;
        let name = value.split(';').next()?.trim();
        let known = Self::NAMES
            .into_iter()
            .find(|known| name.eq_ignore_ascii_case(known))?;
        Some(if known == "application/json" {
            Self::Json
        } else {
            Self::Protobuf(known)
        })
    }

    /// Whether a body is said to be protobuf.
    pub(crate) fn is_protobuf(headers: &HeaderMap) -> bool {
        matches!(Self::of(headers), Some(Self::Protobuf(_)))
    }

    /// As people call it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Protobuf(_) => "protobuf",
        }
    }

    /// The content type of an answer.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf(name) => name,
        }
    }
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Deflate,
    Zstd,
}

impl Encoding {
    /// What is added to the name of a format.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => ", gzip",
            Self::Deflate => ", deflate",
            Self::Zstd => ", zstd",
        }
    }

    /// Reads `Content-Encoding`; the error is the name of one that is not taken.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, String> {
        let Some(value) = headers.get(http::header::CONTENT_ENCODING) else {
            return Ok(Self::Identity);
        };
        let name = String::from_utf8_lossy(value.as_bytes())
            .trim()
            .to_ascii_lowercase();
        match name.as_str() {
            "" | "identity" | "none" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            "zstd" => Ok(Self::Zstd),
            _ => Err(name),
        }
    }
}

/// Why a body could not be decompressed.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Unreadable {
    TooLarge,
    Corrupt,
}

/// Decompresses a body of at most [`MAX_DECOMPRESSED_BYTES`].
pub(crate) fn decompress(encoding: Encoding, body: Bytes) -> Result<Bytes, Unreadable> {
    if encoding == Encoding::Identity {
        return Ok(body);
    }
    let mut start = Vec::new();
    reader(encoding, &body)?
        .take(FIRST_BYTES as u64)
        .read_to_end(&mut start)
        .map_err(|_| Unreadable::Corrupt)?;
    if start.len() < FIRST_BYTES {
        return Ok(start.into());
    }
    drop(start);
    // Large: measure it without keeping it, so that a bomb costs time but no memory, then read it in one piece.
    let bound = MAX_DECOMPRESSED_BYTES as u64 + 1;
    let mut measured = reader(encoding, &body)?.take(bound);
    let size =
        std::io::copy(&mut measured, &mut std::io::sink()).map_err(|_| Unreadable::Corrupt)?;
    if size == bound {
        return Err(Unreadable::TooLarge);
    }
    let mut whole = Vec::with_capacity(usize::try_from(size).map_err(|_| Unreadable::TooLarge)?);
    reader(encoding, &body)?
        .take(bound)
        .read_to_end(&mut whole)
        .map_err(|_| Unreadable::Corrupt)?;
    Ok(whole.into())
}

fn reader(encoding: Encoding, body: &[u8]) -> Result<Box<dyn Read + '_>, Unreadable> {
    Ok(match encoding {
        Encoding::Identity => Box::new(body),
        Encoding::Gzip => Box::new(MultiGzDecoder::new(body)),
        // HTTP's deflate is zlib's format; some senders leave its two-byte header out.
        Encoding::Deflate if is_zlib(body) => Box::new(ZlibDecoder::new(body)),
        Encoding::Deflate => Box::new(DeflateDecoder::new(body)),
        Encoding::Zstd => {
            let frames = StreamingDecoder::new(body).map_err(|_| Unreadable::Corrupt)?;
            Box::new(BufReader::new(frames))
        }
    })
}

fn is_zlib(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}
