//! What one item of a bulk answer means for its document.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::event::{Document, FAILURE_STORE, Rejection};
use crate::limits::BATCH_DOCUMENTS;
use crate::sink::error::Refusal;
use crate::sink::reason::Cause;
use crate::sink::verdict::Decision;

/// One item, without what nothing is decided by.
#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    status: u16,
    #[serde(rename = "_id")]
    id: Option<String>,
    error: Option<Box<RawValue>>,
    failure_store: Option<String>,
    result: Option<String>,
}

impl Item {
    /// Whether it names another document than this; an item without an id does not say. The index is
    /// not compared: an alias and a data stream answer with the name of an index behind them.
    pub(crate) fn is_of_another(&self, document: &Document) -> bool {
        self.id.as_ref().is_some_and(|id| *id != document.id)
    }
}

/// The items of an answer, as many as a batch can have; none for an entry that has other members than
/// the one of the operation that was asked.
///
/// It is an error as soon as there are more: what an answer makes in memory does not depend on
/// how long it is.
pub(crate) fn few<'de, D: Deserializer<'de>>(answer: D) -> Result<Vec<Option<Item>>, D::Error> {
    struct Items;

    impl<'de> Visitor<'de> for Items {
        type Value = Vec<Option<Item>>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list of items")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut items = Vec::new();
            while let Some(Entry(item)) = list.next_element()? {
                if items.len() == BATCH_DOCUMENTS {
                    return Err(A::Error::custom("more items than a batch has documents"));
                }
                items.push(item);
            }
            Ok(items)
        }
    }

    answer.deserialize_seq(Items)
}

/// The one member of an entry.
struct Entry(Option<Item>);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(entry: D) -> Result<Self, D::Error> {
        struct Only;

        impl<'de> Visitor<'de> for Only {
            type Value = Entry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an item by its operation")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entry: A) -> Result<Self::Value, A::Error> {
                let (mut only, mut others) = (None, 0);
                while let Some(operation) = entry.next_key::<Cow<'_, str>>()? {
                    if operation == "create" && only.is_none() {
                        only = Some(entry.next_value()?);
                    } else {
                        entry.next_value::<IgnoredAny>()?;
                        others += 1;
                    }
                }
                Ok(Entry(only.filter(|_| others == 0)))
            }
        }

        entry.deserialize_map(Only)
    }
}

/// Decides for one document; a refusal is about all that is still to come.
pub(crate) fn decide(item: &Item, document: &Document) -> Result<Decision, Refusal> {
    let cause = item.error.as_ref().map(|error| Cause::of_text(error.get())).unwrap_or_default();
    let status = item.status;
    match status {
        200..=299 => Ok(success(item, &cause)),
        409 if cause.kind == "version_conflict_engine_exception"
            || cause.says("document already exists") =>
        {
            Ok(Decision::Exists)
        }
        408 | 409 | 425 | 429 | 500..=599 => Ok(Decision::Retry(rejection(status, cause))),
        401 => Err(Refusal::Unauthorized { reason: cause.reason }),
        403 => forbidden(cause, document),
        404 if cause.kind == "index_not_found_exception" => {
            Err(Refusal::NoIndex { index: document.index.to_string() })
        }
        // Two requests that create one index at the same time.
        400 if cause.kind == "resource_already_exists_exception" => {
            Ok(Decision::Retry(rejection(status, cause)))
        }
        _ => match refusal_of_index(&cause, &document.index) {
            Some(refusal) => Err(refusal),
            None => Ok(Decision::Rejected(rejection(status, cause))),
        },
    }
}

/// A success can still mean that the document is not in the index.
fn success(item: &Item, cause: &Cause) -> Decision {
    let lost = |kind: &str, otherwise: &str| {
        let reason =
            if cause.reason.is_empty() { otherwise.to_owned() } else { cause.reason.clone() };
        Decision::Rejected(Rejection {
            status: item.status,
            kind: kind.to_owned(),
            reason,
            path: cause.path.clone(),
        })
    };
    if item.failure_store.as_deref() == Some("used") {
        return lost(FAILURE_STORE, "the target put it into the failure store of the data stream");
    }
    if item.result.as_deref() == Some("noop") {
        return lost("dropped", "an ingest pipeline of the target dropped it");
    }
    if item.error.is_some() {
        return lost("error", "the target reports success and an error at once");
    }
    Decision::Created
}

fn forbidden(cause: Cause, document: &Document) -> Result<Decision, Refusal> {
    // The flood-stage block of older 7.x; it goes away when there is room on the disk.
    if cause.kind == "cluster_block_exception" && cause.says("/12/") {
        return Ok(Decision::Retry(rejection(403, cause)));
    }
    let index = Some(document.index.to_string());
    if cause.kind == "cluster_block_exception" {
        return Err(Refusal::Blocked { index, reason: cause.reason });
    }
    Err(Refusal::Forbidden { permission: cause.permission().unwrap_or(cause.reason), index })
}

/// What is wrong with an index, and not with the document: all others would meet it too.
pub(crate) fn refusal_of_index(cause: &Cause, index: &str) -> Option<Refusal> {
    let kinds =
        ["invalid_index_name_exception", "index_closed_exception", "invalid_alias_name_exception"];
    let words = [
        "only write ops with an op_type of create are allowed in data streams",
        "no write index is defined for alias",
        "this action would add [",
        "pipeline with id [",
    ];
    if cause.reason.starts_with("Document ID is not supported in create/index operation request") {
        return Some(Refusal::NoIds);
    }
    let validation = cause.reason.strip_prefix("Validation Failed: 1: ").unwrap_or(&cause.reason);
    (kinds.contains(&cause.kind.as_str())
        || words.iter().any(|words| validation.starts_with(words)))
    .then(|| Refusal::BadIndex { index: index.to_owned(), reason: cause.reason.clone() })
}

fn rejection(status: u16, cause: Cause) -> Rejection {
    Rejection { status, kind: cause.kind, reason: cause.reason, path: cause.path }
}
