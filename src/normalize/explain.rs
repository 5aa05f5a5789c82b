//! What the rules did to one event, for `trailhaul rules test` and for the curious.
//!
//! Runs the very engine that documents go through, with a watch on it.

use std::fmt;

use serde_json::Value;

use super::engine;
use super::table::Table;
use crate::event::Event;

/// One thing that was done to one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field, in CloudTrail's names.
    pub path: String,
    /// What was done.
    pub action: String,
    /// The field's new last name, if it has one.
    pub to: Option<String>,
    /// The value as it came.
    pub before: Value,
    /// The value as it stands now.
    pub after: Value,
}

/// All that was done to one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The event's id.
    pub id: String,
    /// In the order of the record's own names.
    pub changes: Vec<Change>,
}

/// Runs the rules on a copy of an event and says what each of them did.
pub fn test(table: &Table, event: &Event) -> Trace {
    let mut record = event.record.clone();
    let changes = engine::watch(table, &mut record);
    Trace { id: event.id.clone(), changes }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return writeln!(f, "{}: no rule applies", self.id);
        }
        writeln!(f, "{}:", self.id)?;
        for change in &self.changes {
            writeln!(f, "  {} ({})", change.path, change.action)?;
            writeln!(f, "    before  {}", change.before)?;
            match &change.to {
                Some(name) => writeln!(f, "    after   {name}: {}", change.after)?,
                None => writeln!(f, "    after   {}", change.after)?,
            }
        }
        Ok(())
    }
}
