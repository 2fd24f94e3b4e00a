//! The program `cruddur`: which of its parts to run, and how its failures are told.

use std::error::Error;
use std::future::Future;
use std::io::Write as _;
use std::process::ExitCode;

use axum::Router;
use cruddur::{Cruddur, FrontendConfig, Settings};

const USAGE: &str = "\
Usage: cruddur backend | profiles | frontend

  backend    the micro-blog's API, on port 4567
  profiles   the service that the back end asks for display names, on port 4568
  frontend   the page, on port 3000

Environment: HOST, PORT, BACKEND_URL, FRONTEND_URL, PROFILES_URL, OBSERVATORY_URL, CRUDDUR_DB";

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["backend"] => backend().await,
        ["profiles"] => profiles().await,
        ["frontend"] => frontend().await,
        ["help" | "--help" | "-h"] => say(USAGE),
        _ => {
            writeln!(std::io::stderr(), "{USAGE}").ok();
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "cruddur: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

async fn backend() -> Outcome {
    let settings = Settings::from_env(4567)?;
    let app = cruddur::routes()
        .layer(cruddur::cors(&settings.frontend_url, &settings.backend_url))
        .with_state(Cruddur::from_settings(&settings)?);
    run("backend", &settings, app).await
}

async fn profiles() -> Outcome {
    run(
        "profiles",
        &Settings::from_env(4568)?,
        cruddur::profiles_routes(),
    )
    .await
}

async fn frontend() -> Outcome {
    let settings = Settings::from_env(3000)?;
    let config = FrontendConfig {
        backend_url: settings.backend_url.clone(),
        observatory_url: settings.observatory_url.clone(),
    };
    run("frontend", &settings, cruddur::frontend_routes(config)).await
}

fn run(name: &str, settings: &Settings, app: Router) -> impl Future<Output = Outcome> {
    let shutdown = cruddur::shutdown_signal();
    async move {
        let listener = cruddur::listen(settings.address()).await?;
        say(&format!(
            "{name} listening on http://{}",
            listener.local_addr()?
        ))?;
        Ok(cruddur::serve(listener, app, shutdown).await?)
    }
}

/// Says a line at once; that nobody reads it is no failure.
fn say(line: &str) -> Outcome {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .ok();
    Ok(())
}
