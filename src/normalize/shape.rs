//! The two shapes that an index tells apart, and the ways from one to the other.
//!
//! An index maps a path as an object or as a scalar and refuses the other for ever after. Arrays
//! do not exist for it: an array has the shape of its elements, and nulls have none.

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Object;

/// The name that a scalar gets where an object has to stand and no rule names it.
pub(super) const VALUE: &str = "value";

/// What an index tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Has members.
    Object,
    /// A string, number or boolean.
    Scalar,
}

impl Shape {
    /// The other of the two.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Object => Self::Scalar,
            Self::Scalar => Self::Object,
        }
    }
}

/// The shape of a value; an array with any object in it counts as objects, and nulls, empty
/// arrays and arrays of those have none.
pub(super) fn of(value: &Value) -> Option<Shape> {
    match value {
        Value::Null => None,
        Value::Object(_) => Some(Shape::Object),
        Value::Array(items) => {
            let mut shape = None;
            for item in items {
                match of(item) {
                    Some(Shape::Object) => return Some(Shape::Object),
                    other => shape = shape.or(other),
                }
            }
            shape
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(Shape::Scalar),
    }
}

/// Whether an array holds scalars beside objects, at whatever depth of arrays.
pub(super) fn is_mixed(items: &[Value]) -> bool {
    fn has_scalar(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(has_scalar),
            Value::Null | Value::Object(_) => false,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }
    items.iter().any(has_scalar) && items.iter().any(|item| of(item) == Some(Shape::Object))
}

/// Makes objects of a value's scalars: `x` becomes `{name: x}`, in arrays each for itself.
pub(super) fn wrap_scalars(value: &mut Value, name: &str) {
    match value {
        Value::Null | Value::Object(_) => {}
        Value::Array(items) => items.iter_mut().for_each(|item| wrap_scalars(item, name)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => wrap(value, name),
    }
}

/// Makes `{name: value}` of a value as a whole.
pub(super) fn wrap(value: &mut Value, name: &str) {
    let inner = value.take();
    *value = Value::Object(Object::from_iter([(name.to_owned(), inner)]));
}

/// Makes a string of a value: its JSON text.
pub(super) fn to_json(value: &mut Value) {
    *value = Value::String(value.to_string());
}

/// Gives a value the shape that its new place has.
pub(super) fn fit(value: &mut Value, shape: Shape) {
    match (of(value), shape) {
        (Some(Shape::Scalar), Shape::Object) => wrap_scalars(value, VALUE),
        (Some(Shape::Object), Shape::Scalar) => to_json(value),
        _ => {}
    }
}

/// Makes `x` of `{name: x}` where `x` is a scalar, and JSON text of every other object; in arrays
/// each element for itself.
pub(super) fn unwrap(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| unwrap(item, name)),
        Value::Object(_) => {
            if !unwrap_exact(value, name) {
                to_json(value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Makes `x` of `{name: x}` where `x` is a scalar; says whether it did.
pub(super) fn unwrap_exact(value: &mut Value, name: &str) -> bool {
    let Value::Object(members) = value else { return false };
    if members.len() != 1 || members.get(name).and_then(of) != Some(Shape::Scalar) {
        return false;
    }
    let inner = members.remove(name);
    *value = inner.unwrap_or_default();
    true
}

/// Makes `x` of EC2's `{tag: 1, content: x}`; gives the rest of it if it did.
pub(super) fn unwrap_xml(value: &mut Value) -> Option<Value> {
    let Value::Object(members) = value else { return None };
    let is_known = |key: &String| ["tag", "content", "xmlns"].contains(&key.as_str());
    if !members.keys().all(is_known) || members.get("content").and_then(of) != Some(Shape::Scalar) {
        return None;
    }
    let content = members.remove("content")?;
    Some(std::mem::replace(value, content))
}

/// Makes base64 of the bytes of a Java `ByteBuffer` that was written as the object that it is; gives
/// the rest of it if it did.
pub(super) fn unwrap_buffer(value: &mut Value) -> Option<Value> {
    let Value::Object(members) = value else { return None };
    let marks = ["offset", "isReadOnly", "bigEndian", "nativeByteOrder"];
    if !marks.iter().all(|key| members.contains_key(*key)) {
        return None;
    }
    let signed = members.get("hb")?.as_array()?.iter().map(Value::as_i64);
    let bytes = signed.map(|byte| Some(i8::try_from(byte?).ok()?.to_ne_bytes()));
    let bytes: Vec<[u8; 1]> = bytes.collect::<Option<_>>()?;
    members.remove("hb");
    let text = base64::engine::general_purpose::STANDARD.encode(bytes.concat());
    Some(std::mem::replace(value, Value::String(text)))
}

/// Whether a value is what AWS writes in place of one that it will not show.
pub(super) fn is_redacted(value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    text == "HIDDEN_DUE_TO_SECURITY_REASONS" || text.starts_with("***")
}

/// Whether a section is the note that AWS leaves in place of one that is too large:
/// `{"omitted": true, "originalSize": …, "reason": …}`.
pub(super) fn is_omitted(value: &Value) -> bool {
    let Value::Object(members) = value else { return false };
    members.get("omitted") == Some(&Value::Bool(true))
        && members.values().all(|member| of(member) != Some(Shape::Object))
        && (members.contains_key("originalSize") || members.contains_key("reason"))
}

/// Whether every scalar of a value is a boolean, bare or as a string.
pub(super) fn is_boolean(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::String(text) => text == "true" || text == "false",
        Value::Array(items) => items.iter().all(is_boolean),
        Value::Number(_) | Value::Object(_) => false,
    }
}
