//! What `trailhaul report` was told.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{
    UsageError,
    period::limits_of,
    state::state_folder,
    target::{self, Cluster, Place},
};
use crate::{cli, normalize::Layout, window::Second};

/// A run of `report`.
#[derive(Debug)]
pub struct ReportSettings {
    /// What the page is about.
    pub subject: Subject,
    /// From this second on; none for all that there is.
    pub since: Option<Second>,
    /// Up to and with this second; none for all that there is.
    pub until: Option<Second>,
    /// The state file, where one is named.
    pub state: Option<PathBuf>,
    /// Where state files are that are not named.
    pub folder: PathBuf,
    /// Where the page goes; none for standard output.
    pub out: Option<PathBuf>,
}

/// What the page is about.
#[derive(Debug)]
pub enum Subject {
    /// Record files; `-` is standard input.
    Files(Vec<PathBuf>),
    /// An index.
    Index {
        /// Where it is.
        cluster: Box<Cluster>,
        /// The index pattern.
        index: String,
        /// How its documents look.
        layout: Layout,
    },
}

impl ReportSettings {
    /// What `trailhaul report` was told.
    pub fn from_report(args: cli::Report, now: Timestamp) -> Result<Self, UsageError> {
        let (since, until) = limits_of(args.since.as_deref(), args.until.as_deref(), now)?;
        let subject = match (args.to, args.from.is_empty()) {
            (Some(to), true) => {
                let Place::Cluster(cluster) = target::place(&to, args.target)? else {
                    return Err(UsageError(
                        "--to names a file, which has no index to ask: give the URL of an Elasticsearch or OpenSearch, or record files with --from".to_owned(),
                    ));
                };
                Subject::Index { cluster, index: args.index, layout: args.layout.into() }
            }
            (None, _) => Subject::Files(args.from),
            (Some(_), false) => {
                return Err(UsageError(
                    "--to and --from are two reports: leave one of the two out (their variables and the configuration file count)".to_owned(),
                ));
            }
        };
        Ok(Self {
            subject,
            since: since.map(Timestamp::as_second),
            until: until.map(Timestamp::as_second),
            state: args.state,
            folder: state_folder(),
            out: (args.out != Path::new("-")).then_some(args.out),
        })
    }
}
