//! A region as its reader calls it: a quota, a latency, perhaps another caller, and a history.

use std::sync::{Arc, Mutex};

use tokio::time::{Duration, Instant, sleep};
use trailhaul::{
    limits::CALLS_PER_SECOND,
    source::{
        lookup::{Answer, LookupEvents},
        planner::Call,
        refusal::Refusal,
    },
    window::Second,
};

use super::history::History;

/// What a call takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Latency {
    /// Within a quarter of so many seconds.
    About(f64),
    /// Four seconds on average, exponential, thirty at most.
    Slow,
}

impl Latency {
    fn draw(self, rng: &mut fastrand::Rng) -> Duration {
        Duration::from_secs_f64(match self {
            Self::About(seconds) => seconds * (0.75 + rng.f64() / 2.0),
            Self::Slow => (-4.0 * (1.0 - rng.f64()).ln()).min(30.0),
        })
    }
}

/// One call, in seconds since the region's first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    pub(super) at: f64,
    pub(super) accepted: bool,
}

/// A region: its history, and the quota that it shares with another caller.
pub(super) struct Region {
    pub(super) history: History,
    latency: Latency,
    /// Calls a second of another caller, and from when to when in seconds.
    pub(super) other: Option<(f64, std::ops::Range<f64>)>,
    /// Seconds that the first call takes, where it takes longer than the others.
    pub(super) first: Option<f64>,
    /// Whether the oldest events leave the ninety days, a second of them each second.
    pub(super) ages: bool,
    /// What the second and the third admitted call come to in place of a page.
    pub(super) refusal: Option<Refusal>,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    rng: fastrand::Rng,
    begun: Instant,
    tokens: f64,
    filled: f64,
    accepted: u64,
    pub(super) made: Vec<Made>,
}

impl Region {
    pub(super) fn new(history: History, latency: Latency, seed: u64) -> Self {
        let state = State {
            rng: fastrand::Rng::with_seed(seed),
            begun: Instant::now(),
            tokens: 2.0,
            filled: 0.0,
            accepted: 0,
            made: Vec::new(),
        };
        let state = Mutex::new(state);
        Self { history, latency, other: None, first: None, ages: false, refusal: None, state }
    }

    /// The oldest second that is still kept.
    pub(super) fn oldest(&self) -> Second {
        let elapsed = self.state.lock().unwrap().begun.elapsed().as_secs();
        if self.ages { elapsed as Second } else { 0 }
    }

    /// Whether the quota admits a call now, and how long it takes.
    fn admit(&self) -> (bool, Duration) {
        let mut state = self.state.lock().unwrap();
        let now = state.begun.elapsed().as_secs_f64();
        let beside = self
            .other
            .as_ref()
            .filter(|(_, time)| time.contains(&now))
            .map_or(0.0, |(rate, _)| *rate);
        let refill = (now - state.filled) * (CALLS_PER_SECOND - beside);
        state.tokens = (state.tokens + refill).min(2.0);
        state.filled = now;
        let accepted = state.tokens >= 1.0 - 1e-6;
        if accepted {
            state.accepted += 1;
            state.tokens -= 1.0;
        }
        state.made.push(Made { at: now, accepted });
        let time = match self.first {
            _ if !accepted => Duration::ZERO,
            Some(first) if state.made.len() == 1 => Duration::from_secs_f64(first),
            _ => self.latency.draw(&mut state.rng),
        };
        (accepted, time)
    }
}

/// A region as its reader calls it.
pub(super) struct Paper(pub(super) Arc<Region>);

impl LookupEvents for Paper {
    async fn lookup(&self, call: &Call) -> Result<Answer, Refusal> {
        let (accepted, time) = self.0.admit();
        sleep(time).await;
        if !accepted {
            return Err(Refusal::Throttled);
        }
        let number = self.0.state.lock().unwrap().accepted;
        if let Some(refusal) = self.0.refusal.as_ref().filter(|_| matches!(number, 2 | 3)) {
            return Err(refusal.clone());
        }
        Ok(Answer { facts: self.0.history.page(call, self.0.oldest()), items: Vec::new() })
    }
}
