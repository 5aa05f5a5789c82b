//! `report`: one page about what was loaded.

use std::path::PathBuf;

use clap::Args;

use super::{Layout, Target};

pub(super) const EXAMPLES: &str = "Examples:
  trailhaul report --to http://localhost:9200 --out report.html
  trailhaul report --from AWSLogs/ --since 7d --out report.html";

/// `trailhaul report`.
#[derive(Debug, Args)]
pub struct Report {
    /// The cluster whose index is asked.
    ///
    /// An http or https URL.
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL")]
    #[arg(required_unless_present = "from", help_heading = "Target")]
    pub to: Option<String>,
    /// Record files, folders or -, in place of it.
    ///
    /// A record file, a folder of them, or - for standard input; repeatable.
    #[arg(long, env = "TRAILHAUL_FROM", value_name = "PATH|-", help_heading = "Events")]
    pub from: Vec<PathBuf>,
    /// Where the page goes; - is standard output.
    #[arg(long, env = "TRAILHAUL_OUT", value_name = "FILE|-", help_heading = "State and output")]
    pub out: PathBuf,
    /// Start of the time: RFC 3339, or 90d, 36h.
    ///
    /// All that there is, if not said.
    #[arg(long, env = "TRAILHAUL_SINCE", value_name = "T", help_heading = "Events")]
    pub since: Option<String>,
    /// End of the time, as --since.
    #[arg(long, env = "TRAILHAUL_UNTIL", value_name = "T", help_heading = "Events")]
    pub until: Option<String>,
    /// Of documents: typed, flattened or ecs.
    ///
    /// As they were loaded.
    #[arg(long, env = "TRAILHAUL_LAYOUT", value_name = "LAYOUT", default_value = "typed")]
    #[arg(help_heading = "Documents")]
    pub layout: Layout,
    /// Index by event time.
    ///
    /// As it was loaded.
    #[arg(long, env = "TRAILHAUL_INDEX", value_name = "PATTERN")]
    #[arg(default_value = "cloudtrail-%Y.%m", help_heading = "Documents")]
    pub index: String,
    /// State file [default: the target's].
    ///
    /// It says what is covered; without it, that of the target and index.
    #[arg(long, env = "TRAILHAUL_STATE", value_name = "FILE", help_heading = "State and output")]
    pub state: Option<PathBuf>,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
}
