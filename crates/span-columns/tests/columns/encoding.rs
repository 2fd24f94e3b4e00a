//! Rows go into columns and bytes and come out the same; other bytes are an error.

use proptest::prelude::*;
use span_columns::{Block, BlockBuilder, Column, Full, Head, MAX_ROWS, Part, ValueRef};
use span_query::{Row, Value, field};

use crate::rows::{blocks, row};

/// Values and their types: 1 and 1.0 are equal and yet not the same.
fn exact(value: &Value) -> String {
    format!("{value:?}")
}

#[track_caller]
fn check_same(block: &Block, rows: &[Row]) {
    assert_eq!(block.rows(), rows.len());
    let names = rows.iter().flat_map(Row::fields).map(|(name, _)| name);
    for name in names.chain(["nowhere"]) {
        for (index, row) in rows.iter().enumerate() {
            let found = block
                .column(name)
                .map_or(Value::Null, |column| column.value(index));
            assert_eq!(exact(&found), exact(row.get(name)), "{name}, row {index}");
        }
    }
}

fn round_trip(block: &Block) -> Block {
    let parts: Vec<(String, Vec<u8>)> = block
        .encode()
        .map(|(part, bytes)| (part.key(), bytes))
        .collect();
    let parts = parts
        .iter()
        .map(|(key, bytes)| (Part::from_key(key).expect("a part's key"), &bytes[..]));
    Block::decode(block.rows(), parts).expect("a block's own bytes")
}

/// One column of these values, with its bytes.
fn column<'a>(values: impl IntoIterator<Item = ValueRef<'a>>) -> (usize, Vec<u8>) {
    let mut builder = BlockBuilder::new();
    for value in values {
        builder.push(Head::default(), [("x", value)]).expect("room");
    }
    let block = builder.block();
    assert_eq!(round_trip(&block), block);
    (block.rows(), block.column("x").expect("x").encode())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_come_back_as_they_went_in(rows in prop::collection::vec(row(), 1..60)) {
        let block = &blocks(&rows, rows.len())[0];
        check_same(block, &rows);
        let back = round_trip(block);
        prop_assert_eq!(&back, block);
        check_same(&back, &rows);
    }

    #[test]
    fn rows_of_blocks_come_into_another_block_as_they_are(
        rows in prop::collection::vec(row(), 1..60),
        taken in prop::collection::vec(any::<bool>(), 60),
        each in 1_usize..30,
    ) {
        let wanted = |index: &usize| taken[*index];
        let mut builder = BlockBuilder::new();
        for (number, block) in blocks(&rows, each).iter().enumerate() {
            let some: Vec<u32> = (0..block.rows())
                .filter(|row| wanted(&(number * each + row)))
                .map(|row| row as u32)
                .collect();
            prop_assert_eq!(builder.append(block, &some), Ok(some.len()));
        }
        let kept: Vec<Row> = (0..rows.len()).filter(wanted).map(|index| rows[index].clone()).collect();
        let block = builder.block();
        check_same(&block, &kept);
        let mut pushed = BlockBuilder::new();
        kept.iter().for_each(|row| pushed.push_row(row).expect("room"));
        let pushed = pushed.block();
        for part in [Part::Time, Part::Weight, Part::TraceId, Part::SpanId, Part::ParentId] {
            prop_assert_eq!(block.part(&part), pushed.part(&part), "{:?}", part);
        }
    }

    #[test]
    fn bytes_cut_or_changed_give_an_error_or_a_column(
        rows in prop::collection::vec(row(), 1..60),
        cut in any::<prop::sample::Index>(),
        change in any::<u8>(),
    ) {
        for (part, bytes) in blocks(&rows, rows.len())[0].encode() {
            let place = cut.index(bytes.len());
            prop_assert!(Column::decode(&bytes[..place], rows.len()).is_err(), "{:?}", part);
            let mut longer = bytes.clone();
            longer.push(change);
            prop_assert!(Column::decode(&longer, rows.len()).is_err(), "{:?}", part);
            let mut changed = bytes;
            changed[place] ^= change;
            if let Ok(column) = Column::decode(&changed, rows.len()) {
                for row in 0..rows.len() {
                    column.value(row);
                }
                column.encode();
            }
        }
    }

    #[test]
    fn any_bytes_give_an_error_or_a_column(
        kind in 0x10_u8..0x17,
        mut bytes in prop::collection::vec(prop_oneof![3 => 0_u8..4, 1 => any::<u8>()], 0..80),
        rows in 0_usize..20,
    ) {
        bytes.insert(0, kind);
        if let Ok(column) = Column::decode(&bytes, rows) {
            let values: Vec<Value> = (0..rows).map(|row| column.value(row)).collect();
            prop_assert_eq!(values.len(), column.rows());
        }
    }
}

#[test]
fn columns_are_as_narrow_as_their_values_allow() {
    let text = |number: usize| format!("value {number}");
    let texts: Vec<String> = (0..70_000).map(text).collect();
    let few = |different: usize| column((0..10_000).map(|row| texts[row % different][..].into())).1;
    let dictionary = |different: usize| {
        24 + texts[..different]
            .iter()
            .map(|text| text.len() + 4)
            .sum::<usize>()
    };
    assert!(few(1).len() <= dictionary(1));
    assert!(few(200).len() <= dictionary(200) + 10_000);
    assert!(few(300).len() <= dictionary(300) + 20_000);
    let all = texts[..MAX_ROWS].iter().map(|text| text[..].into());
    assert!(column(all).1.len() <= dictionary(MAX_ROWS) + 4 * MAX_ROWS);

    let sparse = (0..10_000).map(|row| {
        if row % 100 == 7 {
            true.into()
        } else {
            ValueRef::Null
        }
    });
    assert!(column(sparse).1.len() <= 24 + 500);
    let integers = (0..10_000).map(|row| ValueRef::Int(i64::MAX - row % 60_000));
    assert!(column(integers).1.len() <= 24 + 20_000);
    let floats = (0..10_000).map(|row| ValueRef::Float(row as f64 / 7.0));
    assert!(column(floats).1.len() <= 24 + 80_000);
}

#[test]
fn a_long_text_is_kept_whole() {
    let long = "ä".repeat(100_000);
    let mut builder = BlockBuilder::new();
    for name in ["long", "short"] {
        let text = if name == "long" { &long } else { "s" };
        builder
            .push(Head::default(), [("x", text.into())])
            .expect("room");
    }
    let block = round_trip(&builder.block());
    let x = block.column("x").expect("x");
    assert_eq!(x.value(0), long.into());
    assert_eq!(x.value(1), "s".into());
}

#[test]
fn a_block_has_so_many_rows_and_no_more() {
    let mut builder = BlockBuilder::new();
    for _ in 0..MAX_ROWS {
        builder.push(Head::default(), []).expect("room");
    }
    assert_eq!(builder.push(Head::default(), []), Err(Full));
    let block = round_trip(&builder.block());
    assert_eq!(block.rows(), MAX_ROWS);
    assert_eq!(block.extent(), None);
}

#[test]
fn rows_are_appended_until_there_is_no_room() {
    let mut builder = BlockBuilder::new();
    builder
        .push(Head::default(), [("x", 7.into())])
        .expect("room");
    let one = builder.block();
    for _ in 0..MAX_ROWS - 2 {
        assert_eq!(builder.append(&one, &[0]), Ok(1));
    }
    assert_eq!(builder.append(&one, &[0, 0, 0]), Ok(1));
    assert_eq!(builder.append(&one, &[0]), Err(Full));
    assert_eq!(builder.append(&one, &[]), Ok(0));
    assert_eq!(
        builder.block().column("x").map(Column::present),
        Some(MAX_ROWS)
    );
}

#[test]
fn another_value_for_the_column_of_an_id_is_shown_beside_the_ids() {
    let id = "0123456789abcdef0123456789abcdef";
    let rows = [
        Row::new().with(field::TRACE_ID, id),
        Row::new().with(field::TRACE_ID, "mine"),
        Row::new().with(field::TRACE_ID, 7),
        Row::new().with(field::TRACE_ID, id.to_uppercase()),
        Row::new(),
    ];
    let block = &blocks(&rows, 9)[0];
    check_same(block, &rows);
    check_same(&round_trip(block), &rows);
}

#[test]
fn a_part_of_another_length_or_kind_is_refused() {
    let (rows, bytes) = column([1.into(), "a".into()]);
    let part = |part| Block::decode(rows, [(part, &bytes[..])]);
    assert!(part(Part::Column("y".to_owned())).is_ok());
    for other in [Part::Time, Part::TraceId, Part::SpanId, Part::ParentId] {
        assert!(part(other).is_err());
    }
    assert!(Block::decode(rows + 1, [(Part::Column("y".to_owned()), &bytes[..])]).is_err());
    assert!(Column::decode(&bytes, MAX_ROWS + 1).is_err());
}

#[test]
fn much_cannot_be_claimed_with_few_bytes() {
    let claims: [&[u8]; 3] = [
        &[
            0x11, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
        &[
            0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127,
        ],
        &[
            0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 255, 255, 255, 255,
        ],
    ];
    for bytes in claims {
        assert!(Column::decode(bytes, 4).is_err());
    }
}
