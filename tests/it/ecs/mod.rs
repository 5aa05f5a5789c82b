//! The `ecs` layout.

mod engines;
mod entities;
mod geo;
mod golden;
mod pipeline;
mod properties;
mod steps;

use jiff::Timestamp;
use serde_json::Value;
use trailhaul::event::Event;
use trailhaul::normalize::Ecs;

/// When documents of these tests are made.
const RUN_TIME: &str = "2026-03-04T05:06:07Z";

fn ecs() -> Ecs {
    Ecs::shipped(RUN_TIME.parse().unwrap()).unwrap()
}

/// The event that a record is.
fn event(record: Value) -> Event {
    let verbatim = record.to_string().into();
    let Value::Object(record) = record else { panic!("a record is an object") };
    let time = record.get("eventTime").and_then(Value::as_str).and_then(|time| time.parse().ok());
    let time = time.unwrap_or(Timestamp::UNIX_EPOCH);
    Event { id: "an-event".to_owned(), time, record, lookup: None, flow: None, verbatim }
}

fn document(record: Value) -> Value {
    Value::Object(ecs().document(&event(record)))
}
