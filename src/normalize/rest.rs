//! What has no name of its own in an index: where it stands in the document, and in which form.
//!
//! It stands whole, under AWS's names, below the catch-all of its section. A catch-all is one field of
//! an index whatever it holds, and takes any names and shapes; what it does not take (a root that is no
//! object, a leaf that is too long for a term) is kept from it here.

use serde_json::Value;

use super::layout::{Layout, RECORD_REST, terms_name};
use super::repair::{LONG, OWN_OBJECT};
use crate::event::Object;
use crate::json::FreeNames;
use crate::limits::MAX_REST_LEAF_BYTES;

/// Puts what is left of a record, by section, into the catch-alls of the document.
pub(super) fn place(document: &mut Object, rest: Object, layout: Layout, terms: bool) {
    let mut long = Vec::new();
    let (mut record, mut names) = (Object::new(), FreeNames::default());
    for (section, mut value) in rest {
        long.extend(
            take_long(&mut value, section.len()).into_iter().map(|leaf| leaf.below(&section)),
        );
        match layout.catch_all(&section).filter(|_| is_root(&value)) {
            Some(name) => put(document, name, value, terms),
            None => names.insert(&mut record, section, value),
        }
    }
    if !record.is_empty() {
        put(document, RECORD_REST.to_owned(), Value::Object(record), terms);
    }
    if !long.is_empty() {
        let texts = long.into_iter().map(|leaf| Value::String(leaf.said()));
        let own = Object::from_iter([(LONG.to_owned(), texts.collect())]);
        document.insert(OWN_OBJECT.to_owned(), Value::Object(own));
    }
}

fn put(document: &mut Object, name: String, value: Value, terms: bool) {
    if terms {
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
