//! `report`: one page about what was loaded.

use std::path::PathBuf;

use clap::Args;

use super::{Layout, Target};

/// `trailhaul report`.
#[derive(Debug, Args)]
pub struct Report {
    /// The target whose index is asked, an http or https URL.
    #[arg(
        long,
        env = "TRAILHAUL_TO",
        hide_env_values = true,
        value_name = "URL",
        required_unless_present = "from"
    )]
    pub to: Option<String>,
    /// A record file, a folder of them, or - for standard input, in place of an index; repeatable.
    #[arg(long, env = "TRAILHAUL_FROM", value_name = "PATH|-")]
    pub from: Vec<PathBuf>,
    /// Where the page goes, an HTML file, or - for standard output.
    #[arg(long, env = "TRAILHAUL_OUT", value_name = "FILE|-")]
    pub out: PathBuf,
    /// From this time on: RFC 3339, or a span back such as 90d or 36h [default: all].
    #[arg(long, env = "TRAILHAUL_SINCE", value_name = "T")]
    pub since: Option<String>,
    /// Up to this time, as --since [default: all].
    #[arg(long, env = "TRAILHAUL_UNTIL", value_name = "T")]
    pub until: Option<String>,
    /// How the documents look, as they were loaded: typed, flattened or ecs.
    #[arg(long, env = "TRAILHAUL_LAYOUT", value_name = "LAYOUT", default_value = "typed")]
    pub layout: Layout,
    /// The index of an event by its time, as it was loaded.
    #[arg(
        long,
        env = "TRAILHAUL_INDEX",
        value_name = "PATTERN",
        default_value = "cloudtrail-%Y.%m"
    )]
    pub index: String,
    /// The state file that says what is covered [default: that of the target and index].
    #[arg(long, env = "TRAILHAUL_STATE", value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
}
