//! `trailhaul config`: what is in force, and where each value came from.
//!
//! It reaches neither AWS nor the target. It says too what a run would refuse of it all, but for a target
//! that is not told.

use jiff::Timestamp;

use super::{Fault, connect::Documents, print};
use crate::{
    cli,
    exit::Exit,
    report::in_force,
    settings::{LoadSettings, Origins, Place, Surroundings},
};

/// A target that asks nothing of the options beside it.
const ANY_TARGET: &str = "http://localhost:9200";

/// Prints it.
pub(super) fn run(args: cli::Load, origins: &Origins, now: Timestamp) -> Result<Exit, Fault> {
    let around = Surroundings::look();
    let (json, told) = (args.common.output.json, args.to.is_some());
    // Without a target the other values are looked at all the same, as for one like any.
    let to = args.to.or_else(|| Some(ANY_TARGET.to_owned()));
    let settings = LoadSettings::from_load(cli::Load { to, ..args }, now);
    let auth = match &settings {
        Ok(LoadSettings { place: Place::Cluster(cluster), .. }) if told => Some(&cluster.auth),
        _ => None,
    };
    print(&if json {
        in_force::json(origins, auth, &around).map_err(Fault::internal)?
    } else {
        in_force::text(origins, auth, &around)
    })?;
    Documents::new(settings?.document)?;
    Ok(Exit::Complete)
}
