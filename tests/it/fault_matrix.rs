//! Every fault, at every moment, on either side: no event is lost, and none is there twice.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::{
    aws::{one_region, readable, simulate},
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

impl Cell {
    async fn check(self, engine: Engine) {
        let name = format!("{self:?} on {}", engine.name);
        let account = one_region(EVENTS);
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
