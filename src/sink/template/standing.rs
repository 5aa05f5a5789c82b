//! Whether the template that stands at the target is the one that is wanted. Pure.
//!
//! It is when all that is wanted is there: an administrator may add to it. Engines give settings back
//! nested and as texts, so both sides are compared as texts by path.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sink::reason::Cause;
use crate::sink::verdict::Reply;

/// What is said where there is no template of the name.
pub(super) const NOT_THERE: &str = "is not there";

/// The part that says nothing about how documents are mapped.
const META: &str = "_meta";

/// What is wrong with the template of this name, by the answer to the request for it; nothing if it is
/// as this body wants it.
pub(super) fn lack(reply: &Reply, name: &str, wanted: &Value) -> Option<String> {
    match reply.status {
        200..=299 => {}
        404 => return Some(NOT_THERE.to_owned()),
        status => {
            let cause = Cause::of_body(&reply.body);
            let why = cause.permission().map_or_else(
                || format!("status {status}"),
                |permission| format!("the permission {permission} is lacking too"),
            );
            return Some(format!("cannot be looked at ({why})"));
        }
    }
    let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let composable = answer.pointer("/index_templates/0/index_template");
    let Some(there) = composable.or_else(|| answer.get(name)) else {
        return Some(NOT_THERE.to_owned());
    };
    let there = by_path(there);
    by_path(wanted).into_iter().find_map(|(path, wanted)| match there.get(&path) {
        Some(found) if *found == wanted => None,
        Some(found) => Some(format!("is another one ({path} is {found}, and not {wanted})")),
        None => Some(format!("is another one ({path} is missing)")),
    })
}

fn by_path(body: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let members = body.as_object().into_iter().flatten().filter(|(name, _)| *name != META);
    members.for_each(|(name, value)| flatten(name, value, &mut found));
    found
}

fn flatten(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    let mut below = |name: &str, value| flatten(&format!("{path}.{name}"), value, found);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| below(&at.to_string(), value));
        }
        Value::String(text) => drop(found.insert(path.to_owned(), text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            found.insert(path.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(status: u16, body: &Value) -> Option<String> {
        let wanted = json!({
            "index_patterns": ["cloudtrail-*"], "priority": 511, "_meta": { "managed_by": "x" },
            "template": {
                "settings": { "index.mapping.total_fields.limit": 5000 },
                "mappings": { "date_detection": false, "dynamic_templates": [{ "a": 1 }] },
            },
        });
        let reply = Reply { status, body: body.to_string().into(), ..Reply::default() };
        lack(&reply, "mine", &wanted)
    }

    fn standing(limit: &str, mappings: &Value) -> Value {
        json!({
            "index_patterns": ["cloudtrail-*"], "priority": 511, "composed_of": [],
            "template": {
                "settings": { "index": {
                    "mapping": { "total_fields": { "limit": limit } }, "number_of_replicas": "0",
                } },
                "mappings": mappings,
            },
        })
    }

    #[test]
    fn a_template_with_all_that_is_wanted_fits() {
        let composable =
            |it: Value| json!({ "index_templates": [{ "name": "mine", "index_template": it }] });
        let mappings = json!({ "date_detection": false, "dynamic_templates": [{ "a": 1 }] });
        assert_eq!(said(200, &composable(standing("5000", &mappings))), None);
        assert_eq!(said(200, &json!({ "mine": standing("5000", &mappings) })), None);
        let other = "is another one (template.settings.index.mapping.total_fields.limit is 1000, and not 5000)";
        assert_eq!(said(200, &composable(standing("1000", &mappings))).as_deref(), Some(other));
        let bare = json!({ "date_detection": false });
        let other = "is another one (template.mappings.dynamic_templates.0.a is missing)";
        assert_eq!(said(200, &composable(standing("5000", &bare))).as_deref(), Some(other));
    }

    #[test]
    fn one_that_cannot_be_seen_does_not_fit() {
        assert_eq!(said(404, &json!({})).as_deref(), Some("is not there"));
        assert_eq!(said(200, &json!({ "index_templates": [] })).as_deref(), Some("is not there"));
        let reason = "no permissions for [indices:admin/index_template/get] and User [name=x]";
        let forbidden = json!({ "error": { "type": "security_exception", "reason": reason } });
        let words =
            "cannot be looked at (the permission indices:admin/index_template/get is lacking too)";
        assert_eq!(said(403, &forbidden).as_deref(), Some(words));
    }
}
