//! Which paths of events have no name of their own in an index.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::event::Object;
use crate::normalize::engine;
use crate::normalize::layout::{RECORD_REST, is_terms};
use crate::normalize::table::Table;

/// The paths of what catch-alls hold.
#[derive(Debug, Default)]
pub(super) struct Unnamed(BTreeSet<String>);

impl Unnamed {
    pub(super) fn add(&mut self, table: &Table, record: &Object) {
        let mut document = record.clone();
        engine::run(table, &mut document, None);
        let is_catch_all = |name: &str| {
            !is_terms(name) && (name == RECORD_REST || table.layout().section_of(name).is_some())
        };
        for (name, value) in document.iter().filter(|(name, _)| is_catch_all(name)) {
            self.leaves(&mut name.clone(), value);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    fn leaves(&mut self, path: &mut String, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.leaves(path, item)),
            Value::Object(members) => {
                for (name, value) in members {
                    let end = path.len();
                    path.push('.');
                    path.push_str(name);
                    self.leaves(path, value);
                    path.truncate(end);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                if !self.0.contains(path.as_str()) {
                    self.0.insert(path.clone());
                }
            }
        }
    }
}
