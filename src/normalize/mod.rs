//! One field, one type: makes of each event the document that an index can always take.
//!
//! A rule table (data: `rules/typed.toml`, and `--rules FILE`) settles the fields that are known
//! to be an object in one event and a scalar in the next; shape rules, which need no names,
//! settle keys and depths that an engine refuses. Both look at the event and the table alone, so
//! the order in which events arrive can not matter.
//!
//! What an index refuses all the same, [`repair`] gives another form, and says which rule would have
//! helped; it takes effect when the table is told.
//!
//! Pure: no I/O, no clock, no state between two events, and nothing of another stage.

mod action;
mod engine;
mod examples;
mod explain;
mod index_name;
mod key;
mod learned;
mod listing;
pub mod repair;
mod shape;
mod suggest;
mod table;
mod template;
mod trie;
mod typed;

pub use action::{Action, Keeps, Kind};
pub use examples::examples_markdown;
pub use explain::{Change, Trace, test};
pub use index_name::{IndexPattern, IndexPatternError};
pub use learned::learned_toml;
pub use listing::{explain, list};
pub use repair::{Next, Repair};
pub use shape::Shape;
pub use suggest::Suggest;
pub use table::{Example, Rule, RulesError, Table};
pub use template::{Engine, EngineKind, legacy_template, template, template_name};
pub use typed::{Normalizer, service_of, typed};
