//! Other programs' names for fields, as aliases in an index. No document has them.

use serde_json::{Value, json};

use super::mapping::count;
use crate::event::Object;

const SECURITY_ANALYTICS: &str = include_str!("../../rules/security_analytics.tsv");

/// The names that OpenSearch's Security Analytics has, and the fields of documents.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = SECURITY_ANALYTICS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

/// Adds them, of those fields that are there, where an index has room for them. `field_of` says where
/// documents have what the `typed` layout has under a name.
pub(super) fn add(
    properties: &mut Object,
    field_of: impl Fn(&str) -> Option<String>,
    field_limit: u32,
) {
    let mut all = properties.clone();
    for (name, path) in rows() {
        if let Some(field) = field_of(path).filter(|field| is_field(properties, field)) {
            put(&mut all, name, json!({ "type": "alias", "path": field }));
        }
    }
    if count(&all) <= field_limit {
        *properties = all;
    }
}

fn is_field(properties: &Object, path: &str) -> bool {
    match path.split_once('.') {
        None => properties.get(path).is_some_and(|field| field.get("type").is_some()),
        Some((name, inner)) => {
            let below = properties.get(name).and_then(|field| field.get("properties"));
            below.and_then(Value::as_object).is_some_and(|below| is_field(below, inner))
        }
    }
}

fn put(properties: &mut Object, name: &str, field: Value) {
    let Some((name, inner)) = name.split_once('.') else {
        // A field of that name is the one that is meant.
        properties.entry(name).or_insert(field);
        return;
    };
    let object = properties.entry(name).or_insert_with(|| json!({ "properties": {} }));
    if let Some(Value::Object(below)) = object.get_mut("properties") {
        put(below, inner, field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{CatchAll, Ecs, Table, mapping};

    #[test]
    fn each_name_is_of_a_field() {
        let properties = mapping::properties(&Table::shipped().unwrap(), CatchAll::Flattened);
        let missing: Vec<_> =
            rows().filter(|(_, path)| !is_field(properties.as_object().unwrap(), path)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_field_that_an_index_lacks_has_no_alias_and_one_of_the_name_stays() {
        let properties = json!({
            "eventName": { "type": "keyword" },
            "eventType": { "type": "keyword" },
            "aws": { "properties": { "cloudtrail": { "properties": {
                "event_type": { "type": "keyword" },
            } } } },
        });
        let mut found = properties.clone();
        let members = found.as_object_mut().unwrap();
        add(members, |path| Some(path.to_owned()), 100);
        let mut expected = properties.clone();
        expected["aws"]["properties"]["cloudtrail"]["properties"]["event_name"] =
            json!({ "type": "alias", "path": "eventName" });
        assert_eq!(found, expected);
        let mut full = properties.clone();
        add(full.as_object_mut().unwrap(), |path| Some(path.to_owned()), 5);
        assert_eq!(full, properties, "there is no room");
    }

    #[test]
    fn the_ecs_layout_has_them_for_its_own_fields() {
        let ecs = Ecs::shipped(jiff::Timestamp::UNIX_EPOCH).unwrap();
        let table = Table::shipped().unwrap().with_ecs(ecs, 60);
        let properties = mapping::properties(&table, CatchAll::FlatObject);
        let at = |name: &str| {
            let names = name.split('.');
            names
                .fold(&properties, |at, name| at.get("properties").unwrap_or(at).get(name).unwrap())
        };
        assert_eq!(at("aws.cloudtrail.event_name")["path"], "event.action");
        assert_eq!(at("aws.cloudtrail.source_ip_address")["path"], "source.address");
        assert_eq!(at("aws.cloudtrail.event_version")["type"], "keyword");
    }
}
