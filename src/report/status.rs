//! What is covered, from state files alone: a contract that scripts read. Pure: states and the time in.
//!
//! `trailhaul status --json` prints one [`Report`]:
//!
//! ```json
//! {"version":1,"now":"…","folder":"…","exit_code":0,
//!  "jobs":[{"path":"…","in_use":false,"account":"…","target":"…","index":"…","selection":"all",
//!    "saved":"…","last_run":"…","last_event":"…","lag_seconds":61,"covered_share":0.5,
//!    "regions":[{"region":"…","last_run":"…","unfinished":null,"last_event":"…",
//!      "clock_was_ahead":false,"lag_seconds":61,"covered_share":0.5,"covered":[["…","…"]],"gaps":[["…","…"]]}],
//!    "fill":[{"regions":["…"],"since":"…","until":"…","never_loaded":false,"command":"trailhaul load …"}]}],
//!  "unreadable":[{"path":"…","reason":"…"}]}
//! ```
//!
//! Times are RFC 3339 in UTC, windows closed intervals of whole seconds, shares from 0 to 1. What is not
//! known is null. A gap is a stretch of the 90 days that AWS keeps and no run has loaded; what came
//! after the last run is the lag, and a gap once that is more than a day.

pub mod fill;
pub mod heat;
pub mod region;
pub mod text;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use self::{fill::Fill, region::Region};
use crate::{checkpoint::state::State, limits::HISTORY_DAYS, window::Second};

/// Everything that was asked for.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Version of this format: 1.
    pub version: u32,
    /// When it was looked.
    pub now: Timestamp,
    /// The folder that was looked through; none where a file was named.
    pub folder: Option<PathBuf>,
    /// The exit code.
    pub exit_code: u8,
    /// Each state file that could be read, the last saved first.
    pub jobs: Vec<Job>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
}

/// A state file that is none, or is damaged or newer.
#[derive(Debug, Serialize)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// A sentence with what to do about it.
    pub reason: String,
}

/// What one state file says.
#[derive(Debug, Serialize)]
pub struct Job {
    /// The file.
    pub path: PathBuf,
    /// Whether a run holds it; null where that cannot be known.
    pub in_use: Option<bool>,
    /// The account's id, where AWS said it.
    pub account: Option<String>,
    /// The target, without secrets.
    pub target: String,
    /// The index pattern.
    pub index: String,
    /// `all`, or the attribute or category that was asked for.
    pub selection: String,
    /// How its documents look, where the state file says it.
    pub layout: Option<String>,
    /// When it was last saved.
    pub saved: Option<Timestamp>,
    /// When the last run that finished a region began.
    pub last_run: Option<Timestamp>,
    /// Time of the newest event that is loaded.
    pub last_event: Option<Timestamp>,
    /// The lag of the region that is farthest behind, of those that a run has finished.
    pub lag_seconds: Option<u64>,
    /// The least share of a region.
    pub covered_share: Option<f64>,
    /// Each region, by name.
    pub regions: Vec<Region>,
    /// The commands that fill every gap.
    pub fill: Vec<Fill>,
}

impl Job {
    /// What a state says now. `named` is the file as the command that fills its gaps has to name it,
    /// which it has not where the file is called as the job has it.
    pub fn of(
        state: State,
        path: &Path,
        named: Option<&Path>,
        in_use: Option<bool>,
        now: Timestamp,
    ) -> Self {
        let State { job, saved, regions, version: _ } = state;
        let regions: Vec<_> =
            regions.into_iter().map(|(name, state)| Region::of(name, state, now)).collect();
        let shares = regions.iter().map(|region| region.covered_share);
        Self {
            fill: fill::commands(&job, named, &regions, now),
            path: path.to_owned(),
            in_use,
            account: job.account,
            target: job.target,
            index: job.index,
            selection: job.selection,
            layout: job.layout,
            saved,
            last_run: regions.iter().filter_map(|region| region.last_run).max(),
            last_event: regions.iter().filter_map(|region| region.last_event).max(),
            lag_seconds: regions.iter().filter_map(|region| region.lag_seconds).max(),
            covered_share: shares.reduce(f64::min),
            regions,
        }
    }
}

/// The oldest second that AWS still has.
fn oldest(now: Timestamp) -> Second {
    now.as_second() - HISTORY_DAYS * 86_400
}

/// Whole seconds from then to now; none where a clock was ahead.
pub(super) fn age(then: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.as_second() - then.as_second()).unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        checkpoint::state::RegionState,
        window::{Window, moment},
    };

    pub(super) const DAY: Second = 86_400;

    pub(super) fn now() -> Timestamp {
        "2026-11-28T12:00:00Z".parse().unwrap()
    }

    /// A stretch, in days back from now.
    pub(super) fn days(from: i64, to: i64) -> Window {
        let now = now().as_second();
        Window::new(now - from * DAY, now - to * DAY).unwrap()
    }

    pub(super) fn region(
        covered: &[Window],
        last_run: Option<i64>,
        unfinished: Option<i64>,
    ) -> RegionState {
        let ago = |seconds: i64| moment(now().as_second() - seconds);
        RegionState {
            covered: covered.to_vec().into(),
            last_event: covered.last().map(|window| moment(window.end() - 90)),
            watermark: last_run.map(ago),
            unfinished: unfinished.map(ago),
        }
    }

    #[test]
    fn the_whole_is_as_late_as_the_region_that_is_farthest_behind() {
        let job = crate::checkpoint::state::Job {
            account: None,
            target: "file:x".to_owned(),
            index: "i".to_owned(),
            selection: "all".to_owned(),
            layout: None,
        };
        let mut state = State::new(job);
        state.regions.insert("a".to_owned(), region(&[days(95, 0)], Some(60), None));
        state.regions.insert("b".to_owned(), region(&[days(95, 1)], Some(DAY), None));
        state.regions.insert("c".to_owned(), region(&[], None, Some(60)));
        let job = Job::of(state, Path::new("s.json"), None, Some(false), now());
        assert_eq!(job.lag_seconds, Some(DAY.unsigned_abs()));
        assert_eq!(job.last_run, Some(moment(now().as_second() - 60)));
        assert_eq!((job.covered_share, job.regions[2].is_empty()), (Some(0.0), true));
    }
}
