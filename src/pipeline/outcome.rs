//! How a run ended: of each lane, and what is told of it. Pure.

use std::{sync::Arc, time::Duration};

use super::{Checkpoint, Letters};
use crate::{
    checkpoint::file::StateError,
    counters::{Counter, Counts},
    ending::{
        Ending, Identity,
        summary::{
            self, Counted, DeadLetterSummary, RegionOutcome, RegionSummary, Summary, quota_share,
            rounded,
        },
    },
    exit::Exit,
    fault::Fault,
    settings::typed::Replay,
    sink::{SinkCounts, SinkError},
    source::{aws::AwsError, reader::End, refusal::refusal_of_all},
};

/// How a lane ended.
pub struct LaneEnd {
    /// The region's name, or the file's path.
    pub name: String,
    /// Its counters.
    pub counts: Arc<Counts>,
    /// Whether it is a region that the user named.
    pub named: bool,
    /// How its reading ended.
    pub end: End,
    /// How long it was read.
    pub time: Duration,
    /// Whether all of its pages are settled.
    pub settled: bool,
}

/// How a run ended.
pub struct Outcome {
    /// How each lane ended.
    pub lanes: Vec<LaneEnd>,
    /// Whether it was told to stop.
    pub interrupted: bool,
    /// Why the target takes nothing more.
    pub target_fault: Option<SinkError>,
    /// Why the dead letters cannot be kept.
    pub letters_fault: Option<SinkError>,
    /// Why the state cannot be saved.
    pub state_fault: Option<StateError>,
    /// What keeps the rejected documents.
    pub letters: Letters,
    /// What is remembered.
    pub checkpoint: Option<Checkpoint>,
}

impl Outcome {
    /// What is told of it; `sink` are the counters of its target, `time` how long it took.
    pub fn ending(&self, identity: &Identity, sink: SinkCounts, time: Duration) -> Ending {
        let faults = faults(self, identity.account.is_some());
        let regions: Vec<_> = self.lanes.iter().map(|lane| region(lane, self)).collect();
        let mut totals =
            regions.iter().fold(Counted::default(), |sum, region| sum.plus(region.counted));
        totals.retried += sink.retried;
        let exits: Vec<_> = faults.iter().map(Fault::exit).collect();
        let exit = summary::exit(&regions, totals.rejected, &exits);
        let summary = Summary {
            balanced: self.lanes.iter().all(|lane| lane.counts.balanced()),
            dead_letters: dead_letters(&self.letters, totals.rejected, &identity.replay),
            totals,
            regions,
            target_away_seconds: rounded(sink.away.as_secs_f64()),
            exists_in_doubt: sink.in_doubt,
            ..Summary::empty(identity, exit, time)
        };
        Ending::new(identity, summary, faults, exit)
    }
}

fn dead_letters(letters: &Letters, rejected: u64, replay: &Replay) -> DeadLetterSummary {
    match letters {
        Letters::Keep(file) => {
            let command = file.has_events().then(|| replay.command(file.path()));
            DeadLetterSummary {
                path: Some(file.path().to_owned()),
                count: file.count(),
                replay: command,
            }
        }
        Letters::Replayed(_) => DeadLetterSummary { path: None, count: rejected, replay: None },
    }
}

fn region(lane: &LaneEnd, outcome: &Outcome) -> RegionSummary {
    let LaneEnd { name, counts, named, time, .. } = lane;
    let (result, reason) = result(lane, outcome);
    let covered = outcome.checkpoint.as_ref().and_then(|checkpoint| {
        Some(checkpoint.state.regions.get(name)?.covered.windows().to_vec())
    });
    RegionSummary {
        region: name.clone(),
        outcome: result,
        reason,
        missing: result.is_missing(*named),
        counted: Counted::of(counts),
        seconds: rounded(time.as_secs_f64()),
        quota_share: rounded(quota_share(counts.accepted(), counts.at_work().as_secs_f64())),
        covered: covered.unwrap_or_default(),
    }
}

fn result(lane: &LaneEnd, outcome: &Outcome) -> (RegionOutcome, Option<String>) {
    match &lane.end {
        End::Complete if lane.settled => (RegionOutcome::Complete, None),
        End::Complete | End::Stopped => (RegionOutcome::Partial, Some(stop_reason(outcome))),
        End::NotEnabled(reason) => (RegionOutcome::NotEnabled, Some(reason.clone())),
        End::Denied(reason) => (RegionOutcome::Denied, Some(reason.clone())),
        End::Expired(reason) => (RegionOutcome::Partial, Some(reason.clone())),
        End::Failed(reason) if lane.counts.get(Counter::Read) > 0 => {
            (RegionOutcome::Partial, Some(reason.clone()))
        }
        End::Failed(reason) => (RegionOutcome::Failed, Some(reason.clone())),
    }
}

/// Why a region that could have gone on did not.
fn stop_reason(outcome: &Outcome) -> String {
    let expired = outcome.lanes.iter().any(|lane| matches!(lane.end, End::Expired(_)));
    let reason = if outcome.state_fault.is_some() {
        "the state could not be saved"
    } else if outcome.letters_fault.is_some() {
        "the dead letters could not be kept"
    } else if outcome.target_fault.is_some() {
        "the target takes no more"
    } else if expired {
        "the AWS credentials expired"
    } else {
        "interrupted"
    };
    reason.to_owned()
}

fn faults(outcome: &Outcome, account_known: bool) -> Vec<Fault> {
    let state = outcome.state_fault.as_ref();
    let letters = outcome.letters_fault.as_ref();
    let target = outcome.target_fault.as_ref();
    let interrupted = || Fault::new(Exit::Interrupted, "interrupted before everything was loaded");
    [
        outcome.interrupted.then(interrupted),
        state.map(|error| Fault::new(Exit::State, error.to_string())),
        letters.map(|error| match outcome.letters {
            Letters::Keep(_) => Fault::letters(error),
            Letters::Replayed(_) => Fault::replayed(error),
        }),
        aws_refusal(outcome, account_known).map(Fault::from),
        target.cloned().map(Fault::from),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// AWS as a whole refuses when the credentials ran out, or when no region at all that was asked let
/// itself be read: then it is not the regions, it is the credentials or their permissions.
fn aws_refusal(outcome: &Outcome, account_known: bool) -> Option<AwsError> {
    let asked = outcome.lanes.iter().filter(|lane| lane.counts.get(Counter::Calls) > 0);
    let ends: Vec<&End> = asked.map(|lane| &lane.end).collect();
    // Credentials whose account AWS told are good: it is the named regions that are not enabled.
    refusal_of_all(&ends, account_known && outcome.lanes.iter().any(|lane| lane.named))
}
