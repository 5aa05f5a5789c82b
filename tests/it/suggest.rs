//! `trailhaul rules suggest`, as it is run: what it reads, what it says, and what its rows do to a load.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{
    engines::engines,
    run::{Finished, Trailhaul},
    unique,
};

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::File::create(&path).unwrap().write_all(text.as_ref()).unwrap();
    path
}

fn record(id: &str, service: &str, request: &Value) -> Value {
    json!({
        "eventVersion": "1.08", "eventID": id, "eventTime": "2026-02-03T04:05:06Z",
        "eventSource": format!("{service}.amazonaws.com"), "eventName": "Example",
        "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli/2.0",
        "requestParameters": request,
    })
}

fn lines(records: &[Value]) -> String {
    records.iter().flat_map(|record| [record.to_string(), "\n".to_owned()]).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

async fn suggest(files: &[&Path]) -> Finished {
    Trailhaul::subcommand("rules").arg("suggest").args(files).run().await
}

fn records() -> Vec<Value> {
    vec![
        record("1", "aservice", &json!({ "thing": { "name": "a" } })),
        record("2", "bservice", &json!({ "thing": { "name": "b" } })),
        record("3", "zservice", &json!({ "thing": "c" })),
    ]
}

/// The answer of a foreign index, as `curl` prints it: on many lines, with two indices in it.
fn answer() -> String {
    let fields = json!({ "mappings": { "properties": { "userAgent": { "type": "object" } } } });
    serde_json::to_string_pretty(&json!({ "one": fields, "two": fields })).unwrap()
}

/// The dead letter of a record that an index has refused.
fn letter(record: &Value) -> Value {
    json!({
        "version": 1, "time": "2026-02-03T04:05:07Z", "id": record["eventID"], "index": "other",
        "region": "eu-west-1", "status": 400, "kind": "mapper_parsing_exception",
        "reason": "object mapping for [awsRegion] tried to parse field [awsRegion] as object, but found a concrete value",
        "path": "awsRegion", "event": record.to_string(),
    })
}

#[tokio::test]
async fn every_form_of_the_same_events_gives_the_same_rows_which_rules_takes() {
    let folder = tempfile::tempdir().unwrap();
    let records = records();
    let looked: Vec<Value> = records
        .iter()
        .map(
            |record| json!({ "EventId": record["eventID"], "CloudTrailEvent": record.to_string() }),
        )
        .collect();
    let plain = write(folder.path(), "plain.ndjson", lines(&records));
    let first = suggest(&[&plain]).await;
    assert_eq!(first.code, Some(0), "{first}");
    assert!(first.stdout.contains("path = \"requestParameters.thing\""), "{first}");
    for form in [
        json!({ "Records": records }).to_string().into_bytes(),
        json!({ "Events": looked }).to_string().into_bytes(),
        gzip(&lines(&records)),
    ] {
        let file = write(folder.path(), "form", form);
        assert_eq!(suggest(&[&file]).await.stdout, first.stdout);
    }
    let piped = Trailhaul::subcommand("rules").args(["suggest", "-"]).stdin(&lines(&records));
    assert_eq!(piped.run().await.stdout, first.stdout);

    let rows = write(folder.path(), "rows.toml", &first.stdout);
    let test = Trailhaul::subcommand("rules").arg("test").arg(&plain).arg("--rules").arg(&rows);
    let test = test.run().await;
    assert_eq!(test.code, Some(0), "{test}");
    assert!(test.stdout.contains("after   thing_zservice: \"c\""), "{test}");

    let again = Trailhaul::subcommand("rules").arg("suggest").arg(&plain).arg("--rules").arg(&rows);
    let again = again.run().await;
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), ""), "{again}");
    assert!(again.stderr.contains("nothing to propose"), "{again}");
    assert!(first.stderr.contains("2 paths of these events stand in catch-alls"), "{first}");
    assert!(!again.stderr.contains("catch-alls"), "{again}");
}

#[tokio::test]
async fn what_a_file_is_its_content_says_and_what_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = write(folder.path(), "mapping.json", answer());
    let run = suggest(&[&mapping]).await;
    assert!(run.stdout.contains("an object in the index one and 1 more"), "{run}");
    let records = records();
    let letters =
        write(folder.path(), "letters", lines(&[letter(&records[0]), letter(&records[2])]));
    let run = suggest(&[&letters]).await;
    assert_eq!(run.code, Some(0), "{run}");
    for part in
        ["path = \"awsRegion\"", "services = [\"zservice\"]", "path = \"requestParameters.thing\""]
    {
        assert!(run.stdout.contains(part), "{part}: {run}");
    }
    let both = suggest(&[&mapping, &letters]).await;
    assert!(both.stdout.contains("userAgent") && both.stdout.contains("awsRegion"), "{both}");

    for (name, text) in
        [("neither.json", "{\"a\": 1}\n[2]\n"), ("empty.json", ""), ("words", "a b\n")]
    {
        let run = suggest(&[&mapping, &write(folder.path(), name, text)]).await;
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run}");
        assert!(run.stderr.contains(name), "{run}");
    }
    let run = suggest(&[Path::new("no-such.json")]).await;
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run}");
    assert!(run.stderr.contains("no-such.json"), "{run}");

    let some = write(folder.path(), "some.ndjson", lines(&records) + "{\"a\": 1}\n");
    let run = suggest(&[&some]).await;
    assert_eq!(run.code, Some(4), "{run}");
    assert!(run.stdout.contains("[[rule]]") && run.stderr.contains("1 of 4"), "{run}");
}

/// An index of somebody else's: objects where events have text, text where they have objects, a number
/// where they have words.
fn foreign() -> Value {
    json!({ "mappings": { "properties": {
        "userAgent": { "properties": { "name": { "type": "keyword" } } },
        "tlsDetails": { "type": "keyword" },
        "requestParameters": { "properties": {
            "thing": { "type": "keyword" }, "count": { "type": "long" },
        } },
    } } })
}

#[tokio::test]
async fn events_that_an_index_refuses_load_unrepaired_with_the_rows_that_its_mapping_suggests() {
    let Some(engine) = engines().into_iter().find(|engine| engine.name == "opensearch-3") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let records: Vec<Value> = [
        json!({ "thing": { "name": "a" } }),
        json!({ "thing": "b" }),
        json!({ "count": "many" }),
        json!({ "count": 7 }),
    ]
    .iter()
    .zip(["1", "2", "3", "4"])
    .map(|(request, id)| {
        let mut record = record(id, "aservice", request);
        record["tlsDetails"] = json!({ "tlsVersion": "TLSv1.3" });
        record
    })
    .collect();
    let events = write(folder.path(), "records.ndjson", lines(&records));
    let load = async |index: &str, options: &[&str]| {
        // To an index that is there, documents are fitted without rules.
        let theirs = json!({ "index_patterns": [index], "priority": 9000, "template": foreign() });
        engine.put(&format!("_index_template/{index}"), &theirs).await.expect_ok();
        let state = folder.path().join(format!("{index}.json"));
        let run = Trailhaul::load().from(&events).to(&engine.url).state(state);
        let run = run.args(["--json", "--index", index]).args(options).run().await;
        run.assert_balanced();
        run
    };
    let (without, with) = (unique("suggest-without"), unique("suggest-with"));
    let refused = load(&without, &["--no-repair"]).await;
    assert_eq!(refused.total("rejected"), 4, "{refused}");

    let mapping = engine.get(&format!("{without}/_mapping")).await.expect_ok();
    let mapping = write(folder.path(), "mapping.json", mapping.to_string());
    let run = suggest(&[&mapping, &events]).await;
    assert_eq!(run.code, Some(0), "{run}");
    let rows = write(folder.path(), "rows.toml", &run.stdout);
    let run = load(&with, &["--rules", rows.to_str().unwrap()]).await;
    let found = ["created", "repaired", "rejected"].map(|name| run.total(name));
    assert_eq!((run.code, found), (Some(0), [4, 0, 0]), "{run}");
    for index in [&without, &with] {
        engine.delete(index).await;
        let theirs = format!("_index_template/{index}");
        engine.request(reqwest::Method::DELETE, &theirs, String::new()).await.expect_ok();
    }
}
