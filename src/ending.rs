//! How a run ended, as it is told: the summary, what went wrong, the exit code and the next step. Pure.
//!
//! [`crate::pipeline`] makes it of what happened, [`crate::report`] tells it.

pub mod summary;

use std::time::Duration;

use jiff::Timestamp;

use self::summary::{RegionOutcome, RegionSummary, Summary};
use crate::{exit::Exit, fault::Fault, normalize::Layout, settings::typed::Replay};

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
    /// With the first of the faults and the next step in the summary too.
    pub fn new(identity: &Identity, mut summary: Summary, faults: Vec<Fault>, exit: Exit) -> Self {
        let next_step = next_step(exit, &summary, identity);
        summary.error = faults.first().map(ToString::to_string);
        summary.next = match &next_step {
            Some(_) => Some(identity.command.clone()),
            None => summary.dead_letters.replay.clone(),
        };
        Self { summary, faults, exit, next_step }
    }

    /// The end of a run that could not begin.
    pub fn without_a_run(identity: &Identity, fault: Fault, time: Duration) -> Self {
        let exit = fault.exit();
        Self::new(identity, Summary::empty(identity, exit, time), vec![fault], exit)
    }
}

/// The command to go on with, where there is something to go on with.
fn next_step(exit: Exit, summary: &Summary, identity: &Identity) -> Option<String> {
    let unfinished = |region: &RegionSummary| {
        matches!(region.outcome, RegionOutcome::Partial | RegionOutcome::Failed)
    };
    let wanted = match exit {
        Exit::Interrupted | Exit::Aws | Exit::Target | Exit::State => true,
        Exit::Partial => summary.regions.iter().any(unfinished),
        Exit::Complete | Exit::Internal | Exit::Usage | Exit::DeadLetters => false,
    };
    let verb = if identity.remembers { "go on" } else { "start again" };
    wanted.then(|| format!("{verb} with: {}", identity.command))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{summary::tests::region, *};

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
    fn the_next_step_fits_the_end() {
        let partial = vec![region("eu-west-1", RegionOutcome::Partial, "interrupted")];
        let denied = vec![region("eu-west-1", RegionOutcome::Denied, "no")];
        let on = Some("go on with: trailhaul load --to file:x");
        let table = [
            (Exit::Interrupted, true, &partial, on),
            (Exit::Target, true, &partial, on),
            (Exit::Aws, true, &denied, on),
            (Exit::State, false, &partial, Some("start again with: trailhaul load --to file:x")),
            (Exit::Partial, true, &partial, on),
            (Exit::Partial, true, &denied, None),
            (Exit::Complete, true, &vec![], None),
            (Exit::DeadLetters, true, &vec![], None),
        ];
        for (exit, remembers, regions, expected) in table {
            let identity = Identity { remembers, ..identity() };
            let mut summary = Summary::empty(&identity, exit, Duration::ZERO);
            summary.regions.clone_from(regions);
            assert_eq!(next_step(exit, &summary, &identity).as_deref(), expected, "{exit:?}");
        }
    }
}
