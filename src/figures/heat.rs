//! Events over time: how many there were in each region and hour, or day.

use super::tally::{Seen, Tally};
use crate::{
    limits::HOURS_BELOW,
    window::{Second, Window},
};

/// What one column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An hour.
    Hour,
    /// A day of UTC.
    Day,
}

impl Step {
    /// The one for events of this time.
    pub fn of(period: Window) -> Self {
        if period.seconds() < HOURS_BELOW { Self::Hour } else { Self::Day }
    }

    /// How many seconds it has.
    pub fn seconds(self) -> Second {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    /// The first second of the step that holds one.
    pub fn start(self, second: Second) -> Second {
        second.saturating_sub(second.rem_euclid(self.seconds()))
    }
}

/// How many events each region had in each step; a step by its first second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    /// What one column stands for.
    pub step: Step,
    /// The cells that have events.
    pub cells: Tally<(String, Second)>,
}

impl Heat {
    /// None counted yet.
    pub fn new(step: Step) -> Self {
        Self { step, cells: Tally::default() }
    }

    /// Counts events of a region and of a time within one step.
    pub fn add(&mut self, region: String, at: Second, count: u64) {
        self.cells.add((region, self.step.start(at)), Seen { count, last: at });
    }

    /// The regions by their events.
    pub fn regions(&self) -> Tally<String> {
        let mut regions = Tally::default();
        for ((region, _), seen) in self.cells.iter() {
            regions.add(region.clone(), seen);
        }
        regions
    }
}

/// The same while nobody knows yet how long the time will be: by days, and by hours while it is short.
#[derive(Debug, Clone)]
pub struct HeatOfUnknown {
    days: Heat,
    hours: Option<Heat>,
}

impl Default for HeatOfUnknown {
    fn default() -> Self {
        Self { days: Heat::new(Step::Day), hours: Some(Heat::new(Step::Hour)) }
    }
}

impl HeatOfUnknown {
    /// Counts an event; `period` is that of all so far, this one with them.
    pub fn add(&mut self, region: String, at: Second, period: Window) {
        if Step::of(period) == Step::Day {
            self.hours = None;
        }
        if let Some(hours) = &mut self.hours {
            hours.add(region.clone(), at, 1);
        }
        self.days.add(region, at, 1);
    }

    /// The one that fits the time that it became.
    pub fn finish(self) -> Heat {
        self.hours.unwrap_or(self.days)
    }
}
