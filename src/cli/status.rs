//! `status`: what is covered.

use std::path::PathBuf;

use clap::Args;

use super::switch::Switch;

pub(super) const EXAMPLES: &str = "Examples:
  trailhaul status
  trailhaul status --state /var/lib/trailhaul/job.json --json";

/// `trailhaul status`.
#[derive(Debug, Args)]
pub struct Status {
    /// The state file [default: every one there is].
    ///
    /// Without it, every one in the state folder.
    #[arg(long, env = "TRAILHAUL_STATE", value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long, env = "TRAILHAUL_JSON", value_parser = Switch)]
    pub json: bool,
}
