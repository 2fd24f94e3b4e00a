//! Loads the recorded hour into a running observatory, over the protocols that a real sender speaks: `incident-recording 127.0.0.1:4318`.

mod http;
mod send;

use std::io::Write as _;
use std::process::ExitCode;

use incident_recording::Recording;

const USAGE: &str = "\
usage: incident-recording ADDRESS   loads it into the observatory there: `incident-recording 127.0.0.1:4318`
       incident-recording --now     says when the hour ends, in seconds since the Unix epoch: what to give to `observatory --now`";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let address = match &arguments[..] {
        [flag] if flag == "--now" => {
            let _ = writeln!(std::io::stdout(), "{}", incident_recording::END);
            return ExitCode::SUCCESS;
        }
        [address] if !address.starts_with('-') => address,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let recording = Recording::generate();
    match send::all(&recording, address) {
        Ok(()) => {
            // Whoever started it may have closed the pipe; what is loaded is loaded.
            let _ = writeln!(
                std::io::stdout(),
                "{} spans and {} log events loaded",
                recording.spans().len(),
                recording.logs().len()
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("incident-recording: {error:#}");
            ExitCode::FAILURE
        }
    }
}
