//! From what happened to the summary and the exit code.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    closing,
    summary::{
        self, Counted, DeadLetterSummary, RegionOutcome, RegionSummary, Summary, quota_share,
        rounded,
    },
    table,
};
use crate::{
    commands::Fault,
    counters::Counter,
    exit::Exit,
    normalize::Layout,
    pipeline::{LaneEnd, Letters, Outcome},
    settings::{OutputSettings, typed::Replay},
    sink::SinkCounts,
    source::{aws::AwsError, reader::End},
};

/// Which run it was.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The account's id, where it is known.
    pub account: Option<String>,
    /// The target, without secrets.
    pub target: String,
    /// The index pattern.
    pub index: String,
    /// How documents look.
    pub layout: Layout,
    /// When it began.
    pub started: Timestamp,
    /// The command, as it can be typed again.
    pub command: String,
    /// Whether that goes on where this run stopped.
    pub remembers: bool,
    /// The command that loads its dead letters.
    pub replay: Replay,
}

/// A run's end.
#[derive(Debug)]
pub struct Ending {
    /// The summary.
    pub summary: Summary,
    /// What went wrong, as sentences.
    pub faults: Vec<Fault>,
    /// The exit code.
    pub exit: Exit,
    /// What to type next, where something is left to do.
    pub next_step: Option<String>,
}

impl Ending {
    /// The end of a run.
    pub fn of(identity: &Identity, outcome: &Outcome, sink: SinkCounts, time: Duration) -> Self {
        let faults = faults(outcome, identity.account.is_some());
        let regions: Vec<_> = outcome.lanes.iter().map(|lane| region(lane, outcome)).collect();
        let mut totals =
            regions.iter().fold(Counted::default(), |sum, region| sum.plus(region.counted));
        totals.retried += sink.retried;
        let exits: Vec<_> = faults.iter().map(Fault::exit).collect();
        let exit = summary::exit(&regions, totals.rejected, &exits);
        let summary = Summary {
            balanced: outcome.lanes.iter().all(|lane| lane.counts.balanced()),
            dead_letters: dead_letters(&outcome.letters, totals.rejected, &identity.replay),
            totals,
            regions,
            target_away_seconds: rounded(sink.away.as_secs_f64()),
            exists_in_doubt: sink.in_doubt,
            ..Summary::empty(identity, exit, time)
        };
        Self::new(identity, summary, faults, exit)
    }

    /// The end of a run that could not begin.
    pub fn without_a_run(identity: &Identity, fault: Fault, time: Duration) -> Self {
        let exit = fault.exit();
        Self::new(identity, Summary::empty(identity, exit, time), vec![fault], exit)
    }

    fn new(identity: &Identity, mut summary: Summary, faults: Vec<Fault>, exit: Exit) -> Self {
        let next_step = closing::next_step(exit, &summary, identity);
        summary.error = faults.first().map(ToString::to_string);
        summary.next = match &next_step {
            Some(_) => Some(identity.command.clone()),
            None => summary.dead_letters.replay.clone(),
        };
        Self { summary, faults, exit, next_step }
    }

    /// What went wrong and what to do next, as sentences for standard error. Where no closing table
    /// is printed and no log line has said it, what is missing too.
    pub fn problems(&self, output: OutputSettings) -> Vec<String> {
        let mut problems = Vec::new();
        if output.quiet {
            problems.extend(closing::missing(&self.summary));
            problems.extend(closing::dead_letters(&self.summary));
        }
        problems.extend(self.faults.iter().map(ToString::to_string));
        problems.extend(self.next_step.clone());
        problems
    }

    /// The summary as standard output gets it.
    pub fn render(&self, output: OutputSettings) -> String {
        if output.json {
            return serde_json::to_string(&self.summary)
                .map_or_else(|_| String::new(), |s| s + "\n");
        }
        if output.quiet || self.summary.regions.is_empty() {
            return String::new();
        }
        table::render(&self.summary)
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

/// The same of the ends of the regions that were asked. `good` says that the credentials are known to be
/// good, and regions that do not know them to be missed alone.
pub fn refusal_of_all(ends: &[&End], good: bool) -> Option<AwsError> {
    let expired = ends.iter().find_map(|end| match end {
        End::Expired(reason) => Some(AwsError::Expired(reason.clone())),
        _ => None,
    });
    if expired.is_some() {
        return expired;
    }
    let (mut denied, mut unknown) = (None, None);
    for end in ends {
        match end {
            End::Denied(reason) => denied = Some(AwsError::Denied(reason.clone())),
            End::NotEnabled(reason) => unknown = Some(AwsError::Refused(reason.clone())),
            _ => return None,
        }
    }
    denied.or(unknown.filter(|_| !good))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run to a file.
    pub(crate) fn identity() -> Identity {
        Identity {
            account: None,
            target: "file:x".to_owned(),
            index: "cloudtrail-%Y.%m".to_owned(),
            layout: Layout::Typed,
            started: Timestamp::UNIX_EPOCH,
            command: "trailhaul load --to file:x".to_owned(),
            remembers: true,
            replay: Replay::default(),
        }
    }

    #[test]
    fn a_quiet_run_says_what_is_wrong_and_nothing_else() {
        let regions =
            [("eu-west-1", RegionOutcome::Denied), ("us-east-1", RegionOutcome::Complete)];
        let mut summary = Summary::empty(&identity(), Exit::Partial, Duration::ZERO);
        summary.regions =
            regions.map(|(name, outcome)| summary::tests::region(name, outcome, "no")).into();
        let ending = Ending::new(&identity(), summary, Vec::new(), Exit::Partial);
        let output = |quiet| OutputSettings {
            json: false,
            quiet,
            progress: crate::cli::When::Auto,
            log_format: crate::cli::LogFormat::Text,
        };
        assert!(ending.problems(output(false)).is_empty());
        assert!(ending.problems(output(true)).concat().contains("eu-west-1: no"));
        assert!(!ending.problems(output(true)).concat().contains("us-east-1"));
        assert_eq!(ending.render(output(true)), "");
    }
}
