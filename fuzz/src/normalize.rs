//! Events: a document has all that its event has, in names and shapes that every index takes.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::Value;
use trailhaul::{
    event::{Event, Item, Ticket},
    json,
    limits::{MAX_ARRAY_LEVELS, MAX_KEY_BYTES, MAX_OBJECT_LEVELS},
    normalize::{Action, IndexPattern, Normalizer, Shape, Table},
    source::decode,
};

use crate::tree::{Punctuation, each_leaf};

static NORMALIZER: LazyLock<Normalizer> = LazyLock::new(|| {
    let table = Table::shipped().expect("the shipped table");
    let pattern = IndexPattern::new("cloudtrail-%Y.%m").expect("a pattern");
    Normalizer::new(table.into(), pattern)
});

/// The places in a document that a rule speaks of.
static PLACES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let rules = NORMALIZER.table().rules();
    rules
        .flat_map(|rule| {
            let path: Vec<_> = rule.path.split('.').map(str::to_owned).collect();
            let inner = match &rule.otherwise {
                Action::Wrap(name) => Some([path.clone(), vec![name.clone()]].concat()),
                _ => None,
            };
            [Some(path), inner].into_iter().flatten()
        })
        .collect()
});

/// Makes documents of the bytes, one event a line.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut shapes = HashMap::new();
    for line in text.lines().take(4) {
        let hints = decode::Hints { id: Some("id".into()), second: Some(0), lookup: None };
        let Item::Event(event) = decode::record(line.to_owned(), hints) else { continue };
        let document = document(&event);
        names_are_plain(&document, true);
        nothing_is_lost(*event);
        for place in PLACES.iter() {
            for (path, shape) in shapes_at(&document, place) {
                let before = *shapes.entry(path.clone()).or_insert(shape);
                assert_eq!(before, shape, "{path} has two shapes");
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
        assert_eq!(before.contains(&leaf), after.contains(&leaf), "{leaf} of {before} in {after}");
    }
}

/// The shapes of the values at a place, by their path.
fn shapes_at(document: &Value, place: &[String]) -> Vec<(String, Shape)> {
    let mut at = vec![(String::new(), document)];
    for key in place {
        at = at.into_iter().flat_map(|(path, value)| below(&path, value, key)).collect();
    }
    at.into_iter().filter_map(|(path, value)| Some((path, shape(value)?))).collect()
}

/// The members of a value that a name of CloudTrail's can have become, arrays looked through.
fn below<'a>(path: &str, value: &'a Value, key: &str) -> Vec<(String, &'a Value)> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| below(path, item, key)).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| {
                name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            })
            .map(|(name, member)| (format!("{path}/{name}"), member))
            .collect(),
        _ => Vec::new(),
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
