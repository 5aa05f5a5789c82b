//! The rule table: read, checked, and made ready for one look-up a field.
//!
//! The table is data (`rules/typed.toml`). A rule that could leave its own field with two shapes
//! is an error here, so that the engine never has to ask.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::action::{Action, Keeps, Kind};
use super::shape::Shape;
use super::trie::Node;
use crate::event::Object;

/// The shipped table.
const SHIPPED: &str = include_str!("../../rules/typed.toml");
const SHIPPED_NAME: &str = "rules/typed.toml";

/// The rules in force.
#[derive(Debug, Clone)]
pub struct Table {
    rules: Vec<Arc<Rule>>,
    root: Node,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Where the field is, in CloudTrail's names with dots between them; arrays do not count.
    pub path: String,
    /// Which shape keeps the name.
    pub keeps: Keeps,
    /// What becomes of the others.
    pub otherwise: Action,
    /// What the values that keep the name have to be besides.
    #[serde(default)]
    pub kind: Kind,
    /// The shape of what is moved or renamed; a value of the other shape is made to fit.
    #[serde(default)]
    pub aside: Option<Shape>,
    /// Services whose moved values have the other shape.
    #[serde(default)]
    pub aside_except: Vec<String>,
    /// Whether `[""]`, which S3 writes for an absent text, is first made `""`.
    #[serde(default)]
    pub blank_list: bool,
    /// The services that the rule is for; none means all.
    #[serde(default)]
    pub services: Vec<String>,
    /// The event names that the rule is for; none means all.
    #[serde(default)]
    pub events: Vec<String>,
    /// Why there is a rule.
    pub reason: String,
    /// Who has seen the conflict.
    #[serde(default)]
    pub source: String,
    /// Events to show it on.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
    /// The file that the rule is from.
    #[serde(skip)]
    pub file: String,
    /// Whether an index's refusal is where the rule is from.
    #[serde(skip)]
    pub learned: bool,
}

/// An event, or as much of one as matters, to show a rule on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// `eventSource` without `.amazonaws.com`.
    pub service: String,
    /// `eventName`.
    pub event: String,
    /// The part of the record.
    #[serde(rename = "in", deserialize_with = "json")]
    pub record: Object,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<Rule>>,
}

/// Why a rule file can not be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// It is no TOML, or has a key or a value that no rule has.
    #[error("failed to read rules from {file}, line {line}: {message}")]
    Syntax {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A rule makes no sense.
    #[error("failed to use the rule for `{path}` in {file}, line {line}: `{key}` {message}")]
    Rule {
        /// The file's name.
        file: String,
        /// The line where the rule starts, from 1.
        line: usize,
        /// The rule's path.
        path: String,
        /// The key to change.
        key: &'static str,
        /// What is wrong with it, and what would be right.
        message: &'static str,
    },
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
        self.root = Node::of(&self.rules);
    }

    /// The rules that were learned.
    pub fn learned(&self) -> impl Iterator<Item = &Rule> {
        self.rules().filter(|rule| rule.learned)
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
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
        let rules: Vec<Arc<Rule>> = rules.into_iter().map(Arc::new).collect();
        Self { root: Node::of(&rules), rules }
    }
}

impl Rule {
    /// Whether the rule is for an event at all.
    pub(super) fn applies(&self, service: &str, event: &str) -> bool {
        let lists = |list: &[String], name: &str| list.is_empty() || list.iter().any(|n| n == name);
        lists(&self.services, service) && lists(&self.events, event)
    }

    fn is_for_all(&self) -> bool {
        self.services.is_empty() && self.events.is_empty()
    }

    /// The last name of the path.
    pub(super) fn leaf(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The name of what is moved aside.
    pub(super) fn aside_name(&self, key: &str, service: &str) -> String {
        match &self.otherwise {
            Action::Rename(name) => name.clone(),
            _ => format!("{key}_{service}"),
        }
    }

    /// The one shape that moved values of a service have.
    pub(super) fn aside_shape(&self, service: &str) -> Shape {
        let usual = self.aside.unwrap_or(match self.keeps {
            Keeps::Scalar => Shape::Object,
            Keeps::Object | Keeps::Nothing => Shape::Scalar,
        });
        if self.aside_except.iter().any(|name| name == service) { usual.other() } else { usual }
    }

    /// A rule that holds a path to one shape and is not in any file.
    pub(super) fn guard(path: String, keeps: Keeps, otherwise: Action) -> Self {
        Self {
            path,
            keeps,
            otherwise,
            kind: Kind::Any,
            aside: None,
            aside_except: Vec::new(),
            blank_list: false,
            services: Vec::new(),
            events: Vec::new(),
            reason: "a rule makes this field".to_owned(),
            source: String::new(),
            examples: Vec::new(),
            file: String::new(),
            learned: false,
        }
    }

    /// The key that is wrong, and how, if the rule could leave a field with two shapes.
    fn flaw(&self) -> Option<(&'static str, &'static str)> {
        let blank = |name: &String| name.trim().is_empty() || name.contains('.');
        let named = match &self.otherwise {
            Action::Rename(name) | Action::Wrap(name) | Action::Unwrap(name) => Some(name),
            Action::Move | Action::Json | Action::Drop => None,
        };
        match (&self.otherwise, self.keeps) {
            _ if self.path.split('.').any(|key| key.trim().is_empty()) => {
                Some(("path", "has an empty name between its dots; write names.with.dots"))
            }
            _ if named.is_some_and(blank) => {
                Some(("otherwise", "needs a name without dots, such as { wrap = \"name\" }"))
            }
            (Action::Rename(name), _) if name == self.leaf() => {
                Some(("otherwise", "renames the field to its own name; give another"))
            }
            (Action::Wrap(_), Keeps::Scalar | Keeps::Nothing) => {
                Some(("otherwise", "wraps scalars, so `keeps` has to be \"object\""))
            }
            (Action::Unwrap(_) | Action::Json, Keeps::Object | Keeps::Nothing) => {
                Some(("otherwise", "makes scalars of objects, so `keeps` has to be \"scalar\""))
            }
            (_, Keeps::Object | Keeps::Nothing) if self.kind != Kind::Any => {
                Some(("kind", "is about scalars, so `keeps` has to be \"scalar\""))
            }
            (Action::Move | Action::Rename(_), Keeps::Nothing) if self.aside.is_none() => {
                Some(("aside", "is missing; say \"object\" or \"scalar\" for what is moved"))
            }
            _ => None,
        }
    }
}

fn parse(text: &str, file: &str) -> Result<Vec<Rule>, RulesError> {
    let parsed: File = toml::from_str(text).map_err(|error| RulesError::Syntax {
        file: file.to_owned(),
        line: line(text, error.span().unwrap_or_default()),
        message: error.message().to_owned(),
    })?;
    let mut seen = HashSet::new();
    let mut rules = Vec::with_capacity(parsed.rule.len());
    for spanned in parsed.rule {
        let span = spanned.span();
        let mut rule = spanned.into_inner();
        file.clone_into(&mut rule.file);
        let twice = !seen.insert((rule.path.clone(), rule.services.clone(), rule.events.clone()));
        let flaw = twice.then_some(("path", "has a rule of the same services and events already"));
        if let Some((key, message)) = rule.flaw().or(flaw) {
            let (file, line, path) = (file.to_owned(), line(text, span), rule.path);
            return Err(RulesError::Rule { file, line, path, key, message });
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn line(text: &str, span: Range<usize>) -> usize {
    let before = text.as_bytes().iter().take(span.start);
    before.filter(|byte| **byte == b'\n').count().saturating_add(1)
}

fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text)
        .map_err(|error| D::Error::custom(format!("no JSON object: {error}")))
}
