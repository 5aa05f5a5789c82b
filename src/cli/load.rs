//! `load`, `demo`, `replay` and `config`: what brings documents to a target, and what would.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Document, Metrics, Output, Source, Target};

pub(super) const LOAD_EXAMPLES: &str = "Examples:
  trailhaul load --to https://localhost:9200 --user loader --password-file pw
  trailhaul load --to file:events.ndjson --regions us-east-1 --since 36h";

pub(super) const DEMO_EXAMPLES: &str = "Examples:
  trailhaul demo
  trailhaul demo --to http://localhost:9200 --layout ecs";

pub(super) const REPLAY_EXAMPLES: &str = "Examples:
  trailhaul replay job.dead-letters.ndjson --to http://localhost:9200
  trailhaul replay a.ndjson b.ndjson --to https://localhost:9200 --user loader";

pub(super) const CONFIG_EXAMPLES: &str = "Examples:
  trailhaul config --config /etc/trailhaul/job.toml
  trailhaul config --to http://localhost:9200 --layout ecs --json";

/// `trailhaul load`, and `trailhaul config`, which takes the same and needs none of it.
#[derive(Debug, Args)]
pub struct Load {
    /// A cluster, or a file of bulk NDJSON.
    ///
    /// An http or https URL, or file:PATH.
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    #[arg(required = true, help_heading = "Target")]
    pub to: Option<String>,
    /// Record files, folders or -, in place of AWS.
    ///
    /// A record file, a folder of them, or - for standard input; repeatable.
    #[arg(long, env = "TRAILHAUL_FROM", value_name = "PATH|-", help_heading = "Events")]
    pub from: Vec<PathBuf>,
    /// Which events.
    #[command(flatten)]
    pub source: Source,
    /// Everything that does not depend on the source.
    #[command(flatten)]
    pub common: Common,
}

/// `trailhaul demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// A cluster, or a file of bulk NDJSON.
    ///
    /// An http or https URL, or file:PATH. By default it is file:trailhaul-demo.ndjson.
    #[arg(
        long,
        env = "TRAILHAUL_TO",
        hide_env_values = true,
        value_name = "URL|file:PATH",
        default_value = "file:trailhaul-demo.ndjson",
        hide_default_value = true,
        help_heading = "Target"
    )]
    pub to: String,
    /// Which events.
    #[command(flatten)]
    pub source: Source,
    /// Everything that does not depend on the source.
    #[command(flatten)]
    pub common: Common,
}

/// `trailhaul replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// Dead-letter files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A cluster, or a file of bulk NDJSON.
    ///
    /// An http or https URL, or file:PATH.
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    #[arg(help_heading = "Target")]
    pub to: String,
    /// How documents look.
    #[command(flatten)]
    pub document: Document,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
    /// What is printed.
    #[command(flatten)]
    pub output: Output,
    /// What is kept of the run for others.
    #[command(flatten)]
    pub metrics: Metrics,
}
