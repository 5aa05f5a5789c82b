//! The forms that no rule makes: sections as JSON text, and the minimal document.
//!
//! The fields that only repairs write stand below one name that no event has, so that they meet no
//! mapping but their own.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::event::Object;
use crate::normalize::shape::{self, Shape};
use crate::normalize::typed::one_line;

/// The object at the root that holds what only repairs write.
pub(in crate::normalize) const OWN_OBJECT: &str = "trailhaul";
/// Says how far a document had to be repaired: `text` or `minimal`.
pub(in crate::normalize) const REPAIRED: &str = "repaired";
/// The event as it was read, in the minimal form.
pub(in crate::normalize) const ORIGINAL: &str = "original";
/// The sections that the index template has a text field for.
pub(in crate::normalize) const SECTIONS: [&str; 7] = [
    "additionalEventData",
    LOOKUP,
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
pub(super) const TIMESTAMP: &str = "@timestamp";
pub(super) const LOOKUP: &str = "lookup";

/// Where a section's JSON text stands, below the own object.
pub(in crate::normalize) fn text_name(section: &str) -> String {
    format!("{section}_json")
}

/// How far a document has been narrowed.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    /// The sections, by their names in the document, that are to be text.
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
    /// none, all but the least.
    pub(super) fn narrow(&mut self, mut fields: Object, path: Option<&str>) {
        fields.retain(|name, _| name != TIMESTAMP && !self.texts.contains(name));
        match section(&fields, path) {
            Some(section) => drop(self.texts.insert(section)),
            None => self.minimal = true,
        }
    }

    /// A document of these fields in this form; `source` gives AWS's name for a section.
    pub(super) fn body<'a>(
        &'a self,
        mut fields: Object,
        verbatim: &str,
        source: impl Fn(&'a str) -> &'a str,
    ) -> String {
        let mut own = Object::new();
        if self.minimal {
            own.insert(ORIGINAL.to_owned(), Value::from(verbatim));
            // It is not in the event's own text.
            if let Some(lookup) = fields.get(LOOKUP) {
                own.insert(text_name(LOOKUP), Value::String(lookup.to_string()));
            }
            fields.retain(|name, _| KEPT.contains(&name.as_str()));
        } else {
            for section in &self.texts {
                if let Some(value) = fields.remove(section) {
                    own.insert(text_name(source(section)), Value::String(value.to_string()));
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
}

/// The section to make text of: the one that is named, else the widest.
fn section(fields: &Object, path: Option<&str>) -> Option<String> {
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

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
