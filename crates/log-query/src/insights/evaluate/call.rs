//! What each function does
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html>).

use std::{borrow::Cow, net::IpAddr};

use super::{
    super::{function::Function, plan::Expr, value::Value},
    Record, Subnet, number, time,
};

/// As many arguments as the function takes are there: the parser saw to it.
pub(super) fn call<'r>(function: Function, arguments: &'r [Expr], record: Record<'r>) -> Value<'r> {
    let value = |place: usize| arguments[place].value(record);
    match function {
        Function::Abs => number(&arguments[0], record, f64::abs),
        Function::Ceil => number(&arguments[0], record, f64::ceil),
        Function::Floor => number(&arguments[0], record, f64::floor),
        Function::Log => number(&arguments[0], record, f64::ln),
        Function::Sqrt => number(&arguments[0], record, f64::sqrt),
        Function::Greatest => extreme(arguments, record, f64::gt),
        Function::Least => extreme(arguments, record, f64::lt),
        Function::IsEmpty => flag(value(0).text().is_none_or(|text| text.is_empty())),
        Function::IsBlank => flag(value(0).text().is_none_or(|text| text.trim().is_empty())),
        Function::Concat => {
            let mut all = String::new();
            for argument in arguments {
                argument.value(record).print(&mut all);
                if all.len() > MOST_MADE {
                    return Value::Absent;
                }
            }
            made(all)
        }
        Function::Ltrim | Function::Rtrim | Function::Trim => trim(function, arguments, record),
        Function::Strlen => text(value(0), |text| count(text.chars().count())),
        Function::Toupper => text(value(0), |text| made(text.to_uppercase())),
        Function::Tolower => text(value(0), |text| made(text.to_lowercase())),
        Function::Substr => substr(arguments, record),
        Function::Replace => replace(&value(0), &value(1), &value(2)),
        Function::Strcontains => flag(
            value(0)
                .text()
                .zip(value(1).text())
                .is_some_and(|(text, part)| text.contains(&*part)),
        ),
        // The compiler made `Floor` and `Ceil` of these.
        Function::Bin | Function::Datefloor | Function::Dateceil => Value::Absent,
        Function::FromMillis => time(&value(0)).map_or(Value::Absent, Value::Time),
        #[allow(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
        Function::ToMillis => time(&value(0)).map_or(Value::Absent, |at| Value::Number(at as f64)),
        #[allow(clippy::cast_precision_loss, reason = "exact for 285,000,000 years")]
        Function::Now => Value::Number(record.now.div_euclid(1_000) as f64),
        Function::IsPresent => Value::Bool(!value(0).is_absent()),
        Function::Coalesce => arguments
            .iter()
            .map(|argument| argument.value(record))
            .find(|value| !value.is_absent())
            .unwrap_or_default(),
        Function::IsValidIp => Value::Bool(address(&value(0)).is_some()),
        Function::IsValidIpV4 => Value::Bool(address(&value(0)).is_some_and(|it| it.is_ipv4())),
        Function::IsValidIpV6 => Value::Bool(address(&value(0)).is_some_and(|it| it.is_ipv6())),
        Function::IsIpInSubnet | Function::IsIpv4InSubnet | Function::IsIpv6InSubnet => {
            Value::Bool(in_subnet(function, &value(0), &value(1)).unwrap_or(false))
        }
    }
}

/// 1 or 0: what the service documents as a number.
fn flag(is: bool) -> Value<'static> {
    Value::Number(f64::from(u8::from(is)))
}

#[allow(clippy::cast_precision_loss, reason = "messages are shorter")]
fn count(count: usize) -> Value<'static> {
    Value::Number(count as f64)
}

fn made(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text))
}

/// What becomes of a value's text, if it has one.
fn text<'r>(value: Value<'r>, make: impl FnOnce(&str) -> Value<'static>) -> Value<'r> {
    value.text().map_or(Value::Absent, |text| make(&text))
}

/// The first of the numbers that no other is beyond; nothing if one argument is no number.
fn extreme<'r>(
    arguments: &'r [Expr],
    record: Record<'r>,
    beyond: fn(&f64, &f64) -> bool,
) -> Value<'r> {
    let mut found: Option<(f64, Value<'r>)> = None;
    for argument in arguments {
        let value = argument.value(record);
        let Some(number) = value.number() else {
            return Value::Absent;
        };
        if found.as_ref().is_none_or(|(best, _)| beyond(&number, best)) {
            found = Some((number, value));
        }
    }
    found.map(|(_, value)| value).unwrap_or_default()
}

/// White space is removed, or the characters of the second argument.
fn trim<'r>(function: Function, arguments: &'r [Expr], record: Record<'r>) -> Value<'r> {
    let characters = arguments.get(1).map(|argument| {
        let value = argument.value(record);
        value.text().unwrap_or_default().into_owned()
    });
    let trimmed = |c: char| match &characters {
        Some(characters) => characters.contains(c),
        None => c.is_whitespace(),
    };
    text(arguments[0].value(record), |text| {
        made(
            match function {
                Function::Ltrim => text.trim_start_matches(trimmed),
                Function::Rtrim => text.trim_end_matches(trimmed),
                _ => text.trim_matches(trimmed),
            }
            .to_owned(),
        )
    })
}

/// From the character with the index of the second argument, to the end or as many as the third says.
fn substr<'r>(arguments: &'r [Expr], record: Record<'r>) -> Value<'r> {
    // Casts saturate: what is below 0 is 0.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    let index = |argument: &'r Expr| argument.value(record).number().map(|it| it as usize);
    let (Some(start), Some(length)) = (
        index(&arguments[1]),
        arguments.get(2).map_or(Some(usize::MAX), index),
    ) else {
        return Value::Absent;
    };
    text(arguments[0].value(record), |text| {
        made(text.chars().skip(start).take(length).collect())
    })
}

/// The longest text that is made, in bytes; what would be longer is absent.
/// A query could double a text a hundred times.
const MOST_MADE: usize = 4 << 20;

fn replace<'r>(value: &Value<'_>, old: &Value<'_>, new: &Value<'_>) -> Value<'r> {
    let (Some(text), Some(old), Some(new)) = (value.text(), old.text(), new.text()) else {
        return Value::Absent;
    };
    if old.is_empty() {
        return made(text.into_owned());
    }
    let times = text.matches(&*old).count();
    if text.len() + times * new.len() > MOST_MADE {
        return Value::Absent;
    }
    made(text.replace(&*old, &new))
}

fn address(value: &Value<'_>) -> Option<IpAddr> {
    value.text()?.parse().ok()
}

fn in_subnet(function: Function, value: &Value<'_>, subnet: &Value<'_>) -> Option<bool> {
    let address = address(value)?;
    let subnet = Subnet::of(&subnet.text()?)?;
    let right_version = match function {
        Function::IsIpv4InSubnet => address.is_ipv4(),
        Function::IsIpv6InSubnet => address.is_ipv6(),
        _ => true,
    };
    Some(right_version && subnet.contains(address))
}
