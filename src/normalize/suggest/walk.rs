//! The paths of an event's document, with where AWS wrote what stands there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::event::Object;
use crate::normalize::repair::origin::{Origin, objects_in};
use crate::normalize::shape::{self, Shape};
use crate::normalize::table::Table;
use crate::normalize::trie::Node;

/// One path of a document.
pub(super) struct Found<'a> {
    /// The path in the document.
    pub(super) path: &'a str,
    /// AWS's path for it: where a rule has to stand.
    pub(super) origin: &'a str,
    /// Whether a rule has given it its last name, and with it its shape.
    pub(super) moved: bool,
    /// The shapes that it has in this document: both, where it stands in a list.
    pub(super) shapes: Vec<Shape>,
}

/// Shows every path of a document once. What stands at the root and is not of the record is left out.
pub(super) fn paths(
    origin: &Origin<'_>,
    record: &Object,
    table: &Table,
    document: &Object,
    see: &mut dyn FnMut(&Found<'_>),
) {
    let root = Some(table.root());
    let mut walk = Walk { origin, path: String::new(), source: String::new(), see };
    for (name, value) in document {
        if let Some(key) = origin.key(&[record], root, name) {
            walk.member(name, key, &[value], &[record], root);
        }
    }
}

struct Walk<'a> {
    origin: &'a Origin<'a>,
    path: String,
    source: String,
    see: &'a mut dyn FnMut(&Found<'_>),
}

impl<'a> Walk<'a> {
    /// All objects that stand below one path, and what AWS wrote there.
    fn objects(&mut self, objects: &[&Object], at: &[&'a Object], node: Option<&'a Node>) {
        let mut members: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (name, value) in objects.iter().copied().flatten() {
            members.entry(name).or_default().push(value);
        }
        for (name, values) in members {
            // What the engine has made (`{value: x}`) stands under the name that a rule would have.
            let key = self.origin.key(at, node, name).unwrap_or(name).to_owned();
            self.member(name, &key, &values, at, node);
        }
    }

    fn member(
        &mut self,
        name: &str,
        key: &str,
        values: &[&Value],
        at: &[&'a Object],
        node: Option<&'a Node>,
    ) {
        let lengths = (self.path.len(), self.source.len());
        push(&mut self.path, name);
        push(&mut self.source, key);
        let node = node.and_then(|node| node.child(key));
        let mut shapes: Vec<Shape> = Vec::new();
        for shape in values.iter().filter_map(|value| shape::of(value)) {
            if !shapes.contains(&shape) {
                shapes.push(shape);
            }
        }
        let moved = name != key && node.and_then(|node| self.origin.rule(node)).is_some();
        (self.see)(&Found { path: &self.path, origin: &self.source, moved, shapes });
        let inner: Vec<&Object> = values.iter().copied().flat_map(objects_in).collect();
        if !inner.is_empty() {
            let at = at.iter().filter_map(|object| object.get(key)).flat_map(objects_in);
            self.objects(&inner, &at.collect::<Vec<_>>(), node);
        }
        self.path.truncate(lengths.0);
        self.source.truncate(lengths.1);
    }
}

fn push(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
