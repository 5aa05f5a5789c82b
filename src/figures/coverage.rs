//! What a state file says is loaded, and what is missing, of the time that a report is about.

use jiff::Timestamp;

use crate::{
    checkpoint::state::{RegionState, State},
    limits::{HISTORY_DAYS, LAG_SECONDS},
    window::{Second, Window},
};

/// What one state file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The account; none where AWS would not say it.
    pub account: Option<String>,
    /// Which of its events: `all`, or the attribute or category asked for.
    pub selection: String,
    /// When it was saved last.
    pub saved: Option<Timestamp>,
    /// The time that is looked at; none where nothing was ever read.
    pub window: Option<Window>,
    /// Whether a clock was ahead when it was written: what came after the last event counts as missing then.
    pub clock_was_ahead: bool,
    /// Its regions by name.
    pub regions: Vec<RegionCovered>,
}

/// What it says of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionCovered {
    /// The region.
    pub region: String,
    /// The stretches of the window that are loaded, oldest first.
    pub covered: Vec<Window>,
    /// Those that are missing, oldest first.
    pub missing: Vec<Window>,
    /// The newest event that was loaded.
    pub last_event: Option<Timestamp>,
}

impl RegionCovered {
    /// How many seconds are missing.
    pub fn missing_seconds(&self) -> u64 {
        self.missing.iter().map(|window| window.seconds()).fold(0, u64::saturating_add)
    }
}

/// What a state says `now` of the time from `since` to `until`. Without them it is all that AWS still had at
/// the start of the last run, or has now where that was long ago, and before that what is covered.
pub fn covered(
    mut state: State,
    (since, until): (Option<Second>, Option<Second>),
    now: Second,
) -> Covered {
    let forgets = |region: &mut RegionState| region.forget_the_future(now);
    let clock_was_ahead = state.regions.values_mut().map(forgets).fold(false, |any, it| any | it);
    let read_to = state.regions.values().filter_map(read_to).max();
    let read_to = read_to.map(|read_to| looked_at_until(read_to, now));
    let window = read_to.and_then(|read_to| {
        let end = until.map_or(read_to, |until| until.min(read_to));
        let had = end.saturating_sub(HISTORY_DAYS * 86_400);
        let all = state.regions.values().flat_map(|region| region.covered.windows());
        let start = since.unwrap_or_else(|| all.map(|w| w.start()).fold(had, Second::min));
        Window::new(start, end)
    });
    let regions = state.regions.iter().map(|(name, region)| RegionCovered {
        region: name.clone(),
        covered: region
            .covered
            .windows()
            .iter()
            .filter_map(|covered| covered.intersection(window?))
            .collect(),
        missing: window.map(|window| region.covered.gaps(window)).unwrap_or_default(),
        last_event: region.last_event,
    });
    Covered {
        account: state.job.account.clone(),
        selection: state.job.selection.clone(),
        saved: state.saved,
        window,
        clock_was_ahead,
        regions: regions.collect(),
    }
}

/// Up to which second it is asked whether something is missing, where a run has looked up to `read_to`: what
/// came after is the lag of a job that runs, and a gap of one that runs no more.
pub fn looked_at_until(read_to: Second, now: Second) -> Second {
    if now.saturating_sub(read_to) > LAG_SECONDS { now } else { read_to }
}

/// Up to which second a run wanted to read a region, or has.
fn read_to(region: &RegionState) -> Option<Second> {
    let begun = [region.watermark, region.unfinished].into_iter().flatten();
    let covered = region.covered.windows().last().map(|window| window.end());
    begun.map(Timestamp::as_second).chain(covered).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checkpoint::state::Job, window::moment};

    const DAY: Second = 86_400;

    /// A day after the last run.
    const NOW: Second = 101 * DAY;

    fn state() -> State {
        let job = Job {
            account: None,
            target: "http://localhost:9200".into(),
            index: "cloudtrail-%Y.%m".into(),
            selection: "all".into(),
            layout: None,
        };
        let mut state = State::new(job);
        state.saved = Some(moment(100 * DAY + 5));
        let region = state.regions.entry("us-east-1".to_owned()).or_default();
        region.cover(Window::new(10 * DAY, 60 * DAY - 1).unwrap());
        let denied = state.regions.entry("eu-west-1".to_owned()).or_default();
        denied.unfinished = Some(moment(100 * DAY));
        state
    }

    #[test]
    fn what_is_neither_covered_nor_too_old_is_missing() {
        let found = covered(state(), (None, None), NOW);
        assert_eq!(found.window, Window::new(10 * DAY, 100 * DAY));
        let missing: Vec<_> = found.regions.iter().map(RegionCovered::missing_seconds).collect();
        assert_eq!(missing, [90 * 86_400 + 1, 40 * 86_400 + 1]);
        let asked = covered(state(), (Some(20 * DAY), Some(50 * DAY)), NOW);
        assert_eq!(asked.window, Window::new(20 * DAY, 50 * DAY));
        assert_eq!(asked.regions[1].missing, []);
    }

    #[test]
    fn what_a_clock_that_was_ahead_has_covered_is_missing() {
        let mut ahead = state();
        let region = ahead.regions.entry("us-east-1".to_owned()).or_default();
        region.cover(Window::new(60 * DAY, 200 * DAY).unwrap());
        region.last_event = Some(moment(90 * DAY));
        let found = covered(ahead, (None, None), NOW);
        assert_eq!((found.clock_was_ahead, found.window), (true, Window::new(10 * DAY, 100 * DAY)));
        assert_eq!(found.regions[1].missing, [Window::new(90 * DAY + 1, 100 * DAY).unwrap()]);
        assert!(!covered(state(), (None, None), NOW).clock_was_ahead);
    }

    #[test]
    fn the_time_since_the_last_run_is_looked_at_once_it_is_more_than_a_day() {
        let found = covered(state(), (Some(0), Some(200 * DAY)), NOW);
        assert_eq!(found.window, Window::new(0, 100 * DAY));
        assert_eq!(covered(state(), (Some(101 * DAY), None), NOW).window, None);
        let later = 140 * DAY;
        let found = covered(state(), (None, None), later);
        assert_eq!(found.window, Window::new(10 * DAY, later));
        assert_eq!(found.regions[1].missing, [Window::new(60 * DAY, later).unwrap()]);
        let found = covered(state(), (None, Some(120 * DAY)), later);
        assert_eq!(found.window, Window::new(10 * DAY, 120 * DAY));
    }
}
