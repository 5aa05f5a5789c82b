//! `rules`: the rule table, and what it does to events.

use std::path::PathBuf;

use clap::Subcommand;

/// `trailhaul rules …`.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Prints the rule table.
    List,
    /// Says where a field of CloudTrail's is found in an index, and what the rules do to it.
    Explain {
        /// The field, such as requestParameters.policy.
        #[arg(value_name = "PATH")]
        path: String,
    },
    /// Shows what the rules do to the events of a record file.
    Test {
        /// A record file, or - for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Proposes rules, as a --rules file, for what was seen and the table does not settle.
    Suggest {
        /// Record files, dead letters, or the answer of GET /INDEX/_mapping, or - for standard input.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}
