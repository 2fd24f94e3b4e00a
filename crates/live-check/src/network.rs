//! Why no answer came, and what to do about it. Answers that refuse are for each service to explain.

use std::error::Error;
use std::iter::successors;

use crate::finding::Finding;
use crate::patience::ANSWER_WITHIN;

/// What stands in the causes of an error, in lower case, with what it means and what to do.
/// The causes come from hyper, rustls and the system; none of them has types that both clients show.
const CAUSES: [(&[&str], &str, &str); 6] = [
    (
        &["dns error", "failed to lookup", "name or service not known"],
        "the host is not found",
        "Is this machine on the network, and the region or the endpoint written right?",
    ),
    (
        &[
            "certificate expired",
            "certificate: expired",
            "not valid yet",
            "notvalidyet",
        ],
        "the certificate is not valid at the time that this machine's clock shows",
        "Correct the clock: `sudo timedatectl set-ntp true`, or in the system's settings.",
    ),
    (
        &[
            "corrupt message",
            "invalidcontenttype",
            "wrong version number",
        ],
        "what listens there does not speak TLS",
        "Write http:// if it is on this machine; else correct the port.",
    ),
    (
        &["certificate", "unknownissuer"],
        "the certificate is not trusted",
        "A proxy may read what passes: ask your network's administrator for its certificate and add it to the system's; or use another network.",
    ),
    (
        &["connection refused"],
        "nobody listens there",
        "Correct the endpoint, or start what should listen there (`cargo lab up` starts the observatory).",
    ),
    (
        &[
            "network is unreachable",
            "no route to host",
            "host is unreachable",
            "permission denied",
        ],
        "there is no way to it",
        "Is this machine on the network, and is a firewall or a proxy (HTTPS_PROXY) between?",
    ),
];

/// A finding about a call to `whom` that got no answer.
pub(crate) fn no_answer(whom: &str, is_timeout: bool, error: &(dyn Error + 'static)) -> Finding {
    let causes: Vec<String> = successors(Some(error), |&error| error.source())
        .map(|error| error.to_string())
        .collect();
    if is_timeout {
        return timed_out(whom);
    }
    let all = causes.join(": ").to_lowercase();
    let known = CAUSES
        .iter()
        .find(|(signs, ..)| signs.iter().any(|sign| all.contains(sign)));
    match known {
        Some((_, why, advice)) => Finding::problem(format!("{whom}: {why}"), *advice),
        // The last cause is the one that names the reason; the first ones may quote the address.
        None => Finding::problem(
            format!(
                "{whom}: no answer ({})",
                causes.last().map_or("no reason given", String::as_str)
            ),
            "Is this machine on the network, and is a firewall or a proxy (HTTPS_PROXY) between?",
        ),
    }
}

/// A finding about a call to `whom` that was waited for in vain.
pub(crate) fn timed_out(whom: &str) -> Finding {
    Finding::problem(
        format!("{whom}: no answer within {} s", ANSWER_WITHIN.as_secs()),
        "A firewall may drop what is sent: try another network, or set HTTPS_PROXY if yours has a proxy.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cause: &str, what: &str) {
        let error = std::io::Error::other(cause.to_owned());
        let told = format!("{:?}", no_answer("X", false, &error));
        assert!(told.contains(what), "{told}");
    }

    #[test]
    fn reasons() {
        check(
            "dns error: failed to lookup address information",
            "X: the host is not found",
        );
        check(
            "invalid peer certificate: NotValidYet",
            "X: the certificate is not valid at the time",
        );
        check(
            "invalid peer certificate: UnknownIssuer",
            "X: the certificate is not trusted",
        );
        check(
            "received corrupt message of type InvalidContentType",
            "X: what listens there does not speak TLS",
        );
        check(
            "tcp connect error: Connection refused (os error 111)",
            "X: nobody listens there",
        );
        check(
            "Network is unreachable (os error 101)",
            "X: there is no way to it",
        );
        check("something else", "X: no answer (something else)");
    }
}
