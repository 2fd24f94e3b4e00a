//! The command line. `crates/site` makes a page of it, so nothing else of this crate is used here.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use clap::Parser;

/// The local Honeycomb, AWS X-Ray and CloudWatch Logs: takes spans over OTLP, segments and log events as AWS does, keeps them, shows them.
#[derive(Debug, Parser)]
#[command(name = "observatory", version)]
pub(crate) struct Arguments {
    /// Address of the pages, the query API, OTLP/HTTP and AWS's APIs; port 0 takes any that is free
    #[arg(long, default_value = "127.0.0.1:4318", value_name = "ADDRESS")]
    pub(crate) http: SocketAddr,

    /// Address of OTLP/gRPC
    #[arg(long, default_value = "127.0.0.1:4317", value_name = "ADDRESS")]
    pub(crate) grpc: SocketAddr,

    /// Address of the X-Ray daemon: segments by UDP, the sampling proxy by TCP
    #[arg(long, default_value = "127.0.0.1:2000", value_name = "ADDRESS")]
    pub(crate) xray_daemon: SocketAddr,

    /// One more address, for spans by OTLP/HTTP alone: nothing else is answered there, so that its port may be public
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) spans_only: Option<SocketAddr>,

    /// Folder that keeps spans and log events, made if it is not there
    #[arg(long, default_value = ".observatory", value_name = "FOLDER")]
    pub(crate) data: PathBuf,

    /// Keep everything in memory only, until the program ends
    #[arg(long, conflicts_with = "data")]
    pub(crate) in_memory: bool,

    /// Key that senders must give as `x-honeycomb-team`; other users see a command line, so prefer the variable
    #[arg(long, env = "OBSERVATORY_KEY", hide_env_values = true)]
    pub(crate) key: Option<Key>,

    /// Size above which the traces and log events that arrived first are deleted
    #[arg(long, default_value = "2GiB", value_name = "SIZE", value_parser = size)]
    pub(crate) retain: u64,

    /// Go by this moment, in seconds since the Unix epoch, instead of the clock: for pictures and trials
    #[arg(long, value_name = "SECONDS")]
    pub(crate) now: Option<u32>,

    /// Print one line of JSON with the addresses once all are listening
    #[arg(long)]
    pub(crate) print_addresses: bool,

    /// Host under which it is reached besides localhost, and all below it (`gitpod.io`); may be repeated
    #[arg(
        long,
        env = "OBSERVATORY_ALLOW_HOST",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    pub(crate) allow_host: Vec<String>,
}

/// A key; what prints arguments does not print it.
#[derive(Clone)]
pub(crate) struct Key(pub(crate) String);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a key is made of letters, digits and signs, without spaces");
        }
        Ok(Self(text.to_owned()))
    }
}

/// `500MB`, `2GiB`, `1048576`.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        unit => return Err(format!("{unit:?} is no unit; write 500MB or 2GiB")),
    };
    digits
        .trim()
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .filter(|bytes| *bytes >= 1 << 20)
        .ok_or_else(|| format!("{text:?} is no size of at least 1MiB; write 500MB or 2GiB"))
}
