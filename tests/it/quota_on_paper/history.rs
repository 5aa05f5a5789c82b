//! A history of ninety days as arithmetic: it holds numbers of events, not events.

use trailhaul::{
    limits::EVENTS_PER_PAGE,
    source::planner::{Call, PageFacts},
    window::{Second, Window},
};

pub(super) const PAGE: u64 = EVENTS_PER_PAGE as u64;
pub(super) const HOUR: Second = 3_600;
pub(super) const DAYS: Second = 90;
const HOURS: usize = 24 * DAYS as usize;

/// How many events each hour of ninety days holds; within an hour they lie evenly.
#[derive(Debug)]
pub(super) struct History {
    /// Events before the hour; one more than there are hours.
    before: Vec<u64>,
}

impl History {
    fn new(events_of_hour: impl Iterator<Item = u64>) -> Self {
        let mut before = vec![0];
        before.extend(events_of_hour.take(HOURS).scan(0, |sum, events| {
            *sum += events;
            Some(*sum)
        }));
        Self { before }
    }

    /// About so many events, drawn with the weight of each hour.
    fn drawn(events: u64, rng: &mut fastrand::Rng, weight: impl Fn(usize) -> f64) -> Self {
        let all: f64 = (0..HOURS).map(&weight).sum();
        let mut owed = 0.0;
        Self::new((0..HOURS).map(|hour| {
            // Between none and twice what is due, the rest later.
            owed += events as f64 * weight(hour) / all;
            let last = hour + 1 == HOURS;
            let now = owed.max(0.0) * if last { 1.0 } else { rng.f64() * 2.0 };
            let now = now.round();
            owed -= now;
            now as u64
        }))
    }

    pub(super) fn even(events: u64, rng: &mut fastrand::Rng) -> Self {
        Self::drawn(events, rng, |_| 1.0)
    }

    /// Nine tenths of the events in one hour.
    pub(super) fn one_hour(events: u64, rng: &mut fastrand::Rng) -> Self {
        let busy = rng.usize(0..HOURS);
        let all = HOURS as f64 - 1.0;
        Self::drawn(events, rng, |hour| if hour == busy { 9.0 * all } else { 1.0 })
    }

    /// Office hours of working days hold twenty times what the others do.
    pub(super) fn working_days(events: u64, rng: &mut fastrand::Rng) -> Self {
        Self::drawn(events, rng, |hour| {
            let busy = (hour / 24) % 7 < 5 && (8..18).contains(&(hour % 24));
            if busy { 20.0 } else { 1.0 }
        })
    }

    pub(super) fn events(&self) -> u64 {
        self.before.last().copied().unwrap()
    }

    /// Events up to and with a second.
    fn through(&self, second: Second) -> u64 {
        if second < 0 {
            return 0;
        }
        let hour = (second / HOUR) as usize;
        if hour >= HOURS {
            return self.events();
        }
        let (before, after) = (self.before[hour], self.before[hour + 1]);
        before + (((second % HOUR + 1) as u64) * (after - before)).div_ceil(HOUR as u64)
    }

    /// The second of an event, counted from the oldest.
    fn second(&self, event: u64) -> Second {
        let hour = self.before.partition_point(|before| *before <= event) - 1;
        let (before, after) = (self.before[hour], self.before[hour + 1]);
        hour as Second * HOUR + ((event - before) * HOUR as u64 / (after - before)) as Second
    }

    /// The first day holds half of the events.
    pub(super) fn dense_at_the_edge(events: u64, rng: &mut fastrand::Rng) -> Self {
        Self::drawn(events, rng, |hour| if hour < 24 { DAYS as f64 - 1.0 } else { 1.0 })
    }

    /// Events within a window.
    pub(super) fn within(&self, window: Window) -> u64 {
        self.through(window.end()) - self.through(window.start() - 1)
    }

    /// The page that answers a call when what is older than `kept` is gone.
    pub(super) fn page(&self, call: &Call, kept: Second) -> PageFacts {
        let newest = self.through(call.end);
        let oldest = self.through(call.start.unwrap_or(0).max(kept) - 1);
        let read = call.token.as_ref().map_or(0, |token| token.parse::<u64>().unwrap());
        let first = newest - read;
        let last = first.saturating_sub(PAGE).max(oldest).min(first);
        let token = (last > oldest).then(|| (newest - last).to_string());
        let second = (last < first).then(|| self.second(last));
        PageFacts { oldest: second, events: (first - last) as usize, token }
    }
}
