//! A chain: the pages of one window, newest first, of which one is under way at a time.

use std::collections::HashSet;

use super::Call;
use crate::{
    limits::{CALLS_PER_SECOND, EVENTS_PER_PAGE, KEPT_PAGES, MOST_EMPTY_PAGES},
    source::guess::Guess,
    window::{Second, Window},
};

/// One chain.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) window: Window,
    /// Whether the start is left out, because AWS may hold it to be too old.
    pub(super) open: bool,
    /// Whether what lies before the floor is nobody else's, so that it is read too.
    pub(super) bottomless: bool,
    /// The oldest second that is this chain's to read.
    pub(super) floor: Second,
    /// Everything after this second is read.
    pub(super) cursor: Second,
    pub(super) token: Option<String>,
    pub(super) busy: bool,
    /// How the events lie that are left, as far as is known.
    pub(super) guess: Guess,
    /// Tokens that were given since it last got any further.
    pub(super) tokens: HashSet<String>,
    /// Pages without events in a row.
    pub(super) empty: u32,
    /// Tokens lost in a row without getting any further.
    pub(super) stuck: u32,
}

impl Chain {
    pub(super) fn new(window: Window, guess: Guess) -> Self {
        Self {
            window,
            open: false,
            bottomless: false,
            floor: window.start(),
            cursor: window.end(),
            token: None,
            busy: false,
            guess,
            tokens: HashSet::new(),
            empty: 0,
            stuck: 0,
        }
    }

    /// Asks for everything before the end that AWS still has.
    pub(super) fn opened(self) -> Self {
        Self { open: true, bottomless: true, ..self }
    }

    pub(super) fn seconds_left(&self) -> Second {
        (self.cursor - self.floor + 1).max(0)
    }

    /// Seconds that the quota takes for what is left, if it had it alone.
    #[expect(clippy::cast_possible_truncation, reason = "an estimate; what is too large saturates")]
    pub(super) fn time_left(&self) -> Second {
        (self.pages_left() / CALLS_PER_SECOND).ceil() as Second
    }

    pub(super) fn pages_left(&self) -> f64 {
        self.guess.events(self.cursor, self.seconds_left()) / f64::from(EVENTS_PER_PAGE)
    }

    /// The call to make next.
    pub(super) fn call(&self, chain: u32) -> Call {
        Call { chain, token: self.token.clone(), ..Call::first(self.window, self.open) }
    }

    /// Takes the token of the page that came. One that was given before leads in a circle, and so do
    /// pages without events that do not end.
    pub(super) fn take_token(&mut self, token: Option<&String>) {
        let circles = token.is_some_and(|token| !self.tokens.insert(token.clone()));
        if circles || self.empty > MOST_EMPTY_PAGES {
            self.restart();
        } else {
            self.token = token.cloned();
        }
    }

    /// Goes on without a token, from the oldest second that it has seen.
    pub(super) fn restart(&mut self) {
        self.token = None;
        self.tokens.clear();
        self.empty = 0;
        self.stuck += 1;
        // What is older is another chain's, unless nobody else reads it.
        self.open &= self.bottomless;
        self.window = Window::new(self.floor.min(self.cursor), self.cursor).unwrap_or(self.window);
    }

    /// Gives the older half of what it is expected to hold away; the page that is under way is
    /// its own.
    pub(super) fn split(&mut self) -> Option<Self> {
        let left = self.seconds_left();
        let half = self.guess.events(self.cursor, left) / 2.0;
        let kept = half.max(KEPT_PAGES * f64::from(EVENTS_PER_PAGE));
        self.split_at(self.cursor - self.guess.seconds_of(kept, self.cursor, left))
    }

    /// Gives everything up to and with this second away.
    pub(super) fn split_at(&mut self, middle: Second) -> Option<Self> {
        let older = Window::new(self.floor, middle)?;
        self.floor = middle + 1;
        let chain = Self::new(older, self.guess.before(middle));
        Some(if std::mem::take(&mut self.bottomless) { chain.opened() } else { chain })
    }
}
