//! What an index has: its fields, and how many more it takes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::field::{Field, is};
use crate::event::Object;
use crate::limits::{LEFT_TO_OTHERS, USUAL_FIELD_LIMIT};

/// What an index does with a path that it has no field for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unknown {
    /// Makes a field of it.
    Mapped,
    /// Keeps it, and does not look at it.
    Kept,
    /// Refuses the document.
    Refused,
}

/// A field, and those below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Has {
    pub(super) field: Field,
    pub(super) members: BTreeMap<String, Has>,
    /// Whether it can be given objects; else scalars alone.
    pub(super) takes_objects: bool,
}

/// The mapping of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    properties: Object,
    pub(super) root: Has,
    pub(super) unknown: Unknown,
    /// Whether trailhaul's template has shaped it.
    pub(super) ours: bool,
    room: u32,
}

impl Live {
    /// Reads what `GET /<index>` says of one index: its `mappings` and `settings`.
    pub fn read(answer: &Value) -> Self {
        let mappings = answer.get("mappings").unwrap_or(&Value::Null);
        let object = |name| mappings.get(name).and_then(Value::as_object).cloned();
        let properties = object("properties").unwrap_or_default();
        let ours = mappings.pointer("/_meta/managed_by").is_some_and(|by| by == "trailhaul");
        let limit = limit(answer);
        let free = if ours { 0 } else { limit.checked_div(LEFT_TO_OTHERS).unwrap_or_default() };
        let runtime = object("runtime").map_or(0, |fields| size(fields.len()));
        let taken = count(&properties).saturating_add(runtime).saturating_add(free);
        Self {
            root: Has::root(&properties, mappings),
            properties,
            unknown: unknown(mappings.get("dynamic")),
            ours,
            room: limit.saturating_sub(taken),
        }
    }

    /// The same with these fields added.
    #[must_use]
    pub(super) fn with(mut self, additions: &Object) -> Self {
        self.room = self.room.saturating_sub(count(additions));
        merge(&mut self.properties, additions);
        let takes_objects = self.root.takes_objects;
        self.root = Has { takes_objects, ..Has::root(&self.properties, &Value::Null) };
        self
    }

    /// How many fields more it takes of trailhaul.
    pub(super) fn room(&self) -> u32 {
        self.room
    }

    /// What it has at a path.
    pub(super) fn find(&self, path: &str) -> Option<&Has> {
        path.split('.').try_fold(&self.root, |has, key| has.members.get(key))
    }

    /// Whether it has a field at this very path.
    pub(in crate::normalize) fn knows(&self, path: &str) -> bool {
        self.find(path).is_some()
    }
}

impl Has {
    fn root(properties: &Object, mappings: &Value) -> Self {
        Self::of(Field::Object, properties, mappings)
    }

    fn of(field: Field, properties: &Object, definition: &Value) -> Self {
        let has_objects = definition.get("subobjects").is_none_or(|value| is(value, true));
        let takes_objects =
            has_objects && definition.get("type").is_none_or(|kind| kind == "object");
        let mut has = Self { field, members: BTreeMap::new(), takes_objects };
        if has.field == Field::Object {
            for (name, definition) in properties {
                has.add(name, definition);
            }
        }
        has
    }

    /// Adds a member; where there are no objects, its name has the dots.
    fn add(&mut self, name: &str, definition: &Value) {
        if let Some((first, rest)) = name.split_once('.') {
            let above = || Self::of(Field::Object, &Object::new(), &Value::Null);
            let parent = self.members.entry(first.to_owned()).or_insert_with(above);
            // A scalar of this name stands beside it, and documents can have only one of them.
            if parent.field == Field::Object {
                parent.takes_objects = false;
                parent.add(rest, definition);
            }
            return;
        }
        let empty = Object::new();
        let below = definition.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let has = Self::of(Field::of(definition), below, definition);
        self.members.entry(name.to_owned()).or_insert(has);
    }
}

/// As an engine counts: objects, leaves and what is made of them alike.
pub(super) fn count(properties: &Object) -> u32 {
    let below = |field: &Value, key| field.get(key).and_then(Value::as_object).map_or(0, count);
    properties.values().fold(0, |sum, field| {
        let inner = below(field, "properties").saturating_add(below(field, "fields"));
        sum.saturating_add(inner).saturating_add(1)
    })
}

fn merge(properties: &mut Object, additions: &Object) {
    for (name, addition) in additions {
        match (properties.get_mut(name), addition.get("properties").and_then(Value::as_object)) {
            (Some(Value::Object(known)), Some(more)) => {
                let inner = known.entry("properties").or_insert_with(|| Object::new().into());
                if let Value::Object(inner) = inner {
                    merge(inner, more);
                }
            }
            (Some(_), _) => {}
            (None, _) => drop(properties.insert(name.clone(), addition.clone())),
        }
    }
}

fn unknown(dynamic: Option<&Value>) -> Unknown {
    match dynamic {
        Some(Value::Bool(false)) => Unknown::Kept,
        Some(Value::String(text)) if text == "false" => Unknown::Kept,
        Some(Value::String(text)) if text.starts_with("strict") => Unknown::Refused,
        _ => Unknown::Mapped,
    }
}

/// Flat or nested, a number or a text.
fn limit(answer: &Value) -> u32 {
    let limit = answer.pointer("/settings/index/mapping/total_fields/limit");
    let number = limit.and_then(|limit| match limit {
        Value::String(text) => text.parse().ok(),
        limit => limit.as_u64().map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)),
    });
    number.unwrap_or(USUAL_FIELD_LIMIT)
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
