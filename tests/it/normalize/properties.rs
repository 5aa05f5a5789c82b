//! What must hold for any record whatever.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use trailhaul::event::Object;
use trailhaul::normalize::{Layout, Shape, Table};

use super::{document, object};

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::shipped().unwrap());
static NATURAL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rows = include_str!("../../../rules/natural.tsv").lines();
    rows.filter_map(|row| row.split('\t').next()?.rsplit('.').next().map(str::to_owned)).collect()
});

/// Each layout, room for all fields and for few, and what a user adds.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mine = r#"
        [[rule]]
        path = "requestParameters.bucketName"
        keeps = "object"
        otherwise = { wrap = "x" }
        reason = "turned"
        [[rule]]
        path = "requestParameters.tags.name.value"
        keeps = "scalar"
        otherwise = "json"
        services = ["s3", "ec2"]
        reason = "deep"
        [[rule]]
        path = "responseElements.x"
        keeps = "nothing"
        otherwise = "move"
        aside = "object"
        services = ["kms"]
        reason = "new"
    "#;
    let shipped = || Table::shipped().unwrap();
    vec![
        shipped(),
        shipped().with_layout(Layout::Flattened, 5000),
        shipped().with_layout(Layout::Typed, 400),
        Table::with(mine, "mine.toml").unwrap(),
        Table::empty(),
    ]
});

static RULED: LazyLock<Vec<String>> = LazyLock::new(|| {
    TABLE
        .rules()
        .flat_map(|rule| rule.path.split('.').map(str::to_owned).collect::<Vec<_>>())
        .collect()
});

/// Keys that rules know, keys that have fields, keys that engines refuse, and some that are neither.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(RULED.as_slice()),
        3 => prop::sample::select(NATURAL.as_slice()),
        2 => prop::sample::select(&["name", "value", "address", "roleArn", "x", "DescribeXRequest"][..])
            .prop_map(str::to_owned),
        1 => prop::sample::select(&["", " ", ".", "a.b", "a_b", "_id", "a\0b", "@timestamp", "..x"][..])
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
pub(crate) fn record() -> impl Strategy<Value = Value> {
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
pub(crate) fn number_leaves(value: &mut Value, next: &mut usize) {
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

/// Whether a field at the first level is one that takes anything, or is not the event's.
fn is_free(name: &str, table: &Table) -> bool {
    let whole =
        ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"];
    name.ends_with("_rest")
        || ["@timestamp", "trailhaul"].contains(&name)
        || (table.layout() == Layout::Flattened && whole.contains(&name))
}

/// The part of a document that fields of their own hold.
fn fields(document: &Value, table: &Table) -> Value {
    let members = document.as_object().unwrap().iter();
    let own = members.filter(|(name, _)| !is_free(name, table));
    Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect())
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

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn each_value_is_in_the_document_once(mut record in record()) {
        let mut count = 0;
        let source = object(record.clone()).remove("eventSource").unwrap();
        record.as_object_mut().unwrap().remove("eventSource");
        number_leaves(&mut record, &mut count);
        record["eventSource"] = source;
        for table in TABLES.iter() {
            let found = document(table, record.clone()).to_string();
            for number in 0..count {
                let leaf = format!("leaf-{number}-");
                prop_assert!(found.matches(&leaf).count() == 1, "{} in {}", leaf, found);
            }
        }
    }

    #[test]
    fn keys_and_depths_are_ones_that_engines_take(record in record()) {
        for table in TABLES.iter() {
            let found = document(table, record.clone());
            prop_assert!(keys_are_clean(&found, true), "{}", found);
            prop_assert!(depth(&found) <= 20, "{}", found);
        }
    }

    #[test]
    fn a_document_depends_on_its_own_event_alone(one in record(), two in record()) {
        let forth = [document(&TABLE, one.clone()), document(&TABLE, two.clone())];
        let back = [document(&TABLE, two), document(&TABLE, one)];
        prop_assert_eq!(&forth[0], &back[1]);
        prop_assert_eq!(&forth[1], &back[0]);
    }

    /// Of any two events, with any fields whatever: no path outside of the catch-alls is an object in
    /// one and a scalar in the other, since each is one that the table names, in the shape that it has.
    #[test]
    fn a_path_has_one_shape_in_all_documents(one in record(), two in record()) {
        for table in TABLES.iter() {
            let mut seen = HashMap::new();
            for record in [&one, &two] {
                let found = fields(&document(table, record.clone()), table);
                if let Err(conflict) = shapes("", &found, &mut seen) {
                    return Err(TestCaseError::fail(format!("{conflict}: {found}")));
                }
            }
            for (path, shape) in seen.iter().filter(|(path, _)| !path.is_empty()) {
                let path = path.trim_start_matches('/').replace('/', ".");
                let named = match table.shape_of(&path) {
                    Some(Shape::Object) => "object",
                    Some(Shape::Scalar) => "scalar",
                    None => "nothing",
                };
                prop_assert_eq!(named, *shape, "{}", path);
            }
        }
    }

    /// A catch-all has an object at its root, or a list of them.
    #[test]
    fn a_catch_all_has_a_root_that_engines_take(record in record()) {
        for table in TABLES.iter() {
            let found = document(table, record.clone());
            for (name, value) in found.as_object().unwrap() {
                if is_free(name, table) && !["@timestamp", "trailhaul"].contains(&name.as_str()) {
                    let list = value.as_array();
                    let is_root = list.map_or(value.is_object(), |l| l.iter().all(Value::is_object));
                    prop_assert!(is_root, "{}: {}", name, value);
                }
            }
        }
    }
}

#[test]
fn the_shapes_of_an_object_are_told_apart() {
    let mut seen = HashMap::new();
    assert!(shapes("", &json!({"a": [{"b": 1}, {"b": {"c": 1}}]}), &mut seen).is_err());
    assert!(!object(json!({"a": 1})).is_empty());
}
