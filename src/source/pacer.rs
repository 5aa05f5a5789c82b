//! When a region's next call may be made.
//!
//! The quota belongs to the account, so others may use part of it. [`Pace`] decides how many calls a
//! second are right; it is told the time and has no clock. [`Pacer`] waits.
//!
//! The pace follows CUBIC (RFC 9438): a throttle makes it slower at once; then it comes back to what
//! others seem to leave, stays near that for a while, and goes beyond. So it seldom runs into them.
//! Two kinds of throttles are no sign of others: a single one at full pace, which jitter brings about,
//! and those of calls made before the pace was last changed.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::limits::{
    CALLS_PER_SECOND, PACE_AFTER_THROTTLE, PACE_CATCH_UP, PACE_CUBIC, PACE_LEFT_BY_A_NEWCOMER,
    PACE_LEFT_BY_OTHERS, SLOWEST_CALLS_PER_SECOND, THROTTLE_DOUBT,
};

/// Calls a second, as they are right at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    /// When a throttle last counted.
    throttled: Option<Instant>,
    /// The pace to come back to after a slower one; none for the whole quota.
    before: Option<f64>,
}

impl Pace {
    /// A call that was made at `called` is throttled now.
    pub fn throttled(&mut self, called: Instant, now: Instant) {
        if self.throttled.is_some_and(|last| called < last) {
            return;
        }
        let pace = self.calls_per_second(now);
        let doubtful = self.throttled.is_none_or(|last| now >= last + THROTTLE_DOUBT);
        let slower = pace < CALLS_PER_SECOND;
        if slower || !doubtful {
            let left = if slower { PACE_LEFT_BY_OTHERS } else { PACE_LEFT_BY_A_NEWCOMER };
            let before = pace * left;
            self.before = Some(before.max(SLOWEST_CALLS_PER_SECOND));
        } else {
            self.before = None;
        }
        self.throttled = Some(now);
    }

    /// Calls a second.
    pub fn calls_per_second(self, now: Instant) -> f64 {
        let (Some(last), Some(before)) = (self.throttled, self.before) else {
            return CALLS_PER_SECOND;
        };
        let seconds = now.saturating_duration_since(last).as_secs_f64();
        let back = (before * (1.0 - PACE_AFTER_THROTTLE) / PACE_CUBIC).cbrt();
        let pace = before + PACE_CUBIC * (seconds - back).powi(3);
        pace.clamp(SLOWEST_CALLS_PER_SECOND, CALLS_PER_SECOND)
    }

    /// Time between two calls.
    pub fn interval(self, now: Instant) -> Duration {
        Duration::from_secs_f64(1.0 / self.calls_per_second(now))
    }
}

/// Paces the calls of one region.
#[derive(Debug)]
pub struct Pacer {
    pace: Pace,
    next: Instant,
}

impl Default for Pacer {
    fn default() -> Self {
        Self { pace: Pace::default(), next: Instant::now() }
    }
}

impl Pacer {
    /// Waits until a call may be made. Dropping it and waiting again loses nothing.
    pub async fn ready(&self) {
        sleep_until(self.next).await;
    }

    /// A call is made now; says when that is. A call that came a little late does not delay the
    /// ones after it, but time that was idle is not saved up for a burst.
    pub fn called(&mut self) -> Instant {
        let now = Instant::now();
        let interval = self.pace.interval(now);
        self.next = (self.next + interval).max(now + interval.mul_f64(1.0 - PACE_CATCH_UP));
        now
    }

    /// AWS throttled the call that was made then. The next one waits until there is quota again.
    pub fn throttled(&mut self, called: Instant) {
        let now = Instant::now();
        self.pace.throttled(called, now);
        self.next = self.next.max(now + self.pace.interval(now));
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the pace is clamped to these very values")]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_keep_the_quota_and_no_burst_is_saved_up() {
        let mut pacer = Pacer::default();
        tokio::time::sleep(Duration::from_mins(1)).await;
        let start = Instant::now();
        for _ in 0..20 {
            pacer.ready().await;
            pacer.called();
        }
        let seconds = start.elapsed().as_secs_f64();
        assert!((9.25..9.5).contains(&seconds), "20 calls in {seconds} s");
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_come_late_never_outrun_the_quota() {
        let mut pacer = Pacer::default();
        let mut calls = Vec::new();
        for late in [0, 900, 30, 0, 700, 100, 0, 0, 2_000, 0, 60, 0] {
            pacer.ready().await;
            tokio::time::sleep(Duration::from_millis(late)).await;
            calls.push(pacer.called());
        }
        for (first, one) in calls.iter().enumerate() {
            let mut count = 0.0;
            for other in calls.iter().skip(first + 1) {
                count += 1.0;
                let quota = (*other - *one).as_secs_f64() * CALLS_PER_SECOND;
                assert!(count <= quota + PACE_CATCH_UP + 1e-6, "{count} in {quota}");
            }
        }
    }

    #[tokio::test]
    async fn one_throttle_is_jitter_and_a_second_one_somebody_else() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let (once, twice) = (0.5 * 0.7, 0.5 * 0.7 * 0.8 * 0.7);
        let cases = [
            ("one", vec![(1, 2)], 1.0),
            ("two of one moment", vec![(1, 2), (1, 3)], 1.0),
            ("two one after the other", vec![(1, 2), (3, 4)], once),
            ("two far apart", vec![(1, 2), (40, 41)], 1.0),
            ("slower already", vec![(1, 2), (3, 4), (4, 4)], twice),
        ];
        for (name, throttles, share) in cases {
            let mut pace = Pace::default();
            for (called, now) in &throttles {
                pace.throttled(at(*called), at(*now));
            }
            let now = at(throttles.last().unwrap().1);
            let reached = pace.calls_per_second(now) / CALLS_PER_SECOND;
            assert!((reached - share).abs() < 0.01, "{name}: {reached}");
        }
    }

    #[tokio::test]
    async fn the_pace_comes_back_within_a_minute() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut pace = Pace { throttled: Some(start), before: Some(CALLS_PER_SECOND / 2.0) };
        assert_eq!(pace.calls_per_second(at(60)), CALLS_PER_SECOND);
        for second in 0..100 {
            pace.throttled(at(second), at(second));
        }
        assert_eq!(pace.calls_per_second(at(99)), SLOWEST_CALLS_PER_SECOND);
        assert_eq!(pace.calls_per_second(at(99 + 60)), CALLS_PER_SECOND);
    }
}
