//! One pass over an event's tree: the rules where there are any, the shape rules everywhere.
//!
//! Works in place. A field that needs nothing costs one look-up below a known path and none
//! elsewhere; a path is only spelled out when somebody watches. A rule looks at the value as AWS
//! wrote it, and what is below is done afterwards, under the names that AWS uses.

use serde_json::Value;

use super::action::{Action, Keeps, Kind};
use super::explain::Change;
use super::table::{Rule, Table};
use super::trie::Node;
use super::{key, shape, typed};
use crate::event::Object;
use crate::json::FreeNames;
use crate::limits::{MAX_ARRAY_LEVELS, MAX_NUMBER_CHARS, MAX_OBJECT_LEVELS};

/// The level of the members of `requestParameters` and its like.
const SECTION_LEVEL: usize = 2;

/// Gives every field of a record the one shape that its path has.
pub(super) fn run(table: &Table, record: &mut Object) {
    Walk::new(record, None).object(record, Some(table.root()), 1, 0);
}

/// As `run`, and says what was changed.
pub(super) fn watch(table: &Table, record: &mut Object) -> Vec<Change> {
    let mut walk = Walk::new(record, Some(Watch::default()));
    walk.object(record, Some(table.root()), 1, 0);
    walk.watch.map(|watch| watch.changes).unwrap_or_default()
}

/// Where a member goes.
enum Fate {
    Stays,
    Goes(String),
    Ends,
}

#[derive(Default)]
struct Watch {
    path: Vec<String>,
    changes: Vec<Change>,
}

struct Walk {
    service: String,
    event: String,
    in_request: bool,
    watch: Option<Watch>,
}

impl Walk {
    fn new(record: &Object, watch: Option<Watch>) -> Self {
        let text = |name| record.get(name).and_then(Value::as_str).unwrap_or_default();
        Self {
            service: typed::service_of(text("eventSource")),
            event: text("eventName").to_owned(),
            in_request: false,
            watch,
        }
    }

    fn object(&mut self, members: &mut Object, node: Option<&Node>, level: usize, arrays: usize) {
        let mut moves = Vec::new();
        for (name, value) in members.iter_mut() {
            if level == 1 {
                self.in_request = name == "requestParameters";
            }
            let child = node.and_then(|node| node.child(name));
            self.enter(name);
            let fate = match self.member(name, value, child, level) {
                Fate::Stays => key::clean(name, level == 1).map_or(Fate::Stays, |clean| {
                    self.note("key that engines refuse", Some(&clean), value, value);
                    Fate::Goes(clean)
                }),
                fate => fate,
            };
            if !matches!(fate, Fate::Ends) {
                self.value(value, child, level, arrays);
            }
            self.leave();
            if !matches!(fate, Fate::Stays) {
                moves.push((name.clone(), fate));
            }
        }
        // All leave before any arrives: a name that one gives up is free for another, and a
        // member that has always had its name keeps it.
        let leaving: Vec<_> =
            moves.into_iter().map(|(name, fate)| (members.remove(&name), fate)).collect();
        let mut names = FreeNames::default();
        for (value, fate) in leaving {
            if let (Some(value), Fate::Goes(name)) = (value, fate) {
                names.insert(members, name, value);
            }
        }
    }

    /// What is above the value's own inside: the rule of its path, else the shape rules.
    fn member(&mut self, name: &str, value: &mut Value, node: Option<&Node>, level: usize) -> Fate {
        if level == 1 && shape::is_omitted(value) {
            let aside = format!("{name}_omitted");
            let aside = key::clean(&aside, true).unwrap_or(aside);
            self.note("section that AWS left out", Some(&aside), value, value);
            return Fate::Goes(aside);
        }
        if let Some(rule) = node.and_then(|node| node.rule(&self.service, &self.event)) {
            return self.apply(rule, name, value);
        }
        if level == SECTION_LEVEL {
            self.section_member(name, value);
        }
        Fate::Stays
    }

    fn apply(&mut self, rule: &Rule, name: &str, value: &mut Value) -> Fate {
        let before = self.watch.is_some().then(|| value.clone());
        if rule.blank_list && is_blank_list(value) {
            *value = Value::String(String::new());
        }
        let fate = fate(rule, name, value, &self.service);
        if let Some(before) = before {
            let to = match &fate {
                Fate::Goes(name) => Some(name.as_str()),
                Fate::Ends | Fate::Stays => None,
            };
            let (what, after) = match fate {
                Fate::Ends => ("dropped".to_owned(), Value::Null),
                Fate::Goes(_) | Fate::Stays => (rule.otherwise.to_string(), value.clone()),
            };
            if to.is_some() || before != after {
                self.note(&what, to, &before, &after);
            }
        }
        fate
    }

    /// EC2's two habits: `{value: x}` around what an instance's attribute is set to, and `""` for
    /// an XML element without content where an object stands otherwise.
    fn section_member(&mut self, name: &str, value: &mut Value) {
        if self.service != "ec2" {
            return;
        }
        let before = self.watch.is_some().then(|| value.clone());
        if self.in_request && shape::unwrap_exact(value, shape::VALUE) {
            self.note("EC2's {value: …}", None, &before.unwrap_or_default(), value);
        } else if is_xml_name(name) && shape::of(value) == Some(shape::Shape::Scalar) {
            shape::wrap_scalars(value, shape::VALUE);
            self.note("empty XML element", None, &before.unwrap_or_default(), value);
        }
    }

    /// What is inside a value that stands at a level of objects below a number of arrays.
    fn value(&mut self, value: &mut Value, node: Option<&Node>, level: usize, arrays: usize) {
        match value {
            Value::Object(members) if level < MAX_OBJECT_LEVELS => {
                self.object(members, node, level.saturating_add(1), arrays);
            }
            Value::Object(_) => self.change("nested too deep", value, shape::to_json),
            Value::Array(items) if arrays < MAX_ARRAY_LEVELS => {
                let mixed = level < MAX_OBJECT_LEVELS && shape::is_mixed(items);
                if mixed {
                    self.change("scalars beside objects", value, |value| {
                        shape::wrap_scalars(value, shape::VALUE);
                    });
                }
                for item in value.as_array_mut().into_iter().flatten() {
                    self.value(item, node, level, arrays.saturating_add(1));
                }
            }
            Value::Array(_) => self.change("nested too deep", value, |value| {
                let objects = shape::of(value) == Some(shape::Shape::Object);
                shape::to_json(value);
                if objects && level < MAX_OBJECT_LEVELS {
                    shape::wrap(value, shape::VALUE);
                }
            }),
            Value::Number(number) if number.as_str().len() > MAX_NUMBER_CHARS => {
                self.change("number that engines refuse", value, shape::to_json);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn change(&mut self, what: &str, value: &mut Value, act: impl FnOnce(&mut Value)) {
        let before = self.watch.is_some().then(|| value.clone());
        act(value);
        if let Some(before) = before {
            self.note(what, None, &before, value);
        }
    }

    fn enter(&mut self, name: &str) {
        if let Some(watch) = &mut self.watch {
            watch.path.push(name.to_owned());
        }
    }

    fn leave(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.path.pop();
        }
    }

    fn note(&mut self, what: &str, to: Option<&str>, before: &Value, after: &Value) {
        if let Some(watch) = &mut self.watch {
            watch.changes.push(Change {
                path: watch.path.join("."),
                action: what.to_owned(),
                to: to.map(str::to_owned),
                before: before.clone(),
                after: after.clone(),
            });
        }
    }
}

/// What a rule does to a value, beginning with whether there is anything to do.
fn fate(rule: &Rule, name: &str, value: &mut Value, service: &str) -> Fate {
    let kept = match (rule.keeps, shape::of(value)) {
        (Keeps::Nothing, _) => false,
        (_, None) => true,
        (Keeps::Object, Some(found)) => found == shape::Shape::Object,
        (Keeps::Scalar, Some(found)) => {
            found == shape::Shape::Scalar && (rule.kind == Kind::Any || shape::is_boolean(value))
        }
    };
    match &rule.otherwise {
        // An array that mixes them is an object's array: its scalars get the rule's name.
        Action::Wrap(inner) if kept => {
            if matches!(value, Value::Array(_)) {
                shape::wrap_scalars(value, inner);
            }
            Fate::Stays
        }
        _ if kept => Fate::Stays,
        _ if rule.keeps == Keeps::Object && shape::is_redacted(value) => {
            Fate::Goes(format!("{name}_redacted"))
        }
        Action::Move | Action::Rename(_) => {
            shape::fit(value, rule.aside_shape(service));
            Fate::Goes(rule.aside_name(name, service))
        }
        Action::Wrap(inner) => {
            shape::wrap(value, inner);
            Fate::Stays
        }
        Action::Unwrap(inner) => {
            shape::unwrap(value, inner);
            Fate::Stays
        }
        Action::Json => {
            shape::to_json(value);
            Fate::Stays
        }
        Action::Drop => Fate::Ends,
    }
}

/// S3's way to write a text that is absent.
fn is_blank_list(value: &Value) -> bool {
    matches!(value, Value::Array(items)
        if matches!(items.as_slice(), [Value::String(text)] if text.is_empty()))
}

/// `DescribeFlowLogsRequest`, `CreateFleetResponse`: the XML root that EC2 puts into a section.
fn is_xml_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && (name.ends_with("Request") || name.ends_with("Response"))
}
