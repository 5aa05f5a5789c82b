//! The main job on real engines: every event, once, whenever it appears.

use jiff::Timestamp;
use serde_json::Value;
use trailhaul::demo::{SimulatedAws, generator};

use crate::support::{
    aws::{account, one_region, readable, simulate},
    engines::{Engine, engines, on_every_engine},
    job::Job,
    run::Trailhaul,
    until,
};

/// A run of the job that reads from this AWS.
fn load(job: &Job, aws: &SimulatedAws) -> Trailhaul {
    job.command(aws.endpoint(), &job.to())
}

fn region<'a>(run: &'a Value, name: &str) -> &'a Value {
    run["regions"].as_array().unwrap().iter().find(|region| region["region"] == name).unwrap()
}

/// First everything; then nothing, for two calls a region or less; then what is new and what is late.
async fn loads_everything_once(engine: Engine) {
    let account = account(1_000);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(engine);

    let first = load(&job, &aws).run().await;
    let json = first.json();
    assert_eq!(first.code, Some(3), "one region is denied: {first}");
    first.assert_balanced();
    assert_eq!(json["totals"]["created"], events.len(), "{first}");
    assert_eq!(region(&json, "us-east-1")["outcome"], "complete");
    assert_eq!(region(&json, "eu-central-1")["outcome"], "denied");
    assert_eq!(region(&json, "eu-south-2")["outcome"], "not_enabled");
    assert!(region(&json, "eu-central-1")["covered"].as_array().unwrap().is_empty());
    job.assert_loaded(&events).await;

    let calls = aws.calls().len();
    let second = load(&job, &aws).run().await;
    second.assert_balanced();
    assert_eq!(second.json()["totals"]["created"], 0, "{second}");
    assert_eq!(second.total("calls"), 5, "one a region, the denied one too: {second}");
    assert_eq!(second.total("throttled"), 0, "{second}");
    assert_eq!(aws.calls().len() - calls, 5 + 2, "two say who and where");
    job.assert_loaded(&events).await;

    let now = Timestamp::now().as_second();
    let new = generator::spread("us-west-2", now, 1, 2, 99);
    let late = generator::spread("us-west-2", now - 1_800, 60, 20, 98);
    let mut all = events;
    for event in new.iter().chain(&late) {
        all.insert(event.id().into_owned(), event.text().into_owned());
    }
    assert!(aws.add_events("us-west-2", [new, late].concat()));
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let third = load(&job, &aws).run().await;
    third.assert_balanced();
    assert_eq!(third.json()["totals"]["created"], 22, "{third}");
    job.assert_loaded(&all).await;
    job.clean_up().await;
}

#[tokio::test]
async fn every_engine_gets_everything_once() {
    on_every_engine(loads_everything_once).await;
}

#[tokio::test]
async fn restart_reads_everything_again_and_changes_nothing() {
    let Some(engine) = engines().into_iter().next() else { return };
    let account = one_region(120);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(engine);
    let first = load(&job, &aws).run().await;
    assert_eq!((first.code, &first.json()["totals"]["created"]), (Some(0), &120.into()), "{first}");
    let again = load(&job, &aws).arg("--restart").run().await;
    assert_eq!((again.code, &again.json()["totals"]["exists"]), (Some(0), &120.into()), "{again}");
    job.assert_loaded(&events).await;
    job.clean_up().await;
}

/// Killed again and again at moments drawn by chance, until a run gets through.
async fn survives_kills(engine: Engine) {
    let account = one_region(1_500);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(engine);
    for _ in 0..6 {
        let mut running = load(&job, &aws).spawn();
        let time = std::time::Duration::from_millis(fastrand::u64(100..3_000));
        tokio::time::sleep(time).await;
        running.kill();
        let killed = running.wait().await;
        assert_eq!(killed.signal, Some(9), "{killed}");
    }
    let last = load(&job, &aws).run().await;
    assert_eq!(last.code, Some(0), "{last}");
    last.assert_balanced();
    job.assert_loaded(&events).await;
    job.clean_up().await;
}

#[tokio::test]
async fn a_killed_run_goes_on_and_neither_loses_nor_doubles_an_event() {
    on_every_engine(survives_kills).await;
}

#[tokio::test]
async fn an_interrupted_run_drains_saves_and_goes_on() {
    let Some(engine) = engines().into_iter().next() else { return };
    let account = one_region(1_000);
    let events = readable(&account);
    let aws = simulate(account).await;
    let job = Job::into_indices(engine);
    let running = load(&job, &aws).spawn();
    until(|| aws.calls().len() >= 8).await;
    running.terminate();
    let interrupted = running.wait().await;
    assert_eq!(interrupted.code, Some(130), "{interrupted}");
    interrupted.assert_balanced();
    let json = interrupted.json();
    assert_eq!((&json["interrupted"], &json["exit_code"]), (&true.into(), &130.into()));
    let first = json["totals"]["created"].as_u64().unwrap();
    assert!(first > 0 && first < 1_000, "{interrupted}");

    let rest = load(&job, &aws).run().await;
    assert_eq!(rest.code, Some(0), "{rest}");
    let read_twice = rest.json()["totals"]["exists"].as_u64().unwrap();
    assert!(read_twice <= 100, "at most the pages that were under way: {rest}");
    job.assert_loaded(&events).await;
    job.clean_up().await;
}
