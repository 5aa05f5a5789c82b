//! Killed again and again while the account goes on: whenever a run gets through, the target equals
//! the source.

mod clock;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use trailhaul::demo::{
    Account, Event, Latency, Options, Quota, Region, SimulatedAws, Status, generator,
};

use crate::support::{
    aws::readable,
    engines::{Engine, engines},
    job::Job,
    usual_or_long,
};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-south-1"];

/// Jobs into files, beside one into each of two engines.
const FILES: usize = 8;

/// Kills of one job, and the same in the long form of the suite.
const KILLS: (usize, usize) = (24, 120);

/// Kills after which a job is left alone until it is through, and compared.
const KILLS_A_COMPARISON: usize = 8;

/// An account to which events come, new ones and late ones.
struct Source {
    aws: SimulatedAws,
    events: BTreeMap<String, String>,
}

impl Source {
    async fn start(events: usize) -> Self {
        let newest = Timestamp::now().as_second() - 60;
        let month = 30 * 24 * 3_600;
        let region = |name: &str| {
            let events = generator::within(name, newest, month, events, fastrand::u64(..));
            Region::new(name, Status::Enabled).with(events)
        };
        let account = Account::new(REGIONS.map(region).into());
        let events = readable(&account);
        let latency = Latency::Between(Duration::from_millis(5), Duration::from_millis(80));
        let options = Options { quota: Quota::UNLIMITED, latency, ..Options::default() };
        Self { aws: SimulatedAws::start(account, options).await.unwrap(), events }
    }

    /// In each region a few that have just happened, and a few of the last half hour.
    fn grow(&mut self) {
        let now = Timestamp::now().as_second();
        for region in REGIONS {
            let new = generator::spread(region, now, 1, 3, fastrand::u64(..));
            let newest = now - fastrand::i64(60..1_800);
            let late = generator::spread(region, newest, 7, 3, fastrand::u64(..));
            let both = [new, late].concat();
            let entry = |event: &Event| (event.id().into_owned(), event.text().into_owned());
            self.events.extend(both.iter().map(entry));
            assert!(self.aws.add_events(region, both));
        }
    }
}

/// Runs until the job is through, and compares. The first run ends what was killed; the second looks
/// back over the time since that began, in which events were late.
async fn get_through(job: &Job, source: &Source) {
    for _ in 0..2 {
        let run = job.command(source.aws.endpoint(), &job.to()).run().await;
        assert_eq!(run.code, Some(0), "{run}");
        run.assert_balanced();
    }
    job.assert_loaded(&source.events).await;
}

fn kills_of_one_job() -> usize {
    usual_or_long(KILLS.0, KILLS.1)
}

/// Gives how many of its runs were killed, and not already at their end.
async fn kill_again_and_again(job: Job) -> usize {
    let mut source = Source::start(120).await;
    let (mut kills, wanted) = (0, kills_of_one_job());
    while kills < wanted {
        let mut running = job.command(source.aws.endpoint(), &job.to()).spawn();
        tokio::time::sleep(Duration::from_millis(fastrand::u64(20..2_200))).await;
        running.kill();
        let ended = running.wait().await;
        source.grow();
        if ended.signal != Some(9) {
            assert_eq!(ended.code, Some(0), "{ended}");
            continue;
        }
        kills += 1;
        if kills.is_multiple_of(KILLS_A_COMPARISON) {
            get_through(&job, &source).await;
        }
    }
    job.clean_up().await;
    kills
}

#[tokio::test]
async fn two_hundred_kills_lose_and_double_nothing() {
    let indices = engines().into_iter().take(2).map(|engine: Engine| Job::into_indices(engine));
    let files = std::iter::repeat_with(Job::into_file).take(FILES);
    let mut jobs: JoinSet<usize> = indices.chain(files).map(kill_again_and_again).collect();
    let mut kills = 0;
    while let Some(job) = jobs.join_next().await {
        kills += job.unwrap();
    }
    println!("{kills} runs were killed");
    assert!(kills >= FILES * kills_of_one_job(), "{kills}");
}
