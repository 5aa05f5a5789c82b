//! Why nothing more can be written: what is wrong, where, and what to do about it.
//!
//! The texts are fragments that fit "failed to …". A URL in them never has its user and password.

use std::path::PathBuf;

use thiserror::Error;

/// What a target says, on purpose, when it will take nothing or one index's documents not.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// 401, or a signature that AWS does not accept.
    #[error(
        "the credentials are not accepted ({reason}); check --auth and the user, password, API key or AWS credentials"
    )]
    Unauthorized {
        /// The target's words.
        reason: String,
    },
    /// 403.
    #[error("the permission {permission} is lacking{}; grant it to the user or role in use", on(.index.as_ref()))]
    Forbidden {
        /// The permission, or the target's words where it names none.
        permission: String,
        /// The index, where it is about one.
        index: Option<String>,
    },
    /// 403 for the index template, and the one that is there does not do.
    #[error(
        "the permission {permission} is lacking, and the index template {name} {lack}; grant it, or have somebody who holds it run the same command once"
    )]
    NoTemplate {
        /// The permission to put it.
        permission: String,
        /// The template.
        name: String,
        /// What is wrong with the one that is there, as `is not there`.
        lack: String,
    },
    /// A block that someone set, and that does not go away by itself.
    #[error("writing is blocked{} ({reason}); take the block off", on(.index.as_ref()))]
    Blocked {
        /// The index, where it is about one.
        index: Option<String>,
        /// The block.
        reason: String,
    },
    /// Indices are not created by writing to them, and this one is not there.
    #[error(
        "index {index} does not exist and the target does not create it; create it, or allow it in action.auto_create_index"
    )]
    NoIndex {
        /// The index.
        index: String,
    },
    /// The index cannot be written to, whatever the document.
    #[error("index {index} cannot be written to: {reason}; check --index and the index's state")]
    BadIndex {
        /// The index.
        index: String,
        /// The target's words.
        reason: String,
    },
    /// OpenSearch Serverless collections of type time series and vector search take no ids.
    #[error(
        "this collection takes no document ids, and without them events would be written twice; use a collection of type search"
    )]
    NoIds,
    /// A search that it does not answer, or not whole.
    #[error(
        "{index} does not answer ({reason}); check --index and --layout, and the index's state"
    )]
    NoAnswer {
        /// The indices.
        index: String,
        /// The target's words.
        reason: String,
    },
    /// Anything else that a repetition would not change.
    #[error(
        "it answered {status} ({reason}); check that the URL is that of an Elasticsearch or OpenSearch"
    )]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// The target's words.
        reason: String,
    },
}

fn on(index: Option<&String>) -> String {
    index.map(|index| format!(" on index {index}")).unwrap_or_default()
}

/// Why a delivery ended before every document had its verdict.
#[derive(Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// The run was cancelled while the delivery waited to be tried again.
    Cancelled,
    /// Nothing more can be written.
    Failed(SinkError),
}

impl From<SinkError> for Undelivered {
    fn from(error: SinkError) -> Self {
        Self::Failed(error)
    }
}

/// Why nothing more can be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SinkError {
    /// The target's address cannot be used.
    #[error("use target {target}: {reason}")]
    BadTarget {
        /// The address, without user and password.
        target: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file of `--ca-cert` cannot be used.
    #[error("read the CA certificates of {}: {reason}", path.display())]
    CaCert {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No connection, and waiting would not help at this point.
    #[error("reach {url}: {problem}")]
    NoConnection {
        /// The target's URL.
        url: String,
        /// What is wrong, and the next step.
        problem: String,
    },
    /// Retries were given up.
    #[error(
        "write to {url}: nothing was written for {minutes} minutes, last because {reason}; start again when it is well, loaded events are kept"
    )]
    Unreachable {
        /// The target's URL.
        url: String,
        /// How long it was tried.
        minutes: u64,
        /// The last problem.
        reason: String,
    },
    /// The target refuses.
    #[error("write to {url}: {refusal}")]
    Refused {
        /// The target's URL.
        url: String,
        /// What it says.
        refusal: Refusal,
    },
    /// The target refuses to answer a search.
    #[error("search {url}: {refusal}")]
    Unsearchable {
        /// The target's URL.
        url: String,
        /// What it says.
        refusal: Refusal,
    },
    /// The target answers, and is no search engine.
    #[error(
        "write to {url}: it is no Elasticsearch or OpenSearch ({reason}); check the URL's port and path"
    )]
    NotAnEngine {
        /// The target's URL.
        url: String,
        /// What it answered.
        reason: String,
    },
    /// The index template is not accepted.
    #[error("install the index template {name} at {url}: {reason}")]
    Template {
        /// The target's URL.
        url: String,
        /// The template.
        name: String,
        /// The target's words.
        reason: String,
    },
    /// The ingest pipeline is not accepted.
    #[error("install the ingest pipeline {name} at {url}: {reason}")]
    Pipeline {
        /// The target's URL.
        url: String,
        /// The pipeline.
        name: String,
        /// The target's words.
        reason: String,
    },
    /// There are no AWS credentials to sign with.
    #[error("sign requests to {url}: {reason}; check the AWS profile or environment")]
    Credentials {
        /// The target's URL.
        url: String,
        /// Why there are none.
        reason: String,
    },
    /// A file of the sink cannot be used.
    #[error("{action} {}: {reason}", path.display())]
    File {
        /// What was to be done, such as `write to`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

impl SinkError {
    /// Whether a template was refused because the target has not a field type that it uses, so
    /// that one without it may be accepted.
    pub fn is_unknown_field_type(&self) -> bool {
        matches!(self, Self::Template { reason, .. } if reason.contains("No handler for type [")
            || reason.contains("The mapper type ["))
    }

    /// Whether a template that may not be put is there in another form, or is not.
    pub fn is_other_template(&self) -> bool {
        matches!(self, Self::Refused { refusal: Refusal::NoTemplate { .. }, .. })
    }
}
