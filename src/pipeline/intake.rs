//! From pages to batches.

use std::time::Instant;

use jiff::Timestamp;

use super::{Run, repair::Shipment};
use crate::{
    checkpoint::ledger::PageEntry,
    counters::Counter,
    event::{Event, Item, Rejection, Stray, Ticket},
    limits::LINGER,
    sink::{DeadLetter, dead_letter::NOT_AN_EVENT},
    source::page::Page,
};

impl Run {
    /// Takes a page in: its events become documents; what is no event, or has no document in the layout, a
    /// dead letter.
    pub(super) fn take_in(&mut self, page: Page) {
        let Page { ticket, chain, items, proves } = page;
        let Some(lane) = self.plan.lanes.get(ticket.region) else { return };
        lane.counts.add(Counter::Read, items.len() as u64);
        let mut events: Vec<Event> = Vec::with_capacity(items.len());
        let mut strays: Vec<Stray> = Vec::new();
        let mut refused: Vec<(Event, &str)> = Vec::new();
        for item in items {
            match item {
                Item::Event(event) if self.is_filtered(event.time) => {
                    lane.counts.add(Counter::Filtered, 1);
                }
                Item::Event(event) => match self.plan.normalizer.refuses(&event) {
                    Some(reason) => refused.push((*event, reason)),
                    None => events.push(*event),
                },
                Item::Stray(stray) => strays.push(stray),
            }
        }
        let newest = events.iter().map(|event| event.time).max();
        let documents = events.len() + strays.len() + refused.len();
        let safe = self.ledger.read(PageEntry { ticket, chain, documents, proves, newest });
        self.now_safe(safe);
        self.keep_strays(ticket, &strays, &refused);
        for event in events {
            self.add(event, ticket);
        }
    }

    /// Sends a batch on its way when its oldest document has waited long enough.
    pub(super) fn linger(&mut self) {
        if self.lingering_since.is_some_and(|since| since.elapsed() >= LINGER) {
            self.flush();
        }
    }

    /// Sends what waits on its way.
    pub(super) fn flush(&mut self) {
        self.lingering_since = None;
        self.ready.extend(self.batcher.take().map(Shipment::from));
    }

    fn add(&mut self, event: Event, ticket: Ticket) {
        let document = self.plan.normalizer.document(event, ticket);
        if let Some(lane) = self.plan.lanes.get(ticket.region) {
            lane.counts.add(Counter::Bytes, document.body.len() as u64);
        }
        self.lingering_since.get_or_insert_with(Instant::now);
        self.ready.extend(self.batcher.push(document).map(Shipment::from));
        if self.batcher.is_empty() {
            self.lingering_since = None;
        }
    }

    fn is_filtered(&self, time: Timestamp) -> bool {
        self.plan.filter.is_some_and(|period| !period.holds(time))
    }

    fn keep_strays(&mut self, ticket: Ticket, strays: &[Stray], refused: &[(Event, &str)]) {
        let unsent = |kind: &str, reason: &str| Rejection {
            status: 0,
            kind: kind.to_owned(),
            reason: reason.to_owned(),
            path: None,
        };
        let strays = strays.iter().map(|stray| DeadLetter {
            id: stray.id.clone(),
            lookup: stray.lookup.clone(),
            flow: stray.flow.as_deref().cloned(),
            ..self.letter(ticket, &stray.verbatim, &unsent(NOT_AN_EVENT, &stray.reason))
        });
        let refused = refused.iter().map(|(event, reason)| DeadLetter {
            id: Some(event.id.clone()),
            lookup: event.lookup.clone(),
            flow: event.flow.as_deref().cloned(),
            ..self.letter(ticket, &event.verbatim, &unsent("no_document", reason))
        });
        let letters: Vec<_> = strays.chain(refused).collect();
        if self.keep_letters(&letters) {
            self.settled(ticket, letters.len());
            self.count(ticket, Counter::Rejected, letters.len());
        }
    }
}
