//! What is done to an event, told to whoever asks. Costs nothing where nobody does.

use serde_json::Value;

use super::Walk;
use crate::normalize::explain::Change;
use crate::normalize::layout::{Layout, RECORD_REST};
use crate::normalize::rest;

pub(super) struct Watch {
    layout: Layout,
    path: Vec<String>,
    changes: Vec<Change>,
}

impl Watch {
    pub(super) fn new(layout: Layout) -> Self {
        Self { layout, path: Vec::new(), changes: Vec::new() }
    }

    pub(super) fn changes(self) -> Vec<Change> {
        self.changes
    }
}

impl Walk<'_> {
    pub(super) fn enter(&mut self, name: &str) {
        if let Some(watch) = &mut self.watch {
            watch.path.push(name.to_owned());
        }
    }

    pub(super) fn leave(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.path.pop();
        }
    }

    /// The value as it is now, to be told as what was before.
    pub(super) fn before(&self, value: &Value) -> Option<Value> {
        self.watch.as_ref().map(|_| value.clone())
    }

    pub(super) fn note(
        &mut self,
        what: &str,
        to: Option<&str>,
        before: Option<Value>,
        after: &Value,
    ) {
        if let (Some(watch), Some(before)) = (&mut self.watch, before) {
            watch.changes.push(Change {
                path: watch.path.join("."),
                action: what.to_owned(),
                to: to.map(str::to_owned),
                before,
                after: after.clone(),
            });
        }
    }

    pub(super) fn note_end(&mut self, value: &Value) {
        let before = self.before(value);
        self.note("dropped", None, before, &Value::Null);
    }

    /// That a member has left under this name for a catch-all, which one, and where it is there.
    pub(super) fn note_left(&mut self, name: &str, before: Option<Value>, after: &Value) {
        let Some(watch) = &self.watch else { return };
        let above: Vec<_> =
            watch.path.split_last().map(|(_, above)| above).unwrap_or_default().to_vec();
        let section = above.first().map_or(name, String::as_str);
        let own = match above.as_slice() {
            [] => rest::catch_all_of(watch.layout, section, after),
            _ => watch.layout.catch_all(section),
        };
        let inner = above.iter().skip(usize::from(own.is_some())).map(String::as_str);
        let last = (own.is_none() || !above.is_empty()).then_some(name);
        let catch_all = own.as_deref().unwrap_or(RECORD_REST);
        let path: Vec<&str> = [catch_all].into_iter().chain(inner).chain(last).collect();
        let to = path.join(".");
        self.note("no field of its own", Some(&to), before, after);
    }
}
