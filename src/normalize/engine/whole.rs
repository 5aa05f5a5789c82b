//! What leaves for a catch-all: as AWS wrote it, but for what every engine refuses wherever it stands
//! (keys, depths, numbers), and without what a user's rules drop.

use serde_json::Value;

use super::Walk;
use crate::event::Object;
use crate::json::FreeNames;
use crate::limits::{MAX_ARRAY_LEVELS, MAX_NUMBER_CHARS, MAX_OBJECT_LEVELS};
use crate::normalize::action::Action;
use crate::normalize::key;
use crate::normalize::shape::{self, Shape, VALUE};
use crate::normalize::trie::Node;

impl<'t> Walk<'t> {
    pub(super) fn whole(
        &mut self,
        value: &mut Value,
        node: Option<&'t Node>,
        level: usize,
        arrays: usize,
    ) {
        match value {
            Value::Object(members) if level < MAX_OBJECT_LEVELS => {
                if self.table.drops()
                    && let Some(node) = node
                {
                    members.retain(|key, value| !self.is_dropped(node.child(key), value));
                }
                self.members(members, node, level.saturating_add(1), arrays);
            }
            Value::Object(_) => shape::to_json(value),
            Value::Array(items) if arrays < MAX_ARRAY_LEVELS => {
                // Where an index maps what it meets, they would be at odds.
                if level < MAX_OBJECT_LEVELS && shape::is_mixed(items) {
                    shape::wrap_scalars(value, VALUE);
                }
                for item in value.as_array_mut().into_iter().flatten() {
                    self.whole(item, node, level, arrays.saturating_add(1));
                }
            }
            Value::Array(_) => {
                let objects = shape::of(value) == Some(Shape::Object);
                shape::to_json(value);
                if objects && level < MAX_OBJECT_LEVELS {
                    shape::wrap(value, VALUE);
                }
            }
            Value::Number(number) if number.as_str().len() > MAX_NUMBER_CHARS => {
                shape::to_json(value);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn members(
        &mut self,
        members: &mut Object,
        node: Option<&'t Node>,
        level: usize,
        arrays: usize,
    ) {
        let mut renamed = Vec::new();
        for (name, value) in members.iter_mut() {
            let child =
                if self.table.drops() { node.and_then(|node| node.child(name)) } else { None };
            self.whole(value, child, level, arrays);
            if let Some(clean) = key::clean(name) {
                renamed.push((name.clone(), clean));
            }
        }
        let leaving: Vec<_> = renamed
            .into_iter()
            .filter_map(|(name, clean)| members.remove(&name).map(|value| (clean, value)))
            .collect();
        let mut names = FreeNames::default();
        for (clean, value) in leaving {
            names.insert(members, clean, value);
        }
    }

    fn is_dropped(&self, node: Option<&Node>, value: &Value) -> bool {
        let rule = node.and_then(|node| node.rule(&self.service, &self.event));
        rule.is_some_and(|rule| rule.otherwise == Action::Drop && !rule.takes(value))
    }
}

/// What every engine refuses of a field's scalars.
pub(super) fn scalars(value: &mut Value, arrays: usize) {
    match value {
        Value::String(_) | Value::Bool(_) | Value::Null | Value::Object(_) => {}
        Value::Number(number) => {
            if number.as_str().len() > MAX_NUMBER_CHARS {
                shape::to_json(value);
            }
        }
        Value::Array(_) if arrays >= MAX_ARRAY_LEVELS => shape::to_json(value),
        Value::Array(items) => {
            for item in items {
                scalars(item, arrays.saturating_add(1));
            }
        }
    }
}
