//! An index that is there already, as somebody else's mapping or an older template has shaped it: which
//! fields it is to be given, and which documents it takes.
//!
//! Pure: what the index has, and the table, decide. What the index has keeps its shape; what it lacks
//! has no name of its own in it, and stands in a catch-all. `field` says what one field of a mapping
//! takes, `live` what the index has, `additions` what it is to be given, `fit` makes the table that of the
//! index, `holds` finds where it takes what has no field, `notes` says all of it to people.

mod additions;
mod field;
mod fit;
mod holds;
mod live;
mod notes;

use std::sync::Arc;

use serde_json::{Value, json};

pub(super) use self::field::TAKES_ANY;
pub(super) use self::fit::fit;
pub use self::live::Live;
pub use self::notes::Notes;
use super::engine_kind::CatchAll;
use super::layout::{RECORD_REST, terms_name};
use super::mapping;
use super::table::Table;
use crate::event::Object;

/// An index, and the table that documents for a new one are made by.
#[derive(Debug)]
pub struct Adaptation<'t> {
    table: &'t Table,
    wanted: Object,
    live: Live,
    additions: Object,
}

impl<'t> Adaptation<'t> {
    /// Looks at what an index has, and what it lacks.
    pub fn new(table: &'t Table, catch_all: CatchAll, live: Live) -> Self {
        let wanted = match mapping::properties(table, catch_all) {
            Value::Object(properties) => properties,
            _ => Object::new(),
        };
        let additions = additions::missing(&live, table, &wanted);
        Self { table, wanted, live, additions }
    }

    /// The body to put to the index's `_mapping`, if there is anything to add.
    pub fn request(&self) -> Option<Value> {
        let stops = self.live.ours && self.live.unknown == live::Unknown::Mapped;
        match (self.additions.is_empty(), stops) {
            (true, false) => None,
            (false, false) => Some(json!({ "properties": self.additions })),
            // By an older template, each new path became a field.
            (_, true) => Some(json!({ "dynamic": false, "properties": self.additions })),
        }
    }

    /// The least that somebody else can add, so that nothing is refused or without a place.
    pub fn least_request(&self) -> Value {
        let names = [RECORD_REST.to_owned(), terms_name(RECORD_REST)];
        let fields =
            names.into_iter().filter_map(|name| Some((name.clone(), self.wanted.get(&name)?)));
        json!({ "properties": fields.map(|(name, field)| (name, field.clone())).collect::<Object>() })
    }

    /// What to say of it once the additions are made, and how many they are, where nobody makes them yet.
    pub fn foresee(self) -> (Option<Notes>, u32) {
        let Self { table, wanted, live, additions } = self;
        let notes = Notes::new(table, &wanted, &live.with(&additions), 0);
        (Some(notes).filter(|notes| !notes.is_empty()), live::count(&additions))
    }

    /// What the index has from now on, where documents for it are not those for a new one, and what to
    /// say of it, if there is anything. `added` says whether the request went well.
    pub fn finish(self, added: bool) -> (Option<Arc<Live>>, Option<Notes>) {
        let Self { table, wanted, live, additions } = self;
        let count = if added { live::count(&additions) } else { 0 };
        let live = if added { live.with(&additions) } else { live };
        let notes = Notes::new(table, &wanted, &live, count);
        let live = (!notes.is_as_new()).then(|| Arc::new(live));
        (live, Some(notes).filter(|notes| !notes.is_empty()))
    }
}
