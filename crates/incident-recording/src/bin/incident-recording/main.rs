//! Loads the recorded hour into a running observatory, over the protocols that a real sender speaks: `incident-recording 127.0.0.1:4318`.

mod http;
mod send;

use std::io::Write as _;
use std::process::ExitCode;

use incident_recording::Recording;

const USAGE: &str = "\
usage: incident-recording ADDRESS            loads it into the observatory there: `incident-recording 127.0.0.1:4318`
       incident-recording --ensure ADDRESS   the same, unless all of it is there; whatever else is there is deleted first
       incident-recording --now              says when the hour ends, in seconds since the Unix epoch: what to give to `observatory --now`";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (address, ensure) = match &arguments[..] {
        [flag] if flag == "--now" => {
            say(&incident_recording::END.to_string());
            return ExitCode::SUCCESS;
        }
        [address] if !address.starts_with('-') => (address, false),
        [flag, address] if flag == "--ensure" && !address.starts_with('-') => (address, true),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match load(address, ensure) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("incident-recording: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn load(address: &str, ensure: bool) -> anyhow::Result<()> {
    if ensure {
        if send::is_complete(address)? {
            return Ok(());
        }
        say("loading the recording; this is done once");
        send::reset(address)?;
    }
    let recording = Recording::generate();
    send::all(&recording, address)?;
    let (spans, events) = (recording.spans().len(), recording.logs().len());
    say(&format!("{spans} spans and {events} log events loaded"));
    Ok(())
}

/// Whoever started it may have closed the pipe; what is loaded is loaded.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
