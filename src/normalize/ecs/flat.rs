//! Objects for a field that takes any members: what every engine takes there, as AWS wrote it.

use serde_json::Value;

use super::java;
use super::slot::Slot;
use crate::event::Object;
use crate::json::FreeNames;
use crate::limits::{
    ECS_TEXT_UNITS, MAX_KEY_BYTES, MAX_NUMBER_CHARS, MAX_REST_BYTES, MAX_REST_LEAF_BYTES,
};
use crate::normalize::key;
use crate::normalize::rest::leaf_bytes;

/// The object; nothing if it is none, or too long.
pub(super) fn object(value: &Value) -> Option<Slot<'_>> {
    let is_short =
        java::is_shorter(value, ECS_TEXT_UNITS) && leaf_bytes(value, 0) <= MAX_REST_BYTES;
    if !is_root(value) || !is_short || !fits(value, 0) {
        return None;
    }
    Some(if is_plain(value) { Slot::Borrowed(value) } else { Slot::Owned(mended(value)) })
}

fn is_root(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().all(Value::is_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether every leaf fits a term with its path, of which so many bytes are above.
fn fits(value: &Value, bytes: usize) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(name, member)| {
            fits(member, bytes.saturating_add(name.len().min(MAX_KEY_BYTES)).saturating_add(1))
        }),
        Value::Array(items) => items.iter().all(|item| fits(item, bytes)),
        Value::String(text) => bytes.saturating_add(text.len()) <= MAX_REST_LEAF_BYTES,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().all(|(name, member)| is_plain_key(name) && is_plain(member))
        }
        Value::Array(items) => items.iter().all(is_plain),
        Value::Number(number) => number.as_str().len() <= MAX_NUMBER_CHARS,
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// Whether a field of this kind takes the name. Dots are names' own there, and a name may be blank.
pub(super) fn is_plain_key(name: &str) -> bool {
    name.len() <= MAX_KEY_BYTES && !name.contains('\0')
}

/// The same with names and numbers that are taken.
pub(super) fn mended(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            // Members that keep their names come first: they have always had them.
            let (keep, change): (Vec<_>, Vec<_>) =
                members.iter().partition(|(name, _)| is_plain_key(name));
            let kept = keep.into_iter().map(|(name, member)| (name.clone(), mended(member)));
            let (mut plain, mut names): (Object, _) = (kept.collect(), FreeNames::default());
            for (name, member) in change {
                let name = key::clean(name).unwrap_or_default();
                names.insert(&mut plain, name, mended(member));
            }
            Value::Object(plain)
        }
        Value::Array(items) => items.iter().map(mended).collect(),
        Value::Number(number) if number.as_str().len() > MAX_NUMBER_CHARS => {
            Value::String(number.as_str().to_owned())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(value: &Value) -> Value {
        serde_json::to_value(object(value).unwrap_or_default()).unwrap()
    }

    #[test]
    fn what_engines_take_stays_as_it_is() {
        let plain = json!({"a.b": {"": [1, {" ": "x"}]}, "..": 2});
        assert_eq!(made(&plain), plain);
        assert_eq!(made(&json!({"a\0b": 1, "a_b": 2})), json!({"a_b": 2, "a_b_2": 1}));
        let number = "9".repeat(1001);
        let long: Value = serde_json::from_str(&format!("{{\"n\":{number}}}")).unwrap();
        assert_eq!(made(&long), json!({ "n": number }));
    }

    #[test]
    fn what_is_too_long_or_no_object_is_not_there() {
        assert_eq!(
            made(&json!({"a": "x".repeat(32_765 - 4)})),
            Value::Null,
            "its text is too long"
        );
        assert_ne!(made(&json!({"a": "x".repeat(31_990)})), Value::Null);
        assert_eq!(made(&json!({"a": "é".repeat(17_000)})), Value::Null, "its bytes are too many");
        assert_eq!(made(&json!("text")), Value::Null);
        assert_eq!(made(&json!([1])), Value::Null);
    }
}
