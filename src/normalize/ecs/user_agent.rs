//! What a user agent is, as the `user_agent` processor of the engines tells it.
//!
//! The expressions are data (`rules/user_agents.tsv`), and Java's: what differs in Rust is said in
//! Rust's way. How a match is read is the processor's way too, with its oddities, so that a document
//! does not depend on who made it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use regex::Captures;
use regex_filtered::{Builder, Options, Regexes};

use crate::limits::{AGENTS_REMEMBERED, REMEMBERED_AGENT_BYTES};

const TABLE: &str = include_str!("../../../rules/user_agents.tsv");

/// What an unknown program or device is called.
const OTHER: &str = "Other";

/// What a user agent is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) os: Option<String>,
    pub(super) os_version: Option<String>,
    pub(super) device: String,
}

impl Agent {
    /// The operating system with its version, where it has one.
    pub(super) fn os_full(&self) -> Option<String> {
        Some(format!("{} {}", self.os.as_ref()?, self.os_version.as_ref()?))
    }
}

static TABLES: LazyLock<[Part; 3]> = LazyLock::new(|| ["agent", "os", "device"].map(Part::named));

/// What user agents are, and what the last ones were: most events have one of a few, and telling it
/// costs as much as all else. What is remembered changes no answer.
#[derive(Debug, Default)]
pub(super) struct Agents(Mutex<HashMap<Box<str>, Arc<Agent>>>);

impl Agents {
    /// What this user agent is.
    pub(super) fn of(&self, text: &str) -> Arc<Agent> {
        if text.len() > REMEMBERED_AGENT_BYTES {
            return Arc::new(agent(text));
        }
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(agent) = known().get(text) {
            return Arc::clone(agent);
        }
        let told = Arc::new(agent(text));
        let mut known = known();
        if known.len() >= AGENTS_REMEMBERED {
            known.clear();
        }
        known.insert(text.into(), Arc::clone(&told));
        told
    }
}

fn agent(text: &str) -> Agent {
    let [agent, os, device] = &*TABLES;
    let (name, version) = agent.find(text).unwrap_or((OTHER.to_owned(), None));
    let (os, os_version) = os.find(text).map_or((None, None), |(os, version)| (Some(os), version));
    let (device, _) = device.find(text).unwrap_or((OTHER.to_owned(), None));
    Agent { name, version, os, os_version, device }
}

/// The lines about one part of a user agent.
struct Part {
    regexes: Option<Regexes>,
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    versions: [&'static str; 4],
}

impl Part {
    fn named(part: &str) -> Self {
        let mut builder = Some(Builder::new_atom_len(2));
        let mut lines = Vec::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.splitn(8, '\t');
            let mut column = || columns.next().unwrap_or_default();
            if column() != part {
                continue;
            }
            let (flags, name) = (column(), column());
            let versions = std::array::from_fn(|_| column());
            let mut options = Options::new();
            options.case_insensitive(flags.contains('i'));
            builder = builder.and_then(|all| all.push_opt(&of_java(column()), &options).ok());
            lines.push(Line { name, versions });
        }
        Self { regexes: builder.and_then(|all| all.build().ok()), lines }
    }

    /// The name and the version by the first line that fits and has a name.
    fn find(&self, text: &str) -> Option<(String, Option<String>)> {
        let mut matching = self.regexes.iter().flat_map(|regexes| regexes.matching(text));
        matching.find_map(|(at, regex)| self.lines.get(at)?.read(&regex.captures(text)?))
    }
}

impl Line {
    fn read(&self, captures: &Captures<'_>) -> Option<(String, Option<String>)> {
        let group = |number| captures.get(number).map(|found| found.as_str());
        let name = match group(1) {
            Some(first) if self.name.is_empty() => first.to_owned(),
            Some(first) => self.name.replacen("$1", first, 1),
            None if self.name.is_empty() => return None,
            None => self.name.to_owned(),
        };
        let mut version: Option<String> = None;
        for (place, fixed) in self.versions.iter().enumerate() {
            let part = if fixed.is_empty() { group(place.saturating_add(2)) } else { Some(*fixed) };
            // A group may be there and empty, behind a point that ends the version then.
            let part = part.filter(|part| place == 0 || !part.is_empty());
            version = match (version, part) {
                (None, Some(part)) if place == 0 => Some(part.to_owned()),
                (Some(version), Some(part)) => Some(format!("{version}.{part}")),
                (version, _) => return Some((name, version)),
            };
        }
        Some((name, version))
    }
}

/// A regular expression of Java's for Rust: classes and borders are those of ASCII there.
fn of_java(regex: &str) -> String {
    let mut rust = String::with_capacity(regex.len());
    let (mut characters, mut in_class) = (regex.chars(), false);
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let escaped = characters.next().unwrap_or('\\');
                match (escaped, in_class) {
                    ('d', true) => rust.push_str("0-9"),
                    ('w', true) => rust.push_str("0-9A-Za-z_"),
                    ('s', true) => rust.push_str(r" \t\n\x0B\f\r"),
                    ('d', false) => rust.push_str("[0-9]"),
                    ('w', false) => rust.push_str("[0-9A-Za-z_]"),
                    ('s', false) => rust.push_str(r"[ \t\n\x0B\f\r]"),
                    ('S', false) => rust.push_str(r"[^ \t\n\x0B\f\r]"),
                    ('b', false) => rust.push_str(r"(?-u:\b)"),
                    (escaped, _) => rust.extend(['\\', escaped]),
                }
            }
            '[' if in_class => rust.push_str(r"\["),
            '[' => {
                in_class = true;
                rust.push('[');
            }
            ']' => {
                in_class = false;
                rust.push(']');
            }
            _ => rust.push(character),
        }
    }
    rust
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_every_expression_is_one() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLES.iter().map(|part| part.lines.len()).sum::<usize>(), lines);
        assert!(TABLES.iter().all(|part| part.regexes.is_some()));
    }

    #[test]
    fn versions_end_where_a_part_is_missing() {
        for (text, name, version) in [
            ("aws-cli/2.15.0 Python/3.11.6", "aws-cli", Some("2.15.0")),
            ("Boto3/1.26", "Boto3", Some("1.26")),
            ("ec2.amazonaws.com", OTHER, None),
            // A group that is there and empty.
            (
                "Mozilla/5.0 (Windows NT 6.1; rv:24.0) Gecko/20100101 Firefox/24.0",
                "Firefox",
                Some("24.0"),
            ),
        ] {
            let found = agent(text);
            assert_eq!((found.name.as_str(), found.version.as_deref()), (name, version), "{text}");
        }
    }

    #[test]
    fn what_is_remembered_changes_no_answer_and_is_bounded() {
        let agents = Agents::default();
        let long = format!("aws-cli/1.2.3 {}", "x".repeat(REMEMBERED_AGENT_BYTES));
        for text in ["aws-cli/2.15.0", "curl/8.0", "aws-cli/2.15.0", &long] {
            assert_eq!(*agents.of(text), agent(text), "{text}");
        }
        assert_eq!(agents.0.lock().unwrap().len(), 2, "the long one is not remembered");
        for number in 0..AGENTS_REMEMBERED {
            agents.of(&number.to_string());
        }
        assert!(agents.0.lock().unwrap().len() <= AGENTS_REMEMBERED);
        assert_eq!(*agents.of("curl/8.0"), agent("curl/8.0"));
    }

    #[test]
    fn java_s_classes_are_those_of_ascii() {
        assert_eq!(of_java(r"[\d.]+\bx\d"), r"[0-9.]+(?-u:\b)x[0-9]");
        assert_eq!(of_java(r"[^[;\]]"), r"[^\[;\]]");
    }
}
