//! What an index has at its paths, from the answer of `GET /<index>/_mapping`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::normalize::action::Keeps;
use crate::normalize::adapt::TAKES_ANY;
use crate::normalize::engine_kind::CatchAll;
use crate::normalize::mapping;
use crate::normalize::table::Table;

/// Types that take objects.
const OBJECTS: [&str; 5] = ["object", "nested", "passthrough", "flattened", "flat_object"];
/// The type for which there is a kind of rule.
const BOOLEAN: &str = "boolean";

/// What an index has at a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Has {
    Object,
    Scalar,
    Type(String),
}

/// The fields of one or more indices.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeMap<String, BTreeMap<Has, BTreeSet<String>>>);

impl Index {
    /// Takes in an answer; says whether it is one.
    pub(super) fn read(&mut self, answer: &Value, table: &Table) -> bool {
        let Some(indices) = answer.as_object().filter(|indices| !indices.is_empty()) else {
            return false;
        };
        let mappings = |body: &Value| body.get("mappings").is_some_and(Value::is_object);
        if !indices.values().all(mappings) {
            return false;
        }
        let own = mapping::properties(table, CatchAll::Terms);
        for (name, body) in indices {
            let fields = body.get("mappings").and_then(|mappings| mappings.get("properties"));
            self.add(name, "", fields, Some(&own));
        }
        true
    }

    fn add(&mut self, index: &str, above: &str, fields: Option<&Value>, own: Option<&Value>) {
        for (name, field) in fields.and_then(Value::as_object).into_iter().flatten() {
            // What is not parsed takes anything.
            if field.get("enabled") == Some(&Value::Bool(false)) {
                continue;
            }
            let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            let own = own.and_then(|own| own.get(name));
            let has = self.0.entry(path.clone()).or_default().entry(has(field, own)).or_default();
            has.insert(index.to_owned());
            let own = own.and_then(|own| own.get("properties"));
            self.add(index, &path, field.get("properties"), own);
        }
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The shape that keeps the name at a path: neither where the indices differ, or have a type
    /// that not every scalar fits.
    pub(super) fn keeps(&self, path: &str) -> Option<Keeps> {
        let mut all = self.0.get(path)?.keys();
        let first = all.next()?;
        Some(match (first, all.next()) {
            (Has::Object, None) => Keeps::Object,
            (Has::Scalar, None) => Keeps::Scalar,
            _ => Keeps::Nothing,
        })
    }

    /// Whether a path lies below one that does not take every object.
    pub(super) fn is_barred(&self, path: &str) -> bool {
        above(path).any(|above| self.keeps(above) == Some(Keeps::Nothing))
    }

    /// Whether nothing but booleans fits at a path.
    pub(super) fn is_boolean(&self, path: &str) -> bool {
        let is_boolean = |has: &Has| matches!(has, Has::Type(name) if name == BOOLEAN);
        self.0.get(path).is_some_and(|all| all.keys().all(is_boolean))
    }

    /// `an object in the index cloudtrail-2026.01`.
    pub(super) fn said(&self, path: &str) -> Option<String> {
        let one = |(has, indices): (&Has, &BTreeSet<String>)| {
            let what = match has {
                Has::Object => "an object".to_owned(),
                Has::Scalar => "a scalar".to_owned(),
                Has::Type(name) => format!("the type {name}"),
            };
            let first = indices.first().map(String::as_str).unwrap_or_default();
            match indices.len() {
                0 | 1 => format!("{what} in the index {first}"),
                all => format!("{what} in the index {first} and {} more", all.saturating_sub(1)),
            }
        };
        let all: Vec<String> = self.0.get(path)?.iter().map(one).collect();
        Some(all.join(", "))
    }
}

/// The paths above a path, the topmost first.
pub(super) fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').filter_map(|(end, _)| path.get(..end))
}

/// A type that trailhaul's own template has at the path fits what is sent there.
fn has(field: &Value, own: Option<&Value>) -> Has {
    let kind = field.get("type").and_then(Value::as_str);
    match kind {
        _ if field.get("properties").is_some() => Has::Object,
        None => Has::Object,
        Some(kind) if OBJECTS.contains(&kind) => Has::Object,
        Some(kind) if TAKES_ANY.contains(&kind) => Has::Scalar,
        Some(_) if field.get("ignore_malformed") == Some(&Value::Bool(true)) => Has::Scalar,
        Some(kind) if own.and_then(|own| own.get("type")) == Some(&Value::from(kind)) => {
            Has::Scalar
        }
        Some(kind) => Has::Type(kind.to_owned()),
    }
}
