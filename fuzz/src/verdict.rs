//! Answers to bulk requests: one decision for each document, or one for all, and no success that the
//! answer does not say.

use std::sync::Arc;

use trailhaul::{
    event::{Document, Ticket},
    json,
    limits::REASON_CHARS,
    sink::verdict::{Decision, Outcome, Reply, interpret},
};

/// Statuses that mean something of their own, and some that do not.
const STATUSES: [u16; 16] =
    [200, 201, 204, 301, 400, 401, 403, 404, 408, 409, 413, 429, 500, 501, 503, 999];

/// Reads the bytes as an answer: its status and the number of documents, then its body.
pub fn check(bytes: &[u8]) {
    let [head, body @ ..] = bytes else { return };
    let status = STATUSES[usize::from(head & 15)];
    let documents: Vec<Document> = (0..usize::from(head >> 4 & 3)).map(document).collect();
    let sent: Vec<&Document> = documents.iter().collect();
    let reply = Reply { status, body: body.to_vec(), ..Reply::default() };
    let plain_bytes = if head & 64 == 0 { 100 } else { 100 << 20 };
    match interpret(&reply, &sent, plain_bytes) {
        Outcome::Items(decisions) => {
            assert!((200..300).contains(&status), "decided by a status of {status}");
            assert_eq!(decisions.len(), sent.len());
            for (at, decision) in decisions.iter().enumerate() {
                is_said(body, at, decision);
            }
        }
        Outcome::Split(rejection) => is_printable(&rejection.reason),
        Outcome::Retry { reason, .. } => assert!(!reason.is_empty()),
        Outcome::Refused(refusal) => is_printable(&refusal.to_string()),
    }
}

/// Looks in the answer itself for what was decided of the document at a position.
fn is_said(body: &[u8], at: usize, decision: &Decision) {
    // What nothing is decided by need be neither UTF-8 nor whole surrogate pairs.
    let answer = json::parse(&String::from_utf8_lossy(body)).expect("an answer is JSON");
    let entry = answer["items"][at].as_object().expect("an item");
    let item = entry.values().next().expect("an operation");
    let status = item["status"].as_u64().expect("a status");
    if let Some(id) = item["_id"].as_str() {
        assert_eq!(id, at.to_string(), "the decision is of another document");
    }
    match decision {
        Decision::Created => {
            assert!((200..300).contains(&status), "created by {status}");
            assert!(item["error"].is_null() && item["result"] != "noop", "{item}");
            assert_ne!(item["failure_store"], "used");
        }
        Decision::Exists => assert_eq!(status, 409),
        Decision::Rejected(rejection) | Decision::Retry(rejection) => {
            assert_eq!(u64::from(rejection.status), status);
            is_printable(&rejection.reason);
        }
    }
}

/// One line, of a length that a log takes, and without the head of a request.
fn is_printable(reason: &str) {
    assert!(!reason.contains(['\n', '\r']), "{reason:?}");
    // What a refusal says around the engine's words is shorter than this.
    assert!(reason.chars().count() <= REASON_CHARS + 500, "{} characters", reason.chars().count());
    assert!(!reason.to_ascii_lowercase().contains("authorization:"), "{reason}");
}

fn document(number: usize) -> Document {
    Document {
        lookup: None,
        id: number.to_string(),
        index: Arc::from("cloudtrail-2026.01"),
        body: "{}".to_owned(),
        verbatim: Arc::from("{}"),
        flow: None,
        ticket: Ticket { region: 0, page: 0 },
    }
}
