//! What each service is told, and where the page sends its spans, in each kind of workspace.

use super::*;
use crate::metadata::Protocol;

fn codespace() -> Forwarding {
    Forwarding::Codespaces {
        name: "space".to_owned(),
        domain: "app.github.dev".to_owned(),
    }
}

/// What `up` would start, on the usual ports.
fn plan(forwarding: Forwarding, variables: &[(&str, &str)]) -> Plan {
    let destination = Destination::read(Protocol::Otlp, |_| None, false).expect("the observatory");
    let lookup = |name: &str| {
        let mut set = variables.iter();
        let value = set.find(|(set, _)| *set == name)?.1;
        Some(value.to_owned())
    };
    let options = cli::Up::default();
    let page_spans = PageSpans::read(true, lookup).expect("usable variables");
    Plan::decide(&options, destination, page_spans, forwarding, lookup, false).expect("a plan")
}

/// The observatory's port for spans alone, what the page calls, and what the front end's program is told.
#[track_caller]
fn check_page(forwarding: Forwarding, variables: &[(&str, &str)], wanted: &str) {
    let plan = plan(forwarding, variables);
    let observatory = arguments(&plan.start(Service::Observatory, Path::new("program")));
    let port = observatory
        .split_once("--spans-only ")
        .map_or("none", |(_, rest)| rest.split(' ').next().unwrap_or(rest));
    let called: Vec<String> = plan.called_ports().iter().map(u16::to_string).collect();
    let page = arguments(&plan.start(Service::Frontend, Path::new("program")));
    let page = page.replace(
        "frontend --companion frontend-telemetry/dist/companion.js",
        "",
    );
    assert_eq!(format!("{port}; {};{page}", called.join(" ")), wanted);
}

fn arguments(command: &Command) -> String {
    let arguments: Vec<String> = command
        .get_args()
        .map(|argument| argument.display().to_string())
        .collect();
    arguments.join(" ")
}

#[test]
fn where_the_page_sends_its_spans() {
    let gitpod = || Forwarding::Gitpod {
        host: "me.gitpod.example".to_owned(),
    };
    check_page(Forwarding::None, &[], "none; 4567;");
    check_page(
        codespace(),
        &[],
        "127.0.0.1:4316; 4567 4316; --endpoint https://space-4316.app.github.dev --pages https://space-4318.app.github.dev",
    );
    check_page(
        gitpod(),
        &[],
        "127.0.0.1:4316; 4567 4316; --endpoint https://4316-me.gitpod.example --pages https://4318-me.gitpod.example",
    );
    // Their own proxy, and their own Collector, are theirs to protect.
    check_page(
        gitpod(),
        &[
            ("OBSERVATORY_URL", "https://o.example"),
            ("BACKEND_URL", "https://b.example"),
        ],
        "none; ;",
    );
    check_page(
        gitpod(),
        &[("FRONTEND_OTLP_ENDPOINT", "https://c.example:4318")],
        "none; 4567; --endpoint https://c.example:4318",
    );
}

#[test]
fn what_the_page_calls_is_what_gitpod_makes_public() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let file = Path::new(root).join(".gitpod.yml");
    let file = std::fs::read_to_string(file).expect(".gitpod.yml");
    let public = file
        .split("- name:")
        .filter(|part| part.contains("visibility: public"));
    let public: Vec<&str> = public
        .filter_map(|part| part.split_once("port: "))
        .filter_map(|(_, rest)| rest.lines().next())
        .collect();
    let called = plan(codespace(), &[]).called_ports();
    let called: Vec<String> = called.iter().map(u16::to_string).collect();
    assert_eq!(called, public);
}

#[test]
fn who_joins_an_observatory_without_the_port_has_no_spans_of_the_page() {
    let mut plan = plan(codespace(), &[]);
    assert_eq!(plan.join(|_| true).lines().count(), 1);
    assert_eq!(plan.called_ports(), [4567, 4316]);
    let told = plan.join(|_| false);
    assert!(told.contains("so the page makes none: end it"), "{told}");
    assert_eq!(plan.called_ports(), [4567]);
    assert_eq!(
        arguments(&plan.start(Service::Frontend, Path::new("program"))),
        "frontend"
    );
}

/// Arguments and variables of `service` on the usual ports of a Codespace.
#[track_caller]
fn check(service: Service, wanted: &str) {
    let variables = [
        ("FRONTEND_URL", "https://mine.example"),
        (ALLOW_HOST, "lab.example"),
    ];
    let plan = plan(codespace(), &variables);
    let command = plan.start(service, Path::new("program"));
    let mut told = vec![arguments(&command)];
    for (name, value) in command.get_envs() {
        let value = value.map_or("(removed)".into(), |value| value.to_string_lossy());
        told.push(format!("{}={value}", name.display()));
    }
    assert_eq!(told.join("\n"), wanted);
}

const BROWSERS: &str = "FRONTEND_URL=https://mine.example
HONEYCOMB_API_KEY=(removed)";

#[test]
fn the_usual_ports_behind_a_forwarding() {
    let back_end = "BACKEND_URL=https://space-4567.app.github.dev";
    let observatory = "OBSERVATORY_URL=https://space-4318.app.github.dev";
    check(
        Service::Observatory,
        &format!(
            "--http 127.0.0.1:4318 --grpc 127.0.0.1:4317 --xray-daemon 127.0.0.1:2000 --spans-only 127.0.0.1:4316 --data .observatory --print-addresses\n{back_end}\n{BROWSERS}\n\
             OBSERVATORY_ALLOW_HOST=lab.example,space-4318.app.github.dev,space-4316.app.github.dev,mine.example\n{observatory}"
        ),
    );
    check(
        Service::Backend,
        &format!(
            "backend\n{back_end}\n{BROWSERS}\n{observatory}\nOTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318\n\
             OTEL_SERVICE_NAME=backend\nPORT=4567\nPROFILES_URL=http://127.0.0.1:4568"
        ),
    );
    check(
        Service::Frontend,
        &format!(
            "frontend --companion frontend-telemetry/dist/companion.js --endpoint https://space-4316.app.github.dev --pages https://space-4318.app.github.dev\n{back_end}\n{BROWSERS}\n{observatory}\nPORT=3000"
        ),
    );
    check(
        Service::Traffic,
        &format!("traffic\nBACKEND_URL=http://127.0.0.1:4567\n{BROWSERS}\n{observatory}"),
    );
}
