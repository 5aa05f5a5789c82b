//! The ledger: which pages are settled, and so which seconds are safely loaded.
//!
//! Pure: no I/O, no clock. A page of a chain proves some seconds wholly read, because pages come
//! newest first. Those seconds become coverage only when every document of that page *and of all
//! earlier pages of its chain* has its final verdict; a later page of the same chain that is
//! settled first waits. So coverage never runs ahead of what is durable, in whatever order batches
//! come back.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::{event::Ticket, window::Window};

/// A page as the ledger needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageEntry {
    /// The page.
    pub ticket: Ticket,
    /// The chain of the region that it belongs to.
    pub chain: u32,
    /// How many documents it has to settle; none is fine.
    pub documents: usize,
    /// The seconds that are wholly read with this page, if any.
    pub proves: Option<Window>,
    /// Time of its newest event.
    pub newest: Option<Timestamp>,
}

/// A page that has just become safe, with all before it in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Safe {
    /// Index of the region.
    pub region: usize,
    /// The seconds that are now loaded, if it proved any.
    pub window: Option<Window>,
    /// Time of its newest event.
    pub newest: Option<Timestamp>,
}

/// What is read and not yet settled.
#[derive(Debug, Default)]
pub struct Ledger {
    chains: BTreeMap<(usize, u32), VecDeque<PageEntry>>,
    chain_of: BTreeMap<Ticket, u32>,
}

impl Ledger {
    /// Writes down a page that was read. Pages of one chain must come in the order of reading.
    pub fn read(&mut self, page: PageEntry) -> Vec<Safe> {
        self.chain_of.insert(page.ticket, page.chain);
        self.chains.entry((page.ticket.region, page.chain)).or_default().push_back(page);
        self.advance(page.ticket.region, page.chain)
    }

    /// Writes down that so many documents of a page have their final, durable verdict.
    pub fn settle(&mut self, ticket: Ticket, documents: usize) -> Vec<Safe> {
        let Some(&chain) = self.chain_of.get(&ticket) else { return Vec::new() };
        let pages = self.chains.entry((ticket.region, chain)).or_default();
        if let Some(page) = pages.iter_mut().find(|page| page.ticket == ticket) {
            page.documents = page.documents.saturating_sub(documents);
        }
        self.advance(ticket.region, chain)
    }

    /// Whether every page of the region that was read is settled.
    pub fn is_settled(&self, region: usize) -> bool {
        self.chains.range((region, 0)..=(region, u32::MAX)).next().is_none()
    }

    /// How many documents of the region that were read have no verdict.
    pub fn unsettled(&self, region: usize) -> usize {
        let chains = self.chains.range((region, 0)..=(region, u32::MAX));
        chains.flat_map(|(_, pages)| pages).map(|page| page.documents).sum()
    }

    fn advance(&mut self, region: usize, chain: u32) -> Vec<Safe> {
        let mut safe = Vec::new();
        let Some(pages) = self.chains.get_mut(&(region, chain)) else { return safe };
        while let Some(page) = pages.pop_front_if(|page| page.documents == 0) {
            self.chain_of.remove(&page.ticket);
            safe.push(Safe { region, window: page.proves, newest: page.newest });
        }
        if pages.is_empty() {
            self.chains.remove(&(region, chain));
        }
        safe
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(number: u64, documents: usize, start: i64, end: i64) -> PageEntry {
        let ticket = Ticket { region: 0, page: number };
        PageEntry { ticket, chain: 7, documents, proves: Window::new(start, end), newest: None }
    }

    #[test]
    fn an_empty_page_is_safe_at_once() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.read(page(0, 0, 1, 9)).len(), 1);
        assert!(ledger.is_settled(0));
    }

    #[test]
    fn a_later_page_waits_for_the_earlier_one() {
        let mut ledger = Ledger::default();
        ledger.read(page(0, 2, 50, 99));
        ledger.read(page(1, 1, 0, 49));
        assert_eq!(ledger.settle(Ticket { region: 0, page: 1 }, 1), []);
        assert_eq!(ledger.settle(Ticket { region: 0, page: 0 }, 1), []);
        let safe = ledger.settle(Ticket { region: 0, page: 0 }, 1);
        assert_eq!(safe.iter().map(|s| s.window.unwrap().start()).collect::<Vec<_>>(), [50, 0]);
        assert!(ledger.is_settled(0));
    }

    proptest! {
        /// However the documents of a chain's pages are settled, a page's seconds are safe exactly
        /// when it and all before it are settled.
        #[test]
        fn coverage_is_a_settled_prefix(
            sizes in prop::collection::vec(0_usize..5, 1..12),
            order in prop::collection::vec(any::<prop::sample::Index>(), 60),
        ) {
            let mut ledger = Ledger::default();
            let mut left = sizes.clone();
            let mut safe = 0;
            for (number, size) in sizes.iter().enumerate() {
                let second = i64::try_from(sizes.len() - number).unwrap();
                safe += ledger.read(page(number as u64, *size, second, second)).len();
            }
            for pick in order {
                prop_assert_eq!(ledger.unsettled(0), left.iter().sum::<usize>());
                let open: Vec<usize> = (0..left.len()).filter(|i| left[*i] > 0).collect();
                if open.is_empty() { break }
                let number = open[pick.index(open.len())];
                left[number] -= 1;
                safe += ledger.settle(Ticket { region: 0, page: number as u64 }, 1).len();
                let prefix = left.iter().take_while(|left| **left == 0).count();
                prop_assert_eq!(safe, prefix);
            }
        }
    }
}
