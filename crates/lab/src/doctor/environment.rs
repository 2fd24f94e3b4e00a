//! Environment variables, and those of `.env`: names that nobody reads, and values of the wrong shape.
//! Names are judged in `names`, values in the module of whoever reads them. A value that may be a key is never shown.

mod aws;
mod credentials;
mod dotenv;
mod edits;
#[cfg(test)]
mod example;
mod honeycomb;
mod names;
mod otel;
mod otlp_endpoint;
mod regions;
mod surroundings;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use super::seen::Seen;

/// Variables by name. One that is set but empty is in it.
struct Variables {
    by_name: BTreeMap<String, String>,
    /// `.env` before what is said of that file's; empty for the environment's own.
    place: &'static str,
}

impl Variables {
    /// The value, unless there is none or it is blank.
    fn get(&self, name: &str) -> Option<&str> {
        let value = self.by_name.get(name)?.as_str();
        (!value.trim().is_empty()).then_some(value)
    }

    /// The name as it is called in what is said.
    fn called(&self, name: &str) -> String {
        format!("{}{name}", self.place)
    }

    /// The first of `names` that is set.
    fn first<'a>(&self, names: &[&'a str]) -> Option<(&'a str, &str)> {
        names.iter().find_map(|&name| Some((name, self.get(name)?)))
    }
}

pub(super) fn look(root: &Path) -> Vec<Seen> {
    // A name or value that is no text is none of ours.
    let by_name = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let environment = Variables { by_name, place: "" };
    let mut seen = judge(&environment);
    match std::fs::read_to_string(root.join(".env")) {
        Ok(text) => seen.extend(judge_file(&text, &environment)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => seen.push(Seen::unknown(
            format!(".env cannot be read: {error}"),
            "Correct its permissions, or remove it.",
        )),
    }
    seen
}

fn judge(variables: &Variables) -> Vec<Seen> {
    let mut seen = names::judge(variables);
    seen.extend(honeycomb::judge(variables));
    seen.extend(otlp_endpoint::judge(variables));
    seen.extend(credentials::judge(variables));
    seen.extend(aws::judge(variables));
    seen.extend(otel::judge(variables));
    seen.extend(surroundings::judge(variables));
    let ours = variables.by_name.keys().filter(|name| names::is_read(name));
    let count = ours.count();
    let place = if variables.place.is_empty() {
        "the environment"
    } else {
        ".env"
    };
    if seen.is_empty() {
        seen.push(Seen::ok(match count {
            0 => format!(
                "{place} has no variable that the labs read: the observatory gets everything"
            ),
            1 => format!("{place} has 1 variable that the labs read, and it looks right"),
            _ => format!("{place} has {count} variables that the labs read, and they look right"),
        }));
    }
    seen
}

/// `.env` by itself, and against what is set.
fn judge_file(text: &str, environment: &Variables) -> Vec<Seen> {
    let (by_name, mut seen) = dotenv::parse(text);
    let unset: Vec<_> = by_name
        .keys()
        .filter(|name| names::is_read(name) && !environment.by_name.contains_key(*name))
        .map(String::as_str)
        .collect();
    if !unset.is_empty() {
        seen.push(Seen::note(
            format!(
                ".env sets {}, but your terminal does not have it",
                unset.join(", ")
            ),
            "Nothing reads the file by itself: load it with `set -a; . ./.env; set +a`.",
        ));
    }
    seen.extend(judge(&Variables {
        by_name,
        place: ".env: ",
    }));
    seen
}

#[cfg(test)]
fn told(variables: &[(&str, &str)]) -> String {
    let by_name = variables
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    super::seen::told(&judge(&Variables { by_name, place: "" }))
}

/// What is said of these variables has to be `wanted`, line by line.
#[cfg(test)]
#[track_caller]
fn check(variables: &[(&str, &str)], wanted: &[&str]) {
    let told = told(variables);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines, wanted, "{variables:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_say() {
        check(
            &[("PATH", "/bin"), ("HOME", "/root")],
            &[
                "ok: the environment has no variable that the labs read: the observatory gets everything",
            ],
        );
        check(
            &[("OTEL_SERVICE_NAME", "mine")],
            &["ok: the environment has 1 variable that the labs read, and it looks right"],
        );
    }

    #[test]
    fn a_file_is_judged_alike_and_has_to_be_loaded() {
        let environment = Variables {
            by_name: BTreeMap::from([("AWS_REGION".to_owned(), "eu-west-1".to_owned())]),
            place: "",
        };
        let text = "# Mine\nexport AWS_REGION=can-central-1\nOTEL_SERVICE_NAM='x'\nHONEYCOMB_API_KEY=\"0123456789abcdef012345\"\nnonsense\n";
        assert_eq!(
            super::super::seen::told(&judge_file(text, &environment)),
            "problem: .env:5 is no assignment / Write it like NAME=value, without spaces around `=`.\n\
             note: .env sets HONEYCOMB_API_KEY, but your terminal does not have it / Nothing reads the file by itself: load it with `set -a; . ./.env; set +a`.\n\
             problem: .env: OTEL_SERVICE_NAM is read by nobody / Did you mean OTEL_SERVICE_NAME?\n\
             problem: .env: AWS_REGION is `can-central-1`, which is no region / Did you mean ca-central-1?\n"
        );
    }
}
