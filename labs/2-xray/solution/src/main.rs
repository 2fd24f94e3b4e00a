//! Starts a service with its telemetry, `backend` or `profiles`; or talks to X-Ray: `set-up`, `ask`.

use std::{
    env,
    error::Error,
    io::Write as _,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use aws_sdk_xray::{Client, primitives::DateTime};
use aws_settings::in_one_line;
use cruddur::{Cruddur, Settings};
use xray::{
    pipeline::{Pipeline, aws_settings},
    queries, sampling,
};

#[tokio::main]
async fn main() -> ExitCode {
    let command = env::args().nth(1).unwrap_or_else(|| "backend".to_owned());
    let result = match command.as_str() {
        "backend" => run("backend", 4567).await,
        "profiles" => run("profiles", 4568).await,
        "set-up" => set_up().await,
        "ask" => ask().await,
        _ => Err(
            format!("there is no `{command}`: say `backend`, `profiles`, `set-up` or `ask`").into(),
        ),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is told to end, and then sends the last segments.
async fn run(service: &str, port: u16) -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_lookup(port, lookup)?;
    let pipeline = Pipeline::start(lookup)?;
    // From here on spans are made: whatever happens, the last ones are sent before the program ends.
    let served = serve(service, &settings).await;
    pipeline.end();
    served
}

async fn serve(service: &str, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let app = match service {
        "profiles" => xray::profiles_app(),
        _ => xray::app(Cruddur::from_settings(settings)?, settings),
    };
    let listener = cruddur::listen(settings.address()).await?;
    // Before the line that says it is ready, so that no signal comes too early to be heard.
    let asked_to_end = cruddur::shutdown_signal();
    say(&format!(
        "{service} listening on http://{}",
        listener.local_addr()?
    ));
    cruddur::serve(listener, app, asked_to_end).await?;
    Ok(())
}

/// Creates what X-Ray keeps for us, the sampling rule of step 6 and the group of step 7; and shows what it has then.
async fn set_up() -> Result<(), Box<dyn Error>> {
    let aws = aws_settings(lookup, None)?;
    let client = Client::new(&aws.sdk_config());
    let told =
        |error: aws_sdk_xray::Error| format!("{aws} could not be asked: {}", in_one_line(&error));
    let created = [
        ("the sampling rule", sampling::create_rule(&client).await),
        ("the group", queries::create_group(&client).await),
    ];
    let rules = client.get_sampling_rules().send().await;
    let rules = rules.map_err(|error| told(error.into()))?;
    let rules = rules.sampling_rule_records().iter();
    let rules = rules.filter_map(|record| record.sampling_rule()?.rule_name());
    let groups = client.get_groups().send().await;
    let groups = groups.map_err(|error| told(error.into()))?;
    let groups = groups
        .groups()
        .iter()
        .filter_map(|group| group.group_name());
    for (what, created) in created {
        if let Err(error) = created {
            say(&format!("{what} was not created: {}", in_one_line(&error)));
        }
    }
    say(&format!(
        "sampling rules: {}",
        rules.collect::<Vec<_>>().join(", ")
    ));
    say(&format!(
        "groups: {}",
        groups.collect::<Vec<_>>().join(", ")
    ));
    Ok(())
}

/// Asks which requests failed in the last hour, and where.
async fn ask() -> Result<(), Box<dyn Error>> {
    let aws = aws_settings(lookup, None)?;
    let client = Client::new(&aws.sdk_config());
    let told =
        |error: aws_sdk_xray::Error| format!("{aws} could not be asked: {}", in_one_line(&error));
    let to = SystemTime::now();
    let (from, to) = (
        DateTime::from(to - Duration::from_secs(3600)),
        DateTime::from(to),
    );
    let ids = (queries::failed_traces(&client, from, to).await).map_err(told)?;
    say(&format!("{} traces failed in the last hour", ids.len()));
    for trace in (queries::traces(&client, &ids).await).map_err(told)? {
        say(&format!(
            "  {}  {} segments, {:.3} ms",
            trace.id().unwrap_or_default(),
            trace.segments().len(),
            trace.duration().unwrap_or_default() * 1000.0
        ));
    }
    for (service, faults) in (queries::faults(&client, from, to).await).map_err(told)? {
        say(&format!("{service}: {faults} faults"));
    }
    Ok(())
}

/// Whoever reads it may have seen enough: `ask | head -1`.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A variable of the environment, if it is set and not empty.
fn lookup(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
