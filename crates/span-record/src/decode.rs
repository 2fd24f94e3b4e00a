//! Bytes to an export request, for HTTP and gRPC alike, with a bound on the memory that the request may unfold to.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

/// Memory that one request may take once decoded. Two bytes are enough to make an empty span of 400.
const MAX_UNFOLDED_BYTES: usize = 256 * 1024 * 1024;

/// About what an object of a JSON body takes once decoded.
const JSON_OBJECT_BYTES: usize = 400;

/// Deeper nesting is refused by the decoder.
const MAX_DEPTH: usize = 100;

/// Why a body is not a request that can be taken.
#[derive(Debug, Eq, PartialEq)]
pub enum Undecodable {
    /// Not the format that its content type says.
    Garbage,
    /// So many parts that decoding them would take too much memory.
    TooManyParts,
}

/// Reads a protobuf request.
pub fn protobuf(body: &[u8]) -> Result<ExportTraceServiceRequest, Undecodable> {
    let mut room = MAX_UNFOLDED_BYTES;
    if !fits(body, &REQUEST, MAX_DEPTH, &mut room) {
        return Err(Undecodable::TooManyParts);
    }
    ExportTraceServiceRequest::decode(body).map_err(|_| Undecodable::Garbage)
}

/// Reads a JSON request.
pub fn json(body: &[u8]) -> Result<ExportTraceServiceRequest, Undecodable> {
    let objects = body.iter().filter(|byte| **byte == b'{').count();
    if objects > MAX_UNFOLDED_BYTES / JSON_OBJECT_BYTES {
        return Err(Undecodable::TooManyParts);
    }
    otlp_json::read(body).map_err(|_| Undecodable::Garbage)
}

/// A message type: what one takes in memory, and which of its fields are messages again.
struct Shape {
    bytes: usize,
    parts: &'static [(u64, &'static Shape)],
}

static REQUEST: Shape = Shape {
    bytes: 24,
    parts: &[(1, &RESOURCE_SPANS)],
};
static RESOURCE_SPANS: Shape = Shape {
    bytes: 150,
    parts: &[(1, &RESOURCE), (2, &SCOPE_SPANS)],
};
static RESOURCE: Shape = Shape {
    bytes: 60,
    parts: &[(1, &ATTRIBUTE), (3, &LEAF)],
};
static SCOPE_SPANS: Shape = Shape {
    bytes: 150,
    parts: &[(1, &SCOPE), (2, &SPAN)],
};
static SCOPE: Shape = Shape {
    bytes: 80,
    parts: &[(3, &ATTRIBUTE)],
};
static SPAN: Shape = Shape {
    bytes: 400,
    parts: &[(9, &ATTRIBUTE), (11, &EVENT), (13, &LINK), (15, &LEAF)],
};
static EVENT: Shape = Shape {
    bytes: 80,
    parts: &[(3, &ATTRIBUTE)],
};
static LINK: Shape = Shape {
    bytes: 120,
    parts: &[(4, &ATTRIBUTE)],
};
static ATTRIBUTE: Shape = Shape {
    bytes: 80,
    parts: &[(2, &VALUE)],
};
static VALUE: Shape = Shape {
    bytes: 0,
    parts: &[(5, &ARRAY), (6, &LIST)],
};
static ARRAY: Shape = Shape {
    bytes: 0,
    parts: &[(1, &ELEMENT)],
};
static ELEMENT: Shape = Shape {
    bytes: 40,
    parts: &[(5, &ARRAY), (6, &LIST)],
};
static LIST: Shape = Shape {
    bytes: 0,
    parts: &[(1, &ATTRIBUTE)],
};
static LEAF: Shape = Shape {
    bytes: 80,
    parts: &[],
};

/// Takes what the message unfolds to from the room left; `false` when there is none.
/// What is not protobuf is left for the decoder to refuse.
fn fits(message: &[u8], shape: &Shape, depth: usize, room: &mut usize) -> bool {
    if shape.bytes > *room {
        return false;
    }
    *room -= shape.bytes;
    if depth == 0 {
        return true;
    }
    crate::wire::Fields(message).all(|(number, field)| match field {
        crate::wire::Field::Bytes(part) => shape
            .parts
            .iter()
            .find(|(of, _)| *of == number)
            .is_none_or(|(_, shape)| fits(part, shape, depth - 1, room)),
        _ => true,
    })
}
