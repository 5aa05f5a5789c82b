//! A record file: every byte of it is in an event or in a stray, or the file is said to be broken.

use std::path::Path;

use serde_json::{Value, value::RawValue};
use trailhaul::{
    event::Item,
    json,
    limits::{MAX_ARRAY_LEVELS, MAX_OBJECT_LEVELS},
    source::{files, flow_log::format},
};

use crate::tree::{Punctuation, members};

/// Reads the bytes as a record file.
pub fn check(bytes: &[u8]) {
    let mut texts = Vec::new();
    let end = files::read_from(bytes, Path::new("fuzzed"), &mut |item| {
        texts.push(text_of(item));
        true
    });
    let input = as_kept(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes));
    if !is_wrapped(&input) {
        let (kept, sent) = (solid(&texts.concat()), solid(&input));
        if end.is_ok() {
            assert_eq!(kept, sent, "a file that is read whole");
        } else {
            assert!(sent.starts_with(&kept), "{sent} does not begin with {kept}");
        }
    }
    if let Ok(text) = str::from_utf8(bytes) {
        parses_without_loss(text);
    }
}

/// The text that an item keeps, which says all that was parsed of it.
fn text_of(item: Item) -> String {
    match item {
        Item::Event(event) => {
            assert!(!event.id.is_empty());
            if event.flow.is_some() {
                return event.verbatim.to_string();
            }
            let again = json::parse(&event.verbatim).expect("an event is JSON");
            assert_eq!(Value::Object(event.record), again);
            event.verbatim.to_string()
        }
        Item::Stray(stray) => {
            assert!(!stray.reason.is_empty());
            stray.verbatim.to_string()
        }
    }
}

/// A tree has every member of its text, and is JSON for every text that is.
fn parses_without_loss(text: &str) {
    let is_json = serde_json::from_str::<&RawValue>(text).is_ok();
    let Ok(tree) = json::parse(text) else {
        assert!(!is_json, "{text} is JSON");
        return;
    };
    assert!(is_json, "{text} is no JSON");
    let written = tree.to_string();
    assert_eq!(json::parse(&written).expect("what is written is JSON"), tree);
    let found = Punctuation::of(text);
    if found.depth <= MAX_OBJECT_LEVELS.min(MAX_ARRAY_LEVELS) {
        assert_eq!(members(&tree), found.colons, "{text} became {written}");
        if let Ok(common) = serde_json::from_str::<Value>(text)
            && members(&common) == found.colons
            && !text.contains("serde_json")
        {
            assert_eq!(common, tree);
        }
    }
    assert!(Punctuation::of(&written).depth <= MAX_OBJECT_LEVELS + MAX_ARRAY_LEVELS + 1);
}

/// Whether records may stand inside of other text, which goes then.
fn is_wrapped(text: &str) -> bool {
    let lists = text.lines().any(|line| line.trim_start().starts_with('[') || begins_a_list(line));
    let gzip = text.starts_with("\u{1f}\\x8b");
    // An escape can stand for a letter of such a name.
    let name =
        ["Records", "Events", "CloudTrailEvent", "\\u"].iter().any(|name| text.contains(name));
    // A line of names is no item: it says how to read those behind it.
    let names = text.lines().any(|line| format::told_by(line).is_some());
    lists || gzip || name || names || text.starts_with("PAR1")
}

/// Whether a list stands in a line behind a value, and not as the value of a name.
fn begins_a_list(line: &str) -> bool {
    let (mut in_text, mut before) = (false, ':');
    for c in line.chars().filter(|c| !c.is_ascii_whitespace()) {
        if c == '[' && !in_text && !matches!(before, ':' | ',' | '[') {
            return true;
        }
        in_text ^= c == '"' && before != '\\';
        before = c;
    }
    false
}

/// As text, with what is not UTF-8 as escapes.
fn as_kept(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&chunk.invalid().escape_ascii().to_string());
    }
    text
}

/// Without the spaces that may stand between values.
fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
}
