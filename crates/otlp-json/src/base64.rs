//! Base64 as protobuf's JSON mapping uses it: written with the standard alphabet and padding, read in any variant.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

/// `None` for a character outside of both alphabets, or a length that no bytes encode to.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if digits.len() % 4 == 1 || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for chunk in digits.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for digit in chunk {
            group = group << 6 | value(*digit)?;
        }
        let group = (group << (6 * (4 - chunk.len()))).to_be_bytes();
        bytes.extend_from_slice(&group[1..chunk.len()]);
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        for length in 0..20_u8 {
            let bytes: Vec<u8> = (0..length)
                .map(|byte| byte.wrapping_mul(37) ^ 0xe5)
                .collect();
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn takes_every_variant() {
        #[track_caller]
        fn check(text: &str, expected: Option<&[u8]>) {
            assert_eq!(decode(text).as_deref(), expected, "{text}");
        }
        check("aGk=", Some(b"hi"));
        check("aGk", Some(b"hi"));
        check("+/8=", Some(&[0xfb, 0xff]));
        check("-_8", Some(&[0xfb, 0xff]));
        check("", Some(b""));
        check("a", None);
        check("aGk*", None);
        check("a===", None);
        assert_eq!(encode(b"hi"), "aGk=");
    }
}
