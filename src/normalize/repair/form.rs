//! The forms that no rule makes: sections as JSON text, and the minimal document.
//!
//! The fields that only repairs write stand below one name that no event has, so that they meet no
//! mapping but their own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::event::Object;
use crate::normalize::layout::{is_rest, is_terms};
use crate::normalize::rest;
use crate::normalize::shape::{self, Shape};
use crate::normalize::typed::one_line;

/// The object at the root that holds what only repairs write.
pub(in crate::normalize) const OWN_OBJECT: &str = "trailhaul";
/// Says how far a document had to be repaired: `text` or `minimal`.
pub(in crate::normalize) const REPAIRED: &str = "repaired";
/// The event as it was read, in the minimal form.
pub(in crate::normalize) const ORIGINAL: &str = "original";
/// The leaves that are too long for a catch-all.
pub(in crate::normalize) const LONG: &str = "long";
/// The sections that the index template has a text field for.
pub(in crate::normalize) const SECTIONS: [&str; 8] = [
    "additionalEventData",
    LOOKUP,
    RECORD,
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
/// The same of the `ecs` layout, whose fields stand in objects.
const KEPT_BELOW: [(&str, &[&str]); 2] =
    [("cloud", &["account", "region"]), ("event", &["action", "id", "outcome", "provider"])];
pub(in crate::normalize) const TIMESTAMP: &str = "@timestamp";
pub(super) const LOOKUP: &str = "lookup";
/// What is in no section and has no field, as a section.
pub(super) const RECORD: &str = "record";

/// Where a section's JSON text stands, below the own object.
pub(in crate::normalize) fn text_name(section: &str) -> String {
    format!("{section}_json")
}

/// How far a document has been narrowed.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    /// The sections, by AWS's names, that are to be text.
    texts: BTreeSet<String>,
    minimal: bool,
}

impl Form {
    pub(super) fn is_minimal(&self) -> bool {
        self.minimal
    }

    pub(super) fn is_narrowed(&self) -> bool {
        !self.texts.is_empty()
    }

    pub(super) fn make_minimal(&mut self) {
        self.minimal = true;
    }

    /// One step: the section of this path becomes text, else the widest that is left; when there is
    /// none, all but the least. `source` gives the section that a field is a part of.
    pub(super) fn narrow(
        &mut self,
        mut fields: Object,
        path: Option<&str>,
        source: impl Fn(&str) -> String,
    ) {
        fields.retain(|name, _| !self.texts.contains(&source(name)));
        let named = path.and_then(|path| path.split('.').next());
        let section = match named {
            // What repairs write, or has to be there, is refused itself.
            Some(OWN_OBJECT | TIMESTAMP) => None,
            Some(named) if fields.contains_key(named) => Some(source(named)),
            _ => widest(&fields, source),
        };
        match section {
            Some(section) => drop(self.texts.insert(section)),
            None => self.minimal = true,
        }
    }

    /// A document of these fields in this form; `source` as above.
    pub(super) fn body(
        &self,
        mut fields: Object,
        verbatim: &str,
        source: impl Fn(&str) -> String,
    ) -> String {
        let mut own = match fields.remove(OWN_OBJECT) {
            Some(Value::Object(own)) if !self.minimal => own,
            _ => Object::new(),
        };
        if self.minimal {
            own.insert(ORIGINAL.to_owned(), Value::from(verbatim));
            // It is not in the event's own text.
            if let Some(lookup) = fields.get(LOOKUP) {
                own.insert(text_name(LOOKUP), Value::String(lookup.to_string()));
            }
            fields.retain(least);
        } else {
            for section in &self.texts {
                let value = take(&mut fields, section, &source);
                own.insert(text_name(section), Value::String(value.to_string()));
            }
        }
        if self.minimal || self.is_narrowed() {
            let how = if self.minimal { "minimal" } else { "text" };
            own.insert(REPAIRED.to_owned(), Value::from(how));
        }
        if !own.is_empty() {
            fields.insert(OWN_OBJECT.to_owned(), Value::Object(own));
        }
        one_line(fields)
    }
}

/// Keeps of a field what the minimal form has of it.
fn least(name: &String, value: &mut Value) -> bool {
    if let (Some((_, kept)), Value::Object(members)) =
        (KEPT_BELOW.iter().find(|(section, _)| section == name), value)
    {
        members.retain(|name, _| kept.contains(&name.as_str()));
        return !members.is_empty();
    }
    KEPT.contains(&name.as_str())
}

/// Takes a section out with all of its parts, and gives it as one value.
fn take(fields: &mut Object, section: &str, source: impl Fn(&str) -> String) -> Value {
    let names: Vec<String> =
        fields.keys().filter(|name| source(name) == section).cloned().collect();
    let (rest, plain): (Vec<_>, Vec<_>) =
        names.into_iter().filter(|name| !is_terms(name)).partition(|name| is_rest(name));
    let mut whole = Value::Null;
    for name in plain.into_iter().chain(rest) {
        rest::join(&mut whole, fields.remove(&name).unwrap_or_default());
    }
    fields.retain(|name, _| source(name) != section);
    whole
}

/// The section with the most leaves, of those that are objects.
fn widest(fields: &Object, source: impl Fn(&str) -> String) -> Option<String> {
    let mut sections: BTreeMap<String, usize> = BTreeMap::new();
    let is_left = |name: &str| name != OWN_OBJECT && name != TIMESTAMP && !is_terms(name);
    for (name, value) in fields.iter().filter(|(name, _)| is_left(name)) {
        if shape::of(value) == Some(Shape::Object) {
            let known = sections.entry(source(name)).or_default();
            *known = known.saturating_add(leaves(value));
        }
    }
    sections.into_iter().max_by_key(|(_, leaves)| *leaves).map(|(name, _)| name)
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
