//! Parameters of an address that its page cannot use: which it has not, given twice, too long, without a meaning.
//! What they mean where they can be used is each page's; that something was left out is told above every page.

use maud::{Markup, html};

use super::foreign_text;

/// Told of one address; what is beyond is counted.
const MOST_TOLD: usize = 5;

/// A parameter that a page has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    name: &'static str,
    repeats: bool,
    takes: Takes,
}

/// Which values a parameter may have.
#[derive(Clone, Copy, Debug)]
enum Takes {
    /// So many characters; what is beyond is not read.
    Text(usize),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// From 1 to so much.
    UpTo(usize),
    /// What the function takes; otherwise, why not.
    Only(fn(&str) -> bool, &'static str),
}

/// A text of at most so many characters.
pub(crate) const fn text(name: &'static str, most: usize) -> Parameter {
    Parameter {
        name,
        repeats: false,
        takes: Takes::Text(most),
    }
}

/// A text of at most so many characters, which may come more than once.
pub(crate) const fn texts(name: &'static str, most: usize) -> Parameter {
    Parameter {
        repeats: true,
        ..text(name, most)
    }
}

/// One of these words.
pub(crate) const fn one_of(name: &'static str, words: &'static [&'static str]) -> Parameter {
    Parameter {
        name,
        repeats: false,
        takes: Takes::OneOf(words),
    }
}

/// A number from 1 to `most`.
pub(crate) const fn up_to(name: &'static str, most: usize) -> Parameter {
    Parameter {
        name,
        repeats: false,
        takes: Takes::UpTo(most),
    }
}

/// What `is_right` takes; `why` completes a sentence about what it does not.
pub(crate) const fn only(
    name: &'static str,
    is_right: fn(&str) -> bool,
    why: &'static str,
) -> Parameter {
    Parameter {
        name,
        repeats: false,
        takes: Takes::Only(is_right, why),
    }
}

/// What of an address cannot be used by a page that has these parameters, each with the reason. An empty value is none.
pub(crate) fn of(pairs: &[(String, String)], known: &[Parameter]) -> Vec<String> {
    let mut told = Told::default();
    for (place, (key, value)) in pairs.iter().enumerate() {
        match known.iter().find(|parameter| parameter.name == key) {
            None if key.is_empty() && value.is_empty() => {}
            None => told.add(key, value, || match known {
                [] => "this page has no parameters".to_owned(),
                known => {
                    let names: Vec<&str> = known.iter().map(|one| one.name).collect();
                    format!("this page has no such parameter, only {}", names.join(", "))
                }
            }),
            Some(parameter) => {
                if let Some(why) = parameter.takes.fault(value) {
                    told.add(key, value, || why);
                } else if !parameter.repeats && comes_again(pairs, place) {
                    told.add(key, value, || AGAIN.to_owned());
                }
            }
        }
    }
    told.finish()
}

/// What of an address is given again although it has one value, which is the last one; for pages that tell of all else themselves.
pub(crate) fn repeated(pairs: &[(String, String)], single: &[&str]) -> Vec<String> {
    let mut told = Told::default();
    for (place, (key, value)) in pairs.iter().enumerate() {
        if single.contains(&&key[..]) && comes_again(pairs, place) {
            told.add(key, value, || AGAIN.to_owned());
        }
    }
    told.finish()
}

const AGAIN: &str = "it is given more than once, and the last one counts";

/// Whether the parameter at this place stands there a second time and with another value.
fn comes_again(pairs: &[(String, String)], place: usize) -> bool {
    let (key, value) = &pairs[place];
    // Of thousands, the first few say it all.
    place < 100
        && pairs[place + 1..]
            .iter()
            .any(|(other, again)| other == key && again != value)
}

#[derive(Default)]
struct Told {
    shown: Vec<String>,
    count: usize,
}

impl Told {
    fn add(&mut self, key: &str, value: &str, why: impl FnOnce() -> String) {
        self.count += 1;
        if self.shown.len() < MOST_TOLD {
            self.shown.push(format!(
                "{}={}: {}",
                foreign_text::on_one_line(key, 40),
                foreign_text::on_one_line(value, 80),
                why()
            ));
        }
    }

    fn finish(self) -> Vec<String> {
        let mut shown = self.shown;
        let more = self.count - shown.len();
        if more > 0 {
            shown.push(format!("and {more} more"));
        }
        shown
    }
}

impl Takes {
    /// Why the value cannot be used, if it cannot.
    fn fault(self, value: &str) -> Option<String> {
        let value = value.trim();
        match self {
            _ if value.is_empty() => None,
            Self::Text(most) => value
                .chars()
                .nth(most)
                .map(|_| format!("it is longer than {most} characters, and the rest is not read")),
            Self::OneOf(words) => {
                (!words.contains(&value)).then(|| format!("it is one of {}", words.join(", ")))
            }
            Self::UpTo(most) => {
                let is_right = value
                    .parse()
                    .is_ok_and(|number: usize| (1..=most).contains(&number));
                (!is_right).then(|| format!("a number from 1 to {most} is needed here"))
            }
            Self::Only(is_right, why) => (!is_right(value)).then(|| why.to_owned()),
        }
    }
}

/// The list above a page.
pub(crate) fn list(wrong: &[String]) -> Markup {
    html! {
        @if !wrong.is_empty() {
            div.alert.address-wrong role="alert" data-testid="address-wrong" {
                p { b { "Part of this address was left out." } }
                ul { @for wrong in wrong { li { bdi { (wrong) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::pairs;

    const KNOWN: [Parameter; 5] = [
        text("name", 3),
        texts("group", 3),
        one_of("order", &["newest", "oldest"]),
        up_to("rows", 9),
        only("id", |id| id == "7", "it is 7"),
    ];

    #[track_caller]
    fn check(address: &[(&str, &str)], told: &[&str]) {
        assert_eq!(of(&pairs(address), &KNOWN), told, "{address:?}");
    }

    #[test]
    fn what_can_be_used_is_not_told() {
        check(
            &[
                ("name", "é́x"),
                ("group", "a"),
                ("group", "b"),
                ("order", "oldest"),
                ("rows", "9"),
                ("id", "7"),
                ("", ""),
            ],
            &[],
        );
        check(
            &[("name", ""), ("order", ""), ("rows", " "), ("rows", "1")],
            &["rows= : it is given more than once, and the last one counts"],
        );
        check(&[("rows", "1"), ("rows", "1")], &[]);
    }

    #[test]
    fn what_cannot_is_told_with_the_reason() {
        check(
            &[("<b>", "\0")],
            &["<b>=␀: this page has no such parameter, only name, group, order, rows, id"],
        );
        check(
            &[("name", "abcd")],
            &["name=abcd: it is longer than 3 characters, and the rest is not read"],
        );
        check(
            &[("order", "up")],
            &["order=up: it is one of newest, oldest"],
        );
        for rows in ["0", "10", "-1", "x", "99999999999999999999999"] {
            check(
                &[("rows", rows)],
                &[&format!("rows={rows}: a number from 1 to 9 is needed here")],
            );
        }
        check(&[("id", "8")], &["id=8: it is 7"]);
        check(
            &[("name", "a"), ("name", "b")],
            &["name=a: it is given more than once, and the last one counts"],
        );
        assert_eq!(
            of(&pairs(&[("x", "1")]), &[]),
            ["x=1: this page has no parameters"]
        );
        assert_eq!(
            repeated(
                &pairs(&[("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]),
                &["a"]
            )
            .len(),
            1
        );
    }

    #[test]
    fn of_many_some_are_told() {
        let told = of(&pairs(&[("x", "1"); 20_000]), &KNOWN);
        assert_eq!((told.len(), &told[5][..]), (6, "and 19995 more"));
        assert_eq!(of(&pairs(&[("name", "1"); 20_000]), &KNOWN), [""; 0]);
    }
}
