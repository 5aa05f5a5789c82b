//! What flows between the stages: events from the source, documents to the sink, verdicts back.
//!
//! Data only. A stage takes one of these and gives the next; none of them knows which stage
//! made it, so that a stage never has to import another one.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The members of one JSON object.
pub type Object = Map<String, Value>;

/// One CloudTrail record, or one line of a VPC flow log, read and recognized as an event.
#[derive(Debug, Clone)]
pub struct Event {
    /// `eventID`, or what tells a flow log's line from others: the document's id, and so what makes
    /// loading twice harmless.
    pub id: String,
    /// `eventTime`, or the end of the flow; whole seconds.
    pub time: Timestamp,
    /// The record, parsed; of a flow log's line, its fields by AWS's names, as text.
    pub record: Object,
    /// What LookupEvents says beside the record; absent for record files.
    pub lookup: Option<Lookup>,
    /// Present for a flow log's line alone: what the line does not say itself.
    pub flow: Option<Arc<FlowLog>>,
    /// The record's or line's text as it was read.
    pub verbatim: Arc<str>,
}

/// What a line of a VPC flow log does not say itself, and nobody could read it without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowLog {
    /// The names of its fields in their order, with a space between: the first line of its file.
    pub format: String,
    /// When its file was delivered: the time of a line that has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Timestamp>,
}

/// The fields of a LookupEvents answer that are not in the record itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lookup {
    /// `EventTime`, whole seconds: the event's time where the record does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// `Username`: the lookup service's own reading of who acted.
    pub username: Option<String>,
    /// `Resources` as (`ResourceType`, `ResourceName`); AWS leaves a type out that it cannot tell.
    pub resources: Vec<(Option<String>, Option<String>)>,
}

/// Something that was read where an event should be, and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// The text as it was read.
    pub verbatim: Arc<str>,
    /// Why it is no event, as a sentence fragment.
    pub reason: String,
    /// The id that LookupEvents says beside it: by it alone AWS could be asked for the event again.
    pub id: Option<String>,
    /// What else LookupEvents says beside it.
    pub lookup: Option<Lookup>,
    /// The flow log that it is a line of, if it is one.
    pub flow: Option<Arc<FlowLog>>,
}

/// One item of a page or of a record file.
#[derive(Debug, Clone)]
pub enum Item {
    /// An event.
    Event(Box<Event>),
    /// No event: it goes to the dead letters.
    Stray(Stray),
}

/// Which page of the run a document came from: what the ledger is told when it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket {
    /// Index of the region (or of the record file) in this run's list.
    pub region: usize,
    /// Number of the page within that region, in the order of reading.
    pub page: u64,
}

/// What is written for one event.
#[derive(Debug, Clone)]
pub struct Document {
    /// `_id`: the event's id.
    pub id: String,
    /// The index that takes it, by event time.
    pub index: Arc<str>,
    /// The document as JSON, on one line, without a final newline.
    pub body: String,
    /// The record's text as it was read: what a dead letter keeps.
    pub verbatim: Arc<str>,
    /// What LookupEvents says beside the record: a dead letter keeps it too.
    pub lookup: Option<Lookup>,
    /// What a flow log's line does not say itself: a dead letter keeps it too.
    pub flow: Option<Arc<FlowLog>>,
    /// The page that it came from.
    pub ticket: Ticket,
}

/// What became of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Written now.
    Created,
    /// A document of this id was there before; it was left as it was.
    Exists,
    /// The target will not take it.
    Rejected(Rejection),
}

/// The kind of a rejection that comes without a reason: the target has put the document into the
/// failure store of a data stream.
pub const FAILURE_STORE: &str = "failure_store";

/// Why the target would not take a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The item's HTTP status; 0 when the document was never sent.
    pub status: u16,
    /// The engine's error type, such as `mapper_parsing_exception`.
    pub kind: String,
    /// The engine's words, down to the innermost cause, free of secrets.
    pub reason: String,
    /// The field path that it names, where it names one.
    pub path: Option<String>,
}
