//! All that a run says: bars and log lines while it goes on, problems at its end.
//!
//! Where log lines are JSON, problems and the facts of the closing table are log lines too, so that
//! every line of standard error can be parsed.

use std::{io, path::PathBuf};

use super::{canvas::Canvas, check::Check, closing, logging};
use crate::{
    cli::LogFormat,
    ending::Ending,
    secret::Told,
    settings::{OutputSettings, UsageError},
};

/// Where a run is seen.
#[derive(Debug, Clone)]
pub struct Screen {
    /// What is printed.
    pub output: OutputSettings,
    /// Where bars are drawn.
    pub canvas: Canvas,
    /// The file of metrics, where one is wanted.
    pub metrics: Option<PathBuf>,
    /// What problems must not repeat.
    pub told: Told,
}

impl Screen {
    /// The one of this process. Log lines go to it from now on.
    pub fn open(
        output: OutputSettings,
        metrics: Option<PathBuf>,
        told: Told,
    ) -> Result<Self, UsageError> {
        let canvas = Canvas::new(output);
        logging::install(output, &canvas)?;
        Ok(Self { output, canvas, metrics, told })
    }

    /// Says what is wrong, or what to do about it.
    pub fn problem(&self, sentence: &str) {
        let sentence = self.told.kept_out_of(sentence);
        match self.output.log_format {
            LogFormat::Json => tracing::error!("{sentence}"),
            LogFormat::Text => complain(&sentence),
        }
    }

    /// Says how a run ended, beside what standard output gets.
    pub fn close(&self, ending: &Ending) {
        if self.output.log_format == LogFormat::Json {
            log_facts(ending);
        }
        for problem in closing::problems(ending, self.output) {
            self.problem(&problem);
        }
    }

    /// Says what a check found, beside what standard output gets: all of it where log lines are JSON, else
    /// what fails, if no table says it.
    pub fn check(&self, check: &Check) {
        let is_log = self.output.log_format == LogFormat::Json;
        if is_log {
            log_findings(check);
        }
        if is_log || self.output.json || self.output.quiet {
            check.problems().iter().for_each(|problem| self.problem(problem));
        }
    }
}

/// Says what is wrong before anything else could be said.
pub fn complain(sentence: &str) {
    // Standard error may be closed; there is nobody left to tell.
    drop(io::Write::write_all(&mut io::stderr(), format!("trailhaul: {sentence}\n").as_bytes()));
}

/// What the table of a check says, a line each.
fn log_findings(check: &Check) {
    for finding in check.findings() {
        tracing::info!(
            check = finding.check,
            outcome = finding.outcome.name(),
            says = finding.says,
            mend = finding.mend,
            "checked"
        );
    }
    for region in check.regions() {
        tracing::info!(
            region = region.region,
            outcome = region.outcome.name(),
            reason = region.reason,
            mend = region.mend,
            calls = region.calls,
            throttled = region.throttled,
            events = region.events,
            "region checked"
        );
    }
}

/// What the closing table says, a line per region and one for the run.
fn log_facts(ending: &Ending) {
    let summary = &ending.summary;
    for region in &summary.regions {
        tracing::info!(
            region = region.region,
            outcome = region.outcome.name(),
            reason = region.reason,
            read = region.counted.read,
            created = region.counted.created,
            exists = region.counted.exists,
            rejected = region.counted.rejected,
            throttled = region.counted.throttled,
            quota_share = region.quota_share,
            seconds = region.seconds,
            "region ended"
        );
    }
    tracing::info!(
        read = summary.totals.read,
        created = summary.totals.created,
        exists = summary.totals.exists,
        rejected = summary.totals.rejected,
        filtered = summary.totals.filtered,
        throttled = summary.totals.throttled,
        balanced = summary.balanced,
        dead_letters = summary.dead_letters.count,
        seconds = summary.seconds,
        exit_code = summary.exit_code,
        "run ended"
    );
}
