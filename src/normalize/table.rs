//! The rules in force, made ready for one look-up a field.
//!
//! The table is data: what is known and tried by hand (`rules/typed.toml`), and below it what AWS's
//! API models predict (`rules/models.tsv`).

use std::collections::HashSet;
use std::sync::Arc;

use super::action::Keeps;
use super::models;
use super::rule::Rule;
use super::rule_file::{RulesError, parse};
use super::trie::Node;

/// The shipped table.
const SHIPPED: &str = include_str!("../../rules/typed.toml");
pub(super) const SHIPPED_NAME: &str = "rules/typed.toml";

/// The rules in force.
#[derive(Debug, Clone)]
pub struct Table {
    rules: Vec<Arc<Rule>>,
    /// The models' rows at paths for which no rule speaks.
    models: Vec<Arc<Rule>>,
    root: Node,
}

impl Table {
    /// The shipped rules alone.
    pub fn shipped() -> Result<Self, RulesError> {
        Ok(Self::of(parse(SHIPPED, SHIPPED_NAME)?))
    }

    /// A user's rules and the shipped ones; the user's come first, and take the place of shipped ones
    /// of the same path for the services and events that they are for.
    pub fn with(user_toml: &str, name: &str) -> Result<Self, RulesError> {
        let mut rules = parse(user_toml, name)?;
        let replaced: HashSet<String> =
            rules.iter().filter(|rule| rule.is_for_all()).map(|rule| rule.path.clone()).collect();
        let shipped = parse(SHIPPED, SHIPPED_NAME)?;
        rules.extend(shipped.into_iter().filter(|rule| !replaced.contains(&rule.path)));
        Ok(Self::of(rules))
    }

    /// Takes in what an earlier run has learned.
    pub fn learn_from(&mut self, toml: &str, name: &str) -> Result<(), RulesError> {
        parse(toml, name)?.into_iter().for_each(|rule| self.learn(rule));
        Ok(())
    }

    /// Takes in a rule that an index has taught: behind the user's own, before the shipped ones, and in
    /// place of what was learned of the same path and services before.
    pub fn learn(&mut self, mut rule: Rule) {
        rule.learned = true;
        let same = |known: &Rule| {
            known.learned && known.path == rule.path && known.services == rule.services
        };
        self.rules.retain(|known| !same(known));
        let first_shipped = self.rules.iter().position(|known| known.file == SHIPPED_NAME);
        self.rules.insert(first_shipped.unwrap_or(self.rules.len()), Arc::new(rule));
        self.root = Node::of(self.rules.iter().chain(&self.models));
    }

    /// The rules that were learned.
    pub fn learned(&self) -> impl Iterator<Item = &Rule> {
        self.rules().filter(|rule| rule.learned)
    }

    /// The rules: a user's, what was learned, the shipped ones, and what AWS's models predict.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().chain(&self.models).map(AsRef::as_ref)
    }

    /// Where a field of CloudTrail's is found in the documents of one service when it has the shape
    /// that most events of that service give it: `requestParameters.attribute` of `ec2` becomes
    /// `requestParameters.attribute_ec2`. For those who translate queries.
    pub fn document_path(&self, path: &str, service: &str) -> String {
        let mut node = Some(&self.root);
        let names: Vec<String> = path
            .split('.')
            .map(|key| {
                node = node.and_then(|parent| parent.child(key));
                match node.and_then(|node| node.rule(service, "")) {
                    Some(rule) if rule.keeps == Keeps::Nothing => rule.aside_name(key, service),
                    _ => key.to_owned(),
                }
            })
            .collect();
        names.join(".")
    }

    /// The top of the rules by path.
    pub(super) fn root(&self) -> &Node {
        &self.root
    }

    /// The name in a document of what AWS calls `key`, for a service and an event, when it is moved.
    pub(super) fn aside_at(node: Option<&Node>, key: &str, service: &str, event: &str) -> String {
        match node.and_then(|node| node.child(key)).and_then(|node| node.rule(service, event)) {
            Some(rule) => rule.aside_name(key, service),
            None => key.to_owned(),
        }
    }

    fn of(rules: Vec<Rule>) -> Self {
        let for_all: HashSet<&str> =
            rules.iter().filter(|rule| rule.is_for_all()).map(|rule| rule.path.as_str()).collect();
        let models = models::rows().filter(|row| !for_all.contains(row.path));
        let models: Vec<_> = models.map(|row| Arc::new(row.rule())).collect();
        let rules: Vec<_> = rules.into_iter().map(Arc::new).collect();
        Self { root: Node::of(rules.iter().chain(&models)), models, rules }
    }
}
