//! An index that refuses what an engine would: shapes, types, and paths that it does not know.

use std::net::IpAddr;

use serde_json::{Value, json};

pub(super) struct Index {
    mappings: Value,
    pub(super) limit: u32,
}

impl Index {
    pub(super) fn new(mappings: Value, limit: u32) -> Self {
        Self { mappings, limit }
    }

    /// As `GET /<index>` gives it.
    pub(super) fn answer(&self) -> Value {
        let limit = self.limit.to_string();
        json!({
            "mappings": self.mappings,
            "settings": { "index": { "mapping": { "total_fields": { "limit": limit } } } },
        })
    }

    pub(super) fn set_strict(&mut self) {
        self.mappings["dynamic"] = json!("strict");
    }

    pub(super) fn fields(&self) -> u32 {
        count(&self.mappings["properties"])
    }

    /// Takes the body of a request to its `_mapping`, if an engine would.
    pub(super) fn add(&mut self, body: &Value) {
        if let Some(dynamic) = body.get("dynamic") {
            self.mappings["dynamic"] = dynamic.clone();
        }
        merge(&mut self.mappings, body);
        assert!(self.fields() <= self.limit, "{} of {}", self.fields(), self.limit);
    }

    /// Why it would not take a document.
    pub(super) fn refuses(&self, document: &Value) -> Option<String> {
        let strict = self.mappings["dynamic"] == "strict";
        let open = self.mappings["dynamic"] == true;
        let members = document.as_object().unwrap().iter();
        let known = &self.mappings["properties"];
        let refused = members.filter_map(|(name, value)| {
            // A document of ours has these, and they are fields wherever they can be.
            let is_own = name == "@timestamp" || name == "trailhaul";
            match known.get(name) {
                Some(field) => refused(name, field, value, strict || open),
                None if is_own && !strict => None,
                None if strict || open => Some(format!("{name} is no field")),
                None => None,
            }
        });
        refused.into_iter().next()
    }
}

fn count(properties: &Value) -> u32 {
    let fields = properties.as_object().into_iter().flatten();
    fields.map(|(_, field)| 1 + count(&field["properties"]) + count(&field["fields"])).sum()
}

fn merge(known: &mut Value, body: &Value) {
    for (name, more) in body["properties"].as_object().unwrap() {
        match known["properties"].get_mut(name) {
            None => known["properties"][name] = more.clone(),
            Some(there) => {
                let is_object = |field: &Value| {
                    let plain = field.get("type").is_none_or(|kind| kind == "object");
                    plain && field.get("enabled").is_none()
                };
                assert!(is_object(there) && is_object(more), "{name} is changed: {there} {more}");
                if there.get("properties").is_none() {
                    there["properties"] = json!({});
                }
                merge(there, more);
            }
        }
    }
}

fn refused(path: &str, field: &Value, value: &Value, closed: bool) -> Option<String> {
    let no = |why: &str| Some(format!("{path}: {why}: {value}"));
    let kind = field["type"].as_str().unwrap_or("object");
    match (kind, value) {
        _ if field.get("enabled") == Some(&json!(false)) => None,
        ("flattened" | "flat_object" | "object" | "nested", Value::Array(items)) => {
            items.iter().find_map(|item| refused(path, field, item, closed))
        }
        ("flattened" | "flat_object" | "object" | "nested", Value::Null) => None,
        ("flattened" | "flat_object", value) => {
            if value.is_object() {
                None
            } else {
                no("no object")
            }
        }
        ("object" | "nested", Value::Object(members)) => {
            members.iter().find_map(|(name, member)| {
                let path = format!("{path}.{name}");
                match field["properties"].get(name) {
                    Some(field) => refused(&path, field, member, closed),
                    None if closed => Some(format!("{path} is no field")),
                    None => None,
                }
            })
        }
        ("object" | "nested", _) => no("no object"),
        (_, Value::Array(items)) => {
            items.iter().find_map(|item| refused(path, field, item, closed))
        }
        (_, Value::Object(_)) => no("an object"),
        (_, Value::Null) => None,
        (kind, value) => {
            let more = field["fields"].as_object().into_iter().flat_map(serde_json::Map::values);
            let mut all = [field].into_iter().chain(more);
            let is_lenient = |field: &Value| field.get("ignore_malformed") == Some(&json!(true));
            let bad = all.any(|field| !is_lenient(field) && !fits(field, value));
            if bad { no(kind) } else { None }
        }
    }
}

fn fits(field: &Value, value: &Value) -> bool {
    let text = value.as_str();
    match field["type"].as_str().unwrap() {
        "keyword" => {
            let most = field.get("ignore_above").map_or(32_766, |_| usize::MAX);
            text.is_none_or(|text| text.len() <= most)
        }
        "text" => true,
        "long" => value.as_i64().or_else(|| text?.parse().ok()).is_some(),
        "short" => value.as_i64().is_some_and(|n| i16::try_from(n).is_ok()),
        "double" => value.as_f64().or_else(|| text?.parse().ok()).is_some(),
        "boolean" => value.is_boolean() || matches!(text, Some("true" | "false" | "")),
        "ip" => text.is_some_and(|text| text.parse::<IpAddr>().is_ok()),
        "date" => {
            value.as_i64().is_some()
                || text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
        }
        _ => false,
    }
}
