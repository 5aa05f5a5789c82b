//! `check`: what can be known before a run.

use clap::Args;

use super::{Document, Output, Source, Target, switch::Switch};

pub(super) const EXAMPLES: &str = "Examples:
  trailhaul check --to https://localhost:9200 --user loader --password-file pw
  trailhaul check --to http://localhost:9200 --write-test --json";

/// `trailhaul check`.
#[derive(Debug, Args)]
pub struct Check {
    /// A cluster, or a file of bulk NDJSON.
    ///
    /// An http or https URL, or file:PATH.
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    #[arg(help_heading = "Target")]
    pub to: String,
    /// Try a template and a document, and undo it.
    ///
    /// Under names of their own, which are removed if the user may.
    #[arg(long, env = "TRAILHAUL_WRITE_TEST", value_parser = Switch)]
    #[arg(help_heading = "Target")]
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
