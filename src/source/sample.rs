//! Whether a region can be read, and about how much is in it, by a few calls.
//!
//! One page tells whether the region answers, and all of it where it holds no more. Else one page from
//! each of a few windows tells how dense events lie there. The calls keep to the region's quota as those
//! of a run do, so what AWS throttles shows that somebody else uses it. Nothing is kept of the events.

use std::time::Duration;

use super::{
    guess::Guess,
    lookup::LookupEvents,
    pacer::Pacer,
    planner::{Call, PageFacts},
    reader::End,
    refusal::Refusal,
};
use crate::{
    limits::{AWS_RETRY_FIRST, CHECK_THROTTLES, CHECK_TRIES, CHECK_WINDOWS},
    window::{Second, Window},
};

/// What a few calls showed of a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Calls that were made.
    pub calls: u64,
    /// Those of them that AWS throttled.
    pub throttled: u64,
    /// What is in it, or why it cannot be read.
    pub found: Result<Found, End>,
}

/// How much a region holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Events.
    pub events: f64,
    /// Whether they were counted, and not estimated.
    pub is_counted: bool,
}

/// Looks into a region. What is wanted from the horizon (the oldest second that AWS keeps) or before is
/// asked for without a start, which AWS may hold to be too old.
pub async fn sample<C: LookupEvents>(client: &C, wanted: Window, horizon: Second) -> Sample {
    let mut asker = Asker { client, pacer: Pacer::default(), horizon, calls: 0, throttled: 0 };
    let found = asker.look(wanted).await;
    Sample { calls: asker.calls, throttled: asker.throttled, found }
}

struct Asker<'a, C> {
    client: &'a C,
    pacer: Pacer,
    horizon: Second,
    calls: u64,
    throttled: u64,
}

impl<C: LookupEvents> Asker<'_, C> {
    async fn look(&mut self, wanted: Window) -> Result<Found, End> {
        let first = self.ask(wanted).await?;
        let mut guess = Guess::default();
        let newest = events(&first, wanted, &mut guess);
        if first.token.is_none() {
            return Ok(Found { events: newest, is_counted: true });
        }
        let mut all = 0.0;
        for (part, window) in windows(wanted) {
            let page = self.ask(window).await?;
            all += events(&page, window, &mut guess) * times(part, window);
        }
        Ok(Found { events: all, is_counted: false })
    }

    /// The newest page of a window, when AWS gives one.
    async fn ask(&mut self, window: Window) -> Result<PageFacts, End> {
        let call = Call::first(window, window.start() <= self.horizon);
        let (mut throttled, mut faults) = (0, 0);
        loop {
            self.pacer.ready().await;
            let called = self.pacer.called();
            self.calls += 1;
            let reason = match self.client.lookup(&call).await {
                Ok(answer) => return Ok(answer.facts),
                Err(Refusal::Throttled) => {
                    self.throttled += 1;
                    self.pacer.throttled(called);
                    throttled += 1;
                    if throttled == CHECK_THROTTLES {
                        return Err(End::Failed(format!(
                            "AWS throttled {throttled} calls in a row, so somebody else uses all of its quota; stop that or wait for its end"
                        )));
                    }
                    continue;
                }
                Err(Refusal::Passing(reason) | Refusal::Unreadable(reason)) => reason,
                Err(refusal) => return Err(end(refusal)),
            };
            faults += 1;
            if faults == CHECK_TRIES {
                return Err(End::Failed(reason));
            }
            tokio::time::sleep(delay(faults)).await;
        }
    }
}

fn delay(faults: u32) -> Duration {
    AWS_RETRY_FIRST.saturating_mul(2_u32.saturating_pow(faults.saturating_sub(1)))
}

/// What a refusal that no repetition changes means for the region.
fn end(refusal: Refusal) -> End {
    match refusal {
        Refusal::Expired(reason) => End::Expired(reason),
        Refusal::Unknown(reason) => End::NotEnabled(reason),
        Refusal::Denied(reason) => End::Denied(reason),
        Refusal::Refused(reason) | Refusal::Passing(reason) | Refusal::Unreadable(reason) => {
            End::Failed(reason)
        }
        Refusal::Throttled | Refusal::TokenRefused | Refusal::TimeRange => {
            End::Failed("AWS does not take the window that was asked for".to_owned())
        }
    }
}

/// The parts of a time that stand for all of it, the newest first, and of each the window to look into:
/// from its start to a second in its newer half, which lies elsewhere in each.
fn windows(wanted: Window) -> Vec<(Window, Window)> {
    let seconds = wanted.end() - wanted.start() + 1;
    let parts = CHECK_WINDOWS.min(seconds);
    let bound = |part: i64| wanted.start() + seconds * part / parts;
    let part = |number: i64| {
        let part = Window::new(bound(number), bound(number + 1) - 1)?;
        let half = (part.end() - part.start()) / 2;
        // By the golden ratio, the fractions of a sequence lie as evenly as can be.
        let back = half * (number * 618 % 1000) / 1000;
        Some((part, Window::new(part.start(), part.end() - back)?))
    };
    (0..parts).rev().filter_map(part).collect()
}

/// Events in a window of which the newest page is this. A part that is far denser than what was seen before
/// is taken for a burst, as a run's planner does, and believed near itself alone.
#[expect(clippy::cast_precision_loss, reason = "a page has fifty events at most")]
fn events(page: &PageFacts, window: Window, guess: &mut Guess) -> f64 {
    let oldest = page.oldest.filter(|_| page.token.is_some()).unwrap_or(window.start());
    guess.page(page.events, window.end(), oldest.clamp(window.start(), window.end()));
    if page.token.is_none() {
        return page.events as f64;
    }
    guess.events(window.end(), window.end() - window.start() + 1)
}

/// How often a window goes into the part of the time that it stands for.
#[expect(clippy::cast_precision_loss, reason = "seconds of ninety days")]
fn times(part: Window, window: Window) -> f64 {
    part.seconds() as f64 / window.seconds() as f64
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::source::lookup::Answer;

    const NOW: Second = 1_800_000_000;
    const DAYS: Second = 90 * 86_400;

    /// A region with events at these seconds, ascending; some calls are refused.
    struct Region {
        seconds: Vec<Second>,
        refusals: Mutex<Vec<Refusal>>,
        starts: Mutex<Vec<Option<Second>>>,
    }

    impl Region {
        fn new(seconds: impl IntoIterator<Item = Second>, refusals: Vec<Refusal>) -> Self {
            let mut seconds: Vec<_> = seconds.into_iter().collect();
            seconds.sort_unstable();
            Self { seconds, refusals: Mutex::new(refusals), starts: Mutex::default() }
        }
    }

    impl LookupEvents for Region {
        async fn lookup(&self, call: &Call) -> Result<Answer, Refusal> {
            self.starts.lock().unwrap().push(call.start);
            if let Some(refusal) = self.refusals.lock().unwrap().pop() {
                return Err(refusal);
            }
            let from = call.start.unwrap_or(Second::MIN);
            let within = self.seconds.partition_point(|second| *second < from)
                ..self.seconds.partition_point(|second| *second <= call.end);
            let all = &self.seconds[within];
            let page: Vec<_> = all.iter().rev().take(50).copied().collect();
            let token = (all.len() > page.len()).then(|| "more".to_owned());
            let facts = PageFacts { oldest: page.last().copied(), events: page.len(), token };
            Ok(Answer { facts, items: Vec::new() })
        }
    }

    async fn look(region: &Region) -> Sample {
        let wanted = Window::new(NOW - DAYS, NOW).unwrap();
        sample(region, wanted, NOW - DAYS).await
    }

    fn every(step: Second) -> impl Iterator<Item = Second> {
        (0..DAYS / step).map(move |number| NOW - number * step)
    }

    #[tokio::test(start_paused = true)]
    async fn what_fits_on_a_page_is_counted_by_one_call() {
        for (count, step) in [(0, 1), (1, 1), (50, 100_000)] {
            let region = Region::new((0..count).map(|number| NOW - number * step), Vec::new());
            let found = Found { events: count as f64, is_counted: true };
            assert_eq!(look(&region).await, Sample { calls: 1, throttled: 0, found: Ok(found) });
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_estimate_is_near_the_truth() {
        let busy_by_day = |second: &Second| (8..18).contains(&(second.rem_euclid(86_400) / 3_600));
        let cases: [(&str, Vec<Second>, f64); 5] = [
            ("one in two minutes", every(120).collect(), 1.05),
            ("one in three hours", every(10_800).collect(), 1.05),
            ("ten in a second", every(600).flat_map(|second| [second; 10]).collect(), 1.3),
            ("by day alone", every(600).filter(busy_by_day).collect(), 2.0),
            ("with a burst", every(600).chain([NOW - DAYS / 2; 500]).collect(), 1.5),
        ];
        for (name, seconds, factor) in cases {
            let truth = seconds.len() as f64;
            let sample = look(&Region::new(seconds, Vec::new())).await;
            let found = sample.found.unwrap();
            let off = (found.events / truth).max(truth / found.events);
            assert!(off <= factor && !found.is_counted, "{name}: {} of {truth}", found.events);
            assert_eq!(sample.calls, 9, "{name}");
        }
    }

    /// The density of one moment is not that of days.
    #[tokio::test(start_paused = true)]
    async fn a_burst_is_believed_near_it_alone() {
        let newest = windows(Window::new(NOW - DAYS, NOW).unwrap())[3].1.end();
        let seconds: Vec<_> = every(600).chain([newest; 500]).collect();
        let truth = seconds.len() as f64;
        let found = look(&Region::new(seconds, Vec::new())).await.found.unwrap();
        assert!((truth / 2.0..truth * 2.0).contains(&found.events), "{} of {truth}", found.events);
    }

    #[test]
    fn the_parts_tile_the_time_and_each_window_lies_in_its_part() {
        for seconds in [1, 2, 7, 8, 9, 1_000, DAYS] {
            let wanted = Window::new(NOW - seconds + 1, NOW).unwrap();
            let parts = windows(wanted);
            assert_eq!(parts.iter().map(|(part, _)| part.seconds()).sum::<u64>(), wanted.seconds());
            assert!(parts.windows(2).all(|two| two[1].0.end() + 1 == two[0].0.start()));
            for (part, window) in parts {
                assert_eq!(part.intersection(window), Some(window));
                assert!(window.seconds() * 2 >= part.seconds() && window.start() == part.start());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_window_is_asked_for_without_a_start() {
        let region = Region::new(every(120), Vec::new());
        look(&region).await;
        let starts = region.starts.lock().unwrap().clone();
        assert_eq!((starts.first(), starts.last()), (Some(&None), Some(&None)));
        assert!(starts[1..8].iter().all(Option::is_some), "{starts:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_asked_again_and_what_does_not_is_told() {
        let passing = || Refusal::Passing("p".into());
        let denied = Refusal::Denied("d".into());
        let cases = [
            (vec![Refusal::Throttled, passing(), passing()], 4, 1, None),
            (vec![passing(); 3], 3, 0, Some(End::Failed("p".into()))),
            (vec![denied], 1, 0, Some(End::Denied("d".into()))),
            (vec![Refusal::Unknown("u".into())], 1, 0, Some(End::NotEnabled("u".into()))),
            (vec![Refusal::Expired("e".into())], 1, 0, Some(End::Expired("e".into()))),
        ];
        for (refusals, calls, throttled, end) in cases {
            let sample = look(&Region::new([NOW], refusals)).await;
            assert_eq!((sample.calls, sample.throttled), (calls, throttled), "{end:?}");
            assert_eq!(sample.found.err(), end);
        }
        let sample = look(&Region::new([NOW], vec![Refusal::Throttled; 9])).await;
        assert!(matches!(sample.found, Err(End::Failed(reason)) if reason.contains("throttled 5")));
    }
}
