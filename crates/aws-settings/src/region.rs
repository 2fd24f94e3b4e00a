//! The region: read, and checked, since the SDKs take any text and look for a host of that name.

use crate::{Lookup, SettingsError};

const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// What stands before the direction in a region's name.
const AREAS: [&str; 18] = [
    "af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc", "eusc-de", "il", "me", "mx", "sa", "us",
    "us-gov", "us-iso", "us-isob", "us-isof", "us-isoe",
];

const DIRECTIONS: [&str; 9] = [
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Regions that somebody who misspelt one may have meant.
/// Source: AWS Regions and Availability Zones User Guide, "AWS Regions".
const KNOWN: [&str; 37] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// Taken where any region will do, and shown as an example.
const ANY: &str = "us-east-1";

/// Reads `AWS_REGION`, else `AWS_DEFAULT_REGION`; whether one was set is the second part.
///
/// With an endpoint given (`any_will_do`) none needs to be set: it is only part of the signature then.
pub(crate) fn read(lookup: Lookup<'_>, any_will_do: bool) -> Result<(String, bool), SettingsError> {
    let found = VARIABLES
        .into_iter()
        .find_map(|variable| Some((variable, lookup(variable)?)));
    match found {
        Some((_, region)) if has_known_form(&region) => Ok((region, true)),
        Some((variable, region)) if !is_like_a_region(&region) => {
            Err(SettingsError::NothingLikeARegion {
                variable,
                example: ANY,
            })
        }
        Some((variable, region)) => Err(SettingsError::NotARegion {
            variable,
            nearest: nearest(&region),
            region,
        }),
        None if any_will_do => Ok((ANY.to_owned(), false)),
        None => Err(SettingsError::NoRegion { example: ANY }),
    }
}

/// An area, a direction and a number: regions that are opened later have that form too.
fn has_known_form(region: &str) -> bool {
    let mut parts = region.rsplitn(3, '-');
    let (number, direction, area) = (parts.next(), parts.next(), parts.next());
    number.is_some_and(|number| {
        matches!(
            number.as_bytes(),
            [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']
        )
    }) && direction.is_some_and(|direction| DIRECTIONS.contains(&direction))
        && area.is_some_and(|area| AREAS.contains(&area))
}

/// Whether somebody may have meant a region: whatever else it is may be a key, whose parts are longer.
fn is_like_a_region(value: &str) -> bool {
    const LONGEST_WORD: usize = 12;
    value.len() < 25
        && value.split('-').all(|word| {
            word.len() <= LONGEST_WORD && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn nearest(region: &str) -> &'static str {
    let region = region.to_lowercase();
    KNOWN
        .into_iter()
        .min_by_key(|known| edits(&region, known))
        .unwrap_or(ANY)
}

/// Levenshtein distance, in characters.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_region_has_a_known_form() {
        for region in KNOWN {
            assert!(has_known_form(region), "{region}");
        }
    }

    #[track_caller]
    fn check(region: &str, wanted: &str) {
        let told = if has_known_form(region) {
            "a region"
        } else {
            nearest(region)
        };
        assert_eq!(told, wanted);
    }

    #[test]
    fn forms() {
        check("ca-central-1", "a region");
        check("ap-southeast-12", "a region");
        check("us-iso-east-1", "a region");
        check("eusc-de-east-1", "a region");
    }

    #[test]
    fn what_may_be_a_key_is_not_like_a_region() {
        for region in KNOWN.into_iter().chain(["can-central-1", "CA-CENTRAL-1"]) {
            assert!(is_like_a_region(region), "{region}");
        }
        let id = format!("AKIA{}", "Q2".repeat(8));
        let secret = "aB3/".repeat(10);
        let (ingest, classic) = (format!("hcaik_{}", "a1".repeat(29)), "a1".repeat(11));
        for key in [&id, &secret, &ingest, &classic, "hcaik_a1", "us-east-1 a1"] {
            assert!(!is_like_a_region(key), "{key}");
        }
    }

    #[test]
    fn misspelt_ones_have_a_nearest() {
        check("can-central-1", "ca-central-1");
        check("ca-centrl-1", "ca-central-1");
        check("ca-central", "ca-central-1");
        check("CA-CENTRAL-1", "ca-central-1");
        check("ca-central-1a", "ca-central-1");
        check("ca-central-0", "ca-central-1");
        check("us_east_1", "us-east-1");
        check("eu-wset-3", "eu-west-3");
    }
}
