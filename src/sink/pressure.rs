//! How many bulk requests are under way at once: fewer while the target is under pressure.
//!
//! [`Pace`] is pure and decides; [`Gate`] lets requests through as it says. It neither sends nor
//! repeats, and a request that waits for its repetition takes no place.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::limits::{DELIVERIES_UNDER_WAY, SUCCESSES_TO_CLIMB};
use crate::sink::failure::{Failure, FailureKind};
use crate::sink::verdict::{Decision, Outcome};

/// How a request went, as far as the target's load is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// The target did its work.
    Well,
    /// It says that it has too much to do, or does not answer in time.
    Pressed,
    /// Nothing is known.
    Unknown,
}

impl Load {
    /// An engine refuses a whole request, or the documents of one shard among the others.
    pub(crate) fn of_answer(status: u16, outcome: &Outcome) -> Self {
        let is_pressure = |status: u16| matches!(status, 429 | 503);
        match outcome {
            _ if is_pressure(status) => Self::Pressed,
            Outcome::Items(decisions) => {
                let pressed = decisions.iter().any(
                    |decision| matches!(decision, Decision::Retry(why) if is_pressure(why.status)),
                );
                if pressed { Self::Pressed } else { Self::Well }
            }
            Outcome::Retry { .. } | Outcome::Split(_) | Outcome::Refused(_) => Self::Unknown,
        }
    }

    pub(crate) fn of_failure(failure: &Failure) -> Self {
        if failure.kind == FailureKind::Timeout { Self::Pressed } else { Self::Unknown }
    }
}

/// One more after a stretch of successes, half as many after pressure, as TCP does it.
#[derive(Debug)]
struct Pace {
    limit: usize,
    under_way: usize,
    successes: u32,
    halvings: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { limit: DELIVERIES_UNDER_WAY, under_way: 0, successes: 0, halvings: 0 }
    }
}

impl Pace {
    /// Takes a place, if there is one, and gives the halvings so far.
    fn start(&mut self) -> Option<u64> {
        (self.under_way < self.limit).then(|| {
            self.under_way += 1;
            self.halvings
        })
    }

    /// What was under way already when the limit was halved says nothing about the new one: requests
    /// that are refused together halve it once.
    fn end(&mut self, halvings: u64, load: Load) {
        self.under_way = self.under_way.saturating_sub(1);
        if halvings < self.halvings {
            return;
        }
        match load {
            Load::Unknown => {}
            Load::Pressed => {
                self.limit = (self.limit / 2).max(1);
                self.halvings += 1;
                self.successes = 0;
            }
            Load::Well => {
                self.successes += 1;
                if self.successes >= SUCCESSES_TO_CLIMB {
                    self.limit = (self.limit + 1).min(DELIVERIES_UNDER_WAY);
                    self.successes = 0;
                }
            }
        }
    }
}

/// Lets as many requests through as the pace allows.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    pace: Mutex<Pace>,
    changed: Notify,
}

impl Gate {
    /// Waits for a place.
    pub(crate) async fn enter(&self) -> Place<'_> {
        loop {
            let changed = self.changed.notified();
            if let Some(halvings) = self.pace().start() {
                return Place { gate: self, halvings, load: Load::Unknown };
            }
            changed.await;
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    gate: &'a Gate,
    halvings: u64,
    load: Load,
}

impl Place<'_> {
    /// Says how the request went.
    pub(crate) fn went(&mut self, load: Load) {
        self.load = load;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let (before, limit) = {
            let mut pace = self.gate.pace();
            let before = pace.limit;
            pace.end(self.halvings, self.load);
            (before, pace.limit)
        };
        if limit != before {
            tracing::debug!(limit, "bulk requests at once");
        }
        self.gate.changed.notify_one();
        // A limit that has grown makes room for one more than has left.
        if limit > before {
            self.gate.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Rejection;

    /// The limit after rounds in which as many requests as may be start and then end alike.
    fn limit_after(rounds: &[Load]) -> usize {
        let mut pace = Pace::default();
        for load in rounds {
            let started: Vec<u64> = std::iter::from_fn(|| pace.start()).collect();
            assert_eq!(started.len(), pace.limit);
            for halvings in started {
                pace.end(halvings, *load);
            }
            assert_eq!(pace.under_way, 0);
        }
        pace.limit
    }

    #[test]
    fn pressure_halves_and_success_climbs_by_one() {
        let (well, pressed, unknown) = ([Load::Well; 40], Load::Pressed, Load::Unknown);
        let climbing = |rounds: usize| [&[pressed, pressed][..], &well[..rounds]].concat();
        let table = [
            (vec![], DELIVERIES_UNDER_WAY),
            (well.to_vec(), DELIVERIES_UNDER_WAY),
            (vec![unknown; 9], DELIVERIES_UNDER_WAY),
            (vec![pressed], DELIVERIES_UNDER_WAY / 2),
            (vec![pressed; 9], 1),
            (climbing(7), 1),
            (climbing(8), 2),
            (climbing(12), 3),
            (climbing(40), DELIVERIES_UNDER_WAY),
            ([climbing(7), vec![pressed], well[..7].to_vec()].concat(), 1),
            ([climbing(7), vec![unknown, Load::Well]].concat(), 2),
        ];
        for (rounds, limit) in table {
            assert_eq!(limit_after(&rounds), limit, "{rounds:?}");
        }
    }

    #[test]
    fn only_what_an_engine_says_of_its_load_is_pressure() {
        let retry = |status| {
            let (kind, reason) = (String::new(), String::new());
            Decision::Retry(Rejection { status, kind, reason, path: None })
        };
        let items = |decisions: &[Decision]| Outcome::Items(decisions.to_vec());
        let unread = Outcome::Retry { reason: String::new(), after: None };
        let table = [
            (200, items(&[Decision::Created, Decision::Exists]), Load::Well),
            (200, items(&[Decision::Created, retry(429)]), Load::Pressed),
            (200, items(&[Decision::Created, retry(500)]), Load::Well),
            (429, unread.clone(), Load::Pressed),
            (503, unread.clone(), Load::Pressed),
            (502, unread.clone(), Load::Unknown),
            (200, unread, Load::Unknown),
        ];
        for (status, outcome, load) in table {
            assert_eq!(Load::of_answer(status, &outcome), load, "{status} {outcome:?}");
        }
        for (kind, load) in [
            (FailureKind::Timeout, Load::Pressed),
            (FailureKind::ConnectionRefused, Load::Unknown),
            (FailureKind::Closed, Load::Unknown),
        ] {
            assert_eq!(Load::of_failure(&Failure { kind, reason: String::new() }), load);
        }
    }

    #[tokio::test]
    async fn who_waits_is_let_in_when_a_place_is_free() {
        let gate = Gate::default();
        let mut places = Vec::new();
        for _ in 0..DELIVERIES_UNDER_WAY {
            places.push(gate.enter().await);
        }
        let leave = async {
            tokio::task::yield_now().await;
            assert_eq!(gate.pace().under_way, DELIVERIES_UNDER_WAY);
            places.clear();
        };
        let ((), _one, _other) = tokio::join!(leave, gate.enter(), gate.enter());
        assert_eq!(gate.pace().under_way, 2);
    }
}
