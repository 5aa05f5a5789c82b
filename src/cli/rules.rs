//! `rules`: the rule table, and what it does to events.

use std::path::PathBuf;

use clap::Subcommand;

pub(super) const EXAMPLES: &str = "Examples:
  trailhaul rules
  trailhaul rules explain requestParameters.policy";

const LIST_EXAMPLES: &str = "Examples:
  trailhaul rules list
  trailhaul rules list --rules own.toml";

const EXPLAIN_EXAMPLES: &str = "Examples:
  trailhaul rules explain requestParameters.policy
  trailhaul rules explain responseElements.instancesSet --rules own.toml";

const TEST_EXAMPLES: &str = "Examples:
  trailhaul rules test records.json.gz
  trailhaul rules test - --rules own.toml";

const SUGGEST_EXAMPLES: &str = "Examples:
  trailhaul rules suggest job.dead-letters.ndjson
  trailhaul rules suggest mapping.json records.json.gz";

/// `trailhaul rules …`.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Prints the rule table.
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Says where a field is in an index, and what is done to it.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// The field, such as requestParameters.policy.
        #[arg(value_name = "PATH")]
        path: String,
    },
    /// Shows what the rules do to the events of a record file.
    #[command(after_help = TEST_EXAMPLES)]
    Test {
        /// A record file, or - for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Proposes rules, as a --rules file, for what is not settled yet.
    #[command(after_help = SUGGEST_EXAMPLES)]
    Suggest {
        /// Record files, dead letters, an answer of GET /INDEX/_mapping, or -.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}
