//! Record text into events.
//!
//! Pure. An event has an id and a time; whatever else it holds is kept as it is. What has neither,
//! or is no JSON object, is a [`Stray`]: it is kept as text, with the reason, and never dropped.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    event::{Event, Item, Lookup, Stray},
    json,
    limits::FIRST_SECOND,
};

/// What is known of a record beside its text.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Its id, for a record that does not say.
    pub id: Option<String>,
    /// What LookupEvents says beside it.
    pub lookup: Option<Lookup>,
}

/// One record's text as an event, or as what it is instead.
pub fn record(text: String, mut hints: Hints) -> Item {
    let verbatim: Arc<str> = text.into();
    match event(Arc::clone(&verbatim), &mut hints) {
        Ok(event) => Item::Event(Box::new(event)),
        Err(reason) => {
            let of = hints.id.as_ref().map(|id| format!(" (EventId {id})")).unwrap_or_default();
            let Hints { id, lookup } = hints;
            Item::Stray(Stray { verbatim, reason: reason + &of, id, lookup, flow: None })
        }
    }
}

/// Takes of the hints what the event has then; where there is none, they are whole.
fn event(verbatim: Arc<str>, hints: &mut Hints) -> Result<Event, String> {
    if verbatim.trim().is_empty() {
        return Err("the record is empty".to_owned());
    }
    let record = match json::parse(&verbatim) {
        Ok(Value::Object(record)) => record,
        Ok(other) => return Err(format!("the record is {}, not a JSON object", kind(&other))),
        Err(error) => return Err(format!("the record is not JSON: {error}")),
    };
    let id = match record.get("eventID") {
        Some(Value::String(id)) if !id.is_empty() => id.clone(),
        _ => hints.id.clone().filter(|id| !id.is_empty()).ok_or("the record has no eventID")?,
    };
    let time = match record.get("eventTime") {
        Some(Value::String(time)) => time.parse().ok().filter(is_of_our_era),
        _ => None,
    };
    let hinted = || hints.lookup.as_ref().and_then(|lookup| lookup.time);
    let time = time.or_else(hinted).ok_or("the record has no eventTime that is a time")?;
    Ok(Event { id, time, record, lookup: hints.lookup.take(), flow: None, verbatim })
}

/// Whether engines take the year: those before 0 they do not.
fn is_of_our_era(time: &Timestamp) -> bool {
    time.as_second() >= FIRST_SECOND
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stray(text: &str) -> String {
        match record(text.to_owned(), Hints::default()) {
            Item::Stray(stray) => {
                assert_eq!(&*stray.verbatim, text);
                stray.reason
            }
            Item::Event(event) => panic!("{event:?}"),
        }
    }

    #[test]
    fn a_record_without_id_or_time_is_kept_as_a_stray() {
        let time = r#""eventTime":"2026-01-02T03:04:05Z""#;
        assert!(stray("{]").contains("not JSON"));
        assert!(stray(" \n").contains("the record is empty"));
        assert!(stray("[1]").contains("a list, not a JSON object"));
        assert!(stray(&format!("{{{time}}}")).contains("no eventID"));
        assert!(stray(&format!(r#"{{"eventID":"",{time}}}"#)).contains("no eventID"));
        assert!(stray(r#"{"eventID":"a"}"#).contains("no eventTime"));
        for time in ["yesterday", "-000001-12-31T23:59:59Z"] {
            let text = format!(r#"{{"eventID":"a","eventTime":"{time}"}}"#);
            assert!(stray(&text).contains("no eventTime"));
        }
        let first = r#"{"eventID":"a","eventTime":"0000-01-01T00:00:00Z"}"#;
        assert!(matches!(record(first.into(), Hints::default()), Item::Event(_)));
    }

    #[test]
    fn the_lookup_answer_fills_what_the_record_lacks() {
        let lookup = Lookup { time: Some(Timestamp::constant(60, 0)), ..Lookup::default() };
        let hints = Hints { id: Some("b".into()), lookup: Some(lookup) };
        let Item::Event(event) = record("{}".into(), hints) else { panic!("no event") };
        assert_eq!((event.id.as_str(), event.time.as_second()), ("b", 60));
    }

    #[test]
    fn a_stray_says_which_event_it_should_have_been() {
        let lookup = Lookup { username: Some("alice".into()), ..Lookup::default() };
        let hints = Hints { id: Some("b".into()), lookup: Some(lookup.clone()) };
        for text in ["", "[]", "{]", "{}"] {
            let Item::Stray(stray) = record(text.into(), hints.clone()) else { panic!("an event") };
            assert!(stray.reason.ends_with(" (EventId b)"), "{text}: {}", stray.reason);
            assert_eq!(stray.id.as_deref(), Some("b"), "{text}");
            assert_eq!(stray.lookup.as_ref(), Some(&lookup), "{text}");
        }
    }

    #[test]
    fn numbers_are_kept_as_they_were_written() {
        let text =
            r#"{"eventID":"a","eventTime":"2026-01-02T03:04:05Z","n":[1.0,18446744073709551617]}"#;
        let Item::Event(event) = record(text.into(), Hints::default()) else { panic!("no event") };
        assert_eq!(event.record["n"].to_string(), "[1.0,18446744073709551617]");
    }
}
