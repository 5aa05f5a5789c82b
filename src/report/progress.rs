//! Progress while a run goes on: a bar per active region on a terminal, a log line now and then
//! elsewhere.
//!
//! A bar shows the time line covered, because how many events there are is known to nobody; how
//! long it takes is estimated from the pages that the planners expect.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    bars::{self, Standing},
    canvas::Canvas,
    rate::{Rate, Sample, time_left, time_left_of_all},
};
use crate::{
    counters::{Counter, Counts},
    ending::summary::{quota_share, rounded},
    limits::PROGRESS_LINE_EVERY,
};

/// Shows how far a run is.
pub struct Progress {
    canvas: Canvas,
    lanes: Vec<Lane>,
    begun: Instant,
    last_line: Instant,
}

struct Lane {
    name: String,
    counts: Arc<Counts>,
    rate: Rate,
    done: bool,
}

impl Progress {
    /// Progress over the regions (or files) of these names.
    pub fn new(canvas: Canvas, lanes: Vec<(String, Arc<Counts>)>) -> Self {
        let lane = |(name, counts)| Lane { name, counts, rate: Rate::default(), done: false };
        Self {
            canvas,
            lanes: lanes.into_iter().map(lane).collect(),
            begun: Instant::now(),
            last_line: Instant::now(),
        }
    }

    /// Brings what is shown up to date.
    pub fn tick(&mut self) {
        let at = self.begun.elapsed();
        for lane in &mut self.lanes {
            lane.rate.note(lane.counts.sample(at));
        }
        if self.canvas.is_wanted() {
            self.draw();
        } else if self.last_line.elapsed() >= PROGRESS_LINE_EVERY {
            self.last_line = Instant::now();
            self.line();
        }
    }

    /// A region is done: its bar goes.
    pub fn done(&mut self, region: usize) {
        if let Some(lane) = self.lanes.get_mut(region) {
            lane.done = true;
        }
    }

    /// Nothing more is shown, and nothing is left behind.
    pub fn end(&self) {
        self.show(Vec::new());
    }

    fn draw(&self) {
        let begun = |lane: &&Lane| lane.counts.get(Counter::Read) > 0;
        let active: Vec<_> = self.active().filter(begun).map(Lane::standing).collect();
        let lines = match self.active().count() {
            0 => Vec::new(),
            _ => bars::lines(&active, &self.whole(), Canvas::size()),
        };
        self.show(lines);
    }

    fn show(&self, lines: Vec<String>) {
        if self.canvas.is_wanted() {
            // Where standard error has gone away, nobody looks.
            drop(self.canvas.draw(lines));
        }
    }

    fn line(&self) {
        let whole = self.whole();
        let total = |counter| self.lanes.iter().map(|lane| lane.counts.get(counter)).sum::<u64>();
        tracing::info!(
            read = whole.read,
            created = total(Counter::Created),
            exists = total(Counter::Exists),
            rejected = total(Counter::Rejected),
            covered_percent = (whole.covered * 100).checked_div(whole.wanted),
            active = self.active().count(),
            quota_share = whole.quota_share.map(rounded),
            eta_seconds = whole.left.map(|left| left.as_secs()),
            "loading"
        );
    }

    fn active(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter().filter(|lane| !lane.done)
    }

    /// Of the regions that are being read, each with a quota of its own.
    fn mean_quota_share(&self) -> Option<f64> {
        let shares = self.active().filter_map(Lane::quota_share);
        let (sum, number) = shares.fold((0.0, 0.0), |(sum, n), share| (sum + share, n + 1.0));
        (number > 0.0).then(|| sum / number)
    }

    fn whole(&self) -> Standing {
        let name = format!("total, {} active", self.active().count());
        let left = time_left_of_all(self.active().map(Lane::left));
        self.lanes.iter().map(Lane::standing).fold(
            Standing { name, left, quota_share: self.mean_quota_share(), ..Standing::default() },
            |sum, lane| Standing {
                read: sum.read + lane.read,
                rate: sum.rate + lane.rate,
                covered: sum.covered + lane.covered,
                wanted: sum.wanted + lane.wanted,
                ..sum
            },
        )
    }
}

impl Lane {
    /// Nothing of what makes no calls, such as a record file, or none yet.
    fn quota_share(&self) -> Option<f64> {
        let calls = self.counts.get(Counter::Calls);
        let share = quota_share(self.counts.accepted(), self.counts.at_work().as_secs_f64());
        (calls > 0).then_some(share)
    }

    fn standing(&self) -> Standing {
        let (covered, wanted) = self.counts.progress();
        Standing {
            name: self.name.clone(),
            read: self.counts.get(Counter::Read),
            rate: self.rate.events(),
            covered,
            wanted,
            quota_share: self.quota_share(),
            left: self.left(),
        }
    }

    fn left(&self) -> Option<Duration> {
        time_left(self.counts.pages_left(), self.rate.pages())
    }
}

impl Counts {
    fn sample(&self, at: Duration) -> Sample {
        Sample { at, events: self.get(Counter::Read), pages: self.accepted() }
    }
}
