//! The ingest pipeline makes of what shippers send what the transform makes of it, field by field, on each
//! engine that has the processors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trailhaul::event::Item;
use trailhaul::normalize::Ecs;
use trailhaul::source::{decode, files};

use super::{ecs, engines::records, event, geo::databases};
use crate::flow_logs;
use crate::support::{
    engines::{Engine, engines},
    run::Trailhaul,
    variable,
};

/// What the pipeline has from another clock.
const OTHERWISE: [&str; 2] = ["event.created", "event.ingested"];

const COMMUNITY_ID: &str = "network.community_id";

/// Protocol, both addresses and both ports; the last two are those that OpenSearch's processor leaves out.
const FLOWS: [&str; 6] = [
    "6 192.0.2.7 198.51.100.9 20641 22",
    "17 2001:db8::9 2001:db8::7 53 5353",
    "1 198.51.100.9 192.0.2.200 0 0",
    "58 2001:db8::9 2001:db8::7 0 0",
    "6 192.0.2.7 198.51.100.9 63999 443",
    "47 192.0.2.7 198.51.100.9 0 0",
];

/// Elasticsearch 9 has no scripts here.
fn with_scripts() -> impl Iterator<Item = Engine> {
    engines().into_iter().filter(|engine| engine.name != "elasticsearch-9")
}

/// Whether an engine has a processor, by its own words.
async fn has(engine: &Engine, processor: &str) -> bool {
    let nodes = engine.get("_nodes/ingest").await.expect_ok();
    let mut nodes = nodes["nodes"].as_object().unwrap().values();
    nodes.all(|node| {
        let processors = node["ingest"]["processors"].as_array().unwrap();
        processors.iter().any(|one| one["type"] == processor)
    })
}

/// The layout with what the engine knows of addresses.
async fn ecs_of(engine: &Engine) -> Ecs {
    if has(engine, "geoip").await { ecs().with_geo(databases()) } else { ecs() }
}

async fn install(engine: &Engine, format: &str) {
    let export =
        Trailhaul::subcommand("export").args(["pipeline", "--install", "--to", &engine.url]);
    let run = export.args(["--flow-format", format]).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stdout.contains("?pipeline=trailhaul-ecs"), "{run}");
}

/// What becomes of shippers' documents.
async fn through(engine: &Engine, sent: &[Value]) -> Vec<Value> {
    let mut made = Vec::new();
    for some in sent.chunks(100) {
        let docs: Vec<_> = some.iter().map(|document| json!({ "_source": document })).collect();
        let path = "_ingest/pipeline/trailhaul-ecs/_simulate";
        let answer = engine.post(path, &json!({ "docs": docs })).await.expect_ok();
        let docs = answer["docs"].as_array().unwrap();
        made.extend(docs.iter().map(|doc| doc.get("doc").unwrap_or(&Value::Null).clone()));
    }
    made
}

/// The fields of a document, lists in any order, and texts of objects by what they hold.
fn fields(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    fn collect(path: &str, value: &Value, into: &mut BTreeMap<String, BTreeSet<String>>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(&path, member, into);
            }),
            Value::Array(items) => items.iter().for_each(|item| collect(path, item, into)),
            Value::String(text) if text.starts_with('{') && path != "event.original" => {
                let mut characters: Vec<char> = text.chars().collect();
                characters.sort_unstable();
                into.entry(path.to_owned()).or_default().insert(characters.into_iter().collect());
            }
            leaf => drop(into.entry(path.to_owned()).or_default().insert(leaf.to_string())),
        }
    }
    let mut fields = BTreeMap::new();
    collect("", document, &mut fields);
    fields.retain(|path, _| !OTHERWISE.contains(&path.as_str()));
    fields
}

fn assert_same(engine: &Engine, made: &Value, expected: &Value) {
    let (made, expected) = (fields(&made["_source"]), fields(expected));
    let original = &expected.get("event.original");
    for path in made.keys().chain(expected.keys()) {
        assert_eq!(made.get(path), expected.get(path), "{}: {path} of {original:?}", engine.name);
    }
}

/// The records of the repository that JSON parsers agree about, and those of a file, with their
/// documents.
fn corpus(ecs: &Ecs) -> Vec<(String, String, Value)> {
    let mut texts = records();
    if let Some(path) = variable("TRAILHAUL_TEST_CORPUS") {
        files::read(path.as_ref(), &mut |item| {
            if let Item::Event(event) = item {
                texts.push(event.verbatim.to_string());
            }
            true
        })
        .unwrap();
    }
    let documents = texts.into_iter().filter_map(|text| {
        // Members of one name, half a character or long numbers, which each parser takes in its own way.
        let plain: Value = serde_json::from_str(&text).ok()?;
        let Item::Event(event) = decode::record(text.clone(), decode::Hints::default()) else {
            return None;
        };
        // A name that no field takes: the transform gives it another, the pipeline leaves the copy out.
        let is_plain =
            text.len() < 32_000 && !text.contains("\\u0000") && has_plain_numbers(&plain);
        let agree = is_plain && Value::Object(event.record.clone()) == plain;
        agree.then(|| (event.id.clone(), text, Value::Object(ecs.document(&event))))
    });
    documents.collect()
}

/// Whether all numbers are of a kind that every parser keeps.
fn has_plain_numbers(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().all(has_plain_numbers),
        Value::Array(items) => items.iter().all(has_plain_numbers),
        Value::Number(number) => number.as_i64().is_some(),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// Records in which the script and the transform each have a way of their own to the same.
fn particular() -> Vec<Value> {
    let instance = "arn:aws:ec2:us-east-1:123456789012:instance/i-0abc";
    let session = |creation: &str, agent: &str, target: &str| {
        json!({"eventID": "e", "eventTime": "2026-02-03T04:05:06Z", "userAgent": agent,
            "eventSource": "ssm.amazonaws.com", "eventName": "StartSession",
            "requestParameters": {"target": target},
            "userIdentity": {"sessionContext": {"attributes": {"creationDate": creation}}}})
    };
    let firefox = "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:24.0) Gecko/20100101 Firefox/24.0";
    vec![
        session("20131102T010628Z", firefox, instance),
        session("20131302T010628Z", "curl/8.0", "i-0abc"),
        session("20131102T010628", "AWS Internal", "mi-0abc"),
        json!({"eventID": "e", "eventTime": "20260203T040506Z", "eventSource": "kms.amazonaws.com",
            "eventName": "Decrypt", "resources": [{"arn": instance}, {"arn": 7}],
            "userIdentity": {"type": "IdentityCenterUser", "arn": "arn:aws:iam::123456789012:user/ana"}}),
        json!({"awsAccountId": "123456789012", "digestStartTime": "2026-02-03T04:00:00Z",
            "digestEndTime": "2026-02-03T05:00:00Z", "digestPublicKeyFingerprint": "f",
            "previousDigestHashValue": "abc", "previousDigestSignature": "def",
            "digestS3Object": "AWSLogs/d.json.gz", "logFiles": [{"s3Bucket": "b"}]}),
    ]
}

async fn what_each_does_its_own_way_is_the_same(engine: &Engine) {
    let ecs = ecs_of(engine).await;
    install(engine, "version srcaddr").await;
    let records = particular();
    let sent: Vec<_> = records.iter().map(|one| json!({ "message": one.to_string() })).collect();
    for (made, record) in through(engine, &sent).await.iter().zip(records) {
        assert_same(engine, made, &Value::Object(ecs.document(&event(record))));
    }
}

/// One after the other, since all put the pipeline of one name.
#[tokio::test]
async fn the_pipeline_and_the_transform_agree() {
    for engine in with_scripts() {
        the_pipeline_makes_the_documents_of_the_transform(&engine).await;
        what_each_does_its_own_way_is_the_same(&engine).await;
        a_record_is_found_wherever_a_shipper_has_put_it(&engine).await;
        lines_of_flow_logs_become_the_same_documents(&engine).await;
        let path = "_ingest/pipeline/trailhaul-ecs";
        engine.request(reqwest::Method::DELETE, path, String::new()).await.expect_ok();
    }
}

async fn the_pipeline_makes_the_documents_of_the_transform(engine: &Engine) {
    let ecs = ecs_of(engine).await;
    let corpus = corpus(&ecs);
    assert!(corpus.len() > 300);
    let is_placed = corpus.iter().any(|(_, _, document)| document["source"]["geo"].is_object());
    assert_eq!(is_placed, has(engine, "geoip").await, "{}", engine.name);
    let sent: Vec<Value> = corpus.iter().map(|(_, text, _)| json!({ "message": text })).collect();
    install(engine, "version srcaddr").await;
    for (made, (id, _, expected)) in through(engine, &sent).await.iter().zip(&corpus) {
        assert_eq!(made["_id"], json!(id), "{}: {made}", engine.name);
        assert_same(engine, made, expected);
    }
    println!("{}: {} documents are equal", engine.name, corpus.len());
}

async fn a_record_is_found_wherever_a_shipper_has_put_it(engine: &Engine) {
    let (id, text, expected) = corpus(&ecs_of(engine).await).swap_remove(0);
    let record: Value = serde_json::from_str(&text).unwrap();
    install(engine, "version srcaddr").await;
    let mut at_top = record.clone();
    at_top["agent"] = json!({ "type": "filebeat" });
    let sent = [
        json!({ "log": text, "@timestamp": "2026-03-04T05:06:07.000Z" }),
        json!({ "event": { "original": text } }),
        at_top,
        json!({ "message": "{broken" }),
        json!({ "message": "something else", "a": 1 }),
    ];
    let made = through(engine, &sent).await;
    for made in &made[..2] {
        assert_same(engine, made, &expected);
    }
    assert_eq!(made[0]["_source"]["event"]["created"], "2026-03-04T05:06:07.000Z");
    assert_eq!(made[2]["_id"], json!(id));
    assert_eq!(made[2]["_source"]["agent"]["type"], "filebeat", "what is the shipper's stays");
    let mut without = expected.clone();
    without["event"].as_object_mut().unwrap().remove("original");
    without["agent"] = json!({ "type": "filebeat" });
    assert_same(engine, &made[2], &without);
    assert_eq!(made[3]["_source"]["event"]["original"], "{broken");
    assert_eq!(made[3]["_source"]["event"]["kind"], "pipeline_error");
    assert!(made[3]["_source"]["error"]["message"].is_string(), "{}", made[3]);
    assert_eq!(made[4]["_source"]["message"], "something else");
}

async fn lines_of_flow_logs_become_the_same_documents(engine: &Engine) {
    let ecs = ecs_of(engine).await;
    let has_id = has(engine, "community_id").await;
    let expected = |names: &str, line: &str, has_id: bool| {
        let mut document = flow_logs::document_of(&ecs, names, line);
        let id = document["network"].as_object_mut().unwrap().remove("community_id");
        if let Some(id) = id.filter(|_| has_id) {
            document["network"]["community_id"] = id;
        }
        document
    };
    for version in [2, 3, 5, 8, 10] {
        let (names, line) = flow_logs::of_version(version);
        install(engine, &names).await;
        let sent = [json!({ "message": line }), json!({ "message": names })];
        let made = through(engine, &sent).await;
        assert_same(engine, &made[0], &expected(&names, &line, has_id));
        assert!(made[1].is_null(), "the line of the names is no flow: {}", made[1]);
    }
    let names = "protocol srcaddr dstaddr srcport dstport end";
    install(engine, names).await;
    let lines = FLOWS.map(|flow| format!("{flow} 1769997660"));
    let sent = lines.each_ref().map(|line| json!({ "message": line }));
    for (number, (made, line)) in through(engine, &sent).await.iter().zip(&lines).enumerate() {
        let expected = expected(names, line, has_id && number < 4);
        assert_eq!(fields(&expected).contains_key(COMMUNITY_ID), has_id && number < 4, "{line}");
        assert_same(engine, made, &expected);
    }
}
