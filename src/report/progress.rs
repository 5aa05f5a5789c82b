//! Progress while a run goes on: bars per active region on a terminal, a log line now and then
//! elsewhere.
//!
//! A bar shows the time line covered, because how many events there are is known to nobody.

use std::{io::IsTerminal, sync::Arc, time::Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    cli::When,
    counters::{Counter, Counts},
    limits::{MOST_BARS, PROGRESS_LINE_EVERY},
    settings::OutputSettings,
};

/// Shows how far a run is.
pub struct Progress {
    bars: Option<MultiProgress>,
    lanes: Vec<Lane>,
    begun: Instant,
    last_line: Instant,
}

struct Lane {
    name: String,
    counts: Arc<Counts>,
    bar: Option<ProgressBar>,
    done: bool,
}

/// Where bars are drawn, hidden where none are wanted.
pub fn canvas(output: OutputSettings) -> MultiProgress {
    let wanted = match output.progress {
        When::Always => true,
        When::Never => false,
        When::Auto => std::io::stderr().is_terminal(),
    };
    let target = if wanted && !output.quiet {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    MultiProgress::with_draw_target(target)
}

impl Progress {
    /// Progress over the regions (or files) of these names.
    pub fn new(canvas: &MultiProgress, lanes: Vec<(String, Arc<Counts>)>) -> Self {
        let lane = |(name, counts)| Lane { name, counts, bar: None, done: false };
        Self {
            bars: (!canvas.is_hidden()).then(|| canvas.clone()),
            lanes: lanes.into_iter().map(lane).collect(),
            begun: Instant::now(),
            last_line: Instant::now(),
        }
    }

    /// Brings what is shown up to date.
    pub fn tick(&mut self) {
        match &self.bars {
            Some(bars) => {
                let seconds = self.begun.elapsed().as_secs_f64();
                let mut shown = self.lanes.iter().filter(|lane| lane.bar.is_some()).count();
                for lane in &mut self.lanes {
                    shown += lane.draw(bars, seconds, shown < MOST_BARS);
                }
            }
            None if self.last_line.elapsed() >= PROGRESS_LINE_EVERY => {
                self.last_line = Instant::now();
                self.line();
            }
            None => {}
        }
    }

    /// A region is done: its bar goes.
    pub fn done(&mut self, region: usize) {
        if let Some(lane) = self.lanes.get_mut(region) {
            lane.done = true;
            if let Some(bar) = lane.bar.take() {
                bar.finish_and_clear();
            }
        }
    }

    fn line(&self) {
        let total = |counter| self.lanes.iter().map(|lane| lane.counts.get(counter)).sum::<u64>();
        let (read, wanted) = self
            .lanes
            .iter()
            .map(|lane| lane.counts.progress())
            .fold((0, 0), |(read, wanted), (r, w)| (read + r, wanted + w));
        tracing::info!(
            read = total(Counter::Read),
            created = total(Counter::Created),
            exists = total(Counter::Exists),
            rejected = total(Counter::Rejected),
            covered_percent = (read * 100).checked_div(wanted),
            active = self.lanes.iter().filter(|lane| !lane.done).count(),
            "loading"
        );
    }
}

impl Lane {
    /// Draws its bar; says how many bars that added.
    fn draw(&mut self, bars: &MultiProgress, seconds: f64, room: bool) -> usize {
        let read = self.counts.get(Counter::Read);
        let mut added = 0;
        if self.bar.is_none() && !self.done && read > 0 && room {
            let style = ProgressStyle::with_template("{prefix:<16} {bar:24} {percent:>3}%  {msg}");
            let bar = ProgressBar::new(0).with_prefix(self.name.clone());
            let bar = if let Ok(style) = style { bar.with_style(style) } else { bar };
            self.bar = Some(bars.add(bar));
            added = 1;
        }
        if let Some(bar) = &self.bar {
            let (covered, wanted) = self.counts.progress();
            bar.set_length(wanted);
            bar.set_position(covered);
            #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
            let rate = read as f64 / seconds.max(0.001);
            bar.set_message(format!("{read} events, {rate:.0}/s"));
        }
        added
    }
}
