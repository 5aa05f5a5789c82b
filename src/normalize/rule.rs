//! One row of the rule table, and what makes no sense in one.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::action::{Action, Keeps, Kind};
use super::shape::{self, Shape};
use crate::event::Object;

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

impl Rule {
    /// Whether the rule is for an event at all.
    pub(super) fn applies(&self, service: &str, event: &str) -> bool {
        let lists = |list: &[String], name: &str| list.is_empty() || list.iter().any(|n| n == name);
        lists(&self.services, service) && lists(&self.events, event)
    }

    /// Whether a value keeps the name; one without a shape does unless none does.
    pub(super) fn takes(&self, value: &Value) -> bool {
        match (self.keeps, shape::of(value)) {
            (Keeps::Nothing, _) => false,
            (_, None) => true,
            (Keeps::Object, Some(found)) => found == Shape::Object,
            (Keeps::Scalar, Some(found)) => {
                found == Shape::Scalar && (self.kind == Kind::Any || shape::is_boolean(value))
            }
        }
    }

    /// Whether it was learned of the same path and services as another.
    pub(super) fn is_lesson_of(&self, other: &Self) -> bool {
        self.learned && self.path == other.path && self.services == other.services
    }

    /// Whether it is limited to no service and no event.
    pub(super) fn is_for_all(&self) -> bool {
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

    /// A rule that is not in any file, and has no reason yet.
    pub(super) fn bare(path: String, keeps: Keeps, otherwise: Action) -> Self {
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
            reason: String::new(),
            source: String::new(),
            examples: Vec::new(),
            file: String::new(),
            learned: false,
        }
    }

    /// The key that is wrong, and how, if the rule could leave a field with two shapes.
    pub(super) fn flaw(&self) -> Option<(&'static str, &'static str)> {
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

fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text)
        .map_err(|error| D::Error::custom(format!("no JSON object: {error}")))
}
