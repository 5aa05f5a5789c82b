//! Windows: closed intervals of whole seconds, the unit in which time is read and remembered.
//!
//! Both bounds of LookupEvents are inclusive, so windows tile the time line as `[s, e-1]`, `[e, …]`.
//! Seconds are counted from the Unix epoch. Pure arithmetic; no clock.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A second, counted from the Unix epoch.
pub type Second = i64;

/// A closed interval of whole seconds. `start <= end` always holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    start: Second,
    end: Second,
}

impl Window {
    /// The window `[start, end]`; none when the end lies before the start.
    pub fn new(start: Second, end: Second) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }

    /// The first second.
    pub fn start(self) -> Second {
        self.start
    }

    /// The last second.
    pub fn end(self) -> Second {
        self.end
    }

    /// How many seconds it holds; at least one.
    pub fn seconds(self) -> u64 {
        self.end.abs_diff(self.start) + 1
    }

    /// The part of it that lies in `other`.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

/// The moment of a second. Seconds outside of what a calendar can say become its edge.
pub fn moment(second: Second) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [moment(self.start), moment(self.end)].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [start, end] = <[Timestamp; 2]>::deserialize(deserializer)?;
        Self::new(start.as_second(), end.as_second()).ok_or_else(|| {
            D::Error::custom(format!("window ends at {end}, before its start {start}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_never_ends_before_it_starts() {
        assert!(Window::new(5, 4).is_none());
        assert_eq!(Window::new(5, 5).map(Window::seconds), Some(1));
        let reversed = r#"["2026-01-02T00:00:00Z","2026-01-01T00:00:00Z"]"#;
        assert!(serde_json::from_str::<Window>(reversed).is_err());
    }

    #[test]
    fn a_window_is_written_as_two_readable_times() {
        let window = Window::new(0, 59).unwrap();
        let text = serde_json::to_string(&window).unwrap();
        assert_eq!(text, r#"["1970-01-01T00:00:00Z","1970-01-01T00:00:59Z"]"#);
        assert_eq!(serde_json::from_str::<Window>(&text).unwrap(), window);
    }
}
