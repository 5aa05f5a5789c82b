//! What must hold for any record whatever.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use trailhaul::event::Object;
use trailhaul::normalize::{Action, Table};

use super::{document, object};

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::shipped().unwrap());
static PLACES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| ruled(&TABLE));

/// Keys that rules know, keys that engines refuse, and some that are neither.
fn key() -> impl Strategy<Value = String> {
    let known = TABLE
        .rules()
        .flat_map(|rule| rule.path.split('.').map(str::to_owned).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    prop_oneof![
        4 => prop::sample::select(known),
        2 => prop::sample::select(vec!["name", "value", "address", "roleArn", "x", "DescribeXRequest"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["", " ", ".", "a.b", "a_b", "_id", "a\0b", "@timestamp", "..x"])
            .prop_map(str::to_owned),
        1 => ".{0,12}",
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        4 => any::<u32>().prop_map(|n| json!(n)),
        4 => "[a-z]{0,6}".prop_map(Value::String),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(json!("HIDDEN_DUE_TO_SECURITY_REASONS")),
    ];
    leaf.prop_recursive(22, 30, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A record whose sections are mostly objects, so that the rules below them are met.
pub(super) fn record() -> impl Strategy<Value = Value> {
    let section = || prop::collection::btree_map(key(), tree(), 0..6);
    let services = prop::sample::select(vec!["s3", "ec2", "kms", "glacier", "sqs", "events", "x"]);
    let rest = prop::collection::btree_map(key(), tree(), 0..4);
    (section(), section(), section(), services, rest).prop_map(
        |(one, two, three, service, rest)| {
            let mut record: Object = rest.into_iter().collect();
            for (name, members) in [
                ("requestParameters", one),
                ("responseElements", two),
                ("additionalEventData", three),
            ] {
                record.entry(name).or_insert_with(|| Value::Object(members.into_iter().collect()));
            }
            record.insert("eventSource".to_owned(), json!(format!("{service}.amazonaws.com")));
            Value::Object(record)
        },
    )
}

/// Gives every string and number a number of its own, so that each can be looked for.
fn number_leaves(value: &mut Value, next: &mut usize) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|v| number_leaves(v, next)),
        Value::Array(items) => items.iter_mut().for_each(|v| number_leaves(v, next)),
        Value::String(_) | Value::Number(_) => {
            *value = json!(format!("leaf-{next}-"));
            *next += 1;
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// The shapes that each path of a document has.
fn shapes(
    prefix: &str,
    value: &Value,
    seen: &mut HashMap<String, &'static str>,
) -> Result<(), String> {
    let shape = match value {
        Value::Null => return Ok(()),
        Value::Array(items) => return items.iter().try_for_each(|item| shapes(prefix, item, seen)),
        Value::Object(members) => {
            for (name, member) in members {
                shapes(&format!("{prefix}/{name}"), member, seen)?;
            }
            "object"
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => "scalar",
    };
    match seen.insert(prefix.to_owned(), shape) {
        Some(before) if before != shape => Err(format!("{prefix} is an {before} and a {shape}")),
        _ => Ok(()),
    }
}

fn keys_are_clean(value: &Value, at_root: bool) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(key, member)| {
            let clean = !key.contains(['.', '\0'])
                && !key.trim().is_empty()
                && key.len() <= 520
                && (!at_root || !key.starts_with('_') || key.starts_with("_empty"));
            clean && keys_are_clean(member, false)
        }),
        Value::Array(items) => items.iter().all(|item| keys_are_clean(item, false)),
        _ => true,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Array(items) => items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The places in a document that a rule of the table speaks of.
fn ruled(table: &Table) -> Vec<Vec<String>> {
    let split = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
    let mut places = Vec::new();
    for rule in table.rules() {
        let path = split(&rule.path);
        if let Action::Wrap(name) = &rule.otherwise {
            places.push([path.clone(), vec![name.clone()]].concat());
        }
        places.push(path);
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_value_is_lost(mut record in record()) {
        let mut count = 0;
        let source = object(record.clone()).remove("eventSource").unwrap();
        record.as_object_mut().unwrap().remove("eventSource");
        number_leaves(&mut record, &mut count);
        record["eventSource"] = source;
        let found = document(&TABLE, record).to_string();
        for number in 0..count {
            let leaf = format!("leaf-{number}-");
            prop_assert!(found.contains(&leaf), "{} is not in {}", leaf, found);
        }
    }

    #[test]
    fn keys_and_depths_are_ones_that_engines_take(record in record()) {
        let found = document(&TABLE, record);
        prop_assert!(keys_are_clean(&found, true), "{}", found);
        prop_assert!(depth(&found) <= 19, "{}", found);
    }

    #[test]
    fn a_document_depends_on_its_own_event_alone(one in record(), two in record()) {
        let forth = [document(&TABLE, one.clone()), document(&TABLE, two.clone())];
        let back = [document(&TABLE, two), document(&TABLE, one)];
        prop_assert_eq!(&forth[0], &back[1]);
        prop_assert_eq!(&forth[1], &back[0]);
    }

    #[test]
    fn a_path_of_the_table_has_one_shape_in_all_documents(records in prop::collection::vec(record(), 2..6)) {
        let mut seen = HashMap::new();
        for record in records {
            let found = document(&TABLE, record);
            for place in PLACES.iter() {
                let mut values = vec![(String::new(), &found)];
                for key in place {
                    values = values.into_iter().flat_map(|(path, value)| below(&path, value, key)).collect();
                }
                for (path, value) in values {
                    let mut own = HashMap::new();
                    shapes(&path, value, &mut own).ok();
                    if let Some(shape) = own.get(&path) {
                        let before = seen.insert(path.clone(), *shape);
                        prop_assert!(before.is_none_or(|b| b == *shape), "{} has two shapes", path);
                    }
                }
            }
        }
    }
}

/// The members of a value that a key of CloudTrail's can have become, arrays looked through.
fn below<'a>(path: &str, value: &'a Value, key: &str) -> Vec<(String, &'a Value)> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| below(path, item, key)).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| {
                *name == key || name.strip_prefix(key).is_some_and(|rest| rest.starts_with('_'))
            })
            .map(|(name, member)| (format!("{path}/{name}"), member))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_shapes_of_an_object_are_told_apart() {
    let mut seen = HashMap::new();
    assert!(shapes("", &json!({"a": [{"b": 1}, {"b": {"c": 1}}]}), &mut seen).is_err());
    assert!(!object(json!({"a": 1})).is_empty());
}
