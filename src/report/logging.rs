//! Log lines on standard error, above the bars where there are any.

use std::io::{self, Write};

use indicatif::MultiProgress;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer, filter::Targets, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::{cli::LogFormat, settings::OutputSettings};

/// Sends log lines to standard error for the rest of the process.
pub fn install(output: OutputSettings, bars: &MultiProgress) {
    let own = if output.quiet { LevelFilter::ERROR } else { LevelFilter::INFO };
    let filter = Targets::new().with_target("trailhaul", own).with_default(LevelFilter::ERROR);
    let writer = AboveBars(bars.clone());
    let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
    let colour = is_terminal && crate::settings::env("NO_COLOR").is_none_or(|v| v.is_empty());
    let registry = tracing_subscriber::registry();
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_target(false);
    // A second installation (in tests) is no fault of the run.
    drop(match output.log_format {
        LogFormat::Json => registry.with(layer.json().with_filter(filter)).try_init(),
        LogFormat::Text => registry.with(layer.with_ansi(colour).with_filter(filter)).try_init(),
    });
}

/// Writes while the bars are out of the way.
#[derive(Debug, Clone)]
struct AboveBars(MultiProgress);

impl Write for AboveBars {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write_all(text))?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'a> MakeWriter<'a> for AboveBars {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
