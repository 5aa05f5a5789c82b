//! The typed layout: the rules one by one, what must hold for any record, and the generated page.

mod adapt;
mod page;
pub(crate) mod properties;
mod repair;
mod rules;
mod shapes;
mod suggest;
mod user_rules;

use serde_json::Value;
use trailhaul::event::{Event, Lookup, Object};
use trailhaul::normalize::{Table, typed};

/// The document of a record that is given without the fields which every record has.
fn document(table: &Table, record: Value) -> Value {
    let event = event(record);
    Value::Object(typed(table, event.record, event.time, event.lookup.as_ref()))
}

fn event(record: Value) -> Event {
    let Value::Object(record) = record else { panic!("a record is an object") };
    Event {
        id: "0f1e2d3c-0000-4000-8000-000000000001".to_owned(),
        time: "2026-02-03T04:05:06Z".parse().unwrap(),
        verbatim: serde_json::to_string(&record).unwrap().into(),
        record,
        lookup: None::<Lookup>,
        flow: None,
    }
}

/// A record of one service with one section in it.
fn from(service: &str, fields: Value) -> Value {
    let mut record = fields;
    record["eventSource"] = Value::String(format!("{service}.amazonaws.com"));
    record
}

fn object(value: Value) -> Object {
    let Value::Object(members) = value else { panic!("not an object: {value}") };
    members
}
