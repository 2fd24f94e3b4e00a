//! Starts a service with its telemetry: the back end, or with the argument `profiles` the profiles service.

use std::{env, error::Error, process::ExitCode};

use cruddur::{Cruddur, Settings};
use export_watch::{Destination, ExportWatch};
use honeycomb::telemetry;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let lookup = |name: &str| env::var(name).ok();
    let service = env::args().nth(1).unwrap_or_else(|| "backend".to_owned());
    let settings = Settings::from_lookup(default_port(&service)?, lookup)?;

    export_watch::install_tls();
    let destination = Destination::from_lookup(lookup, export_watch::HAS_TLS)?;
    eprintln!("telemetry: {destination}");
    for advice in destination.advice() {
        eprintln!("telemetry: {advice}");
    }

    let watch = ExportWatch::new(destination.endpoint());
    let provider = telemetry::tracer_provider(&watch)?;
    opentelemetry::global::set_tracer_provider(provider.clone());
    telemetry::install_propagator();

    // From here on spans are made: whatever happens, the last ones are sent before the program ends.
    let served = serve(&service, &settings).await;
    telemetry::shutdown(&provider);
    watch.tell_outcome();
    served
}

fn default_port(service: &str) -> Result<u16, String> {
    match service {
        "backend" => Ok(4567),
        "profiles" => Ok(4568),
        _ => Err(format!(
            "there is no service `{service}`: say `backend` or `profiles`"
        )),
    }
}

async fn serve(service: &str, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let app = match service {
        "profiles" => honeycomb::profiles_app(),
        _ => honeycomb::app(Cruddur::from_settings(settings)?, settings),
    };
    let listener = cruddur::listen(settings.address()).await?;
    // Before the line that says it is ready, so that no signal comes too early to be heard.
    let asked_to_end = cruddur::shutdown_signal();
    println!("{service} listening on http://{}", listener.local_addr()?);
    cruddur::serve(listener, app, asked_to_end).await?;
    Ok(())
}
