//! What is meant by what was typed: valid by construction, with times and secrets resolved.
//!
//! The only reader of the environment and of secret files. It reaches neither AWS nor the target.
//! Every error is a sentence that names the option and the next step; the exit code is 2.

pub mod auth;
pub mod check;
mod document;
pub(crate) mod file;
pub mod given;
mod input;
mod load;
pub mod origin;
mod output;
mod period;
pub mod report;
mod state;
pub mod status;
pub mod strays;
mod surroundings;
pub mod target;
pub mod time;
pub mod typed;

use std::path::Path;

pub use auth::{AuthSettings, Authentication};
pub use check::CheckSettings;
pub use document::{DocumentSettings, rules_file};
pub use given::{Given, NotGiven};
pub use input::Input;
pub use load::{LoadSettings, ReplaySettings};
pub use origin::{Origin, Origins, Source};
pub use output::OutputSettings;
pub use period::Period;
pub use report::ReportSettings;
pub use state::StateSettings;
pub use status::StatusSettings;
pub use surroundings::Surroundings;
pub use target::Place;

/// Something typed that cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub(crate) String);

fn read_text(option: &str, path: &Path) -> Result<String, UsageError> {
    std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!(
            "cannot read {option} {}: {error}; give a file that this user may read",
            path.display()
        ))
    })
}

/// Whether a stream is a terminal that has colours, whose user has not asked for none.
pub(crate) fn wants_colour(stream: &impl std::io::IsTerminal) -> bool {
    can_draw(stream) && env("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether a stream is a terminal that can do more than print: move its cursor, and show colours.
pub(crate) fn can_draw(stream: &impl std::io::IsTerminal) -> bool {
    stream.is_terminal() && env("TERM").is_some_and(|terminal| terminal != "dumb")
}

/// The names of all that is set.
fn variables() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// The one place where the environment is read.
#[expect(clippy::disallowed_methods, reason = "this is settings")]
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
