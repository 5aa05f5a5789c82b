//! What `trailhaul check` was told.

use jiff::Timestamp;

use super::{
    UsageError,
    document::{DocumentSettings, document},
    input::of_aws,
    period::{Period, period},
    target::{self, Place},
};
use crate::{
    cli,
    source::{lookup::Selection, regions::Wanted},
};

/// A check before a run.
#[derive(Debug)]
pub struct CheckSettings {
    /// Which regions.
    pub regions: Wanted,
    /// Which events of a region.
    pub selection: Selection,
    /// The AWS profile, where one is named.
    pub profile: Option<String>,
    /// Which stretch of time a load would read.
    pub period: Period,
    /// How documents look.
    pub document: DocumentSettings,
    /// Where they would go.
    pub place: Place,
    /// Whether something may be written, and removed again.
    pub write_test: bool,
}

impl CheckSettings {
    /// What `trailhaul check` was told.
    pub fn from_check(args: cli::Check, now: Timestamp) -> Result<Self, UsageError> {
        let period = period(&args.source, now)?;
        let (regions, selection) = of_aws(args.source)?;
        Ok(Self {
            regions,
            selection,
            profile: args.target.profile.clone(),
            period,
            document: document(args.document)?,
            place: target::place(&args.to, args.target)?,
            write_test: args.write_test,
        })
    }
}
