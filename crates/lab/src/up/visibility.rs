//! Opens the back end's port in a cloud workspace, so that the page may call it, and tells what came of it.

use std::process::{Command, Stdio};

use super::addresses::Forwarding;
use crate::say;

/// Opens `port` beside everything else, because the workspace's own command takes some seconds. Nothing to do on a machine of one's own.
pub(super) fn open(forwarding: &Forwarding, port: u16) {
    if let Some(command) = forwarding.open(port) {
        std::thread::spawn(move || say(told(port, run(&command)).as_str()));
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

fn told(port: u16, opened: bool) -> String {
    if opened {
        format!(
            "Port {port} is open to whoever knows its address: else your browser would not let the page call the back end.\n"
        )
    } else {
        format!(
            "Make port {port} public in the list of ports: until then your browser does not let the page call the back end.\n"
        )
    }
}
