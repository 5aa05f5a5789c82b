//! Reads one region: plans, paces, calls, and hands the pages on.
//!
//! One region, one task, one owner of its planner and pacer; its calls run side by side within that
//! task. Pages are handed on in the order in which they are taken in, which for one chain is the
//! order of reading. It never decides what is covered: a page only says what it would prove.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    lookup::{Answer, LookupEvents},
    pacer::Pacer,
    page::Page,
    planner::{Call, Planner},
    refusal::Refusal,
};
use crate::{
    counters::{Counter, Counts},
    event::Ticket,
    limits::{
        AWS_FIRST_PATIENCE, AWS_PATIENCE, AWS_RETRY_FIRST, AWS_RETRY_LONGEST, BLIND_SPLIT_EVERY,
        FIRST_PAGE_LATE, MOST_BLIND_SPLITS, MOST_CALLS_UNDER_WAY, MOST_TOKENS_LOST,
        MOST_UNREADABLE, WORTH_A_BLIND_SPLIT,
    },
};

/// How the reading of a region ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Everything that was planned is read.
    Complete,
    /// It was told to stop.
    Stopped,
    /// The region does not know the credentials.
    NotEnabled(String),
    /// A policy denies it.
    Denied(String),
    /// The credentials have run out.
    Expired(String),
    /// AWS does not answer, or not with what it should.
    Failed(String),
}

type UnderWay = Pin<Box<dyn Future<Output = Step> + Send>>;

enum Step {
    /// The call that was made then came back.
    Called(Call, Instant, Result<Answer, Refusal>),
    /// The chain has rested.
    Rested(u32),
}

/// What a chain's call has met since its last page.
#[derive(Debug)]
struct Faults {
    /// Answers that are no page.
    unreadable: u32,
    delays: ExponentialBackoff,
}

impl Default for Faults {
    fn default() -> Self {
        let delays = ExponentialBuilder::new()
            .with_min_delay(AWS_RETRY_FIRST)
            .with_max_delay(AWS_RETRY_LONGEST)
            .without_max_times()
            .with_jitter()
            .build();
        Self { unreadable: 0, delays }
    }
}

/// Reads one region.
pub struct Reader<C> {
    region: usize,
    client: Arc<C>,
    planner: Planner,
    pacer: Pacer,
    pages: mpsc::Sender<Page>,
    counts: Arc<Counts>,
    under_way: FuturesUnordered<UnderWay>,
    next_page: u64,
    /// Whether a page has come, and whether one has since a chain was given up.
    answered: bool,
    well: bool,
    /// Why a chain was given up.
    given_up: Option<String>,
    begun: Instant,
    /// When AWS last said anything of its own, a throttle included.
    heard: Instant,
    /// Calls without an answer since then: one may have been lost on the way.
    unheard: u32,
    /// When to split blindly, unless an answer has come, and how often that was done.
    late: Instant,
    blind_splits: u32,
    faults: HashMap<u32, Faults>,
}

impl<C: LookupEvents> Reader<C> {
    /// A reader of the region at this index, with a plan.
    pub fn new(
        region: usize,
        client: C,
        planner: Planner,
        pages: mpsc::Sender<Page>,
        counts: Arc<Counts>,
    ) -> Self {
        Self {
            region,
            client: Arc::new(client),
            planner,
            pacer: Pacer::default(),
            pages,
            counts,
            under_way: FuturesUnordered::new(),
            next_page: 0,
            answered: false,
            well: false,
            given_up: None,
            begun: Instant::now(),
            heard: Instant::now(),
            unheard: 0,
            late: Instant::now() + FIRST_PAGE_LATE,
            blind_splits: 0,
            faults: HashMap::new(),
        }
    }

    /// Reads until everything is read, the region will not have it, or it is told to stop.
    pub async fn read(mut self, stop: CancellationToken) -> End {
        // While no chain has a call to make, only an answer can change that.
        let mut may_call = true;
        while !self.planner.is_done() {
            tokio::select! {
                biased;
                () = stop.cancelled() => return End::Stopped,
                Some(happened) = self.under_way.next() => {
                    if let Step::Called(_, _, result) = &happened {
                        self.counts.came_back(result.is_ok());
                    }
                    if let Err(end) = self.take(happened, &stop).await {
                        return end;
                    }
                    self.counts.left(self.planner.seconds_left(), self.planner.pages_left());
                    may_call = true;
                }
                () = self.pacer.ready(), if may_call && self.under_way.len() < MOST_CALLS_UNDER_WAY => {
                    may_call = self.start_call();
                }
                // A region that fails is no slow one.
                () = sleep_until(self.late), if self.may_be_slow() => {
                    self.late += BLIND_SPLIT_EVERY;
                    self.blind_splits += 1;
                    may_call |= self.planner.split_blindly(WORTH_A_BLIND_SPLIT);
                }
            }
        }
        self.given_up.map_or(End::Complete, End::Failed)
    }

    /// Whether there is no answer yet, and nothing but slowness to explain it.
    fn may_be_slow(&self) -> bool {
        !self.answered && self.faults.is_empty() && self.blind_splits < MOST_BLIND_SPLITS
    }

    fn start_call(&mut self) -> bool {
        let Some(call) = self.planner.next_call() else { return false };
        let called = self.pacer.called();
        self.counts.calling();
        let client = Arc::clone(&self.client);
        self.under_way.push(Box::pin(async move {
            let result = client.lookup(&call).await;
            Step::Called(call, called, result)
        }));
        true
    }

    async fn take(&mut self, happened: Step, stop: &CancellationToken) -> Result<(), End> {
        match happened {
            Step::Rested(chain) => self.planner.repeat(chain),
            Step::Called(call, _, Ok(answer)) => {
                (self.answered, self.well) = (true, true);
                self.faults.remove(&call.chain);
                let handed_on = self.hand_on(&call, answer, stop).await;
                // While a target that is away holds the page, nobody listens to AWS.
                self.hears();
                return handed_on;
            }
            Step::Called(call, called, Err(refusal)) => {
                return self.refused(&call, called, refusal);
            }
        }
        Ok(())
    }

    async fn hand_on(
        &mut self,
        call: &Call,
        answer: Answer,
        stop: &CancellationToken,
    ) -> Result<(), End> {
        let reading = self.planner.page(call.chain, &answer.facts);
        if reading.stuck > MOST_TOKENS_LOST {
            let reason = format!(
                "the pages of AWS went in a circle {MOST_TOKENS_LOST} times; run again later"
            );
            self.give_up(call.chain, reason)?;
        }
        // What has a time that no chain asks for is whoever's reads it.
        let others = call.oldest_kept..reading.floor;
        let mine = |second: Option<i64>| second.is_none_or(|second| !others.contains(&second));
        let items = answer.items.into_iter().filter(|(second, _)| mine(*second));
        let page = Page {
            ticket: Ticket { region: self.region, page: self.next_page },
            chain: call.chain,
            items: items.map(|(_, item)| item).collect(),
            proves: reading.proves,
        };
        self.next_page += 1;
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(End::Stopped),
            sent = self.pages.send(page) => sent.map_err(|_| End::Stopped),
        }
    }

    fn refused(&mut self, call: &Call, called: Instant, refusal: Refusal) -> Result<(), End> {
        let stuck = match refusal {
            Refusal::Throttled => {
                self.counts.add(Counter::Throttled, 1);
                self.hears();
                self.pacer.throttled(called);
                self.planner.repeat(call.chain);
                return Ok(());
            }
            Refusal::Passing(reason) => return self.rest(call.chain, &reason),
            Refusal::Unreadable(reason) => return self.unreadable(call.chain, &reason),
            Refusal::TokenRefused => self.planner.token_lost(call.chain),
            Refusal::TimeRange if self.is_gone(call) => {
                self.planner.give_up(call.chain);
                return Ok(());
            }
            Refusal::TimeRange => self.planner.start_too_old(call.chain),
            Refusal::Expired(reason) => return Err(End::Expired(reason)),
            // A region that has given pages is enabled: the credentials have been taken back.
            Refusal::Unknown(reason) if self.answered => return Err(End::Failed(reason)),
            Refusal::Unknown(reason) => return Err(End::NotEnabled(reason)),
            Refusal::Denied(reason) => return Err(End::Denied(reason)),
            Refusal::Refused(reason) => return Err(End::Failed(reason)),
        };
        self.counts.add(Counter::Retried, 1);
        if stuck > MOST_TOKENS_LOST {
            let reason = format!("AWS refused the page {MOST_TOKENS_LOST} times; run again later");
            return self.give_up(call.chain, reason);
        }
        Ok(())
    }

    /// Whether there is nothing left of what a call asks for.
    fn is_gone(&self, call: &Call) -> bool {
        let seconds = i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(i64::MAX);
        self.planner.is_gone(call, seconds)
    }

    /// Leaves a chain unread, and lets the others go on. Where no page has come since the last one was left,
    /// it is not the chain.
    fn give_up(&mut self, chain: u32, reason: String) -> Result<(), End> {
        if !std::mem::take(&mut self.well) {
            return Err(End::Failed(reason));
        }
        tracing::debug!(region = self.region, reason, "a part of the region is left unread");
        self.planner.give_up(chain);
        self.given_up.get_or_insert(reason);
        Ok(())
    }

    /// Lets a chain rest after an answer that is no page, unless that happened too often.
    fn unreadable(&mut self, chain: u32, reason: &str) -> Result<(), End> {
        let faults = self.faults.entry(chain).or_default();
        faults.unreadable += 1;
        if faults.unreadable >= MOST_UNREADABLE {
            let reason = format!(
                "the answer to LookupEvents was no page of events {MOST_UNREADABLE} times in a row ({reason}); look for a proxy that answers in AWS's place, then run again"
            );
            return self.give_up(chain, reason);
        }
        self.rest(chain, reason)
    }

    fn hears(&mut self) {
        (self.heard, self.unheard) = (Instant::now(), 0);
    }

    /// Lets a chain rest after a passing fault, unless the region has been silent for too long.
    fn rest(&mut self, chain: u32, reason: &str) -> Result<(), End> {
        let patience = if self.answered { AWS_PATIENCE } else { AWS_FIRST_PATIENCE };
        self.unheard += 1;
        let silent = self.heard.elapsed();
        if silent >= patience && self.unheard > 1 {
            let minutes = silent.as_secs().div_ceil(60);
            return Err(End::Failed(format!(
                "no answer for {minutes} min ({reason}); look at the way to AWS, then run again"
            )));
        }
        tracing::debug!(region = self.region, reason, "call failed, to be made again");
        self.counts.add(Counter::Retried, 1);
        let delay = self.faults.entry(chain).or_default().delays.next();
        let delay = delay.unwrap_or(AWS_RETRY_LONGEST);
        self.under_way.push(Box::pin(async move {
            tokio::time::sleep(delay).await;
            Step::Rested(chain)
        }));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
