//! The rules in force, made ready for one look-up a field.
//!
//! The table is data: what is known and tried by hand (`rules/typed.toml`), and below it what AWS's
//! API models predict (`rules/models.tsv`).

use std::collections::HashSet;
use std::sync::Arc;

use super::action::{Action, Keeps};
use super::ecs::Ecs;
use super::layout::Layout;
use super::models;
use super::natural;
use super::rule::Rule;
use super::rule_file::{RulesError, parse};
use super::shape::Shape;
use super::trie::Node;
use crate::limits::{ECS_FIELDS, FIELD_LIMIT};

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
    layout: Layout,
    field_limit: u32,
    terms: bool,
    drops: bool,
    /// What makes the documents in place of the rules.
    ecs: Option<Arc<Ecs>>,
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

    /// The same for another layout, and for indices of at most so many fields.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout, field_limit: u32) -> Self {
        (self.layout, self.field_limit) = (layout, field_limit);
        self.grow();
        self
    }

    /// The same for the `ecs` layout, which its own tables make in place of the rules.
    #[must_use]
    pub fn with_ecs(self, ecs: Ecs, field_limit: u32) -> Self {
        let table = self.with_layout(Layout::Ecs, field_limit.max(ECS_FIELDS));
        Self { ecs: Some(Arc::new(ecs)), ..table }
    }

    /// What makes the documents of the `ecs` layout.
    pub(super) fn ecs(&self) -> Option<&Ecs> {
        self.ecs.as_deref()
    }

    /// Adds to each catch-all the list of its leaves, or does not: for engines without a type for the
    /// whole.
    pub fn list_terms(&mut self, terms: bool) {
        self.terms = terms;
    }

    /// Takes in what an earlier run has learned.
    pub fn learn_from(&mut self, toml: &str, name: &str) -> Result<(), RulesError> {
        parse(toml, name)?.into_iter().for_each(|rule| drop(self.take_in(rule)));
        self.grow();
        Ok(())
    }

    /// Takes in a rule that an index has taught: behind the user's own, before the shipped ones, and in
    /// place of what was learned of the same path and services before.
    pub fn learn(&mut self, rule: Rule) {
        let rule = self.take_in(rule);
        natural::insist(&mut self.root, &rule, self.layout);
        // A user's own word about the path stays the last.
        let is_users = |known: &&Arc<Rule>| !known.learned && known.file != SHIPPED_NAME;
        for own in self.rules.iter().filter(is_users).filter(|own| own.path == rule.path) {
            natural::insist(&mut self.root, own, self.layout);
        }
        self.root.learn(&rule);
    }

    fn take_in(&mut self, mut rule: Rule) -> Arc<Rule> {
        rule.learned = true;
        let rule = Arc::new(rule);
        self.rules.retain(|known| !known.is_lesson_of(&rule));
        let first_shipped = self.rules.iter().position(|known| known.file == SHIPPED_NAME);
        self.rules.insert(first_shipped.unwrap_or(self.rules.len()), Arc::clone(&rule));
        rule
    }

    /// Makes the tree of the rules and names anew.
    fn grow(&mut self) {
        let mut root = Node::default();
        self.rules.iter().for_each(|rule| root.add(rule));
        let first_shipped = self.rules.iter().position(|known| known.file == SHIPPED_NAME);
        let own = self.rules.get(..first_shipped.unwrap_or(self.rules.len())).unwrap_or_default();
        natural::plant(&mut root, own, self.layout, self.field_limit);
        self.drops = self.rules.iter().any(|rule| rule.otherwise == Action::Drop);
        self.root = root;
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

    /// How documents look.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Most fields of an index.
    pub fn field_limit(&self) -> u32 {
        self.field_limit
    }

    /// The shape of a document's field in every index, if it is one.
    pub fn shape_of(&self, path: &str) -> Option<Shape> {
        self.root.find(path).and_then(Node::shape)
    }

    /// The first of the shipped rules' fields that has no name for want of room, if any has none.
    pub fn first_without_name(&self) -> Option<&str> {
        let shipped = self.rules().filter(|rule| rule.file == SHIPPED_NAME);
        let mut kept = shipped.filter(|rule| rule.is_for_all() && rule.keeps != Keeps::Nothing);
        let has_none = |path: &str| self.layout.has_names(path) && self.shape_of(path).is_none();
        kept.find(|rule| natural::lists(&rule.path) && has_none(&rule.path))
            .map(|r| r.path.as_str())
    }

    /// Whether catch-alls come with lists of their leaves.
    pub(super) fn lists_terms(&self) -> bool {
        self.terms
    }

    /// Whether any rule drops anything.
    pub(super) fn drops(&self) -> bool {
        self.drops
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
        let rules = rules.into_iter().map(Arc::new).collect();
        Self::made_of(rules, models)
    }

    /// No rules and no names: every event leaves whole. To measure what the table costs.
    pub fn empty() -> Self {
        Self { root: Node::default(), ..Self::made_of(Vec::new(), Vec::new()) }
    }

    fn made_of(rules: Vec<Arc<Rule>>, models: Vec<Arc<Rule>>) -> Self {
        let mut table = Self {
            rules,
            models,
            root: Node::default(),
            layout: Layout::Typed,
            field_limit: FIELD_LIMIT,
            terms: false,
            drops: false,
            ecs: None,
        };
        table.grow();
        table
    }
}
