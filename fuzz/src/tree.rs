//! Looks at JSON text and at trees of it, without the parser under test.

use serde_json::Value;

/// The members of all objects in a tree.
pub(crate) fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(items) => items.iter().map(members).sum(),
        _ => 0,
    }
}

/// Visits every string and number.
pub(crate) fn each_leaf(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| each_leaf(value, visit)),
        Value::Array(items) => items.iter_mut().for_each(|value| each_leaf(value, visit)),
        Value::String(_) | Value::Number(_) => visit(value),
        Value::Null | Value::Bool(_) => {}
    }
}

/// What JSON text has outside its strings.
#[derive(Debug, Default)]
pub(crate) struct Punctuation {
    /// The members of all objects.
    pub(crate) colons: usize,
    /// The most brackets and braces open at once.
    pub(crate) depth: usize,
}

impl Punctuation {
    pub(crate) fn of(text: &str) -> Self {
        let (mut found, mut open, mut quoted, mut escaped) =
            (Self::default(), 0_usize, false, false);
        for byte in text.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b':' => found.colons += 1,
                b'{' | b'[' => {
                    open += 1;
                    found.depth = found.depth.max(open);
                }
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        found
    }
}
