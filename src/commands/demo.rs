//! `trailhaul demo`: the main job against a simulated AWS in the process.

use super::{Fault, load};
use crate::{
    exit::Exit,
    settings::{LoadSettings, OutputSettings},
};

pub(super) async fn run(settings: LoadSettings, output: OutputSettings) -> Result<Exit, Fault> {
    load::run(settings, output).await
}
