//! One field, one type: makes of each event the document that an index can always take.
//!
//! A rule table (data: `rules/typed.toml`, `rules/models.tsv`, and `--rules FILE`) settles the fields
//! that are known to be an object in one event and a scalar in the next; shape rules, which need no
//! names, mend what is one in the disguise of the other. Which fields have a name of their own in an
//! index is data too (`rules/natural.tsv`): what has none, or not its shape, is kept whole in the
//! catch-all of its section. All of it looks at the event and the table alone, so the order in which
//! events arrive cannot matter.
//!
//! The `ecs` layout is another matter: its own tables ([`Ecs`]) say which field is made of what, and the
//! rules have no part in it.
//!
//! What an index refuses all the same, [`repair`] gives another form, and says which rule would have
//! helped; it takes effect when the table is told.
//!
//! Pure: no I/O, no clock, nothing of another stage, and nothing of one event in the document of another:
//! what stays between two is what was looked up, and rules that it is told to learn.

mod action;
pub mod adapt;
mod aliases;
mod ecs;
mod engine;
mod engine_kind;
mod examples;
mod explain;
mod flow;
mod index_name;
mod key;
mod key_hash;
mod layout;
mod learned;
mod listing;
mod mapping;
mod models;
mod names;
mod natural;
pub mod repair;
mod rest;
mod rule;
mod rule_file;
mod shape;
mod sigma;
mod suggest;
mod table;
mod takes;
mod template;
mod trie;
mod typed;

pub use action::{Action, Keeps, Kind};
pub use ecs::{Copies, Ecs, Geo, GeoError, KeepError, Processors, page as ecs_markdown, pipeline};
pub use engine_kind::{CatchAll, Engine, EngineKind};
pub use examples::examples_markdown;
pub use explain::{Change, Trace, test};
pub use index_name::{IndexPattern, IndexPatternError};
pub use layout::Layout;
pub use learned::learned_toml;
pub use listing::{explain, list};
pub use repair::{Next, Repair};
pub use rule::{Example, Rule};
pub use rule_file::RulesError;
pub use shape::Shape;
pub use sigma::sigma_pipeline;
pub use suggest::Suggest;
pub use table::Table;
pub use template::{TEMPLATE_PREFIX, legacy_template, template, template_name};
pub use typed::{Normalizer, ONLY_ECS, service_of, typed};
