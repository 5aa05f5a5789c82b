//! The request quota of one region, as a token bucket.
//!
//! Pure over [`Instant`]: the caller says what time it is. It neither waits nor answers; whether a
//! refused call becomes a `ThrottlingException` is the service's business.

use std::time::Instant;

use crate::limits::{DEMO_QUOTA_BURST, DEMO_QUOTA_PER_SECOND};

/// How many calls a region admits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// Calls a second.
    pub per_second: f64,
    /// Calls at once after a pause.
    pub burst: u32,
}

impl Default for Quota {
    fn default() -> Self {
        Self { per_second: DEMO_QUOTA_PER_SECOND, burst: DEMO_QUOTA_BURST }
    }
}

impl Quota {
    /// No limit that a test could reach.
    pub const UNLIMITED: Self = Self { per_second: 1e9, burst: u32::MAX };
}

/// What is left of a quota.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    quota: Quota,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn new(quota: Quota, now: Instant) -> Self {
        Self { quota, tokens: f64::from(quota.burst), filled: now }
    }

    /// Takes one call's worth; false when there is none. A refused call costs nothing.
    ///
    /// `elsewhere` is how many calls a second another caller has taken since the last one.
    pub(super) fn take(&mut self, now: Instant, elsewhere: f64) -> bool {
        let elapsed = now.saturating_duration_since(self.filled).as_secs_f64();
        let refill = (self.quota.per_second - elsewhere).max(0.0);
        let full = f64::from(self.quota.burst);
        self.tokens = (self.tokens + elapsed * refill).min(full);
        self.filled = self.filled.max(now);
        // A client that keeps exactly to the rate must not fail by a rounding error.
        let admitted = self.tokens >= 1.0 - 1e-6;
        if admitted {
            self.tokens = (self.tokens - 1.0).max(0.0);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn admitted(quota: Quota, calls_at_ms: &[u64]) -> Vec<bool> {
        admitted_beside(0.0, quota, calls_at_ms)
    }

    fn admitted_beside(elsewhere: f64, quota: Quota, calls_at_ms: &[u64]) -> Vec<bool> {
        let start = Instant::now();
        let mut bucket = Bucket::new(quota, start);
        let at = |ms: &u64| start + Duration::from_millis(*ms);
        calls_at_ms.iter().map(|ms| bucket.take(at(ms), elsewhere)).collect()
    }

    #[test]
    fn another_caller_leaves_the_rest() {
        let calls: Vec<u64> = (0..10_000).map(|n| n * 10).collect();
        for (elsewhere, least, most) in [(0.7, 129, 132), (1.5, 49, 52), (2.0, 2, 2), (9.0, 2, 2)] {
            let admitted = admitted_beside(elsewhere, Quota::default(), &calls);
            let count = admitted.into_iter().filter(|ok| *ok).count();
            assert!((least..=most).contains(&count), "{count} calls beside {elsewhere}/s");
        }
    }

    #[test]
    fn admits_the_burst_and_then_the_rate() {
        let cases: [(&str, &[u64], &[bool]); 5] = [
            ("burst at once", &[0, 0, 0], &[true, true, false]),
            ("half a second is one call", &[0, 0, 500, 500], &[true, true, true, false]),
            ("too soon", &[0, 0, 499], &[true, true, false]),
            ("a pause gives no more than the burst", &[60_000; 3], &[true, true, false]),
            ("exactly the rate", &[0, 500, 1000, 1500, 2000, 2500], &[true; 6]),
        ];
        for (name, calls, expected) in cases {
            assert_eq!(admitted(Quota::default(), calls), expected, "{name}");
        }
    }

    #[test]
    fn a_refused_call_costs_nothing() {
        let calls = [0, 0, 100, 200, 300, 400, 500];
        let expected = [true, true, false, false, false, false, true];
        assert_eq!(admitted(Quota::default(), &calls), expected);
    }

    #[test]
    fn admits_the_rate_over_a_long_time() {
        let calls: Vec<u64> = (0..10_000).map(|n| n * 10).collect();
        let count = admitted(Quota::default(), &calls).into_iter().filter(|ok| *ok).count();
        assert!((199..=202).contains(&count), "{count} calls in 100 s");
    }

    #[test]
    fn time_that_runs_backwards_is_no_refill() {
        assert_eq!(admitted(Quota::default(), &[1000, 1000, 0, 1000]), [true, true, false, false]);
    }
}
