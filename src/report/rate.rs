//! How fast things go, and how long they will take at that. Pure: time is told.

use std::{collections::VecDeque, time::Duration};

use crate::limits::{CALLS_PER_SECOND, RATE_AFTER, RATE_OVER};

/// How far something was at some time after the beginning.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample {
    /// Time since the beginning.
    pub at: Duration,
    /// Events read by then.
    pub events: u64,
    /// Calls by then that gave a page.
    pub pages: u64,
}

/// The rates of the last minute.
#[derive(Debug)]
pub struct Rate {
    /// Oldest first; never empty.
    samples: VecDeque<Sample>,
}

impl Default for Rate {
    fn default() -> Self {
        Self { samples: [Sample::default()].into() }
    }
}

impl Rate {
    /// Notes how far it is now.
    pub fn note(&mut self, sample: Sample) {
        self.samples.push_back(sample);
        let old = |oldest: &Sample| sample.at.saturating_sub(oldest.at) > RATE_OVER;
        while self.samples.front().is_some_and(old) {
            self.samples.pop_front();
        }
    }

    /// Events a second.
    pub fn events(&self) -> f64 {
        self.of(|sample| sample.events)
    }

    /// Pages a second that AWS can be expected to give: the quota, or what it has lately given
    /// where that is less.
    pub fn pages(&self) -> f64 {
        let measured = self.samples.back().is_some_and(|last| last.at >= RATE_AFTER);
        if measured {
            self.of(|sample| sample.pages).min(CALLS_PER_SECOND)
        } else {
            CALLS_PER_SECOND
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    fn of(&self, number: impl Fn(&Sample) -> u64) -> f64 {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else {
            return 0.0;
        };
        let seconds = last.at.saturating_sub(first.at).as_secs_f64();
        if seconds > 0.0 { (number(last) - number(first)) as f64 / seconds } else { 0.0 }
    }
}

/// How long so many pages take at so many a second; nothing where that cannot be said.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn time_left(pages_left: Option<u64>, pages_per_second: f64) -> Option<Duration> {
    let seconds = pages_left? as f64 / pages_per_second;
    Duration::try_from_secs_f64(seconds).ok()
}

/// How long a run takes whose active regions take so long: as long as the slowest of them. Nothing
/// while that is unknown of one of them.
pub fn time_left_of_all(regions: impl IntoIterator<Item = Option<Duration>>) -> Option<Duration> {
    let known: Option<Vec<_>> = regions.into_iter().collect();
    known?.into_iter().max()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn time_left_is_pages_by_pace() {
        let table = [
            (None, 2.0, None),
            (Some(1), 2.0, Some(Duration::from_millis(500))),
            (Some(380), 2.0, Some(seconds(190))),
            (Some(380), 0.5, Some(seconds(760))),
            (Some(380), 0.0, None),
        ];
        for (pages, pace, expected) in table {
            assert_eq!(time_left(pages, pace), expected, "{pages:?} pages at {pace}/s");
        }
    }

    #[test]
    fn a_run_takes_as_long_as_its_slowest_region() {
        let (one, two) = (Some(seconds(1)), Some(seconds(2)));
        let table = [
            (vec![], None),
            (vec![one], one),
            (vec![one, two, one], two),
            (vec![one, None, two], None),
        ];
        for (regions, expected) in table {
            assert_eq!(time_left_of_all(regions.clone()), expected, "{regions:?}");
        }
    }

    #[test]
    fn the_pace_is_the_quota_or_what_was_measured_lately_if_that_is_slower() {
        // Pages had after so many seconds, and what is expected after the last of them.
        let quota = CALLS_PER_SECOND;
        let table = [
            ("nothing yet", vec![], quota),
            ("too early to tell", vec![(9, 1)], quota),
            ("throttled", vec![(10, 5)], 0.5),
            ("faster than the quota", vec![(10, 40)], quota),
            ("slow for a minute", vec![(100, 200), (160, 230)], 0.5),
            ("silent for a minute", vec![(100, 200), (160, 200)], 0.0),
        ];
        for (name, samples, expected) in table {
            let mut rate = Rate::default();
            for (at, pages) in samples {
                rate.note(Sample { at: seconds(at), events: 0, pages });
            }
            assert!((rate.pages() - expected).abs() < 1e-9, "{name}: {}", rate.pages());
        }
    }

    #[test]
    fn events_are_counted_over_the_last_minute() {
        let mut rate = Rate::default();
        rate.note(Sample { at: seconds(10), events: 1_000, pages: 0 });
        assert!((rate.events() - 100.0).abs() < 1e-9);
        rate.note(Sample { at: seconds(70), events: 1_600, pages: 0 });
        assert!((rate.events() - 10.0).abs() < 1e-9);
    }
}
