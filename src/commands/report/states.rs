//! What state files say is loaded.

use std::path::Path;

use crate::{
    checkpoint::{file::StateError, look, state::State},
    fault::Fault,
    figures::coverage::{Covered, covered},
    window::Second,
};

type Limits = (Option<Second>, Option<Second>);

/// Of the file that `--state` names; `job` is the target and index that it has to be of.
pub(super) fn named(
    path: Option<&Path>,
    job: Option<(&str, &str)>,
    limits: Limits,
    now: Second,
) -> Result<Vec<Covered>, Fault> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let state = look::state(path)?;
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
    Ok(vec![covered(state, limits, now)])
}

/// Of those in the state folder that are of the target and index, whichever account they are of.
pub(super) fn found(folder: &Path, job: (&str, &str), limits: Limits, now: Second) -> Vec<Covered> {
    let paths = look::files(folder).unwrap_or_else(|error| {
        let folder = folder.display();
        tracing::warn!("what is covered is not on the page: cannot read {folder}: {error}");
        Vec::new()
    });
    let is_its = |state: &State| (state.job.target.as_str(), state.job.index.as_str()) == job;
    let states = paths.iter().filter_map(|path| match look::state(path) {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::warn!("what is covered may be more than the page says: {error}");
            None
        }
    });
    states.filter(is_its).map(|state| covered(state, limits, now)).collect()
}
