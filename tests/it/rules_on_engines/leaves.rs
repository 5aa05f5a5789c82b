//! Each value of an event is found by a search: by its field's name, or in a catch-all as docs/documents.md
//! says.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trailhaul::event::Event;
use trailhaul::normalize::{Layout, Normalizer};

use super::corpus::{Corpus, normalizer};
use crate::support::own_index::OwnIndex;

/// Leaves of as many paths.
const LEAVES: usize = 100;
/// Characters of a leaf that every engine indexes.
const LEAF_CHARS: usize = 1_000;

/// A value of a document: where it stands, and another value that it could have had.
struct Leaf {
    id: String,
    path: String,
    value: Value,
    other: Value,
}

/// Searches for leaves drawn by chance: each is found, and what is not there is not.
pub(super) async fn assert_found(index: &OwnIndex, corpus: &Corpus, layout: Layout, seed: u64) {
    let (engine, leaves) = (&index.engine, draw(corpus, layout, seed));
    let mut searches = String::new();
    for leaf in &leaves {
        for value in [&leaf.value, &leaf.other] {
            let text = search(&leaf.path, value, layout, engine.is_old());
            let query = json!({ "bool": {
                // Without `fields`, each search would first look up the thousand that a bare word is
                // looked for in.
                "must": { "query_string": { "query": text, "fields": ["eventID"], "lenient": true } },
                "filter": { "ids": { "values": [leaf.id] } },
            } });
            let (head, body) = (json!({ "index": index.index }), json!({ "query": query }));
            searches = format!("{searches}{head}\n{body}\n");
        }
    }
    engine.count(&index.index).await;
    let answer = engine.request(reqwest::Method::POST, "_msearch", searches).await.expect_ok();
    let hits = answer["responses"].as_array().unwrap();
    assert_eq!(hits.len(), 2 * leaves.len());
    for (leaf, hits) in leaves.iter().zip(hits.chunks(2)) {
        let Leaf { id, path, value, other } = leaf;
        let found = [&hits[0], &hits[1]].map(|hits| hits["hits"]["total"]["value"].as_u64());
        let text = search(path, value, layout, engine.is_old());
        assert_eq!(
            found,
            [Some(1), Some(0)],
            "{} {} TRAILHAUL_TEST_SEED={seed}: {text} of {id}, and {other}: {hits:?}",
            engine.name,
            layout.name(),
        );
    }
}

/// What docs/documents.md tells to search for.
fn search(path: &str, value: &Value, layout: Layout, lists_leaves: bool) -> String {
    let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match path.split_once('.') {
        Some((first, below)) if lists_leaves && is_catch_all(first, layout) => {
            format!("{first}_terms:{}", quoted(&format!("{below}={plain}")))
        }
        _ => format!("{}:{}", escaped(path), quoted(&plain)),
    }
}

fn is_catch_all(field: &str, layout: Layout) -> bool {
    let whole =
        ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"];
    field.ends_with("_rest") || (layout == Layout::Flattened && whole.contains(&field))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn escaped(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._".contains(c);
    path.chars().flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

/// Leaves of different paths.
fn draw(corpus: &Corpus, layout: Layout, seed: u64) -> Vec<Leaf> {
    let (normalizer, mut chance) = (normalizer(layout, false), fastrand::Rng::with_seed(seed));
    let (mut leaves, mut paths) = (Vec::new(), BTreeSet::new());
    while leaves.len() < LEAVES {
        let event = corpus.draw(&mut chance);
        let mut pointers = Vec::new();
        point("", &Value::Object(event.record.clone()), &mut pointers);
        let Some(pointer) = chance.choice(&pointers) else { continue };
        if let Some(leaf) = follow(&normalizer, &event, pointer)
            && paths.insert(leaf.path.clone())
        {
            leaves.push(leaf);
        }
    }
    leaves
}

/// JSON pointers to the leaves of a value that a search can name.
fn point(prefix: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            point(&format!("{prefix}/{name}"), member, into);
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, item)| point(&format!("{prefix}/{at}"), item, into)),
        Value::String(text) if text.is_empty() || text.chars().count() > LEAF_CHARS => {}
        Value::Null => {}
        Value::String(_) | Value::Bool(_) | Value::Number(_) => into.push(prefix.to_owned()),
    }
}

/// Where a leaf of an event stands in its document: what is another with another leaf. Nothing where
/// the document has the other as well.
fn follow(normalizer: &Normalizer, event: &Event, pointer: &str) -> Option<Leaf> {
    let mut record = Value::Object(event.record.clone());
    let leaf = record.pointer_mut(pointer).unwrap();
    let other = match &*leaf {
        Value::Bool(is) => json!(!is),
        Value::Number(_) => json!(918_273_645),
        text => json!(format!("{}x", text.as_str().unwrap())),
    };
    let value = std::mem::replace(leaf, other.clone());
    let Value::Object(record) = record else { unreachable!() };
    let before = document(normalizer, event);
    let mut lost = before.clone();
    for leaf in document(normalizer, &Event { record, ..event.clone() }) {
        if let Some(at) = lost.iter().position(|other| *other == leaf) {
            lost.swap_remove(at);
        }
    }
    let (path, value) = match lost.iter().find(|(_, lost)| *lost == value) {
        Some(same) => same.clone(),
        // As bytes or as JSON text.
        None => lost.first().unwrap_or_else(|| panic!("{}: {pointer} is lost", event.id)).clone(),
    };
    let both = before.iter().any(|(there, value)| *there == path && *value == other);
    (!both).then(|| Leaf { id: event.id.clone(), path, value, other })
}

/// The leaves of an event's document.
fn document(normalizer: &Normalizer, event: &Event) -> Vec<(String, Value)> {
    let document = trailhaul::json::parse(&normalizer.body(event)).unwrap();
    let mut leaves = Vec::new();
    collect("", document, &mut leaves);
    leaves
}

fn collect(path: &str, value: Value, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => members.into_iter().for_each(|(name, member)| {
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            collect(&path, member, into);
        }),
        Value::Array(items) => items.into_iter().for_each(|item| collect(path, item, into)),
        leaf => into.push((path.to_owned(), leaf)),
    }
}
