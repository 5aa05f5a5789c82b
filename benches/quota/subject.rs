//! The built command, run once, and what it cost.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use serde_json::Value;
use trailhaul::demo::{Credentials, LoggedCall, Operation, Outcome, SimulatedAws};

/// A run that has ended.
pub(crate) struct Run {
    /// Its `--json` summary.
    summary: Value,
    /// Most memory that it had, in MiB; none where the system does not tell.
    pub(crate) peak_mib: Option<f64>,
    /// Its LookupEvents calls, as AWS saw them.
    pub(crate) calls: Vec<LoggedCall>,
}

impl Run {
    /// A counter of the summary.
    pub(crate) fn total(&self, name: &str) -> f64 {
        self.number(&format!("/totals/{name}"))
    }

    /// How long it took.
    pub(crate) fn seconds(&self) -> f64 {
        self.number("/seconds")
    }

    /// Events that it wrote a second.
    pub(crate) fn events_per_second(&self) -> f64 {
        self.total("created") / self.seconds()
    }

    fn number(&self, path: &str) -> f64 {
        self.summary.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }
}

/// Runs `trailhaul load` into a file of this folder, with the state that the folder has.
pub(crate) async fn load(aws: &SimulatedAws, folder: &Path) -> anyhow::Result<Run> {
    let before = aws.calls().len();
    let Credentials { access_key, secret, .. } = Credentials::default();
    let output = folder.join("summary.json");
    let child = Command::new(env!("CARGO_BIN_EXE_trailhaul"))
        .args(["load", "--json", "--quiet", "--to"])
        .arg(format!("file:{}", folder.join("events.ndjson").display()))
        .arg("--state")
        .arg(folder.join("state.json"))
        .env_clear()
        .env("HOME", folder)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", access_key)
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .stdout(fs::File::create(&output)?)
        .stdin(Stdio::null())
        .spawn()?;
    let peak_mib = watch(child).await?;
    let summary = fs::read_to_string(&output)?;
    let summary = serde_json::from_str(&summary).context("the summary")?;
    let calls = aws.calls().into_iter().skip(before);
    let calls = calls.filter(|call| call.operation == Operation::LookupEvents).collect();
    Ok(Run { summary, peak_mib, calls })
}

/// Waits for it and says how much memory it had at most.
async fn watch(mut child: Child) -> anyhow::Result<Option<f64>> {
    let mut peak = None;
    while child.try_wait()?.is_none() {
        peak = peak_mib(child.id()).or(peak);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(peak)
}

/// `VmHWM` of Linux's `/proc`.
fn peak_mib(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// What a region's calls came to, as AWS saw them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Calls {
    pub(crate) accepted: f64,
    pub(crate) throttled: f64,
    /// Seconds from the first call to the last one.
    pub(crate) seconds: f64,
}

impl Calls {
    /// Of these calls.
    pub(crate) fn of<'a>(calls: impl Iterator<Item = &'a LoggedCall>) -> Self {
        let (mut sum, mut first) = (Self::default(), None);
        for call in calls {
            let at = call.at.as_secs_f64();
            sum.seconds = at - *first.get_or_insert(at);
            match call.outcome {
                Outcome::Throttled => sum.throttled += 1.0,
                _ => sum.accepted += 1.0,
            }
        }
        sum
    }

    /// Share of the quota of two a second; the first call comes at time nought.
    pub(crate) fn share(self) -> f64 {
        (self.accepted - 1.0) / (self.seconds * trailhaul::limits::CALLS_PER_SECOND)
    }

    /// Share of the calls that were throttled.
    pub(crate) fn throttled_share(self) -> f64 {
        self.throttled / (self.accepted + self.throttled)
    }
}
