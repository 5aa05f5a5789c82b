//! The parts of the benchmark, each of which prints a table.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use trailhaul::{
    demo::{Account, Fault, Latency, LoggedCall, Options, Scripted, SimulatedAws, When},
    limits::EVENTS_PER_PAGE,
};

use crate::{
    accounts::{Spread, account},
    say, single_chain,
    subject::{self, Calls},
};

/// Events of a region in all parts but the last.
const EVENTS: usize = 20_000;

const SECOND: Duration = Duration::from_secs(1);

/// Latencies with the names that the tables give them.
fn latencies() -> [(&'static str, Latency); 3] {
    let about = |millis: u64| {
        let millis = |share: u64| Duration::from_millis(millis * share / 3);
        Latency::Between(millis(2), millis(4))
    };
    let slow = Latency::Exponential { mean: 4 * SECOND, most: 30 * SECOND };
    [("0.2 s", about(200)), ("1 s", about(1_000)), ("4 s, up to 30 s", slow)]
}

async fn start(account: Account, latency: Latency) -> std::io::Result<SimulatedAws> {
    SimulatedAws::start(account, Options { latency, ..Options::default() }).await
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Calls beyond those that full pages would take, as a share of these.
fn beyond(calls: Calls, events: f64) -> f64 {
    calls.accepted / (events / f64::from(EVENTS_PER_PAGE)).ceil() - 1.0
}

/// One region at each latency, beside a single chain.
pub(crate) async fn table() -> anyhow::Result<()> {
    say("## The quota of a region, 20,000 events\n")?;
    say(
        "| latency | events lie | quota used | calls beyond | throttled | events/s | single chain, events/s | times |",
    )?;
    say("| --- | --- | --- | --- | --- | --- | --- | --- |")?;
    let mut rows = JoinSet::new();
    for spread in [Spread::Even, Spread::OneHour] {
        for (name, latency) in latencies() {
            rows.spawn(row(name, latency, spread));
        }
    }
    let mut lines = rows.join_all().await.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    lines.sort();
    lines.iter().try_for_each(|line| say(line))?;
    Ok(say("")?)
}

async fn row(name: &str, latency: Latency, spread: Spread) -> anyhow::Result<String> {
    let aws = start(account(1, spread, EVENTS), latency).await?;
    let other = start(account(1, spread, EVENTS), latency).await?;
    let folder = tempfile::tempdir()?;
    let stop = CancellationToken::new();
    let load = async {
        let run = subject::load(&aws, folder.path()).await;
        stop.cancel();
        run
    };
    let (run, single) = tokio::join!(load, single_chain::read(&other, stop.clone()));
    let run = run?;
    let calls = Calls::of(run.calls.iter());
    let rate = run.events_per_second();
    let (single, times) = match single {
        Ok(single) => (format!("{single:.1}"), format!("{:.1}", rate / single)),
        Err(error) => (format!("gave up: {error}"), "-".to_owned()),
    };
    Ok(format!(
        "| {name} | {} | {:.3} | {} | {} | {rate:.1} | {single} | {times} |",
        spread.name(),
        calls.share(),
        percent(beyond(calls, run.total("created"))),
        percent(calls.throttled_share()),
    ))
}

/// All seventeen regions at once.
pub(crate) async fn regions() -> anyhow::Result<()> {
    say("## Seventeen regions at once, 20,000 events each\n")?;
    say(
        "| latency | quota used: least, average | calls beyond | throttled | events/s | peak memory |",
    )?;
    say("| --- | --- | --- | --- | --- | --- |")?;
    for (name, latency) in latencies() {
        let aws = start(account(17, Spread::Even, EVENTS), latency).await?;
        let folder = tempfile::tempdir()?;
        let run = subject::load(&aws, folder.path()).await?;
        let of = |region: &str| Calls::of(run.calls.iter().filter(|call| call.region == region));
        let names: std::collections::BTreeSet<_> =
            run.calls.iter().map(|c| c.region.as_str()).collect();
        let shares: Vec<f64> = names.iter().map(|region| of(region).share()).collect();
        let all = Calls::of(run.calls.iter());
        say(&format!(
            "| {name} | {:.3}, {:.3} | {} | {} | {:.0} | {} |",
            shares.iter().copied().fold(f64::INFINITY, f64::min),
            shares.iter().sum::<f64>() / 17.0,
            percent(beyond(all, run.total("created"))),
            percent(all.throttled_share()),
            run.events_per_second(),
            mib(run.peak_mib),
        ))?;
    }
    Ok(say("")?)
}

fn mib(size: Option<f64>) -> String {
    size.map_or("-".to_owned(), |size| format!("{size:.0} MiB"))
}

/// A run over regions in which nothing has happened since the last one.
pub(crate) async fn quiet() -> anyhow::Result<()> {
    say("## Seventeen quiet regions, an incremental run\n")?;
    say("| latency | calls a region | seconds |")?;
    say("| --- | --- | --- |")?;
    for (name, latency) in latencies() {
        let aws = SimulatedAws::start(account(17, Spread::Even, 0), Options::default()).await?;
        let folder = tempfile::tempdir()?;
        subject::load(&aws, folder.path()).await?;
        aws.set_faults(vec![Scripted::anywhere(When::Always, Fault::Latency(latency))]);
        let run = subject::load(&aws, folder.path()).await?;
        say(&format!("| {name} | {:.2} | {:.1} |", run.total("calls") / 17.0, run.seconds()))?;
    }
    Ok(say("")?)
}

/// Another caller takes half of the quota from the second minute to the fourth.
pub(crate) async fn caller() -> anyhow::Result<()> {
    say("## Another caller takes one of two calls a second from 60 s to 180 s\n")?;
    say("| time | accepted a second | throttled |")?;
    say("| --- | --- | --- |")?;
    let aws = start(account(1, Spread::Even, 40_000), Latency::Between(SECOND, SECOND)).await?;
    aws.set_faults(vec![Scripted::anywhere(
        When::Time(60 * SECOND..180 * SECOND),
        Fault::OtherCaller(60),
    )]);
    let folder = tempfile::tempdir()?;
    let run = subject::load(&aws, folder.path()).await?;
    for (from, to) in [(0, 60), (60, 120), (120, 180), (180, 240), (240, 300)] {
        let within = |call: &&LoggedCall| (from..to).contains(&call.at.as_secs());
        let calls = Calls::of(run.calls.iter().filter(within));
        let rate = calls.accepted / f64::from(u32::try_from(to - from)?);
        let throttled = percent(calls.throttled_share());
        say(&format!("| {from} s to {to} s | {rate:.2} | {throttled} |"))?;
    }
    Ok(say("")?)
}

/// A million events over ten regions: a quarter of an hour at the quota.
pub(crate) async fn memory() -> anyhow::Result<()> {
    say("## A million events in ten regions\n")?;
    say("| events | seconds | events/s | peak memory |")?;
    say("| --- | --- | --- | --- |")?;
    let aws = start(account(10, Spread::OneHour, 100_000), Latency::default()).await?;
    let folder = tempfile::tempdir()?;
    let run = subject::load(&aws, folder.path()).await?;
    say(&format!(
        "| {} | {:.0} | {:.0} | {} |",
        run.total("created"),
        run.seconds(),
        run.events_per_second(),
        mib(run.peak_mib),
    ))?;
    Ok(say("")?)
}
