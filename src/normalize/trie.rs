//! What is known of a path: its rules, and whether it has a name of its own in an index.
//!
//! One tree, so that one pass over an event asks one question a field. Rules stand under the names
//! that AWS uses, names under those of the document; most are the same. Cheap to copy: a copy shares
//! what it does not change.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use serde_json::Value;

use super::key_hash::KeyHasher;
use super::rule::Rule;
use super::shape::Shape;
use super::table::SHIPPED_NAME;
use super::takes::Takes;

/// One key of the known paths.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    rules: Vec<Arc<Rule>>,
    /// The one shape of the field of this very path in every index, if there is such a field.
    shape: Option<Shape>,
    /// What its scalars have to be besides, in an index of somebody else's making.
    takes: Vec<Takes>,
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

    /// Whether its field takes a value of its shape.
    pub(super) fn takes(&self, value: &Value) -> bool {
        self.takes.iter().all(|takes| takes.takes(value))
    }

    /// Whether its field does not take every value of its shape.
    pub(super) fn is_particular(&self) -> bool {
        !self.takes.is_empty()
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

    /// Takes the names away from here on.
    pub(super) fn clear(&mut self) {
        (self.shape, self.takes) = (None, Vec::new());
        self.retain(|_, node| {
            node.clear();
            node.is_known()
        });
    }

    /// Keeps the nodes below this one that are to be kept.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&str, &mut Self) -> bool) {
        self.children.retain(|key, node| keep(key, Arc::make_mut(node)));
    }

    /// Whether anything is known of it, or of what lies below.
    pub(super) fn is_known(&self) -> bool {
        self.shape.is_some() || !self.rules.is_empty() || !self.children.is_empty()
    }

    /// The node for a key, which is made if there is none.
    pub(super) fn child_mut(&mut self, key: &str) -> &mut Self {
        Arc::make_mut(self.children.entry(key.into()).or_default())
    }

    /// Gives it a field of this shape for such values, and keeps those of its rules that agree.
    pub(super) fn become_field(
        &mut self,
        shape: Shape,
        takes: &[Takes],
        agrees: impl Fn(&Rule) -> bool,
    ) {
        if self.shape != Some(shape) {
            self.rules.retain(|rule| agrees(rule));
        }
        if shape == Shape::Scalar {
            self.clear();
        }
        (self.shape, self.takes) = (Some(shape), takes.to_vec());
    }

    /// The paths of the fields below it, which this is the path of with a dot at the end.
    pub(super) fn paths(&self, above: &str, found: &mut Vec<String>) {
        for (key, node) in self.children().filter(|(_, node)| node.shape.is_some()) {
            let path = format!("{above}{key}");
            node.paths(&format!("{path}."), found);
            found.push(path);
        }
    }

    fn at(&mut self, path: &str) -> &mut Self {
        path.split('.').fold(self, Self::child_mut)
    }
}
