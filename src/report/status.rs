//! What is covered, from state files alone: a contract that scripts read. Pure: states and the time in.
//!
//! `trailhaul status --json` prints one [`Report`]:
//!
//! ```json
//! {"version":1,"now":"…","folder":"…","exit_code":0,
//!  "jobs":[{"path":"…","in_use":false,"account":"…","target":"…","index":"…","selection":"all",
//!    "saved":"…","last_run":"…","last_event":"…","lag_seconds":61,"covered_share":0.5,
//!    "regions":[{"region":"…","last_run":"…","unfinished":null,"last_event":"…","lag_seconds":61,
//!      "covered_share":0.5,"covered":[["…","…"]],"gaps":[["…","…"]]}],
//!    "fill":[{"regions":["…"],"since":"…","until":"…","never_loaded":false,"command":"trailhaul load …"}]}],
//!  "unreadable":[{"path":"…","reason":"…"}]}
//! ```
//!
//! Times are RFC 3339 in UTC, windows closed intervals of whole seconds, shares from 0 to 1. What is not
//! known is null. A gap is a stretch of the 90 days that AWS keeps and no run has loaded; what came
//! after the last run is no gap but the lag.

pub mod fill;
pub mod heat;
pub mod text;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use self::fill::Fill;
use crate::{
    checkpoint::state::{RegionState, State},
    limits::HISTORY_DAYS,
    window::{Second, Window},
};

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

/// What is known of one region.
#[derive(Debug, Serialize)]
pub struct Region {
    /// Its name.
    pub region: String,
    /// When the last run that finished it began: what is older than that by more than the overlap is
    /// final.
    pub last_run: Option<Timestamp>,
    /// When a run began that did not finish it.
    pub unfinished: Option<Timestamp>,
    /// Time of its newest event that is loaded.
    pub last_event: Option<Timestamp>,
    /// Seconds since `last_run`.
    pub lag_seconds: Option<u64>,
    /// The part of the 90 days, without the lag, that has no gap.
    pub covered_share: f64,
    /// What is loaded, older than the 90 days included.
    pub covered: Vec<Window>,
    /// What of the 90 days is not, oldest first.
    pub gaps: Vec<Window>,
    /// Where the lag begins: no gap reaches it.
    #[serde(skip)]
    pub known_until: Second,
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
            saved,
            last_run: regions.iter().filter_map(|region| region.last_run).max(),
            last_event: regions.iter().filter_map(|region| region.last_event).max(),
            lag_seconds: regions.iter().filter_map(|region| region.lag_seconds).max(),
            covered_share: shares.reduce(f64::min),
            regions,
        }
    }
}

impl Region {
    fn of(region: String, state: RegionState, now: Timestamp) -> Self {
        let RegionState { covered, last_event, watermark, unfinished } = state;
        let horizon = oldest(now);
        let known = covered.windows().last().map(|window| window.end());
        let runs = [watermark, unfinished].into_iter().flatten().map(Timestamp::as_second);
        let known_until =
            runs.chain(known).max().map_or(now.as_second(), |s| s.min(now.as_second()));
        let all = Window::new(horizon, known_until);
        let gaps = all.map(|all| covered.gaps(all)).unwrap_or_default();
        let share = all.map_or(0.0, |all| share(covered.seconds_of(all), all.seconds()));
        Self {
            region,
            last_run: watermark,
            unfinished,
            last_event,
            lag_seconds: watermark.map(|then| age(then, now)),
            covered_share: share,
            covered: covered.windows().to_vec(),
            gaps,
            known_until,
        }
    }

    /// Whether nothing of the 90 days is loaded.
    pub fn is_empty(&self) -> bool {
        self.covered_share == 0.0
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

/// A share with three decimals, 1 only where it is all and 0 only where it is nothing.
#[expect(clippy::cast_precision_loss, reason = "three decimals of a share")]
fn share(covered: u64, all: u64) -> f64 {
    match covered * 1_000 / all.max(1) {
        0 if covered > 0 => 0.001,
        thousandths => thousandths as f64 / 1_000.0,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::window::moment;

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
    fn what_came_after_the_last_run_is_lag_and_what_it_left_out_a_gap() {
        let hour = 3_600;
        let begun = now().as_second() - hour;
        let to_run = |from: Second| Window::new(from, begun).unwrap();
        let horizon = oldest(now());
        let all = Window::new(horizon, now().as_second()).unwrap();
        let table = [
            ("whole", region(&[to_run(horizon - DAY)], Some(hour), None), vec![], 1.0),
            (
                "begins late",
                region(&[to_run(begun - DAY)], Some(hour), None),
                vec![Window::new(horizon, begun - DAY - 1).unwrap()],
                0.011,
            ),
            (
                "a hole",
                region(&[days(95, 45), to_run(days(43, 0).start())], Some(hour), None),
                vec![Window::new(days(45, 0).start() + 1, days(43, 0).start() - 1).unwrap()],
                0.977,
            ),
            (
                "an old stretch alone",
                region(&[days(95, 10)], Some(hour), None),
                vec![Window::new(days(10, 0).start() + 1, begun).unwrap()],
                0.889,
            ),
            (
                "broken off",
                region(&[to_run(begun - DAY + 1)], None, Some(hour)),
                vec![Window::new(horizon, begun - DAY).unwrap()],
                0.011,
            ),
            ("begun and nothing read", region(&[], None, Some(hour)), vec![to_run(horizon)], 0.0),
            ("nothing known", RegionState::default(), vec![all], 0.0),
            ("long ago", region(&[days(200, 95)], Some(95 * DAY), None), vec![], 0.0),
        ];
        for (name, state, gaps, share) in table {
            let finished = state.watermark.is_some();
            let region = Region::of("us-east-1".to_owned(), state, now());
            assert_eq!(region.gaps, gaps, "{name}");
            assert!(
                (region.covered_share - share).abs() < 1e-9,
                "{name}: {}",
                region.covered_share
            );
            assert_eq!(region.lag_seconds.is_some(), finished, "{name}");
        }
    }

    #[test]
    fn a_share_is_all_or_nothing_only_where_it_is() {
        for (covered, all, expected) in
            [(0, 9, 0.0), (1, 90_000, 0.001), (89_999, 90_000, 0.999), (9, 9, 1.0)]
        {
            assert!((share(covered, all) - expected).abs() < 1e-9, "{covered} of {all}");
        }
    }

    #[test]
    fn the_whole_is_as_late_as_the_region_that_is_farthest_behind() {
        let job = crate::checkpoint::state::Job {
            account: None,
            target: "file:x".to_owned(),
            index: "i".to_owned(),
            selection: "all".to_owned(),
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
