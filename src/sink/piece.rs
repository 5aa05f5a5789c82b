//! Documents of a batch that are sent together, and how their sending has gone so far.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::event::Rejection;
use crate::limits;
use crate::sink::failure::{Failure, FailureKind};
use crate::sink::verdict::Outcome;

/// A part of a batch, or all of it.
pub(crate) struct Piece {
    /// Positions in the batch, ascending.
    pub(crate) positions: Vec<usize>,
    /// When it first failed without anything having been decided since.
    pub(crate) failing_since: Option<Instant>,
    /// Whether a request with these documents may have been carried out though no answer said so.
    pub(crate) in_doubt: bool,
    delays: ExponentialBackoff,
    resets: u32,
}

impl Piece {
    /// A piece that has not failed yet.
    pub(crate) fn new(positions: Vec<usize>) -> Self {
        let delays = ExponentialBuilder::default()
            .with_min_delay(limits::RETRY_FIRST)
            .with_max_delay(limits::RETRY_LONGEST)
            .without_max_times()
            .build();
        Self { positions, failing_since: None, in_doubt: false, delays, resets: 0 }
    }

    /// Full jitter, so that many deliveries do not return in step; but never before the target wants.
    pub(crate) fn next_delay(&mut self, after: Option<Duration>) -> Duration {
        let delay = self.delays.next().unwrap_or(limits::RETRY_LONGEST);
        let after = after.unwrap_or_default().min(limits::RETRY_AFTER_LONGEST);
        delay.mul_f64(fastrand::f64()).max(after)
    }

    /// Both halves, each with delays of its own; patience goes on.
    pub(crate) fn halves(mut self) -> (Self, Self) {
        let (failing_since, in_doubt) = (self.failing_since, self.in_doubt);
        let second = self.positions.split_off(self.positions.len() / 2);
        let half = |positions| Self { failing_since, in_doubt, ..Self::new(positions) };
        (half(self.positions), half(second))
    }

    /// What is left after the others have their verdicts: it begins anew, with the doubt it had.
    pub(crate) fn rest(&self, positions: Vec<usize>) -> Self {
        Self { in_doubt: self.in_doubt, ..Self::new(positions) }
    }

    /// There was an answer. One that decides nothing though the work may be done is a proxy's, which
    /// waited too long or lost the rest.
    pub(crate) fn answered(&mut self, status: u16, outcome: &Outcome) {
        self.resets = 0;
        let is_open = matches!(outcome, Outcome::Retry { .. });
        self.in_doubt |= is_open && matches!(status, 200..=299 | 500..=599);
    }

    /// No answer: try again, and halve a large body whose connection breaks again and again.
    pub(crate) fn unanswered(&mut self, failure: Failure, plain_bytes: usize) -> Outcome {
        self.in_doubt |= failure.may_have_acted();
        let closed = failure.kind == FailureKind::Closed;
        self.resets = if closed { self.resets.saturating_add(1) } else { 0 };
        let large = plain_bytes >= limits::LARGE_BODY_BYTES && self.positions.len() > 1;
        if large && self.resets >= limits::RESETS_BEFORE_SPLIT {
            let kind = "connection_closed".to_owned();
            return Outcome::Split(Rejection {
                status: 0,
                kind,
                reason: failure.reason,
                path: None,
            });
        }
        Outcome::Retry { reason: failure.reason, after: None }
    }
}
