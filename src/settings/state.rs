//! What is remembered, and where.

use std::path::PathBuf;

use super::env;
use crate::cli;

/// What is remembered, and where.
#[derive(Debug, Clone)]
pub struct StateSettings {
    /// The state file, where one is named.
    pub file: Option<PathBuf>,
    /// Where files go that are not named.
    pub folder: PathBuf,
    /// Forget what is covered.
    pub restart: bool,
    /// The dead-letter file, where one is named.
    pub dead_letters: Option<PathBuf>,
}

pub(super) fn state(args: cli::State) -> StateSettings {
    StateSettings {
        file: args.state,
        folder: state_folder(),
        restart: args.restart,
        dead_letters: args.dead_letters,
    }
}

/// systemd's `StateDirectory=`, else the XDG state folder.
pub(super) fn state_folder() -> PathBuf {
    state_folder_and_reason().0
}

/// The same, and the variable that says so; none where none does.
pub(super) fn state_folder_and_reason() -> (PathBuf, Option<&'static str>) {
    let by = |name: &'static str, below: &str| {
        let folder = env(name).filter(|value| !value.is_empty()).map(PathBuf::from)?;
        Some((if below.is_empty() { folder } else { folder.join(below) }, Some(name)))
    };
    by("STATE_DIRECTORY", "")
        .or_else(|| by("XDG_STATE_HOME", "trailhaul"))
        .or_else(|| by("HOME", ".local/state/trailhaul"))
        .unwrap_or_else(|| (PathBuf::from(".trailhaul"), None))
}
