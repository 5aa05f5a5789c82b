//! The rows of `rules/ecs.toml` and `rules/vpcflow.toml`, read and checked. Both fill fields of one list:
//! a field has one type, whichever event it is of.
//!
//! A row that could not do what it says is an error here, so that the transform never has to ask.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::category::Categories;
use super::convert::Convert;
use super::entity::Entities;
use super::keep::Copy;
use super::path::Path;
use super::tree::Tree;
use super::user_agent::Agents;
use crate::event::Object;
use crate::normalize::repair::OWN_OBJECT;
use crate::normalize::rule_file::{RulesError, syntax};

const TABLE: &str = include_str!("../../../rules/ecs.toml");
const FLOW_TABLE: &str = include_str!("../../../rules/vpcflow.toml");
const FLOW_FILE: &str = "rules/vpcflow.toml";
/// The table's name.
pub(in crate::normalize) const FILE: &str = "rules/ecs.toml";

/// How an index holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    #[default]
    Keyword,
    Boolean,
    Long,
    Ip,
    /// A date that may be none.
    Date,
    /// The date of the document.
    Timestamp,
    GeoPoint,
    /// A keyword where it is short, and text.
    LongText,
    Text,
    /// Kept, and not indexed.
    Stored,
    /// An object of any members.
    Flattened,
    /// A member of one.
    InFlattened,
    /// A list of AWS's resources.
    Resources,
}

/// Which events a row is for.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    path: Path,
    #[serde(default)]
    is: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

/// What a row makes a field of.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// The first of these paths of the event that gives something.
    From(Vec<Path>),
    /// What another field has been given.
    Of(usize),
    /// This text.
    Value(String),
    /// The event as a whole.
    Event,
}

/// One row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) to: String,
    /// The number of the field.
    pub(super) slot: usize,
    pub(super) source: Source,
    pub(super) convert: Convert,
    pub(super) when: Option<(String, Condition)>,
    pub(super) copy: Option<Copy>,
    pub(super) add: bool,
    pub(super) take: bool,
    /// The slot of the list of a flattened field's leaves.
    pub(super) terms: Option<usize>,
}

/// A field that documents can have.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The tables, ready.
#[derive(Debug)]
pub(super) struct Rows {
    /// For records of CloudTrail.
    pub(super) all: Vec<Row>,
    /// For lines of flow logs.
    pub(super) flows: Vec<Row>,
    /// By the number of their slots.
    pub(super) fields: Vec<Field>,
    pub(super) tree: Tree,
    pub(super) categories: Categories,
    pub(super) entities: Entities,
    pub(super) agents: Agents,
    /// Where stands what no row has taken.
    pub(super) rest: usize,
    pub(super) rest_terms: usize,
    pub(super) long: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    conditions: BTreeMap<String, Condition>,
    row: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Path),
    More(Vec<Path>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    to: String,
    from: Option<OneOrMore>,
    of: Option<String>,
    value: Option<String>,
    #[serde(default, rename = "as")]
    convert: Convert,
    when: Option<String>,
    #[serde(default, rename = "type")]
    kind: Kind,
    keep: Option<Copy>,
    #[serde(default)]
    add: bool,
    #[serde(default)]
    take: bool,
}

impl Condition {
    pub(super) fn holds(&self, record: &Object) -> bool {
        let found = self.path.value(record).and_then(serde_json::Value::as_str);
        let named = |names: &[String]| found.is_some_and(|found| names.iter().any(|n| n == found));
        (self.is.is_empty() || named(&self.is)) && !named(&self.not)
    }

    /// In words.
    pub(super) fn says(&self) -> String {
        let (names, verb) =
            if self.is.is_empty() { (&self.not, "is not") } else { (&self.is, "is") };
        format!("`{}` {verb} {}", self.path.text(), names.join(" or "))
    }
}

impl Rows {
    pub(super) fn shipped() -> Result<Self, RulesError> {
        let mut rows = Self {
            all: Vec::new(),
            flows: Vec::new(),
            fields: Vec::new(),
            tree: Tree::default(),
            categories: Categories::shipped(),
            entities: Entities::shipped()?,
            agents: Agents::default(),
            rest: 0,
            rest_terms: 0,
            long: 0,
        };
        rows.all = rows.read(TABLE, FILE)?;
        rows.flows = rows.read(FLOW_TABLE, FLOW_FILE)?;
        rows.rest = rows.field(&own("rest"), Kind::Flattened)?;
        rows.rest_terms = rows.field(&own("rest_terms"), Kind::Keyword)?;
        rows.long = rows.field(&own("long"), Kind::Text)?;
        Ok(rows)
    }

    /// The rows of a table; their fields join those that are there.
    fn read(&mut self, table: &str, name: &str) -> Result<Vec<Row>, RulesError> {
        let file: File = toml::from_str(table).map_err(|error| syntax(table, name, &error))?;
        let mut rows = Vec::with_capacity(file.row.len());
        for written in file.row {
            let row = self.row(written, &file.conditions, &rows).map_err(|error| match error {
                RulesError::Rule { line, path, key, message, .. } => {
                    RulesError::Rule { file: name.to_owned(), line, path, key, message }
                }
                error @ RulesError::Syntax { .. } => error,
            })?;
            rows.push(row);
        }
        Ok(rows)
    }

    /// The number of a field of this name.
    fn slot_of(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The number of a field, which is made where there is none yet.
    fn field(&mut self, name: &str, kind: Kind) -> Result<usize, RulesError> {
        if let Some(slot) = self.slot_of(name) {
            return Ok(slot);
        }
        let slot = self.fields.len();
        if !self.tree.insert(name, slot) {
            return Err(flaw(name, "to", "has a name that another field is in the way of"));
        }
        self.fields.push(Field { name: name.to_owned(), kind });
        Ok(slot)
    }

    fn row(
        &mut self,
        written: Written,
        conditions: &BTreeMap<String, Condition>,
        above: &[Row],
    ) -> Result<Row, RulesError> {
        let Written { to, from, of, value, convert, when, kind, keep: copy, add, take } = written;
        let source = match (from, of, value) {
            (Some(OneOrMore::One(path)), None, None) => Source::From(vec![path]),
            (Some(OneOrMore::More(paths)), None, None) => Source::From(paths),
            (None, Some(name), None) => match self.slot_of(&name) {
                Some(slot) => Source::Of(slot),
                None => return Err(flaw(&to, "of", "names a field that no row above has")),
            },
            (None, None, Some(text)) => Source::Value(text),
            (None, None, None) => Source::Event,
            _ => return Err(flaw(&to, "from", "stands beside `of` or `value`: give one")),
        };
        if matches!(source, Source::Event) != convert.is_of_the_event() {
            return Err(flaw(&to, "as", "needs `from`, or has one that it does not need"));
        }
        let when = match when {
            None => None,
            Some(name) => match conditions.get(&name) {
                Some(condition) => Some((name, condition.clone())),
                None => return Err(flaw(&to, "when", "names no condition of this file")),
            },
        };
        let slot = self.field(&to, kind)?;
        if self.fields.get(slot).is_some_and(|field| field.kind != kind) {
            return Err(flaw(&to, "type", "differs from that of another row for the same field"));
        }
        if add && above.iter().any(|row| row.slot == slot && !row.add) {
            return Err(flaw(&to, "add", "is not said by another row for the same field"));
        }
        let terms = match kind {
            Kind::Flattened => Some(self.field(&format!("{to}_terms"), Kind::Keyword)?),
            _ => None,
        };
        Ok(Row { to, slot, source, convert, when, copy, add, take, terms })
    }
}

/// The name of a field that trailhaul alone writes.
fn own(name: &str) -> String {
    format!("{OWN_OBJECT}.{name}")
}

fn flaw(path: &str, key: &'static str, message: &'static str) -> RulesError {
    RulesError::Rule { file: FILE.to_owned(), line: 0, path: path.to_owned(), key, message }
}

/// The fields that hold a path of an event, or what is above or below it.
pub(in crate::normalize) fn places_of(path: &str) -> Vec<String> {
    let Ok(rows) = Rows::shipped() else { return Vec::new() };
    let is_part = |known: &str| {
        known == path
            || path.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))
            || known.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
    };
    let holds = |row: &&Row| match &row.source {
        Source::From(paths) => {
            row.convert.holds_all() && paths.iter().any(|known| is_part(known.text()))
        }
        _ => false,
    };
    let mut places: Vec<String> = rows.all.iter().filter(holds).map(|row| row.to.clone()).collect();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_well_formed_and_has_no_row_without_effect() {
        let rows = Rows::shipped().unwrap();
        assert!(rows.all.len() > 140 && rows.fields.len() > 110);
        for (list, at, row) in [&rows.all, &rows.flows]
            .into_iter()
            .flat_map(|list| list.iter().enumerate().map(move |(at, row)| (list, at, row)))
        {
            let hides = |other: &Row| {
                other.slot == row.slot
                    && other.when.is_none()
                    && !other.add
                    && matches!(other.source, Source::Value(_))
            };
            assert!(!list.iter().take(at).any(hides), "{} has a row too many", row.to);
        }
    }

    #[test]
    fn a_field_of_aws_is_found_again() {
        assert_eq!(places_of("sharedEventID"), ["aws.cloudtrail.shared_event_id"]);
        let places = places_of("requestParameters.policyArn");
        assert!(places.contains(&"aws.cloudtrail.flattened.request_parameters".to_owned()));
        assert!(places_of("userIdentity.newThing").is_empty());
    }
}
