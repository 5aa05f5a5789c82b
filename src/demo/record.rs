//! One event of the simulated account: its place in time, its id, and the record's text.
//!
//! A large account repeats few bodies under many ids and times, so a body is shared and the text
//! is put together when a page is written. This file knows nothing of requests or pages.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde_json::Value;

use super::page::Entry;
use crate::event::Object;

/// An event that LookupEvents can return.
#[derive(Debug, Clone)]
pub struct Event {
    second: i64,
    /// Tells events of one second apart; given by the region, in the order of arrival.
    order: u64,
    stamp: u128,
    body: Arc<Body>,
}

/// Where an event stands in a region: events are sorted by it and page tokens pin it.
pub(super) type Position = (i64, u64);

/// What events share.
#[derive(Debug)]
pub(super) struct Body {
    text: Text,
    facts: Facts,
    entry: OnceLock<Entry>,
}

#[derive(Debug)]
enum Text {
    /// The record as it was given.
    Whole(String),
    /// The record without its final brace: `eventTime` and `eventID` are still to come.
    Open(String),
}

/// What LookupEvents says about a record beside the record itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) source: Option<String>,
    pub(super) username: Option<String>,
    pub(super) access_key: Option<String>,
    pub(super) read_only: Option<bool>,
    /// As (`ResourceType`, `ResourceName`).
    pub(super) resources: Vec<(Option<String>, String)>,
    pub(super) category: Category,
}

/// `eventCategory`, as far as LookupEvents tells them apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Category {
    #[default]
    Management,
    Insight,
    /// Data and network activity events: the event history holds none of them.
    Other,
}

/// A record that cannot stand in an event history.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a record has no eventTime of the form YYYY-MM-DDTHH:MM:SSZ")]
pub struct NoEventTime;

impl Event {
    /// An event of a given record, which needs an `eventTime` and nothing else.
    ///
    /// `Resources` is derived from the record's own `resources`.
    pub fn from_record(record: Object) -> Result<Self, NoEventTime> {
        let second = record
            .get("eventTime")
            .and_then(Value::as_str)
            .and_then(|time| time.parse::<Timestamp>().ok())
            .ok_or(NoEventTime)?
            .as_second();
        let facts = Facts::of(&record);
        let body = Body::new(Text::Whole(Value::Object(record).to_string()), facts);
        Ok(Self { second, order: 0, stamp: 0, body: Arc::new(body) })
    }

    /// An event whose record is a text that nobody has looked at; only LookupEvents gives its time
    /// and id.
    pub fn from_text(second: i64, id: Option<&str>, text: String) -> Self {
        let facts = Facts { id: id.map(str::to_owned), ..Facts::default() };
        Self { second, order: 0, stamp: 0, body: Arc::new(Body::new(Text::Whole(text), facts)) }
    }

    /// An event of a shared body.
    pub(super) fn stamped(second: i64, stamp: u128, body: Arc<Body>) -> Self {
        Self { second, order: 0, stamp, body }
    }

    /// The same event at its place among those of its second.
    pub(super) fn ordered(mut self, order: u64) -> Self {
        self.order = order;
        self
    }

    /// `eventTime`, in seconds since 1970.
    pub fn second(&self) -> i64 {
        self.second
    }

    pub(super) fn position(&self) -> Position {
        (self.second, self.order)
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.body.facts
    }

    /// `eventID`; empty when the given record has none.
    pub fn id(&self) -> Cow<'_, str> {
        match &self.body.text {
            Text::Whole(_) => Cow::Borrowed(self.body.facts.id.as_deref().unwrap_or_default()),
            Text::Open(_) => Cow::Owned(uuid(self.stamp)),
        }
    }

    /// The record, as the text that `CloudTrailEvent` carries.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.body.text {
            Text::Whole(text) => Cow::Borrowed(text),
            Text::Open(text) => Cow::Owned(format!("{text}{}", self.ending())),
        }
    }

    /// What the event adds to the text of its body.
    pub(super) fn ending(&self) -> String {
        match &self.body.text {
            Text::Whole(_) => String::new(),
            Text::Open(_) => {
                let time = Timestamp::from_second(self.second).unwrap_or_default();
                let id = uuid(self.stamp);
                format!(",\"eventTime\":\"{time}\",\"eventID\":\"{id}\"}}")
            }
        }
    }

    pub(super) fn entry(&self) -> &Entry {
        self.body.entry.get_or_init(|| {
            let (Text::Whole(text) | Text::Open(text)) = &self.body.text;
            Entry::new(&self.body.facts, text)
        })
    }
}

impl Body {
    fn new(text: Text, facts: Facts) -> Self {
        Self { text, facts, entry: OnceLock::new() }
    }

    /// A body of a record without `eventTime` and `eventID`, with what lookup says of it.
    pub(super) fn open(record: Object, facts: Facts) -> Self {
        let mut text = Value::Object(record).to_string();
        text.pop();
        Self::new(Text::Open(text), facts)
    }
}

impl Facts {
    /// What can be told from the record alone.
    pub(super) fn of(record: &Object) -> Self {
        let text = |key: &str| record.get(key).and_then(Value::as_str).map(str::to_owned);
        let identity = |pointer: &str| {
            let value = record.get("userIdentity").and_then(|identity| identity.pointer(pointer));
            value.and_then(Value::as_str).map(str::to_owned)
        };
        // The lookup service names an assumed role by its session, as the principal's id ends.
        let session = || identity("/principalId")?.split_once(':').map(|(_, name)| name.to_owned());
        let resources = record.get("resources").and_then(Value::as_array).into_iter().flatten();
        Self {
            id: text("eventID"),
            name: text("eventName"),
            source: text("eventSource"),
            username: identity("/userName").or_else(session),
            access_key: identity("/accessKeyId"),
            read_only: record.get("readOnly").and_then(Value::as_bool),
            resources: resources.filter_map(resource).collect(),
            category: match record.get("eventCategory").and_then(Value::as_str) {
                None | Some("Management") => Category::Management,
                Some("Insight") => Category::Insight,
                Some(_) => Category::Other,
            },
        }
    }
}

fn resource(resource: &Value) -> Option<(Option<String>, String)> {
    let kind = resource.get("type").and_then(Value::as_str).map(str::to_owned);
    let name = resource.get("ARN").and_then(Value::as_str)?;
    Some((kind, name.to_owned()))
}

/// The members of a literal that is an object.
pub(super) fn object(record: Value) -> Object {
    if let Value::Object(record) = record { record } else { Object::new() }
}

/// The bits in the form of a random UUID (version 4).
pub(super) fn uuid(bits: u128) -> String {
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let part = |shift: u32, digits: u32| (bits >> shift) & ((1 << (4 * digits)) - 1);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 8),
        part(80, 4),
        part(64, 4),
        part(48, 4),
        part(0, 12)
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_identifier_has_the_form_of_a_random_uuid() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn a_stamped_text_is_a_record_of_its_own_id_and_time() {
        let body = Body::open(object(json!({"eventName": "GetUser"})), Facts::default());
        let event = Event::stamped(1_700_000_000, 7, Arc::new(body));
        let record: Value = serde_json::from_str(&event.text()).unwrap();
        let expected = json!({
            "eventName": "GetUser",
            "eventTime": "2023-11-14T22:13:20Z",
            "eventID": event.id(),
        });
        assert_eq!(record, expected);
    }

    #[test]
    fn a_given_record_keeps_its_text_and_yields_the_lookup_fields() {
        let record = json!({
            "eventTime": "2023-11-14T22:13:20Z", "eventID": "x", "eventName": "AssumeRole",
            "eventSource": "sts.amazonaws.com", "readOnly": true,
            "userIdentity": {"principalId": "AROAEXAMPLE:deploy", "accessKeyId": "ASIAEXAMPLE"},
            "resources": [{"type": "AWS::IAM::Role", "ARN": "arn:r"}, {"ARN": "arn:s"}],
        });
        let event = Event::from_record(object(record.clone())).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&event.text()).unwrap(), record);
        assert_eq!((event.second(), &*event.id()), (1_700_000_000, "x"));
        let expected = Facts {
            id: Some("x".into()),
            name: Some("AssumeRole".into()),
            source: Some("sts.amazonaws.com".into()),
            username: Some("deploy".into()),
            access_key: Some("ASIAEXAMPLE".into()),
            read_only: Some(true),
            resources: vec![
                (Some("AWS::IAM::Role".into()), "arn:r".into()),
                (None, "arn:s".into()),
            ],
            category: Category::Management,
        };
        assert_eq!(event.facts(), &expected);
    }

    #[test]
    fn a_record_needs_a_time_and_nothing_else() {
        let bare = Event::from_record(object(json!({"eventTime": "2023-11-14T22:13:20Z"})));
        assert_eq!(bare.unwrap().id(), "");
        for record in [json!({}), json!({"eventTime": 5}), json!({"eventTime": "yesterday"})] {
            assert_eq!(Event::from_record(object(record)).unwrap_err(), NoEventTime);
        }
    }
}
