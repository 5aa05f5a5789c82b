//! `check`: what can be known before a run.

use clap::{Args, builder::FalseyValueParser};

use super::{Document, Output, Source, Target};

/// `trailhaul check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Where documents are to go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    pub to: String,
    /// Try it: write a template and a document under names of their own, and remove them if one may.
    #[arg(long, env = "TRAILHAUL_WRITE_TEST", value_parser = FalseyValueParser::new())]
    pub write_test: bool,
    /// Which events.
    #[command(flatten)]
    pub source: Source,
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
