//! Opens the ports that the page calls in a cloud workspace, and tells what came of it.

use std::process::{Command, Stdio};

use super::addresses::Forwarding;
use crate::say;

/// Opens `ports` beside everything else, because the workspace's own command takes some seconds. Nothing to do on a machine of one's own.
pub(super) fn open(forwarding: &Forwarding, ports: &[u16]) {
    let commands: Option<Vec<_>> = ports.iter().map(|port| forwarding.open(*port)).collect();
    if let Some(commands) = commands {
        let told = told(ports);
        std::thread::spawn(move || {
            let opened = commands.iter().all(|command| run(command));
            say(if opened { &told.0 } else { &told.1 });
        });
    }
}

/// Whether the command is there and ends well; what it prints is for nobody.
fn run(command: &[String]) -> bool {
    let Some((program, args)) = command.split_first() else {
        return false;
    };
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What is said when all are open, and when not.
fn told(ports: &[u16]) -> (String, String) {
    let numbers: Vec<_> = ports.iter().map(u16::to_string).collect();
    let (ports, are) = match numbers.len() {
        1 => ("port", "is"),
        _ => ("ports", "are"),
    };
    let numbers = numbers.join(" and ");
    (
        format!(
            "The {ports} {numbers} {are} open to whoever knows the address: else your browser would not let the page call there.\n"
        ),
        format!(
            "Make the {ports} {numbers} public in the list of ports: until then your browser does not let the page call there.\n"
        ),
    )
}
