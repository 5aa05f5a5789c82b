//! What is known of a path: its rules, and whether it has a name of its own in an index.
//!
//! One tree, so that one pass over an event asks one question a field. Rules stand under the names
//! that AWS uses, names under those of the document; most are the same. Cheap to copy: a copy shares
//! what it does not change.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::rule::Rule;
use super::shape::Shape;
use super::table::SHIPPED_NAME;

/// One key of the known paths.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    rules: Vec<Arc<Rule>>,
    /// The one shape of the field of this very path in every index, if there is such a field.
    shape: Option<Shape>,
    children: HashMap<Box<str>, Arc<Node>, BuildHasherDefault<KeyHasher>>,
}

impl Node {
    /// The node below this one for a key, if anything lies that way.
    pub(super) fn child(&self, key: &str) -> Option<&Self> {
        self.children.get(key).map(AsRef::as_ref)
    }

    /// The nodes below this one, in no order.
    pub(super) fn children(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.children.iter().map(|(key, node)| (key.as_ref(), node.as_ref()))
    }

    /// The rule of this very path for an event, if there is one.
    pub(super) fn rule(&self, service: &str, event: &str) -> Option<&Rule> {
        self.rules.iter().map(AsRef::as_ref).find(|rule| rule.applies(service, event))
    }

    /// The shape of the field of this very path.
    pub(super) fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// Whether it is a field for objects, and no field for anything in them.
    pub(super) fn is_bare(&self) -> bool {
        self.shape == Some(Shape::Object) && self.children.values().all(|node| node.shape.is_none())
    }

    /// The node of a path, if anything lies that way.
    pub(super) fn find(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, key| node.child(key))
    }

    /// How many fields there are from here on.
    pub(super) fn fields(&self) -> usize {
        let below = self.children.values().map(|node| node.fields());
        below.fold(usize::from(self.shape.is_some()), usize::saturating_add)
    }

    /// Takes in a rule behind those that are there.
    pub(super) fn add(&mut self, rule: &Arc<Rule>) {
        self.at(&rule.path).rules.push(Arc::clone(rule));
    }

    /// Takes in a learned rule: before the shipped ones, and in place of one for the same.
    pub(super) fn learn(&mut self, rule: &Arc<Rule>) {
        let rules = &mut self.at(&rule.path).rules;
        rules.retain(|known| !known.is_lesson_of(rule));
        let first = rules.iter().position(|known| known.file == SHIPPED_NAME);
        rules.insert(first.unwrap_or(rules.len()), Arc::clone(rule));
    }

    /// Gives a path a name of its own, and its objects; says whether it has that shape then. What is
    /// there already keeps its shape.
    pub(super) fn offer(&mut self, path: &str, shape: Shape) -> bool {
        if let Some((parent, _)) = path.rsplit_once('.')
            && !self.offer(parent, Shape::Object)
        {
            return false;
        }
        *self.at(path).shape.get_or_insert(shape) == shape
    }

    /// The same, whatever shape the path has had.
    pub(super) fn insist(&mut self, path: &str, shape: Shape) {
        if self.find(path).and_then(Self::shape).is_some_and(|known| known != shape) {
            self.at(path).clear();
        }
        self.offer(path, shape);
    }

    fn clear(&mut self) {
        self.shape = None;
        self.children.values_mut().for_each(|node| Arc::make_mut(node).clear());
    }

    fn at(&mut self, path: &str) -> &mut Self {
        path.split('.')
            .fold(self, |node, key| Arc::make_mut(node.children.entry(key.into()).or_default()))
    }
}

/// A hash for keys of the table, which nobody chooses to make them meet: eight bytes at a time.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct KeyHasher(u64);

impl KeyHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, tail) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let tail = tail.iter().fold(0, |tail, byte| (tail << 8) | u64::from(*byte));
        self.mix(tail);
    }

    fn write_u8(&mut self, _: u8) {
        // The end of a text; the length of the last word tells it already.
    }

    fn finish(&self) -> u64 {
        // The map takes the upper bits for its tags and the lower ones for its buckets.
        self.0 ^ (self.0 >> 32)
    }
}
