//! `load`, `demo` and `replay`: what brings documents to a target.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Document, Output, Source, Target};

/// `trailhaul load`.
#[derive(Debug, Args)]
pub struct Load {
    /// Where documents go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    pub to: String,
    /// A record file, a folder of them, or - for standard input, in place of AWS; repeatable.
    #[arg(long, env = "TRAILHAUL_FROM", value_name = "PATH|-")]
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
    /// Where documents go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(
        long,
        env = "TRAILHAUL_TO",
        hide_env_values = true,
        value_name = "URL|file:PATH",
        default_value = "file:trailhaul-demo.ndjson"
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
    /// Where documents go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
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
}
