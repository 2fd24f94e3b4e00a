//! The ports that `up` wants: free, taken by what `up` itself starts, or taken by somebody else. What is there, `probe` finds out; who has it, `owners`.

mod owners;
mod probe;

use std::io::ErrorKind;

use super::seen::Seen;
use crate::up::{Forwarding, SPANS_ONLY};
use owners::Owner;
use probe::probe;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Tcp,
    Udp,
}

/// A port, and what `up` has there.
struct Port {
    number: u16,
    transport: Transport,
    whose: &'static str,
    /// Names of programs that are ours; the kernel keeps fifteen characters of them.
    programs: &'static [&'static str],
    /// A page that answers 200 and holds this, when ours is there.
    page: Option<(&'static str, &'static str)>,
}

const OBSERVATORY: &[&str] = &["observatory"];
const SERVICES: &[&str] = &[
    "honeycomb",
    "honeycomb-solut",
    "xray",
    "xray-solution",
    "cloudwatch",
    "cloudwatch-solu",
    "cruddur",
];

const PORTS: [Port; 8] = [
    Port {
        number: 3000,
        transport: Transport::Tcp,
        whose: "the front-end page",
        programs: &["cruddur"],
        page: Some(("/", "cruddur.js")),
    },
    Port {
        number: 4567,
        transport: Transport::Tcp,
        whose: "the back end",
        programs: SERVICES,
        page: Some(("/api/activities/home", "\"handle\"")),
    },
    Port {
        number: 4568,
        transport: Transport::Tcp,
        whose: "the profiles service",
        programs: SERVICES,
        page: None,
    },
    Port {
        number: 4318,
        transport: Transport::Tcp,
        whose: "the observatory (pages, OTLP/HTTP, AWS)",
        programs: OBSERVATORY,
        // Its own name: many a program answers `/healthz` with `ok`.
        page: Some(("/", " · Observatory</title>")),
    },
    Port {
        number: 4317,
        transport: Transport::Tcp,
        whose: "the observatory (OTLP/gRPC)",
        programs: OBSERVATORY,
        page: None,
    },
    Port {
        number: 2000,
        transport: Transport::Tcp,
        whose: "the observatory (X-Ray's sampling)",
        programs: OBSERVATORY,
        page: None,
    },
    Port {
        number: 2000,
        transport: Transport::Udp,
        whose: "the observatory (X-Ray's segments)",
        programs: OBSERVATORY,
        page: None,
    },
    Port {
        number: SPANS_ONLY,
        transport: Transport::Tcp,
        whose: "the observatory (the page's spans)",
        programs: OBSERVATORY,
        page: None,
    },
];

/// What was found at a port.
#[derive(Debug)]
enum Found {
    Free,
    /// By whom, where the system tells, and whether it answered as ours does.
    Taken {
        owner: Option<Owner>,
        answers: bool,
    },
    /// IPv4's is free, IPv6's is not: browsers try that one first.
    TakenByIpv6(Option<Owner>),
    Refused(ErrorKind),
}

pub(super) fn look() -> Vec<Seen> {
    let forwarding = Forwarding::read(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let mut probed: Vec<_> = wanted(forwarding.is_ok_and(|it| it.keeps_private()))
        .map(|port| (port, probe(port, port.number)))
        .collect();
    recognise(&mut probed);
    probed
        .iter()
        .map(|(port, found)| judge(port, found))
        .collect()
}

/// Those that `up` uses; one of them only where ports are private.
fn wanted(keeps_private: bool) -> impl Iterator<Item = &'static Port> {
    PORTS
        .iter()
        .filter(move |port| keeps_private || port.number != SPANS_ONLY)
}

/// Where the system names nobody, a program that answered as ours at one port has its other ones too.
fn recognise(probed: &mut [(&Port, Found)]) {
    let answering: Vec<_> = probed
        .iter()
        .filter(|(_, found)| matches!(found, Found::Taken { answers: true, .. }))
        .map(|(port, _)| port.programs)
        .collect();
    for (port, found) in probed {
        if let Found::Taken {
            owner: None,
            answers,
        } = found
            && answering.contains(&port.programs)
        {
            *answers = true;
        }
    }
}

fn judge(port: &Port, found: &Found) -> Seen {
    let name = match port.transport {
        Transport::Tcp => format!("port {}", port.number),
        Transport::Udp => format!("port {} (UDP)", port.number),
    };
    let whose = port.whose;
    let is_ours = |owner: &Option<Owner>| {
        owner
            .as_ref()
            .is_some_and(|owner| port.programs.contains(&owner.program.as_str()))
    };
    match found {
        Found::Free => Seen::ok(format!("{name} is free for {whose}")),
        Found::Taken { owner, answers } if *answers || is_ours(owner) => {
            Seen::ok(format!("{name} is taken by {whose} itself: it runs"))
        }
        Found::Taken { owner, .. } => {
            let (who, end) = named(owner.as_ref(), port);
            Seen::problem(
                format!("{name}, wanted for {whose}, is taken by {who}"),
                format!("{end}, or start with `cargo lab up --any-port`."),
            )
        }
        Found::TakenByIpv6(owner) => {
            let (who, end) = named(owner.as_ref(), port);
            Seen::problem(
                format!(
                    "{name}, wanted for {whose}, is taken by {who} on [::1], where browsers look first"
                ),
                format!("{end}, or open 127.0.0.1 instead of localhost."),
            )
        }
        Found::Refused(why) => Seen::unknown(
            format!("whether {name} is free for {whose} is not told: {why}"),
            "Is listening on 127.0.0.1 forbidden here, by a sandbox for instance? Then `cargo lab up` cannot work either.",
        ),
    }
}

/// Who has it, and how to end that.
fn named(owner: Option<&Owner>, port: &Port) -> (String, String) {
    match owner {
        Some(Owner { pid, program }) => (
            format!("{program} (process {pid})"),
            format!("End it (`kill {pid}`)"),
        ),
        None => {
            let protocol = match port.transport {
                Transport::Tcp => "TCP",
                Transport::Udp => "UDP",
            };
            (
                "another program, which is not named to you".to_owned(),
                format!(
                    "Look who it is with `sudo lsof -i {protocol}:{}`, and end it",
                    port.number
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::seen::told;

    #[track_caller]
    fn check(number: u16, transport: Transport, found: &Found, wanted: &str) {
        let port = PORTS
            .iter()
            .find(|port| port.number == number && port.transport == transport)
            .expect("a port of ours");
        assert_eq!(told(&[judge(port, found)]), format!("{wanted}\n"));
    }

    fn taken(program: &str, answers: bool) -> Found {
        Found::Taken {
            owner: Some(Owner {
                pid: 4711,
                program: program.to_owned(),
            }),
            answers,
        }
    }

    #[test]
    fn whose_port_it_is() {
        let tcp = Transport::Tcp;
        check(
            3000,
            tcp,
            &Found::Free,
            "ok: port 3000 is free for the front-end page",
        );
        check(
            4567,
            tcp,
            &taken("honeycomb-solut", false),
            "ok: port 4567 is taken by the back end itself: it runs",
        );
        check(
            4318,
            tcp,
            &taken("docker-proxy", true),
            "ok: port 4318 is taken by the observatory (pages, OTLP/HTTP, AWS) itself: it runs",
        );
        check(
            3000,
            tcp,
            &taken("node", false),
            "problem: port 3000, wanted for the front-end page, is taken by node (process 4711) / \
             End it (`kill 4711`), or start with `cargo lab up --any-port`.",
        );
        check(
            2000,
            Transport::Udp,
            &Found::Taken {
                owner: None,
                answers: false,
            },
            "problem: port 2000 (UDP), wanted for the observatory (X-Ray's segments), is taken by another program, \
             which is not named to you / Look who it is with `sudo lsof -i UDP:2000`, and end it, \
             or start with `cargo lab up --any-port`.",
        );
        check(
            4567,
            tcp,
            &Found::TakenByIpv6(Some(Owner {
                pid: 7,
                program: "ruby".to_owned(),
            })),
            "problem: port 4567, wanted for the back end, is taken by ruby (process 7) on [::1], where browsers look first / \
             End it (`kill 7`), or open 127.0.0.1 instead of localhost.",
        );
        check(
            4317,
            tcp,
            &Found::Refused(ErrorKind::PermissionDenied),
            "unknown: whether port 4317 is free for the observatory (OTLP/gRPC) is not told: permission denied / \
             Is listening on 127.0.0.1 forbidden here, by a sandbox for instance? Then `cargo lab up` cannot work either.",
        );
    }

    #[test]
    fn who_answers_at_one_port_has_the_others() {
        let found = |answers| Found::Taken {
            owner: None,
            answers,
        };
        let mut probed = vec![
            (&PORTS[2], found(false)),
            (&PORTS[3], found(true)),
            (&PORTS[4], found(false)),
            (&PORTS[5], taken("node", false)),
        ];
        recognise(&mut probed);
        let ours: Vec<bool> = probed
            .iter()
            .map(|(_, found)| matches!(found, Found::Taken { answers: true, .. }))
            .collect();
        assert_eq!(ours, [false, true, true, false]);
    }

    #[test]
    fn the_port_for_spans_alone_is_for_cloud_workspaces() {
        for (keeps_private, wanted_there) in [(false, false), (true, true)] {
            let is_there = wanted(keeps_private).any(|port| port.number == SPANS_ONLY);
            assert_eq!(is_there, wanted_there);
        }
    }
}
