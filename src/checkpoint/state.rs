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
    /// How its documents look, by the layout's name; files of before it was kept do not say it.
    #[serde(default)]
    pub layout: Option<String>,
}

/// What is known of one region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionState {
    /// The seconds whose events are all loaded.
    pub covered: Coverage,
    /// Time of the newest event that was loaded.
    pub last_event: Option<Timestamp>,
    /// The "now" of the last run that finished. What is covered before it, by more than the overlap, is
    /// final.
    pub watermark: Option<Timestamp>,
    /// The "now" of a run that has not finished, or of the earliest of several that went on from one
    /// another: the moment that counts in place of the watermark.
    pub unfinished: Option<Timestamp>,
}

impl State {
    /// A state of a job of which nothing is loaded.
    pub fn new(job: Job) -> Self {
        Self { version: STATE_VERSION, job, saved: None, regions: BTreeMap::new() }
    }

    /// Whether events are loaded, and not only seconds that had none.
    pub fn holds_events(&self) -> bool {
        let holds = |region: &RegionState| {
            region.last_event.is_some() && !region.covered.windows().is_empty()
        };
        self.regions.values().any(holds)
    }
}

impl RegionState {
    /// Begins a run at the frozen `now` over `wanted`: takes what has to be read again out of the
    /// coverage and returns what the run has to read, oldest first.
    ///
    /// All that may not be final is taken out, also what this run does not want: from here on `now` is the
    /// moment to look back from, and what stayed covered would never be looked at again.
    pub fn begin(&mut self, wanted: Window, now: Second, overlap: Second) -> Vec<Window> {
        self.forget_the_future(now);
        let resumed = self.unfinished.is_some_and(|begun| now - begun.as_second() < overlap);
        if !resumed && !self.is_final(wanted, overlap) {
            let start = self.not_final_from(overlap);
            if let Some(again) = start.and_then(|start| Window::new(start, Second::MAX)) {
                self.covered.remove(again);
            }
            self.unfinished = Some(crate::window::moment(now));
        }
        self.covered.gaps(wanted)
    }

    /// The second from which on what is covered may have been read too early.
    fn not_final_from(&self, overlap: Second) -> Option<Second> {
        Some(self.unfinished.or(self.watermark)?.as_second() - overlap)
    }

    /// Whether all that is wanted is so old that whatever reads it now reads it for good.
    fn is_final(&self, wanted: Window, overlap: Second) -> bool {
        self.not_final_from(overlap).is_some_and(|start| wanted.end() < start)
    }

    /// A clock that was ahead in an earlier run covered seconds that had no events yet, and some of
    /// them have passed since. The last event tells what was past in truth: its time is AWS's. Says whether it
    /// was ahead.
    pub fn forget_the_future(&mut self, now: Second) -> bool {
        let covered = self.covered.windows().last().map(|window| window.end());
        let moments = [self.watermark, self.unfinished].into_iter().flatten();
        if moments.map(Timestamp::as_second).chain(covered).all(|second| second <= now) {
            return false;
        }
        let past = self.last_event.map_or(Second::MIN, |last| last.as_second().min(now));
        if let Some(unknown) = Window::new(past.saturating_add(1), Second::MAX) {
            self.covered.remove(unknown);
        }
        let last = self.last_event.map(|_| crate::window::moment(past));
        self.watermark = self.watermark.and_then(|moment| last.map(|last| last.min(moment)));
        self.unfinished = self.unfinished.and_then(|moment| last.map(|last| last.min(moment)));
        true
    }

    /// Ends a run that has covered all it wanted. One over old days alone leaves the moments as they were.
    pub fn finish(&mut self, wanted: Window, now: Second, overlap: Second) {
        if self.unfinished == Some(crate::window::moment(now)) || !self.is_final(wanted, overlap) {
            self.watermark = self.unfinished.take().or(self.watermark);
        }
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
mod tests;
