//! The text of a LookupEvents response.
//!
//! A large account repeats few bodies, and a page holds a hundred kilobytes of JSON inside of JSON
//! strings. So what a body contributes is written once and kept; a page is put together from it.

use serde_json::{Value, json};

use super::record::{Event, Facts};

/// What a body contributes to the entries of its events.
#[derive(Debug)]
pub(super) struct Entry {
    /// The members that do not depend on the event, each with a comma after it.
    members: String,
    /// The record as a JSON string without its closing quote.
    text: String,
}

impl Entry {
    pub(super) fn new(facts: &Facts, text: &str) -> Self {
        let resources: Vec<Value> = facts
            .resources
            .iter()
            .map(|(kind, name)| json!({"ResourceType": kind, "ResourceName": name}))
            .collect();
        let given = [
            ("EventName", facts.name.clone()),
            // A string, although it holds a truth value.
            ("ReadOnly", facts.read_only.map(|read_only| read_only.to_string())),
            ("AccessKeyId", facts.access_key.clone()),
            ("EventSource", facts.source.clone()),
            ("Username", facts.username.clone()),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?.into())));
        let members: Vec<String> = [("Resources", Value::from(resources))]
            .into_iter()
            .chain(given)
            .map(|(name, value)| format!("\"{name}\":{value},"))
            .collect();
        Self { members: members.concat(), text: open_string(text) }
    }
}

/// The response with these events; `first_text` is what the first of them carries instead of its
/// record.
pub(super) fn response(events: &[Event], first_text: Option<&str>, token: Option<&str>) -> String {
    let mut out = String::from("{\"Events\":[");
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_entry(&mut out, event, first_text.filter(|_| index == 0));
    }
    out.push(']');
    if let Some(token) = token {
        out.push_str(",\"NextToken\":");
        out.push_str(&Value::from(token).to_string());
    }
    out.push('}');
    out
}

fn push_entry(out: &mut String, event: &Event, text: Option<&str>) {
    let entry = event.entry();
    let id = event.id();
    out.push('{');
    out.push_str(&entry.members);
    if !id.is_empty() {
        out.push_str("\"EventId\":");
        out.push_str(&Value::from(id).to_string());
        out.push(',');
    }
    out.push_str("\"EventTime\":");
    out.push_str(&event.second().to_string());
    out.push_str(".0,\"CloudTrailEvent\":");
    if let Some(text) = text {
        out.push_str(&open_string(text));
    } else {
        out.push_str(&entry.text);
        // Of what an ending is made of, only the quotes need escaping.
        out.push_str(&event.ending().replace('"', "\\\""));
    }
    out.push_str("\"}");
}

fn open_string(text: &str) -> String {
    let mut quoted = Value::from(text).to_string();
    quoted.pop();
    quoted
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::record::{Body, object};
    use super::*;

    fn parsed(events: &[Event], first_text: Option<&str>, token: Option<&str>) -> Value {
        serde_json::from_str(&response(events, first_text, token)).unwrap()
    }

    #[test]
    fn an_entry_has_the_documented_types() {
        let facts = Facts {
            name: Some("GetUser".into()),
            read_only: Some(true),
            resources: vec![(None, "n".into()), (Some("T".into()), "m".into())],
            ..Facts::default()
        };
        let record = object(json!({"eventName": "GetUser", "quoted": "\"\\\n\u{1f980}"}));
        let body = Arc::new(Body::open(record, facts));
        let events = [7, 8].map(|stamp| Event::stamped(1_800_000_000, stamp, Arc::clone(&body)));
        let entry = |event: &Event| {
            json!({
                "EventId": event.id(), "EventName": "GetUser", "ReadOnly": "true",
                "EventTime": 1_800_000_000.0, "CloudTrailEvent": event.text(),
                "Resources": [
                    {"ResourceType": null, "ResourceName": "n"},
                    {"ResourceType": "T", "ResourceName": "m"},
                ],
            })
        };
        let expected = json!({"Events": events.each_ref().map(entry), "NextToken": "t\""});
        assert_eq!(parsed(&events, None, Some("t\"")), expected);
        assert_eq!(parsed(&[], None, None), json!({"Events": []}));
        let spoilt = parsed(&events, Some("{\""), None);
        let texts = [0, 1].map(|index| spoilt["Events"][index]["CloudTrailEvent"].clone());
        assert_eq!(texts, [json!("{\""), json!(events[1].text())]);
    }

    #[test]
    fn a_given_record_is_carried_to_the_letter() {
        let record = object(json!({"eventTime": "2026-01-01T00:00:00Z", "s": "\\\"\t/ü"}));
        let event = Event::from_record(record).unwrap();
        let page = parsed(std::slice::from_ref(&event), None, None);
        assert_eq!(page["Events"][0]["CloudTrailEvent"], json!(event.text()));
        assert_eq!(page["Events"][0].get("EventId"), None);
    }
}
