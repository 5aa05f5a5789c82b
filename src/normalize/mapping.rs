//! The mapping of an index: each field that documents can have, and nothing that an index finds out.
//!
//! Every scalar is a keyword, whatever its JSON type, so that scalars cannot conflict; the few with a
//! type of their own have rules that hold them to it, or take what is none without indexing it.
//! Nothing is mapped by what arrives: it would be decided by the first of the documents, and each new
//! field would cost a change of the cluster's state.

use serde_json::{Value, json};

use super::aliases;
use super::ecs::{self, Ecs};
use super::engine_kind::CatchAll;
use super::key::fnv1a;
use super::layout::{FREE_FORM, Layout, free_form_of, terms_name, values_name};
use super::natural;
use super::repair::{LONG, ORIGINAL, OWN_OBJECT, REPAIRED, SECTIONS, TIMESTAMP, text_name};
use super::shape::Shape;
use super::table::Table;
use super::trie::Node;
use crate::event::Object;
use crate::limits::{FLATTENED_IGNORE_ABOVE, KEYWORD_IGNORE_ABOVE, SEARCHED_FIELDS};

/// The mapping for the documents of a table.
pub(super) fn mappings(table: &Table, catch_all: CatchAll) -> Value {
    json!({
        "dynamic": false,
        "date_detection": false,
        "numeric_detection": false,
        "properties": properties(table, catch_all),
        "_meta": {
            "managed_by": "trailhaul",
            "layout": table.layout().name(),
            "natural": format!("{:016x}", fnv1a(natural::text().as_bytes())),
        },
    })
}

pub(super) fn properties(table: &Table, catch_all: CatchAll) -> Value {
    if let Some(ecs) = table.ecs() {
        let mut properties = ecs_properties(ecs, catch_all);
        if catch_all == CatchAll::FlatObject {
            let fields = ecs::fields_by_path(ecs);
            let field_of = |path: &str| fields.get(path).map(|field| (*field).to_owned());
            aliases::add(&mut properties, field_of, table.field_limit());
        }
        return Value::Object(properties);
    }
    let mut properties = fields("", table.root());
    // However few fields there is room for.
    properties.insert(TIMESTAMP.to_owned(), scalar(TIMESTAMP));
    // Written by trailhaul alone. Text, since a keyword of that length is not searched.
    let own = own_fields(SECTIONS.into_iter());
    properties.insert(OWN_OBJECT.to_owned(), json!({ "properties": own }));
    if table.layout() == Layout::Typed {
        // Searched, and nothing else: sorting by the values of a whole section means nothing.
        let values = |section: &str| {
            let field = json!({
                "type": "keyword", "ignore_above": KEYWORD_IGNORE_ABOVE, "doc_values": false,
            });
            (values_name(section), field)
        };
        properties.extend(FREE_FORM.map(values));
    }
    for name in table.layout().catch_alls() {
        if table.layout().lists_terms(catch_all == CatchAll::Terms) {
            properties.insert(terms_name(&name), copied(keyword(), &name));
        }
        let field = match catch_all {
            CatchAll::Flattened => {
                json!({ "type": "flattened", "ignore_above": FLATTENED_IGNORE_ABOVE })
            }
            CatchAll::FlatObject => json!({ "type": "flat_object" }),
            CatchAll::Terms => json!({ "type": "object", "enabled": false }),
        };
        properties.insert(name, field);
    }
    if catch_all == CatchAll::FlatObject {
        aliases::add(&mut properties, |path| Some(path.to_owned()), table.field_limit());
    }
    Value::Object(properties)
}

/// The fields that a search without a field looks into: engines refuse one that would have to look
/// into all.
pub(super) fn searched(table: &Table, catch_all: CatchAll) -> Vec<String> {
    if let Some(ecs) = table.ecs() {
        return ecs::searched(ecs, catch_all);
    }
    let wholes = table.layout().catch_alls().map(|name| match catch_all {
        CatchAll::Terms => terms_name(&name),
        CatchAll::Flattened | CatchAll::FlatObject => name,
    });
    let is_keyword = |path: &str| {
        table.shape_of(path) == Some(Shape::Scalar)
            && scalar(path).get("type").is_some_and(|kind| kind == "keyword")
    };
    let fields = natural::rows().filter(|(path, _)| is_keyword(path));
    wholes.chain(fields.map(|(path, _)| path.to_owned())).take(SEARCHED_FIELDS).collect()
}

/// The fields below a path, which ends with a dot or is empty.
fn fields(path: &str, node: &Node) -> Object {
    let named = node.children().filter_map(|(key, node)| Some((key, node, node.shape()?)));
    let field = |(key, node, shape): (&str, &Node, Shape)| {
        let path = format!("{path}{key}");
        let field = match shape {
            Shape::Object => json!({ "properties": fields(&format!("{path}."), node) }),
            Shape::Scalar => copied(scalar(&path), &path),
        };
        (key.to_owned(), field)
    };
    named.map(field).collect()
}

/// A field of a free-form section, which is found by its value alone too: detection rules search a whole
/// section for a text.
///
/// What has no name of its own is found so by its place among the terms: of a type for the whole, not
/// every search for a part of a value finds one (OpenSearch 3.8, a query string that begins with `*`).
fn copied(mut field: Value, path: &str) -> Value {
    if let (Some(section), Value::Object(field)) = (free_form_of(path), &mut field) {
        field.insert("copy_to".to_owned(), values_name(section).into());
    }
    field
}

fn scalar(path: &str) -> Value {
    match path {
        // Written by trailhaul alone and always a date; data streams allow no ignore_malformed.
        TIMESTAMP => json!({ "type": "date" }),
        "eventTime" | "userIdentity.sessionContext.attributes.creationDate" => {
            json!({ "type": "date", "ignore_malformed": true })
        }
        "readOnly" | "managementEvent" => json!({ "type": "boolean" }),
        "errorMessage" | "userAgent" => with_field("text", &json!({ "type": "text" })),
        "sourceIPAddress" => with_field("ip", &json!({ "type": "ip", "ignore_malformed": true })),
        _ if is_count(path) => json!({ "type": "double", "ignore_malformed": true }),
        _ => keyword(),
    }
}

/// `additionalEventData_s3.bytesTransferredIn`: a number wherever a service's event has it.
fn is_count(path: &str) -> bool {
    path.starts_with("additionalEventData")
        && path.split_once('.').is_some_and(|(_, name)| name.starts_with("bytesTransferred"))
}

/// The fields of the `ecs` layout, and those that only repairs write.
fn ecs_properties(ecs: &Ecs, catch_all: CatchAll) -> Object {
    let mut properties = ecs::properties(ecs, catch_all);
    let own = properties.get_mut(OWN_OBJECT).and_then(|own| own.get_mut("properties"));
    if let Some(Value::Object(own)) = own {
        own.extend(own_fields(ecs::own_sections(ecs)));
    }
    properties
}

fn own_fields<'a>(sections: impl Iterator<Item = &'a str>) -> Object {
    let texts = sections.map(text_name).chain([ORIGINAL.to_owned(), LONG.to_owned()]);
    let mut fields: Object = texts.map(|name| (name, json!({ "type": "text" }))).collect();
    fields.insert(REPAIRED.to_owned(), keyword());
    fields
}

fn keyword() -> Value {
    json!({ "type": "keyword", "ignore_above": KEYWORD_IGNORE_ABOVE })
}

fn with_field(name: &str, field: &Value) -> Value {
    json!({
        "type": "keyword",
        "ignore_above": KEYWORD_IGNORE_ABOVE,
        "fields": { name: field },
    })
}

/// How many fields these are, as an engine counts: objects, leaves and multi-fields alike.
pub(super) fn count(properties: &Object) -> u32 {
    let inner = |field: &Value| {
        let below = ["properties", "fields"].into_iter().filter_map(|key| field.get(key));
        below.filter_map(Value::as_object).map(count).sum::<u32>()
    };
    properties.values().map(|field| inner(field).saturating_add(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{FIELD_LIMIT, OWN_FIELDS};
    use crate::normalize::Layout;
    use crate::normalize::action::Kind;

    #[test]
    fn no_mapping_has_more_fields_than_the_limit() {
        for layout in [Layout::Typed, Layout::Flattened] {
            for limit in [FIELD_LIMIT, 3000, 1000, 60, OWN_FIELDS] {
                let table = Table::shipped().unwrap().with_layout(layout, limit);
                for catch_all in [CatchAll::Flattened, CatchAll::FlatObject, CatchAll::Terms] {
                    let fields = count(properties(&table, catch_all).as_object().unwrap());
                    assert!(fields <= limit, "{layout:?} {limit}: {fields}");
                    if (layout, catch_all) == (Layout::Typed, CatchAll::Terms)
                        && limit < FIELD_LIMIT
                    {
                        assert!(fields + 5 >= limit, "room is left: {fields} of {limit}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_boolean_that_engines_refuse_to_have_otherwise_has_a_rule_for_it() {
        let table = Table::shipped().unwrap();
        let properties = properties(&table, CatchAll::Terms);
        for (name, field) in properties.as_object().unwrap() {
            if field["type"] == "boolean" {
                let rule = table.rules().find(|rule| rule.path == *name).unwrap();
                assert!(rule.kind == Kind::Boolean && rule.is_for_all(), "{name}");
            }
        }
        assert_eq!(properties["readOnly"]["type"], "boolean");
    }

    #[test]
    fn where_a_section_is_one_field_nothing_below_it_is_mapped() {
        let table = Table::shipped().unwrap().with_layout(Layout::Flattened, FIELD_LIMIT);
        let properties = properties(&table, CatchAll::Flattened);
        for section in ["requestParameters", "responseElements", "additionalEventData"] {
            assert_eq!(properties[section]["type"], "flattened");
            let more = properties.as_object().unwrap().keys();
            assert_eq!(more.filter(|key| key.starts_with(section)).count(), 1, "{section}");
        }
        assert_eq!(properties["userIdentity_rest"]["type"], "flattened");
        assert!(properties["userIdentity"]["properties"]["arn"].is_object());
    }
}
