//! A time in which the target takes nothing: said when it begins, again from time to time while it
//! lasts, and once when it is over.
//!
//! It only tells; how long is waited is decided in [`super::deliver`]. The distance between two words
//! doubles, also where one outage follows the other: neither a cluster that is down for long nor a
//! load balancer with one bad node of three fills a log.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::limits::{OUTAGE_SAID_AGAIN, SINK_PATIENCE};

/// Whether there is an outage now, and since when.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    /// Whether this outage was told.
    is_told: bool,
    /// The last word, and for how long it is to be the last.
    last_word: Option<(Instant, Duration)>,
}

impl Outage {
    /// A request came to nothing, for this reason.
    pub(crate) fn goes_on(&self, reason: &str) {
        let mut state = self.state();
        let now = Instant::now();
        let since = *state.since.get_or_insert(now);
        if !state.may_speak(now) {
            return;
        }
        if state.is_told {
            let seconds = now.saturating_duration_since(since).as_secs();
            tracing::warn!(seconds, reason, "target still does not answer as it should");
        } else {
            tracing::warn!(
                since = %Timestamp::now(),
                patience_minutes = SINK_PATIENCE.as_secs() / 60,
                reason,
                "target does not answer as it should: waiting for it"
            );
        }
        state.is_told = true;
    }

    /// The target has taken something. Gives the time for which it had not.
    pub(crate) fn is_over(&self) -> Duration {
        let mut state = self.state();
        let time = state.lasted();
        if std::mem::take(&mut state.is_told) {
            tracing::warn!(seconds = time.as_secs(), "target answers again");
        }
        state.since = None;
        time
    }

    /// The time of an outage that is not over.
    pub(crate) fn lasts(&self) -> Duration {
        self.state().lasted()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn lasted(&self) -> Duration {
        self.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// Whether the time has come for a word. After a calm as long as the last distance, the
    /// distances begin anew.
    fn may_speak(&mut self, now: Instant) -> bool {
        let distance = match self.last_word {
            None => OUTAGE_SAID_AGAIN,
            Some((at, distance)) => {
                let silence = now.saturating_duration_since(at);
                if silence < distance {
                    return false;
                }
                let doubled = distance.saturating_mul(2);
                if silence < doubled { doubled } else { OUTAGE_SAID_AGAIN }
            }
        };
        self.last_word = Some((now, distance));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds at which something is said, when it is asked at each of these.
    fn words(seconds: impl Iterator<Item = u64>) -> Vec<u64> {
        let (begin, mut state) = (Instant::now(), State::default());
        seconds.filter(|second| state.may_speak(begin + Duration::from_secs(*second))).collect()
    }

    #[test]
    fn the_distance_between_two_words_doubles_until_there_is_calm() {
        assert_eq!(words((0..1800).step_by(15)), [0, 60, 180, 420, 900]);
        assert_eq!(words(0..1800), [0, 60, 180, 420, 900]);
        // The third word is to be the last for four minutes, and twice that was calm.
        let calm = (0..200).chain(180 + 480..900);
        assert_eq!(words(calm), [0, 60, 180, 660, 720, 840]);
    }
}
