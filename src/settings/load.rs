//! The runs that bring documents to a target: what each of them was told.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    UsageError,
    document::{DocumentSettings, document},
    input::{Input, aws_input, reject_with_files},
    period::{Period, period},
    state::{StateSettings, state, state_folder},
    target::{self, Place},
};
use crate::cli;

/// A run of `load` or `demo`.
#[derive(Debug)]
pub struct LoadSettings {
    /// Where events come from.
    pub input: Input,
    /// The AWS profile, where one is named.
    pub profile: Option<String>,
    /// Which stretch of time.
    pub period: Period,
    /// How documents look.
    pub document: DocumentSettings,
    /// Where they go.
    pub place: Place,
    /// What is remembered.
    pub state: StateSettings,
}

impl LoadSettings {
    /// What `trailhaul load` was told.
    pub fn from_load(args: cli::Load, now: Timestamp) -> Result<Self, UsageError> {
        let from = args.from;
        if !from.is_empty() {
            reject_with_files(&args.source)?;
        }
        let to = args.to.ok_or_else(target::missing)?;
        let mut settings = Self::new(&to, args.source, args.common, now)?;
        if !from.is_empty() {
            settings.input = Input::Files(from);
        }
        Ok(settings)
    }

    /// What `trailhaul demo` was told.
    pub fn from_demo(args: cli::Demo, now: Timestamp) -> Result<Self, UsageError> {
        Self::new(&args.to, args.source, args.common, now)
    }

    fn new(
        to: &str,
        source: cli::Source,
        common: cli::Common,
        now: Timestamp,
    ) -> Result<Self, UsageError> {
        let period = period(&source, now)?;
        Ok(Self {
            input: aws_input(source)?,
            profile: common.target.profile.clone(),
            period,
            document: document(common.document)?,
            place: target::place(to, common.target)?,
            state: state(common.state),
        })
    }
}

/// A run of `replay`.
#[derive(Debug)]
pub struct ReplaySettings {
    /// The dead-letter files.
    pub files: Vec<PathBuf>,
    /// How documents look.
    pub document: DocumentSettings,
    /// Where they go.
    pub place: Place,
    /// Where learned rules are kept.
    pub folder: PathBuf,
}

impl ReplaySettings {
    /// What `trailhaul replay` was told.
    pub fn from_replay(args: cli::Replay) -> Result<Self, UsageError> {
        Ok(Self {
            files: args.files,
            document: document(args.document)?,
            place: target::place(&args.to, args.target)?,
            folder: state_folder(),
        })
    }
}
