//! The `typed` layout: CloudTrail's own names, `@timestamp`, and what LookupEvents adds.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::adapt::Live;
use super::ecs::Given;
use super::engine;
use super::index_name::IndexPattern;
use super::repair::TIMESTAMP;
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
    /// The tables of the indices that the template has not shaped, by the names of documents.
    adapted: BTreeMap<String, Arc<Table>>,
    /// What the other indices have, of those that it had to be asked of.
    known: BTreeMap<String, Option<Live>>,
    index: IndexPattern,
}

impl Normalizer {
    /// A normalizer for one rule table and one pattern of index names.
    pub fn new(table: Arc<Table>, index: IndexPattern) -> Self {
        Self { table, adapted: BTreeMap::new(), known: BTreeMap::new(), index }
    }

    /// Why there is no document of an event in this layout, if there is none.
    pub fn refuses(&self, event: &Event) -> Option<&'static str> {
        (event.flow.is_some() && !self.table.layout().has_flow_logs()).then_some(ONLY_ECS)
    }

    /// The document of an event, with the index that takes it.
    pub fn document(&self, event: Event, ticket: Ticket) -> Document {
        let Event { id, time, record, lookup, flow, verbatim } = event;
        let index = self.index.name(time);
        let table = self.table_of(&index);
        let given = Given {
            record,
            time,
            lookup: lookup.as_ref(),
            is_flow: flow.is_some(),
            verbatim: &verbatim,
            terms: table.lists_terms(),
        };
        let body = body(table, given);
        Document { id, index, body, verbatim, lookup, flow, ticket }
    }

    /// The rules in force.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The rules in force for the documents of an index.
    pub fn table_of(&self, index: &str) -> &Table {
        self.adapted.get(index).unwrap_or(&self.table)
    }

    /// Takes these rules for the documents of an index.
    pub fn adapt(&mut self, index: String, table: Arc<Table>) {
        self.adapted.insert(index, table);
    }

    /// Whether what an index has was found out, or is not to be found out.
    pub fn is_known(&self, index: &str) -> bool {
        self.known.contains_key(index) || self.table_of(index).live().is_some()
    }

    /// Takes note of what an index has, where that could be found out. Its documents stay as they are.
    pub fn know(&mut self, index: String, live: Option<Live>) {
        self.known.insert(index, live);
    }

    /// What an index has, if it is known.
    pub fn live(&self, index: &str) -> Option<&Live> {
        self.table_of(index).live().or_else(|| self.known.get(index)?.as_ref())
    }

    /// Adds lists of their leaves to the catch-alls, or does not.
    pub fn list_terms(&mut self, terms: bool) {
        Arc::make_mut(&mut self.table).list_terms(terms);
    }

    /// Takes in a rule that an index has taught, for the documents to come.
    pub fn learn(&mut self, rule: &Rule) {
        for table in [&mut self.table].into_iter().chain(self.adapted.values_mut()) {
            Arc::make_mut(table).learn(rule.clone());
        }
    }

    /// Takes in what an earlier run has learned.
    pub fn learn_from(&mut self, toml: &str, name: &str) -> Result<(), RulesError> {
        Arc::make_mut(&mut self.table).learn_from(toml, name)
    }

    /// The text of an event's document alone: one line of JSON, without a final newline.
    pub fn body(&self, event: &Event) -> String {
        let table = self.table_of(&self.index.name(event.time));
        body(table, Given { terms: table.lists_terms(), ..Given::from(event) })
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
    engine::run(table, &mut record, lookup.and_then(lookup_fields));
    let time = Value::String(time.to_string());
    if table.live().is_none_or(|live| live.takes_time(&time)) {
        record.insert(TIMESTAMP.to_owned(), time);
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

/// What LookupEvents says beside a record, if it says anything.
pub(super) fn lookup_fields(lookup: &Lookup) -> Option<Object> {
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
    (!fields.is_empty()).then_some(fields)
}

pub(super) fn one_line(fields: Object) -> String {
    // Strings as keys and parsed values cannot fail to be written; the fallback writes the same.
    serde_json::to_string(&fields).unwrap_or_else(|_| Value::Object(fields).to_string())
}
