//! The fields of a call's body, taken out one by one and checked: a missing, wrong or unknown one is refused by its name.

use std::{fmt::Display, ops::RangeInclusive};

use serde_json::{Map, Value};

use crate::xray::error::XrayError;

/// The fields of a JSON object that nobody has taken yet.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Where the object is, as `SamplingRule.`; empty for the body itself.
    path: String,
    fields: Map<String, Value>,
}

impl Fields {
    pub(crate) fn of_body(body: Value) -> Result<Self, XrayError> {
        match body {
            Value::Object(fields) => Ok(Self {
                path: String::new(),
                fields,
            }),
            _ => Err(XrayError::Serialization(
                "the body must be a JSON object".to_owned(),
            )),
        }
    }

    fn of_value(value: Value, path: String) -> Result<Self, XrayError> {
        match value {
            Value::Object(fields) => Ok(Self {
                path: format!("{path}."),
                fields,
            }),
            _ => Err(wrong_type(&path, "an object")),
        }
    }

    /// A text of so many characters.
    pub(crate) fn text(
        &mut self,
        name: &str,
        length: RangeInclusive<usize>,
    ) -> Result<Option<String>, XrayError> {
        let path = self.at(name);
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => sized(text, &path, length).map(Some),
            Some(_) => Err(wrong_type(&path, "a string")),
        }
    }

    /// A whole number; `2.0` is one.
    pub(crate) fn integer(
        &mut self,
        name: &str,
        bounds: RangeInclusive<i32>,
    ) -> Result<Option<i32>, XrayError> {
        let path = self.at(name);
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = value.as_f64().filter(|number| number.fract() == 0.0);
        let number = number.ok_or_else(|| wrong_type(&path, "an integer"))?;
        within(
            number,
            &path,
            f64::from(*bounds.start())..=f64::from(*bounds.end()),
        )
        // The bounds are those of the type.
        .map(|number| Some(number as i32))
    }

    /// A number.
    pub(crate) fn number(
        &mut self,
        name: &str,
        bounds: RangeInclusive<f64>,
    ) -> Result<Option<f64>, XrayError> {
        let path = self.at(name);
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = value
            .as_f64()
            .ok_or_else(|| wrong_type(&path, "a number"))?;
        within(number, &path, bounds).map(Some)
    }

    /// A moment, in seconds since the Unix epoch.
    pub(crate) fn moment(&mut self, name: &str) -> Result<Option<f64>, XrayError> {
        self.number(name, 0.0..=1e11)
    }

    /// True or false.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, XrayError> {
        let path = self.at(name);
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(wrong_type(&path, "true or false")),
        }
    }

    /// An object within the object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Fields>, XrayError> {
        let path = self.at(name);
        self.take(name)
            .map(|value| Self::of_value(value, path))
            .transpose()
    }

    /// A list of objects, at most so many.
    pub(crate) fn objects(
        &mut self,
        name: &str,
        most: usize,
    ) -> Result<Option<Vec<Fields>>, XrayError> {
        let path = self.at(name);
        let Some(values) = self.list(name, most)? else {
            return Ok(None);
        };
        let objects = values.into_iter().enumerate();
        objects
            .map(|(at, value)| Self::of_value(value, format!("{path}.{}.member", at + 1)))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A list of texts, at most so many, each of so many characters.
    pub(crate) fn texts(
        &mut self,
        name: &str,
        most: usize,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Vec<String>>, XrayError> {
        let path = self.at(name);
        let Some(values) = self.list(name, most)? else {
            return Ok(None);
        };
        let texts = values.into_iter().enumerate();
        texts
            .map(|(at, value)| match value {
                Value::String(text) => {
                    sized(text, &format!("{path}.{}.member", at + 1), length.clone())
                }
                _ => Err(wrong_type(&path, "a list of strings")),
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// What is left, whatever it is called: texts of so many characters, by names of so many.
    pub(crate) fn map_of_texts(
        mut self,
        names: RangeInclusive<usize>,
        texts: RangeInclusive<usize>,
    ) -> Result<Vec<(String, String)>, XrayError> {
        let keys: Vec<String> = self.fields.keys().cloned().collect();
        let mut entries = Vec::with_capacity(keys.len());
        for key in keys {
            let name = sized(key.clone(), &self.at(&key), names.clone())?;
            let text = self.text(&key, texts.clone())?;
            let text = text.ok_or_else(|| missing(&self.at(&key)))?;
            entries.push((name, text));
        }
        Ok(entries)
    }

    /// Refuses what nobody has taken.
    pub(crate) fn done(&self) -> Result<(), XrayError> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(name) => Err(XrayError::InvalidRequest(format!(
                "unknown field '{}{name}'",
                self.path
            ))),
        }
    }

    /// Refuses a missing value of this name.
    pub(crate) fn required<T>(&self, value: Option<T>, name: &str) -> Result<T, XrayError> {
        value.ok_or_else(|| missing(&self.at(name)))
    }

    fn list(&mut self, name: &str, most: usize) -> Result<Option<Vec<Value>>, XrayError> {
        let path = self.at(name);
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(values)) if values.len() <= most => Ok(Some(values)),
            Some(Value::Array(values)) => Err(violated(
                &path,
                format_args!("a list of {}", values.len()),
                format_args!("Member must have length less than or equal to {most}"),
            )),
            Some(_) => Err(wrong_type(&path, "a list")),
        }
    }

    /// Null is as good as nothing, as the service has it.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    fn at(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }
}

fn sized(text: String, path: &str, length: RangeInclusive<usize>) -> Result<String, XrayError> {
    let characters = text.chars().count();
    let constraint = if characters < *length.start() {
        format!(
            "Member must have length greater than or equal to {}",
            length.start()
        )
    } else if characters > *length.end() {
        format!(
            "Member must have length less than or equal to {}",
            length.end()
        )
    } else {
        return Ok(text);
    };
    let excerpt: String = text.chars().take(100).collect();
    Err(violated(path, excerpt, constraint))
}

fn within(number: f64, path: &str, bounds: RangeInclusive<f64>) -> Result<f64, XrayError> {
    let constraint = if number < *bounds.start() {
        format!(
            "Member must have value greater than or equal to {}",
            bounds.start()
        )
    } else if number > *bounds.end() {
        format!(
            "Member must have value less than or equal to {}",
            bounds.end()
        )
    } else {
        return Ok(number);
    };
    Err(violated(path, number, constraint))
}

/// AWS's wording of a value that its model doesn't allow.
fn violated(path: &str, value: impl Display, constraint: impl Display) -> XrayError {
    XrayError::InvalidRequest(format!(
        "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"
    ))
}

/// AWS's wording of a value that must be there.
fn missing(path: &str) -> XrayError {
    XrayError::InvalidRequest(format!(
        "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
    ))
}

fn wrong_type(path: &str, wanted: &str) -> XrayError {
    XrayError::InvalidRequest(format!("'{path}' must be {wanted}"))
}
