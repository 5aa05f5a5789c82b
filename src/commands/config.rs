//! `trailhaul config`: what is in force, and where each value came from.
//!
//! It reaches neither AWS nor the target. Where it is told a target, it says too what a run would refuse
//! of it all.

use jiff::Timestamp;

use super::{Fault, print};
use crate::{
    cli,
    exit::Exit,
    report::in_force,
    settings::{LoadSettings, Origins, Surroundings},
};

/// Prints it.
pub(super) fn run(args: cli::Load, origins: &Origins, now: Timestamp) -> Result<Exit, Fault> {
    let around = Surroundings::look();
    print(&if args.common.output.json {
        in_force::json(origins, &around).map_err(Fault::internal)?
    } else {
        in_force::text(origins, &around)
    })?;
    if args.to.is_some() {
        LoadSettings::from_load(args, now)?;
    }
    Ok(Exit::Complete)
}
