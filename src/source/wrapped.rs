//! The records that one JSON value of a file holds.
//!
//! Pure. AWS writes records as they are, in `{"Records":[…]}`, in a list, and as text within
//! LookupEvents output (`{"Events":[…]}`). What has an `eventID` of its own is a record, whatever
//! else it holds; of a wrapper, every record is handed on.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::decode;
use crate::{
    event::{Item, Lookup, Object},
    json,
};

/// What tells the forms apart.
#[derive(Deserialize)]
struct Marks<'a> {
    #[serde(borrow, rename = "eventID")]
    id: Option<&'a RawValue>,
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "Events")]
    events: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "CloudTrailEvent")]
    looked: Option<&'a RawValue>,
}

/// Gives each record that a value holds to `take`; says whether it wants more.
pub(super) fn each_record(value: &str, take: &mut dyn FnMut(Item) -> bool) -> bool {
    if value.starts_with('[')
        && let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(value)
    {
        return list.into_iter().all(|element| unwrapped(element.get(), take));
    }
    unwrapped(value, take)
}

/// The records of a wrapper, or the one that this is.
fn unwrapped(value: &str, take: &mut dyn FnMut(Item) -> bool) -> bool {
    match marks(value) {
        Some(Marks { id: None, records, events, looked: None })
            if records.is_some() || events.is_some() =>
        {
            let all = [records, events].into_iter().flatten().flatten();
            all.into_iter().all(|record| take(one(record.get())))
        }
        _ => take(one(value)),
    }
}

/// Nothing where it is no object, or where a mark stands there twice or in another form: then it
/// is a record, and kept as that or as a stray.
fn marks(value: &str) -> Option<Marks<'_>> {
    if !value.starts_with('{') {
        return None;
    }
    serde_json::from_str(value).ok()
}

/// A record, or an event of LookupEvents output with the record in it as a string.
fn one(value: &str) -> Item {
    if let Some(Marks { id: None, looked: Some(record), .. }) = marks(value)
        && let (Ok(Value::Object(beside)), Ok(record)) = (json::parse(value), json::string(record))
    {
        return decode::record(record, hints(&beside));
    }
    decode::record(value.to_owned(), decode::Hints::default())
}

/// What LookupEvents output says beside the record.
fn hints(beside: &Object) -> decode::Hints {
    let resources = beside.get("Resources").and_then(Value::as_array);
    let resource = |resource: &Value| {
        let text = |name| resource.get(name).and_then(Value::as_str).map(str::to_owned);
        (text("ResourceType"), text("ResourceName"))
    };
    let text = |name| beside.get(name).and_then(Value::as_str).map(str::to_owned);
    let lookup = Lookup {
        time: beside.get("EventTime").and_then(time),
        username: text("Username"),
        resources: resources.into_iter().flatten().map(resource).collect(),
    };
    decode::Hints { id: text("EventId"), lookup: Some(lookup) }
}

/// A time as a client prints it: seconds as a number, or a date with its offset.
fn time(time: &Value) -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is let go")]
    let whole = |seconds: f64| seconds as i64;
    match time {
        Value::Number(number) => Timestamp::from_second(number.as_f64().map(whole)?).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = r#""eventTime":"2026-01-02T03:04:05Z""#;

    fn found(value: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_record(value, &mut |item| {
            found.push(match item {
                Item::Event(event) => event.id,
                Item::Stray(stray) => format!("stray {}", stray.verbatim),
            });
            true
        });
        found
    }

    #[test]
    fn a_record_is_no_wrapper_whatever_it_holds() {
        for member in [r#""Records":[]"#, r#""Events":[{}]"#, r#""CloudTrailEvent":"{}""#] {
            assert_eq!(found(&format!(r#"{{"eventID":"a",{TIME},{member}}}"#)), ["a"], "{member}");
        }
    }

    #[test]
    fn every_record_of_a_wrapper_is_handed_on() {
        let record = |id: &str| format!(r#"{{"eventID":"{id}",{TIME}}}"#);
        let [a, b] = [record("a"), record("b")];
        assert_eq!(found(&format!(r#"{{"Records":[{a}],"Events":[{b}]}}"#)), ["a", "b"]);
        assert_eq!(found(&format!(r#"[{{"Records":[{a},1]}},{b}]"#)), ["a", "stray 1", "b"]);
        let twice = format!(r#"{{"Records":[{a}],"Records":[{b}]}}"#);
        assert_eq!(found(&twice), [format!("stray {twice}")]);
        assert_eq!(found(r#"{"Records":null}"#), [r#"stray {"Records":null}"#]);
    }

    #[test]
    fn lists_of_lists_are_no_records_and_overflow_nothing() {
        assert_eq!(found("[[1],2]"), ["stray [1]", "stray 2"]);
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(found(&deep).len(), 1);
    }
}
