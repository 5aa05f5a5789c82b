//! The fields that an index lacks of those that documents can have, and has room for.
//!
//! First the catch-alls, of which the record's can stand in for all others, and the moment that every
//! document has; then what trailhaul itself writes; then the fields with a name of their own, the most useful first.

use std::collections::HashMap;

use serde_json::Value;

use super::field::Field;
use super::live::{Live, count};
use crate::event::Object;
use crate::normalize::layout::{FREE_FORM, Layout, RECORD_REST, terms_name, values_name};
use crate::normalize::natural;
use crate::normalize::repair::{
    LONG, ORIGINAL, OWN_OBJECT, REPAIRED, SECTIONS, TIMESTAMP, text_name,
};
use crate::normalize::table::Table;

/// The `properties` to add to an index, of those that its documents want.
pub(super) fn missing(live: &Live, table: &Table, wanted: &Object) -> Object {
    let mut found = Missing { live, wanted, room: live.room(), properties: Object::new() };
    let rests = table.layout().catch_alls().filter(|name| name != RECORD_REST);
    let rests = rests.flat_map(|name| [name.clone(), terms_name(&name)]);
    let first = [RECORD_REST.to_owned(), terms_name(RECORD_REST), TIMESTAMP.to_owned()];
    // Before what is copied into them.
    let values = FREE_FORM.map(values_name).into_iter();
    for name in first.into_iter().chain(values).chain(rests) {
        found.add(&name);
    }
    let own = [ORIGINAL, REPAIRED, LONG].map(str::to_owned).into_iter();
    own.chain(SECTIONS.map(text_name)).for_each(|name| found.add(&format!("{OWN_OBJECT}.{name}")));
    // A user's own fields have no rank, and come before those that have one.
    let ranks: HashMap<&str, usize> = natural::rows().map(|(path, _)| path).zip(1..).collect();
    let mut paths = match table.layout() {
        Layout::Ecs => paths_of(wanted, ""),
        Layout::Typed | Layout::Flattened => table.fields(),
    };
    paths.sort_by_cached_key(|path| (ranks.get(path.as_str()).copied(), path.clone()));
    for path in paths {
        found.add(&path);
    }
    found.properties
}

struct Missing<'a> {
    live: &'a Live,
    wanted: &'a Object,
    room: u32,
    properties: Object,
}

impl Missing<'_> {
    /// Adds a field, after the objects above it, if it is missing and can be had.
    fn add(&mut self, path: &str) {
        let Some(field) = definition(self.wanted, path) else { return };
        if self.room == 0 || self.live.knows(path) || definition(&self.properties, path).is_some() {
            return;
        }
        let above = path.rsplit_once('.').map(|(above, _)| above);
        if let Some(above) = above {
            self.add(above);
        }
        let field = self.alone(field);
        let cost = count(&Object::from_iter([(String::new(), field.clone())]));
        if cost <= self.room && self.is_open(above, Field::of(&field) == Field::Object) {
            self.room = self.room.saturating_sub(cost);
            insert(&mut self.properties, path, field);
        }
    }

    /// The definition of a field, and of none below it; a copy where the index has a place for it.
    fn alone(&self, field: &Value) -> Value {
        let mut field = field.clone();
        if let Value::Object(field) = &mut field {
            if let Some(below) = field.get_mut("properties") {
                *below = Object::new().into();
            }
            let target = field.get("copy_to").and_then(Value::as_str);
            if target.is_some_and(|name| !self.has(name)) {
                field.remove("copy_to");
            }
        }
        field
    }

    fn has(&self, name: &str) -> bool {
        self.live.knows(name) || self.properties.contains_key(name)
    }

    /// Whether a field can be added below a path.
    fn is_open(&self, above: Option<&str>, is_object: bool) -> bool {
        let parent = above.map_or(Some(&self.live.root), |above| self.live.find(above));
        match (parent, above) {
            (Some(has), _) => has.field == Field::Object && (has.takes_objects || !is_object),
            (None, Some(above)) => definition(&self.properties, above).is_some(),
            (None, None) => false,
        }
    }
}

/// All paths of some properties.
fn paths_of(properties: &Object, above: &str) -> Vec<String> {
    let of_field = |(name, field): (&String, &Value)| {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let below = field.get("properties").and_then(Value::as_object);
        let below = below.map(|below| paths_of(below, &path)).unwrap_or_default();
        std::iter::once(path).chain(below).collect::<Vec<_>>()
    };
    properties.iter().flat_map(of_field).collect()
}

fn definition<'a>(properties: &'a Object, path: &str) -> Option<&'a Value> {
    let mut keys = path.split('.');
    let first = properties.get(keys.next()?)?;
    keys.try_fold(first, |field, key| field.get("properties")?.get(key))
}

fn insert(properties: &mut Object, path: &str, field: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        properties.insert(path.to_owned(), field);
        return;
    };
    let object = properties.entry(first).or_insert_with(|| Object::new().into());
    if let Value::Object(object) = object {
        let below = object.entry("properties").or_insert_with(|| Object::new().into());
        if let Value::Object(below) = below {
            insert(below, rest, field);
        }
    }
}
