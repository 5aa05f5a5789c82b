//! How wide the sections of a document are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::{OWN_OBJECT, TIMESTAMP};
use crate::event::Object;
use crate::normalize::layout::is_terms;
use crate::normalize::shape::{self, Shape};

/// The section with the most new leaves, of those that are objects; of two, the one with the most
/// leaves. `source` gives the section that a field is a part of.
pub(super) fn widest(
    fields: &Object,
    source: impl Fn(&str) -> String,
    is_new: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut sections: BTreeMap<String, Width> = BTreeMap::new();
    let is_left = |name: &str| name != OWN_OBJECT && name != TIMESTAMP && !is_terms(name);
    for (name, value) in fields.iter().filter(|(name, _)| is_left(name)) {
        if shape::of(value) == Some(Shape::Object) {
            let width = sections.entry(source(name)).or_default();
            width.add(&mut name.clone(), value, &is_new);
        }
    }
    sections.into_iter().max_by_key(|(_, width)| *width).map(|(name, _)| name)
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Width {
    new: usize,
    all: usize,
}

impl Width {
    fn add(&mut self, path: &mut String, value: &Value, is_new: &impl Fn(&str) -> bool) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let end = path.len();
                    path.push('.');
                    path.push_str(key);
                    self.add(path, member, is_new);
                    path.truncate(end);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add(path, item, is_new)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.new = self.new.saturating_add(usize::from(is_new(path)));
                self.all = self.all.saturating_add(1);
            }
        }
    }
}
