//! The program `cruddur`: which of its parts to run, and how its failures are told.

mod traffic;

use std::error::Error;
use std::future::Future;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use cruddur::{Companion, Cruddur, FrontendConfig, Settings};

const USAGE: &str = "\
Usage: cruddur backend | profiles | frontend [--companion FILE [--endpoint URL [--pages URL]]] | traffic [--every-ms MILLISECONDS]

  backend    the micro-blog's API, on port 4567
  profiles   the service that the back end asks for display names, on port 4568
  frontend   the page, on port 3000; a script of FILE takes part in what its user does, sends to the endpoint's URL and
             leads to pages at the other (both are OBSERVATORY_URL, unless told otherwise; another endpoint has no pages)
  traffic    requests to the back end, one every 1500 ms unless told otherwise

Environment: HOST, PORT, BACKEND_URL, FRONTEND_URL, PROFILES_URL, OBSERVATORY_URL, CRUDDUR_DB";

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["backend"] => backend().await,
        ["profiles"] => profiles().await,
        ["frontend"] => frontend(None, None, None).await,
        ["frontend", "--companion", file] => frontend(Some(file), None, None).await,
        ["frontend", "--companion", file, "--endpoint", url] => {
            frontend(Some(file), Some(url), None).await
        }
        [
            "frontend",
            "--companion",
            file,
            "--endpoint",
            url,
            "--pages",
            pages,
        ] => frontend(Some(file), Some(url), Some(pages)).await,
        ["traffic"] => traffic("1500").await,
        ["traffic", "--every-ms", pause] => traffic(pause).await,
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

async fn frontend(companion: Option<&str>, endpoint: Option<&str>, pages: Option<&str>) -> Outcome {
    let settings = Settings::from_env(3000)?;
    let companion = match companion {
        Some(file) => Some(read_companion(file, endpoint, pages, &settings)?),
        None => None,
    };
    let config = FrontendConfig {
        backend_url: settings.backend_url.clone(),
        companion,
    };
    run("frontend", &settings, cruddur::frontend_routes(config)).await
}

/// What is sent to an endpoint of its own is not to be found in the observatory's pages, unless `pages` says that it is.
fn read_companion(
    file: &str,
    endpoint: Option<&str>,
    pages: Option<&str>,
    settings: &Settings,
) -> Result<Companion, String> {
    for (flag, url) in [("--endpoint", endpoint), ("--pages", pages)] {
        let Some(url) = url else { continue };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(format!(
                "{flag} is `{url}`: give an http address, such as http://localhost:4318"
            ));
        }
    }
    let observatory = settings.observatory_url.as_str();
    let (endpoint, pages) = match endpoint {
        None => (observatory, Some(observatory)),
        Some(endpoint) => (endpoint, pages),
    };
    let script = std::fs::read_to_string(file).map_err(|error| {
        format!("the companion {file} cannot be read: {error}; give the path of a script")
    })?;
    Ok(Companion {
        script,
        endpoint: endpoint.to_owned(),
        pages: pages.map(str::to_owned),
    })
}

async fn traffic(every_ms: &str) -> Outcome {
    let pause = match every_ms.parse() {
        Ok(millis @ 1..) => Duration::from_millis(millis),
        _ => {
            return Err(format!(
                "--every-ms is `{every_ms}`: give a whole number of milliseconds, 1 or more"
            )
            .into());
        }
    };
    let shutdown = cruddur::shutdown_signal();
    let backend_url = Settings::from_env(0)?.backend_url;
    say(&format!(
        "traffic to {backend_url}, a request every {} ms",
        pause.as_millis()
    ))?;
    Ok(traffic::run(&backend_url, pause, shutdown).await?)
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
