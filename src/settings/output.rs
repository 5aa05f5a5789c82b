//! What is printed.

use crate::cli;

/// What is printed.
#[derive(Debug, Clone, Copy)]
pub struct OutputSettings {
    /// One JSON object at the end.
    pub json: bool,
    /// Problems alone.
    pub quiet: bool,
    /// When to draw bars.
    pub progress: cli::When,
    /// Form of what standard error gets.
    pub log_format: cli::LogFormat,
}

/// A command that has no options about it prints for people.
impl Default for OutputSettings {
    fn default() -> Self {
        let (progress, log_format) = (cli::When::Auto, cli::LogFormat::Text);
        Self { json: false, quiet: false, progress, log_format }
    }
}

impl From<&cli::Output> for OutputSettings {
    fn from(args: &cli::Output) -> Self {
        let &cli::Output { json, quiet, progress, log_format } = args;
        Self { json, quiet, progress, log_format }
    }
}
