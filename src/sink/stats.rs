//! What the sink did, counted while it does it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters that only grow; shared by all deliveries.
#[derive(Debug, Default)]
pub struct SinkStats {
    requests: AtomicU64,
    retried: AtomicU64,
    splits: AtomicU64,
    sent_bytes: AtomicU64,
    plain_bytes: AtomicU64,
    away_millis: AtomicU64,
    in_doubt: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SinkCounts {
    /// Bulk requests, those sent again included.
    pub requests: u64,
    /// Bulk requests that were sent again, whole or in part; halves of a split are not among them.
    pub retried: u64,
    /// Requests that failed for their size, or for one document of them, and were halved.
    pub splits: u64,
    /// Bytes of bodies as sent, compressed.
    pub sent_bytes: u64,
    /// The same before compression.
    pub plain_bytes: u64,
    /// Time for which the target took nothing.
    pub away: Duration,
    /// Documents that were there when they were sent again, after a request of which nobody knows
    /// what came of it: either it wrote them, or somebody had before.
    pub in_doubt: u64,
}

impl SinkStats {
    pub(crate) fn request(&self, sent_bytes: usize, plain_bytes: usize) {
        add(&self.requests, 1);
        add(&self.sent_bytes, sent_bytes);
        add(&self.plain_bytes, plain_bytes);
    }

    pub(crate) fn retry(&self) {
        add(&self.retried, 1);
    }

    pub(crate) fn split(&self) {
        add(&self.splits, 1);
    }

    pub(crate) fn away(&self, time: Duration) {
        add(&self.away_millis, usize::try_from(time.as_millis()).unwrap_or(usize::MAX));
    }

    pub(crate) fn in_doubt(&self) {
        add(&self.in_doubt, 1);
    }

    /// The counters now.
    pub fn counts(&self) -> SinkCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SinkCounts {
            requests: read(&self.requests),
            retried: read(&self.retried),
            splits: read(&self.splits),
            sent_bytes: read(&self.sent_bytes),
            plain_bytes: read(&self.plain_bytes),
            away: Duration::from_millis(read(&self.away_millis)),
            in_doubt: read(&self.in_doubt),
        }
    }
}

fn add(counter: &AtomicU64, amount: usize) {
    counter.fetch_add(u64::try_from(amount).unwrap_or(u64::MAX), Ordering::Relaxed);
}
