//! What state files say is loaded.

use std::path::Path;

use crate::{
    checkpoint::{
        file::{self, StateError},
        state::State,
    },
    commands::Fault,
    figures::coverage::{Covered, covered},
    window::Second,
};

type Limits = (Option<Second>, Option<Second>);

/// Of the file that `--state` names; `job` is the target and index that it has to be of.
pub(super) fn named(
    path: Option<&Path>,
    job: Option<(&str, &str)>,
    limits: Limits,
) -> Result<Vec<Covered>, Fault> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let state = file::look(path)?;
    if let Some((target, index)) = job {
        for (what, found, wanted) in
            [("target", &state.job.target, target), ("index", &state.job.index, index)]
        {
            if found != wanted {
                let (path, found, wanted) = (path.to_owned(), found.clone(), wanted.to_owned());
                return Err(StateError::OtherJob { path, what, found, wanted }.into());
            }
        }
    }
    Ok(vec![covered(&state, limits.0, limits.1)])
}

/// Of those in the state folder that are of the target and index, whichever account they are of.
pub(super) fn found(folder: &Path, job: (&str, &str), limits: Limits) -> Vec<Covered> {
    // There is no folder where nothing was ever remembered.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    paths.sort();
    let is_its = |state: &State| (state.job.target.as_str(), state.job.index.as_str()) == job;
    let states = paths.iter().filter_map(|path| match file::look(path) {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::warn!("what is covered may be more than the page says: {error}");
            None
        }
    });
    states.filter(is_its).map(|state| covered(&state, limits.0, limits.1)).collect()
}
