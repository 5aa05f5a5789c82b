//! The `typed` layout: CloudTrail's own names, `@timestamp`, and what LookupEvents adds.

use std::sync::Arc;

use serde_json::Value;

use super::ecs::Given;
use super::engine;
use super::index_name::IndexPattern;
use super::rule::Rule;
use super::rule_file::RulesError;
use super::table::Table;
use crate::event::{Document, Event, Lookup, Object, Ticket};
use crate::limits::MAX_SERVICE_BYTES;

/// What is said of a flow log in a layout that has no documents for it.
pub const ONLY_ECS: &str =
    "VPC flow logs have documents in the Elastic Common Schema alone: load them with --layout ecs";

/// Makes documents of events.
#[derive(Debug, Clone)]
pub struct Normalizer {
    table: Arc<Table>,
    index: IndexPattern,
}

impl Normalizer {
    /// A normalizer for one rule table and one pattern of index names.
    pub fn new(table: Arc<Table>, index: IndexPattern) -> Self {
        Self { table, index }
    }

    /// Why there is no document of an event in this layout, if there is none.
    pub fn refuses(&self, event: &Event) -> Option<&'static str> {
        (event.flow.is_some() && !self.table.layout().has_flow_logs()).then_some(ONLY_ECS)
    }

    /// The document of an event, with the index that takes it.
    pub fn document(&self, event: Event, ticket: Ticket) -> Document {
        let Event { id, time, record, lookup, flow, verbatim } = event;
        let index = self.index.name(time);
        let given = Given {
            record,
            time,
            lookup: lookup.as_ref(),
            is_flow: flow.is_some(),
            verbatim: &verbatim,
            terms: self.table.lists_terms(),
        };
        let body = body(&self.table, given);
        Document { id, index, body, verbatim, lookup, flow, ticket }
    }

    /// The rules in force.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Adds lists of their leaves to the catch-alls, or does not.
    pub fn list_terms(&mut self, terms: bool) {
        Arc::make_mut(&mut self.table).list_terms(terms);
    }

    /// Takes in a rule that an index has taught, for the documents to come.
    pub fn learn(&mut self, rule: Rule) {
        Arc::make_mut(&mut self.table).learn(rule);
    }

    /// Takes in what an earlier run has learned.
    pub fn learn_from(&mut self, toml: &str, name: &str) -> Result<(), RulesError> {
        Arc::make_mut(&mut self.table).learn_from(toml, name)
    }

    /// The text of an event's document alone: one line of JSON, without a final newline.
    pub fn body(&self, event: &Event) -> String {
        let terms = self.table.lists_terms();
        body(&self.table, Given { terms, ..Given::from(event) })
    }
}

/// The text of an event's document, in the layout of the table.
fn body(table: &Table, given: Given<'_>) -> String {
    match table.ecs() {
        Some(ecs) => ecs.body(given),
        None => one_line(typed(table, given.record, given.time, given.lookup)),
    }
}

/// The fields of an event's document.
pub fn typed(
    table: &Table,
    mut record: Object,
    time: jiff::Timestamp,
    lookup: Option<&Lookup>,
) -> Object {
    engine::run(table, &mut record);
    record.insert("@timestamp".to_owned(), Value::String(time.to_string()));
    if let Some(known) = lookup.map(lookup_fields).filter(|known| !known.is_empty()) {
        record.insert("lookup".to_owned(), Value::Object(known));
    }
    record
}

/// The service of an `eventSource`, fit for a field's name: `s3.amazonaws.com` is `s3`.
pub fn service_of(event_source: &str) -> String {
    let name = event_source.strip_suffix(".amazonaws.com").unwrap_or(event_source);
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let service: String = name.chars().map(plain).take(MAX_SERVICE_BYTES).collect();
    if service.is_empty() { "unknown".to_owned() } else { service }
}

fn lookup_fields(lookup: &Lookup) -> Object {
    let mut fields = Object::new();
    if let Some(username) = &lookup.username {
        fields.insert("Username".to_owned(), Value::String(username.clone()));
    }
    let resource = |(kind, name): &(Option<String>, Option<String>)| {
        let named = [("ResourceType", kind), ("ResourceName", name)];
        let known = named.into_iter().filter_map(|(key, value)| {
            value.as_ref().map(|value| (key.to_owned(), Value::String(value.clone())))
        });
        Value::Object(known.collect())
    };
    if !lookup.resources.is_empty() {
        let resources = lookup.resources.iter().map(resource).collect();
        fields.insert("Resources".to_owned(), Value::Array(resources));
    }
    fields
}

pub(super) fn one_line(fields: Object) -> String {
    // Strings as keys and parsed values can not fail to be written; the fallback writes the same.
    serde_json::to_string(&fields).unwrap_or_else(|_| Value::Object(fields).to_string())
}
