//! Events: a document has all that its event has, in names and shapes that every index takes.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use trailhaul::{
    event::{Event, Item, Ticket},
    json,
    limits::{MAX_ARRAY_LEVELS, MAX_KEY_BYTES, MAX_OBJECT_LEVELS},
    normalize::{IndexPattern, Normalizer, Shape, Table},
    source::decode,
};

use crate::tree::{Punctuation, each_leaf};

static NORMALIZER: LazyLock<Normalizer> = LazyLock::new(|| {
    let table = Table::shipped().expect("the shipped table");
    let pattern = IndexPattern::new("cloudtrail-%Y.%m").expect("a pattern");
    Normalizer::new(table.into(), pattern)
});

/// Makes documents of the bytes, one event a line.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    for line in text.lines().take(4) {
        let lookup = serde_json::from_str(r#"{"time":"1970-01-01T00:00:00Z"}"#).ok();
        let hints = decode::Hints { id: Some("id".into()), lookup };
        let Item::Event(event) = decode::record(line.to_owned(), hints) else { continue };
        let document = document(&event);
        names_are_plain(&document, true);
        nothing_is_lost(*event);
        let Value::Object(fields) = document else { panic!("no object: {document}") };
        for (name, value) in fields {
            if name.ends_with("_rest") {
                assert!(is_root(&value), "{name} is {value}");
                shape(&value);
            } else if !["@timestamp", "trailhaul"].contains(&name.as_str()) {
                has_its_shape(&name, &value);
            }
        }
    }
}

fn document(event: &Event) -> Value {
    let ticket = Ticket { region: 0, page: 0 };
    let document = NORMALIZER.document(event.clone(), ticket);
    assert_eq!(document.body, NORMALIZER.body(event));
    assert!(!document.body.contains('\n'), "one line");
    let index = document.index.bytes();
    let mut fits =
        index.map(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
    assert!(fits.all(|fits| fits), "{}", document.index);
    let depth = Punctuation::of(&document.body).depth;
    assert!(depth <= MAX_OBJECT_LEVELS + MAX_ARRAY_LEVELS + 2, "{depth} levels");
    json::parse(&document.body).expect("a document is JSON")
}

fn names_are_plain(value: &Value, at_root: bool) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                assert!(!name.contains(['.', '\0']) && !name.trim().is_empty(), "{name:?}");
                assert!(name.len() <= MAX_KEY_BYTES + 16, "{} bytes", name.len());
                let reserved = at_root && name.starts_with('_') && !name.starts_with("_empty");
                assert!(!reserved, "{name:?}");
                names_are_plain(member, false);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names_are_plain(item, false)),
        _ => {}
    }
}

/// Every string and number is given a number of its own, so that each can be looked for. What the
/// rules ask for stays.
fn nothing_is_lost(mut event: Event) {
    let asked = ["eventSource", "eventName"].map(|name| (name, event.record.get(name).cloned()));
    let mut count = 0;
    let mut record = Value::Object(std::mem::take(&mut event.record));
    each_leaf(&mut record, &mut |leaf| {
        *leaf = Value::String(format!("leaf-{count}-"));
        count += 1;
    });
    let Value::Object(mut record) = record else { return };
    for (name, value) in asked {
        if let (Some(value), Some(member)) = (value, record.get_mut(name)) {
            *member = value;
        }
    }
    let before = Value::Object(record.clone()).to_string();
    event.record = record;
    let after = NORMALIZER.body(&event);
    for number in 0..count {
        let leaf = format!("leaf-{number}-");
        let [sent, kept] = [&before, &after].map(|text| text.matches(&leaf).count());
        assert_eq!(sent, kept, "{leaf} of {before} in {after}");
    }
}

/// Outside the catch-alls every path is a field of the table, in its one shape.
fn has_its_shape(path: &str, value: &Value) {
    let field = NORMALIZER.table().shape_of(path);
    assert!(field.is_some(), "{path} has no field for {value}");
    if let Some(found) = shape(value) {
        assert_eq!(Some(found), field, "{path} has another shape: {value}");
    }
    for (name, member) in objects(value).into_iter().flatten() {
        has_its_shape(&format!("{path}.{name}"), member);
    }
}

/// The objects of a value, arrays looked through.
fn objects(value: &Value) -> Vec<&Map<String, Value>> {
    match value {
        Value::Object(members) => vec![members],
        Value::Array(items) => items.iter().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}

/// Whether engines take it as the root of a catch-all.
fn is_root(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_object),
        other => other.is_object(),
    }
}

/// The one shape of a value.
fn shape(value: &Value) -> Option<Shape> {
    match value {
        Value::Null => None,
        Value::Object(_) => Some(Shape::Object),
        Value::Array(items) => {
            let mut shapes = items.iter().filter_map(shape);
            let first = shapes.next()?;
            assert!(shapes.all(|other| other == first), "an array of two shapes: {value}");
            Some(first)
        }
        _ => Some(Shape::Scalar),
    }
}
