//! The flow, top to bottom: feeds → normalize → batch → deliver → verdicts → ledger → checkpoint;
//! what is rejected goes once more from normalize to deliver in another form, a few times at most.
//!
//! The only place that joins stages and spawns tasks. One task, this one, owns everything that
//! changes (batches, ledger, dead letters, state), so nothing is locked and events have one order.
//! Feeds read side by side and hand pages over a bounded channel; deliveries run side by side in
//! limited number; a slow target thereby slows the feeds, and memory stays bounded.
//!
//! The order that makes a crash harmless: a document's verdict is final and durable (the target
//! has it, or the dead letters are synced) before the ledger hears of it; the ledger gives seconds
//! only when all their pages are settled; the state is saved after that.

mod feed;
mod intake;
mod outcome;
mod repair;
mod room;
mod settle;

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

pub(crate) use feed::event_of;
pub use feed::{Feed, Lane};
pub use outcome::{LaneEnd, Outcome};
pub use repair::Repairs;
pub use settle::{Checkpoint, Letters};

use self::{repair::Shipment, room::Looked};
use crate::{
    checkpoint::{file::StateError, ledger::Ledger},
    event::Verdict,
    limits::{DELIVERIES_UNDER_WAY, DRAW_EVERY, PAGES_WAITING, SAVE_EVERY},
    normalize::Normalizer,
    report::progress::Progress,
    settings::Period,
    signals::Interrupts,
    sink::{Batcher, SinkError, Target, Undelivered},
    source::{reader::End, refusal::is_explicit_deny},
};

/// What a run needs.
pub struct Plan {
    /// What is read.
    pub lanes: Vec<Lane>,
    /// What makes documents of events.
    pub normalizer: Normalizer,
    /// Where documents go.
    pub target: Arc<Target>,
    /// What keeps the rejected ones.
    pub letters: Letters,
    /// What is remembered; nothing for record files.
    pub checkpoint: Option<Checkpoint>,
    /// Whether what the target rejects is repaired, and where what is learned is kept.
    pub repairs: Option<Repairs>,
    /// Events outside of it are filtered; for record files.
    pub filter: Option<Period>,
    /// What is shown.
    pub progress: Progress,
}

/// A batch that came back.
struct Delivered {
    shipment: Shipment,
    result: Result<Vec<Verdict>, Undelivered>,
}

/// The owner of everything that changes in a run.
struct Run {
    plan: Plan,
    stop: CancellationToken,
    batcher: Batcher,
    lingering_since: Option<Instant>,
    ready: VecDeque<Shipment>,
    deliveries: JoinSet<Delivered>,
    looks: JoinSet<Looked>,
    ledger: Ledger,
    unsaved: bool,
    interrupted: bool,
    target_fault: Option<SinkError>,
    letters_fault: Option<SinkError>,
    state_fault: Option<StateError>,
}

/// Runs a plan to its end.
pub async fn run(mut plan: Plan, interrupts: &mut Interrupts) -> Outcome {
    let stop = CancellationToken::new();
    let (sender, mut pages) = mpsc::channel(PAGES_WAITING);
    let mut feeds = feed::start(&mut plan.lanes, &sender, &stop);
    // The feeds hold the other senders: the channel closes when the last of them ends.
    drop(sender);
    let mut ends: Vec<Option<(End, Duration)>> = plan.lanes.iter().map(|_| None).collect();
    let mut run = Run::new(plan, stop);
    let mut draw = ticks(DRAW_EVERY);
    let mut save = ticks(SAVE_EVERY);
    let mut reading = true;
    while reading || !feeds.is_empty() || run.has_work() {
        run.start_deliveries();
        tokio::select! {
            () = interrupts.next() => run.interrupt(),
            Some(delivered) = run.deliveries.join_next() => run.settle(delivered),
            Some(looked) = run.looks.join_next() => match looked {
                Ok(looked) => run.take_looked(looked),
                Err(error) => run.lost(&error.to_string()),
            },
            Some(ended) = feeds.join_next() => {
                if let Ok((lane, end, time)) = ended {
                    run.feed_ended(lane, &end);
                    if let Some(place) = ends.get_mut(lane) {
                        *place = Some((end, time));
                    }
                }
            }
            page = pages.recv(), if reading && run.has_room() => if let Some(page) = page {
                run.take_in(page);
            } else {
                reading = false;
                run.flush();
            },
            _ = draw.tick() => { run.linger(); run.plan.progress.tick(); }
            _ = save.tick(), if run.unsaved => run.save(),
        }
    }
    let gone = || (End::Failed("its task ended unexpectedly".to_owned()), Duration::ZERO);
    run.finish(ends.into_iter().map(|end| end.unwrap_or_else(gone)).collect())
}

impl Run {
    fn new(plan: Plan, stop: CancellationToken) -> Self {
        Self {
            plan,
            stop,
            batcher: Batcher::default(),
            lingering_since: None,
            ready: VecDeque::new(),
            deliveries: JoinSet::new(),
            looks: JoinSet::new(),
            ledger: Ledger::default(),
            unsaved: false,
            interrupted: false,
            target_fault: None,
            letters_fault: None,
            state_fault: None,
        }
    }

    /// Whether something is still to be delivered or settled. What a broken target leaves undone is
    /// dropped: its seconds stay uncovered.
    fn has_work(&self) -> bool {
        let waiting = !self.ready.is_empty() || !self.batcher.is_empty();
        let under_way = !self.deliveries.is_empty() || !self.looks.is_empty();
        under_way || (waiting && self.can_deliver())
    }

    fn can_deliver(&self) -> bool {
        self.target_fault.is_none() && self.letters_fault.is_none()
    }

    fn has_room(&self) -> bool {
        self.ready.is_empty() || !self.can_deliver()
    }

    fn start_deliveries(&mut self) {
        while self.can_deliver() && self.deliveries.len() < DELIVERIES_UNDER_WAY {
            let Some(shipment) = self.ready.pop_front() else { return };
            let (target, stop) = (Arc::clone(&self.plan.target), self.stop.clone());
            self.deliveries.spawn(async move {
                let result = target.deliver(&shipment.documents, &stop).await;
                Delivered { shipment, result }
            });
        }
    }

    /// The first interrupt ends the reading; what is under way is drained. The second ends the
    /// process, which is safe: what was written and not settled is written again to no effect.
    fn interrupt(&mut self) {
        if self.interrupted {
            self.plan.progress.end();
            tracing::warn!("interrupted again: ending at once");
            std::process::exit(crate::exit::Exit::Interrupted.code().into());
        }
        tracing::warn!("interrupted: finishing what is under way; once more ends at once");
        self.interrupted = true;
        self.stop.cancel();
    }

    fn feed_ended(&mut self, lane: usize, end: &End) {
        self.plan.progress.done(lane);
        let (name, named) = match self.plan.lanes.get(lane) {
            Some(lane) => (lane.name.as_str(), lane.named),
            None => ("", false),
        };
        match end {
            End::Complete => tracing::info!(region = name, "read"),
            End::Stopped => {}
            End::NotEnabled(reason) if named => tracing::warn!(
                region = name,
                reason,
                "not loaded: enable the region, or leave it out of --regions"
            ),
            End::NotEnabled(reason) => tracing::info!(region = name, reason, "not enabled"),
            End::Denied(reason) if is_explicit_deny(reason) => {
                tracing::warn!(
                    region = name,
                    reason,
                    "not loaded: leave the region out with --exclude-regions, or ask whoever manages the organization's policies"
                );
            }
            End::Denied(reason) => tracing::warn!(
                region = name,
                reason,
                "not loaded: allow cloudtrail:LookupEvents there, or leave the region out with --exclude-regions"
            ),
            End::Failed(reason) => tracing::warn!(region = name, reason, "not loaded whole"),
            // Nobody else's credentials are any better.
            End::Expired(_) => self.stop.cancel(),
        }
    }

    fn finish(mut self, ends: Vec<(End, Duration)>) -> Outcome {
        self.plan.progress.end();
        self.give_up_unsettled();
        let lanes = std::mem::take(&mut self.plan.lanes).into_iter().zip(ends).enumerate();
        let lanes: Vec<LaneEnd> = lanes
            .map(|(number, (Lane { name, counts, named, .. }, (end, time)))| {
                let settled = self.ledger.is_settled(number);
                LaneEnd { name, counts, named, end, time, settled }
            })
            .collect();
        if let Some(checkpoint) = &mut self.plan.checkpoint {
            for lane in lanes.iter().filter(|lane| lane.end == End::Complete && lane.settled) {
                checkpoint.finish(&lane.name);
            }
        }
        self.save();
        Outcome {
            lanes,
            interrupted: self.interrupted,
            target_fault: self.target_fault,
            letters_fault: self.letters_fault,
            state_fault: self.state_fault,
            letters: self.plan.letters,
            checkpoint: self.plan.checkpoint,
        }
    }

    /// What a broken target or disk left without a verdict was never loaded: it is not counted,
    /// and since its seconds stay uncovered the next run reads it again.
    fn give_up_unsettled(&self) {
        let mut all = 0;
        for (lane, counted) in self.plan.lanes.iter().enumerate() {
            let unsettled = self.ledger.unsettled(lane) as u64;
            counted.counts.unread(unsettled);
            all += unsettled;
        }
        if all > 0 {
            tracing::warn!(events = all, "read and not loaded: the next run reads them again");
        }
    }

    fn save(&mut self) {
        self.unsaved = false;
        let Some(checkpoint) = &mut self.plan.checkpoint else { return };
        let saved = tokio::task::block_in_place(|| checkpoint.save(Timestamp::now()));
        if let Err(error) = saved {
            self.stop.cancel();
            self.state_fault.get_or_insert(error);
        }
    }
}

fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
