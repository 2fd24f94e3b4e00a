//! Starts a service with its telemetry, `backend` or `profiles`; or talks to CloudWatch Logs: `set-up`, `ask`.

use std::{
    env,
    error::Error,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use aws_settings::{AwsSettings, HAS_TLS, Service, in_one_line};
use cloudwatch::{
    group::{self, GROUP},
    logging, propagation,
    questions::{self, Row},
    sink::CloudWatchSink,
    waiting::RealTime,
};
use cruddur::{Cruddur, Settings};
use xray::pipeline::Pipeline;

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

/// Serves until the process is told to end, and then sends the last segments and log events.
async fn run(service: &str, port: u16) -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_lookup(port, lookup)?;
    let aws = aws_settings()?;
    let pipeline = Pipeline::start(lookup)?;
    propagation::install();
    let sink =
        CloudWatchSink::new(&group::client(&aws), service, RealTime).called(&aws.to_string());
    eprintln!(
        "telemetry: log events go to {}",
        cloudwatch_layer::Sink::destination(&sink)
    );
    let (layer, logs) = logging::layer(sink, |line| eprintln!("telemetry: {line}"));
    tracing::subscriber::set_global_default(logging::subscriber(
        layer,
        lookup("LOG_LINES").is_some(),
    ))?;

    // From here on there are spans and log events: whatever happens, the last ones are sent before the program ends,
    // both at the same time, because the time for it is short.
    let served = serve(service, &settings).await;
    let spans = tokio::task::spawn_blocking(move || pipeline.end());
    logging::shutdown(&logs).await;
    spans.await?;
    served
}

async fn serve(service: &str, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let app = match service {
        "profiles" => cloudwatch::profiles_app(),
        _ => cloudwatch::app(Cruddur::from_settings(settings)?, settings),
    };
    let listener = cruddur::listen(settings.address()).await?;
    // Before the line that says it is ready, so that no signal comes too early to be heard.
    let asked_to_end = cruddur::shutdown_signal();
    println!("{service} listening on http://{}", listener.local_addr()?);
    cruddur::serve(listener, app, asked_to_end).await?;
    Ok(())
}

/// Makes group, stream and retention of step 2 for the back end; and shows what CloudWatch Logs has then.
async fn set_up() -> Result<(), Box<dyn Error>> {
    let aws = aws_settings()?;
    let client = group::client(&aws);
    let told = |error: aws_sdk_cloudwatchlogs::Error| {
        format!("{aws} could not be asked: {}", in_one_line(&error))
    };
    group::prepare(&client, "backend").await.map_err(told)?;
    let groups = client.describe_log_groups().log_group_name_prefix(GROUP);
    let groups = groups.send().await.map_err(|error| told(error.into()))?;
    let mut there = false;
    for group in groups.log_groups() {
        let name = group.log_group_name().unwrap_or_default();
        there |= name == GROUP;
        match group.retention_in_days() {
            Some(days) => println!("log group {name}: kept for {days} days"),
            None => println!("log group {name}: kept for ever"),
        }
    }
    if !there {
        println!("there is no log group {GROUP}");
        return Ok(());
    }
    let streams = client.describe_log_streams().log_group_name(GROUP);
    let streams = streams.send().await.map_err(|error| told(error.into()))?;
    for stream in streams.log_streams() {
        println!("  stream {}", stream.log_stream_name().unwrap_or_default());
    }
    Ok(())
}

/// Asks which routes were the slowest in the last hour, and which failed when.
async fn ask() -> Result<(), Box<dyn Error>> {
    let aws = aws_settings()?;
    let client = group::client(&aws);
    let to = SystemTime::now();
    let from = to - Duration::from_secs(3600);
    for (title, query) in [
        ("the slowest routes", questions::slowest_routes()),
        (
            "errors of each route in each minute",
            questions::errors_per_minute(),
        ),
    ] {
        let answer = questions::ask(&client, query, millis(from), millis(to), &RealTime).await;
        let rows = answer
            .map_err(|error| format!("{aws} could not be asked: {}", in_one_line(&*error)))?;
        println!("{title} in the last hour:");
        if rows.is_empty() {
            println!("  none");
        }
        for row in &rows {
            println!("  {}", shown(row));
        }
    }
    Ok(())
}

/// `http.route=/api/activities/home  p95=0.004`
fn shown(row: &Row) -> String {
    let fields = row.iter().map(|(name, value)| format!("{name}={value}"));
    fields.collect::<Vec<_>>().join("  ")
}

/// Milliseconds since the Unix epoch.
fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Where CloudWatch Logs is, as the `AWS_*` variables say.
fn aws_settings() -> Result<AwsSettings, Box<dyn Error>> {
    Ok(AwsSettings::from_lookup(
        Service::CloudWatchLogs,
        lookup,
        HAS_TLS,
    )?)
}

/// A variable of the environment, if it is set and not empty.
fn lookup(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
