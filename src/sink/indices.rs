//! The indices that are there before a run writes: what they have, and what they are given.
//!
//! Nothing here ends a run. Who may not look, or may not add, loads all the same; what comes back says
//! why it did not work, for a person.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sink::http::{Http, path_of};
use crate::sink::reason::Cause;
use crate::sink::server::{Product, Server};
use crate::sink::setup;
use crate::sink::verdict::Reply;

/// An index that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its own name.
    pub index: String,
    /// The names by which documents reach it: its own, its aliases, its data stream.
    pub names: Vec<String>,
    /// All of its aliases, also those by which documents reach another index.
    pub aliases: Vec<String>,
    /// Those of its aliases that lead to other indices too, none of which is said to be written to: documents
    /// that go by such a name are refused.
    pub unwritable: Vec<String>,
    /// The layout of its documents, where trailhaul's template has shaped it.
    pub layout: Option<String>,
    /// What keeps it from being written to.
    pub locks: Vec<Lock>,
}

/// What keeps an index from being written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// It is closed.
    Closed,
    /// A setting of this name is true.
    Block(&'static str),
}

/// The settings that keep documents out of an index.
const BLOCKS: [&str; 3] = ["write", "read_only", DISK_FULL];

/// The one that engines set themselves.
pub const DISK_FULL: &str = "read_only_allow_delete";

const LIST: &str = "ignore_unavailable=true&allow_no_indices=true&expand_wildcards=open,closed\
                    &filter_path=*.aliases,*.data_stream,*.mappings._meta,*.settings.index.uuid,\
                    *.settings.index.provided_name,*.settings.index.blocks,*.settings.index.verified_before_close";
const LOOK: &str = "filter_path=*.mappings,*.settings.index.mapping";

/// The indices whose names match, by name. `example` is one of the names that documents will have.
pub async fn list(
    http: &Http,
    server: &Server,
    glob: &str,
    example: &str,
) -> Result<Vec<Standing>, String> {
    let path = |name: &str| format!("{}?{LIST}", path_of(name));
    let found = listed(&ask(http, &path(glob)).await?);
    // With a wildcard, Elasticsearch leaves out what one may not see, and says nothing.
    let is_silent = matches!(server.product, Product::Elasticsearch | Product::ElasticServerless);
    if found.is_empty() && is_silent {
        let name = format!("{}?filter_path=*.settings.index.uuid", path_of(example));
        ask(http, &name).await?;
    }
    Ok(found)
}

/// What an index has: its `mappings`, and the part of its `settings` that is about them. Of the indices
/// that a name leads to, the newest is written to.
pub async fn look(http: &Http, name: &str) -> Result<Value, String> {
    let answer = ask(http, &format!("{}?{LOOK}", path_of(name))).await?;
    let last = answer.as_object().and_then(|indices| indices.values().next_back());
    last.cloned().ok_or_else(|| "it is not there any more".to_owned())
}

/// Adds fields to an index.
pub async fn add(http: &Http, index: &str, mapping: &Value) -> Result<(), String> {
    let path = format!("{}/_mapping", path_of(index));
    let reply = setup::patiently(|| http.put(&path, mapping.to_string())).await;
    let reply = reply.map_err(|failure| failure.into_error(http).to_string())?;
    if (200..300).contains(&reply.status) { Ok(()) } else { Err(reason(&reply)) }
}

/// The answer to a question; of what is not there, an empty one.
pub(super) async fn ask(http: &Http, path: &str) -> Result<Value, String> {
    let reply = setup::patiently(|| http.get_long(path)).await;
    let reply = reply.map_err(|failure| failure.into_error(http).to_string())?;
    match reply.status {
        200..=299 => serde_json::from_slice(&reply.body)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| "the answer is no JSON object".to_owned()),
        404 => Ok(Value::Object(serde_json::Map::new())),
        _ => Err(reason(&reply)),
    }
}

fn reason(reply: &Reply) -> String {
    let cause = Cause::of_body(&reply.body);
    match (cause.permission(), cause.reason.as_str()) {
        (Some(permission), _) => format!("the permission {permission} is lacking"),
        (None, "") => format!("status {}", reply.status),
        (None, reason) => format!("status {}: {reason}", reply.status),
    }
}

fn listed(answer: &Value) -> Vec<Standing> {
    let indices = answer.as_object().into_iter().flatten();
    let unwritable = unwritable(answer);
    let standing = |(index, said): (&String, &Value)| {
        // What is no index says nothing of its settings.
        said.get("settings")?;
        let aliases = said.get("aliases").and_then(Value::as_object).into_iter().flatten();
        let leads = |name: &&String| aliases.clone().any(|(alias, _)| alias == *name);
        let unwritable = unwritable.iter().filter(leads).cloned().collect();
        let written = aliases.clone().filter(|(_, alias)| {
            alias.get("is_write_index").is_none_or(|is_it| *is_it == Value::Bool(true))
        });
        let stream = said.get("data_stream").and_then(Value::as_str);
        let own = [index.as_str()].into_iter().chain(written.map(|(alias, _)| alias.as_str()));
        let names = own.chain(stream).map(str::to_owned).collect();
        Some(Standing {
            index: index.clone(),
            names,
            aliases: aliases.map(|(alias, _)| alias.clone()).collect(),
            unwritable,
            layout: layout(said),
            locks: locks(said),
        })
    };
    indices.filter_map(standing).collect()
}

fn layout(said: &Value) -> Option<String> {
    let meta = said.pointer("/mappings/_meta")?;
    let ours = meta.get("managed_by").is_some_and(|by| by == "trailhaul");
    meta.get("layout").and_then(Value::as_str).filter(|_| ours).map(str::to_owned)
}

fn locks(said: &Value) -> Vec<Lock> {
    let is_set = |path: &str| {
        said.pointer(path).is_some_and(|value| *value == Value::Bool(true) || value == "true")
    };
    let closed = is_set("/settings/index/verified_before_close").then_some(Lock::Closed);
    let blocks =
        BLOCKS.into_iter().filter(|name| is_set(&format!("/settings/index/blocks/{name}")));
    closed.into_iter().chain(blocks.map(Lock::Block)).collect()
}

/// Aliases of several indices, none of which is said to be the one that is written to.
fn unwritable(answer: &Value) -> Vec<String> {
    let mut found: BTreeMap<&String, (usize, bool)> = BTreeMap::new();
    for said in answer.as_object().into_iter().flatten().map(|(_, said)| said) {
        let aliases = said.get("aliases").and_then(Value::as_object).into_iter().flatten();
        for (name, alias) in aliases {
            let (indices, is_written) = found.entry(name).or_default();
            *indices += 1;
            *is_written |= alias.get("is_write_index") == Some(&Value::Bool(true));
        }
    }
    let several = found.into_iter().filter(|(_, (indices, written))| *indices > 1 && !written);
    several.map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_index_has_its_own_name_and_those_that_lead_to_it() {
        let settings = json!({ "index": { "uuid": "x" } });
        let answer = json!({
            "a-1": { "aliases": { "a": { "is_write_index": false }, "d": {} }, "settings": settings },
            "a-2": { "aliases": { "a": { "is_write_index": true }, "b": {}, "d": {} }, "settings": settings },
            ".ds-c-000002": { "aliases": {}, "settings": settings, "data_stream": "c" },
            "acknowledged": true,
            "items": [],
        });
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let named = |index: &str, names: &[&str], aliases: &[&str]| Standing {
            index: index.to_owned(),
            names: all(names),
            aliases: all(aliases),
            unwritable: if index.starts_with('a') { vec!["d".to_owned()] } else { Vec::new() },
            layout: None,
            locks: Vec::new(),
        };
        let expected = [
            named(".ds-c-000002", &[".ds-c-000002", "c"], &[]),
            named("a-1", &["a-1", "d"], &["a", "d"]),
            named("a-2", &["a-2", "a", "b", "d"], &["a", "b", "d"]),
        ];
        assert_eq!(listed(&answer), expected);
    }

    #[test]
    fn an_index_says_its_layout_and_what_keeps_documents_out() {
        let index = |meta: Value, settings: Value| {
            let mut settings = settings;
            settings["uuid"] = json!("x");
            json!({ "i": { "mappings": { "_meta": meta }, "settings": { "index": settings } } })
        };
        let said = |answer: &Value| {
            listed(answer).into_iter().map(|it| (it.layout, it.locks)).next().unwrap()
        };
        let ours = json!({ "managed_by": "trailhaul", "layout": "ecs" });
        assert_eq!(said(&index(ours, json!({}))), (Some("ecs".to_owned()), vec![]));
        let theirs = json!({ "managed_by": "other", "layout": "ecs" });
        let blocks = json!({ "blocks": { "write": "true", "read_only": "false" } });
        assert_eq!(said(&index(theirs, blocks)), (None, vec![Lock::Block("write")]));
        let closed = json!({ "verified_before_close": "true" });
        assert_eq!(said(&index(json!({}), closed)), (None, vec![Lock::Closed]));
    }

    #[test]
    fn what_is_refused_is_told_by_the_permission() {
        let text = r#"{"error":{"type":"security_exception","reason":"no permissions for [indices:admin/get] and User [name=x]"},"status":403}"#;
        let reply = Reply { status: 403, body: text.into(), ..Reply::default() };
        assert_eq!(reason(&reply), "the permission indices:admin/get is lacking");
        let reply = Reply { status: 403, ..Reply::default() };
        assert_eq!(reason(&reply), "status 403");
    }
}
