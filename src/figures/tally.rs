//! How often each name was seen, in bounded memory.
//!
//! Names come from events, so there can be as many as somebody likes. Of more than a tally keeps, the rarest
//! half is let go; it says by how much a count can be short because of that.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{limits::TALLY_NAMES, window::Second};

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// How many events have it.
    pub count: u64,
    /// When the newest of them was.
    pub last: Second,
}

/// How often each name was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally<K: Ord> {
    names: BTreeMap<K, Seen>,
    most: usize,
    total: u64,
    short_by: u64,
}

impl<K: Ord> Default for Tally<K> {
    fn default() -> Self {
        Self::of_at_most(TALLY_NAMES)
    }
}

impl<K: Ord> Tally<K> {
    fn of_at_most(most: usize) -> Self {
        Self { names: BTreeMap::new(), most, total: 0, short_by: 0 }
    }

    /// Counts events of a name.
    pub fn add(&mut self, name: K, seen: Seen) {
        self.total = self.total.saturating_add(seen.count);
        let known = self.names.entry(name).or_insert(Seen { count: 0, last: seen.last });
        known.count = known.count.saturating_add(seen.count);
        known.last = known.last.max(seen.last);
        if self.names.len() > self.most {
            self.forget_the_rarest();
        }
    }

    fn forget_the_rarest(&mut self) {
        let mut counts: Vec<u64> = self.names.values().map(|seen| seen.count).collect();
        counts.sort_unstable_by_key(|count| Reverse(*count));
        let least = counts.get(self.most / 2).copied().unwrap_or_default();
        self.names.retain(|_, seen| seen.count > least);
        self.short_by = self.short_by.saturating_add(least);
    }

    /// The names seen most, those of one count by name; at most so many.
    pub fn top(&self, most: usize) -> Vec<(&K, Seen)> {
        let mut all: Vec<_> = self.names.iter().map(|(name, seen)| (name, *seen)).collect();
        // The sort is stable, and they are in the order of their names.
        all.sort_by_key(|(_, seen)| Reverse(seen.count));
        all.truncate(most);
        all
    }

    /// All names that are kept, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, Seen)> {
        self.names.iter().map(|(name, seen)| (name, *seen))
    }

    /// How many names are kept.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many events were counted, those of forgotten names too.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// By how much a count can be too low; 0 where no name was forgotten.
    pub fn short_by(&self) -> u64 {
        self.short_by
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(last: Second) -> Seen {
        Seen { count: 1, last }
    }

    #[test]
    fn the_order_is_by_count_then_by_name_whatever_the_order_of_arrival() {
        let mut tally = Tally::default();
        for (at, name) in ["b", "c", "a", "c", "d"].into_iter().enumerate() {
            tally.add(name, once(i64::try_from(at).unwrap()));
        }
        let top: Vec<_> = tally.top(3).into_iter().map(|(name, seen)| (*name, seen)).collect();
        let seen = |count, last| Seen { count, last };
        assert_eq!(top, [("c", seen(2, 3)), ("a", seen(1, 2)), ("b", seen(1, 0))]);
        assert_eq!((tally.len(), tally.total(), tally.short_by()), (4, 5, 0));
    }

    #[test]
    fn of_too_many_names_the_frequent_ones_stay_and_the_error_is_known() {
        let mut tally = Tally::of_at_most(10);
        for name in 0..1_000 {
            tally.add(name, once(0));
            tally.add(7, once(0));
        }
        assert!(tally.len() <= 10);
        assert_eq!(tally.total(), 2_000);
        let (name, seen) = tally.top(1)[0];
        assert_eq!(*name, 7);
        assert!(seen.count + tally.short_by() >= 1_001 && seen.count <= 1_001);
        assert!(tally.short_by() > 0);
    }
}
