//! The `ecs` layout: documents after the Elastic Common Schema, with the fields of Elastic's own
//! `aws.cloudtrail` integration.
//!
//! What a document is made of is data: `rules/ecs.toml` (a row for each field and source, in order),
//! `rules/vpcflow.toml` (the same for lines of VPC flow logs, with the fields of `aws.vpcflow`),
//! `rules/ecs_categories.tsv`, `rules/ecs_entities.toml` and `rules/user_agents.tsv`. `rows` reads the
//! first and `run` goes through its rows once for an event; the mapping of an index (`mapping`) and the
//! reference for people (`page`) are made of the same rows, so that the three cannot disagree.
//!
//! A converter is a name in a row and one small function here. Nothing else than rows decides what
//! becomes of a field.
//!
//! Pure: the tables, the event and the options decide. The time of the run is an option.

mod category;
mod clean;
mod convert;
mod each;
mod entity;
mod flat;
mod geo;
mod java;
mod keep;
mod kind;
mod mapping;
mod names;
mod page;
mod path;
mod pipeline;
mod processors;
mod rest;
mod rows;
mod run;
mod slot;
mod tree;
mod user_agent;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

pub use self::geo::{Geo, GeoError};
pub use self::keep::{Copies, KeepError};
pub(super) use self::mapping::{own_sections, properties, searched};
pub(super) use self::names::{Form, fields_by_path, names};
pub use self::page::page;
pub use self::pipeline::pipeline;
pub use self::processors::Processors;
use self::rows::Rows;
pub(super) use self::rows::{FILE, places_of};
use super::rule_file::RulesError;
use crate::event::{Event, Lookup, Object};

/// The tables of the layout, with what a run chooses.
#[derive(Debug, Clone)]
pub struct Ecs {
    tables: Arc<Rows>,
    copies: Copies,
    geo: Option<Arc<Geo>>,
    run_time: Timestamp,
}

/// What a document is made of.
pub(super) struct Given<'a> {
    /// The record; it is cleaned on the way.
    pub(super) record: Object,
    /// The event's time.
    pub(super) time: Timestamp,
    /// What LookupEvents says beside the record.
    pub(super) lookup: Option<&'a Lookup>,
    /// Whether it is a line of a flow log, for which there are other rows.
    pub(super) is_flow: bool,
    /// The record's text.
    pub(super) verbatim: &'a str,
    /// Whether the leaves of flattened fields are listed beside them.
    pub(super) terms: bool,
}

impl<'a> From<&'a Event> for Given<'a> {
    fn from(event: &'a Event) -> Self {
        Self {
            record: event.record.clone(),
            time: event.time,
            lookup: event.lookup.as_ref(),
            is_flow: event.flow.is_some(),
            verbatim: &event.verbatim,
            terms: false,
        }
    }
}

impl Ecs {
    /// The shipped tables. `run_time` is what documents say of when they were made.
    pub fn shipped(run_time: Timestamp) -> Result<Self, RulesError> {
        let tables = Arc::new(Rows::shipped()?);
        Ok(Self { tables, copies: Copies::default(), geo: None, run_time })
    }

    /// The same with these copies of what is large.
    #[must_use]
    pub fn with_copies(mut self, copies: Copies) -> Self {
        self.copies = copies;
        self
    }

    /// The same with databases that say where addresses are.
    #[must_use]
    pub fn with_geo(mut self, geo: Geo) -> Self {
        self.geo = Some(Arc::new(geo));
        self
    }

    /// The text of the document of an event: one line of JSON.
    pub(super) fn body(&self, given: Given<'_>) -> String {
        let write = |document: &tree::Filled<'_, '_>| serde_json::to_string(document);
        // Strings as keys and parsed values cannot fail to be written.
        run::run(self, given, write).unwrap_or_default()
    }

    /// The same as an object.
    pub(super) fn fields(&self, given: Given<'_>) -> Object {
        let write = |document: &tree::Filled<'_, '_>| serde_json::to_value(document);
        match run::run(self, given, write) {
            Ok(Value::Object(fields)) => fields,
            _ => Object::new(),
        }
    }

    /// The document of an event.
    pub fn document(&self, event: &Event) -> Object {
        self.fields(Given::from(event))
    }
}
