//! The thirteen rules of the script that trailhaul descends from, on real engines.
//!
//! Each with an event of the shape that most services have and one of the shape that conflicts,
//! in both orders; and what each pair does to an engine that gets it as AWS writes it. Below, all
//! rules, on whole corpora.

mod corpus;
mod leaves;
mod orders;
mod table;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::table::{Rule, Shape, rules};
use crate::support::{
    engines::{Engine, on_every_engine},
    run::Trailhaul,
    unique,
};

/// An event as AWS writes it, with fields beside the one in question.
fn record(id: &str, field: &str, shape: &Shape) -> Value {
    let (service, value, ..) = shape;
    let mut record = json!({
        "eventVersion": "1.08", "eventID": id, "eventTime": "2026-02-03T04:05:06Z",
        "eventSource": format!("{service}.amazonaws.com"), "eventName": "Example",
        "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.7", "readOnly": false,
        "userIdentity": { "type": "AssumedRole", "accountId": "123456789012" },
        "requestParameters": { "imageId": "untouched", "monitoring": { "enabled": 3 } },
    });
    let (at, last) = field.rsplit_once('.').unwrap_or(("", field));
    let section = match at {
        "" => &mut record,
        section => &mut record[section],
    };
    section[last] = value.clone();
    record
}

/// Takes out what stands at a path, through lists as engines do, and what is empty then.
fn take(value: &mut Value, path: &str) -> Vec<Value> {
    if let Value::Array(list) = value {
        let found = list.iter_mut().flat_map(|item| take(item, path)).collect();
        list.retain(|item| !is_empty(item));
        return found;
    }
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(fields) = value.as_object_mut() else { return Vec::new() };
    let Some(mut inner) = fields.remove(first) else { return Vec::new() };
    if rest.is_empty() {
        return vec![inner];
    }
    let found = take(&mut inner, rest);
    if !is_empty(&inner) {
        fields.insert(first.to_owned(), inner);
    }
    found
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// The value stands where the rule says, in the document and for a query, and the rest is as it was.
async fn assert_stands(engine: &Engine, index: &str, id: &str, rule: &Rule, shape: &Shape) {
    let (_, _, path, value) = shape;
    let context = format!("{} {id}", engine.name);
    let mut document =
        engine.get(&format!("{index}/_doc/{id}")).await.expect_ok()["_source"].take();
    take(&mut document, "@timestamp");
    assert_eq!(take(&mut document, path), std::slice::from_ref(value), "{context}: {path}");
    let mut rest = record(id, rule.field, shape);
    take(&mut rest, rule.field);
    assert_eq!(document, rest, "{context}: beside {path}");

    let term = if let Value::Array(list) = value { &list[0] } else { value };
    let query = json!({ "query": { "term": { *path: term } } });
    let found = engine.post(&format!("{index}/_search"), &query).await.expect_ok();
    let ids: Vec<_> = found["hits"]["hits"].as_array().unwrap().iter().map(|h| &h["_id"]).collect();
    assert_eq!(ids, [id], "{context}: a query for {path}");
}

/// Every event with its id; of each rule the plain shape first, or the conflicting one.
fn events(rules: &[Rule], plain_first: bool) -> Vec<(String, &Rule, &Shape)> {
    let mut all = Vec::new();
    for (number, rule) in rules.iter().enumerate() {
        let plain = (format!("{number}-plain"), rule, &rule.plain);
        let conflicting = (format!("{number}-conflicting"), rule, &rule.conflicting);
        all.extend(if plain_first { [plain, conflicting] } else { [conflicting, plain] });
    }
    all
}

async fn takes_both_shapes(engine: Engine) {
    let rules = rules();
    let folder = tempfile::tempdir().unwrap();
    for plain_first in [true, false] {
        let (index, file) = (unique("cloudtrail"), folder.path().join("records.ndjson"));
        let events = events(&rules, plain_first);
        let lines =
            events.iter().map(|(id, rule, shape)| format!("{}\n", record(id, rule.field, shape)));
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(&file, lines.collect::<String>()).unwrap();
        let load =
            Trailhaul::load().from(&file).to(&engine.url).args(["--json", "--index", &index]);
        let run = load.run().await;
        let totals = &run.json()["totals"];
        assert_eq!(run.code, Some(0), "{}: {run}", engine.name);
        // Nothing repaired: it was the rule, and not what comes after a refusal.
        let counts = ["read", "created", "rejected", "repaired"].map(|name| &totals[name]);
        assert_eq!(counts, [26, 26, 0, 0], "{}: {run}", engine.name);
        assert_eq!(engine.count(&index).await, 26, "{}", engine.name);
        let anywhere = format!("{index}/_search?q=untouched&size=0");
        let found = engine.get(&anywhere).await.expect_ok();
        assert_eq!(
            found["hits"]["total"]["value"], 26,
            "{}: a search without a field",
            engine.name
        );
        for (id, rule, shape) in &events {
            assert_stands(&engine, &index, id, rule, shape).await;
        }
        engine.delete(&index).await;
    }
}

#[tokio::test]
async fn every_engine_takes_both_shapes_in_both_orders() {
    on_every_engine(takes_both_shapes).await;
}

/// What the rules are for: an index of its own for each pair, without a template.
async fn refuses_the_raw_pair(engine: Engine) {
    let rules = rules();
    let prefix = unique("raw");
    for (position, plain_first) in [true, false].into_iter().enumerate() {
        let mut bulk = String::new();
        let mut expected = BTreeMap::new();
        for (number, pair) in events(&rules, plain_first).chunks(2).enumerate() {
            let index = format!("{prefix}-{position}-{number}");
            for (id, rule, shape) in pair {
                let create = json!({ "create": { "_index": index, "_id": id } });
                bulk = format!("{bulk}{create}\n{}\n", record(id, rule.field, shape));
                expected.insert(id.clone(), 201);
            }
            if pair[1].1.raw_conflict[position] {
                expected.insert(pair[1].0.clone(), 400);
            }
        }
        let answer = engine.request(reqwest::Method::POST, "_bulk", bulk).await.expect_ok();
        let items = answer["items"].as_array().unwrap().iter().map(|item| &item["create"]);
        let statuses = items.map(|item| {
            (item["_id"].as_str().unwrap().to_owned(), item["status"].as_u64().unwrap())
        });
        let statuses: BTreeMap<_, _> = statuses.collect();
        assert_eq!(statuses, expected, "{}: {answer:#}", engine.name);
    }
    engine.delete(&format!("{prefix}-*")).await;
}

#[tokio::test]
async fn no_engine_takes_both_shapes_as_aws_writes_them() {
    on_every_engine(refuses_the_raw_pair).await;
}
