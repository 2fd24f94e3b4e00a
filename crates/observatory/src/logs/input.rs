//! The members of a call's body, taken out one by one and checked as the service's model has it: everything that a
//! constraint forbids is told at once, in the service's words, and a member that nobody knows is refused by its name.

use std::{fmt::Display, ops::RangeInclusive};

use serde_json::{Map, Value};

use super::error::LogsError;

/// What a text must look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Shortest and longest, in characters.
    pub(super) length: (usize, usize),
    /// The pattern as the model writes it, and whether a character may be in it.
    pub(super) pattern: Option<(&'static str, IsAllowed)>,
}

/// Whether a character may be in a text.
type IsAllowed = fn(char) -> bool;

/// The shape of a text of so many characters.
pub(super) const fn sized(least: usize, most: usize) -> Shape {
    Shape {
        length: (least, most),
        pattern: None,
    }
}

/// A log group's name, and a name's prefix.
pub(super) const GROUP_NAME: Shape = Shape {
    length: (1, 512),
    pattern: Some((r"[\.\-_/#A-Za-z0-9]+", is_of_group_name)),
};

/// A part of log groups' names.
pub(super) const GROUP_NAME_PART: Shape = Shape {
    length: (0, 512),
    pattern: Some((r"[\.\-_/#A-Za-z0-9]*", is_of_group_name)),
};

/// A log stream's name, and a name's prefix.
pub(super) const STREAM_NAME: Shape = Shape {
    length: (1, 512),
    pattern: Some((r"[^:*]*", |character| !matches!(character, ':' | '*'))),
};

/// A log group's name or ARN.
pub(super) const GROUP_IDENTIFIER: Shape = Shape {
    length: (1, 2048),
    pattern: Some((r"[\w#+=/:,.@-]*", is_of_identifier)),
};

/// An ARN.
pub(super) const RESOURCE_ARN: Shape = Shape {
    length: (1, 1011),
    // The star that ends a log group's ARN is taken, as the service takes it.
    pattern: Some((r"[\w+=/:,.@-]*", |character| {
        is_of_identifier(character) || character == '*'
    })),
};

/// A tag's key.
pub(super) const TAG_KEY: Shape = Shape {
    length: (1, 128),
    pattern: Some((r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$", is_of_tag)),
};

/// A tag's value.
pub(super) const TAG_VALUE: Shape = Shape {
    length: (0, 256),
    pattern: Some((r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", is_of_tag)),
};

fn is_of_group_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '/' | '#')
}

fn is_of_identifier(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '_' | '#' | '+' | '=' | '/' | ':' | ',' | '.' | '@' | '-'
        )
}

fn is_of_tag(character: char) -> bool {
    character.is_alphanumeric()
        || character == ' '
        || matches!(character, '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}

/// The members that nobody has taken yet, and what was wrong with those that were.
#[derive(Debug, Default)]
pub(super) struct Input {
    members: Map<String, Value>,
    /// Of what type members had to be and were not.
    wrong_type: Option<String>,
    violations: Vec<String>,
}

impl Input {
    pub(super) fn of(members: Map<String, Value>) -> Self {
        Self {
            members,
            ..Self::default()
        }
    }

    /// A text; nothing if it is not there or not as it must be, which [`Input::done`] tells.
    pub(super) fn text(&mut self, name: &str, shape: Shape) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(self.checked(text, name, shape)),
            _ => self.mistyped(name, "a string"),
        }
    }

    /// A text that must be there.
    pub(super) fn required_text(&mut self, name: &str, shape: Shape) -> String {
        let text = self.text(name, shape);
        self.required(text, name)
    }

    /// One of some words; nothing if none was given.
    pub(super) fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let given = self.text(name, sized(0, usize::MAX))?;
        let found = words.iter().find(|(word, _)| *word == given);
        if found.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.violated(
                name,
                given,
                format_args!("Member must satisfy enum value set: [{}]", words.join(", ")),
            );
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// A whole number.
    pub(super) fn integer(&mut self, name: &str, bounds: RangeInclusive<i64>) -> Option<i64> {
        let value = self.take(name)?;
        let Some(number) = value.as_i64() else {
            return self.mistyped(name, "a whole number");
        };
        if number < *bounds.start() {
            let least = bounds.start();
            self.violated(
                name,
                number,
                format_args!("Member must have value greater than or equal to {least}"),
            );
        } else if number > *bounds.end() {
            let most = bounds.end();
            self.violated(
                name,
                number,
                format_args!("Member must have value less than or equal to {most}"),
            );
        }
        Some(number)
    }

    /// A moment, in milliseconds or seconds since the Unix epoch.
    pub(super) fn moment(&mut self, name: &str) -> Option<i64> {
        self.integer(name, 0..=i64::MAX)
    }

    /// At most so many of what a call lists.
    pub(super) fn limit(&mut self, most: usize) -> usize {
        let most_as_number = i64::try_from(most).unwrap_or(i64::MAX);
        self.integer("limit", 1..=most_as_number)
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(most)
    }

    /// True or false.
    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            _ => self.mistyped(name, "true or false"),
        }
    }

    /// A list of texts, so many.
    pub(super) fn texts(
        &mut self,
        name: &str,
        number: RangeInclusive<usize>,
        shape: Shape,
    ) -> Option<Vec<String>> {
        let Value::Array(values) = self.take(name)? else {
            return self.mistyped(name, "a list");
        };
        self.counted(name, values.len(), "a list of", number);
        let mut texts = Vec::with_capacity(values.len());
        for (place, value) in values.into_iter().enumerate() {
            let Value::String(text) = value else {
                return self.mistyped(name, "a list of strings");
            };
            let path = format!("{name}.{}.member", place + 1);
            texts.push(self.checked(text, &path, shape));
        }
        Some(texts)
    }

    /// Texts by keys, so many.
    pub(super) fn map(
        &mut self,
        name: &str,
        number: RangeInclusive<usize>,
        (keys, values): (Shape, Shape),
    ) -> Option<Vec<(String, String)>> {
        let Value::Object(members) = self.take(name)? else {
            return self.mistyped(name, "an object");
        };
        self.counted(name, members.len(), "a map of", number);
        let mut entries = Vec::with_capacity(members.len());
        for (key, value) in members {
            let Value::String(value) = value else {
                return self.mistyped(name, "an object of strings");
            };
            let value = self.checked(value, &format!("{name}.{key}.member"), values);
            entries.push((self.checked(key, &format!("{name}.key"), keys), value));
        }
        Some(entries)
    }

    /// An object, whose members are checked by itself.
    pub(super) fn object(&mut self, name: &str) -> Option<Input> {
        match self.take(name)? {
            Value::Object(members) => Some(Self::of(members)),
            _ => self.mistyped(name, "an object"),
        }
    }

    /// What must be there; notes it if it is not.
    pub(super) fn required<T: Default>(&mut self, value: Option<T>, name: &str) -> T {
        if value.is_none() && self.wrong_type.is_none() {
            self.violations.push(format!(
                "Value null at '{name}' failed to satisfy constraint: Member must not be null"
            ));
        }
        value.unwrap_or_default()
    }

    /// Notes a value that breaks a constraint.
    pub(super) fn violated(&mut self, path: &str, value: impl Display, constraint: impl Display) {
        let value: String = value.to_string().chars().take(1_000).collect();
        self.violations.push(format!(
            "Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// Refuses the call if anything was wrong, or is left that nobody has taken.
    pub(super) fn done(&self) -> Result<(), LogsError> {
        if let Some(wrong_type) = &self.wrong_type {
            return Err(LogsError::serialization(wrong_type.clone()));
        }
        match &self.violations[..] {
            [] => {}
            [only] => {
                return Err(LogsError::invalid(format!(
                    "1 validation error detected: {only}"
                )));
            }
            several => {
                return Err(LogsError::invalid(format!(
                    "{} validation errors detected: {}",
                    several.len(),
                    several.join("; ")
                )));
            }
        }
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(LogsError::invalid(format!(
                "'{name}' is not a parameter of this call that the observatory knows"
            ))),
        }
    }

    fn checked(&mut self, text: String, path: &str, shape: Shape) -> String {
        let (least, most) = shape.length;
        let characters = text.chars().count();
        if characters < least {
            self.violated(
                path,
                &text,
                format_args!("Member must have length greater than or equal to {least}"),
            );
        } else if characters > most {
            self.violated(
                path,
                &text,
                format_args!("Member must have length less than or equal to {most}"),
            );
        }
        if let Some((pattern, is_allowed)) = shape.pattern
            && !text.chars().all(is_allowed)
        {
            self.violated(
                path,
                &text,
                format_args!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
        text
    }

    fn counted(&mut self, name: &str, found: usize, what: &str, number: RangeInclusive<usize>) {
        let (least, most) = number.into_inner();
        let value = || match found {
            0 if what == "a map of" => "{}".to_owned(),
            0 => "[]".to_owned(),
            _ => format!("{what} {found}"),
        };
        if found < least {
            self.violated(
                name,
                value(),
                format_args!("Member must have length greater than or equal to {least}"),
            );
        } else if found > most {
            self.violated(
                name,
                value(),
                format_args!("Member must have length less than or equal to {most}"),
            );
        }
    }

    fn mistyped<T>(&mut self, name: &str, wanted: &str) -> Option<T> {
        self.wrong_type
            .get_or_insert_with(|| format!("'{name}' must be {wanted}"));
        None
    }

    /// Null is as good as nothing, as the service has it.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }
}
