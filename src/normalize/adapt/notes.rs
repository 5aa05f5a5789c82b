//! What people should know of an index that documents are adapted to.

use std::collections::BTreeSet;
use std::fmt;

use super::field::Field;
use super::holds::Place;
use super::live::Live;
use crate::event::Object;
use crate::limits::SHOWN_PATHS;
use crate::normalize::action::Action;
use crate::normalize::rule::Rule;
use crate::normalize::shape::Shape;
use crate::normalize::table::Table;

/// In what an index differs from a new one. Says it in words that follow the index's name.
#[derive(Debug, Clone, PartialEq)]
pub struct Notes {
    ours: bool,
    /// The paths at which it has another shape or type.
    differing: Vec<String>,
    /// How many fields it was given.
    added: u32,
    /// How many paths have no field in it.
    lacking: usize,
    /// Whether it has all that a new one has.
    is_whole: bool,
    place: Place,
}

impl Notes {
    pub(super) fn new(table: &Table, wanted: &Object, live: &Live, added: u32) -> Self {
        let mut found = Found { live, differing: BTreeSet::new(), missing: BTreeSet::new() };
        found.compare("", wanted);
        let fields = table.fields();
        let ruled = table.rules().filter(|rule| is_overruled(rule, table, live));
        found.differing.extend(ruled.map(|rule| rule.path.clone()));
        Self {
            ours: live.ours,
            added,
            lacking: fields.iter().filter(|path| found.missing.contains(*path)).count(),
            is_whole: found.missing.is_empty(),
            differing: found.differing.into_iter().collect(),
            place: live.place(),
        }
    }

    /// Whether documents for it are those for a new index.
    pub(super) fn is_as_new(&self) -> bool {
        self.is_whole && self.differing.is_empty()
    }

    /// Whether there is nothing to say.
    pub(super) fn is_empty(&self) -> bool {
        self.is_as_new() && self.added == 0
    }

    /// Whether something of a document may be refused, or kept and not found.
    pub fn is_a_loss(&self) -> bool {
        matches!(self.place, Place::Unseen | Place::None)
    }
}

struct Found<'a> {
    live: &'a Live,
    differing: BTreeSet<String>,
    missing: BTreeSet<String>,
}

impl Found<'_> {
    fn compare(&mut self, above: &str, wanted: &Object) {
        for (key, definition) in wanted {
            let path = format!("{above}{key}");
            match self.live.find(&path) {
                None => drop(self.missing.insert(path.clone())),
                Some(has) if has.field == Field::of(definition) => {}
                Some(_) => drop(self.differing.insert(path.clone())),
            }
            if let Some(below) = definition.get("properties").and_then(|below| below.as_object()) {
                self.compare(&format!("{path}."), below);
            }
        }
    }
}

/// Whether the index has a shape where a rule has a name for none, or for the other.
fn is_overruled(rule: &Rule, table: &Table, live: &Live) -> bool {
    let shape = match live.find(&rule.path).map(|has| &has.field) {
        Some(Field::Object) => Shape::Object,
        Some(Field::Scalar(_)) => Shape::Scalar,
        Some(Field::Whole | Field::Other) | None => return false,
    };
    let is_new = table.shape_of(&rule.path).is_none();
    is_new && rule.keeps.shape() != Some(shape) && rule.otherwise != Action::Drop
}

impl fmt::Display for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.ours {
            "has an older mapping of trailhaul's"
        } else {
            "was shaped by somebody else's mapping"
        })?;
        let paths =
            |count: usize| if count == 1 { "1 path".into() } else { format!("{count} paths") };
        let mut sep = ": ";
        if !self.differing.is_empty() {
            let first: Vec<&str> =
                self.differing.iter().take(SHOWN_PATHS).map(String::as_str).collect();
            let (differ, keep) =
                if self.differing.len() == 1 { ("differs", "keeps") } else { ("differ", "keep") };
            write!(
                f,
                "{sep}{} {differ} from the rule table and {keep} its shape (first: {})",
                paths(self.differing.len()),
                first.join(", ")
            )?;
            sep = "; ";
        }
        if self.added > 0 {
            write!(f, "{sep}{} fields were added to it", self.added)?;
            sep = "; ";
        }
        if self.lacking > 0 || self.place != Place::CatchAll {
            let where_to = match self.place {
                Place::CatchAll => "go to the catch-alls",
                Place::Text => "stand as text in trailhaul.record_json, since it has no catch-all",
                Place::Unseen => "are kept and cannot be searched for, since it has no catch-all",
                Place::None => "may be refused, since it has neither a catch-all nor room for one",
            };
            write!(f, "{sep}{} have no field in it, and {where_to}", paths(self.lacking))?;
        }
        Ok(())
    }
}
