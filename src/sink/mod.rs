//! Where documents go: a cluster, or a file.
//!
//! In the order in which a document meets them: [`batch`] collects, [`bulk`] encodes, [`deliver`] sends
//! through [`http`], [`verdict`] reads the answer with [`reason`], and what is rejected ends in
//! [`dead_letter`]. [`server`], [`template`] and [`indices`] come before the first batch; [`search`] is for
//! a report. Nothing here reads settings or knows another stage, and tasks are the pipeline's, but for a
//! write that blocks a thread.

pub mod auth;
pub mod batch;
pub mod bulk;
pub mod dead_letter;
pub mod deliver;
pub mod error;
pub mod failure;
mod files;
pub mod http;
pub mod indices;
mod item;
pub mod ndjson;
mod outage;
mod path;
mod piece;
pub mod pipeline;
mod pressure;
pub mod privileges;
pub mod reason;
pub mod scratch;
pub mod search;
pub mod server;
mod setup;
pub mod sigv4;
pub mod stats;
pub mod template;
#[cfg(test)]
mod testing;
pub mod verdict;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::event::{Document, Verdict};
pub use auth::{Auth, AwsHost, guess_aws};
pub use batch::{BatchLimits, Batcher};
pub use bulk::Compression;
pub use dead_letter::{DeadLetter, DeadLetters};
pub use deliver::{Deliverer, Transport};
pub use error::{Refusal, SinkError, Undelivered};
pub use http::{Http, HttpOptions, path_of};
pub use ndjson::FileTarget;
pub use server::{Product, Server};
pub use sigv4::SigV4;
pub use stats::{SinkCounts, SinkStats};

/// Where the documents of a run go.
#[derive(Debug)]
pub enum Target {
    /// A cluster, through its bulk API.
    Cluster(Box<Deliverer<Http>>),
    /// A file of bulk NDJSON.
    File(FileTarget),
}

impl Target {
    /// Delivers a batch and gives each document's verdict, at its position, when it is final and durable.
    ///
    /// May be called any number of times at once. A document that is delivered again gets `Exists`.
    pub async fn deliver(
        &self,
        batch: &Arc<Vec<Document>>,
        cancel: &CancellationToken,
    ) -> Result<Vec<Verdict>, Undelivered> {
        match self {
            Self::Cluster(deliverer) => deliverer.deliver(batch, cancel).await,
            Self::File(file) => Ok(file.deliver(Arc::clone(batch)).await?),
        }
    }

    /// What an index has, if that can be found out.
    pub async fn look(&self, index: &str) -> Option<serde_json::Value> {
        match self {
            Self::Cluster(deliverer) => match indices::look(deliverer.transport(), index).await {
                Ok(answer) => Some(answer),
                Err(reason) => {
                    tracing::debug!(index, reason, "what the index has is not told");
                    None
                }
            },
            Self::File(_) => None,
        }
    }

    /// What was sent so far; nothing for a file.
    pub fn counts(&self) -> SinkCounts {
        match self {
            Self::Cluster(deliverer) => deliverer.counts(),
            Self::File(_) => SinkCounts::default(),
        }
    }
}
