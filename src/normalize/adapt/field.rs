//! What one field of a mapping takes, by its type.
//!
//! A type that is not known here, and one with rules of its own, takes nothing: what would stand there
//! stands in a catch-all.

use serde_json::Value;

use crate::normalize::layout::is_values;
use crate::normalize::takes::Takes;

/// Types that take any scalar.
pub(in crate::normalize) const TAKES_ANY: [&str; 6] =
    ["keyword", "text", "match_only_text", "wildcard", "search_as_you_type", "annotated_text"];
/// Those of them that keep a scalar as one term.
const TERMS: [&str; 2] = ["keyword", "wildcard"];

/// UTF-16 units that are never more bytes than a term may have.
const UNITS_OF_A_TERM: u64 = 8191;

/// What a field is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Field {
    /// Holds others.
    Object,
    /// A scalar that is all of this.
    Scalar(Vec<Takes>),
    /// Takes any object whatever as a whole.
    Whole,
    /// Takes nothing that an event could have there.
    Other,
}

impl Field {
    /// By its definition in a mapping.
    pub(super) fn of(definition: &Value) -> Self {
        let kind = definition.get("type").and_then(Value::as_str).unwrap_or("object");
        match kind {
            "object" if definition.get("enabled").is_some_and(|value| is(value, false)) => {
                Self::Whole
            }
            "object" => Self::Object,
            "flattened" | "flat_object" => Self::Whole,
            // What it copies may be refused where it goes.
            _ if definition.get("copy_to").is_some_and(|to| !are_values(to)) => Self::Other,
            _ => scalar(kind, definition).map_or(Self::Other, Self::Scalar),
        }
    }
}

/// Whether it is copied to the values of sections alone, which take any.
fn are_values(copy_to: &Value) -> bool {
    let is_one = |name: &Value| name.as_str().is_some_and(is_values);
    match copy_to {
        Value::Array(names) => names.iter().all(is_one),
        name => is_one(name),
    }
}

/// What a scalar has to be for a field and for the fields that are made of it.
fn scalar(kind: &str, definition: &Value) -> Option<Vec<Takes>> {
    let mut all = Vec::new();
    let takes_all = definition.get("ignore_malformed").is_some_and(|value| is(value, true));
    if !TAKES_ANY.contains(&kind) && !takes_all {
        all.push(typed(kind, definition)?);
    }
    let shortens = definition.get("ignore_above").and_then(Value::as_u64);
    if TERMS.contains(&kind) && shortens.is_none_or(|units| units > UNITS_OF_A_TERM) {
        all.push(Takes::Term);
    }
    for (_, field) in definition.get("fields").and_then(Value::as_object).into_iter().flatten() {
        all.extend(scalar(field.get("type")?.as_str()?, field)?);
    }
    Some(all)
}

fn typed(kind: &str, definition: &Value) -> Option<Takes> {
    let texts = !definition.get("coerce").is_some_and(|value| is(value, false));
    let whole = |least, most| Takes::Whole { least, most, texts };
    let number = |most| Takes::Number { most, texts };
    Some(match kind {
        "boolean" => Takes::Boolean,
        "byte" => whole(i8::MIN.into(), i8::MAX.into()),
        "short" => whole(i16::MIN.into(), i16::MAX.into()),
        "integer" => whole(i32::MIN.into(), i32::MAX.into()),
        "long" => whole(i64::MIN, i64::MAX),
        "unsigned_long" => whole(0, i64::MAX),
        "half_float" => number(65_504.0),
        "float" => number(f32::MAX.into()),
        "double" => number(f64::MAX),
        // Kept as a long, after a multiplication.
        "scaled_float" => number(1e9),
        "date" | "date_nanos" => date(definition.get("format").and_then(Value::as_str))?,
        "ip" => Takes::Ip,
        _ => return None,
    })
}

/// By its formats, one of which is enough; nothing if none is known here.
fn date(format: Option<&str>) -> Option<Takes> {
    let Some(format) = format else { return Some(Takes::Date { iso: true, millis: true }) };
    let has = |names: &[&str]| format.split("||").any(|name| names.contains(&name.trim()));
    let iso = has(&["strict_date_optional_time", "date_optional_time"])
        || has(&["strict_date_optional_time_nanos"]);
    let millis = has(&["epoch_millis"]);
    (iso || millis).then_some(Takes::Date { iso, millis })
}

/// Mappings give booleans bare or as texts.
pub(super) fn is(value: &Value, wanted: bool) -> bool {
    *value == Value::Bool(wanted) || value.as_str() == Some(if wanted { "true" } else { "false" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_what_its_type_says() {
        let long = Takes::Whole { least: i64::MIN, most: i64::MAX, texts: true };
        let date = |iso, millis| Field::Scalar(vec![Takes::Date { iso, millis }]);
        for (definition, field) in [
            (json!({ "properties": {} }), Field::Object),
            (json!({ "type": "object", "dynamic": "strict" }), Field::Object),
            (json!({ "type": "object", "enabled": false }), Field::Whole),
            (json!({ "type": "object", "enabled": "false" }), Field::Whole),
            (json!({ "type": "flattened" }), Field::Whole),
            (json!({ "type": "flat_object" }), Field::Whole),
            (json!({ "type": "nested", "properties": { "a": { "type": "long" } } }), Field::Other),
            (json!({ "type": "alias", "path": "a" }), Field::Other),
            (json!({ "type": "constant_keyword" }), Field::Other),
            (json!({ "type": "a_type_of_tomorrow" }), Field::Other),
            (json!({ "type": "text", "copy_to": ["all"] }), Field::Other),
            (json!({ "type": "text" }), Field::Scalar(vec![])),
            (json!({ "type": "keyword", "ignore_above": 256 }), Field::Scalar(vec![])),
            (json!({ "type": "keyword", "ignore_above": 9000 }), Field::Scalar(vec![Takes::Term])),
            (json!({ "type": "keyword" }), Field::Scalar(vec![Takes::Term])),
            (json!({ "type": "long" }), Field::Scalar(vec![long])),
            (json!({ "type": "long", "ignore_malformed": true }), Field::Scalar(vec![])),
            (json!({ "type": "ip", "ignore_malformed": "true" }), Field::Scalar(vec![])),
            (
                json!({ "type": "short", "coerce": false }),
                Field::Scalar(vec![Takes::Whole { least: -32768, most: 32767, texts: false }]),
            ),
            (json!({ "type": "date" }), date(true, true)),
            (json!({ "type": "date", "format": "epoch_millis" }), date(false, true)),
            (
                json!({ "type": "date", "format": "yyyy || strict_date_optional_time" }),
                date(true, false),
            ),
            (json!({ "type": "date", "format": "epoch_second" }), Field::Other),
            (
                json!({ "type": "text", "fields": { "raw": { "type": "keyword" } } }),
                Field::Scalar(vec![Takes::Term]),
            ),
            (
                json!({ "type": "text", "fields": { "n": { "type": "long" }, "ip": { "type": "ip" } } }),
                Field::Scalar(vec![Takes::Ip, long]),
            ),
            (json!({ "type": "text", "fields": { "n": { "type": "completion" } } }), Field::Other),
        ] {
            assert_eq!(Field::of(&definition), field, "{definition}");
        }
    }
}
