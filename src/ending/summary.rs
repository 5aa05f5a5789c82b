//! The summary of a run: a contract that scripts read.
//!
//! Made once, at the end, from the counters and the ends of the regions; [`crate::report::table`] prints
//! the same for people.

use std::{path::PathBuf, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use super::Identity;
use crate::{
    counters::{Counter, Counts},
    exit::Exit,
    limits::CALLS_PER_SECOND,
    window::Window,
};

/// A whole run.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Version of this format.
    pub version: u32,
    /// The account's id, where AWS says it.
    pub account: Option<String>,
    /// The target, without secrets.
    pub target: String,
    /// The index pattern.
    pub index: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it took.
    pub seconds: f64,
    /// Whether it was told to stop.
    pub interrupted: bool,
    /// Whether every event read ended in exactly one counter.
    pub balanced: bool,
    /// The exit code.
    pub exit_code: u8,
    /// The dead letters.
    pub dead_letters: DeadLetterSummary,
    /// The counters over all regions.
    pub totals: Counted,
    /// Each region, or each record file.
    pub regions: Vec<RegionSummary>,
    /// Seconds for which the target took nothing and was waited for.
    pub target_away_seconds: f64,
    /// How many of those that exist had been sent by this run before, in a request without an
    /// answer: it may have written them itself.
    pub exists_in_doubt: u64,
    /// What went wrong first, as a sentence; null where nothing did.
    pub error: Option<String>,
    /// The command to type next: that which goes on, or else that which loads the dead letters.
    pub next: Option<String>,
}

/// Where dead letters are, and how many this run added.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DeadLetterSummary {
    /// The file.
    pub path: Option<PathBuf>,
    /// Letters of this run.
    pub count: u64,
    /// The command that loads them; none where nothing in the file is an event.
    #[serde(skip)]
    pub replay: Option<String>,
}

/// The counters as numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each is the counter of the same name")]
pub struct Counted {
    pub read: u64,
    pub filtered: u64,
    pub created: u64,
    pub exists: u64,
    pub rejected: u64,
    pub repaired: u64,
    pub calls: u64,
    pub throttled: u64,
    pub retried: u64,
    pub bytes: u64,
}

/// What became of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionOutcome {
    /// Everything asked for is loaded.
    Complete,
    /// Some of it is.
    Partial,
    /// The account has not enabled it.
    NotEnabled,
    /// A policy denies it.
    Denied,
    /// AWS did not answer as it should.
    Failed,
}

impl Summary {
    /// A run in which nothing was read.
    pub fn empty(identity: &Identity, exit: Exit, time: Duration) -> Self {
        Self {
            version: 1,
            account: identity.account.clone(),
            target: identity.target.clone(),
            index: identity.index.clone(),
            started: identity.started,
            seconds: rounded(time.as_secs_f64()),
            interrupted: exit == Exit::Interrupted,
            balanced: true,
            exit_code: exit.code(),
            dead_letters: DeadLetterSummary::default(),
            totals: Counted::default(),
            regions: Vec::new(),
            target_away_seconds: 0.0,
            exists_in_doubt: 0,
            error: None,
            next: None,
        }
    }
}

impl RegionOutcome {
    /// Its name, as the summary gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::NotEnabled => "not_enabled",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }

    /// Whether it makes the run partial. A region that is not enabled holds nothing to load, so it
    /// is missed by those alone who named it.
    pub fn is_missing(self, named: bool) -> bool {
        match self {
            Self::Complete => false,
            Self::NotEnabled => named,
            Self::Partial | Self::Denied | Self::Failed => true,
        }
    }
}

/// One region, or one record file.
#[derive(Debug, Clone, Serialize)]
pub struct RegionSummary {
    /// Its name; for a record file its path.
    pub region: String,
    /// What became of it.
    pub outcome: RegionOutcome,
    /// Why, where it is not complete.
    pub reason: Option<String>,
    /// Whether it makes the run partial.
    #[serde(skip)]
    pub missing: bool,
    /// Its counters.
    #[serde(flatten)]
    pub counted: Counted,
    /// How long it was read.
    pub seconds: f64,
    /// Part of the call quota that it used, from 0 to 1: the calls that gave a page, by those that
    /// AWS grants from the region's first call to its last: while there is something to ask for.
    pub quota_share: f64,
    /// What is loaded, this run's and earlier ones'.
    pub covered: Vec<Window>,
}

impl Counted {
    /// The numbers of a set of counters.
    pub fn of(counts: &Counts) -> Self {
        let get = |counter| counts.get(counter);
        Self {
            read: get(Counter::Read),
            filtered: get(Counter::Filtered),
            created: get(Counter::Created),
            exists: get(Counter::Exists),
            rejected: get(Counter::Rejected),
            repaired: get(Counter::Repaired),
            calls: get(Counter::Calls),
            throttled: get(Counter::Throttled),
            retried: get(Counter::Retried),
            bytes: get(Counter::Bytes),
        }
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            filtered: self.filtered + other.filtered,
            created: self.created + other.created,
            exists: self.exists + other.exists,
            rejected: self.rejected + other.rejected,
            repaired: self.repaired + other.repaired,
            calls: self.calls + other.calls,
            throttled: self.throttled + other.throttled,
            retried: self.retried + other.retried,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// Part of the quota that so many accepted calls used, from a first call to a last one so many
/// seconds later.
#[expect(clippy::cast_precision_loss, reason = "a share for people")]
pub fn quota_share(accepted: u64, seconds: f64) -> f64 {
    let granted = 1.0 + seconds * CALLS_PER_SECOND;
    (accepted as f64 / granted).min(1.0)
}

/// The exit code of what is in a summary; what else went wrong is added to it.
pub fn exit(regions: &[RegionSummary], rejected: u64, faults: &[Exit]) -> Exit {
    let mut applying = faults.to_vec();
    if regions.iter().any(|region| region.missing) {
        applying.push(Exit::Partial);
    }
    if rejected > 0 {
        applying.push(Exit::DeadLetters);
    }
    Exit::of(&applying)
}

/// A number of seconds with three decimals, as summaries give it.
pub fn rounded(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A region of this end.
    pub(crate) fn region(name: &str, outcome: RegionOutcome, reason: &str) -> RegionSummary {
        RegionSummary {
            region: name.to_owned(),
            outcome,
            reason: Some(reason.to_owned()),
            counted: Counted::default(),
            seconds: 0.0,
            quota_share: 0.0,
            missing: outcome.is_missing(false),
            covered: Vec::new(),
        }
    }

    #[test]
    fn the_quota_share_is_accepted_calls_by_those_granted() {
        let table = [
            ("nothing", 0, 0.0, 0.0),
            ("nothing accepted", 0, 60.0, 0.0),
            ("one call of an empty region", 1, 0.0, 1.0),
            ("all of it", 201, 100.0, 1.0),
            ("half of it", 101, 100.5, 0.5),
            ("one chain at 4 s a call", 26, 103.5, 0.125),
            ("the burst of the first second", 4, 1.0, 1.0),
        ];
        for (name, accepted, seconds, expected) in table {
            let share = quota_share(accepted, seconds);
            assert!((share - expected).abs() < 1e-9, "{name}: {share}");
        }
    }

    #[test]
    fn an_outcome_has_one_name() {
        use RegionOutcome::{Complete, Denied, Failed, NotEnabled, Partial};
        for outcome in [Complete, Partial, NotEnabled, Denied, Failed] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }
}
