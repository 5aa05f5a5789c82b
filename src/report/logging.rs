//! Log lines on standard error, above the bars where there are any.
//!
//! What other crates log is left out: what matters of it is in trailhaul's own sentences.
//! `TRAILHAUL_LOG` brings it back, but not the details that could hold a secret (a request's
//! headers, a string to sign).

use std::io::{self, Write};

use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer,
    filter::{Targets, filter_fn},
    fmt::MakeWriter,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::canvas::Canvas;
use crate::{
    cli::LogFormat,
    settings::{OutputSettings, UsageError, env, wants_colour},
};

/// Sends log lines to standard error for the rest of the process.
pub(super) fn install(output: OutputSettings, canvas: &Canvas) -> Result<(), UsageError> {
    let asked = env("TRAILHAUL_LOG").filter(|asked| !asked.is_empty());
    let wanted = filter(output, asked.as_deref())?;
    let colour = wants_colour(&io::stderr());
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(AboveBars(canvas.clone()))
        .with_target(asked.is_some())
        .with_ansi(colour);
    let layer = match output.log_format {
        LogFormat::Json => layer.json().with_filter(wanted).boxed(),
        LogFormat::Text => layer.with_filter(wanted).boxed(),
    };
    let registry = tracing_subscriber::registry().with(layer.with_filter(filter_fn(is_harmless)));
    // A second installation (in tests) is no fault of the run.
    drop(registry.try_init());
    Ok(())
}

/// Which lines are wanted: those of trailhaul, and what `TRAILHAUL_LOG` says.
fn filter(output: OutputSettings, asked: Option<&str>) -> Result<Targets, UsageError> {
    let own = if output.quiet { LevelFilter::ERROR } else { LevelFilter::INFO };
    let Some(asked) = asked else { return Ok(Targets::new().with_target("trailhaul", own)) };
    let asked: Targets = asked.parse().map_err(|error| {
        UsageError(format!(
            "TRAILHAUL_LOG: {error}; give levels such as debug or trailhaul=debug,rustls=info"
        ))
    })?;
    let about_us = asked.default_level().is_some()
        || asked.iter().any(|(target, _)| target.starts_with("trailhaul"));
    Ok(if about_us { asked } else { asked.with_target("trailhaul", own) })
}

/// Whether a line cannot hold a secret: other crates print whole requests from DEBUG on.
fn is_harmless(line: &Metadata<'_>) -> bool {
    line.target().starts_with("trailhaul") || *line.level() <= Level::INFO
}

/// Writes while the bars are out of the way.
#[derive(Debug, Clone)]
struct AboveBars(Canvas);

impl Write for AboveBars {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.above(text)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for AboveBars {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::When;

    fn output(quiet: bool) -> OutputSettings {
        OutputSettings { json: false, quiet, progress: When::Auto, log_format: LogFormat::Text }
    }

    #[test]
    fn other_crates_are_heard_on_request_alone() {
        let cases = [
            (None, false, [true, false]),
            (None, true, [false, false]),
            (Some("trailhaul=warn"), false, [false, false]),
            (Some("rustls_platform_verifier=debug"), false, [true, true]),
            (Some("info"), true, [true, true]),
        ];
        for (asked, quiet, expected) in cases {
            let filter = filter(output(quiet), asked).unwrap();
            let heard = ["trailhaul::pipeline", "rustls_platform_verifier"]
                .map(|target| filter.would_enable(target, &Level::INFO));
            assert_eq!(heard, expected, "{asked:?}, quiet: {quiet}");
        }
        let error = filter(output(false), Some("a=b=c")).unwrap_err().to_string();
        assert!(error.contains("TRAILHAUL_LOG"), "{error}");
    }
}
