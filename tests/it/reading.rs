//! What reading costs: whatever AWS does, no event is lost, and calls are not wasted.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use trailhaul::demo::{
    Account, Fault, Latency, Operation, Options, Outcome, Quota, Region, Scripted, SimulatedAws,
    Status, When, generator,
};

use crate::support::{
    aws::{one_region, readable, simulate},
    job::Job,
    run::Trailhaul,
    until,
};

const SECOND: Duration = Duration::from_secs(1);

/// A run of the job that reads from this AWS.
fn load(job: &Job, aws: &SimulatedAws) -> Trailhaul {
    job.command(aws.endpoint(), &job.to())
}

fn pages(aws: &SimulatedAws) -> usize {
    aws.calls().iter().filter(|call| matches!(call.outcome, Outcome::Page { .. })).count()
}

/// Chains that were begun, or begun again without their token: each has parameters of its own.
fn chains(aws: &SimulatedAws) -> usize {
    let calls = aws.calls().into_iter().filter(|call| call.operation == Operation::LookupEvents);
    let seconds = |bound: Option<f64>| bound.map(f64::to_bits);
    calls.map(|call| (seconds(call.start), seconds(call.end))).collect::<HashSet<_>>().len()
}

/// Each fault hits two calls in the middle of a region of eight pages.
#[tokio::test]
async fn a_fault_costs_the_page_it_hits() {
    let faults = [
        Fault::Throttle,
        Fault::ServerError,
        Fault::Reset,
        Fault::ResetAfter,
        Fault::StaleToken,
        Fault::EmptyPageWithToken,
        Fault::RepeatedToken,
        Fault::MalformedPage,
        Fault::Latency(Latency::Between(SECOND, 2 * SECOND)),
    ];
    let mut runs = tokio::task::JoinSet::new();
    for fault in faults {
        runs.spawn(async move {
            let account = one_region(400);
            let aws = simulate(account.clone()).await;
            aws.set_faults(vec![Scripted::anywhere(When::Calls(2..4), fault.clone())]);
            let job = Job::into_file();
            let run = load(&job, &aws).run().await;
            assert_eq!(run.code, Some(0), "{fault:?}: {run}");
            run.assert_balanced();
            // A busy machine keeps no pace: what is throttled for that gave no page.
            let calls = run.total("calls") - run.total("throttled");
            // While a chain rests, or waits for an answer (on a busy machine all do), the quota goes
            // to what is split off it, for a part of a page each. Beyond these nothing may be read
            // twice but the pages that were hit.
            let most = 8 + 2 + chains(&aws) as u64;
            assert!(calls <= most, "{fault:?}: {calls} calls, at most {most} for 8 pages: {run}");
            job.assert_loaded(&readable(&account)).await;
        });
    }
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
}

/// Calls of a second each, so that several are under way when the process is killed.
#[tokio::test]
async fn a_crash_costs_at_most_what_was_under_way() {
    let newest = Timestamp::now().as_second() - 3_600;
    let events = generator::within("us-east-1", newest, 89 * 24 * 3_600, 2_500, 1);
    let region = Region::new("us-east-1", Status::Enabled).with(events);
    let account = Account::new(vec![region]);
    let options = Options { latency: Latency::Between(SECOND, SECOND), ..Options::default() };
    let aws = SimulatedAws::start(account.clone(), options).await.unwrap();
    let job = Job::into_file();
    let mut running = load(&job, &aws).spawn();
    until(|| pages(&aws) >= 24).await;
    running.kill();
    assert_eq!(running.wait().await.signal, Some(9));
    let first = pages(&aws);
    let rest = load(&job, &aws).run().await;
    assert_eq!(rest.code, Some(0), "{rest}");
    rest.assert_balanced();
    let all = pages(&aws);
    // 50 pages are needed. Under way is what AWS had not answered (3 at 2 a second), what waited for
    // a batch and for a save (a second each, so 2 + 2), and half a page at each end of a gap.
    assert!(all <= 50 + 3 + 4 + 6, "{first} pages before the kill, {all} in all");
    assert!(rest.total("exists") <= 50 * (3 + 4), "{first} pages before the kill: {rest}");
    job.assert_loaded(&readable(&account)).await;
}

/// More than a window that time can split.
#[tokio::test]
async fn thousands_of_events_in_one_second_load_whole() {
    let second = Timestamp::now().as_second() - 7_200;
    let mut events = generator::clustered(second, 3_000, 1);
    events.extend(generator::spread("us-east-1", second + 600, 10, 200, 2));
    let region = Region::new("us-east-1", Status::Enabled).with(events);
    let account = Account::new(vec![region]);
    let latency = Latency::Between(Duration::from_millis(20), Duration::from_millis(60));
    let options = Options { quota: Quota::UNLIMITED, latency, ..Options::default() };
    let aws = SimulatedAws::start(account.clone(), options).await.unwrap();
    let job = Job::into_file();
    let run = load(&job, &aws).run().await;
    assert_eq!((run.code, run.total("created")), (Some(0), 3_200), "{run}");
    run.assert_balanced();
    job.assert_loaded(&readable(&account)).await;
}

#[tokio::test]
async fn a_quiet_region_costs_one_call() {
    let names = ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2"];
    let quiet = |name| Region::new(name, Status::Enabled);
    let latency = Latency::Between(SECOND / 2, 2 * SECOND);
    let options = Options { latency, ..Options::default() };
    let aws = SimulatedAws::start(Account::new(names.map(quiet).into()), options).await.unwrap();
    let job = Job::into_file();
    for run in ["full", "incremental"] {
        let finished = load(&job, &aws).run().await;
        assert_eq!((finished.code, finished.total("calls")), (Some(0), 6), "{run}: {finished}");
    }
    let lookups = aws.calls().into_iter().filter(|call| call.operation == Operation::LookupEvents);
    assert_eq!(lookups.count(), 12);
}
