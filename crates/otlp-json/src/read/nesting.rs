//! How deeply a body is nested, told from its bytes before anything is built from them.

/// As deep as messages may lie in each other in protobuf, the request not counted; in JSON each of them is an object.
const DEEPEST: usize = 100;

/// Whether objects lie deeper in each other than protobuf's decoder allows messages to.
pub(super) fn is_nested_too_deeply(body: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_text = !in_text,
            // Whatever is escaped, it ends no text.
            b'\\' if in_text => {
                bytes.next();
            }
            b'{' if !in_text => {
                depth += 1;
                if depth > DEEPEST + 1 {
                    return true;
                }
            }
            b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
