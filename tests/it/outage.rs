//! A target that goes away in mid-run costs the time until it is back, and nothing else.

use std::time::Duration;

use crate::support::{
    aws::{one_region, readable, simulate},
    engines::{Engine, on_every_engine},
    job::Job,
    own::{OwnEngine, Stop},
    proxy::Proxy,
    run::Finished,
    until,
};

const EVENTS: usize = 400;

/// So many that they are read for 20 s, most of it while the engine is away: a cold one takes its first
/// documents after seconds.
const MANY: usize = 2_000;

/// How long the target is away.
const AWAY: Duration = Duration::from_secs(10);

/// How many outages it tells of, each with its beginning and its end.
fn outages(run: &Finished) -> usize {
    let said = |line: &str| run.stderr.matches(line).count();
    let begun = said("target does not answer as it should: waiting for it since=");
    assert_eq!(said("target answers again seconds="), begun, "{run}");
    begun
}

async fn waits_for(engine: Engine) {
    let account = one_region(EVENTS);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(engine);
    let mut proxy = Proxy::start(&job.to(), None).await;
    let running = job.command(aws.endpoint(), &proxy.url()).spawn();
    until(|| proxy.events() != 0).await;
    proxy.go_away().await;
    tokio::time::sleep(AWAY).await;
    proxy.come_back();
    let run = running.wait().await;
    assert_eq!(run.code, Some(0), "{run}");
    run.assert_balanced();
    assert!(run.total("retried") > 0, "{run}");
    assert_eq!(outages(&run), 1, "{run}");
    let seconds = run.json()["target_away_seconds"].as_f64().unwrap();
    assert!(seconds > 0.0 && seconds < run.json()["seconds"].as_f64().unwrap(), "{run}");
    job.assert_loaded(&events).await;
    job.clean_up().await;
}

#[tokio::test]
async fn an_outage_of_the_target_is_waited_out() {
    on_every_engine(waits_for).await;
}

/// The engine ends when the first events are there, and starts again at once.
async fn goes_on_after(how: Stop, own: &OwnEngine) {
    let account = one_region(MANY);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(own.engine());
    // As text, since it is the summary for people that says the time lost.
    let running = job.command_as_text(aws.endpoint(), &job.to()).spawn();
    while !job.has_some().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    own.stop(how).await;
    own.start_again().await;
    let run = running.wait().await;
    assert_eq!(run.code, Some(0), "{how:?}: {run}");
    assert_eq!(outages(&run), 1, "{how:?}: {run}");
    assert!(run.stdout.contains("\nthe target took nothing for "), "{how:?}: {run}");
    let balance = format!("\nbalance: {MANY} read = ");
    assert!(run.stdout.contains(&balance), "{how:?}: {run}");
    job.assert_loaded(&events).await;
}

/// For real: the engine needs a while to find its shards, and has what it had acknowledged.
#[tokio::test]
async fn an_engine_that_is_stopped_and_started_in_mid_run_costs_the_time_for_it() {
    let Some(own) = OwnEngine::start("opensearch-3").await else { return };
    goes_on_after(Stop::Orderly, &own).await;
    goes_on_after(Stop::Killed, &own).await;
}
