//! From the answer of a bulk request to what is done next.
//!
//! Pure: no I/O, no clock. A status decides first, then the reason, down the chain of causes, then the
//! error type. What cannot be read or does not match the request one to one decides nothing: the
//! whole batch is sent again, which the ids make harmless. Nothing is ever taken for a success
//! because it could not be understood.

use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use serde::Deserialize;

use crate::event::{Document, Rejection};
use crate::patterns::compile;
use crate::sink::error::Refusal;
use crate::sink::item::{self, Item};
use crate::sink::reason::Cause;

/// The answer to one request, as it came.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Retry-After`, as a time from now.
    pub retry_after: Option<Duration>,
    /// `X-elastic-product: Elasticsearch`, which Elasticsearch says since 7.14.
    pub elastic: bool,
    /// The body.
    pub body: Vec<u8>,
}

/// What is decided for one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Written now.
    Created,
    /// There was a document of this id.
    Exists,
    /// The target will not take it.
    Rejected(Rejection),
    /// Not decided: to be sent again. The rejection is what it becomes when that never ends.
    Retry(Rejection),
}

/// What is decided for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// One decision for each document, at its position.
    Items(Vec<Decision>),
    /// Nothing is decided: send it again as it is.
    Retry {
        /// Why.
        reason: String,
        /// Not before this time has passed, when the target says so.
        after: Option<Duration>,
    },
    /// Send it again in two halves; a document that is alone is rejected with this.
    Split(Rejection),
    /// Nothing of it, and nothing after it, will be taken.
    Refused(Refusal),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(deserialize_with = "item::few")]
    items: Vec<Option<Item>>,
}

/// Reads an answer to a bulk request of these documents, whose body had so many bytes before compression.
pub fn interpret(reply: &Reply, documents: &[&Document], plain_bytes: usize) -> Outcome {
    match reply.status {
        200..=299 => read_items(reply, documents, plain_bytes),
        status => read_whole(status, reply, documents, plain_bytes),
    }
}

fn read_items(reply: &Reply, documents: &[&Document], plain_bytes: usize) -> Outcome {
    let answer: Answer = match serde_json::from_slice(&reply.body) {
        Ok(answer) => answer,
        Err(error) => {
            let kind = reply.content_type.as_deref().unwrap_or("no content type");
            return retry(
                reply,
                format!("the answer is not that of a bulk request ({kind}; {error})"),
            );
        }
    };
    let all = answer.items.len();
    let items: Vec<Item> = answer.items.into_iter().flatten().collect();
    if items.len() != all {
        return retry(reply, "the answer's items are of other operations".to_owned());
    }
    if items.len() != documents.len() {
        let (got, sent) = (items.len(), documents.len());
        return retry(reply, format!("the answer has {got} items for {sent} documents"));
    }
    if items.iter().zip(documents).any(|(item, document)| item.is_of_another(document)) {
        return retry(reply, "the answer's items are of other documents".to_owned());
    }
    let decisions: Result<Vec<Decision>, Refusal> =
        items.iter().zip(documents).map(|(item, document)| item::decide(item, document)).collect();
    match decisions {
        Err(refusal) => Outcome::Refused(refusal),
        Ok(decisions) => regroup(decisions, plain_bytes),
    }
}

/// All refused for the request's own size is a request that is too large.
fn regroup(decisions: Vec<Decision>, plain_bytes: usize) -> Outcome {
    let alone = decisions.len() == 1;
    let too_large = |decision: &Decision| match decision {
        Decision::Retry(rejection) => pressure_needs_split(&rejection.reason, plain_bytes, alone),
        _ => false,
    };
    match decisions.first() {
        Some(Decision::Retry(rejection)) if decisions.iter().all(too_large) => {
            Outcome::Split(rejection.clone())
        }
        _ => Outcome::Items(decisions),
    }
}

fn read_whole(status: u16, reply: &Reply, documents: &[&Document], plain_bytes: usize) -> Outcome {
    let cause = Cause::of_body(&reply.body);
    let json = reply.body.trim_ascii_start().starts_with(b"{");
    match status {
        413 => Outcome::Split(rejection(status, "request_entity_too_large", &cause)),
        429 if pressure_needs_split(&cause.reason, plain_bytes, documents.len() == 1) => {
            Outcome::Split(rejection(status, &cause.kind, &cause))
        }
        501 | 505 => unexpected(status, &cause),
        408 | 425 | 429 | 500..=599 => retry(reply, told(status, &cause)),
        // An ingress without a backend answers 404 in words of its own; that passes.
        404 if !json => retry(reply, told(status, &cause)),
        401 => Outcome::Refused(Refusal::Unauthorized { reason: told(status, &cause) }),
        403 => forbidden(reply, cause),
        400 => bad_request(reply, &cause, documents),
        _ => unexpected(status, &cause),
    }
}

fn forbidden(reply: &Reply, cause: Cause) -> Outcome {
    if cause.says("/12/") || cause.says("throttled due to too many requests") {
        return retry(reply, told(403, &cause));
    }
    if cause.kind == "cluster_block_exception" {
        return Outcome::Refused(Refusal::Blocked { index: None, reason: cause.reason });
    }
    let of_the_signature =
        ["signature", "security token", "Signature expired", "Credential", "credential"];
    if of_the_signature.iter().any(|words| cause.says(words)) {
        return Outcome::Refused(Refusal::Unauthorized { reason: told(403, &cause) });
    }
    let permission = cause.permission().unwrap_or_else(|| told(403, &cause));
    Outcome::Refused(Refusal::Forbidden { permission, index: None })
}

/// A 400 of a whole request can be one document's fault: halving finds it.
fn bad_request(reply: &Reply, cause: &Cause, documents: &[&Document]) -> Outcome {
    let index = documents.first().map(|document| &*document.index).unwrap_or_default();
    if let Some(refusal) = item::refusal_of_index(cause, index) {
        return Outcome::Refused(refusal);
    }
    // What a proxy says in HTML, and what comes of a body that lost its gzip header on the way.
    if cause.kind.is_empty() || cause.says("request body is required") {
        return retry(reply, told(400, cause));
    }
    Outcome::Split(rejection(400, &cause.kind, cause))
}

fn rejection(status: u16, kind: &str, cause: &Cause) -> Rejection {
    let reason = if cause.reason.is_empty() {
        "the document is too large".to_owned()
    } else {
        cause.reason.clone()
    };
    Rejection { status, kind: kind.to_owned(), reason, path: cause.path.clone() }
}

fn unexpected(status: u16, cause: &Cause) -> Outcome {
    let reason = if cause.reason.is_empty() { "no reason given" } else { &cause.reason };
    Outcome::Refused(Refusal::Unexpected { status, reason: reason.to_owned() })
}

fn retry(reply: &Reply, reason: String) -> Outcome {
    Outcome::Retry { reason, after: reply.retry_after }
}

fn told(status: u16, cause: &Cause) -> String {
    match cause.reason.as_str() {
        "" => format!("status {status}"),
        reason => format!("status {status}: {reason}"),
    }
}

/// Texts with the bytes of a request and of what is the most that can be: those of the request alone, or
/// with other requests in them.
const PRESSURES: [&str; 2] = [
    r"rejected execution of (?:coordinating|primary) operation .*(?:coordinating|primary)_operation_bytes=(?P<own>\d+), max_\w+=(?P<most>\d+)",
    r"\[in_flight_requests\] Data too large, data for \[<http_request>\] would be \[(?P<with_others>\d+)/[^\]]*\], which is larger than the limit of \[(?P<most>\d+)/",
];

/// Whether indexing pressure, or the breaker of requests in flight, cannot ever let this request through.
///
/// Elasticsearch 9 counts a body while it streams in, so that the bytes of the operation may be few
/// though the body alone fills the limit; it is taken for too large when it is half of the limit or more.
/// A document that is alone is so only by the engine's own figures.
fn pressure_needs_split(reason: &str, plain_bytes: usize, alone: bool) -> bool {
    static COMPILED: LazyLock<Vec<Regex>> = LazyLock::new(|| compile(&PRESSURES));
    COMPILED.iter().filter_map(|form| form.captures(reason)).any(|captures| {
        let figure = |name: &str| captures.name(name)?.as_str().parse::<u64>().ok();
        let plain = u64::try_from(plain_bytes).unwrap_or(u64::MAX);
        let own = figure("own").or_else(|| Some(figure("with_others")?.min(plain)));
        let (Some(own), Some(most)) = (own, figure("most")) else { return false };
        own > most || (!alone && plain.saturating_mul(2) > most)
    })
}
