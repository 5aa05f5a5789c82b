//! A time in which the target takes nothing: said once when it begins, and once when it is over.
//!
//! It only tells; how long is waited is decided in [`super::deliver`].

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::limits::SINK_PATIENCE;

/// Whether there is an outage now, and since when.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<Option<Instant>>);

impl Outage {
    /// A request came to nothing, for this reason.
    pub(crate) fn goes_on(&self, reason: &str) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if since.is_none() {
            *since = Some(Instant::now());
            tracing::warn!(
                since = %Timestamp::now(),
                patience_minutes = SINK_PATIENCE.as_secs() / 60,
                reason,
                "target does not answer as it should: waiting for it"
            );
        }
    }

    /// The target has taken something. Gives the time for which it had not.
    pub(crate) fn is_over(&self) -> Duration {
        let since = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(since) = since else { return Duration::ZERO };
        let time = since.elapsed();
        tracing::warn!(seconds = time.as_secs(), "target answers again");
        time
    }
}
