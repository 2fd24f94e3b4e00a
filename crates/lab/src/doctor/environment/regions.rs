//! Names of AWS regions. `aws-settings` has the same list, which this crate cannot depend on without building the AWS SDKs.

use super::edits::nearest;

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

/// How well a name of a region is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Region {
    Known,
    /// Of a region's form: it may have been opened since. With the nearest that is known.
    New(&'static str),
    /// None. With the nearest that is known.
    Wrong(&'static str),
}

impl Region {
    pub(super) fn of(name: &str) -> Self {
        let lower = name.to_lowercase();
        let nearest = nearest(&lower, KNOWN).map_or("us-east-1", |(name, _)| name);
        if KNOWN.contains(&name) {
            Self::Known
        } else if has_form(name) {
            Self::New(nearest)
        } else {
            Self::Wrong(nearest)
        }
    }
}

/// An area, a direction and a number.
fn has_form(name: &str) -> bool {
    let mut parts = name.rsplitn(3, '-');
    let (number, direction, area) = (parts.next(), parts.next(), parts.next());
    number.is_some_and(|number| {
        matches!(
            number.as_bytes(),
            [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']
        )
    }) && direction.is_some_and(|direction| DIRECTIONS.contains(&direction))
        && area.is_some_and(|area| AREAS.contains(&area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, wanted) in [
            ("ca-central-1", Region::Known),
            ("eu-west-9", Region::New("eu-west-1")),
            ("us-gov-east-1", Region::New("us-gov-west-1")),
            ("can-central-1", Region::Wrong("ca-central-1")),
            ("CA-CENTRAL-1", Region::Wrong("ca-central-1")),
            ("ca-central-1a", Region::Wrong("ca-central-1")),
        ] {
            assert_eq!(Region::of(name), wanted, "{name}");
        }
    }

    #[test]
    fn the_list_is_that_of_aws_settings() {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws-settings/src/region.rs");
        let text = std::fs::read_to_string(path).expect("aws-settings");
        let after = |name: &str| {
            let (_, list) = text.split_once(name).expect(name);
            let (_, list) = list.split_once("= [").expect("a list");
            let (list, _) = list.split_once("];").expect("its end");
            let quoted = list.split('"').skip(1).step_by(2);
            quoted.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(after("const AREAS"), AREAS);
        assert_eq!(after("const DIRECTIONS"), DIRECTIONS);
        assert_eq!(after("const KNOWN"), KNOWN);
    }
}
