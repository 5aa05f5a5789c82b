//! What a LookupEvents request asks for, read and held to the documented limits.
//!
//! Reading only: nothing here looks at events. The order of the checks is AWS's to choose and is
//! not documented; a client must not rely on it.

use serde_json::Value;

use super::record::{Category, Event, Facts};
use super::wire::Refusal;
use crate::limits::{DEMO_ATTRIBUTE_CHARS_MAX, DEMO_HISTORY_SECONDS, DEMO_PAGE_EVENTS_MAX};

/// A LookupEvents request that is in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    /// Seconds since 1970, as they were sent.
    pub(super) start: Option<f64>,
    pub(super) end: Option<f64>,
    pub(super) attribute: Option<Attribute>,
    pub(super) category: Category,
    pub(super) max_results: usize,
    /// `NextToken`, unchecked.
    pub(super) token: Option<String>,
}

/// The one lookup attribute that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    key: Key,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    EventId,
    EventName,
    ReadOnly,
    Username,
    ResourceType,
    ResourceName,
    EventSource,
    AccessKeyId,
}

impl Query {
    /// Reads a request body; `now` is in seconds since 1970.
    pub(super) fn read(body: &[u8], now: i64) -> Result<Self, Refusal> {
        let body: Value = serde_json::from_slice(body).map_err(|_| malformed("the body"))?;
        if !body.is_object() {
            return Err(malformed("the body"));
        }
        let given = |name: &str| body.get(name).filter(|value| !value.is_null());
        let number = |name: &'static str| {
            given(name).map(|value| value.as_f64().ok_or_else(|| malformed(name))).transpose()
        };
        let text = |name: &'static str| {
            given(name).map(|value| value.as_str().ok_or_else(|| malformed(name))).transpose()
        };
        let (start, end) = (number("StartTime")?, number("EndTime")?);
        check_range(start, end, now)?;
        Ok(Self {
            start,
            end,
            attribute: given("LookupAttributes").map(read_attribute).transpose()?.flatten(),
            category: read_category(text("EventCategory")?)?,
            max_results: given("MaxResults").map_or(Ok(DEMO_PAGE_EVENTS_MAX), read_max_results)?,
            token: text("NextToken")?.map(str::to_owned),
        })
    }

    /// Whether an event within the window is one of those asked for.
    pub(super) fn matches(&self, event: &Event) -> bool {
        event.facts().category == self.category
            && self.attribute.as_ref().is_none_or(|attribute| match attribute.key {
                Key::EventId => event.id() == attribute.value,
                key => key.matches(event.facts(), &attribute.value),
            })
    }
}

fn malformed(what: &str) -> Refusal {
    Refusal::new("SerializationException", format!("{what} cannot be read"))
}

/// Refuses windows in which there cannot be an event. One that merely begins before the history is
/// taken: AWS documents no refusal of it.
fn check_range(start: Option<f64>, end: Option<f64>, now: i64) -> Result<(), Refusal> {
    let (start, end) = (start.unwrap_or(f64::MIN), end.unwrap_or(f64::MAX));
    let (oldest, now) = (as_seconds(now - DEMO_HISTORY_SECONDS), as_seconds(now));
    if start > end {
        let message = "The start time occurs after the end time.";
        return Err(Refusal::new("InvalidTimeRangeException", message));
    }
    if end < oldest || start > now {
        let message = "The time range is outside the range of possible values.";
        return Err(Refusal::new("InvalidTimeRangeException", message));
    }
    Ok(())
}

/// Whole seconds as the wire's number; exact for every time that can be written down.
#[expect(clippy::cast_precision_loss, reason = "seconds of this age of the world fit 52 bits")]
pub(super) fn as_seconds(second: i64) -> f64 {
    second as f64
}

fn read_max_results(value: &Value) -> Result<usize, Refusal> {
    let count = value.as_i64().ok_or_else(|| malformed("MaxResults"))?;
    usize::try_from(count)
        .ok()
        .filter(|count| (1..=DEMO_PAGE_EVENTS_MAX).contains(count))
        .ok_or_else(|| {
            let message = format!("MaxResults must be from 1 to {DEMO_PAGE_EVENTS_MAX}.");
            Refusal::new("InvalidMaxResultsException", message)
        })
}

fn read_category(name: Option<&str>) -> Result<Category, Refusal> {
    match name {
        None => Ok(Category::Management),
        Some("insight") => Ok(Category::Insight),
        Some(name) => {
            let message = format!("The event category {name} is not valid.");
            Err(Refusal::new("InvalidEventCategoryException", message))
        }
    }
}

/// The first attribute of the list; AWS leaves the others unread.
fn read_attribute(list: &Value) -> Result<Option<Attribute>, Refusal> {
    let Some(first) = list.as_array().ok_or_else(|| malformed("LookupAttributes"))?.first() else {
        return Ok(None);
    };
    let invalid = |what: &str| {
        let message = format!("The lookup attribute {what} is not valid.");
        Refusal::new("InvalidLookupAttributesException", message)
    };
    let text = |name| first.get(name).and_then(Value::as_str);
    let key = text("AttributeKey").and_then(Key::read).ok_or_else(|| invalid("key"))?;
    let value = text("AttributeValue").filter(|value| weight(value) <= DEMO_ATTRIBUTE_CHARS_MAX);
    let value = value.ok_or_else(|| invalid("value"))?.to_owned();
    Ok(Some(Attribute { key, value }))
}

/// Characters of a value as AWS counts them.
fn weight(value: &str) -> usize {
    value.chars().map(|char| if matches!(char, '_' | ' ' | ',' | '\n') { 2 } else { 1 }).sum()
}

impl Key {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "EventId" => Self::EventId,
            "EventName" => Self::EventName,
            "ReadOnly" => Self::ReadOnly,
            "Username" => Self::Username,
            "ResourceType" => Self::ResourceType,
            "ResourceName" => Self::ResourceName,
            "EventSource" => Self::EventSource,
            "AccessKeyId" => Self::AccessKeyId,
            _ => return None,
        })
    }

    fn matches(self, facts: &Facts, value: &str) -> bool {
        let is = |field: &Option<String>| field.as_deref() == Some(value);
        match self {
            Self::EventId => is(&facts.id),
            Self::EventName => is(&facts.name),
            Self::ReadOnly => {
                facts.read_only.is_some_and(|read_only| read_only.to_string() == value)
            }
            Self::Username => is(&facts.username),
            Self::ResourceType => facts.resources.iter().any(|(kind, _)| is(kind)),
            Self::ResourceName => facts.resources.iter().any(|(_, name)| name == value),
            Self::EventSource => is(&facts.source),
            Self::AccessKeyId => is(&facts.access_key),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn read(body: &Value) -> Result<Query, Refusal> {
        Query::read(body.to_string().as_bytes(), NOW)
    }

    #[test]
    fn an_empty_request_asks_for_everything() {
        let query = read(&json!({"StartTime": null, "LookupAttributes": []})).unwrap();
        let expected = Query {
            start: None,
            end: None,
            attribute: None,
            category: Category::Management,
            max_results: 50,
            token: None,
        };
        assert_eq!(query, expected);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_by_its_name() {
        let attribute = |key: &str, value: &str| {
            let attribute = json!({"AttributeKey": key, "AttributeValue": value});
            json!({"LookupAttributes": [attribute]})
        };
        let history = DEMO_HISTORY_SECONDS;
        let cases = [
            (json!([]), "SerializationException"),
            (json!({"StartTime": "2026-01-01T00:00:00Z"}), "SerializationException"),
            (json!({"NextToken": 5}), "SerializationException"),
            (json!({"MaxResults": 0}), "InvalidMaxResultsException"),
            (json!({"MaxResults": -1}), "InvalidMaxResultsException"),
            (json!({"MaxResults": 51}), "InvalidMaxResultsException"),
            (json!({"EventCategory": "Insight"}), "InvalidEventCategoryException"),
            (json!({"EventCategory": "management"}), "InvalidEventCategoryException"),
            (attribute("eventName", "x"), "InvalidLookupAttributesException"),
            (attribute("EventName", &"x".repeat(2001)), "InvalidLookupAttributesException"),
            (attribute("EventName", &"_".repeat(1001)), "InvalidLookupAttributesException"),
            (json!({"LookupAttributes": [{}]}), "InvalidLookupAttributesException"),
            (json!({"StartTime": NOW - 5, "EndTime": NOW - 6}), "InvalidTimeRangeException"),
            (json!({"EndTime": NOW - history - 1}), "InvalidTimeRangeException"),
            (json!({"StartTime": NOW + 1}), "InvalidTimeRangeException"),
        ];
        for (body, code) in cases {
            assert_eq!(read(&body).unwrap_err().code, code, "{body}");
        }
    }

    #[test]
    fn what_is_within_bounds_is_taken() {
        let history = DEMO_HISTORY_SECONDS;
        let cases = [
            json!({"MaxResults": 1}),
            json!({"MaxResults": 50}),
            json!({"StartTime": NOW, "EndTime": NOW}),
            json!({"StartTime": 0, "EndTime": NOW + 60}),
            json!({"StartTime": 1.5e9, "EndTime": 1_799_999_999.25}),
            json!({"EndTime": NOW - history}),
            json!({"EventCategory": "insight"}),
        ];
        for body in cases {
            read(&body).unwrap_or_else(|refusal| panic!("{body}: {refusal:?}"));
        }
    }

    #[test]
    fn only_the_first_attribute_counts() {
        let list = json!({"LookupAttributes": [
            {"AttributeKey": "ReadOnly", "AttributeValue": "true"},
            {"AttributeKey": "Nonsense", "AttributeValue": "x"},
        ]});
        let attribute = read(&list).unwrap().attribute.unwrap();
        assert_eq!(attribute, Attribute { key: Key::ReadOnly, value: "true".into() });
    }

    #[test]
    fn every_attribute_finds_its_field() {
        let facts = Facts {
            id: Some("id".into()),
            name: Some("GetUser".into()),
            source: Some("iam.amazonaws.com".into()),
            username: Some("alice".into()),
            access_key: Some("AKIA".into()),
            read_only: Some(true),
            resources: vec![(None, "n".into()), (Some("T".into()), "m".into())],
            category: Category::Management,
        };
        let cases = [
            ("EventId", "id"),
            ("EventName", "GetUser"),
            ("EventSource", "iam.amazonaws.com"),
            ("Username", "alice"),
            ("AccessKeyId", "AKIA"),
            ("ReadOnly", "true"),
            ("ResourceName", "n"),
            ("ResourceName", "m"),
            ("ResourceType", "T"),
        ];
        for (name, value) in cases {
            let key = Key::read(name).unwrap();
            assert!(key.matches(&facts, value), "{name}={value}");
            assert!(!key.matches(&facts, &value.to_uppercase().repeat(2)), "{name} is exact");
            assert!(!key.matches(&Facts::default(), value), "{name} of a record without it");
        }
    }
}
