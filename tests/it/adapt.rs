//! Indices that are there before a run, of somebody else's making or of an older version's, on real
//! engines: every document is taken as it is first sent, and found.

use serde_json::{Value, json};

use crate::support::{
    aws::{one_region, readable, simulate},
    engines::{Engine, on_every_engine},
    run::{Finished, Trailhaul},
    unique,
};

struct Job {
    engine: Engine,
    index: String,
}

impl Job {
    /// An index that is there before.
    async fn new(engine: Engine, body: &Value) -> Self {
        let index = unique("cloudtrail");
        engine.put(&index, body).await.expect_ok();
        Self { engine, index }
    }

    async fn load(&self, records: &[Value], options: &[&str]) -> Finished {
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        let load = Trailhaul::load().from("-").stdin(&lines.join("\n")).to(&self.engine.url);
        let run = load.args(["--json", "--index", &self.index]).args(options).run().await;
        run.assert_balanced();
        run
    }

    /// A whole account; nothing of it is refused, not even at first.
    async fn load_account(&self) -> Finished {
        self.load_account_in("typed").await
    }

    async fn load_account_in(&self, layout: &str) -> Finished {
        let account = one_region(300);
        let events = readable(&account);
        let aws = simulate(account).await;
        let load = Trailhaul::load().aws(aws.endpoint()).to(&self.engine.url);
        let load = load.args(["--json", "--index", &self.index, "--layout", layout]);
        let run = load.run().await;
        self.assert_counts(&run, [300, 300, 0, 0]);
        let found = self.engine.search_all(&self.index).await;
        assert!(found.keys().eq(events.keys()), "{}: each of them, once", self.engine.name);
        assert!(found.values().all(|found| found["trailhaul"].get("repaired").is_none()));
        run
    }

    fn assert_counts(&self, run: &Finished, counts: [u64; 4]) {
        let found = ["read", "created", "repaired", "rejected"].map(|name| run.total(name));
        assert_eq!((run.code, found), (Some(0), counts), "{}: {run}", self.engine.name);
    }

    fn assert_says(&self, run: &Finished, words: &[&str]) {
        for word in words {
            assert!(run.stderr.contains(word), "{}: no {word:?}: {run}", self.engine.name);
        }
        let line = run.stderr.lines().find(|line| line.contains("mapping")).unwrap_or_default();
        println!("{}: {line}", self.engine.name);
    }

    async fn mapping(&self) -> Value {
        let mut answer = self.engine.get(&format!("{}/_mapping", self.index)).await.expect_ok();
        answer[&self.index]["mappings"].take()
    }

    async fn document(&self, id: &str) -> Value {
        self.engine.get(&format!("{}/_doc/{id}", self.index)).await.expect_ok()["_source"].take()
    }

    /// By a field of its own, or through a catch-all.
    async fn assert_found(&self, path: &str, value: &str, id: &str) {
        self.engine.count(&self.index).await;
        let (root, inner) = path.split_once('.').unwrap_or((path, ""));
        let terms = format!("{root}_terms");
        let query = if self.mapping().await["properties"].get(&terms).is_some() {
            json!({ "term": { terms: format!("{inner}={value}") } })
        } else {
            json!({ "term": { path: value } })
        };
        let path = format!("{}/_search", self.index);
        let answer = self.engine.post(&path, &json!({ "query": query })).await.expect_ok();
        let hits = answer["hits"]["hits"].as_array().unwrap();
        let ids: Vec<_> = hits.iter().map(|hit| &hit["_id"]).collect();
        assert_eq!(ids, [id], "{}: {query}", self.engine.name);
    }

    async fn end(self) {
        self.engine.delete(&self.index).await;
    }
}

fn record(id: &str, request: &Value) -> Value {
    json!({
        "eventVersion": "1.08", "eventID": id, "eventTime": "2026-02-03T04:05:06Z",
        "eventSource": "ec2.amazonaws.com", "eventName": "Example", "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli/2.0", "requestParameters": request,
    })
}

/// Types that some values fit, and most do not.
async fn fits_types(engine: Engine) {
    let job = Job::new(
        engine,
        &json!({ "mappings": { "properties": {
        "eventVersion": { "type": "double" },
        "eventID": { "type": "keyword" },
        "eventType": { "type": "long" },
        "sourceIPAddress": { "type": "ip" },
        "userAgent": { "type": "text", "fields": { "raw": { "type": "keyword" } } },
        "errorCode": { "type": "boolean" },
        "userIdentity": { "properties": {
            "accountId": { "type": "long" }, "sessionContext": { "type": "nested" },
        } },
        "requestParameters": { "properties": {
            "startTime": { "type": "date" }, "maxResults": { "type": "byte" },
            "instanceType": { "properties": { "value": { "type": "keyword" } } },
        } },
        "responseElements": { "type": "keyword" },
        "resources": { "type": "nested", "properties": { "ARN": { "type": "keyword" } } },
    } } }),
    )
    .await;
    let run = job.load_account().await;
    job.assert_says(
        &run,
        &["was shaped by somebody else's mapping: ", " differ from the rule table"],
    );

    let ids = ["fits", "not"];
    let fits = json!({ "startTime": "2026-01-02T03:04:05Z", "maxResults": 7 });
    let mut not = record(
        ids[1],
        &json!({
            "startTime": "Jan 2, 2026", "maxResults": 700, "instanceType": "m5.large",
        }),
    );
    not["sourceIPAddress"] = json!("ec2.amazonaws.com");
    not["errorCode"] = json!("AccessDenied");
    not["userAgent"] = json!("x".repeat(40_000));
    let run = job.load(&[record(ids[0], &fits), not], &[]).await;
    job.assert_counts(&run, [2, 2, 0, 0]);
    let found = job.document(ids[0]).await;
    assert_eq!(
        (&found["requestParameters"], &found["sourceIPAddress"]),
        (&fits, &json!("192.0.2.7"))
    );
    let found = job.document(ids[1]).await;
    let rest = json!({ "startTime": "Jan 2, 2026", "maxResults": 700, "instanceType": "m5.large" });
    assert_eq!(found["requestParameters_rest"], rest);
    assert_eq!(found["record_rest"]["errorCode"], "AccessDenied");
    assert_eq!(found["record_rest"]["sourceIPAddress"], "ec2.amazonaws.com");
    job.assert_found("requestParameters_rest.startTime", "Jan 2, 2026", ids[1]).await;
    job.assert_found("requestParameters_rest.instanceType", "m5.large", ids[1]).await;
    job.end().await;
}

#[tokio::test]
async fn values_that_a_type_does_not_take_stand_in_the_catch_all() {
    on_every_engine(fits_types).await;
}

/// As an earlier template had it: what arrives becomes a field, and there is no catch-all.
async fn completes_an_older_one(engine: Engine) {
    let keyword = json!({ "type": "keyword", "ignore_above": 8191 });
    let job = Job::new(
        engine,
        &json!({
            "settings": { "index.mapping.total_fields.limit": 5000 },
            "mappings": {
                "dynamic": true, "date_detection": false, "_meta": { "managed_by": "trailhaul" },
                "dynamic_templates": [
                    { "strings": { "match_mapping_type": "string", "mapping": keyword } },
                ],
                "properties": {
                    "@timestamp": { "type": "date" }, "eventName": keyword,
                    "requestParameters": { "properties": {
                        "bucketName": { "properties": { "value": keyword } }, "imageId": keyword,
                    } },
                    "responseElements": { "properties": { "description": keyword } },
                    "trailhaul": { "properties": { "repaired": keyword } },
                },
            },
        }),
    )
    .await;
    let run = job.load_account().await;
    job.assert_says(&run, &["has an older mapping of trailhaul's: ", "fields were added to it"]);
    assert_eq!(job.mapping().await["dynamic"], "false");
    let event = record("older", &json!({ "imageId": "ami-1", "bucketName": "b", "new": "needle" }));
    let before = count(&job.mapping().await["properties"]);
    let run = job.load(&[event], &[]).await;
    job.assert_counts(&run, [1, 1, 0, 0]);
    assert!(!run.stderr.contains("fields were added"), "all at once: {run}");
    assert_eq!(count(&job.mapping().await["properties"]), before);
    let found = job.document("older").await;
    assert_eq!(found["requestParameters"], json!({ "imageId": "ami-1" }));
    let rest = json!({ "bucketName": "b", "new": "needle" });
    assert_eq!(found["requestParameters_rest"], rest);
    job.assert_found("requestParameters_rest.new", "needle", "older").await;
    job.end().await;
}

#[tokio::test]
async fn an_older_index_of_ours_is_completed() {
    on_every_engine(completes_an_older_one).await;
}

fn count(properties: &Value) -> usize {
    let fields = properties.as_object().into_iter().flatten();
    fields.map(|(_, field)| 1 + count(&field["properties"]) + count(&field["fields"])).sum()
}

async fn fits_a_strict_one(engine: Engine) {
    let job = Job::new(
        engine,
        &json!({ "mappings": { "dynamic": "strict", "properties": {
        "requestParameters": { "dynamic": "strict", "properties": { "name": { "type": "text" } } },
    } } }),
    )
    .await;
    let run = job.load_account().await;
    job.assert_says(&run, &["was shaped by somebody else's mapping: "]);
    assert_eq!(job.mapping().await["dynamic"], "strict", "it is not ours to change");
    job.end().await;
}

#[tokio::test]
async fn a_strict_index_of_somebody_elses_takes_every_document() {
    on_every_engine(fits_a_strict_one).await;
}

/// Neither one that refuses what it has no field for, nor one that would make fields of it.
async fn is_given_the_fields_of_ecs(engine: Engine) {
    for dynamic in ["strict", "true"] {
        let properties = json!({ "event": { "properties": { "action": { "type": "text" } } } });
        let body = json!({ "mappings": { "dynamic": dynamic, "properties": properties } });
        let job = Job::new(engine.clone(), &body).await;
        let run = job.load_account_in("ecs").await;
        job.assert_says(&run, &["fields of the ecs layout were added"]);
        let fields = job.mapping().await["properties"].take();
        assert_eq!(fields["event"]["properties"]["action"], json!({ "type": "text" }));
        assert_eq!(fields["source"]["properties"]["ip"]["type"], "ip");
        job.end().await;
    }
}

#[tokio::test]
async fn an_index_of_somebody_elses_is_given_the_fields_of_ecs() {
    on_every_engine(is_given_the_fields_of_ecs).await;
}

/// Room for the catch-all of all, and its list; room for nothing, where what is no field is kept.
async fn goes_into_a_full_one(engine: Engine) {
    let body = |dynamic: &str, limit: u32| {
        let properties = json!({ "eventName": { "type": "keyword" } });
        json!({
            "settings": { "index.mapping.total_fields.limit": limit },
            "mappings": { "dynamic": dynamic, "properties": properties },
        })
    };
    for dynamic in ["true", "strict"] {
        let job = Job::new(engine.clone(), &body(dynamic, 3)).await;
        let run = job.load_account().await;
        job.assert_says(&run, &["go to the catch-alls"]);
        let run = job.load(&[record("full", &json!({ "new": "needle" }))], &[]).await;
        job.assert_counts(&run, [1, 1, 0, 0]);
        assert_eq!(job.document("full").await["eventName"], "Example");
        job.assert_found("record_rest.requestParameters.new", "needle", "full").await;
        job.end().await;
    }
    let job = Job::new(engine, &body("false", 1)).await;
    let run = job.load_account().await;
    job.assert_says(
        &run,
        &["cannot be searched for", "/_settings {\"index.mapping.total_fields.limit\""],
    );
    let event = record("kept", &json!({ "new": "kept" }));
    let run = job.load(std::slice::from_ref(&event), &[]).await;
    job.assert_counts(&run, [1, 1, 0, 0]);
    assert_eq!(job.document("kept").await["requestParameters_rest"], event["requestParameters"]);
    job.end().await;
}

#[tokio::test]
async fn a_full_index_takes_every_document() {
    on_every_engine(goes_into_a_full_one).await;
}

/// Documents go by the name of an alias, or of a data stream, and the index behind it has another.
async fn goes_through_a_name(engine: Engine) {
    let mapping = json!({ "properties": {
        "@timestamp": { "type": "date" }, "eventName": { "properties": { "a": { "type": "keyword" } } },
    } });
    let (name, behind) = (unique("cloudtrail"), unique("theirs"));
    let aliases = json!({ (name.as_str()): { "is_write_index": true } });
    let older =
        json!({ "mappings": {}, "aliases": { (name.as_str()): { "is_write_index": false } } });
    engine.put(&format!("{behind}-1"), &older).await.expect_ok();
    let body = json!({ "mappings": mapping, "aliases": aliases });
    engine.put(&format!("{behind}-2"), &body).await.expect_ok();
    let job = Job { engine: engine.clone(), index: name };
    let run = job.load(&[record("alias", &json!({ "a": 1 }))], &[]).await;
    job.assert_counts(&run, [1, 1, 0, 0]);
    job.assert_says(&run, &[&format!("index {behind}-2 was shaped by")]);
    engine.delete(&format!("{behind}-*")).await;

    let stream = unique("cloudtrail");
    let template = json!({ "index_patterns": [stream], "priority": 9000, "data_stream": {},
        "template": { "mappings": mapping } });
    let put = engine.put(&format!("_index_template/{stream}-theirs"), &template).await;
    if put.status != 200 {
        assert_eq!(engine.name, "elasticsearch-7.10", "{}", put.text);
        return;
    }
    let path = format!("_data_stream/{stream}");
    engine.request(reqwest::Method::PUT, &path, String::new()).await.expect_ok();
    let job = Job { engine: engine.clone(), index: stream.clone() };
    let run = job.load(&[record("stream", &json!({ "a": 1 }))], &[]).await;
    job.assert_counts(&run, [1, 1, 0, 0]);
    job.assert_says(&run, &["was shaped by somebody else's mapping"]);
    let found = engine.search_all(&stream).await;
    assert_eq!(found["stream"]["record_rest"]["eventName"], "Example", "{found:?}");
    job.end().await;
    let theirs = format!("_index_template/{stream}-theirs");
    engine.request(reqwest::Method::DELETE, &theirs, String::new()).await.expect_ok();
}

#[tokio::test]
async fn an_alias_and_a_data_stream_have_the_mapping_of_what_is_behind_them() {
    on_every_engine(goes_through_a_name).await;
}
