//! What is known of each region, and what that leaves to be read.
//!
//! Pure. Events can appear late, so the last `overlap` before the moment of reading is not final
//! when it is first read: the next run reads it once more. A run that was interrupted and goes on
//! within the overlap does not read it twice for that; instead its start stays the moment from which
//! the next run looks back, so the seconds in question are read again then.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::coverage::Coverage;
use crate::{
    limits::STATE_VERSION,
    window::{Second, Window},
};

/// Everything that one state file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Version of this format.
    pub version: u32,
    /// Which events into which place: coverage holds for these alone.
    pub job: Job,
    /// When it was last saved.
    pub saved: Option<Timestamp>,
    /// Per region by name.
    pub regions: BTreeMap<String, RegionState>,
}

/// What a state file belongs to. Coverage of one job says nothing about another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The account's id; absent where AWS would not say it.
    pub account: Option<String>,
    /// The target, without secrets.
    pub target: String,
    /// The index pattern.
    pub index: String,
    /// Which of the account's events: `all`, or the attribute or category asked for.
    pub selection: String,
}

/// What is known of one region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionState {
    /// The seconds whose events are all loaded.
    pub covered: Coverage,
    /// Time of the newest event that was loaded.
    pub last_event: Option<Timestamp>,
    /// The "now" of the last run that finished: what was read before it by more than the overlap
    /// is final.
    pub watermark: Option<Timestamp>,
    /// The "now" of a run that has not finished, or the earliest of several.
    pub unfinished: Option<Timestamp>,
}

impl State {
    /// A state of a job of which nothing is loaded.
    pub fn new(job: Job) -> Self {
        Self { version: STATE_VERSION, job, saved: None, regions: BTreeMap::new() }
    }
}

impl RegionState {
    /// Begins a run at the frozen `now` over `wanted`: takes what has to be read again out of the
    /// coverage and returns what the run has to read, oldest first.
    pub fn begin(&mut self, wanted: Window, now: Second, overlap: Second) -> Vec<Window> {
        self.forget_the_future(now);
        let again_from = match (self.unfinished, self.watermark) {
            (Some(unfinished), _) if now - unfinished.as_second() < overlap => None,
            (Some(unfinished), _) => {
                self.unfinished = Some(crate::window::moment(now));
                Some(unfinished.as_second() - overlap)
            }
            (None, watermark) => {
                self.unfinished = Some(crate::window::moment(now));
                watermark.map(|watermark| watermark.as_second() - overlap)
            }
        };
        let again = again_from.and_then(|start| Window::new(start, wanted.end()));
        if let Some(again) = again.and_then(|again| again.intersection(wanted)) {
            self.covered.remove(again);
        }
        self.covered.gaps(wanted)
    }

    /// A clock that was ahead in an earlier run covered seconds that had no events yet, and some of
    /// them have passed since. The last event tells what was past in truth: its time is AWS's.
    fn forget_the_future(&mut self, now: Second) {
        let covered = self.covered.windows().last().map(|window| window.end());
        let moments = [self.watermark, self.unfinished].into_iter().flatten();
        if moments.map(Timestamp::as_second).chain(covered).all(|second| second <= now) {
            return;
        }
        let past = self.last_event.map_or(Second::MIN, |last| last.as_second().min(now));
        if let Some(unknown) = Window::new(past.saturating_add(1), Second::MAX) {
            self.covered.remove(unknown);
        }
        let last = self.last_event.map(|_| crate::window::moment(past));
        self.watermark = self.watermark.and_then(|moment| last.map(|last| last.min(moment)));
        self.unfinished = self.unfinished.and_then(|moment| last.map(|last| last.min(moment)));
    }

    /// Ends a run that has covered all it wanted. The watermark moves only if the run read the
    /// whole stretch that was not final before.
    pub fn finish(&mut self, wanted: Window, now: Second, overlap: Second) {
        let Some(begun) = self.unfinished.take() else { return };
        let reaches_now = wanted.end() >= now;
        let reaches_back =
            |watermark: &Timestamp| wanted.start() <= watermark.as_second() - overlap;
        self.watermark = match self.watermark {
            Some(watermark) if reaches_now && reaches_back(&watermark) => Some(begun),
            Some(watermark) => Some(watermark.min(begun)),
            None => Some(begun),
        };
    }

    /// Notes seconds that have become safe.
    pub fn cover(&mut self, window: Window) {
        self.covered.add(window);
    }

    /// Notes the time of an event that was loaded.
    pub fn saw_event(&mut self, time: Timestamp) {
        self.last_event = Some(self.last_event.map_or(time, |last| last.max(time)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::moment;

    const HOUR: i64 = 3_600;
    const DAY: i64 = 86_400;

    fn window(start: i64, end: i64) -> Window {
        Window::new(start, end).unwrap()
    }

    /// A run that reads all it has to.
    fn run(region: &mut RegionState, wanted: Window, now: i64) -> Vec<Window> {
        let todo = region.begin(wanted, now, HOUR);
        for window in &todo {
            region.cover(*window);
        }
        region.finish(wanted, now, HOUR);
        todo
    }

    #[test]
    fn the_second_run_reads_what_is_new_and_the_overlap() {
        let mut region = RegionState::default();
        assert_eq!(run(&mut region, window(0, DAY), DAY), [window(0, DAY)]);
        let later = DAY + 2 * HOUR;
        assert_eq!(run(&mut region, window(0, later), later), [window(DAY - HOUR, later)]);
        assert_eq!(region.watermark, Some(moment(later)));
    }

    #[test]
    fn a_resumed_run_reads_only_what_is_missing() {
        let mut region = RegionState::default();
        region.begin(window(0, DAY), DAY, HOUR);
        region.cover(window(DAY / 2, DAY));
        let soon = DAY + 60;
        assert_eq!(
            region.begin(window(0, soon), soon, HOUR),
            [window(0, DAY / 2 - 1), window(DAY + 1, soon)]
        );
        region.cover(window(0, soon));
        region.finish(window(0, soon), soon, HOUR);
        // The stretch before the first start was read early, so the next run looks back from there.
        assert_eq!(region.watermark, Some(moment(DAY)));
    }

    #[test]
    fn a_run_resumed_after_long_reads_the_early_stretch_again() {
        let mut region = RegionState::default();
        region.begin(window(0, DAY), DAY, HOUR);
        region.cover(window(DAY / 2, DAY));
        let later = 2 * DAY;
        assert_eq!(
            region.begin(window(0, later), later, HOUR),
            [window(0, DAY / 2 - 1), window(DAY - HOUR, later)]
        );
    }

    /// The clock was a day ahead, and AWS took the signatures all the same.
    #[test]
    fn coverage_never_runs_ahead_of_the_clock() {
        let mut region = RegionState::default();
        region.saw_event(moment(DAY));
        run(&mut region, window(0, 2 * DAY), 2 * DAY);
        // Half of the day that it was ahead is over, with events that nobody has read.
        let half = DAY + DAY / 2;
        assert_eq!(run(&mut region, window(0, half), half), [window(DAY - HOUR, half)]);
        assert_eq!(region.covered.windows(), [window(0, half)]);
        assert_eq!(region.watermark, Some(moment(half)));
        // Killed while it was ahead.
        region.saw_event(moment(half));
        region.begin(window(0, 3 * DAY), 3 * DAY, HOUR);
        region.cover(window(half, 3 * DAY));
        let todo = run(&mut region, window(0, 2 * DAY), 2 * DAY);
        assert_eq!(todo, [window(half - HOUR, 2 * DAY)]);
        assert_eq!(region.covered.windows(), [window(0, 2 * DAY)]);
    }

    #[test]
    fn a_clock_ahead_of_a_region_without_events_proves_nothing() {
        let mut region = RegionState::default();
        run(&mut region, window(0, 2 * DAY), 2 * DAY);
        assert_eq!(run(&mut region, window(0, DAY), DAY), [window(0, DAY)]);
        assert_eq!(region.watermark, Some(moment(DAY)));
    }

    #[test]
    fn a_run_over_old_days_does_not_move_the_watermark() {
        let mut region = RegionState::default();
        run(&mut region, window(0, DAY), DAY);
        run(&mut region, window(-DAY, -1), 2 * DAY);
        assert_eq!(region.watermark, Some(moment(DAY)));
        assert_eq!(region.covered.windows(), [window(-DAY, DAY)]);
    }
}
