//! Documents that an index of somebody else's making refuses, on real engines: what they become,
//! what is learned from them, and what is left when nothing helps.
//!
//! An index that is there before a run is adapted to. So somebody else's template, which wins over
//! trailhaul's, makes the index here, and its shape is found out by refusals alone.

use std::path::PathBuf;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use trailhaul::demo::generator;

use crate::support::{
    aws::{assert_loaded, one_region, readable, simulate},
    engines::{Engine, on_every_engine},
    files::{covered, dead_events, documents},
    run::{Finished, Trailhaul},
    unique,
};

/// An index of its own, with files of its own.
struct Job {
    engine: Engine,
    index: String,
    folder: tempfile::TempDir,
}

impl Job {
    fn new(engine: Engine) -> Self {
        Self { engine, index: unique("cloudtrail"), folder: tempfile::tempdir().unwrap() }
    }

    /// An index that is there before trailhaul and its template are.
    async fn index(&self, body: &Value) {
        self.engine.put(&self.index, body).await.expect_ok();
    }

    /// An index that will be made by somebody else's template.
    async fn template(&self, body: &Value) {
        let body = json!({ "index_patterns": [self.index], "priority": 9000, "template": body });
        self.engine.put(&self.theirs(), &body).await.expect_ok();
    }

    fn theirs(&self) -> String {
        format!("_index_template/{}-theirs", self.index)
    }

    /// Takes the index away, so that the template makes it anew.
    async fn begin_anew(&self) {
        self.engine.request(Method::DELETE, &self.index, String::new()).await.expect_ok();
    }

    async fn end(self) {
        self.engine.delete(&self.index).await;
        // Refused where there is none.
        self.engine.request(Method::DELETE, &self.theirs(), String::new()).await;
    }

    async fn load(&self, records: &[Value], options: &[&str]) -> Finished {
        let file = self.folder.path().join("records.ndjson");
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(&file, lines.join("\n")).unwrap();
        let load = Trailhaul::load().from(&file).to(&self.engine.url);
        let run = load
            .state(self.folder.path().join("state.json"))
            .args(["--json", "--index", &self.index])
            .args(options)
            .run()
            .await;
        run.assert_balanced();
        run
    }

    fn learned(&self) -> PathBuf {
        self.folder.path().join("state.learned.toml")
    }

    fn letters(&self) -> PathBuf {
        self.folder.path().join("state.dead-letters.ndjson")
    }

    async fn document(&self, id: &str) -> Value {
        self.engine.get(&format!("{}/_doc/{id}", self.index)).await.expect_ok()["_source"].take()
    }

    /// Makes what was written visible to a query.
    async fn refresh(&self) {
        self.engine.get(&format!("{}/_refresh", self.index)).await.expect_ok();
    }

    async fn assert_found(&self, query: &Value, id: &str) {
        let answer = self
            .engine
            .post(&format!("{}/_search", self.index), &json!({ "query": query }))
            .await
            .expect_ok();
        let hits = answer["hits"]["hits"].as_array().unwrap();
        let ids: Vec<_> = hits.iter().map(|hit| &hit["_id"]).collect();
        assert_eq!(ids, [id], "{}: {query}", self.engine.name);
    }

    fn assert_counts(&self, run: &Finished, code: i32, counts: [u64; 4]) {
        let found = ["read", "created", "repaired", "rejected"].map(|name| run.total(name));
        assert_eq!((run.code, found), (Some(code), counts), "{}: {run}", self.engine.name);
    }
}

fn record(id: &str, request: &Value) -> Value {
    json!({
        "eventVersion": "1.08", "eventID": id, "eventTime": "2026-02-03T04:05:06Z",
        "eventSource": "ec2.amazonaws.com", "eventName": "Example", "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli/2.0", "requestParameters": request,
    })
}

/// A mapping that has an object where events have text, text and a number where they have objects,
/// a date where they have words, and a scalar of the first level as an object.
fn conflicting_mapping() -> Value {
    json!({ "mappings": { "properties": {
        "userAgent": { "properties": { "name": { "type": "keyword" } } },
        "requestParameters": { "properties": {
            "instanceType": { "properties": { "inner": { "type": "keyword" } } },
            "groupSet": { "type": "keyword" },
            "monitoring": { "type": "long" },
            "startTime": { "type": "date" },
            "filterSet": { "properties": { "items": { "properties": {
                "name": { "type": "keyword" }, "valueSet": { "type": "keyword" },
            } } } },
        } },
    } } })
}

fn conflicting(number: u32) -> Value {
    let id = |what: &str| format!("{what}-{number}");
    let word = format!("word{number}");
    let groups = |id: &str| json!({ "items": [{ "groupId": id }] });
    let values = json!({ "items": [{ "value": word }] });
    let filters = json!({ "items": [{ "name": "x" }, { "name": "y", "valueSet": values }] });
    json!([
        record(&id("object"), &json!({ "groupSet": groups(&word) })),
        record(&id("text"), &json!({ "instanceType": word })),
        record(&id("number"), &json!({ "monitoring": { "enabled": word } })),
        record(&id("date"), &json!({ "startTime": word, "imageId": "beside" })),
        record(&id("list"), &json!({ "filterSet": filters })),
        record(
            &id("all"),
            &json!({ "groupSet": groups("z"), "instanceType": "z", "startTime": "z" })
        ),
    ])
}

async fn learns(engine: Engine) {
    let job = Job::new(engine);
    job.template(&conflicting_mapping()).await;
    let first = conflicting(1);
    let run = job.load(first.as_array().unwrap(), &[]).await;
    job.assert_counts(&run, 0, [6, 6, 6, 0]);
    assert!(!job.letters().exists(), "{run}");
    let learned = std::fs::read_to_string(job.learned()).unwrap();
    assert_eq!(learned.matches("[[rule]]").count(), 6, "{learned}");
    for row in learned.split("[[rule]]").skip(1) {
        assert!(run.stderr.contains(row.trim()), "{row} is not said: {run}");
    }
    job.refresh().await;
    for (what, path) in [
        ("object", "requestParameters_rest.groupSet.items.groupId"),
        ("text", "requestParameters.instanceType_ec2"),
        ("number", "requestParameters_rest.monitoring.enabled"),
        ("date", "requestParameters.startTime_ec2"),
        ("list", "requestParameters_rest.filterSet.items.valueSet.items.value"),
    ] {
        let id = format!("{what}-1");
        let mut found = job.document(&id).await;
        assert_eq!(found["userAgent_ec2"], "aws-cli/2.0", "{found}");
        assert_eq!(found.get("userAgent"), None, "{found}");
        assert_eq!(found.get("trailhaul"), None, "{found}");
        job.assert_found(&json!({ "match": { (path): "word1" } }), &id).await;
        if what == "date" {
            let expected = json!({ "startTime_ec2": "word1", "imageId": "beside" });
            assert_eq!(found["requestParameters"].take(), expected);
        }
    }

    // The index is there now, and what was learned goes with what it has.
    let second = conflicting(2);
    let run = job.load(second.as_array().unwrap(), &[]).await;
    job.assert_counts(&run, 0, [6, 6, 0, 0]);
    assert_eq!(std::fs::read_to_string(job.learned()).unwrap(), learned);
    assert_eq!(job.document("text-2").await["userAgent_ec2"], "aws-cli/2.0");

    // Without repair, and so without what was learned: the old promise.
    job.begin_anew().await;
    let third = conflicting(3);
    let run = job.load(third.as_array().unwrap(), &["--no-repair"]).await;
    job.assert_counts(&run, 4, [6, 0, 0, 6]);
    let mut texts: Vec<_> = third.as_array().unwrap().iter().map(Value::to_string).collect();
    texts.sort();
    assert_eq!(dead_events(&job.letters()), texts);

    // A replay has no state file, and repairs all the same.
    job.begin_anew().await;
    let replay = Trailhaul::subcommand("replay").arg(job.letters()).to(&job.engine.url);
    let run = replay.args(["--index", &job.index]).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stdout.contains("\n6 of the created were refused by the index"), "{run}");
    assert!(run.stdout.contains("6 read = 6 created"), "{run}");
    assert_eq!(std::fs::read_to_string(job.letters()).unwrap(), "");

    // The file of learned rules is one that --rules takes: with it every document fits at once.
    job.begin_anew().await;
    std::fs::rename(job.learned(), job.folder.path().join("mine.toml")).unwrap();
    let mine = job.folder.path().join("mine.toml");
    let fourth = conflicting(4);
    let run = job.load(fourth.as_array().unwrap(), &["--rules", mine.to_str().unwrap()]).await;
    job.assert_counts(&run, 0, [6, 6, 0, 0]);
    job.end().await;
}

#[tokio::test]
async fn a_conflict_with_an_index_is_learned_once_and_known_to_the_next_run() {
    on_every_engine(learns).await;
}

/// A whole account into an index that has four of the fields of every event otherwise.
async fn loads_an_account(engine: Engine) {
    let job = Job::new(engine);
    job.index(&json!({ "mappings": { "properties": {
        "eventVersion": { "properties": { "major": { "type": "long" } } },
        "eventType": { "type": "long" },
        "requestID": { "type": "date" },
        "requestParameters": { "type": "keyword" },
    } } }))
    .await;
    let account = one_region(400);
    let mut events = readable(&account);
    let aws = simulate(account).await;
    let state = job.folder.path().join("state.json");
    let load = || {
        let load = Trailhaul::load().aws(aws.endpoint()).to(&job.engine.url).state(&state);
        load.args(["--json", "--index", &job.index]).run()
    };
    let run = load().await;
    run.assert_balanced();
    job.assert_counts(&run, 0, [400, 400, 0, 0]);
    let said = format!("index {} was shaped by somebody else's mapping: ", job.index);
    assert!(run.stderr.contains(&said), "{run}");
    assert_loaded(&job.engine, &job.index, &events).await;
    let found = job.engine.search_all(&job.index).await;
    let plain = job.folder.path().join("plain.ndjson");
    let to = format!("file:{}", plain.display());
    Trailhaul::load().aws(aws.endpoint()).to(&to).run().await;
    for (id, document) in documents(&plain) {
        assert_eq!(found[&id].get("lookup"), document.get("lookup"), "what no record holds");
    }
    assert!(found.values().all(|found| found.get("trailhaul").is_none()), "nothing is repaired");
    assert!(!covered(&state, "us-east-1").is_empty());

    let new = generator::spread("us-east-1", Timestamp::now().as_second() - 60, 1, 50, 7);
    for event in &new {
        events.insert(event.id().into_owned(), event.text().into_owned());
    }
    assert!(aws.add_events("us-east-1", new));
    let run = load().await;
    run.assert_balanced();
    let known = [run.total("read"), 50, 0, 0];
    job.assert_counts(&run, 0, known);
    assert_loaded(&job.engine, &job.index, &events).await;
    job.end().await;
}

#[tokio::test]
async fn a_whole_account_is_loaded_into_an_index_of_another_mind() {
    on_every_engine(loads_an_account).await;
}

/// What a rule has moved is refused for its shape at its new name.
async fn turns_what_was_moved(engine: Engine) {
    let job = Job::new(engine);
    let mapping = json!({ "properties": { "requestParameters": { "properties": {
        "attribute_ec2": { "properties": { "value": { "type": "keyword" } } },
    } } } });
    job.template(&json!({ "mappings": mapping })).await;
    // Of the second it is known that what has this shape there has a field.
    for (id, repaired, path) in [
        ("first", 1, "requestParameters_rest.attribute"),
        ("second", 0, "requestParameters.attribute_ec2.value"),
    ] {
        let run =
            job.load(&[record(id, &json!({ "attribute": id, "imageId": "beside" }))], &[]).await;
        job.assert_counts(&run, 0, [1, 1, repaired, 0]);
        let found = job.document(id).await;
        assert_eq!(found["requestParameters"]["imageId"], "beside");
        let pointer = format!("/{}", path.replace('.', "/"));
        assert_eq!(found.pointer(&pointer), Some(&json!(id)), "{found}");
        job.refresh().await;
        job.assert_found(&json!({ "match": { (path): id } }), id).await;
    }
    job.end().await;
}

#[tokio::test]
async fn what_a_rule_has_moved_takes_the_shape_that_the_index_has_there() {
    on_every_engine(turns_what_was_moved).await;
}

/// What a rule has moved is refused for its type at its new name, and there is no third one.
async fn makes_text_of_a_section(engine: Engine) {
    let job = Job::new(engine);
    let mapping = json!({ "properties": { "requestParameters": { "properties": {
        "attribute_ec2": { "type": "date" },
    } } } });
    job.template(&json!({ "mappings": mapping })).await;
    let request = json!({ "attribute": "needle", "instanceId": "i-0123456789abcdef0" });
    let run = job.load(&[record("section", &request)], &[]).await;
    job.assert_counts(&run, 0, [1, 1, 1, 0]);
    let found = job.document("section").await;
    let text = found["trailhaul"]["requestParameters_json"].as_str().unwrap();
    let expected = json!({ "attribute_ec2": "needle", "instanceId": "i-0123456789abcdef0" });
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), expected);
    assert_eq!(found["trailhaul"]["repaired"], "text");
    assert_eq!((found.get("requestParameters"), &found["awsRegion"]), (None, &json!("eu-west-1")));
    job.refresh().await;
    let query = json!({ "match": { "trailhaul.requestParameters_json": "needle" } });
    job.assert_found(&query, "section").await;
    job.end().await;
}

#[tokio::test]
async fn what_no_rule_can_mend_becomes_text() {
    on_every_engine(makes_text_of_a_section).await;
}

fn wide(id: &str, fields: usize) -> Value {
    let many: serde_json::Map<_, _> =
        (0..fields).map(|n| (format!("{id}{n}"), json!(format!("{id}value{n}")))).collect();
    let mut record = record(id, &json!({ "instanceId": "i-0123456789abcdef0" }));
    record["responseElements"] = Value::Object(many);
    record
}

/// The index has room for a usual event and not for a wide one.
async fn narrows_what_is_too_wide(engine: Engine) {
    let job = Job::new(engine);
    job.template(&json!({ "settings": { "index.mapping.total_fields.limit": 50 } })).await;
    let run = job.load(&[wide("wide", 60)], &[]).await;
    job.assert_counts(&run, 0, [1, 1, 1, 0]);
    let found = job.document("wide").await;
    let text = found["trailhaul"]["responseElements_json"].as_str().unwrap();
    let original = wide("wide", 60);
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), original["responseElements"]);
    assert_eq!(found["requestParameters"], original["requestParameters"], "the widest alone");
    assert!(!job.learned().exists(), "{run}");
    job.end().await;
}

#[tokio::test]
async fn the_widest_section_becomes_text_where_fields_run_out() {
    on_every_engine(narrows_what_is_too_wide).await;
}

/// The index has the many fields of one section, and no room for the few new ones of another.
async fn narrows_what_is_new(engine: Engine) {
    let job = Job::new(engine);
    let known: serde_json::Map<_, _> =
        (0..60).map(|n| (format!("wide{n}"), json!({ "type": "keyword" }))).collect();
    let known = json!({ "responseElements_rest": { "properties": known } });
    let settings = json!({ "index.mapping.total_fields.limit": 110 });
    job.template(&json!({ "settings": settings, "mappings": { "properties": known } })).await;
    let few: serde_json::Map<_, _> = (0..40).map(|n| (format!("few{n}"), json!(n))).collect();
    let mut both = wide("wide", 60);
    both["requestParameters"] = Value::Object(few);
    let run = job.load(std::slice::from_ref(&both), &[]).await;
    job.assert_counts(&run, 0, [1, 1, 1, 0]);
    let found = job.document("wide").await;
    let text = found["trailhaul"]["requestParameters_json"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), both["requestParameters"]);
    assert_eq!(found["responseElements_rest"], both["responseElements"], "which costs nothing");
    job.end().await;
}

#[tokio::test]
async fn what_is_new_to_the_index_becomes_text_where_fields_run_out() {
    on_every_engine(narrows_what_is_new).await;
}

/// An index of trailhaul's own with room for few fields: what has none is found in the catch-alls.
async fn goes_on_in_a_full_index(engine: Engine) {
    let job = Job::new(engine);
    let records: Vec<Value> = (0..40).map(|n| wide(&format!("w{n}"), 12)).collect();
    let run = job.load(&records, &["--field-limit", "50"]).await;
    job.assert_counts(&run, 0, [40, 40, 0, 0]);
    assert!(run.stderr.contains("--field-limit leaves fields of the rules without"), "{run}");
    assert_eq!(job.engine.count(&job.index).await, 40);
    for (id, found) in job.engine.search_all(&job.index).await {
        let value = format!("{id}value11");
        assert_eq!(found["responseElements_rest"][format!("{id}11")], json!(value), "{found}");
        let rest = "responseElements_rest";
        let query = if found.get(format!("{rest}_terms")).is_some() {
            json!({ "term": { format!("{rest}_terms"): format!("{id}11={value}") } })
        } else {
            json!({ "term": { format!("{rest}.{id}11"): value } })
        };
        job.assert_found(&query, &id).await;
    }
    job.end().await;
}

#[tokio::test]
async fn an_index_with_room_for_few_fields_takes_and_finds_every_document() {
    on_every_engine(goes_on_in_a_full_index).await;
}

/// Somebody made an index with trailhaul's template strict: documents have no path that it lacks.
async fn fits_a_strict_index(engine: Engine) {
    let job = Job::new(engine);
    let run = job.load(&[], &[]).await;
    job.assert_counts(&run, 0, [0, 0, 0, 0]);
    job.index(&json!({ "mappings": { "dynamic": "strict" } })).await;
    let event = record("strict", &json!({ "new": { "field": "needle" } }));
    let run = job.load(std::slice::from_ref(&event), &[]).await;
    job.assert_counts(&run, 0, [1, 1, 0, 0]);
    let found = job.document("strict").await;
    assert_eq!(found["requestParameters_rest"], json!({ "new": { "field": "needle" } }));
    job.end().await;
}

#[tokio::test]
async fn a_strict_index_of_the_template_takes_every_document() {
    on_every_engine(fits_a_strict_index).await;
}

/// A strict index that knows what repairs write, and little else.
async fn gets_the_minimal_document(engine: Engine) {
    let job = Job::new(engine);
    let text = || json!({ "type": "text" });
    let keyword = || json!({ "type": "keyword" });
    let own = json!({ "properties": { "original": text(), "repaired": keyword() } });
    let mut known: serde_json::Map<_, _> =
        ["awsRegion", "errorCode", "eventID", "eventName", "eventSource", "recipientAccountId"]
            .into_iter()
            .map(|name| (name.to_owned(), keyword()))
            .collect();
    for name in ["@timestamp", "eventTime"] {
        known.insert(name.to_owned(), json!({ "type": "date" }));
    }
    known.insert("trailhaul".to_owned(), own);
    job.template(&json!({ "mappings": { "dynamic": "strict", "properties": known } })).await;
    let event = record("strict", &json!({ "new": { "field": "needle" } }));
    let run = job.load(std::slice::from_ref(&event), &[]).await;
    job.assert_counts(&run, 0, [1, 1, 1, 0]);
    let found = job.document("strict").await;
    assert_eq!(found["trailhaul"]["original"], event.to_string());
    assert_eq!(found["trailhaul"]["repaired"], "minimal");
    assert_eq!(found["@timestamp"], "2026-02-03T04:05:06Z");
    job.refresh().await;
    for query in [
        json!({ "term": { "eventName": "Example" } }),
        json!({ "term": { "trailhaul.repaired": "minimal" } }),
        json!({ "match": { "trailhaul.original": "needle" } }),
    ] {
        job.assert_found(&query, "strict").await;
    }
    job.end().await;
}

#[tokio::test]
async fn a_strict_index_of_another_making_gets_the_minimal_document() {
    on_every_engine(gets_the_minimal_document).await;
}

async fn gives_up(engine: Engine) {
    let job = Job::new(engine);
    job.template(&json!({ "mappings": { "dynamic": "strict" } })).await;
    let event = record("hopeless", &json!({ "x": 1 }));
    let run = job.load(std::slice::from_ref(&event), &[]).await;
    job.assert_counts(&run, 4, [1, 0, 0, 1]);
    assert_eq!(dead_events(&job.letters()), [event.to_string()]);
    let letter: Value =
        serde_json::from_str(std::fs::read_to_string(job.letters()).unwrap().trim()).unwrap();
    assert_eq!(letter["path"], "@timestamp", "of the document as it was meant to be: {letter}");
    assert!(!job.learned().exists(), "{run}");
    assert_eq!(job.engine.count(&job.index).await, 0);
    job.end().await;
}

#[tokio::test]
async fn what_no_form_saves_is_a_dead_letter() {
    on_every_engine(gives_up).await;
}

#[tokio::test]
async fn a_damaged_file_of_learned_rules_is_named_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (state, learned) =
        (folder.path().join("state.json"), folder.path().join("state.learned.toml"));
    let damaged = "[[rule]]\npath = \"a.b\"\nkeeps = \"obj";
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(&learned, damaged).unwrap();
    let load = || {
        let to = format!("file:{}", folder.path().join("out.ndjson").display());
        Trailhaul::load().from("-").to(&to).state(&state).arg("--json")
    };
    let run = load().run().await;
    assert_eq!(run.code, Some(7), "{run}");
    for part in ["state.learned.toml", "line 3", "move the file away"] {
        assert!(run.stderr.contains(part), "{part} is not said: {run}");
    }
    assert_eq!(std::fs::read_to_string(&learned).unwrap(), damaged);
    let run = load().env("TRAILHAUL_NO_REPAIR", "1").run().await;
    assert_eq!(run.code, Some(0), "{run}");
}
