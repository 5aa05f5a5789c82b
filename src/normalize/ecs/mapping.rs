//! The mapping of an index of this layout: the fields that the rows can fill, and no other.

use serde_json::{Value, json};

use super::Ecs;
use super::rows::{Field, Kind};
use super::tree::{Branch, Tree};
use crate::event::Object;
use crate::limits::{FLATTENED_IGNORE_ABOVE, KEYWORD_IGNORE_ABOVE, SEARCHED_FIELDS};
use crate::normalize::engine_kind::CatchAll;

/// The properties of a mapping.
pub(in crate::normalize) fn properties(ecs: &Ecs, catch_all: CatchAll) -> Object {
    of_tree(&ecs.tables.tree, &ecs.tables.fields, catch_all)
}

/// The names at the first level of documents.
pub(in crate::normalize) fn own_sections(ecs: &Ecs) -> impl Iterator<Item = &str> {
    ecs.tables.tree.branches().map(|(name, _)| name)
}

/// The fields that a search without a field looks into.
pub(in crate::normalize) fn searched(ecs: &Ecs, catch_all: CatchAll) -> Vec<String> {
    let is_searched = |field: &&Field| match field.kind {
        Kind::Keyword => catch_all == CatchAll::Terms || !field.name.ends_with("_terms"),
        Kind::Flattened => catch_all != CatchAll::Terms,
        _ => false,
    };
    let texts = ecs.tables.fields.iter().filter(|field| field.kind == Kind::LongText);
    let texts = texts.map(|field| format!("{}.text", field.name));
    let fields = ecs.tables.fields.iter().filter(is_searched).map(|field| field.name.clone());
    fields.chain(texts).take(SEARCHED_FIELDS).collect()
}

fn of_tree(tree: &Tree, fields: &[Field], catch_all: CatchAll) -> Object {
    let mut properties = Object::new();
    for (name, branch) in tree.branches() {
        let property = match branch {
            Branch::Slot(at) => fields.get(*at).and_then(|field| property(field, catch_all)),
            Branch::Tree(below) if is_flattened(below, fields) => {
                property_of(Kind::Flattened, catch_all)
            }
            Branch::Tree(below) => Some(json!({ "properties": of_tree(below, fields, catch_all) })),
        };
        if let Some(property) = property {
            properties.insert(name.to_owned(), property);
        }
    }
    properties
}

/// Whether the fields below a name are members of one flattened field.
fn is_flattened(tree: &Tree, fields: &[Field]) -> bool {
    tree.branches().any(|(_, branch)| match branch {
        Branch::Slot(at) => fields.get(*at).is_some_and(|field| field.kind == Kind::InFlattened),
        Branch::Tree(_) => false,
    })
}

/// How an index holds a field; nothing for the lists of leaves of engines that need none.
fn property(field: &Field, catch_all: CatchAll) -> Option<Value> {
    if field.name.ends_with("_terms") && catch_all != CatchAll::Terms {
        return None;
    }
    property_of(field.kind, catch_all)
}

fn property_of(kind: Kind, catch_all: CatchAll) -> Option<Value> {
    Some(match kind {
        Kind::Keyword => keyword(),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Long => json!({ "type": "long" }),
        Kind::Ip => json!({ "type": "ip" }),
        Kind::Date | Kind::Timestamp => json!({ "type": "date" }),
        Kind::GeoPoint => json!({ "type": "geo_point" }),
        Kind::LongText => json!({
            "type": "keyword",
            "ignore_above": KEYWORD_IGNORE_ABOVE,
            "fields": { "text": { "type": "text" } },
        }),
        Kind::Text => json!({ "type": "text" }),
        Kind::Stored => json!({ "type": "keyword", "index": false, "doc_values": false }),
        Kind::Flattened => match catch_all {
            CatchAll::Flattened => {
                json!({ "type": "flattened", "ignore_above": FLATTENED_IGNORE_ABOVE })
            }
            CatchAll::FlatObject => json!({ "type": "flat_object" }),
            CatchAll::Terms => json!({ "type": "object", "enabled": false }),
        },
        Kind::Resources => json!({ "properties": {
            "account_id": keyword(), "arn": keyword(), "name": keyword(), "type": keyword(),
        }}),
        Kind::InFlattened => return None,
    })
}

fn keyword() -> Value {
    json!({ "type": "keyword", "ignore_above": KEYWORD_IGNORE_ABOVE })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::ECS_FIELDS;
    use crate::normalize::Table;
    use crate::normalize::mapping::{count, properties};

    #[test]
    fn every_field_of_a_row_is_mapped_and_they_are_not_too_many() {
        let ecs = Ecs::shipped(jiff::Timestamp::UNIX_EPOCH).unwrap();
        let table = Table::shipped().unwrap().with_ecs(ecs.clone(), 60);
        for catch_all in [CatchAll::Flattened, CatchAll::FlatObject, CatchAll::Terms] {
            let properties = properties(&table, catch_all);
            for field in &ecs.tables.fields {
                let mut names = field.name.split('.');
                let mapped = names.try_fold(&properties, |at, name| {
                    let at = at.get(name)?;
                    Some(at.get("properties").unwrap_or(at))
                });
                let is_list = field.name.ends_with("_terms") && catch_all != CatchAll::Terms;
                let is_inside = field.kind == Kind::InFlattened;
                assert_eq!(mapped.is_none(), is_list || is_inside, "{}", field.name);
            }
            assert!(count(&properties) <= ECS_FIELDS, "{}", count(&properties));
        }
        assert_eq!(table.field_limit(), ECS_FIELDS);
    }
}
