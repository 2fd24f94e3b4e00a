//! Variables of the AWS SDKs: region, endpoints, and the X-Ray daemon's address. Credentials are judged in `credentials`.

use super::credentials::{ID, SECRET};
use super::regions::Region;
use super::values::{Address, KeyForm, said};
use super::{Seen, Variables};

const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
pub(super) const ENDPOINTS: [&str; 3] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_XRAY",
];
const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
const DAEMON: &str = "AWS_XRAY_DAEMON_ADDRESS";

pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    let mut seen = regions(variables);
    for name in ENDPOINTS {
        if let Some(endpoint) = variables.get(name) {
            seen.extend(judge_endpoint(&variables.called(name), endpoint));
        }
    }
    let ignores = variables
        .get(IGNORE)
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    if ignores && variables.first(&ENDPOINTS).is_some() {
        seen.push(Seen::note(
            format!(
                "{} is true: endpoints that are set are not used",
                variables.called(IGNORE)
            ),
            format!("Unset {IGNORE} to send to them."),
        ));
    }
    if let Some(daemon) = variables.get(DAEMON)
        && !is_daemon(daemon)
    {
        seen.push(Seen::problem(
            format!(
                "{}, which is no daemon's address",
                said(&variables.called(DAEMON), daemon)
            ),
            "Write it like 127.0.0.1:2000, or like `tcp:127.0.0.1:2000 udp:127.0.0.1:2000`.",
        ));
    }
    seen
}

fn regions(variables: &Variables) -> Vec<Seen> {
    let mut seen = Vec::new();
    for name in [REGION, DEFAULT_REGION] {
        let Some(region) = variables.get(name) else {
            continue;
        };
        let what = said(&variables.called(name), region);
        match Region::of(region.trim()) {
            Region::Known => {}
            Region::New(nearest) => seen.push(Seen::note(
                format!("{what}, a region that was not known when this was written"),
                format!("If it is misspelt: did you mean {nearest}?"),
            )),
            Region::Wrong(nearest) => {
                let form = KeyForm::of(region);
                let advice = if form.is_aws() || form.is_honeycomb() {
                    format!(
                        "It looks like {}. A region is written like us-east-1.",
                        form.called()
                    )
                } else {
                    format!("Did you mean {nearest}?")
                };
                seen.push(Seen::problem(format!("{what}, which is no region"), advice));
            }
        }
    }
    match (variables.get(REGION), variables.get(DEFAULT_REGION)) {
        (None, Some(_)) => seen.push(Seen::note(
            format!(
                "{} is set, and {REGION} is not",
                variables.called(DEFAULT_REGION)
            ),
            format!("The labs read it, but not every SDK does: set {REGION}."),
        )),
        (Some(one), Some(other)) if one.trim() != other.trim() => seen.push(Seen::note(
            format!(
                "{} and {DEFAULT_REGION} name different regions",
                variables.called(REGION)
            ),
            format!("{REGION} wins here; the AWS CLI may look elsewhere."),
        )),
        _ => {}
    }
    let has_keys = variables.get(ID).is_some() && variables.get(SECRET).is_some();
    if has_keys
        && variables.first(&[REGION, DEFAULT_REGION]).is_none()
        && variables.first(&ENDPOINTS).is_none()
    {
        seen.push(Seen::note(
            "credentials of AWS are set, and no region",
            format!("For `--live`, set {REGION}, for instance to us-east-1."),
        ));
    }
    seen
}

fn judge_endpoint(called: &str, endpoint: &str) -> Option<Seen> {
    let Some(address) = Address::parse(endpoint) else {
        return Some(Seen::problem(
            format!("{}, which is no address", said(called, endpoint)),
            "Write it like http://localhost:4318.",
        ));
    };
    if address.has_user {
        return Some(Seen::problem(
            format!("{called} has a name or a password before `@`"),
            format!("Write it like http://localhost:4318, and put keys into {ID} and {SECRET}."),
        ));
    }
    if endpoint.contains('?') {
        return Some(Seen::problem(
            format!("{called} has a query (not shown), where a key may be"),
            format!("Write it like http://localhost:4318, and put keys into {ID} and {SECRET}."),
        ));
    }
    address.is_https.then(|| {
        Seen::note(
            format!("{}, which needs TLS", said(called, endpoint)),
            "Run `cargo lab up 2 --live`; or unset it to send to the observatory.",
        )
    })
}

/// `HOST:PORT`, or that twice behind `tcp:` and `udp:`.
/// Source: AWS X-Ray Developer Guide, "Configuring the X-Ray SDK".
fn is_daemon(value: &str) -> bool {
    let is_address = |text: &str| {
        text.rsplit_once(':').is_some_and(|(host, port)| {
            let is_ipv6 = host.starts_with('[') && host.ends_with(']');
            !host.is_empty()
                && (is_ipv6 || !host.contains([':', '/']))
                && port.parse::<u16>().is_ok_and(|port| port > 0)
        })
    };
    let parts: Vec<&str> = value.split_whitespace().collect();
    let kind = |part: &str, kind: &str| part.strip_prefix(kind).is_some_and(is_address);
    match parts[..] {
        [one] => is_address(one),
        [a, b] => (kind(a, "tcp:") && kind(b, "udp:")) || (kind(a, "udp:") && kind(b, "tcp:")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn regions_that_are_none() {
        check(
            &[(REGION, "can-central-1")],
            &[
                "problem: AWS_REGION is `can-central-1`, which is no region / Did you mean ca-central-1?",
            ],
        );
        check(
            &[(REGION, "eu-west-9")],
            &[
                "note: AWS_REGION is `eu-west-9`, a region that was not known when this was written / If it is misspelt: did you mean eu-west-1?",
            ],
        );
        check(
            &[(REGION, &"aB3/".repeat(10))],
            &[
                "problem: AWS_REGION has a value (not shown), which is no region / It looks like an AWS secret access key. A region is written like us-east-1.",
            ],
        );
        check(
            &[(DEFAULT_REGION, "eu-west-1")],
            &[
                "note: AWS_DEFAULT_REGION is set, and AWS_REGION is not / The labs read it, but not every SDK does: set AWS_REGION.",
            ],
        );
        check(
            &[(REGION, "eu-west-1"), (DEFAULT_REGION, "eu-west-2")],
            &[
                "note: AWS_REGION and AWS_DEFAULT_REGION name different regions / AWS_REGION wins here; the AWS CLI may look elsewhere.",
            ],
        );
    }

    #[test]
    fn endpoints() {
        let name = ENDPOINTS[2];
        check(
            &[(name, "localhost:4318")],
            &[
                "problem: AWS_ENDPOINT_URL_XRAY is `localhost:4318`, which is no address / Write it like http://localhost:4318.",
            ],
        );
        check(
            &[(name, "http://me:SECRET@localhost")],
            &[
                "problem: AWS_ENDPOINT_URL_XRAY has a name or a password before `@` / \
               Write it like http://localhost:4318, and put keys into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            ],
        );
        check(
            &[
                (name, "https://xray.eu-west-1.amazonaws.com"),
                (IGNORE, "true"),
            ],
            &[
                "note: AWS_ENDPOINT_URL_XRAY is `https://xray.eu-west-1.amazonaws.com`, which needs TLS / \
                 Run `cargo lab up 2 --live`; or unset it to send to the observatory.",
                "note: AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: endpoints that are set are not used / \
                 Unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS to send to them.",
            ],
        );
    }

    #[test]
    fn the_daemon() {
        for good in [
            "127.0.0.1:2000",
            "[::1]:2000",
            "tcp:a:1 udp:b:2",
            "udp:b:2  tcp:a:1",
        ] {
            assert!(is_daemon(good), "{good}");
        }
        for bad in [
            "127.0.0.1",
            "http://127.0.0.1:2000",
            "udp:a:1",
            "a:1 b:2",
            "a:0",
            "tcp:a:1 tcp:b:2",
            ":2000",
        ] {
            assert!(!is_daemon(bad), "{bad}");
        }
        check(
            &[(DAEMON, "http://127.0.0.1:2000")],
            &[
                "problem: AWS_XRAY_DAEMON_ADDRESS is `http://127.0.0.1:2000`, which is no daemon's address / \
               Write it like 127.0.0.1:2000, or like `tcp:127.0.0.1:2000 udp:127.0.0.1:2000`.",
            ],
        );
    }
}
