//! What is known of one region: what is a gap, and what is lag. Pure.

use jiff::Timestamp;
use serde::Serialize;

use super::{age, oldest};
use crate::{
    checkpoint::state::RegionState,
    figures::coverage::looked_at_until,
    window::{Second, Window},
};

/// What is known of one region.
#[derive(Debug, Serialize)]
pub struct Region {
    /// Its name.
    pub region: String,
    /// When the last run that finished it began: what is older than that by more than the overlap is
    /// final.
    pub last_run: Option<Timestamp>,
    /// When a run began that did not finish it.
    pub unfinished: Option<Timestamp>,
    /// Time of its newest event that is loaded.
    pub last_event: Option<Timestamp>,
    /// Whether it was loaded by a clock that was ahead: as a run does, nothing is taken for loaded then that
    /// came after the last event.
    pub clock_was_ahead: bool,
    /// Seconds since `last_run`.
    pub lag_seconds: Option<u64>,
    /// The part of the 90 days that has no gap, without a lag that is none.
    pub covered_share: f64,
    /// What is loaded, older than the 90 days included.
    pub covered: Vec<Window>,
    /// What of the 90 days is not, oldest first.
    pub gaps: Vec<Window>,
    /// Up to when a run has read it, or wanted to. What came after is the lag, and a gap as others once that
    /// is more than [`crate::limits::LAG_SECONDS`].
    #[serde(skip)]
    pub known_until: Second,
}

impl Region {
    pub(super) fn of(region: String, mut state: RegionState, now: Timestamp) -> Self {
        let clock_was_ahead = state.forget_the_future(now.as_second());
        let RegionState { covered, last_event, watermark, unfinished } = state;
        let horizon = oldest(now);
        let known = covered.windows().last().map(|window| window.end());
        let runs = [watermark, unfinished].into_iter().flatten().map(Timestamp::as_second);
        let known_until =
            runs.chain(known).max().map_or(now.as_second(), |s| s.min(now.as_second()));
        let end = looked_at_until(known_until, now.as_second());
        let all = Window::new(horizon, end);
        let gaps = all.map(|all| covered.gaps(all)).unwrap_or_default();
        let share = all.map_or(0.0, |all| share(covered.seconds_of(all), all.seconds()));
        Self {
            region,
            last_run: watermark,
            unfinished,
            last_event,
            clock_was_ahead,
            lag_seconds: watermark.map(|then| age(then, now)),
            covered_share: share,
            covered: covered.windows().to_vec(),
            gaps,
            known_until,
        }
    }

    /// Whether nothing was ever loaded.
    pub fn is_empty(&self) -> bool {
        self.covered.is_empty()
    }
}

/// A share with three decimals, 1 only where it is all and 0 only where it is nothing.
#[expect(clippy::cast_precision_loss, reason = "three decimals of a share")]
fn share(covered: u64, all: u64) -> f64 {
    match covered * 1_000 / all.max(1) {
        0 if covered > 0 => 0.001,
        thousandths => thousandths as f64 / 1_000.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{DAY, days, now, region},
        *,
    };

    #[test]
    fn what_came_after_the_last_run_is_lag_for_a_day_and_what_it_left_out_a_gap() {
        let hour = 3_600;
        let begun = now().as_second() - hour;
        let to_run = |from: Second| Window::new(from, begun).unwrap();
        let horizon = oldest(now());
        let all = Window::new(horizon, now().as_second()).unwrap();
        let table = [
            ("whole", region(&[to_run(horizon - DAY)], Some(hour), None), vec![], 1.0),
            (
                "begins late",
                region(&[to_run(begun - DAY)], Some(hour), None),
                vec![Window::new(horizon, begun - DAY - 1).unwrap()],
                0.011,
            ),
            (
                "a hole",
                region(&[days(95, 45), to_run(days(43, 0).start())], Some(hour), None),
                vec![Window::new(days(45, 0).start() + 1, days(43, 0).start() - 1).unwrap()],
                0.977,
            ),
            (
                "an old stretch alone",
                region(&[days(95, 10)], Some(hour), None),
                vec![Window::new(days(10, 0).start() + 1, begun).unwrap()],
                0.889,
            ),
            (
                "broken off",
                region(&[to_run(begun - DAY + 1)], None, Some(hour)),
                vec![Window::new(horizon, begun - DAY).unwrap()],
                0.011,
            ),
            ("begun and nothing read", region(&[], None, Some(hour)), vec![to_run(horizon)], 0.0),
            ("nothing known", RegionState::default(), vec![all], 0.0),
            ("yesterday", region(&[days(95, 1)], Some(DAY), None), vec![], 1.0),
            (
                "40 days ago",
                region(&[days(200, 40)], Some(40 * DAY), None),
                vec![Window::new(days(40, 0).start() + 1, now().as_second()).unwrap()],
                0.555,
            ),
            ("long ago", region(&[days(200, 95)], Some(95 * DAY), None), vec![all], 0.0),
        ];
        for (name, state, gaps, share) in table {
            let finished = state.watermark.is_some();
            let region = Region::of("us-east-1".to_owned(), state, now());
            assert_eq!(region.gaps, gaps, "{name}");
            assert!(
                (region.covered_share - share).abs() < 1e-9,
                "{name}: {}",
                region.covered_share
            );
            assert_eq!(region.lag_seconds.is_some(), finished, "{name}");
        }
    }

    #[test]
    fn what_a_clock_that_was_ahead_has_covered_is_not_loaded() {
        let ahead = Window::new(days(95, 0).start(), now().as_second() + 2 * DAY).unwrap();
        let state = |last_event: Option<i64>| RegionState {
            last_event: last_event.map(|ago| crate::window::moment(now().as_second() - ago)),
            ..region(&[ahead], Some(-2 * DAY), None)
        };
        let found = Region::of("a".to_owned(), state(Some(3_600)), now());
        assert_eq!((found.lag_seconds, found.gaps.len()), (Some(3_600), 0));
        let found = Region::of("a".to_owned(), state(Some(3 * DAY)), now());
        assert_eq!(
            (found.lag_seconds, found.gaps),
            (Some(259_200), vec![Window::new(days(3, 0).start() + 1, now().as_second()).unwrap()])
        );
        let found = Region::of("a".to_owned(), state(None), now());
        assert!(found.clock_was_ahead && found.is_empty() && found.last_run.is_none());
        assert!(
            !Region::of("a".to_owned(), region(&[days(95, 0)], Some(0), None), now())
                .clock_was_ahead
        );
    }

    #[test]
    fn a_share_is_all_or_nothing_only_where_it_is() {
        for (covered, all, expected) in
            [(0, 9, 0.0), (1, 90_000, 0.001), (89_999, 90_000, 0.999), (9, 9, 1.0)]
        {
            assert!((share(covered, all) - expected).abs() < 1e-9, "{covered} of {all}");
        }
    }
}
