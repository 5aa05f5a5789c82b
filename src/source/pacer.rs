//! When a region's next call may be made.
//!
//! The quota belongs to the account, so others may use part of it: a throttle makes the pace slower
//! at once, and calls that are accepted bring it back little by little. [`Pace`] decides without a
//! clock; [`Pacer`] waits.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::limits::{
    CALLS_PER_SECOND, PACE_AFTER_THROTTLE, PACE_GAIN_PER_CALL, SLOWEST_CALLS_PER_SECOND,
};

/// Calls a second, as they are allowed at the moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace(f64);

impl Default for Pace {
    fn default() -> Self {
        Self(CALLS_PER_SECOND)
    }
}

impl Pace {
    /// A call was throttled.
    pub fn throttled(&mut self) {
        self.0 = (self.0 * PACE_AFTER_THROTTLE).max(SLOWEST_CALLS_PER_SECOND);
    }

    /// A call was accepted.
    pub fn accepted(&mut self) {
        self.0 = (self.0 + PACE_GAIN_PER_CALL).min(CALLS_PER_SECOND);
    }

    /// Time between two calls.
    pub fn interval(self) -> Duration {
        Duration::from_secs_f64(1.0 / self.0)
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

    /// A call is made now. A call that came a little late does not delay the ones after it, but
    /// time that was idle is not saved up for a burst.
    pub fn called(&mut self) {
        let interval = self.pace.interval();
        self.next = (self.next + interval).max(Instant::now() + interval / 2);
    }

    /// AWS throttled a call.
    pub fn throttled(&mut self) {
        self.pace.throttled();
        self.next = self.next.max(Instant::now() + self.pace.interval());
    }

    /// AWS accepted a call.
    pub fn accepted(&mut self) {
        self.pace.accepted();
    }
}

#[cfg(test)]
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
            pacer.accepted();
        }
        let seconds = start.elapsed().as_secs_f64();
        assert!((9.0..9.6).contains(&seconds), "20 calls in {seconds} s");
    }

    #[test]
    fn the_pace_gives_way_and_comes_back() {
        let mut pace = Pace::default();
        (0..100).for_each(|_| pace.throttled());
        assert_eq!(pace, Pace(SLOWEST_CALLS_PER_SECOND));
        (0..1_000).for_each(|_| pace.accepted());
        assert_eq!(pace, Pace(CALLS_PER_SECOND));
    }
}
