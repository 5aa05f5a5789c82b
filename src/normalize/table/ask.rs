//! What others ask of the rules in force: where a field is found, and what has no name.

use super::{SHIPPED_NAME, Table};
use crate::normalize::action::Keeps;
use crate::normalize::natural;
use crate::normalize::trie::Node;

impl Table {
    /// Where a field of CloudTrail's is found in the documents of one service when it has the shape
    /// that most events of that service give it: `requestParameters.attribute` of `ec2` becomes
    /// `requestParameters.attribute_ec2`. For those who translate queries.
    pub fn document_path(&self, path: &str, service: &str) -> String {
        let (mut rules, mut field) = (Some(&self.root), Some(&self.root));
        let mut names = Vec::new();
        for key in path.split('.') {
            rules = rules.and_then(|parent| parent.child(key));
            let name = match rules.and_then(|node| node.rule(service, "")) {
                Some(rule) if rule.keeps == Keeps::Nothing => rule.aside_name(key, service),
                _ => key.to_owned(),
            };
            field = field.and_then(|parent| parent.child(&name)).filter(|n| n.shape().is_some());
            names.push(name);
        }
        if field.is_some() { names.join(".") } else { self.layout.rest_path(path) }
    }

    /// The first of the shipped rules' fields that has no name for want of room, if any has none.
    pub fn first_without_name(&self) -> Option<&str> {
        let shipped = self.rules().filter(|rule| rule.file == SHIPPED_NAME);
        let mut kept = shipped.filter(|rule| rule.is_for_all() && rule.keeps != Keeps::Nothing);
        let has_none = |path: &str| self.layout.has_names(path) && self.shape_of(path).is_none();
        kept.find(|rule| natural::lists(&rule.path) && has_none(&rule.path))
            .map(|r| r.path.as_str())
    }

    /// The name in a document of what AWS calls `key`, for a service and an event, when it is moved.
    pub(in crate::normalize) fn aside_at(
        node: Option<&Node>,
        key: &str,
        service: &str,
        event: &str,
    ) -> String {
        match node.and_then(|node| node.child(key)).and_then(|node| node.rule(service, event)) {
            Some(rule) => rule.aside_name(key, service),
            None => key.to_owned(),
        }
    }
}
