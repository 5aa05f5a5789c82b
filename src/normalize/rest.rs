//! What has no name of its own in an index: where it stands in the document, and in which form.
//!
//! It stands whole, under AWS's names, below the catch-all of its section. A catch-all is one field of
//! an index whatever it holds, and takes any names and shapes; what it does not take (a root that is no
//! object, a leaf that is too long for a term) is kept from it here.

use std::collections::BTreeSet;

use serde_json::Value;

use super::layout::{Layout, RECORD_REST, terms_name};
use super::repair::{LONG, OWN_OBJECT, RECORD, text_name};
use crate::event::Object;
use crate::json::FreeNames;
use crate::limits::{MAX_REST_BYTES, MAX_REST_LEAF_BYTES};

/// The catch-alls that an index has, and the lists of their leaves.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rests {
    /// All, with the lists or without.
    All { terms: bool },
    /// These fields; where the record's is not among them, its text may stand in for it.
    Some { fields: BTreeSet<String>, text: bool },
}

impl Rests {
    pub(super) fn all(terms: bool) -> Self {
        Self::All { terms }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::All { .. } => true,
            Self::Some { fields, .. } => fields.contains(name),
        }
    }

    fn has_terms(&self, name: &str) -> bool {
        match self {
            Self::All { terms } => *terms,
            Self::Some { fields, .. } => fields.contains(&terms_name(name)),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Some { text: true, .. }) && !self.has(RECORD_REST)
    }
}

/// Puts what is left of a record, by section, into the catch-alls of the document. The record's takes
/// the place of one that is not there.
pub(super) fn place(document: &mut Object, rest: Object, layout: Layout, rests: &Rests) {
    let mut long = Vec::new();
    let (mut record, mut names) = (Object::new(), FreeNames::default());
    for (section, mut value) in rest {
        long.extend(
            take_long(&mut value, section.len()).into_iter().map(|leaf| leaf.below(&section)),
        );
        long.extend(take_heavy(&mut value, &section));
        let name = catch_all_of(layout, &section, &value).filter(|name| rests.has(name));
        match name {
            Some(name) => put(document, name, value, rests),
            None => names.insert(&mut record, section, value),
        }
    }
    let mut own = Object::new();
    if !record.is_empty() && rests.is_text() {
        own.insert(text_name(RECORD), Value::String(Value::Object(record).to_string()));
    } else if !record.is_empty() {
        put(document, RECORD_REST.to_owned(), Value::Object(record), rests);
    }
    if !long.is_empty() {
        let texts = long.into_iter().map(|leaf| Value::String(leaf.said()));
        own.insert(LONG.to_owned(), texts.collect());
    }
    if !own.is_empty() {
        document.insert(OWN_OBJECT.to_owned(), Value::Object(own));
    }
}

fn put(document: &mut Object, name: String, value: Value, rests: &Rests) {
    if rests.has_terms(&name) {
        let mut list = Vec::new();
        collect_terms(&value, &mut String::new(), &mut list);
        list.sort_unstable();
        list.dedup();
        if !list.is_empty() {
            document.insert(terms_name(&name), list.into());
        }
    }
    document.insert(name, value);
}

/// The catch-all that takes all of a section, if it has one that takes such a value for its root. A
/// section that is its own catch-all may be absent.
pub(super) fn catch_all_of(layout: Layout, section: &str, value: &Value) -> Option<String> {
    let own = layout.catch_all(section)?;
    (is_root(value) || (value.is_null() && own == section)).then_some(own)
}

/// Whether a catch-all takes this for its root.
fn is_root(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().all(Value::is_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A leaf that is too long for a catch-all.
pub(super) struct Long {
    path: String,
    text: String,
}

impl Long {
    fn below(self, key: &str) -> Self {
        let path =
            if self.path.is_empty() { key.to_owned() } else { format!("{key}.{}", self.path) };
        Self { path, ..self }
    }

    /// As it stands among the texts.
    pub(super) fn said(&self) -> String {
        format!("{}={}", self.path, self.text)
    }
}

/// Takes out the leaves that are too long with their paths, of which `bytes` are above.
pub(super) fn take_long(value: &mut Value, bytes: usize) -> Vec<Long> {
    match value {
        Value::Object(members) => {
            let below = members.iter_mut().flat_map(|(key, member)| {
                let bytes = bytes.saturating_add(key.len()).saturating_add(1);
                let found = take_long(member, bytes).into_iter();
                found.map(|leaf| leaf.below(key)).collect::<Vec<_>>()
            });
            below.collect()
        }
        Value::Array(items) => items.iter_mut().flat_map(|item| take_long(item, bytes)).collect(),
        Value::String(text) if bytes.saturating_add(text.len()) > MAX_REST_LEAF_BYTES => {
            let text = std::mem::take(text);
            *value = Value::Null;
            vec![Long { path: String::new(), text }]
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Takes out a section of which the leaves with their paths are too much.
pub(super) fn take_heavy(value: &mut Value, section: &str) -> Option<Long> {
    let is_heavy = leaf_bytes(value, section.len()) > MAX_REST_BYTES;
    is_heavy.then(|| Long { path: section.to_owned(), text: std::mem::take(value).to_string() })
}

/// Bytes of all leaves with their paths, of which so many are above.
pub(super) fn leaf_bytes(value: &Value, above: usize) -> usize {
    match value {
        Value::Object(members) => members.iter().fold(0, |sum: usize, (key, member)| {
            let above = above.saturating_add(key.len()).saturating_add(1);
            sum.saturating_add(leaf_bytes(member, above))
        }),
        Value::Array(items) => {
            items.iter().fold(0, |sum: usize, item| sum.saturating_add(leaf_bytes(item, above)))
        }
        Value::String(text) => above.saturating_add(text.len()),
        Value::Number(number) => above.saturating_add(number.as_str().len()),
        Value::Bool(_) => above.saturating_add(5),
        Value::Null => 0,
    }
}

/// Each leaf as `path=value`; arrays do not count.
pub(super) fn collect_terms(value: &Value, path: &mut String, terms: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let end = path.len();
                if end > 0 {
                    path.push('.');
                }
                path.push_str(key);
                collect_terms(member, path, terms);
                path.truncate(end);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_terms(item, path, terms)),
        Value::String(text) => terms.push(format!("{path}={text}")),
        Value::Bool(_) | Value::Number(_) => terms.push(format!("{path}={value}")),
        Value::Null => {}
    }
}

/// Puts what a catch-all holds back into its section: the section whole, as one value.
pub(super) fn join(section: &mut Value, rest: Value) {
    match (section, rest) {
        (Value::Object(members), Value::Object(rest)) => {
            let mut names = FreeNames::default();
            for (key, value) in rest {
                match members.get_mut(&key) {
                    Some(there) if is_part(there, &value) => join(there, value),
                    _ => names.insert(members, key, value),
                }
            }
        }
        (Value::Array(items), Value::Array(rest)) => {
            items.iter_mut().zip(rest).for_each(|(item, value)| join(item, value));
        }
        // An element that has left its array whole.
        (section @ Value::Null, rest) => *section = rest,
        (_, _) => {}
    }
}

/// Whether one is what the other has left.
fn is_part(there: &Value, rest: &Value) -> bool {
    match (there, rest) {
        (Value::Object(_), Value::Object(_)) => true,
        (Value::Array(items), Value::Array(rest)) => items.len() == rest.len(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Long keys above many numbers: each leaf with its path is as long as the keys are.
    #[test]
    fn what_would_grow_a_thousand_times_stands_as_its_text() {
        let numbers = (0..2_000).collect::<Vec<_>>();
        let heavy = (0..17).fold(json!(numbers), |inner, _| json!({ "k".repeat(512): inner }));
        let text = heavy.to_string();
        let rest = json!({ "requestParameters": heavy, "responseElements": { "a": 1 } });
        let Value::Object(rest) = rest else { unreachable!() };
        let mut document = Object::new();
        place(&mut document, rest, Layout::Typed, &Rests::all(true));
        let document = Value::Object(document);
        assert!(document.to_string().len() < text.len() + 1_000, "{}", document.to_string().len());
        let long = document[OWN_OBJECT][LONG][0].as_str().unwrap();
        assert_eq!(long, format!("requestParameters={text}"));
        assert_eq!(document["responseElements_rest"], json!({ "a": 1 }));
    }

    #[test]
    fn what_aws_writes_is_not_too_much() {
        let instances: Vec<_> =
            (0..4_000).map(|n| json!({ "instanceId": format!("i-{n:017x}") })).collect();
        let mut value = json!({ "instancesSet": { "items": instances } });
        assert!(value.to_string().len() > 100_000);
        assert!(take_heavy(&mut value, "requestParameters").is_none());
    }
}
