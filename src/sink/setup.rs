//! Requests before the first batch: repeated while a target starts, but not for long.

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::limits;
use crate::sink::failure::Failure;
use crate::sink::verdict::Reply;

/// Sends a request again while the answer is 429 or 5xx, and gives the last answer.
///
/// A connection that fails is not tried again: before a run, a wrong address is likelier than an
/// outage, and whoever typed it is waiting.
pub(crate) async fn patiently<F, R>(request: F) -> Result<Reply, Failure>
where
    F: Fn() -> R,
    R: Future<Output = Result<Reply, Failure>>,
{
    let tries = usize::try_from(limits::SETUP_TRIES.saturating_sub(1)).unwrap_or_default();
    let delays = ExponentialBuilder::default()
        .with_min_delay(limits::RETRY_FIRST)
        .with_max_delay(limits::RETRY_LONGEST)
        .with_max_times(tries);
    for delay in delays.build() {
        let reply = request().await?;
        if !matches!(reply.status, 429 | 500 | 502..=504) {
            return Ok(reply);
        }
        tracing::debug!(status = reply.status, "target is not ready");
        tokio::time::sleep(
            reply.retry_after.unwrap_or_default().clamp(delay, limits::RETRY_LONGEST),
        )
        .await;
    }
    request().await
}
