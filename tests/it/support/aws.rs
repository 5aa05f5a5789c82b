//! A simulated account, and whether an index holds what it holds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use trailhaul::demo::{Account, Options, Region, SimulatedAws, Status, generator};

use super::engines::Engine;

/// The account of the demo, with so many events.
pub(crate) fn account(events: usize) -> Account {
    generator::generate(7, Timestamp::now(), events)
}

/// An account with one region of so many events, a minute apart.
pub(crate) fn one_region(events: usize) -> Account {
    let newest = Timestamp::now().as_second() - 3_600;
    let events = generator::spread("us-east-1", newest, 60, events, 7);
    Account::new(vec![Region::new("us-east-1", Status::Enabled).with(events)])
}

pub(crate) async fn simulate(account: Account) -> SimulatedAws {
    SimulatedAws::start(account, Options::default()).await.unwrap()
}

/// Every management event that can be read, by id, as the record's text.
pub(crate) fn readable(account: &Account) -> BTreeMap<String, String> {
    let regions = account.regions.iter().filter(|region| region.status() == Status::Enabled);
    regions
        .flat_map(Region::events)
        .filter(|event| !event.text().contains(r#""eventCategory":"Insight""#))
        .map(|event| (event.id().into_owned(), event.text().into_owned()))
        .collect()
}

/// Asserts that an index holds these events and no others, each once, with every value.
pub(crate) async fn assert_loaded(
    engine: &Engine,
    indices: &str,
    events: &BTreeMap<String, String>,
) {
    let found = engine.search_all(indices).await;
    assert_same(&engine.name, &found, events);
}

/// Asserts that documents are those of the events, each with every value.
pub(crate) fn assert_same(
    name: &str,
    found: &BTreeMap<String, Value>,
    events: &BTreeMap<String, String>,
) {
    let missing: Vec<_> = events.keys().filter(|id| !found.contains_key(*id)).collect();
    let strange: Vec<_> = found.keys().filter(|id| !events.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{name}: {} of {} missing", missing.len(), events.len());
    assert!(strange.is_empty(), "{name}: {} that nobody sent", strange.len());
    for (id, text) in events {
        let record: Value = serde_json::from_str(text).unwrap();
        let mut document = found[id].clone();
        let fields = document.as_object_mut().unwrap();
        assert_eq!(fields.remove("@timestamp").as_ref(), record.get("eventTime"), "{name} {id}");
        fields.remove("lookup");
        // What is said twice, for engines that cannot search it otherwise.
        fields.retain(|name, _| !name.ends_with("_rest_terms"));
        for field in ["eventName", "eventSource", "userIdentity", "sourceIPAddress", "awsRegion"] {
            assert_eq!(fields.get(field), record.get(field), "{name} {id} {field}");
        }
        assert_eq!(leaves(&document), leaves(&record), "{name} {id}");
    }
}

/// Every value of a document that is no list or object, sorted: what no rule may lose or make up.
fn leaves(value: &Value) -> Vec<String> {
    fn collect(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.values().for_each(|value| collect(value, into)),
            Value::Array(list) => list.iter().for_each(|value| collect(value, into)),
            Value::Null => {}
            leaf => into.push(leaf.to_string()),
        }
    }
    let mut all = Vec::new();
    collect(value, &mut all);
    all.sort();
    all
}
