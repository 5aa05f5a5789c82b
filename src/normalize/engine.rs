//! One pass over an event's tree: which fields keep a name of their own, and in which shape.
//!
//! Works in place; a field that needs nothing costs one look-up and no allocation. A member is given
//! what the rule of its path says, then what the shape of the field of its name asks for. What no
//! field takes leaves whole, as AWS wrote it, for the catch-all of its section. So a document has no
//! path but those that every index knows, and each with one shape.

mod at;
mod fate;
mod watch;
mod whole;

use serde_json::Value;

use self::at::At;
use self::fate::Fate;
use self::watch::Watch;
use super::explain::Change;
use super::key;
use super::repair::LOOKUP;
use super::rest;
use super::shape::{self, Shape, VALUE};
use super::table::Table;
use super::typed;
use crate::event::Object;
use crate::json::FreeNames;
use crate::limits::{MAX_ARRAY_LEVELS, MAX_OBJECT_LEVELS};

/// Gives every field of a record the one shape that its path has.
///
/// `lookup` is what LookupEvents says beside it.
pub(super) fn run(table: &Table, record: &mut Object, lookup: Option<Object>) {
    Walk::new(table, record, None).record(record, lookup);
}

/// Runs the rules alone, as if every path had a field of its own, of whatever shape comes: what a
/// document would look like if an index took all. What has no name even so is left out.
pub(super) fn open(table: &Table, record: &mut Object) {
    let mut walk = Walk { is_open: true, ..Walk::new(table, record, None) };
    walk.settle(record);
}

/// As `run`, and says what was changed.
pub(super) fn watch(table: &Table, record: &mut Object) -> Vec<Change> {
    let mut walk = Walk::new(table, record, Some(Watch::new(table.layout())));
    walk.record(record, None);
    walk.watch.map(Watch::changes).unwrap_or_default()
}

struct Walk<'t> {
    table: &'t Table,
    service: String,
    event: String,
    in_request: bool,
    /// Whether every path is taken to have a field.
    is_open: bool,
    watch: Option<Watch>,
}

impl<'t> Walk<'t> {
    fn new(table: &'t Table, record: &Object, watch: Option<Watch>) -> Self {
        let text = |name| record.get(name).and_then(Value::as_str).unwrap_or_default();
        Self {
            table,
            service: typed::service_of(text("eventSource")),
            event: text("eventName").to_owned(),
            in_request: false,
            is_open: false,
            watch,
        }
    }

    fn record(&mut self, record: &mut Object, lookup: Option<Object>) {
        let mut left = self.settle(record);
        if let Some(lookup) = lookup {
            self.beside(record, &mut left, Value::Object(lookup));
        }
        if !left.is_empty() {
            rest::place(record, left, self.table.layout(), self.table.rests());
        }
    }

    /// Settles what stands beside the record, which has fields like any other.
    fn beside(&mut self, record: &mut Object, left: &mut Object, mut lookup: Value) {
        let here = At { rules: None, names: self.table.root().child(LOOKUP) };
        let part = if here.shape() == Some(Shape::Object) && !here.is_bare() {
            let part = self.below(&mut lookup, here, 1, 0);
            record.insert(LOOKUP.to_owned(), lookup);
            part
        } else {
            Some(lookup)
        };
        if let Some(part) = part {
            FreeNames::default().insert(left, LOOKUP.to_owned(), part);
        }
    }

    fn settle(&mut self, record: &mut Object) -> Object {
        let root = Some(self.table.root());
        self.object(record, At { rules: root, names: root }, 1, 0)
    }

    /// The shape of the field that a value stands in, once it is settled that it stays there.
    fn field(&self, here: At<'t>, value: &Value) -> Option<Shape> {
        if self.is_open { shape::of(value) } else { here.shape() }
    }

    /// Settles the members of an object; gives what leaves it.
    fn object(&mut self, members: &mut Object, at: At<'t>, level: usize, arrays: usize) -> Object {
        let (mut left, mut names) = (Object::new(), FreeNames::default());
        let mut moves = Vec::new();
        for (name, value) in members.iter_mut() {
            if level == 1 {
                self.in_request = name == "requestParameters";
            }
            self.enter(name);
            let here = at.child(name);
            match self.fate(name, value, at, here, level) {
                Fate::Stays => {
                    if let Some(part) = self.below(value, here, level, arrays) {
                        left.insert(name.clone(), part);
                    }
                }
                Fate::Splits(part) => drop(left.insert(name.clone(), part)),
                fate => moves.push((name.clone(), fate, here)),
            }
            self.leave();
        }
        if !moves.is_empty() {
            // All leave before any arrives: a name that one gives up is free for another, and a
            // member that has always had its name keeps it.
            let leaving: Vec<_> = moves
                .into_iter()
                .filter_map(|(name, fate, here)| {
                    members.remove(&name).map(|value| (name, value, fate, here))
                })
                .collect();
            for (name, value, fate, here) in leaving {
                self.enter(&name);
                let left = (&mut left, &mut names);
                self.arrive(members, left, (name, value), fate, (at, here), (level, arrays));
                self.leave();
            }
        }
        left
    }

    /// Puts a member that does not stay where it goes: under its new name, or to what leaves.
    fn arrive(
        &mut self,
        members: &mut Object,
        (left, names): (&mut Object, &mut FreeNames),
        (name, mut value): (String, Value),
        fate: Fate,
        (at, here): (At<'t>, At<'t>),
        (level, arrays): (usize, usize),
    ) {
        match fate {
            Fate::Ends => self.note_end(&value),
            Fate::Goes(new, shape, why) if !members.contains_key(&new) => {
                let here = here.named(at, &new);
                let before = self.before(&value);
                shape::fit(&mut value, shape);
                self.note(&why, Some(&new), before, &value);
                if let Some(part) = self.below(&mut value, here, level, arrays) {
                    left.insert(name, part);
                }
                members.insert(new, value);
            }
            _ => {
                let before = self.before(&value);
                self.whole(&mut value, here.rules, level, arrays);
                let name = key::clean(&name).unwrap_or(name);
                self.note_left(&name, before, &value);
                names.insert(left, name, value);
            }
        }
    }

    /// Settles what is inside of a field's value; gives what leaves it.
    fn below(
        &mut self,
        value: &mut Value,
        here: At<'t>,
        level: usize,
        arrays: usize,
    ) -> Option<Value> {
        match self.field(here, value) {
            Some(Shape::Object) => self.objects(value, here, level, arrays),
            Some(Shape::Scalar) | None => {
                whole::scalars(value, arrays);
                None
            }
        }
    }

    fn objects(
        &mut self,
        value: &mut Value,
        here: At<'t>,
        level: usize,
        arrays: usize,
    ) -> Option<Value> {
        match value {
            Value::Null => None,
            Value::Object(members) if level < MAX_OBJECT_LEVELS => {
                let left = self.object(members, here, level.saturating_add(1), arrays);
                (!left.is_empty()).then_some(Value::Object(left))
            }
            Value::Array(items) if arrays < MAX_ARRAY_LEVELS => {
                let mut left: Vec<Value> = Vec::new();
                for (at, item) in items.iter_mut().enumerate() {
                    if let Some(part) = self.objects(item, here, level, arrays.saturating_add(1)) {
                        // What leaves an element stands at its place: both parts can be paired.
                        left.resize_with(at, empty);
                        left.push(part);
                    }
                }
                if left.is_empty() {
                    return None;
                }
                left.resize_with(items.len(), empty);
                Some(Value::Array(left))
            }
            // Too deep for an engine, or a scalar beside objects.
            _ => {
                let mut part = value.take();
                let before = self.before(&part);
                self.whole(&mut part, here.rules, level, arrays);
                shape::wrap_scalars(&mut part, VALUE);
                self.note("no object, beside objects", None, before, &part);
                Some(part)
            }
        }
    }
}

fn empty() -> Value {
    Value::Object(Object::new())
}
