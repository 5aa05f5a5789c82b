//! Documents beside those that somebody else's pipeline makes of the same records.
//!
//! `TRAILHAUL_TEST_GOLDEN` names a folder of JSON files, each with a list of `pairs` of a `record` and the
//! `expected` document; without it there is nothing to compare. What differs is printed: it is for
//! whoever works on the tables, and asserts no more than that there is something to compare.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::document;
use crate::support::variable;

/// What depends on the machine, the time or a database.
const LEFT_OUT: [&str; 8] = [
    "event.created",
    "event.ingested",
    "event.module",
    "event.dataset",
    "event.original",
    "source.as",
    "source.geo",
    "tags",
];

/// Texts of Java's maps, of which the order is any.
const MAPS: [&str; 4] =
    ["request_parameters", "response_elements", "additional_eventdata", "service_event_details"];

#[test]
fn documents_beside_those_of_another_pipeline() {
    let Some(folder) = variable("TRAILHAUL_TEST_GOLDEN") else { return };
    let mut unlisted = 0;
    let mut equal: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    for path in paths {
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let generation = file["generation"].as_str().unwrap_or("all").to_owned();
        for (number, pair) in file["pairs"].as_array().unwrap().iter().enumerate() {
            let name = format!("{} {number} ({generation})", file["name"].as_str().unwrap_or("?"));
            let differences = differences(&document(pair["record"].clone()), &pair["expected"]);
            let counts = equal.entry(generation.clone()).or_default();
            counts[usize::from(!differences.is_empty())] += 1;
            if !differences.is_empty() {
                let is_listed = |line: &&String| LISTED.iter().any(|name| line.starts_with(name));
                let listed = differences.iter().filter(is_listed).count();
                unlisted += differences.len() - listed;
                println!("{name}: {listed} listed\n    {}", differences.join("\n    "));
            }
        }
    }
    println!("differences that docs/ecs.md does not list: {unlisted}");
    println!("equal and different, by generation: {equal:?}");
    assert!(!equal.is_empty(), "there are no pairs in the folder");
}

/// What docs/ecs.md lists as different on purpose, of documents of an earlier form.
const LISTED: [&str; 19] = [
    "actor.",
    "aws.cloudtrail.lookup",
    "aws.cloudtrail.session_credential_from_console",
    "aws.cloudtrail.user_identity.",
    "cloud.provider",
    "cloud.service.",
    "ecs.version",
    "entity.",
    "error.message",
    "host.",
    "related.entity",
    "related.hosts",
    "related.ip",
    "related.user",
    "service.",
    "target.",
    "user.entity.",
    "user.id",
    "user_agent.version",
];

fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let (ours, theirs) = (leaves(ours), leaves(theirs));
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    let mut found = Vec::new();
    for name in names {
        let (one, other) = (ours.get(name), theirs.get(name));
        if one != other {
            let shown = |set: Option<&BTreeSet<String>>| {
                set.map_or("nothing".to_owned(), |set| Vec::from_iter(set.clone()).join(" | "))
            };
            found.push(format!("{name}: {} in place of {}", shown(one), shown(other)));
        }
    }
    found
}

/// The values of each field, as a set.
fn leaves(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    collect("", document, &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut BTreeMap<String, BTreeSet<String>>) {
    if LEFT_OUT.contains(&path) {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(&path, member, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(path, item, found)),
        scalar => {
            let is_map = MAPS.iter().any(|name| path == format!("aws.cloudtrail.{name}"));
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            let text = if is_map { sorted(&text) } else { text };
            found.entry(path.to_owned()).or_default().insert(text);
        }
    }
}

/// The same members in one order: whatever was between commas and braces.
fn sorted(text: &str) -> String {
    let mut parts: Vec<_> = text.split([',', '{', '}', '[', ']']).map(str::trim).collect();
    parts.retain(|part| !part.is_empty());
    parts.sort_unstable();
    parts.join(", ")
}
