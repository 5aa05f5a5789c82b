//! The names and rules of a table, made those of an index: a field has a name of its own if the index
//! has it, and the shape that it has there.

use super::field::Field;
use super::live::{Has, Live};
use crate::normalize::action::Action;
use crate::normalize::rule::Rule;
use crate::normalize::shape::Shape;
use crate::normalize::trie::Node;

/// Makes a tree of rules and names the one for an index.
pub(in crate::normalize) fn fit(root: &mut Node, live: &Live) {
    below(root, &live.root);
}

fn below(node: &mut Node, has: &Has) {
    node.retain(|key, child| {
        if !has.members.contains_key(key) {
            child.clear();
        }
        child.is_known()
    });
    for (key, member) in &has.members {
        let child = node.child_mut(key);
        match &member.field {
            Field::Object => {
                child.become_field(Shape::Object, &[], |rule| agrees(rule, Shape::Object));
                below(child, member);
            }
            Field::Scalar(takes) => {
                child.become_field(Shape::Scalar, takes, |rule| agrees(rule, Shape::Scalar));
            }
            Field::Whole | Field::Other => child.clear(),
        }
    }
}

/// Whether a rule leaves the name to the shape that the index has; one that drops says so of nothing else.
fn agrees(rule: &Rule, shape: Shape) -> bool {
    rule.keeps.shape() == Some(shape) || rule.otherwise == Action::Drop
}
