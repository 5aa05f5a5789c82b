//! The words that options choose from.

use clap::ValueEnum;

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// CloudTrail's own names, one type per field.
    Typed,
    /// The same, with requestParameters and its like as one flattened or flat_object field each.
    Flattened,
    /// The Elastic Common Schema, with the fields of Elastic's aws.cloudtrail integration.
    Ecs,
}

/// A category of events beside management events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventCategory {
    /// CloudTrail Insights.
    Insight,
}

/// How to authenticate to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// Not at all.
    None,
    /// User and password.
    Basic,
    /// An Elasticsearch API key.
    ApiKey,
    /// AWS Signature Version 4, with the SDK's credentials.
    #[value(name = "sigv4")]
    SigV4,
}

/// A service name of Amazon OpenSearch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SigV4Service {
    /// A domain of Amazon OpenSearch Service.
    Es,
    /// A collection of Amazon OpenSearch Serverless.
    Aoss,
}

/// When to draw bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A shell that completes what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash, with bash-completion.
    Bash,
    /// The Z shell.
    Zsh,
    /// The friendly interactive shell.
    Fish,
}
