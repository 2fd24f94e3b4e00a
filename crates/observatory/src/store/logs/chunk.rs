//! A chunk: log events of one stream that came in one call, packed into one row.
//! Which rows there are and in what order they are read is not decided here.

use std::ops::Range;

/// Bytes of messages after which a chunk takes no further event.
///
/// A call's events are in order, so its chunks follow each other in time: whoever reads has one of them in memory, and a
/// narrow window needs few.
const CHUNK_BYTES: usize = 64 * 1024;

/// How many low bits of an event's ID are its place within its chunk: a call has 10,000 events at most.
const PLACE_BITS: u32 = 14;

/// What the service counts for an event besides its message.
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>)
pub(crate) const EVENT_OVERHEAD: usize = 26;

/// The events of one call: their times, in order, and their messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NewEvents {
    /// All messages, one after the other.
    pub(crate) text: String,
    /// Of each event: its time in milliseconds since the Unix epoch, and where its message ends in `text`.
    pub(crate) events: Vec<(i64, usize)>,
}

impl NewEvents {
    /// Adds an event.
    #[cfg(test)]
    pub(crate) fn push(&mut self, time: i64, message: &str) {
        self.text.push_str(message);
        self.events.push((time, self.text.len()));
    }

    /// Where the message of an event is in `text`.
    pub(crate) fn message(&self, place: usize) -> Range<usize> {
        let start = place
            .checked_sub(1)
            .map_or(0, |before| self.events[before].1);
        start..self.events[place].1
    }
}

/// Events ready to be written as one row.
#[derive(Debug, PartialEq)]
pub(crate) struct Packed {
    /// Time of the first event.
    pub(crate) first: i64,
    /// Time of the last event.
    pub(crate) last: i64,
    /// How many there are.
    pub(crate) events: usize,
    /// Their size as the service counts it.
    pub(crate) bytes: usize,
    /// Times and lengths, then the messages.
    pub(crate) body: Vec<u8>,
}

/// Packs some of a call's events.
pub(crate) fn pack(new: &NewEvents, events: Range<usize>) -> Vec<Packed> {
    let mut chunks = Vec::new();
    let mut rest = events;
    while !rest.is_empty() {
        let from = rest.start;
        let start = new.message(from).start;
        let next = (from + 1..rest.end)
            .find(|place| new.message(*place).end - start > CHUNK_BYTES)
            .unwrap_or(rest.end);
        chunks.push(pack_one(new, from..next));
        rest.start = next;
    }
    chunks
}

fn pack_one(new: &NewEvents, events: Range<usize>) -> Packed {
    let text = new.message(events.start).start..new.message(events.end - 1).end;
    let first = new.events[events.start].0;
    let mut body = Vec::with_capacity(text.len() + events.len() * 4);
    let mut before = first;
    for place in events.clone() {
        let time = new.events[place].0;
        write_number(&mut body, time.abs_diff(before));
        write_number(&mut body, new.message(place).len() as u64);
        before = time;
    }
    body.extend_from_slice(&new.text.as_bytes()[text.clone()]);
    Packed {
        first,
        last: before,
        events: events.len(),
        bytes: text.len() + events.len() * EVENT_OVERHEAD,
        body,
    }
}

/// Events as they are read back.
#[derive(Debug, PartialEq)]
pub(crate) struct Chunk {
    id: u64,
    times: Vec<i64>,
    /// Where each message ends.
    ends: Vec<u32>,
    text: String,
}

impl Chunk {
    /// Reads a row's body; `None` if it is damaged.
    pub(crate) fn unpack(id: i64, first: i64, events: usize, body: Vec<u8>) -> Option<Self> {
        let mut times = Vec::with_capacity(events);
        let mut ends = Vec::with_capacity(events);
        let mut rest = body.as_slice();
        let (mut time, mut end) = (first, 0_u32);
        for _ in 0..events {
            time = time.checked_add_unsigned(read_number(&mut rest)?)?;
            end = end.checked_add(u32::try_from(read_number(&mut rest)?).ok()?)?;
            times.push(time);
            ends.push(end);
        }
        let header = body.len() - rest.len();
        let mut body = body;
        body.drain(..header);
        let text = String::from_utf8(body).ok()?;
        let is_whole = text.len() == end as usize
            && ends.iter().all(|end| text.is_char_boundary(*end as usize));
        is_whole.then_some(Self {
            id: id.cast_unsigned(),
            times,
            ends,
            text,
        })
    }

    /// How many events there are.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// Its size in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + self.times.len() * 12
    }

    /// When each event happened, in order.
    pub(crate) fn times(&self) -> &[i64] {
        &self.times
    }

    /// The message of an event.
    pub(crate) fn message(&self, place: usize) -> &str {
        let start = place
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[place] as usize]
    }

    /// The ID of an event.
    pub(crate) fn event_id(&self, place: usize) -> u64 {
        event_id(self.id, place)
    }
}

/// The ID of the event at a place of a chunk.
pub(crate) fn event_id(chunk: u64, place: usize) -> u64 {
    chunk << PLACE_BITS | place as u64
}

/// The chunk of an event, and its place there.
pub(crate) fn place_of(event: u64) -> (i64, usize) {
    let place = event & ((1 << PLACE_BITS) - 1);
    ((event >> PLACE_BITS).cast_signed(), place as usize)
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn write_number(to: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn read_number(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(list: &[(i64, String)]) -> NewEvents {
        let mut new = NewEvents::default();
        for (time, message) in list {
            new.push(*time, message);
        }
        new
    }

    #[track_caller]
    fn check(rule: &str, list: &[(i64, String)], sizes: &[usize]) {
        let new = events(list);
        let packed = pack(&new, 0..list.len());
        let found: Vec<usize> = packed.iter().map(|chunk| chunk.events).collect();
        assert_eq!(found, sizes, "{rule}");
        let mut back = Vec::new();
        for (number, packed) in packed.into_iter().enumerate() {
            let bytes = packed.bytes;
            let id = number as i64 + 1;
            let chunk = Chunk::unpack(id, packed.first, packed.events, packed.body)
                .unwrap_or_else(|| panic!("{rule}: chunk {id}"));
            assert_eq!(chunk.times()[0], packed.first, "{rule}");
            assert_eq!(chunk.times()[chunk.len() - 1], packed.last, "{rule}");
            let mut size = 0;
            for place in 0..chunk.len() {
                assert_eq!(place_of(chunk.event_id(place)), (id, place), "{rule}");
                size += chunk.message(place).len() + 26;
                back.push((chunk.times()[place], chunk.message(place).to_owned()));
            }
            assert_eq!(size, bytes, "{rule}");
        }
        assert_eq!(back, list, "{rule}");
    }

    #[test]
    fn gives_back_what_was_packed() {
        check("one", &[(5, "x".to_owned())], &[1]);
        check(
            "an empty message, and letters of several bytes",
            &[
                (0, String::new()),
                (0, "grüße 🎉".to_owned()),
                (86_400_000, "é".to_owned()),
            ],
            &[3],
        );
        let many: Vec<_> = (0..10_000).map(|n| (n / 3, n.to_string())).collect();
        check("as many as a call may have", &many, &[10_000]);
        let large: Vec<_> = (0..5).map(|n| (n, "y".repeat(30_000))).collect();
        check("two fit", &large, &[2, 2, 1]);
        let edge = [
            (1, "z".repeat(CHUNK_BYTES - 1)),
            (2, "z".to_owned()),
            (3, "z".to_owned()),
        ];
        check("up to the edge", &edge, &[2, 1]);
        let huge = [
            (1, "a".to_owned()),
            (2, "b".repeat(CHUNK_BYTES + 1)),
            (3, "c".to_owned()),
        ];
        check("one that is larger than a chunk", &huge, &[1, 1, 1]);
    }

    #[test]
    fn packs_a_part() {
        let list: Vec<_> = (0..4).map(|n| (n * 10, format!("m{n}"))).collect();
        let packed = pack(&events(&list), 1..3);
        assert_eq!(
            (packed[0].first, packed[0].last, packed[0].bytes),
            (10, 20, 56)
        );
        assert_eq!(pack(&events(&list), 2..2), []);
    }

    #[test]
    fn says_when_a_body_is_damaged() {
        let packed = pack(&events(&[(1, "é".to_owned()), (2, "b".to_owned())]), 0..2);
        let whole = packed[0].body.clone();
        let read = |body: &[u8]| Chunk::unpack(1, 1, 2, body.to_vec());
        assert!(read(&whole).is_some());
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut]), None, "cut to {cut}");
        }
        assert_eq!(read(&[&whole[..], b"x"].concat()), None, "too long");
        let mut split = whole.clone();
        (split[1], split[3]) = (1, 2);
        assert_eq!(read(&split), None, "a letter torn apart");
        let mut foreign = whole;
        foreign[4] = 0xff;
        assert_eq!(read(&foreign), None, "no UTF-8");
    }
}
