//! What a run remembers: which state file is its own, and whether it may believe it.

use std::path::PathBuf;

use crate::{
    checkpoint::{
        file::{StateError, StateFile},
        look, names,
        state::{Job, State},
    },
    ending::Identity,
    settings::StateSettings,
    source::{lookup::Selection, regions::Wanted},
};

/// The job of a run, and where its state file lies.
pub(super) struct Memory {
    job: Job,
    path: PathBuf,
    is_named: bool,
}

impl Memory {
    pub(super) fn new(
        settings: &StateSettings,
        selection: &Selection,
        identity: &Identity,
    ) -> Self {
        let job = Job {
            account: identity.account.clone(),
            target: identity.target.clone(),
            index: identity.index.clone(),
            selection: selection.to_string(),
            layout: Some(identity.layout.name().to_owned()),
        };
        let path = settings.file.clone();
        let is_named = path.is_some();
        let path = path.unwrap_or_else(|| settings.folder.join(names::state_file(&job)));
        Self { job, path, is_named }
    }

    /// Whether what the file remembers is known to be of this account: AWS says whose the credentials
    /// are, or somebody names the file. One name serves every account that AWS does not tell.
    pub(super) fn is_told(&self) -> bool {
        self.job.account.is_some() || self.is_named
    }

    /// Where the file is, for people.
    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Takes the file for this run. What cannot be believed is left out of it.
    pub(super) fn open(self) -> Result<(StateFile, State), StateError> {
        let is_told = self.is_told();
        let (file, mut state) = StateFile::open(&self.path, self.job)?;
        if !is_told {
            state.regions.clear();
        }
        Ok((file, state))
    }

    /// What earlier runs have left of these regions, for a run that did not get as far as to hold the
    /// file.
    pub(super) fn known(&self, regions: &Wanted) -> Option<State> {
        if !self.is_told() {
            return None;
        }
        let mut state = look::state(&self.path).ok()?;
        let account = self.job.account.is_none() || state.job.account == self.job.account;
        let same = Job { account: self.job.account.clone(), ..state.job.clone() } == self.job;
        state.regions.retain(|name, _| regions.includes(name));
        (account && same).then_some(state)
    }
}
