//! The exact answers of Elasticsearch 7.10 to 9.5 and OpenSearch 1.3 to 3.8, and what they mean.

mod faults;
mod items;
mod passing;
mod whole;

use serde_json::{Value, json};
use trailhaul::event::{Document, Rejection};
use trailhaul::sink::Refusal;
use trailhaul::sink::verdict::{Decision, Outcome, Reply, interpret};

use crate::fake_cluster::documents;

fn read(status: u16, body: &str, sent: usize, plain_bytes: usize) -> Outcome {
    let documents = documents(sent, 9);
    let documents: Vec<&Document> = documents.iter().collect();
    interpret(&Reply { status, body: body.into(), ..Reply::default() }, &documents, plain_bytes)
}

fn one(item: &Value) -> Outcome {
    read(200, &json!({"took": 1, "errors": true, "items": [{"create": item}]}).to_string(), 1, 100)
}

fn error(status: u16, kind: &str, reason: &str) -> Value {
    json!({"_index": "i", "_type": "_doc", "_id": "0", "status": status,
        "error": {"type": kind, "reason": reason, "index": "i", "shard": "0", "index_uuid": "x"}})
}

fn decision(item: &Value) -> Decision {
    match one(item) {
        Outcome::Items(mut decisions) if decisions.len() == 1 => decisions.remove(0),
        other => panic!("{item}: {other:?}"),
    }
}

fn rejection(item: &Value) -> Rejection {
    match decision(item) {
        Decision::Rejected(rejection) => rejection,
        other => panic!("{item}: {other:?}"),
    }
}
