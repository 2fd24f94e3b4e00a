//! Loads the recorded hour into a running observatory, over the protocols that a real sender speaks: `incident-recording 127.0.0.1:4318`.

mod http;
mod send;

use std::io::Write as _;
use std::process::ExitCode;

use incident_recording::Recording;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address] = &arguments[..] else {
        eprintln!(
            "usage: incident-recording ADDRESS, the observatory's: `incident-recording 127.0.0.1:4318`"
        );
        return ExitCode::from(2);
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
