//! Runs one after the other, and what each has to read.

use proptest::prelude::*;

use super::*;
use crate::window::moment;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn window(start: i64, end: i64) -> Window {
    Window::new(start, end).unwrap()
}

/// A run that reads all it has to.
fn run(region: &mut RegionState, wanted: Window, now: i64) -> Vec<Window> {
    let todo = region.begin(wanted, now, HOUR);
    for window in &todo {
        region.cover(*window);
    }
    region.finish(wanted, now, HOUR);
    todo
}

#[test]
fn the_second_run_reads_what_is_new_and_the_overlap() {
    let mut region = RegionState::default();
    assert_eq!(run(&mut region, window(0, DAY), DAY), [window(0, DAY)]);
    let later = DAY + 2 * HOUR;
    assert_eq!(run(&mut region, window(0, later), later), [window(DAY - HOUR, later)]);
    assert_eq!(region.watermark, Some(moment(later)));
}

#[test]
fn a_resumed_run_reads_only_what_is_missing() {
    let mut region = RegionState::default();
    region.begin(window(0, DAY), DAY, HOUR);
    region.cover(window(DAY / 2, DAY));
    let soon = DAY + 60;
    assert_eq!(
        region.begin(window(0, soon), soon, HOUR),
        [window(0, DAY / 2 - 1), window(DAY + 1, soon)]
    );
    region.cover(window(0, soon));
    region.finish(window(0, soon), soon, HOUR);
    // The stretch before the first start was read early, so the next run looks back from there.
    assert_eq!(region.watermark, Some(moment(DAY)));
}

#[test]
fn a_run_resumed_after_long_reads_the_early_stretch_again() {
    let mut region = RegionState::default();
    region.begin(window(0, DAY), DAY, HOUR);
    region.cover(window(DAY / 2, DAY));
    let later = 2 * DAY;
    assert_eq!(
        region.begin(window(0, later), later, HOUR),
        [window(0, DAY / 2 - 1), window(DAY - HOUR, later)]
    );
}

/// The clock was a day ahead, and AWS took the signatures all the same.
#[test]
fn coverage_never_runs_ahead_of_the_clock() {
    let mut region = RegionState::default();
    region.saw_event(moment(DAY));
    run(&mut region, window(0, 2 * DAY), 2 * DAY);
    // Half of the day that it was ahead is over, with events that nobody has read.
    let half = DAY + DAY / 2;
    assert_eq!(run(&mut region, window(0, half), half), [window(DAY - HOUR, half)]);
    assert_eq!(region.covered.windows(), [window(0, half)]);
    assert_eq!(region.watermark, Some(moment(half)));
    // Killed while it was ahead.
    region.saw_event(moment(half));
    region.begin(window(0, 3 * DAY), 3 * DAY, HOUR);
    region.cover(window(half, 3 * DAY));
    let todo = run(&mut region, window(0, 2 * DAY), 2 * DAY);
    assert_eq!(todo, [window(half - HOUR, 2 * DAY)]);
    assert_eq!(region.covered.windows(), [window(0, 2 * DAY)]);
}

#[test]
fn a_clock_ahead_of_a_region_without_events_proves_nothing() {
    let mut region = RegionState::default();
    run(&mut region, window(0, 2 * DAY), 2 * DAY);
    assert_eq!(run(&mut region, window(0, DAY), DAY), [window(0, DAY)]);
    assert_eq!(region.watermark, Some(moment(DAY)));
}

#[test]
fn a_run_over_old_days_does_not_move_the_watermark() {
    let mut region = RegionState::default();
    run(&mut region, window(0, DAY), DAY);
    run(&mut region, window(-DAY, -1), 2 * DAY);
    assert_eq!(region.watermark, Some(moment(DAY)));
    assert_eq!(region.covered.windows(), [window(-DAY, DAY)]);
}

/// Up to then events of the last hour may come; who asked for the last minutes alone has not seen them.
#[test]
fn a_short_run_that_breaks_off_does_not_take_the_overlap_away() {
    let mut region = RegionState::default();
    run(&mut region, window(0, DAY), DAY);
    let later = DAY + 3 * HOUR;
    let minutes = window(later - 600, later);
    assert_eq!(region.begin(minutes, later, HOUR), [minutes]);
    for now in [later + 60, later + 2 * HOUR] {
        let todo = region.clone().begin(window(0, now), now, HOUR);
        assert_eq!(todo, [window(DAY - HOUR, now)], "nothing of the short run was read");
    }
}

/// Whose end lies behind the present each time, as with `--until 15m`.
#[test]
fn runs_that_end_before_now_go_on_from_one_another() {
    let mut region = RegionState::default();
    for day in 1..5 {
        let now = day * DAY;
        let todo = run(&mut region, window(0, now - 900), now);
        let start = if day == 1 { 0 } else { now - DAY - HOUR };
        assert_eq!(todo, [window(start, now - 900)]);
    }
}

#[test]
fn a_run_after_long_moves_the_watermark() {
    let mut region = RegionState::default();
    run(&mut region, window(0, DAY), DAY);
    let now = 100 * DAY;
    run(&mut region, window(10 * DAY, now), now);
    assert_eq!(region.watermark, Some(moment(now)));
    let later = now + HOUR;
    assert_eq!(run(&mut region, window(11 * DAY, later), later), [window(now - HOUR, later)]);
}

/// A run of any kind: seconds since the one before, how far it reaches back and up to the present, and
/// which parts of it were read before it broke off; none broke it off.
type AnyRun = (Second, Second, Second, Option<u8>);

fn runs() -> impl Strategy<Value = Vec<AnyRun>> {
    let broken = proptest::option::weighted(0.5, 0..=4_u8);
    proptest::collection::vec((1..60_i64, 0..120_i64, 0..40_i64, broken), 1..12)
}

proptest! {
    /// Whatever the runs, and wherever they broke off: after one more over everything, each second was
    /// read when it was older than the overlap.
    #[test]
    fn every_second_is_read_once_it_is_final(runs in runs()) {
        const OVERLAP: Second = 10;
        let (mut region, mut read_at, mut now) = (RegionState::default(), BTreeMap::new(), 0);
        let last = [(2 * OVERLAP, Second::MAX, 0, None)];
        for (after, back, short, parts) in runs.into_iter().chain(last) {
            now += after;
            let end = (now - short).max(0);
            let wanted = window(end.saturating_sub(back).max(0), end);
            let todo = region.begin(wanted, now, OVERLAP);
            let newest = |window: &Window| {
                let seconds = window.end() - window.start() + 1;
                let read = parts.map_or(seconds, |parts| seconds * Second::from(parts) / 4);
                Window::new(window.end() - read + 1, window.end())
            };
            for window in todo.iter().filter_map(newest) {
                region.cover(window);
                read_at.extend((window.start()..=window.end()).map(|second| (second, now)));
            }
            if parts.is_none() {
                region.finish(wanted, now, OVERLAP);
            }
        }
        for second in 0..now - OVERLAP {
            let read = read_at.get(&second).copied().unwrap_or_default();
            prop_assert!(read >= second + OVERLAP, "second {second} was last read at {read} of {now}");
        }
    }
}
