//! Other programs' names for fields, as aliases in an index. No document has them.

use serde_json::{Value, json};

use crate::event::Object;

const SECURITY_ANALYTICS: &str = include_str!("../../rules/security_analytics.tsv");

/// The names that OpenSearch's Security Analytics has, and the fields of documents.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = SECURITY_ANALYTICS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

/// The aliases of those fields that are among these properties: an engine takes no other.
pub(super) fn of(properties: &Object) -> Object {
    let mut aliases = Object::new();
    for (name, path) in rows().filter(|(_, path)| is_field(properties, path)) {
        put(&mut aliases, name, json!({ "type": "alias", "path": path }));
    }
    aliases
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
        properties.insert(name.to_owned(), field);
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
    use crate::normalize::{CatchAll, Table, mapping};

    #[test]
    fn each_name_is_of_a_field() {
        let properties = mapping::properties(&Table::shipped().unwrap(), CatchAll::Flattened);
        let missing: Vec<_> =
            rows().filter(|(_, path)| !is_field(properties.as_object().unwrap(), path)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_field_that_an_index_lacks_has_no_alias() {
        let properties =
            json!({ "eventName": { "type": "keyword" }, "userIdentity": { "properties": {} } });
        let alias = json!({ "type": "alias", "path": "eventName" });
        let expected = json!({ "aws": { "properties": { "cloudtrail": { "properties": { "event_name": alias } } } } });
        assert_eq!(Value::Object(of(properties.as_object().unwrap())), expected);
    }
}
