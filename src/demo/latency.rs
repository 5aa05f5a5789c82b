//! How long an answer takes.

use std::time::Duration;

use fastrand::Rng;

/// How long answers take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latency {
    /// A time between these two, which may be the same.
    Between(Duration, Duration),
    /// Exponential: mostly short, now and then long.
    Exponential {
        /// About the average.
        mean: Duration,
        /// The longest; what is drawn beyond it takes this long.
        most: Duration,
    },
}

impl Default for Latency {
    fn default() -> Self {
        Self::Between(Duration::ZERO, Duration::ZERO)
    }
}

impl Latency {
    /// The time of one answer.
    pub(super) fn draw(self, rng: &mut Rng) -> Duration {
        match self {
            Self::Between(least, most) => least + most.saturating_sub(least).mul_f64(rng.f64()),
            Self::Exponential { mean, most } => mean.mul_f64(-(1.0 - rng.f64()).ln()).min(most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_within_bounds_and_as_long_on_average() {
        let second = Duration::from_secs(1);
        let cases = [
            (Latency::default(), Duration::ZERO, 0.0..0.001),
            (Latency::Between(second, 3 * second), 3 * second, 1.95..2.05),
            (Latency::Exponential { mean: 4 * second, most: 30 * second }, 30 * second, 3.8..4.2),
        ];
        let mut rng = Rng::with_seed(1);
        for (latency, most, average) in cases {
            let times: Vec<_> = (0..10_000).map(|_| latency.draw(&mut rng)).collect();
            assert!(times.iter().all(|time| *time <= most), "{latency:?}");
            let mean = times.iter().sum::<Duration>().as_secs_f64() / 10_000.0;
            assert!(average.contains(&mean), "{latency:?}: {mean} s on average");
        }
    }
}
