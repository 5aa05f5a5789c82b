//! What a run counts, per region, and the progress that can be seen while it goes on.
//!
//! Plain numbers behind atomics: the source and the pipeline add, the report reads. Nothing is
//! decided by them but the balance at the end.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// One thing that is counted. Units are in the names of the variants' docs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// Events read, and what was read in the place of one. Not: events of another chain's seconds
    /// on a page that reached into them, and what a broken run had to leave without a verdict.
    Read,
    /// Events read and left out on request.
    Filtered,
    /// Documents written now.
    Created,
    /// Documents whose id was there before.
    Exists,
    /// Documents and strays in the dead letters.
    Rejected,
    /// Created documents that were taken only after a repair.
    Repaired,
    /// LookupEvents calls made, throttled ones included.
    Calls,
    /// LookupEvents calls that AWS throttled.
    Throttled,
    /// Calls and bulk requests made again after a fault. Not: throttled calls.
    Retried,
    /// Bytes of documents handed to the target, before compression.
    Bytes,
}

impl Counter {
    /// All of them, in the order of the summary.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Filtered,
        Self::Created,
        Self::Exists,
        Self::Rejected,
        Self::Repaired,
        Self::Calls,
        Self::Throttled,
        Self::Retried,
        Self::Bytes,
    ];
}

/// The counters of one region, or of one record file.
#[derive(Debug, Default)]
pub struct Counts {
    numbers: [AtomicU64; Counter::ALL.len()],
    seconds_left: AtomicU64,
    seconds_wanted: AtomicU64,
    pages_left: AtomicU64,
    accepted: AtomicU64,
    first_call: OnceLock<Instant>,
    at_work_micros: AtomicU64,
}

impl Counts {
    /// Adds to a counter.
    pub fn add(&self, counter: Counter, number: u64) {
        if let Some(count) = self.numbers.get(counter as usize) {
            count.fetch_add(number, Ordering::Relaxed);
        }
    }

    /// Takes events back that were read and then had to be left without a verdict: they are read
    /// again by the next run, and count then.
    pub fn unread(&self, events: u64) {
        if let Some(count) = self.numbers.get(Counter::Read as usize) {
            count.fetch_sub(events, Ordering::Relaxed);
        }
    }

    /// Reads a counter.
    pub fn get(&self, counter: Counter) -> u64 {
        self.numbers.get(counter as usize).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    /// Whether every event read ended in exactly one of the counters of an end.
    pub fn balanced(&self) -> bool {
        let ends = [Counter::Created, Counter::Exists, Counter::Rejected, Counter::Filtered];
        self.get(Counter::Read) == ends.into_iter().map(|end| self.get(end)).sum::<u64>()
    }

    /// Says how much of the time line a run has to read.
    pub fn want(&self, seconds: u64) {
        self.seconds_wanted.store(seconds, Ordering::Relaxed);
        self.seconds_left.store(seconds, Ordering::Relaxed);
    }

    /// Says how much of it is left, and about how many pages that will take.
    pub fn left(&self, seconds: u64, pages: u64) {
        self.seconds_left.store(seconds, Ordering::Relaxed);
        self.pages_left.store(pages, Ordering::Relaxed);
    }

    /// About how many pages are left; nothing before AWS has given a first one.
    pub fn pages_left(&self) -> Option<u64> {
        let pages = self.pages_left.load(Ordering::Relaxed);
        (self.accepted() > 0 && pages > 0).then_some(pages)
    }

    /// A LookupEvents call is made.
    pub fn calling(&self) {
        let micros = self.first_call.get_or_init(Instant::now).elapsed().as_micros();
        self.at_work_micros.store(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.add(Counter::Calls, 1);
    }

    /// A LookupEvents call came back, with a page or without.
    pub fn came_back(&self, with_page: bool) {
        self.accepted.fetch_add(with_page.into(), Ordering::Relaxed);
    }

    /// LookupEvents calls that gave a page.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Time from the first LookupEvents call to the last one: after that there is nothing to ask.
    pub fn at_work(&self) -> Duration {
        Duration::from_micros(self.at_work_micros.load(Ordering::Relaxed))
    }

    /// Seconds of the time line read, and seconds to read in all.
    pub fn progress(&self) -> (u64, u64) {
        let wanted = self.seconds_wanted.load(Ordering::Relaxed);
        (wanted.saturating_sub(self.seconds_left.load(Ordering::Relaxed)), wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_balance_names_every_end() {
        let counts = Counts::default();
        counts.add(Counter::Read, 4);
        for end in [Counter::Created, Counter::Exists, Counter::Rejected] {
            counts.add(end, 1);
        }
        assert!(!counts.balanced());
        counts.add(Counter::Filtered, 1);
        assert!(counts.balanced());
    }

    #[test]
    fn what_is_left_is_unknown_until_a_page_came() {
        let counts = Counts::default();
        counts.calling();
        counts.left(90, 1);
        counts.came_back(false);
        assert_eq!((counts.pages_left(), counts.accepted()), (None, 0));
        counts.calling();
        counts.came_back(true);
        counts.left(60, 7);
        assert_eq!((counts.pages_left(), counts.accepted()), (Some(7), 1));
        assert_eq!(counts.get(Counter::Calls), 2);
    }
}
