//! Spans such as a web application sends them: traces of ten, twenty columns, durations that are all different.

use span_columns::{Block, BlockBuilder, Head, MAX_ROWS, ValueRef};

const SPANS_IN_A_TRACE: usize = 10;
const START: i64 = 1_767_268_800_000_000_000;
const DAY: i64 = 86_400_000_000_000;

/// So many spans over a day.
pub(crate) fn blocks(rows: usize) -> Vec<Block> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut blocks = Vec::new();
    let mut builder = BlockBuilder::new();
    for row in 0..rows {
        if builder.rows() == MAX_ROWS {
            blocks.push(std::mem::take(&mut builder).block());
        }
        push(&mut builder, row, rows, &mut random);
    }
    blocks.push(builder.block());
    blocks
}

fn push(builder: &mut BlockBuilder, row: usize, rows: usize, random: &mut u64) {
    let mut next = |below: u64| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        *random % below
    };
    let (trace, span) = (row / SPANS_IN_A_TRACE, row % SPANS_IN_A_TRACE);
    let route = next(40);
    let duration = 1.0 / (1e-4 + next(1 << 40) as f64 / (1_u64 << 40) as f64);
    let name = match span {
        0 => format!("GET /api/v{}/things/{route}", route % 4),
        _ => format!("SELECT things {route}"),
    };
    let user = format!("user-{}", next(2000));
    let request = format!("{:016x}", next(u64::MAX));
    let instance = format!("10.0.0.{}", next(12));
    let is_error = next(50) == 0;
    let service = ["front-end", "backend", "profiles", "database"][span % 4];
    let number = |byte: usize| ((trace as u128) << 64 | byte as u128).to_be_bytes();
    let id = |span: usize| ((row - row % SPANS_IN_A_TRACE + span + 1) as u64).to_be_bytes();
    let head = Head {
        unix_nano: Some(START + (DAY as i128 * row as i128 / rows as i128) as i64),
        weight: 1,
        trace_id: number(0x2a),
        span_id: id(span),
        parent_id: if span == 0 { [0; 8] } else { id(span / 2) },
    };
    let columns = [
        ("name", ValueRef::Text(&name)),
        ("service.name", service.into()),
        ("duration_ms", duration.into()),
        (
            "span.kind",
            ["server", "internal", "client"][span % 3].into(),
        ),
        ("type", ["server", "internal", "client"][span % 3].into()),
        ("status_code", ValueRef::Int(if is_error { 2 } else { 0 })),
        (
            "error",
            if is_error {
                true.into()
            } else {
                ValueRef::Null
            },
        ),
        ("span.num_events", ValueRef::Int(i64::from(is_error))),
        ("span.num_links", ValueRef::Int(0)),
        ("meta.signal_type", "trace".into()),
        ("user.id", ValueRef::Text(&user)),
        ("request.id", ValueRef::Text(&request)),
        ("host.name", ValueRef::Text(&instance)),
        (
            "http.response.status_code",
            ValueRef::Int([200, 201, 404, 500][(route % 4) as usize]),
        ),
        (
            "http.response.body.size",
            ValueRef::Int(next(100_000) as i64),
        ),
        ("library.name", "tower".into()),
    ];
    builder.push(head, columns).expect("the block has room");
}
