//! How the unread events of a chain lie in time, guessed from the pages that it has read.
//!
//! Pure; only for deciding what is worth a call, never for what is covered. Events lie unevenly: one
//! hour may hold nine tenths of ninety days. So a density far above the one before it is believed
//! only for some times the stretch over which it was seen; farther back the one before it holds.

use crate::{
    limits::{DENSITY_CHANGE, DENSITY_REACH},
    window::Second,
};

/// What is expected before a second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Guess {
    /// Events a second, as the last page had them; none before a first page.
    density: Option<f64>,
    /// The second at which that density began, seen from the newest.
    since: Second,
    /// The second back to which it is believed.
    until: Second,
    /// Events a second farther back; none where the density is believed for all that is left.
    beyond: Option<f64>,
}

impl Guess {
    /// Learns from a page that holds so many events, from second `newest` back to second `oldest`.
    pub(super) fn page(&mut self, events: usize, newest: Second, oldest: Second) {
        let Some(seen) = density(events, newest - oldest + 1) else { return };
        let before = self.density.unwrap_or(seen);
        if seen > before * DENSITY_CHANGE {
            self.beyond = Some(before);
            self.since = newest;
        } else if seen * DENSITY_CHANGE < before {
            self.beyond = None;
        }
        let stretch = (self.since - oldest + 1).max(1);
        self.until = oldest.saturating_sub(stretch.saturating_mul(DENSITY_REACH));
        self.density = Some(seen);
    }

    /// The same guess for a chain that begins at an older second.
    pub(super) fn before(self, second: Second) -> Self {
        match self.beyond {
            Some(beyond) if second <= self.until => {
                Self { density: Some(beyond), beyond: None, ..self }
            }
            _ => self,
        }
    }

    /// Events expected in so many seconds back from the cursor.
    pub(super) fn events(&self, cursor: Second, seconds: Second) -> f64 {
        let (dense, rest) = self.stretches(cursor, seconds);
        self.density.unwrap_or(0.0) * dense + self.beyond.unwrap_or(0.0) * rest
    }

    /// Seconds back from the cursor that are expected to hold so many of the events in `seconds`;
    /// at least one.
    pub(super) fn seconds_of(&self, events: f64, cursor: Second, seconds: Second) -> Second {
        let (dense, _) = self.stretches(cursor, seconds);
        let density = self.density.unwrap_or(0.0);
        let back = match self.beyond {
            Some(beyond) if events > density * dense => dense + (events - density * dense) / beyond,
            _ => events / density,
        };
        whole(back).clamp(1, seconds.max(1))
    }

    /// How many of the seconds back from the cursor lie within the reach of the density, and how
    /// many beyond.
    fn stretches(&self, cursor: Second, seconds: Second) -> (f64, f64) {
        let dense = match self.beyond {
            Some(_) => (cursor - self.until).clamp(0, seconds.max(0)),
            None => seconds,
        };
        (real(dense), real(seconds - dense))
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn density(events: usize, seconds: Second) -> Option<f64> {
    (events > 0).then(|| events as f64 / real(seconds.max(1)))
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn real(seconds: Second) -> f64 {
    seconds as f64
}

#[expect(clippy::cast_possible_truncation, reason = "an estimate; what is too large saturates")]
fn whole(seconds: f64) -> Second {
    seconds.ceil() as Second
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers")]
mod tests {
    use super::*;

    /// One event a day, then a second that holds fifty.
    fn dense_after_sparse() -> Guess {
        let mut guess = Guess::default();
        guess.page(10, 20 * 86_400, 10 * 86_400 + 1);
        guess.page(50, 10 * 86_400, 10 * 86_400 - 9);
        guess
    }

    #[test]
    fn nothing_is_expected_before_a_first_page() {
        assert_eq!(Guess::default().events(1_000, 1_000), 0.0);
    }

    #[test]
    fn an_even_density_is_believed_all_the_way() {
        let mut guess = Guess::default();
        guess.page(50, 9_999, 9_900);
        assert_eq!(guess.events(9_899, 9_900), 4_950.0);
        assert_eq!(guess.seconds_of(2_475.0, 9_899, 9_900), 4_950);
    }

    #[test]
    fn a_high_density_is_believed_near_where_it_was_seen() {
        let guess = dense_after_sparse();
        let cursor = 10 * 86_400 - 10;
        let reach = 10 * DENSITY_REACH - 1;
        let expected = guess.events(cursor, cursor);
        let dense = 5.0 * real(reach);
        assert!((dense + 9.0..dense + 11.0).contains(&expected), "{expected}");
        assert_eq!(guess.seconds_of(dense / 2.0, cursor, cursor), reach / 2 + 1);
        assert!(guess.seconds_of(dense + 5.0, cursor, cursor) > 4 * 86_400);
    }

    #[test]
    fn an_older_chain_takes_over_what_holds_there() {
        let guess = dense_after_sparse();
        let day = guess.before(5 * 86_400).events(5 * 86_400, 86_400);
        assert!((0.9..1.1).contains(&day), "{day}");
        let near = 10 * 86_400 - 20;
        assert_eq!(guess.before(near), guess);
    }

    #[test]
    fn the_longer_a_density_lasts_the_farther_it_is_believed() {
        let mut guess = dense_after_sparse();
        let cursor = 10 * 86_400 - 10;
        let before = guess.events(cursor, 86_400);
        guess.page(50, cursor, cursor - 9);
        assert!(guess.events(cursor - 10, 86_400) > 1.9 * before);
        guess.page(1, cursor - 10, cursor - 86_410);
        assert!(guess.events(cursor - 86_420, 86_400) < 2.0);
    }

    #[test]
    fn a_part_is_never_empty_nor_more_than_all() {
        let guess = dense_after_sparse();
        for (events, seconds) in [(0.0, 10), (1e18, 10), (f64::MAX, 1), (1.0, 0)] {
            let part = guess.seconds_of(events, 10 * 86_400, seconds);
            assert!((1..=seconds.max(1)).contains(&part), "{part}");
        }
    }
}
