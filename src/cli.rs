//! What can be typed. Names and meanings are a contract with people's cron jobs.
//!
//! Only the shape of the words is checked here; [`crate::settings`] says what they mean. No option
//! takes a secret: those come from a file or the environment.

// Doc comments of this file are the help text, which no markup should reach.
#![expect(clippy::doc_markdown, reason = "doc comments here are help text")]

mod check;
mod export;
mod help;
mod load;
pub mod manual;
mod options;
mod report;
mod rules;
mod status;
mod switch;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use check::Check;
pub use export::{Export, ExportPipeline};
pub use help::command_for;
pub use load::{Demo, Load, Replay};
pub use options::{Common, Document, Metrics, Output, RulesFile, Shape, Source, State, Target};
pub use report::Report;
pub use rules::Rules;
pub use status::Status;
pub use values::{Auth, EventCategory, Layout, LogFormat, Shell, SigV4Service, When};

/// Loads every CloudTrail event of an AWS account into Elasticsearch or OpenSearch.
///
/// No document is written twice. Reads management events (or Insights events) of the last 90 days through
/// LookupEvents: no trail, no bucket, no queue. Data events and network events are not in LookupEvents.
#[derive(Debug, Parser)]
#[command(name = "trailhaul", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = ROOT)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// A file with options, in TOML.
    ///
    /// The keys are the options by their names, such as `to = "http://localhost:9200"`. An option on the
    /// command line comes before its variable in the environment, and that before the file. Relative
    /// paths in it are relative to its folder. No file is read that is not named.
    #[arg(long, env = "TRAILHAUL_CONFIG", value_name = "FILE", global = true)]
    #[arg(help = "Options in TOML; TRAILHAUL_<OPTION> and flags win")]
    #[arg(help_heading = "State and output")]
    pub config: Option<PathBuf>,
}

/// What a newcomer types, and what a cron job looks at.
const ROOT: &str = "Examples:
  trailhaul demo
  trailhaul load --to http://localhost:9200

Exit codes: 0 all loaded, 2 wrong usage, 3 partial, 4 dead letters, 5 AWS
refuses, 6 target refuses, 7 state file, 130 interrupted. Every option can come
from the environment as TRAILHAUL_<OPTION>, or from the file of --config.
TRAILHAUL_LOG sets what is logged: trailhaul=debug, info,trailhaul=debug.";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Loads every region, or the given record files, into the target.
    #[command(after_help = load::LOAD_EXAMPLES)]
    Load(Box<Load>),
    /// Does the same against a simulated AWS: needs no account and no cluster.
    #[command(after_help = load::DEMO_EXAMPLES)]
    Demo(Box<Demo>),
    /// Loads dead letters again, and takes out what succeeds.
    #[command(after_help = load::REPLAY_EXAMPLES)]
    Replay(Box<Replay>),
    /// Shows what is covered, per region and day, from the state files alone.
    #[command(after_help = status::EXAMPLES)]
    Status(Status),
    /// Tells before a run what is open, denied or in the way.
    ///
    /// Also whose the credentials are, what the target is, and how long a load takes. Only --write-test writes.
    #[command(after_help = check::EXAMPLES)]
    Check(Box<Check>),
    /// Shows the rule table, or what it does to events.
    #[command(after_help = rules::EXAMPLES)]
    Rules {
        /// What to show; the table when absent.
        #[command(subcommand)]
        action: Option<Rules>,
        /// The rule table.
        #[command(flatten)]
        rules: RulesFile,
    },
    /// Writes one HTML page about what was loaded.
    ///
    /// Or about what record files hold, with --from.
    #[command(after_help = report::EXAMPLES)]
    Report(Box<Report>),
    /// Prints what is in force, and where each value came from.
    ///
    /// For the options of `load`, and for what the environment says beside them: the state folder and the
    /// AWS settings. No secret is shown.
    #[command(after_help = load::CONFIG_EXAMPLES)]
    // mut_arg would put it last.
    #[command(mut_args(|arg| if arg.get_id() == "to" { arg.required(false) } else { arg }))]
    Config(Box<Load>),
    /// Prints what other programs need, made from the same tables.
    #[command(after_help = export::EXAMPLES)]
    Export {
        /// What to print.
        #[command(subcommand)]
        what: Export,
    },
}

impl Command {
    /// The options about what is printed, of the commands that have them.
    pub fn output(&self) -> Option<&Output> {
        match self {
            Self::Load(args) | Self::Config(args) => Some(&args.common.output),
            Self::Demo(args) => Some(&args.common.output),
            Self::Replay(args) => Some(&args.output),
            Self::Check(args) => Some(&args.output),
            Self::Status(_) | Self::Rules { .. } | Self::Report(_) | Self::Export { .. } => None,
        }
    }

    /// The file of metrics, of the commands that are runs.
    pub fn metrics(&self) -> Option<&PathBuf> {
        let metrics = match self {
            Self::Load(args) => &args.common.metrics,
            Self::Demo(args) => &args.common.metrics,
            Self::Replay(args) => &args.metrics,
            _ => return None,
        };
        metrics.metrics.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
