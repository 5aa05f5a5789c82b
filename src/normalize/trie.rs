//! The rules by path, so that one pass over an event asks one question a field.
//!
//! Rules stand under the names that AWS uses. What a rule makes (`{name: x}`, a renamed sibling)
//! is guarded by a rule of its own, so that it has one shape as well.

use std::collections::HashMap;
use std::sync::Arc;

use super::action::{Action, Keeps};
use super::rule::Rule;
use super::shape::{Shape, VALUE};

/// One key of the known paths.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    rules: Vec<Arc<Rule>>,
    children: HashMap<Box<str>, Node>,
}

impl Node {
    /// The tree of a table's rules, with the guards that they need.
    pub(super) fn of<'a>(rules: impl Iterator<Item = &'a Arc<Rule>> + Clone) -> Self {
        let mut root = Self::default();
        for rule in rules.clone() {
            root.at(&rule.path).rules.push(Arc::clone(rule));
        }
        for guard in rules.flat_map(|rule| guards(rule)) {
            let node = root.at(&guard.path);
            if node.rules.is_empty() {
                node.rules.push(Arc::new(guard));
            }
        }
        root
    }

    /// The node below this one for a key, if any rule lies that way.
    pub(super) fn child(&self, key: &str) -> Option<&Self> {
        self.children.get(key)
    }

    /// The rule of this very path for an event, if there is one.
    pub(super) fn rule(&self, service: &str, event: &str) -> Option<&Rule> {
        self.rules.iter().map(AsRef::as_ref).find(|rule| rule.applies(service, event))
    }

    fn at(&mut self, path: &str) -> &mut Self {
        path.split('.').fold(self, |node, key| node.children.entry(key.into()).or_default())
    }
}

/// The rules for the fields that a rule itself makes.
fn guards(rule: &Rule) -> Vec<Rule> {
    let leaf = rule.leaf();
    let sibling =
        |name: &str| format!("{}{name}", rule.path.strip_suffix(leaf).unwrap_or_default());
    let mut guards = Vec::new();
    match &rule.otherwise {
        Action::Wrap(name) => {
            guards.push(guard(format!("{}.{name}", rule.path), Shape::Scalar));
        }
        Action::Rename(name) => guards.push(guard(sibling(name), rule.aside_shape(""))),
        Action::Move | Action::Unwrap(_) | Action::Json | Action::Drop => {}
    }
    if rule.keeps == Keeps::Object {
        guards.push(guard(sibling(&format!("{leaf}_redacted")), Shape::Scalar));
    }
    guards
}

fn guard(path: String, shape: Shape) -> Rule {
    let (keeps, otherwise) = match shape {
        Shape::Object => (Keeps::Object, Action::Wrap(VALUE.to_owned())),
        Shape::Scalar => (Keeps::Scalar, Action::Json),
    };
    Rule::guard(path, keeps, otherwise)
}
