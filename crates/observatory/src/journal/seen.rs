//! What is looked at of a request, in case it is refused: never a key, only whether there was one and how it was shaped.

use http::{HeaderMap, Method, Uri, header};

const TEAM: &str = "x-honeycomb-team";

/// Names that come with every second request and are like none of ours.
const MOST_EDITS: usize = 3;

/// A request, as far as a mistake in it can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    /// Without a query, which may have a key in it.
    pub(crate) path: String,
    /// The call that `X-Amz-Target` names.
    pub(crate) operation: String,
    /// Without parameters, in lower case; empty if there was none.
    pub(crate) content_type: String,
    /// What the sender calls itself.
    pub(crate) agent: String,
    pub(crate) key: Key,
    /// A header whose name is almost `x-honeycomb-team`.
    pub(crate) near: Option<String>,
    pub(crate) has_authorization: bool,
}

/// What can be said of a key without telling it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Key {
    #[default]
    Absent,
    Empty,
    Shaped(Shape, usize),
}

/// How a key looks, if that is a mistake by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    Plain,
    /// `"…"`
    Quoted,
    /// `$KEY`, `${KEY}`, `%KEY%`: a variable that nobody put the value of in its place.
    Variable,
    /// `<key>`, `YOUR_API_KEY`
    Placeholder,
    /// `Bearer …`
    Scheme,
    /// `x-honeycomb-team=…`
    Named,
}

impl Seen {
    pub(crate) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let text = |name: &str| {
            let value = headers.get(name).map(|value| value.as_bytes());
            String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
        };
        let content_type = text(header::CONTENT_TYPE.as_str());
        let name = content_type.split(';').next().unwrap_or_default().trim();
        let target = text("x-amz-target");
        Self {
            method: method.clone(),
            path: uri.path().to_owned(),
            operation: target.rsplit('.').next().unwrap_or_default().to_owned(),
            content_type: name.to_ascii_lowercase(),
            agent: text(header::USER_AGENT.as_str()),
            key: key(headers),
            near: near(headers),
            has_authorization: headers.contains_key(header::AUTHORIZATION),
        }
    }

    /// Where it was sent.
    pub(crate) fn address(&self) -> String {
        if self.operation.is_empty() {
            format!("{} {}", self.method, self.path)
        } else {
            self.operation.clone()
        }
    }
}

fn key(headers: &HeaderMap) -> Key {
    let Some(value) = headers.get(TEAM) else {
        return Key::Absent;
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let text = text.trim();
    if text.is_empty() {
        return Key::Empty;
    }
    let lower = text.to_ascii_lowercase();
    let is_in = |open: &str, close: &str| text.starts_with(open) && text.ends_with(close);
    let shape = if is_in("\"", "\"") || is_in("'", "'") {
        Shape::Quoted
    } else if text.starts_with('$') || is_in("%", "%") {
        Shape::Variable
    } else if is_in("<", ">")
        || ["your", "my_key", "api_key", "apikey", "changeme", "xxx"]
            .iter()
            .any(|word| lower.starts_with(word))
    {
        Shape::Placeholder
    } else if ["bearer ", "basic ", "token "]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
    {
        Shape::Scheme
    } else if lower.starts_with("x-honeycomb-team") {
        Shape::Named
    } else {
        Shape::Plain
    };
    Key::Shaped(shape, text.chars().count())
}

/// A header that is probably the one for the key, misspelt.
fn near(headers: &HeaderMap) -> Option<String> {
    let known = [TEAM, "x-honeycomb-dataset"];
    let names = headers.keys().map(|name| name.as_str());
    names
        .filter(|name| !known.contains(name))
        .map(|name| (edits(name, TEAM), name))
        .filter(|(edits, name)| *edits <= MOST_EDITS || is_of_honeycomb(name))
        .min()
        .map(|(_, name)| name.chars().take(40).collect())
}

fn is_of_honeycomb(name: &str) -> bool {
    name.contains("honeycomb")
        && ["team", "key", "token", "auth"]
            .iter()
            .any(|word| name.contains(word))
}

/// How many characters have to be put in, taken out or replaced to make one of the other.
fn edits(from: &str, to: &str) -> usize {
    if from.len().abs_diff(to.len()) > MOST_EDITS {
        return usize::MAX;
    }
    let to = to.as_bytes();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, byte) in from.bytes().enumerate() {
        let mut before = row[0];
        row[0] = line + 1;
        for (place, other) in to.iter().enumerate() {
            let replaced = before + usize::from(byte != *other);
            before = row[place + 1];
            row[place + 1] = replaced.min(before + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn seen(headers: &[(&str, &str)]) -> Seen {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().expect("a name");
                (name, HeaderValue::from_str(value).expect("a value"))
            })
            .collect();
        Seen::of(
            &Method::POST,
            &Uri::from_static("/v1/traces?key=x"),
            &headers,
        )
    }

    #[test]
    fn a_key_is_seen_by_its_shape_alone() {
        for (value, expected) in [
            ("secret", Key::Shaped(Shape::Plain, 6)),
            ("", Key::Empty),
            ("\"secret\"", Key::Shaped(Shape::Quoted, 8)),
            ("$HONEYCOMB_API_KEY", Key::Shaped(Shape::Variable, 18)),
            ("YOUR_API_KEY", Key::Shaped(Shape::Placeholder, 12)),
            ("Bearer secret", Key::Shaped(Shape::Scheme, 13)),
            ("x-honeycomb-team=secret", Key::Shaped(Shape::Named, 23)),
        ] {
            let seen = seen(&[(TEAM, value)]);
            assert_eq!(seen.key, expected, "{value}");
            assert!(!format!("{seen:?}").contains("secret"), "{value}");
        }
        assert_eq!(seen(&[]).key, Key::Absent);
        assert_eq!(seen(&[]).address(), "POST /v1/traces");
    }

    #[test]
    fn a_misspelt_header_is_noticed() {
        for (name, expected) in [
            ("x-honeycomb-teem", true),
            ("x-honeycombs-team", true),
            ("honeycomb-team", true),
            ("x-honeycomb-api-key", true),
            ("x_honeycomb_team", true),
            ("x-honeycomb-dataset", false),
            ("x-request-id", false),
            ("user-agent", false),
        ] {
            let found = seen(&[(name, "secret")]).near;
            assert_eq!(found.is_some(), expected, "{name}");
        }
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
