//! What can be typed. Names and meanings are a contract with people's cron jobs.
//!
//! Only the shape of the words is checked here; [`crate::settings`] says what they mean. No option
//! takes a secret: those come from a file or the environment.

// Doc comments of this file are the help text, which no markup should reach.
#![expect(clippy::doc_markdown, reason = "doc comments here are help text")]

mod export;
mod load;
mod options;
mod report;
mod rules;
mod values;

use clap::{Parser, Subcommand};

pub use export::{Export, ExportPipeline};
pub use load::{Demo, Load, Replay};
pub use options::{Common, Document, Output, RulesFile, Shape, Source, State, Target};
pub use report::Report;
pub use rules::Rules;
pub use values::{Auth, EventCategory, Layout, LogFormat, SigV4Service, When};

use crate::{exit::Exit, report::screen::complain, secret::without_password};

/// Loads every CloudTrail event of an AWS account into Elasticsearch or OpenSearch, once.
///
/// Reads management events (or Insights events) of the last 90 days through LookupEvents: no trail,
/// no bucket, no queue. Data events and network events are not in LookupEvents.
#[derive(Debug, Parser)]
#[command(name = "trailhaul", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 all loaded, 2 wrong usage, 3 partial, 4 dead letters, \
    5 AWS refuses, 6 target refuses, 7 state file, 130 interrupted.\n\n\
    TRAILHAUL_LOG sets what is logged, such as trailhaul=debug or info,trailhaul=debug.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What was typed; nothing when it is no command, which is then told.
    pub fn read() -> Result<Self, Exit> {
        Self::try_parse().map_err(|error| {
            let said = error.to_string();
            let shown = without_password(&said);
            if shown == said {
                error.exit()
            }
            // A URL that lacks its --to would be repeated with the password in it.
            complain(shown.trim_start_matches("error: ").trim_end());
            Exit::Usage
        })
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Loads every region, or the given record files, into the target.
    Load(Box<Load>),
    /// Does the same against a simulated AWS in the process: no account and no cluster needed.
    Demo(Box<Demo>),
    /// Loads dead letters again, through the same pipeline; takes out what succeeds.
    Replay(Box<Replay>),
    /// Shows the rule table, or what it does to events.
    Rules {
        /// What to show; the table when absent.
        #[command(subcommand)]
        action: Option<Rules>,
        /// The rule table.
        #[command(flatten)]
        rules: RulesFile,
    },
    /// Writes one HTML page about what was loaded, or about what record files hold.
    Report(Box<Report>),
    /// Prints what other programs need, made from the same tables.
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
            Self::Load(args) => Some(&args.common.output),
            Self::Demo(args) => Some(&args.common.output),
            Self::Replay(args) => Some(&args.output),
            Self::Rules { .. } | Self::Report(_) | Self::Export { .. } => None,
        }
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

    #[test]
    fn every_option_can_come_from_the_environment() {
        for command in Cli::command().get_subcommands() {
            for option in command.get_opts().filter(|o| o.get_long() != Some("help")) {
                let name = option.get_long().unwrap().replace('-', "_").to_uppercase();
                let expected = format!("TRAILHAUL_{name}");
                assert_eq!(option.get_env().and_then(|e| e.to_str()), Some(expected.as_str()));
            }
        }
    }
}
