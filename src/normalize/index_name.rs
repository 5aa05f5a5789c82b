//! Names of indices by event time, from a pattern such as `cloudtrail-%Y.%m`.
//!
//! The pattern is strftime's. It is tried on every day of a year when it is made, so that a name
//! which an engine refuses (`%B` is `August`, in upper case) is an error before the first event.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{Timestamp, ToSpan, fmt::strtime::BrokenDownTime};

use crate::limits::MAX_INDEX_NAME_BYTES;

/// The first of the days that a pattern is tried on: a leap year's, some time in the afternoon.
const FIRST_TRIAL_SECOND: i64 = 1_704_120_011;
const TRIAL_DAYS: i64 = 366;

/// Days between two trials of reading a name back.
const TRIAL_WEEK: usize = 7;

/// The index patterns of Elastic's built-in templates for data streams.
const BUILT_IN: [(&str, &str); 4] = [
    ("logs-", "logs-*-*"),
    ("metrics-", "metrics-*-*"),
    ("traces-", "traces-*-*"),
    ("synthetics-", "synthetics-*-*"),
];

/// A pattern whose names every engine takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPattern {
    pattern: Arc<str>,
    glob: String,
}

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexPatternError {
    /// strftime does not know a part of it.
    #[error("failed to use index pattern `{pattern}`: {message}; such as `cloudtrail-%Y.%m` work")]
    Format {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// It gives a name that engines refuse.
    #[error("failed to use index pattern `{pattern}`: it gives the name `{name}`, which {message}")]
    Name {
        /// The pattern.
        pattern: String,
        /// The name.
        name: String,
        /// Why engines refuse the name, and what to write.
        message: &'static str,
    },
}

impl IndexPattern {
    /// Reads a pattern and tries it.
    pub fn new(pattern: &str) -> Result<Self, IndexPatternError> {
        for day in 0..TRIAL_DAYS {
            let name = trial(day).and_then(|time| format(pattern, time)).map_err(|error| {
                IndexPatternError::Format {
                    pattern: pattern.to_owned(),
                    message: error.to_string(),
                }
            })?;
            if let Some(message) = flaw(&name) {
                return Err(IndexPatternError::Name { pattern: pattern.to_owned(), name, message });
            }
        }
        Ok(Self { pattern: pattern.into(), glob: glob(pattern) })
    }

    /// The name of the index for an event's time.
    pub fn name(&self, time: Timestamp) -> Arc<str> {
        format(&self.pattern, time).map_or_else(|_| Arc::clone(&self.pattern), Arc::from)
    }

    /// The pattern with `*` for the parts that time fills in: what a template or a search takes.
    pub fn glob(&self) -> &str {
        &self.glob
    }

    /// The names for events of a time; nothing where they change within an hour, and are many.
    pub fn names(&self, from: Timestamp, to: Timestamp) -> Option<BTreeSet<Arc<str>>> {
        let second = from.as_second();
        let hour = second.saturating_sub(second.rem_euclid(3600));
        let start = Timestamp::from_second(hour).ok()?;
        if self.name(start) != self.name(start.checked_add(3599.seconds()).ok()?) {
            return None;
        }
        let hours = std::iter::successors(Some(start), |time| time.checked_add(1.hour()).ok());
        Some(hours.take_while(|time| *time <= to).map(|time| self.name(time)).collect())
    }

    /// Whether some time gives this name: what only matches the glob is another pattern's. All are taken for
    /// its own where its names cannot be read back.
    pub fn makes(&self, name: &str) -> bool {
        self.reads(name) || !self.reads_its_own()
    }

    fn reads(&self, name: &str) -> bool {
        let time = BrokenDownTime::parse(&*self.pattern, name);
        // Reading is lenient: `%m` takes `4` where it gives `04`.
        time.is_ok_and(|time| time.to_string(&*self.pattern).is_ok_and(|again| again == name))
    }

    fn reads_its_own(&self) -> bool {
        let times = (0..TRIAL_DAYS).step_by(TRIAL_WEEK).filter_map(|day| trial(day).ok());
        times.map(|time| self.name(time)).all(|name| self.reads(&name))
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// The pattern of Elastic's built-in data stream templates that its names fall under, if any:
    /// there an index of that name would become a data stream with a mapping that is not ours.
    pub fn built_in_overlap(&self) -> Option<&'static str> {
        let name = trial(0).and_then(|time| format(&self.pattern, time)).ok()?;
        let falls_under = |prefix: &str| name.strip_prefix(prefix).is_some_and(|r| r.contains('-'));
        BUILT_IN.into_iter().find(|(prefix, _)| falls_under(prefix)).map(|(_, built_in)| built_in)
    }
}

fn trial(day: i64) -> Result<Timestamp, jiff::Error> {
    // 25 hours and not a day: the hour changes with it.
    Timestamp::from_second(FIRST_TRIAL_SECOND)?.checked_add(day.saturating_mul(25).hours())
}

fn format(pattern: &str, time: Timestamp) -> Result<String, jiff::Error> {
    BrokenDownTime::from(time).to_string(pattern)
}

fn flaw(name: &str) -> Option<&'static str> {
    let illegal = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\\' | '/' | '*' | '?' | '"' | '<' | '>' | '|' | ',' | '#' | ':')
    };
    if name.is_empty() || name == "." || name == ".." {
        Some("is no name; write one such as `cloudtrail-%Y.%m`")
    } else if name.chars().any(|c| c.is_uppercase() || c.is_ascii_uppercase()) {
        Some("has upper case letters; write it in lower case, and months as `%m`")
    } else if name.chars().any(illegal) {
        Some(r#"has one of \ / * ? " < > | , # : or a space; leave them out"#)
    } else if name.starts_with(['-', '_', '+', '.']) {
        Some("starts with one of - _ + . ; let it start with a letter or digit")
    } else if name.len() > MAX_INDEX_NAME_BYTES {
        Some("is longer than 255 bytes; shorten it")
    } else {
        None
    }
}

fn glob(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        if character != '%' {
            glob.push(character);
            continue;
        }
        // Flags, width and colons come before the letter that says what.
        let letter = rest.by_ref().find(|c| c.is_ascii_alphabetic() || *c == '%');
        if letter == Some('%') {
            glob.push('%');
        } else if !glob.ends_with('*') {
            glob.push('*');
        }
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> IndexPattern {
        IndexPattern::new(text).unwrap()
    }

    #[test]
    fn names_follow_the_event_time_in_utc() {
        let time: Timestamp = "2026-03-31T23:59:59-03:00".parse().unwrap();
        for (text, name, glob) in [
            ("cloudtrail-%Y.%m", "cloudtrail-2026.04", "cloudtrail-*.*"),
            ("cloudtrail", "cloudtrail", "cloudtrail"),
            ("ct-%Y%m%d", "ct-20260401", "ct-*"),
            ("ct-%G-w%V-x", "ct-2026-w14-x", "ct-*-w*-x"),
            ("ct%%-%-m", "ct%-4", "ct%-*"),
        ] {
            assert_eq!(&*pattern(text).name(time), name);
            assert_eq!(pattern(text).glob(), glob);
        }
    }

    #[test]
    fn the_names_of_a_time_are_all_that_its_events_can_have() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let names = |text: &str| {
            let names =
                pattern(text).names(time("2026-01-31T22:59:59Z"), time("2026-02-01T00:00:00Z"));
            names.map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let some = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(names("ct-%Y.%m"), some(&["ct-2026.01", "ct-2026.02"]));
        assert_eq!(names("ct-%m%d-%H"), some(&["ct-0131-22", "ct-0131-23", "ct-0201-00"]));
        assert_eq!(names("ct"), some(&["ct"]));
        assert_eq!(names("ct-%H.%M"), None);
    }

    #[test]
    fn names_that_only_match_the_glob_are_another_patterns() {
        let table: [(&str, &[&str], &[&str]); 6] = [
            (
                "ct-%Y.%m",
                &["ct-2026.11", "ct-1999.01"],
                &["ct-a-2026.11", "ct-2026.1", "ct-2026.11.28", "ct-2026.13", "ct-"],
            ),
            ("ct-%Y%m%d", &["ct-20261128"], &["ct-202611", "ct-prod-20261128"]),
            ("ct-%G-w%V-x", &["ct-2026-w14-x"], &["ct-2026-w77-x", "ct-2026-14-x"]),
            ("ct-%Y-%j-%H.%M", &["ct-2026-301-23.59"], &["ct-2026-301-24.59", "ct-2026-301"]),
            ("ct-%y-%-m-%-d", &["ct-26-4-1"], &["ct-26-04-01"]),
            ("ct%%-%Y", &["ct%-2026"], &["ct-2026", "ct%-a"]),
        ];
        for (text, own, others) in table {
            let makes = |name: &&&str| pattern(text).makes(name);
            assert_eq!(own.iter().filter(makes).count(), own.len(), "{text}");
            assert_eq!(
                others.iter().filter(makes).collect::<Vec<_>>(),
                Vec::<&&str>::new(),
                "{text}"
            );
        }
    }

    /// What strftime gives and strptime does not take makes no index another pattern's.
    #[test]
    fn a_pattern_makes_its_own_names_whatever_they_are_made_of() {
        let letters = "aACdeDFgGHIjkKlmMnNpPqQrRsSTuUvVwWxXyYzZfLbBhtc".chars();
        let mut tried = 0;
        for letter in letters {
            for text in
                [format!("ct-%{letter}"), format!("ct-%Y-%-{letter}-%m"), format!("ct-%_{letter}")]
            {
                let Ok(pattern) = IndexPattern::new(&text) else { continue };
                tried += 1;
                for time in (0..400).filter_map(|day| trial(day).ok()) {
                    let name = pattern.name(time);
                    assert!(pattern.makes(&name), "{text}: {name}");
                }
            }
        }
        assert!(tried > 30, "{tried}");
    }

    #[test]
    fn a_bad_pattern_is_named_with_the_way_out() {
        for (text, part) in [
            ("CloudTrail-%Y", "upper case"),
            ("ct-%B", "upper case"),
            ("ct %Y", "a space"),
            ("ct-%T", "a space"),
            ("-ct", "starts with"),
            ("", "is no name"),
            ("ct-%", "cloudtrail-%Y.%m"),
            (&"x".repeat(300), "longer than 255"),
        ] {
            let error = IndexPattern::new(text).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains(text), "{error}");
        }
    }

    #[test]
    fn elastics_own_patterns_are_recognized() {
        for (text, overlap) in [
            ("logs-cloudtrail-%Y", Some("logs-*-*")),
            ("logs-%Y-%m", Some("logs-*-*")),
            ("traces-a-b", Some("traces-*-*")),
            ("logs-%Y", None),
            ("logs", None),
            ("cloudtrail-%Y.%m", None),
        ] {
            assert_eq!(pattern(text).built_in_overlap(), overlap, "{text}");
        }
    }
}
