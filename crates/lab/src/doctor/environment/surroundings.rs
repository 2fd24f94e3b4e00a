//! Variables of what is around the labs: Cruddur's addresses, insta, and proxies.

use super::values::{Address, said};
use super::{Seen, Variables};

/// Addresses of Cruddur's services and the observatory, as browsers reach them.
const OWN_ADDRESSES: [&str; 4] = [
    "BACKEND_URL",
    "FRONTEND_URL",
    "OBSERVATORY_URL",
    "PROFILES_URL",
];

pub(super) fn judge(variables: &Variables) -> Vec<Seen> {
    let mut seen = Vec::new();
    for name in OWN_ADDRESSES {
        if let Some(value) = variables.get(name)
            && Address::parse(value)
                .is_none_or(|address| address.has_user || !matches!(address.path, "" | "/"))
        {
            let what = said(&variables.called(name), value);
            seen.push(Seen::problem(
                format!("{what}, which is no address of a service"),
                "Write it like http://localhost:4567, without a path; or unset it.",
            ));
        }
    }
    insta(variables, &mut seen);
    proxies(variables, &mut seen);
    seen
}

fn insta(variables: &Variables, seen: &mut Vec<Seen>) {
    for (name, harmless) in [("INSTA_FORCE_PASS", "0"), ("INSTA_UPDATE", "no")] {
        if let Some(value) = variables.get(name)
            && value != harmless
        {
            seen.push(Seen::note(
                format!("{}, which `cargo lab` ignores", said(&variables.called(name), value)),
                "What a step wants is decided by the lab, not by the last run. A plain `cargo test` does obey it: unset it.",
            ));
        }
    }
}

/// The exporters' HTTP clients obey these, also for addresses on this machine.
fn proxies(variables: &Variables, seen: &mut Vec<Seen>) {
    let Some((name, _)) = variables.first(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
    else {
        return;
    };
    let except = variables
        .first(&["no_proxy", "NO_PROXY"])
        .map_or("", |(_, value)| value);
    let covers = |host: &str| {
        except
            .split(',')
            .any(|part| matches!(part.trim(), "*") || part.trim() == host)
    };
    if !(covers("localhost") && (covers("127.0.0.1") || covers("127.0.0.0/8"))) {
        seen.push(Seen::problem(
            format!("{} is set, also for addresses on this machine: spans to the observatory would go to the proxy", variables.called(name)),
            "Add them to the exceptions: NO_PROXY=localhost,127.0.0.1.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn what_is_around() {
        for (name, value, wanted) in [
            (
                "FRONTEND_URL",
                "localhost:3000",
                "problem: FRONTEND_URL is `localhost:3000`, which is no address of a service / Write it like http://localhost:4567, without a path; or unset it.",
            ),
            (
                "INSTA_UPDATE",
                "always",
                "note: INSTA_UPDATE is `always`, which `cargo lab` ignores / What a step wants is decided by the lab, not by the last run. A plain `cargo test` does obey it: unset it.",
            ),
            (
                "HTTP_PROXY",
                "http://SECRET@proxy:3128",
                "problem: HTTP_PROXY is set, also for addresses on this machine: spans to the observatory would go to the proxy / Add them to the exceptions: NO_PROXY=localhost,127.0.0.1.",
            ),
        ] {
            check(&[(name, value)], &[wanted]);
        }
        let silent = "ok: the environment has no variable that the labs read: the observatory gets everything";
        check(
            &[("INSTA_UPDATE", "no"), ("INSTA_FORCE_PASS", "0")],
            &[silent],
        );
        check(
            &[
                ("http_proxy", "http://proxy"),
                ("NO_PROXY", "localhost, 127.0.0.1"),
            ],
            &[silent],
        );
    }
}
