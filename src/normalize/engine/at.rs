//! Where in the table the walk is.

use serde_json::Value;

use crate::normalize::shape::Shape;
use crate::normalize::trie::Node;

/// Where in the table an object stands: by AWS's names, and by those of the document. They part below
/// what a rule has given another name.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) rules: Option<&'t Node>,
    pub(super) names: Option<&'t Node>,
}

impl At<'_> {
    pub(super) fn child(self, key: &str) -> Self {
        let rules = self.rules.and_then(|node| node.child(key));
        let is_one = match (self.rules, self.names) {
            (Some(rules), Some(names)) => std::ptr::eq(rules, names),
            (None, None) => true,
            _ => false,
        };
        let names = if is_one { rules } else { self.names.and_then(|node| node.child(key)) };
        Self { rules, names }
    }

    /// The same place by AWS's names, under another name in the document.
    pub(super) fn named(self, parent: Self, name: &str) -> Self {
        Self { names: parent.names.and_then(|node| node.child(name)), ..self }
    }

    /// Whether it is a field for objects, and no field for anything in them.
    pub(super) fn is_bare(self) -> bool {
        self.names.is_some_and(Node::is_bare)
    }

    pub(super) fn shape(self) -> Option<Shape> {
        self.names.and_then(Node::shape)
    }

    /// Whether its field takes a value that has its shape.
    pub(super) fn takes(self, value: &Value) -> bool {
        self.names.is_none_or(|node| node.takes(value))
    }

    /// Whether its field does not take every value that has its shape.
    pub(super) fn is_particular(self) -> bool {
        self.names.is_some_and(Node::is_particular)
    }
}
