//! Scalars that OTLP's JSON writes in more than one way.

use std::marker::PhantomData;

use opentelemetry_proto::tonic::trace::v1::{span::SpanKind, status};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

use crate::base64;

/// An integer as a number or in a string; in either, also with a point or an exponent, if whole.
#[derive(Clone, Copy, Default)]
pub(super) struct Int<T>(pub(super) T);

/// A floating-point number as a number, in a string, or one of `NaN`, `Infinity`, `-Infinity`.
#[derive(Clone, Copy, Default)]
pub(super) struct Double(pub(super) f64);

/// An ID in hex digits of either case; of any length, which is judged with the span.
#[derive(Default)]
pub(super) struct Hex(pub(super) Vec<u8>);

/// Bytes in base64.
#[derive(Default)]
pub(super) struct Base64(pub(super) Vec<u8>);

/// A span's kind as number or name.
#[derive(Clone, Copy, Default)]
pub(super) struct Kind(pub(super) i32);

/// A status code as number or name.
#[derive(Clone, Copy, Default)]
pub(super) struct StatusCode(pub(super) i32);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Int<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(IntVisitor(PhantomData))
            .map(Self)
    }
}

struct IntVisitor<T>(PhantomData<T>);

impl<T: TryFrom<i128>> IntVisitor<T> {
    fn fit<E: Error>(&self, number: i128) -> Result<T, E> {
        T::try_from(number)
            .map_err(|_| E::invalid_value(Unexpected::Other("a number out of range"), self))
    }
}

impl<T: TryFrom<i128>> Visitor<'_> for IntVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an integer as a number or in a string")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.fit(i128::from(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.fit(i128::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        if number.fract() != 0.0 || number.abs() > 1e20 {
            return Err(E::invalid_value(Unexpected::Float(number), &self));
        }
        self.fit(number as i128)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        if let Ok(number) = text.parse() {
            return self.fit(number);
        }
        match text.parse() {
            Ok(number) => self.visit_f64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DoubleVisitor).map(Self)
    }
}

struct DoubleVisitor;

impl Visitor<'_> for DoubleVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number, or NaN, Infinity or -Infinity in a string")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        // Rust reads `NaN` and `Infinity` too.
        text.parse()
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
            .collect();
        match digits {
            // An odd digit at the end makes a byte of its own, so that 33 digits are not taken for 32.
            Some(digits) => Ok(Self(
                digits
                    .chunks(2)
                    .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
                    .collect(),
            )),
            None => Err(D::Error::invalid_value(
                Unexpected::Str(&text),
                &"an ID in hex digits",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        base64::decode(&text)
            .map(Self)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"bytes in base64"))
    }
}

/// An enum's value: a number, or a name that `by_name` knows.
fn enumeration<'de, D: Deserializer<'de>>(
    deserializer: D,
    by_name: fn(&str) -> Option<i32>,
) -> Result<i32, D::Error> {
    struct EnumVisitor(fn(&str) -> Option<i32>);

    impl Visitor<'_> for EnumVisitor {
        type Value = i32;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an enum value as its number or name")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<i32, E> {
            IntVisitor(PhantomData).visit_u64(number)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<i32, E> {
            IntVisitor(PhantomData).visit_i64(number)
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<i32, E> {
            IntVisitor(PhantomData).visit_f64(number)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<i32, E> {
            match (self.0)(text) {
                Some(number) => Ok(number),
                None => (IntVisitor(PhantomData).visit_str::<E>(text))
                    .map_err(|_| E::invalid_value(Unexpected::Str(text), &self)),
            }
        }
    }

    deserializer.deserialize_any(EnumVisitor(by_name))
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        enumeration(deserializer, |name| {
            Some(SpanKind::from_str_name(name)? as i32)
        })
        .map(Self)
    }
}

impl<'de> Deserialize<'de> for StatusCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        enumeration(deserializer, |name| {
            Some(status::StatusCode::from_str_name(name)? as i32)
        })
        .map(Self)
    }
}
