//! Coverage: the seconds of a region that are safely loaded, as a set of windows.
//!
//! Pure. The windows are kept sorted, apart from each other by at least one second, so that the
//! same set of seconds is always written the same way.

use serde::{Deserialize, Serialize};

use crate::window::{Second, Window};

/// A set of seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Window>", into = "Vec<Window>")]
pub struct Coverage {
    windows: Vec<Window>,
}

impl Coverage {
    /// Adds the seconds of a window; those already in it stay.
    pub fn add(&mut self, window: Window) {
        let touches = |w: &Window| {
            w.end() >= window.start().saturating_sub(1)
                && w.start() <= window.end().saturating_add(1)
        };
        let joined = self.windows.iter().filter(|w| touches(w)).fold(window, |all, w| {
            Window::new(all.start().min(w.start()), all.end().max(w.end())).unwrap_or(all)
        });
        self.windows.retain(|w| !touches(w));
        let place = self.windows.partition_point(|w| w.start() < joined.start());
        self.windows.insert(place, joined);
    }

    /// Takes the seconds of a window out.
    pub fn remove(&mut self, window: Window) {
        self.windows = self
            .windows
            .iter()
            .flat_map(|w| {
                let before = Window::new(w.start(), w.end().min(window.start().saturating_sub(1)));
                let after = Window::new(w.start().max(window.end().saturating_add(1)), w.end());
                [before, after].into_iter().flatten()
            })
            .collect();
    }

    /// What of the window is not in the set, oldest first.
    pub fn gaps(&self, window: Window) -> Vec<Window> {
        let mut gaps = Self { windows: vec![window] };
        for covered in &self.windows {
            gaps.remove(*covered);
        }
        gaps.windows
    }

    /// How many seconds of the window are in the set.
    pub fn seconds_of(&self, window: Window) -> u64 {
        let parts = self.windows.iter().filter_map(|covered| covered.intersection(window));
        parts.map(Window::seconds).sum()
    }

    /// The windows, oldest first.
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// Whether the second is in the set.
    pub fn contains(&self, second: Second) -> bool {
        self.windows.iter().any(|w| w.start() <= second && second <= w.end())
    }
}

impl From<Vec<Window>> for Coverage {
    fn from(windows: Vec<Window>) -> Self {
        let mut coverage = Self::default();
        for window in windows {
            coverage.add(window);
        }
        coverage
    }
}

impl From<Coverage> for Vec<Window> {
    fn from(coverage: Coverage) -> Self {
        coverage.windows
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn window(start: i64, end: i64) -> Window {
        Window::new(start, end).unwrap()
    }

    #[test]
    fn neighbours_become_one_window() {
        let coverage = Coverage::from(vec![window(10, 19), window(30, 39), window(20, 29)]);
        assert_eq!(coverage.windows(), [window(10, 39)]);
        assert_eq!(coverage.gaps(window(0, 50)), [window(0, 9), window(40, 50)]);
    }

    proptest! {
        /// Whatever is added and removed, the set holds the same seconds as a plain set of numbers.
        #[test]
        fn it_is_a_set_of_seconds(steps in prop::collection::vec((any::<bool>(), 0_i64..60, 0_i64..12), 0..40)) {
            let mut coverage = Coverage::default();
            let mut model = BTreeSet::new();
            for (add, start, length) in steps {
                let step = window(start, start + length);
                if add {
                    coverage.add(step);
                    model.extend(start..=start + length);
                } else {
                    coverage.remove(step);
                    model.retain(|s| !(start..=start + length).contains(s));
                }
            }
            for second in -2..80 {
                prop_assert_eq!(coverage.contains(second), model.contains(&second));
            }
            let whole = window(-2, 80);
            let outside: u64 = coverage.gaps(whole).iter().map(|w| w.seconds()).sum();
            prop_assert_eq!(outside, 83 - model.len() as u64);
            prop_assert_eq!(coverage.seconds_of(window(5, 20)), model.range(5..=20).count() as u64);
            for pair in coverage.windows().windows(2) {
                prop_assert!(pair[0].end() + 1 < pair[1].start());
            }
        }
    }
}
