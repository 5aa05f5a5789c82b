//! Requests before the first batch: repeated while a target starts, but not for long.

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::limits;
use crate::sink::error::SinkError;
use crate::sink::failure::Failure;
use crate::sink::verdict::Reply;

/// What is put in place before the first batch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Installed {
    Template,
    Pipeline,
}

impl Installed {
    /// As a sentence has it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Template => "index template",
            Self::Pipeline => "ingest pipeline",
        }
    }

    /// It is not accepted.
    pub(super) fn error(self, url: String, name: &str, reason: String) -> SinkError {
        let name = name.to_owned();
        match self {
            Self::Template => SinkError::Template { url, name, reason },
            Self::Pipeline => SinkError::Pipeline { url, name, reason },
        }
    }
}

/// Sends a request again while the answer is 429, 500 or 502 to 504, and gives the last answer.
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
