//! `trailhaul status`: what is covered, from state files alone.
//!
//! It asks nobody and makes, changes and keeps nothing, so that it may be typed while a run is under
//! way. Nothing loaded yet is an answer and no error, unless the file was named; a file that cannot be
//! read is one beside which the others are shown.

use std::{
    cmp::Reverse,
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use terminal_size::{Width, terminal_size_of};

use super::{Fault, print};
use crate::{
    checkpoint::{file::StateError, look, names, state::State},
    exit::Exit,
    limits::USUAL_TERMINAL,
    report::{
        screen::Screen,
        status::{Job, Report, Unreadable, text},
    },
    settings::{StatusSettings, wants_colour},
};

/// Prints what is known.
pub(super) fn run(
    settings: StatusSettings,
    now: Timestamp,
    screen: &Screen,
) -> Result<Exit, Fault> {
    let StatusSettings { file, folder, json } = settings;
    let (paths, folder) = match file {
        Some(file) => (vec![file], None),
        None => (state_files(&folder)?, Some(folder)),
    };
    let (mut states, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        match look::state(&path) {
            Ok(state) => states.push((path, state)),
            // Its run has moved it away since the folder was listed.
            Err(StateError::Missing(_)) if folder.is_some() => {}
            Err(error) => unreadable.push(Unreadable { path, reason: error.to_string() }),
        }
    }
    states.sort_by_key(|(_, state)| Reverse(state.saved));
    let exit = if unreadable.is_empty() { Exit::Complete } else { Exit::State };
    let report = Report {
        version: 1,
        now,
        exit_code: exit.code(),
        jobs: states
            .into_iter()
            .map(|(path, state)| job(&path, state, folder.as_deref(), now))
            .collect(),
        folder,
        unreadable,
    };
    if json {
        let object = serde_json::to_string(&report).map_err(Fault::internal)?;
        print(&format!("{object}\n"))?;
    } else {
        let out = io::stdout();
        let columns = terminal_size_of(&out).map_or(USUAL_TERMINAL.1, |(Width(w), _)| w.into());
        print(&text::render(&report, columns, wants_colour(&out)))?;
    }
    for file in &report.unreadable {
        screen.problem(&file.reason);
    }
    Ok(exit)
}

/// What the folder holds, by name; nothing where no run has made it yet.
fn state_files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let refused = |error: io::Error| {
        let shown = folder.display();
        Fault::new(
            Exit::State,
            format!(
                "cannot read state folder {shown}: {error}; give a state file with --state FILE"
            ),
        )
    };
    look::files(folder).map_err(refused)
}

fn job(path: &Path, state: State, folder: Option<&Path>, now: Timestamp) -> Job {
    let usual = folder.map(|folder| folder.join(names::state_file(&state.job)));
    let named = (usual.as_deref() != Some(path)).then_some(path);
    Job::of(state, path, named, look::is_in_use(path), now)
}
