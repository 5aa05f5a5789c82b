//! What a document becomes when an index refuses it.
//!
//! Pure: the event, the table and the refusal decide. A document is given, one after the other,
//! the form that a learned rule makes of it; the form with the offending section as JSON text; the
//! minimal form, with the event as text. The fields that only repairs write stand below one name
//! that no event has, so that they meet no mapping but their own.

use std::collections::BTreeSet;

use serde_json::Value;

use super::action::{Action, Keeps};
use super::engine;
use super::shape::{self, Shape};
use super::table::{Rule, Table};
use super::typed::{one_line, service_of};
use crate::event::{Document, Object, Rejection};
use crate::limits::MOST_REPAIRS;

/// The object at the root that holds what only repairs write.
pub(super) const OWN_OBJECT: &str = "trailhaul";
/// Says how far a document had to be repaired: `text` or `minimal`.
pub(super) const REPAIRED: &str = "repaired";
/// The event as it was read, in the minimal form.
pub(super) const ORIGINAL: &str = "original";
/// The sections that the index template has a text field for.
pub(super) const SECTIONS: [&str; 6] = [
    "additionalEventData",
    "requestParameters",
    "resources",
    "responseElements",
    "serviceEventDetails",
    "userIdentity",
];
/// What the minimal form keeps beside the text; the index template has a type for each.
const KEPT: [&str; 8] = [
    TIMESTAMP,
    "awsRegion",
    "errorCode",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "recipientAccountId",
];
const TIMESTAMP: &str = "@timestamp";
const LOOKUP: &str = "lookup";

/// Where a section's JSON text stands, below the own object.
pub(super) fn text_name(section: &str) -> String {
    format!("{section}_json")
}

/// A document under repair.
#[derive(Debug, Clone)]
pub struct Repair {
    /// The event as AWS wrote it.
    record: Value,
    /// What a document has beside the record.
    beside: Object,
    /// The sections, by their names in the document, that are to be text.
    texts: BTreeSet<String>,
    minimal: bool,
    attempts: u32,
    /// Why it was rejected as it was meant to be.
    pub first: Rejection,
}

/// The form to send next, and the rule that makes it, where one does.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The document as JSON, on one line.
    pub body: String,
    /// What was learned: to be told to the table.
    pub rule: Option<Rule>,
}

impl Repair {
    /// Begins with a document's first rejection; nothing if no other form would be taken either.
    pub fn begin(document: &Document, rejection: &Rejection) -> Option<Self> {
        if !is_about_mapping(rejection) {
            return None;
        }
        let record @ Value::Object(_) = serde_json::from_str(&document.verbatim).ok()? else {
            return None;
        };
        let mut beside: Object = serde_json::from_str(&document.body).ok()?;
        beside.retain(|name, _| name == TIMESTAMP || name == LOOKUP);
        let (texts, first) = (BTreeSet::new(), rejection.clone());
        Some(Self { record, beside, texts, minimal: false, attempts: 0, first })
    }

    /// The form to send in place of the body that was refused; nothing when all were.
    pub fn next(
        &mut self,
        table: &Table,
        document: &Document,
        rejection: &Rejection,
    ) -> Option<Next> {
        if self.attempts >= MOST_REPAIRS || !is_about_mapping(rejection) {
            return None;
        }
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts == MOST_REPAIRS && !self.minimal {
            self.minimal = true;
            return Some(Next { body: self.body(table, document), rule: None });
        }
        let is_new = |body: &String| *body != document.body;
        // A rule that was learned from another document while this one was on its way.
        if let Some(body) = Some(self.body(table, document)).filter(is_new) {
            return Some(Next { body, rule: None });
        }
        if let Some(rule) = self.rule(table, document, rejection) {
            let mut taught = table.clone();
            taught.learn(rule.clone());
            if let Some(body) = Some(self.body(&taught, document)).filter(is_new) {
                return Some(Next { body, rule: Some(rule) });
            }
        }
        if self.minimal {
            return None;
        }
        match self.section(table, rejection.path.as_deref()) {
            Some(section) => drop(self.texts.insert(section)),
            None => self.minimal = true,
        }
        Some(Next { body: self.body(table, document), rule: None })
    }

    /// The document in the form that is due.
    fn body(&self, table: &Table, document: &Document) -> String {
        let mut fields = self.fields(table);
        let mut own = Object::new();
        if self.minimal {
            fields.retain(|name, _| KEPT.contains(&name.as_str()));
            own.insert(ORIGINAL.to_owned(), Value::from(&*document.verbatim));
        } else {
            for section in &self.texts {
                if let Some(value) = fields.remove(section) {
                    let name = text_name(self.source_of_section(table, section));
                    own.insert(name, Value::String(value.to_string()));
                }
            }
        }
        if !own.is_empty() {
            let how = if self.minimal { "minimal" } else { "text" };
            own.insert(REPAIRED.to_owned(), Value::from(how));
            fields.insert(OWN_OBJECT.to_owned(), Value::Object(own));
        }
        one_line(fields)
    }

    /// The document's fields as the table makes them.
    fn fields(&self, table: &Table) -> Object {
        let mut fields = self.record.as_object().cloned().unwrap_or_default();
        engine::run(table, &mut fields);
        fields.extend(self.beside.clone());
        fields
    }

    /// The rule that would have kept this value off the path where the index refused it.
    fn rule(&self, table: &Table, document: &Document, rejection: &Rejection) -> Option<Rule> {
        let refused = rejection.path.as_deref()?;
        let body: Value = serde_json::from_str(&document.body).ok()?;
        let keeps = keeps(rejection, shape_at(&body, refused)?)?;
        let path = self.source(table, refused)?;
        let services = vec![self.service()];
        let known = table.learned().find(|rule| rule.path == path && rule.services == services);
        let (keeps, aside) = match known {
            // Neither shape is taken everywhere; what was moved so far has one already.
            Some(known) => (Keeps::Nothing, known.aside_shape("")),
            None if keeps == Keeps::Scalar => (keeps, Shape::Object),
            None => (keeps, Shape::Scalar),
        };
        Some(Rule {
            aside: Some(aside),
            services,
            reason: reason(keeps).to_owned(),
            ..Rule::guard(path, keeps, Action::Move)
        })
    }

    /// AWS's name for a path in the document; nothing for what a rule has moved to its place.
    fn source(&self, table: &Table, path: &str) -> Option<String> {
        let mut node = Some(table.root());
        let mut at = vec![&self.record];
        let mut names: Vec<&str> = Vec::new();
        let mut moved = false;
        for name in path.split('.') {
            let objects: Vec<&Object> = at.into_iter().flat_map(objects_in).collect();
            if objects.is_empty() {
                // A field of the index's own below the value: a multi-field.
                break;
            }
            let is_this = |key: &&String| {
                *key == name || Table::aside_at(node, key, &self.service(), self.event()) == name
            };
            let key = objects.iter().flat_map(|object| object.keys()).find(is_this)?;
            moved = key != name;
            node = node.and_then(|node| node.child(key));
            at = objects.into_iter().filter_map(|object| object.get(key)).collect();
            names.push(key);
        }
        (!moved && !names.is_empty()).then(|| names.join("."))
    }

    /// AWS's name for a section of the document.
    fn source_of_section<'a>(&'a self, table: &Table, section: &'a str) -> &'a str {
        let mut keys = self.record.as_object().into_iter().flat_map(Object::keys);
        let service = self.service();
        keys.find(|key| {
            *key == section
                || Table::aside_at(Some(table.root()), key, &service, self.event()) == section
        })
        .map_or(section, String::as_str)
    }

    /// The section to make text of: the one that is named, else the widest that is left.
    fn section(&self, table: &Table, path: Option<&str>) -> Option<String> {
        let mut fields = self.fields(table);
        fields.retain(|name, _| name != TIMESTAMP && !self.texts.contains(name));
        match path.and_then(|path| path.split('.').next()) {
            Some(named) if fields.contains_key(named) => Some(named.to_owned()),
            // What repairs write, or has to be there, is refused itself.
            Some(OWN_OBJECT | TIMESTAMP) => None,
            _ => {
                let sections =
                    fields.iter().filter(|(_, value)| shape::of(value) == Some(Shape::Object));
                sections.max_by_key(|(_, value)| leaves(value)).map(|(name, _)| name.clone())
            }
        }
    }

    fn service(&self) -> String {
        service_of(self.text("eventSource"))
    }

    fn event(&self) -> &str {
        self.text("eventName")
    }

    fn text(&self, name: &str) -> &str {
        self.record.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Whether another form of the document might be taken.
fn is_about_mapping(rejection: &Rejection) -> bool {
    let kinds = [
        "mapper_parsing_exception",
        "document_parsing_exception",
        "strict_dynamic_mapping_exception",
        "stream_constraints_exception",
    ];
    rejection.status == 400
        && (rejection.path.is_some()
            || kinds.contains(&rejection.kind.as_str())
            || rejection.reason.contains("Limit of "))
}

/// Which shape keeps the name where a value of this shape was refused for its shape or type;
/// nothing when it was refused for something else.
fn keeps(rejection: &Rejection, found: Shape) -> Option<Keeps> {
    let (path, reason) = (rejection.path.as_deref()?, &rejection.reason);
    let says = |words: &str, after: &str| reason.contains(&format!("{words} [{path}]{after}"));
    let type_refuses = "failed to parse field";
    if says("object mapping for", "")
        || says("object mapping", "")
        || says(type_refuses, " of type [flattened]")
        || says(type_refuses, " of type [flat_object]")
    {
        return Some(Keeps::Object);
    }
    let is_known = says(type_refuses, " of type [")
        || says("mapper", "")
        || says("Existing mapping for", " must be of type object");
    is_known.then_some(match found {
        Shape::Object => Keeps::Scalar,
        Shape::Scalar => Keeps::Nothing,
    })
}

fn reason(keeps: Keeps) -> &'static str {
    match keeps {
        Keeps::Object => "Learned: the index has an object here, and this service wrote a scalar",
        Keeps::Scalar => "Learned: the index has a scalar here, and this service wrote an object",
        Keeps::Nothing => {
            "Learned: the index has a type here that this service's values do not fit"
        }
    }
}

/// The objects that a value is or holds in arrays.
fn objects_in(value: &Value) -> Vec<&Object> {
    match value {
        Value::Object(members) => vec![members],
        Value::Array(items) => items.iter().flat_map(objects_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The shape at a path of a document, or where the values on the way to it end.
fn shape_at(document: &Value, path: &str) -> Option<Shape> {
    let mut at = vec![document];
    for name in path.split('.') {
        let objects: Vec<&Object> = at.iter().copied().flat_map(objects_in).collect();
        if objects.is_empty() {
            break;
        }
        at = objects.into_iter().filter_map(|object| object.get(name)).collect();
    }
    let mut shapes = at.into_iter().filter_map(shape::of);
    let first = shapes.next()?;
    Some(if shapes.any(|shape| shape == Shape::Object) { Shape::Object } else { first })
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
