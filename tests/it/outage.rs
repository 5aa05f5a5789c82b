//! A target that goes away in mid-run costs the time until it is back, and nothing else.

use std::time::Duration;

use crate::support::{
    aws::{one_region, readable, simulate},
    engines::{Engine, on_every_engine},
    job::Job,
    proxy::Proxy,
};

const EVENTS: usize = 400;

/// How long the target is away.
const AWAY: Duration = Duration::from_secs(10);

async fn waits_for(engine: Engine) {
    let account = one_region(EVENTS);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(engine);
    let mut proxy = Proxy::start(&job.to(), None).await;
    let running = job.command(aws.endpoint(), &proxy.url()).spawn();
    while proxy.events() == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    proxy.go_away().await;
    tokio::time::sleep(AWAY).await;
    proxy.come_back().await;
    let run = running.wait().await;
    assert_eq!(run.code, Some(0), "{run}");
    run.assert_balanced();
    assert!(run.total("retried") > 0, "{run}");
    let said = |line: &str| run.stderr.matches(line).count();
    assert_eq!(said("target does not answer as it should: waiting for it since="), 1, "{run}");
    assert_eq!(said("target answers again seconds="), 1, "{run}");
    let seconds = run.json()["target_away_seconds"].as_f64().unwrap();
    assert!(seconds > 0.0 && seconds < run.json()["seconds"].as_f64().unwrap(), "{run}");
    job.assert_loaded(&events).await;
    job.clean_up().await;
}

#[tokio::test]
async fn an_outage_of_the_target_is_waited_out() {
    on_every_engine(waits_for).await;
}
