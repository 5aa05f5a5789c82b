//! From a path in a document back to where AWS wrote the value.
//!
//! Rules stand under AWS's names, and an index names the fields as it has got them.

use serde_json::Value;

use super::form::RECORD;
use crate::event::Object;
use crate::normalize::layout::RECORD_REST;
use crate::normalize::rule::Rule;
use crate::normalize::shape::{self, Shape};
use crate::normalize::table::Table;
use crate::normalize::trie::Node;
use crate::normalize::typed::service_of;

/// An event, and the table that made its document.
pub(in crate::normalize) struct Origin<'a> {
    record: &'a Object,
    table: &'a Table,
    service: String,
}

/// Where a field of a document is from.
pub(super) struct Place<'a> {
    /// AWS's name for it.
    pub(super) path: String,
    /// The rule that has given it another, if it stands under another.
    pub(super) moved_by: Option<&'a Rule>,
}

impl<'a> Origin<'a> {
    pub(in crate::normalize) fn new(record: &'a Object, table: &'a Table) -> Self {
        Self { record, table, service: service_of(text(record, "eventSource")) }
    }

    pub(in crate::normalize) fn service(&self) -> &str {
        &self.service
    }

    /// Where a path in the document is from; nothing for what is not of the event, or in a catch-all.
    pub(super) fn place(&self, path: &str) -> Option<Place<'a>> {
        let first = path.split('.').next()?;
        if self.table.layout().section_of(first).is_some() || first.starts_with(RECORD_REST) {
            return None;
        }
        let mut node = Some(self.table.root());
        let mut at = vec![self.record];
        let mut names: Vec<&str> = Vec::new();
        let mut moved_by = None;
        for name in path.split('.') {
            if at.is_empty() {
                // A field of the index's own below the value: a multi-field.
                break;
            }
            let key = self.key(&at, node, name)?;
            node = node.and_then(|node| node.child(key));
            moved_by = node.filter(|_| key != name).and_then(|node| self.rule(node));
            let inner = at.iter().filter_map(|object| object.get(key));
            at = inner.flat_map(objects_in).collect();
            names.push(key);
        }
        (!names.is_empty()).then(|| Place { path: names.join("."), moved_by })
    }

    /// AWS's name for the section that a field at the first level of a document is a part of.
    pub(super) fn section(&self, field: &str) -> String {
        if let Some(section) = self.table.layout().section_of(field) {
            return section.to_owned();
        }
        if field.starts_with(RECORD_REST) {
            return RECORD.to_owned();
        }
        let root = Some(self.table.root());
        let is_this = |key: &&String| *key == field || self.aside_at(root, key) == field;
        self.record.keys().find(is_this).map_or(field, String::as_str).to_owned()
    }

    /// AWS's name for what is called `name` in the document, in objects that stand below one path.
    pub(in crate::normalize) fn key(
        &self,
        at: &[&'a Object],
        node: Option<&Node>,
        name: &str,
    ) -> Option<&'a str> {
        let direct = at.iter().find_map(|object| object.get_key_value(name));
        if let Some((key, _)) = direct {
            return Some(key);
        }
        let mut keys = at.iter().flat_map(|object| object.keys());
        keys.find(|key| self.aside_at(node, key) == name).map(String::as_str)
    }

    fn aside_at(&self, node: Option<&Node>, key: &str) -> String {
        Table::aside_at(node, key, &self.service, self.event())
    }

    pub(in crate::normalize) fn rule(&self, node: &'a Node) -> Option<&'a Rule> {
        node.rule(&self.service, self.event())
    }

    pub(in crate::normalize) fn event(&self) -> &'a str {
        text(self.record, "eventName")
    }
}

fn text<'a>(record: &'a Object, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The objects that a value is or holds in arrays.
pub(in crate::normalize) fn objects_in(value: &Value) -> Vec<&Object> {
    match value {
        Value::Object(members) => vec![members],
        Value::Array(items) => items.iter().flat_map(objects_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The shape at a path of a document, or where the values on the way to it end.
pub(in crate::normalize) fn shape_at(document: &Value, path: &str) -> Option<Shape> {
    let mut at = vec![document];
    for name in path.split('.') {
        let objects: Vec<&Object> = at.iter().copied().flat_map(objects_in).collect();
        if objects.is_empty() {
            break;
        }
        at = objects.into_iter().filter_map(|object| object.get(name)).collect();
    }
    let mut shapes = at.into_iter().filter_map(shape::of);
    let first = shapes.next()?;
    Some(if shapes.any(|shape| shape == Shape::Object) { Shape::Object } else { first })
}
