//! What of an event no row has taken, where the event's own text is not kept.
//!
//! It stands below trailhaul's own name, so that nothing of an event is lost but what `--keep` leaves
//! out.

use serde_json::Value;

use super::path::Path;
use crate::event::Object;

/// What is left of a record once the values at these paths are elsewhere.
pub(super) fn left(record: &Object, taken: &[&Path]) -> Object {
    let taken: Vec<Vec<&str>> = taken.iter().map(|path| path.names().collect()).collect();
    let taken: Vec<&[&str]> = taken.iter().map(Vec::as_slice).collect();
    of_object(record, &taken)
}

fn of_object(members: &Object, taken: &[&[&str]]) -> Object {
    let mut left = Object::new();
    for (name, value) in members {
        let below: Vec<&[&str]> = taken
            .iter()
            .filter_map(|names| names.split_first())
            .filter(|(first, _)| *first == name)
            .map(|(_, rest)| rest)
            .collect();
        if below.iter().any(|rest| rest.is_empty()) {
            continue;
        }
        match value {
            Value::Object(inner) if !below.is_empty() => {
                let inner = of_object(inner, &below);
                if !inner.is_empty() {
                    left.insert(name.clone(), Value::Object(inner));
                }
            }
            _ => drop(left.insert(name.clone(), value.clone())),
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_taken_is_gone_and_the_rest_stays_where_it_was() {
        let record = json!({"a": {"b": 1, "c": {"d": 2, "e": 3}}, "f": [4], "g": {"h": 5}});
        let paths = ["a.b", "a.c.d", "g.h", "f.x"].map(|path| Path::from(path.to_owned()));
        let taken: Vec<&Path> = paths.iter().collect();
        let left = left(record.as_object().unwrap(), &taken);
        assert_eq!(Value::Object(left), json!({"a": {"c": {"e": 3}}, "f": [4]}));
    }
}
