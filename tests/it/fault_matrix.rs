//! Every fault, at every moment, on either side: no event is lost, and none is there twice.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use trailhaul::demo::{Account, Operation, Region, SimulatedAws, Status, generator};

use crate::support::{
    aws::{readable, simulate},
    engines::{Engine, engines},
    fault::{Fault, Moment, Script, Side},
    job::Job,
    proxy::Proxy,
    run::Finished,
    usual_or_long,
};

/// Six pages, which travel in three or four batches: each moment is a call of its own.
const EVENTS: usize = 300;

/// One page: what happens before it does not depend on how much there is.
const SETUP_EVENTS: usize = 30;

/// Runs at once. Most of its time each waits, for its pace or before a repetition.
const SIDE_BY_SIDE: usize = 16;

#[derive(Debug, Clone, Copy)]
struct Cell {
    side: Side,
    moment: Moment,
    fault: Fault,
}

fn cells() -> impl Iterator<Item = Cell> {
    [Side::Aws, Side::Target].into_iter().flat_map(|side| {
        Moment::of(side).into_iter().flat_map(move |moment| {
            Fault::ALL.into_iter().map(move |fault| Cell { side, moment, fault })
        })
    })
}

/// A minute apart, and of a few kinds, one for each page and a half: an engine takes most of its time
/// for fields that are new.
fn account(events: usize) -> Account {
    let newest = Timestamp::now().as_second() - 3_600;
    let kinds = generator::spread("us-east-1", newest, 60, events.div_ceil(SETUP_EVENTS), 7);
    let kinds: Vec<Map<String, Value>> =
        kinds.iter().map(|event| serde_json::from_str(&event.text()).unwrap()).collect();
    let seconds = std::iter::successors(Some(newest), |second| Some(second - 60)).take(events);
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

/// A run under a cell's fault.
struct Met {
    cell: Cell,
    name: String,
    aws: SimulatedAws,
    hits: usize,
    run: Finished,
}

impl Cell {
    /// How the run ends. A target that cannot be made ready is named at once: whoever typed its
    /// address may be waiting, and nothing has been read. All else is overcome.
    fn exit_code(self) -> i32 {
        let (fault, moment) = (self.fault, self.moment);
        let answers = matches!(fault, Fault::Delay | Fault::InternalError | Fault::Unavailable);
        match moment {
            Moment::Probe | Moment::Template if !answers => 6,
            _ => 0,
        }
    }

    async fn check(self, engine: Engine) {
        let name = format!("{self:?} on {}", engine.name);
        let events = if self.moment.is_setup() { SETUP_EVENTS } else { EVENTS };
        let account = account(events);
        let expected = readable(&account);
        let aws = simulate(account).await;
        let job = Job::into_indices(engine);
        let script = Script { fault: self.fault, moment: self.moment, events };
        let (aws_url, to) = (aws.endpoint().to_owned(), job.to());
        let upstream = if self.side == Side::Aws { &aws_url } else { &to };
        let proxy = Proxy::start(upstream, Some(script)).await;
        let load = || match self.side {
            Side::Aws => job.command(&proxy.url(), &to).run(),
            Side::Target => job.command(&aws_url, &proxy.url()).run(),
        };
        let run = load().await;
        assert_eq!(run.code, Some(self.exit_code()), "{name}: {run}");
        run.assert_balanced();
        let hits = proxy.hits();
        assert!(hits > 0, "{name}: the fault met no call\n{run}");
        if self.exit_code() == 0 {
            job.assert_loaded(&expected).await;
        } else {
            assert_eq!((run.total("read"), job.count().await), (0, 0), "{name}: {run}");
        }
        if self.exit_code() != 0 {
            proxy.heal();
            let again = load().await;
            assert_eq!(again.code, Some(0), "{name}: {again}");
            job.assert_loaded(&expected).await;
        }
        let met = Met { cell: self, name, aws, hits, run };
        if self.moment.is_setup() {
            met.assert_setup();
        } else {
            met.assert_on_the_way();
        }
        job.clean_up().await;
    }
}

impl Met {
    /// What is found out before a run is as if nothing had been: the account is known, since the
    /// state belongs to it; and the regions, or all that there may be are tried.
    fn assert_setup(&self) {
        let Self { cell, name, run, .. } = self;
        assert_eq!(run.json()["account"], "111122223333", "{name}: {run}");
        let asked =
            |operation| self.aws.calls().iter().filter(|call| call.operation == operation).count();
        let operation = match cell.moment {
            Moment::Identity => Operation::GetCallerIdentity,
            Moment::Regions => Operation::ListRegions,
            _ => return,
        };
        let guessed = run.stderr.contains("account:ListRegions does not say");
        let heard = if cell.fault.takes_the_answer() { self.hits } else { 0 };
        assert_eq!(asked(operation), heard + usize::from(!guessed), "{name}: {run}");
    }

    /// Whether the server had acted before the fault makes the difference: what it did is done
    /// again, or not.
    fn assert_on_the_way(&self) {
        let Self { cell, name, run, .. } = self;
        assert_eq!(run.total("retried") > 0, cell.fault != Fault::Delay, "{name}: {run}");
        if cell.side == Side::Target {
            assert_eq!(run.total("exists") > 0, cell.fault.takes_the_answer(), "{name}: {run}");
            return;
        }
        let calls = self.aws.calls();
        let heard = calls.iter().filter(|call| call.operation == Operation::LookupEvents).count();
        let unheard = if cell.fault.keeps_from_acting() { self.hits } else { 0 };
        assert_eq!((heard + unheard) as u64, run.total("calls"), "{name}: {run}");
    }
}

#[tokio::test]
async fn no_fault_at_any_moment_on_either_side_loses_or_doubles_an_event() {
    let engines = engines();
    let room = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut runs = JoinSet::new();
    // Neighbours differ in the fault, and the engines are no divisor of the faults: each fault
    // meets several of them. In the long form each cell meets every one.
    let rounds = usual_or_long(1, engines.len());
    let turn = |round: usize| cells().zip(engines.iter().cloned().cycle().skip(round));
    for (cell, engine) in (0..rounds).flat_map(turn) {
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
