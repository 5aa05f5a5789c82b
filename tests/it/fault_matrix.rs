//! Every fault, at every moment, on either side: no event is lost, and none is there twice.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use trailhaul::demo::{Account, Region, Status, generator};

use crate::support::{
    aws::{readable, simulate},
    engines::{Engine, engines},
    fault::{Fault, Moment, Script},
    job::Job,
    proxy::Proxy,
};

/// Six pages, which travel in three or four batches: each moment is a call of its own.
const EVENTS: usize = 300;

/// Runs at once. Most of its time each waits, for its pace or before a repetition.
const SIDE_BY_SIDE: usize = 9;

/// Between which two the proxy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The command and AWS.
    Aws,
    /// The command and the engine.
    Target,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    side: Side,
    moment: Moment,
    fault: Fault,
}

fn cells() -> impl Iterator<Item = Cell> {
    [Side::Aws, Side::Target].into_iter().flat_map(|side| {
        Moment::ALL.into_iter().flat_map(move |moment| {
            Fault::ALL.into_iter().map(move |fault| Cell { side, moment, fault })
        })
    })
}

/// A minute apart, and of a few kinds: an engine takes most of its time for fields that are new.
fn account() -> Account {
    let newest = Timestamp::now().as_second() - 3_600;
    let kinds = generator::spread("us-east-1", newest, 60, 10, 7);
    let kinds: Vec<Map<String, Value>> =
        kinds.iter().map(|event| serde_json::from_str(&event.text()).unwrap()).collect();
    let seconds = std::iter::successors(Some(newest), |second| Some(second - 60)).take(EVENTS);
    let records = kinds.iter().cycle().zip(seconds);
    let records = records.enumerate().map(|(number, (kind, second))| {
        let mut record = kind.clone();
        let time = Timestamp::from_second(second).unwrap().to_string();
        record.insert("eventTime".to_owned(), time.into());
        record.insert("eventID".to_owned(), format!("event-{number}").into());
        record
    });
    let region = Region::new("us-east-1", Status::Enabled);
    Account::new(vec![region.with_records(records.collect()).unwrap()])
}

impl Cell {
    async fn check(self, engine: Engine) {
        let name = format!("{self:?} on {}", engine.name);
        let account = account();
        let events = readable(&account);
        let aws = simulate(account).await;
        let job = Job::into_indices(engine);
        let script = Script { fault: self.fault, moment: self.moment, events: EVENTS };
        let (aws_url, to) = (aws.endpoint().to_owned(), job.to());
        let upstream = if self.side == Side::Aws { &aws_url } else { &to };
        let proxy = Proxy::start(upstream, Some(script)).await;
        let run = match self.side {
            Side::Aws => job.command(&proxy.url(), &to).run().await,
            Side::Target => job.command(&aws_url, &proxy.url()).run().await,
        };
        assert_eq!(run.code, Some(0), "{name}: {run}");
        run.assert_balanced();
        assert!(proxy.hits() > 0, "{name}: the fault met no call\n{run}");
        let noticed = run.total("retried") > 0;
        assert_eq!(noticed, self.fault != Fault::Delay, "{name}: {run}");
        job.assert_loaded(&events).await;
        job.clean_up().await;
    }
}

#[tokio::test]
async fn no_fault_at_any_moment_on_either_side_loses_or_doubles_an_event() {
    let engines = engines();
    let room = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut runs = JoinSet::new();
    // Neighbours differ in the fault, and the engines are no divisor of the faults: each fault
    // meets several of them.
    for (cell, engine) in cells().zip(engines.into_iter().cycle()) {
        let room = Arc::clone(&room);
        runs.spawn(async move {
            let _place = room.acquire().await.unwrap();
            cell.check(engine).await;
        });
    }
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
}
