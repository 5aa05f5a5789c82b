//! Which call of a region to make next.
//!
//! Pure: no I/O, no clock. A window is read by a *chain* of pages, newest first, each page giving the
//! token of the next, so one chain has one call under way at a time. When the quota allows a call
//! and every chain is busy, the planner splits what remains of the chain that it expects to hold
//! most: the older half of its events becomes a chain of its own. The parameters of a running chain
//! never change (a token is bound to them); only its `floor` rises, below which events are the other
//! chain's.
//!
//! Nothing is split before a first page shows that there is more, so an empty region costs one call;
//! only where that page is late does the reader ask for a split in spite of it. Each chain costs about
//! half a page, since its last one is seldom full.
//!
//! AWS keeps ninety days, and while a long backfill runs the oldest events leave them. So what would be
//! gone before its turn comes is read first, from the oldest on, in chains that are short enough to be
//! read in time.

mod chain;

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
};

use self::chain::Chain;
use super::guess::Guess;
use crate::{
    limits::{
        CALLS_PER_SECOND, EDGE_TIMES, KEPT_LONGER, LEAVING_TIMES, WORTH_A_SPLIT_PAGES,
        WORTH_AN_EDGE,
    },
    window::{Second, Window},
};

/// One call to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The chain that it goes on.
    pub chain: u32,
    /// The first second to ask for, the same for each call of the chain; none asks for everything
    /// that AWS still has.
    pub start: Option<Second>,
    /// The last second to ask for, the same for each call of the chain.
    pub end: Second,
    /// Events before this second are none that AWS can have, whatever their time says.
    pub oldest_kept: Second,
    /// The token of the page before; none for the first.
    pub token: Option<String>,
}

impl Call {
    /// The first of a window; an open one asks for everything before its end that AWS still has.
    pub fn first(window: Window, open: bool) -> Self {
        let (start, end) = (window.start(), window.end());
        let oldest_kept = if open { start.saturating_sub(KEPT_LONGER) } else { start };
        Self { chain: 0, start: (!open).then_some(start), end, oldest_kept, token: None }
    }
}

/// What a call brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// The second down to which the page reaches; none for an empty page, or where that is not known.
    pub oldest: Option<Second>,
    /// Events on the page.
    pub events: usize,
    /// Token of the next page; none ends the chain.
    pub token: Option<String>,
}

/// What a page means for the region's time line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Events before this second are another chain's.
    pub floor: Second,
    /// The seconds that are wholly read with this page.
    pub proves: Option<Window>,
    /// How often in a row the chain has lost its token without getting any further.
    pub stuck: u32,
}

/// The chains of one region.
#[derive(Debug, Default)]
pub struct Planner {
    chains: BTreeMap<u32, Chain>,
    next_chain: u32,
    /// The oldest second that AWS kept when the reading began.
    horizon: Second,
    pages_read: u64,
}

impl Planner {
    /// A plan that reads these windows, which must not overlap. What begins at the horizon (the
    /// oldest second that AWS keeps) or before is read to the last event that AWS still has.
    pub fn new(windows: &[Window], horizon: Second) -> Self {
        let mut planner = Self { horizon, ..Self::default() };
        for window in windows {
            let chain = Chain::new(*window, Guess::default());
            planner.begin(if window.start() <= horizon { chain.opened() } else { chain });
        }
        planner
    }

    /// The next call to make now, if there is one to make: of a chain that waits, else of a new one
    /// split off. Until an answer comes nothing changes, so none stays none.
    pub fn next_call(&mut self) -> Option<Call> {
        self.split_edges();
        if self.chains.values().all(|chain| chain.busy) {
            self.split_fullest();
        }
        let leaving = self.leaving_until();
        let waiting = self.chains.iter_mut().filter(|(_, chain)| !chain.busy);
        let (id, chain) = waiting.max_by(|(_, a), (_, b)| urgency(a, b, leaving))?;
        chain.busy = true;
        Some(chain.call(*id))
    }

    /// Splits the widest window in the middle, though no page has come to show what is in it. Says
    /// whether one had so many seconds left.
    pub fn split_blindly(&mut self, least: Second) -> bool {
        let widest = self.chains.values_mut().max_by_key(|chain| chain.seconds_left());
        let older = widest
            .filter(|chain| chain.seconds_left() >= least)
            .and_then(|chain| chain.split_at(chain.cursor - chain.seconds_left() / 2));
        let Some(older) = older else { return false };
        self.begin(older);
        true
    }

    /// Takes a page in and says what it proves.
    pub fn page(&mut self, id: u32, page: &PageFacts) -> Reading {
        let Some(chain) = self.chains.get_mut(&id) else {
            return Reading { floor: Second::MAX, proves: None, stuck: 0 };
        };
        let before = chain.cursor;
        self.pages_read += 1;
        chain.busy = false;
        let oldest = page.oldest.unwrap_or(before).min(before);
        // Seconds newer than the oldest event are whole; its own second may go on overleaf.
        let passed = oldest < chain.floor && !chain.bottomless;
        let at_end = page.token.is_none() || passed;
        let whole_from = if at_end { chain.floor } else { chain.floor.max(oldest + 1) };
        let floor = if chain.bottomless { Second::MIN } else { chain.floor };
        let proves = Window::new(whole_from, before);
        chain.cursor = oldest;
        if page.oldest.is_some() {
            chain.guess.page(page.events, before, oldest);
        }
        if chain.cursor < before {
            chain.stuck = 0;
            chain.tokens = chain.token.iter().cloned().collect();
        }
        chain.empty = if page.events == 0 { chain.empty + 1 } else { 0 };
        chain.take_token(page.token.as_ref());
        let reading = Reading { floor, proves, stuck: chain.stuck };
        if at_end {
            self.chains.remove(&id);
        }
        reading
    }

    /// The call came to nothing and can be made again as it was.
    pub fn repeat(&mut self, id: u32) {
        if let Some(chain) = self.chains.get_mut(&id) {
            chain.busy = false;
        }
    }

    /// AWS holds the chain's start to be too old: asks for what it still has.
    pub fn start_too_old(&mut self, id: u32) -> u32 {
        let stuck = self.token_lost(id);
        if let Some(chain) = self.chains.get_mut(&id) {
            chain.open = true;
        }
        stuck
    }

    /// AWS would not take the token: the chain goes on without, from the oldest second it has seen.
    /// Says how often in a row that was needed.
    pub fn token_lost(&mut self, id: u32) -> u32 {
        let Some(chain) = self.chains.get_mut(&id) else { return 0 };
        chain.busy = false;
        chain.restart();
        chain.stuck
    }

    /// Whether all that a call asks for has left AWS's ninety days, so many seconds after the beginning.
    pub fn is_gone(&self, call: &Call, seconds: Second) -> bool {
        call.start.is_none() && call.end < self.horizon.saturating_add(seconds)
    }

    /// Leaves a chain unread.
    pub fn give_up(&mut self, id: u32) {
        self.chains.remove(&id);
    }

    /// Whether everything is read.
    pub fn is_done(&self) -> bool {
        self.chains.is_empty()
    }

    /// Seconds that no page has proved yet.
    pub fn seconds_left(&self) -> u64 {
        self.chains.values().map(|chain| chain.seconds_left().unsigned_abs()).sum()
    }

    /// About how many pages are left. Each chain has one at least, and that is all that can be said
    /// of one whose density is unknown.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
    pub fn pages_left(&self) -> u64 {
        self.chains.values().map(|chain| chain.pages_left().max(1.0).ceil() as u64).sum()
    }

    /// The second up to which events may leave the ninety days before all is read.
    fn leaving_until(&self) -> Second {
        let pages = self.pages_read.saturating_add(self.pages_left());
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a guess")]
        let time = (pages as f64 / CALLS_PER_SECOND).ceil() as Second;
        // In less time hardly one does.
        let time = if time < WORTH_AN_EDGE { 0 } else { time };
        self.horizon.saturating_add(time.saturating_mul(LEAVING_TIMES))
    }

    /// Splits from the oldest chain what would be gone when its turn comes, and from that again, until the
    /// oldest is read in no time.
    fn split_edges(&mut self) {
        let leaving = self.leaving_until();
        while let Some(oldest) = self.chains.values_mut().min_by_key(|chain| chain.floor) {
            let time = oldest.time_left();
            let edge = time.saturating_mul(EDGE_TIMES);
            let is_worth_it =
                time >= WORTH_AN_EDGE && oldest.seconds_left() > edge.saturating_mul(2);
            if !is_worth_it || oldest.floor >= leaving {
                return;
            }
            let Some(older) = oldest.split_at(oldest.floor + edge - 1) else { return };
            self.begin(older);
        }
    }

    fn begin(&mut self, chain: Chain) {
        self.chains.insert(self.next_chain, chain);
        self.next_chain += 1;
    }

    fn split_fullest(&mut self) {
        let fullest = self
            .chains
            .values_mut()
            .map(|chain| (chain.pages_left(), chain))
            .filter(|(pages, _)| *pages >= WORTH_A_SPLIT_PAGES)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(older) = fullest.and_then(|(_, chain)| chain.split()) {
            self.begin(older);
        }
    }
}

/// What leaves the ninety days first; else the fullest, so that all chains end at about the same time and the
/// tail is short.
fn urgency(a: &Chain, b: &Chain, leaving: Second) -> Ordering {
    let leaves = |chain: &Chain| (chain.floor < leaving).then_some(Reverse(chain.floor));
    let fullest = || a.pages_left().total_cmp(&b.pages_left());
    leaves(a).cmp(&leaves(b)).then_with(fullest).then_with(|| b.floor.cmp(&a.floor))
}

#[cfg(test)]
mod tests;
