//! AWS credentials: the access key's ID, its secret, and the token of temporary ones. None of their values is ever shown.

use super::aws::ENDPOINTS;
use super::values::{Address, KeyForm, wrapping};
use super::{Seen, Variables};

pub(super) const ID: &str = "AWS_ACCESS_KEY_ID";
pub(super) const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";

pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    let (id, secret, token) = (
        variables.get(ID),
        variables.get(SECRET),
        variables.get(TOKEN),
    );
    // An endpoint of one's own takes any credentials.
    let any_will_do = variables
        .first(&ENDPOINTS)
        .and_then(|(_, endpoint)| Address::parse(endpoint))
        .is_some_and(|address| !address.is_https);
    let mut seen = Vec::new();
    for (name, value) in [(ID, id), (SECRET, secret), (TOKEN, token)] {
        if let Some(value) = value {
            seen.extend(judge_credential(
                &variables.called(name),
                name,
                value,
                any_will_do,
            ));
        }
    }
    for (name, value, other) in [(ID, id, secret), (SECRET, secret, id)] {
        if value.is_none() && other.is_some() {
            seen.push(Seen::problem(
                format!(
                    "{} is not set, and its other half is",
                    variables.called(name)
                ),
                format!("Set both {ID} and {SECRET}, or neither."),
            ));
        }
    }
    match id.map(KeyForm::of) {
        Some(KeyForm::AwsTemporaryId) if token.is_none() => seen.push(Seen::problem(
            format!(
                "{} is of temporary credentials, which are refused without {TOKEN}",
                variables.called(ID)
            ),
            format!("Set {TOKEN} too: whoever gave you the key gave you three values."),
        )),
        Some(KeyForm::AwsId) if token.is_some() => seen.push(Seen::problem(
            format!(
                "{} is set, but {ID} is of credentials that have no token",
                variables.called(TOKEN)
            ),
            format!(
                "Unset {TOKEN}: it is left over from others, and AWS refuses the two together."
            ),
        )),
        _ => {}
    }
    if id.is_none() && secret.is_none() && variables.get("AWS_PROFILE").is_some() {
        seen.push(Seen::note(
            "AWS_PROFILE is set, but the labs read no profiles",
            "For `--live`, put its credentials into the environment: `eval \"$(aws configure export-credentials --format env)\"`.",
        ));
    }
    seen
}

fn judge_credential(called: &str, name: &str, value: &str, any_will_do: bool) -> Option<Seen> {
    if let Some(what) = wrapping(value) {
        return Some(Seen::problem(
            format!("{called} has {what} in it, which is no part of the key"),
            "Set it to the key alone.",
        ));
    }
    let form = KeyForm::of(value);
    let looks_like = |advice: &str| {
        let what = format!("{called} looks like {}", form.called());
        Some(Seen::problem(what, advice))
    };
    match (name, form) {
        (_, form) if form.is_honeycomb() && name != TOKEN => {
            looks_like("Put that into HONEYCOMB_API_KEY, and AWS's own key here.")
        }
        (ID, KeyForm::AwsSecret) => looks_like(&format!(
            "It belongs into {SECRET}; the ID begins with AKIA or ASIA."
        )),
        (SECRET, KeyForm::AwsId | KeyForm::AwsTemporaryId) => looks_like(&format!(
            "It belongs into {ID}; the secret has 40 characters."
        )),
        (TOKEN, form) if form.is_aws() => looks_like("A session token has hundreds of characters."),
        (ID | SECRET, KeyForm::Placeholder) if !any_will_do => Some(Seen::problem(
            format!("{called} is {}", form.called()),
            "Take it from AWS: IAM, Users, Security credentials; or unset it to use the observatory, which takes any.",
        )),
        (ID | SECRET, KeyForm::Unknown) if !any_will_do => Some(Seen::note(
            format!(
                "{called} does not look like {}",
                if name == ID {
                    "the ID of an AWS access key"
                } else {
                    "an AWS secret access key"
                }
            ),
            "The observatory takes any; `cargo lab doctor --live` asks AWS.",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    const REGION: &str = "AWS_REGION";

    fn id() -> String {
        format!("AKIA{}", "Q2".repeat(8))
    }

    fn secret() -> String {
        "aB3/".repeat(10)
    }

    #[test]
    fn good_credentials() {
        check(
            &[(ID, &id()), (SECRET, &secret()), (REGION, "eu-west-1")],
            &["ok: the environment has 3 variables that the labs read, and they look right"],
        );
        let local = ("AWS_ENDPOINT_URL", "http://localhost:4318");
        check(
            &[(ID, "test"), (SECRET, "test"), local],
            &["ok: the environment has 3 variables that the labs read, and they look right"],
        );
    }

    #[test]
    fn credentials_in_the_wrong_place() {
        let region = (REGION, "eu-west-1");
        let honeycomb = format!("hcaik_{}", "7c".repeat(29));
        for (a, b, wanted) in [
            (
                honeycomb.as_str(),
                secret().as_str(),
                &[
                    "problem: AWS_ACCESS_KEY_ID looks like a key of Honeycomb's / Put that into HONEYCOMB_API_KEY, and AWS's own key here.",
                ][..],
            ),
            (
                &secret(),
                &id(),
                &[
                    "problem: AWS_ACCESS_KEY_ID looks like an AWS secret access key / It belongs into AWS_SECRET_ACCESS_KEY; the ID begins with AKIA or ASIA.",
                    "problem: AWS_SECRET_ACCESS_KEY looks like the ID of an AWS access key / It belongs into AWS_ACCESS_KEY_ID; the secret has 40 characters.",
                ],
            ),
            (
                &id(),
                &format!("{} ", secret()),
                &[
                    "problem: AWS_SECRET_ACCESS_KEY has a space in it, which is no part of the key / Set it to the key alone.",
                ],
            ),
            (
                "YOUR_ACCESS_KEY_ID",
                "other",
                &[
                    "problem: AWS_ACCESS_KEY_ID is what stands in the guide in the place of a key / \
                     Take it from AWS: IAM, Users, Security credentials; or unset it to use the observatory, which takes any.",
                    "note: AWS_SECRET_ACCESS_KEY does not look like an AWS secret access key / \
                     The observatory takes any; `cargo lab doctor --live` asks AWS.",
                ],
            ),
            (
                "",
                &secret(),
                &[
                    "problem: AWS_ACCESS_KEY_ID is not set, and its other half is / Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.",
                ],
            ),
        ] {
            check(&[(ID, a), (SECRET, b), region], wanted);
        }
    }

    #[test]
    fn tokens() {
        let region = (REGION, "eu-west-1");
        let temporary = id().replace("AKIA", "ASIA");
        check(
            &[(ID, &temporary), (SECRET, &secret()), region],
            &[
                "problem: AWS_ACCESS_KEY_ID is of temporary credentials, which are refused without AWS_SESSION_TOKEN / \
               Set AWS_SESSION_TOKEN too: whoever gave you the key gave you three values.",
            ],
        );
        check(
            &[(ID, &id()), (SECRET, &secret()), (TOKEN, "long"), region],
            &[
                "problem: AWS_SESSION_TOKEN is set, but AWS_ACCESS_KEY_ID is of credentials that have no token / \
               Unset AWS_SESSION_TOKEN: it is left over from others, and AWS refuses the two together.",
            ],
        );
        check(
            &[("AWS_PROFILE", "mine")],
            &[
                "note: AWS_PROFILE is set, but the labs read no profiles / For `--live`, put its credentials into the environment: \
               `eval \"$(aws configure export-credentials --format env)\"`.",
            ],
        );
    }
}
