//! What `status` is to show.

use std::path::PathBuf;

use super::state::state_folder;
use crate::cli;

/// A run of `status`.
#[derive(Debug)]
pub struct StatusSettings {
    /// The state file, where one is named.
    pub file: Option<PathBuf>,
    /// Where state files are that are not named.
    pub folder: PathBuf,
    /// One JSON object.
    pub json: bool,
}

impl From<cli::Status> for StatusSettings {
    fn from(args: cli::Status) -> Self {
        let cli::Status { state, json } = args;
        Self { file: state, folder: state_folder(), json }
    }
}
