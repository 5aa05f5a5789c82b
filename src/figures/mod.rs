//! What a report says of events, counted. Pure: no I/O, no clock.
//!
//! [`Figures`] come from two sides: from record files event by event ([`Counter`]), or from an index by its
//! own sums ([`question`] makes what is asked and reads what is answered). Which fields count, and for
//! which table, is data that both go by ([`field`], [`table`]), so that both give the same figures for the
//! same events. Memory is bounded whatever the events hold ([`tally`]).

pub mod coverage;
pub mod field;
pub mod heat;
pub mod question;
pub mod table;
pub mod tally;

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use crate::{
    event::{Event, Item},
    limits::IDS_REMEMBERED,
    window::Window,
};
use field::{Field, Names};
use heat::{Heat, HeatOfUnknown, Step};
use table::{Key, Table};
use tally::{Seen, Tally};

/// What a report says of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// How many there are, each once.
    pub events: u64,
    /// From the first to the last of them; none where there is none.
    pub period: Option<Window>,
    /// When and in which region they were.
    pub heat: Heat,
    /// The tables that have rows.
    pub tables: BTreeMap<Table, Tally<Key>>,
    /// What was met and is not counted.
    pub aside: Aside,
}

/// What was met and is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aside {
    /// Lines of VPC flow logs.
    pub flows: u64,
    /// Documents of an index that are neither these nor events.
    pub others: u64,
    /// Records of files that are no events.
    pub strays: u64,
    /// Events of files that were there before.
    pub copies: u64,
    /// Whether there were too many events to tell further copies.
    pub copies_unknown: bool,
}

impl Figures {
    /// Those of no events.
    pub fn none(step: Step) -> Self {
        let aside = Aside::default();
        Self { events: 0, period: None, heat: Heat::new(step), tables: BTreeMap::new(), aside }
    }

    /// The rows of a table.
    pub fn table(&self, table: Table) -> &Tally<Key> {
        static NONE: LazyLock<Tally<Key>> = LazyLock::new(Tally::default);
        self.tables.get(&table).unwrap_or(&NONE)
    }

    /// Counts events for a row.
    pub fn add(&mut self, table: Table, key: Key, seen: Seen) {
        self.tables.entry(table).or_default().add(key, seen);
    }
}

/// Counts events one by one.
#[derive(Debug)]
pub struct Counter {
    figures: Figures,
    heat: HeatOfUnknown,
    /// Hashes of the ids: what is there twice is counted once.
    ids: HashSet<u64>,
    hasher: RandomState,
}

impl Default for Counter {
    fn default() -> Self {
        let (heat, ids, hasher) = (HeatOfUnknown::default(), HashSet::new(), RandomState::new());
        Self { figures: Figures::none(Step::Day), heat, ids, hasher }
    }
}

impl Counter {
    /// Takes in what a file holds. `is_wanted` says whether an event's time is asked for.
    pub fn take(&mut self, item: &Item, is_wanted: impl FnOnce(&Event) -> bool) {
        let aside = &mut self.figures.aside;
        match item {
            Item::Event(event) if event.flow.is_some() => aside.flows += 1,
            Item::Event(event) => {
                if is_wanted(event) && self.is_new(event) {
                    self.count(event);
                }
            }
            Item::Stray(stray) if stray.flow.is_some() => aside.flows += 1,
            Item::Stray(_) => aside.strays += 1,
        }
    }

    fn is_new(&mut self, event: &Event) -> bool {
        let hash = self.hasher.hash_one(&event.id);
        if self.ids.contains(&hash) {
            self.figures.aside.copies += 1;
            return false;
        }
        if self.ids.len() < IDS_REMEMBERED {
            self.ids.insert(hash);
        } else {
            self.figures.aside.copies_unknown = true;
        }
        true
    }

    fn count(&mut self, event: &Event) {
        let at = event.time.as_second();
        let figures = &mut self.figures;
        figures.events += 1;
        let (first, last) =
            figures.period.map_or((at, at), |p| (p.start().min(at), p.end().max(at)));
        figures.period = Window::new(first, last);
        if let Some(period) = figures.period {
            let region = Field::Region.of(&event.record, Names::CloudTrail).unwrap_or_default();
            self.heat.add(region, at, period);
        }
        for table in Table::ALL {
            if let Some(key) = table.key(&event.record) {
                figures.add(table, key, Seen { count: 1, last: at });
            }
        }
    }

    /// What came of it.
    pub fn finish(self) -> Figures {
        Figures { heat: self.heat.finish(), ..self.figures }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::decode::{Hints, record};

    fn event(id: &str, time: &str, region: &str) -> Item {
        let text = json!({"eventID": id, "eventTime": time, "awsRegion": region});
        record(text.to_string(), Hints::default())
    }

    fn count(items: &[Item]) -> Figures {
        let mut counter = Counter::default();
        for item in items {
            counter.take(item, |event| event.time.as_second() > 0);
        }
        counter.finish()
    }

    #[test]
    fn an_event_counts_once_and_what_is_none_stands_aside() {
        let figures = count(&[
            event("a", "2026-01-01T00:10:00Z", "us-east-1"),
            event("b", "2026-01-01T01:10:00Z", "us-east-1"),
            event("a", "2026-01-01T00:10:00Z", "us-east-1"),
            event("c", "1960-01-01T00:10:00Z", "us-east-1"),
            record("[]".to_owned(), Hints::default()),
        ]);
        assert_eq!(figures.events, 2);
        let aside = Aside { copies: 1, strays: 1, ..Aside::default() };
        assert_eq!(figures.aside, aside);
        assert_eq!(figures.period.map(Window::seconds), Some(3_601));
    }

    #[test]
    fn a_short_time_is_shown_by_hours_and_a_longer_one_by_days() {
        let last = |day: &str| format!("2026-01-{day}T23:59:58Z");
        for (day, step, cells) in [("03", Step::Hour, 3), ("04", Step::Day, 2)] {
            let figures = count(&[
                event("a", "2026-01-01T00:00:00Z", "us-east-1"),
                event("b", "2026-01-01T05:00:00Z", "us-east-1"),
                event("c", &last(day), "us-east-1"),
            ]);
            assert_eq!((figures.heat.step, figures.heat.cells.len()), (step, cells), "{day}");
        }
    }
}
