//! The order in which `sort` puts values: the service's version of natural sorting
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html>).

use std::{cmp::Ordering, iter::Peekable, str::Chars};

use super::value::Value;

/// Ascending or descending; what is absent comes last either way, which the service does not document.
pub(super) fn directed(one: &Value<'_>, other: &Value<'_>, descending: bool) -> Ordering {
    match (one.is_absent(), other.is_absent()) {
        (false, false) => {
            let order = ascending(one, other);
            if descending { order.reverse() } else { order }
        }
        (one, other) => one.cmp(&other),
    }
}

/// Values that are no numbers come before numbers.
pub(super) fn ascending(one: &Value<'_>, other: &Value<'_>) -> Ordering {
    match (one.number(), other.number()) {
        (Some(a), Some(b)) => a.total_cmp(&b).then_with(|| match (one, other) {
            (Value::Text(one), Value::Text(other)) => one.cmp(other),
            _ => Ordering::Equal,
        }),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => match (one.text(), other.text()) {
            (Some(one), Some(other)) => texts(&one, &other),
            (one, other) => one.is_some().cmp(&other.is_some()),
        },
    }
}

/// Runs of digits compare by length, then by value; all else by code point.
fn texts(one: &str, other: &str) -> Ordering {
    if one == other {
        return Ordering::Equal;
    }
    let from = differing(one, other);
    let (mut left, mut right) = (
        one[from..].chars().peekable(),
        other[from..].chars().peekable(),
    );
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return Ordering::Equal,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (a, b) = (digits(&mut left), digits(&mut right));
                a.len().cmp(&b.len()).then_with(|| a.cmp(&b))
            }
            (a, b) => {
                let order = a.cmp(&b);
                left.next();
                right.next();
                order
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Where texts begin to differ, or the digits do of which that is a part.
fn differing(one: &str, other: &str) -> usize {
    let pairs = one.bytes().zip(other.bytes());
    let mut from = pairs.take_while(|(one, other)| one == other).count();
    while !one.is_char_boundary(from) {
        from -= 1;
    }
    let same = &one[..from];
    same.trim_end_matches(|c: char| c.is_ascii_digit()).len()
}

fn digits(characters: &mut Peekable<Chars<'_>>) -> String {
    let mut run = String::new();
    while let Some(digit) = characters.next_if(char::is_ascii_digit) {
        run.push(digit);
    }
    run
}
