//! What holds for any pattern and any message.

use log_query::pattern::Pattern;
use proptest::prelude::*;

use crate::cases::read;

/// Pieces of patterns, put together anyhow.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "ERROR", "?", "-", "\"", "\"a b\"", "\\", "%", "%a%", "{", "}", "[", "]", "(", ")",
        "$", "$.a", "$.a[0]", "$.['k']", "[*]", ".*", "...", ",", "=", "!=", ">", "<=", "&&", "||",
        "&", "IS", "NULL", "NOT", "EXISTS", "1", "-2e3", "4*", "*", "x = 1", "é", "\u{0}", " ",
        "'",
    ]);
    let joined = |pieces: Vec<&str>| pieces.concat();
    let inside = |(open, pieces, close): (&str, Vec<&str>, &str)| {
        format!("{open}{}{close}", pieces.join(" "))
    };
    prop_oneof![
        prop::collection::vec(piece.clone(), 0..12).prop_map(joined),
        (
            Just("{"),
            prop::collection::vec(piece.clone(), 0..10),
            Just("}")
        )
            .prop_map(inside),
        (Just("["), prop::collection::vec(piece, 0..10), Just("]")).prop_map(inside),
    ]
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i16>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| format!("{number:e}")),
        "[a-z]{1,3}[*]?",
        "[ab\"\\\\é *]{0,4}".prop_map(|text| quoted(&text)),
    ]
}

fn comparison() -> impl Strategy<Value = String> {
    let equal = prop::sample::select(vec!["=", "!="]);
    let order = prop::sample::select(vec!["<", "<=", ">", ">="]);
    prop_oneof![
        (equal, value()).prop_map(|(operator, value)| format!("{operator}{value}")),
        (order, any::<i16>()).prop_map(|(operator, number)| format!("{operator} {number}")),
    ]
}

fn selector() -> impl Strategy<Value = String> {
    let first = prop::sample::select(vec!["$.a", "$.b-c", "$.['x.y']", "$.['it\\'s']"]);
    let step = prop::sample::select(vec![".a", "[0]", "['z z']", ".['a']"]);
    (first, prop::collection::vec(step, 0..3))
        .prop_map(|(first, steps)| first.to_owned() + &steps.concat())
}

fn condition() -> impl Strategy<Value = String> {
    let test = prop_oneof![
        comparison(),
        prop::sample::select(vec!["IS NULL", "IS TRUE", "IS FALSE", "NOT EXISTS"])
            .prop_map(str::to_owned),
    ];
    (selector(), test).prop_map(|(selector, test)| format!("{selector} {test}"))
}

fn json_pattern() -> impl Strategy<Value = String> {
    let tree = condition().prop_recursive(3, 8, 3, |inner| {
        let all = prop::collection::vec(inner, 1..4);
        (all, prop::sample::select(vec![" && ", " || "]))
            .prop_map(|(all, sign)| format!("({})", all.join(sign)))
    });
    tree.prop_map(|tree| format!("{{{tree}}}"))
}

fn delimited_pattern() -> impl Strategy<Value = String> {
    let conditions =
        prop::collection::vec((comparison(), prop::sample::select(vec!["&&", "||"])), 0..3);
    prop::collection::vec(conditions, 0..4).prop_map(|fields| {
        let fields = fields.iter().enumerate().map(|(number, conditions)| {
            let name = format!("w{number}");
            match conditions.split_last() {
                None if number == 1 => "...".to_owned(),
                None => name,
                Some(((last, _), before)) => {
                    let before = before
                        .iter()
                        .map(|(one, sign)| format!("{name}{one}{sign}"));
                    before.collect::<String>() + &name + last
                }
            }
        });
        format!("[{}]", fields.collect::<Vec<_>>().join(","))
    })
}

fn term() -> impl Strategy<Value = (char, String)> {
    (
        prop::sample::select(vec!['+', '?', '-']),
        "[ab\"\\\\é ]{0,3}",
    )
}

proptest! {
    #[test]
    fn nothing_panics(pattern in pieces(), message in ".{0,30}") {
        if let Ok(read) = Pattern::parse(&pattern) {
            prop_assert_eq!(read.matches(&message), read.extract(&message).is_some());
        }
    }

    #[test]
    fn any_text_is_understood_or_refused_within_it(pattern in "\\PC{0,40}") {
        if let Err(error) = Pattern::parse(&pattern) {
            prop_assert!(error.position >= 1);
            prop_assert!(error.position <= pattern.chars().count() + 1);
        }
    }

    #[test]
    fn what_is_printed_means_the_same(
        pattern in prop_oneof![pieces(), json_pattern(), delimited_pattern()],
    ) {
        if let Ok(read) = Pattern::parse(&pattern) {
            let printed = read.to_string();
            prop_assert_eq!(Pattern::parse(&printed), Ok(read), "{} is printed as {}", pattern, printed);
        }
    }

    #[test]
    fn patterns_put_together_right_are_understood(pattern in prop_oneof![json_pattern(), delimited_pattern()]) {
        if pattern.chars().count() <= 1024 {
            read(&pattern);
        }
    }

    #[test]
    fn terms_are_what_is_contained(terms in prop::collection::vec(term(), 1..5), message in "[ab\"\\\\é ]{0,8}") {
        let written: Vec<String> = terms
            .iter()
            .map(|(sign, text)| format!("{}{}", String::from(*sign).replace('+', ""), quoted(text)))
            .collect();
        let all_optional = terms.iter().all(|(sign, _)| *sign == '?');
        let expected = if all_optional {
            terms.iter().any(|(_, text)| message.contains(text.as_str()))
        } else {
            terms.iter().filter(|(sign, _)| *sign != '?').all(|(sign, text)| message.contains(text.as_str()) == (*sign == '+'))
        };
        prop_assert_eq!(read(&written.join(" ")).matches(&message), expected, "{:?}", written);
    }

    #[test]
    fn wildcards_are_what_a_naive_search_finds(wanted in "[ab*]{1,6}", text in "[ab]{1,8}") {
        let pattern = read(&format!("[x = \"{wanted}\"]"));
        prop_assert_eq!(pattern.matches(&text), naive(wanted.as_bytes(), text.as_bytes()), "{} {}", wanted, text);
    }

    #[test]
    fn a_line_s_words_come_back(words in prop::collection::vec("[a-z0-9.]{1,5}", 1..8)) {
        let extracted = read("[]").extract(&words.join(" ")).unwrap();
        let told: Vec<&String> = (1..=words.len()).map(|number| &extracted[&format!("${number}")]).collect();
        prop_assert_eq!(told, words.iter().collect::<Vec<_>>());
    }
}

fn naive(wanted: &[u8], text: &[u8]) -> bool {
    match wanted.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| naive(rest, &text[skipped..])),
        Some((first, rest)) => text.first() == Some(first) && naive(rest, &text[1..]),
    }
}
