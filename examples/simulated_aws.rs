//! Serves the simulated AWS by itself, for trying clients on it by hand:
//!
//! ```text
//! cargo run --example simulated_aws -- --events 20000 --regions 3 --latency 0.5
//! export AWS_ENDPOINT_URL=… AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…   # as it prints them
//! aws cloudtrail lookup-events --region us-east-1
//! ```

use std::io::Write as _;
use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;
use trailhaul::demo::generator::{generate, spread};
use trailhaul::demo::{
    Account, Credentials, Latency, Options, Quota, Region, SimulatedAws, Status,
};

/// Serve a simulated AWS until Ctrl-C.
#[derive(Debug, Parser)]
struct Args {
    /// Port on 127.0.0.1; 0 for any.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Events in all.
    #[arg(long, default_value_t = trailhaul::limits::DEMO_EVENTS)]
    events: usize,
    /// Seconds that a page takes.
    #[arg(long, default_value_t = 0.0)]
    latency: f64,
    /// Regions that share the events evenly, instead of the demo's six.
    #[arg(long)]
    regions: Option<usize>,
    /// Admit any number of calls.
    #[arg(long)]
    unlimited: bool,
}

const NAMES: [&str; 8] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "ap-south-1",
    "ap-northeast-1",
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let latency = Duration::try_from_secs_f64(args.latency)?;
    let quota = if args.unlimited { Quota::UNLIMITED } else { Quota::default() };
    let options = Options {
        port: args.port,
        latency: Latency::Between(latency, latency),
        quota,
        ..Options::default()
    };
    let aws = SimulatedAws::start(account(&args), options).await?;
    let Credentials { access_key, secret, .. } = Credentials::default();
    let mut out = std::io::stdout().lock();
    writeln!(out, "AWS_ENDPOINT_URL={}", aws.endpoint())?;
    writeln!(out, "AWS_ACCESS_KEY_ID={access_key}\nAWS_SECRET_ACCESS_KEY={secret}")?;
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    writeln!(out, "{} calls answered", aws.calls().len())?;
    Ok(())
}

fn account(args: &Args) -> Account {
    let now = Timestamp::now();
    let Some(regions) = args.regions else { return generate(1, now, args.events) };
    let share = args.events / regions.clamp(1, NAMES.len());
    let names = NAMES.iter().take(regions);
    let step = i64::try_from(80 * 24 * 60 * 60 / share.max(1)).unwrap_or(1);
    let region = |(name, seed)| {
        let events = spread(name, now.as_second() - 60, step, share, seed);
        Region::new(name, Status::Enabled).with(events)
    };
    Account::new(names.copied().zip(1_u64..).map(region).collect())
}
