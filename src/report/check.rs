//! What a check found: a contract that scripts read, and the exit code. Pure.
//!
//! Only what was shown is [`Mark::Ok`]; what nobody said is [`Mark::Unknown`]. `table` prints the
//! same for people. One object, of this shape:
//!
//! ```json
//! {"version": 1, "account": "111122223333", "arn": "arn:aws:iam::111122223333:user/example",
//!  "target": "http://localhost:9200", "server": "OpenSearch 3.8.0", "index": "cloudtrail-%Y.%m",
//!  "started": "2026-11-28T12:00:00Z", "seconds": 4.2, "exit_code": 3,
//!  "checks": [{"side": "aws|target", "check": "credentials", "outcome": "ok|note|unknown|failed",
//!              "says": "…", "mend": "… or null", "action": "an IAM action that is lacking, or null"}],
//!  "regions": [{"region": "us-east-1", "outcome": "open|not_enabled|denied|failed",
//!               "reason": "… or null", "action": "as above", "calls": 9, "throttled": 0,
//!               "events": 1200, "counted": false}],
//!  "estimate": {"events": 1200, "pages": 24, "seconds": 12.0, "slowest": "us-east-1",
//!               "calls": 9, "counted": false},
//!  "policy": [{"Effect": "Allow", "Action": ["cloudtrail:LookupEvents"], "Resource": "*"}]}
//! ```
//!
//! `account`, `arn`, `server`, `events` and `estimate` are null where they are not known. The `checks` are,
//! of AWS, `credentials`, `regions`, `events`, `quota` and `full load`; of the target `server`, `index
//! template`, `documents`, `other templates`, `indices there`, `write test` and, for a file, `file`.

mod estimate;
mod finding;
mod policy;
mod table;

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub use self::estimate::Estimate;
pub use self::finding::{Finding, Mark, Side};
use self::policy::{action, statements};
use crate::{
    ending::summary::rounded,
    exit::Exit,
    fault::Fault,
    settings::OutputSettings,
    source::{reader::End, refusal::refusal_of_all, sample::Sample},
};

/// Whether a region can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It answers.
    Open,
    /// The account has not enabled it.
    NotEnabled,
    /// A policy denies it.
    Denied,
    /// AWS does not answer as it should.
    Failed,
}

impl Standing {
    /// Its name, as JSON gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::NotEnabled => "not_enabled",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// What was found of a region.
#[derive(Debug, Clone, Serialize)]
pub struct RegionFinding {
    /// Its name.
    pub region: String,
    /// Whether it can be read.
    pub outcome: Standing,
    /// Why not.
    pub reason: Option<String>,
    /// What to do about it, where something is to be done.
    pub mend: Option<String>,
    /// The IAM action that is lacking, where one is.
    pub action: Option<String>,
    /// LookupEvents calls that were made.
    pub calls: u64,
    /// Those of them that AWS throttled.
    pub throttled: u64,
    /// About how many events it holds.
    pub events: Option<u64>,
    /// Whether they were counted, and not estimated.
    pub counted: bool,
    /// Whether a load would be partial without it.
    #[serde(skip)]
    pub missing: bool,
}

impl RegionFinding {
    /// Of a region that was looked at, or that need not be, with why. `named` says whether the user named it.
    pub fn new(region: String, sample: &Sample, named: bool) -> Self {
        let (outcome, reason) = match &sample.found {
            Ok(_) => (Standing::Open, None),
            Err(End::NotEnabled(reason)) => (Standing::NotEnabled, Some(reason.clone())),
            Err(End::Denied(reason)) => (Standing::Denied, Some(reason.clone())),
            Err(End::Failed(reason) | End::Expired(reason)) => {
                (Standing::Failed, Some(reason.clone()))
            }
            Err(End::Complete | End::Stopped) => (Standing::Failed, None),
        };
        let lookup = || "cloudtrail:LookupEvents".to_owned();
        let found = sample.found.as_ref().ok();
        Self {
            region,
            outcome,
            action: (outcome == Standing::Denied)
                .then(|| reason.as_deref().and_then(action).unwrap_or_else(lookup)),
            missing: match outcome {
                Standing::Open => false,
                Standing::NotEnabled => named,
                Standing::Denied | Standing::Failed => true,
            },
            reason,
            mend: None,
            calls: sample.calls,
            throttled: sample.throttled,
            events: found.map(|found| estimate::whole(found.events)),
            counted: found.is_some_and(|found| found.is_counted),
        }
    }
}

/// Which check it was.
#[derive(Debug, Clone, Serialize)]
pub struct Subject {
    /// The account's id, where AWS says it.
    pub account: Option<String>,
    /// Who one is in it.
    pub arn: Option<String>,
    /// The target, without secrets.
    pub target: String,
    /// The engine and its version, where the target says it.
    pub server: Option<String>,
    /// The index pattern.
    pub index: String,
    /// When it began.
    pub started: Timestamp,
}

/// All that was found.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    version: u32,
    #[serde(flatten)]
    subject: Subject,
    seconds: f64,
    exit_code: u8,
    checks: Vec<Finding>,
    regions: Vec<RegionFinding>,
    estimate: Option<Estimate>,
    policy: Vec<Value>,
    /// The exit code.
    #[serde(skip)]
    pub exit: Exit,
}

impl Check {
    /// Of what was looked at; adds what the regions show together.
    pub fn new(
        subject: Subject,
        mut checks: Vec<Finding>,
        samples: Vec<(String, Sample)>,
        named: bool,
        time: Duration,
    ) -> Self {
        let asked = samples.iter().filter(|(_, sample)| sample.calls > 0);
        let ends: Vec<End> =
            asked.map(|(_, s)| s.found.clone().err().unwrap_or(End::Complete)).collect();
        let refusal =
            refusal_of_all(&ends.iter().collect::<Vec<_>>(), subject.account.is_some() && named);
        checks.extend(
            refusal.map(|refusal| Finding::fault(Side::Aws, "events", &Fault::from(refusal))),
        );
        let mut regions: Vec<_> = samples
            .into_iter()
            .map(|(name, sample)| RegionFinding::new(name, &sample, named))
            .collect();
        table::give_mends(&mut regions);
        checks.extend(estimate::quota(&regions));
        let estimate = Estimate::of(&regions);
        checks.extend(estimate.as_ref().map(Estimate::finding));
        // One after the other, each in the order in which it was found.
        checks.sort_by_key(|finding| finding.side == Side::Target);
        let exit = exit(&checks, &regions);
        Self {
            version: 1,
            subject,
            seconds: rounded(time.as_secs_f64()),
            exit_code: exit.code(),
            policy: statements(&checks, &regions),
            checks,
            regions,
            estimate,
            exit,
        }
    }

    /// What standard output gets.
    pub fn render(&self, output: OutputSettings) -> String {
        if output.json {
            return serde_json::to_string(self).map_or_else(|_| String::new(), |text| text + "\n");
        }
        if output.quiet { String::new() } else { table::render(self) }
    }

    /// What fails, as sentences for where no table is printed.
    pub fn problems(&self) -> Vec<String> {
        let failed = self.checks.iter().filter(|finding| finding.outcome == Mark::Failed);
        let regions =
            table::regions(&self.regions).into_iter().filter(|row| row.mark == Mark::Failed);
        let regions = regions.map(|row| (row.name, row.says, row.mend));
        let others = failed.map(|f| (f.check.to_owned(), f.says.clone(), f.mend.clone()));
        let sentence = |(name, says, mend): (String, String, Option<String>)| {
            let mend = mend.map(|mend| format!("; {mend}")).unwrap_or_default();
            format!("{name}: {says}{mend}")
        };
        others.chain(regions).map(sentence).collect()
    }

    /// The findings, for a log.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.checks.iter()
    }

    /// What was found of the regions, for a log.
    pub fn regions(&self) -> impl Iterator<Item = &RegionFinding> {
        self.regions.iter()
    }
}

/// The exit code that a load would have, as far as it is known.
fn exit(checks: &[Finding], regions: &[RegionFinding]) -> Exit {
    let mut applying: Vec<Exit> = checks.iter().filter_map(|finding| finding.exit).collect();
    if regions.iter().any(|region| region.missing) {
        applying.push(Exit::Partial);
    }
    Exit::of(&applying)
}

#[cfg(test)]
mod tests;
