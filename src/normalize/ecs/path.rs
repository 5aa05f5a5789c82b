//! Paths into a record, split once.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::event::Object;

/// The names from the top of a record down to a value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) struct Path {
    text: Box<str>,
    names: Box<[Box<str>]>,
}

impl From<String> for Path {
    fn from(text: String) -> Self {
        let names = text.split('.').map(Box::from).collect();
        Self { text: text.into(), names }
    }
}

/// As the names.
impl Serialize for Path {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.names())
    }
}

impl Path {
    /// As it is written in a table.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// The value at the path, through objects alone.
    pub(super) fn value<'a>(&self, record: &'a Object) -> Option<&'a Value> {
        let (last, above) = self.names.split_last()?;
        let mut object = record;
        for name in above {
            object = object.get(name.as_ref())?.as_object()?;
        }
        object.get(last.as_ref())
    }

    /// Takes the value out.
    pub(super) fn take(&self, record: &mut Object) -> Option<Value> {
        let (last, above) = self.names.split_last()?;
        let mut object = record;
        for name in above {
            object = object.get_mut(name.as_ref())?.as_object_mut()?;
        }
        object.remove(last.as_ref())
    }

    /// All values at the path, also in lists on the way and at its end.
    pub(super) fn each<'a>(&self, record: &'a Object, found: &mut impl FnMut(&'a Value)) {
        if let Some((first, rest)) = self.names.split_first()
            && let Some(value) = record.get(first.as_ref())
        {
            below(value, rest, found);
        }
    }
}

fn below<'a>(value: &'a Value, names: &[Box<str>], found: &mut impl FnMut(&'a Value)) {
    match (value, names.split_first()) {
        (Value::Array(items), _) => items.iter().for_each(|item| below(item, names, found)),
        (value, None) => found(value),
        (Value::Object(members), Some((name, rest))) => {
            if let Some(value) = members.get(name.as_ref()) {
                below(value, rest, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_goes_through_lists_where_all_are_asked_for() {
        let record = json!({"a": [{"b": [1, 2]}, {"b": 3}, 4], "c": {"b": {"d": 5}}});
        let record = record.as_object().unwrap();
        let all = |path: &str| {
            let mut found = Vec::new();
            Path::from(path.to_owned()).each(record, &mut |value| found.push(value.clone()));
            Value::from(found)
        };
        assert_eq!(all("a.b"), json!([1, 2, 3]));
        assert_eq!(all("c.b.d"), json!([5]));
        assert_eq!(all("c.x"), json!([]));
        assert_eq!(Path::from("a.b".to_owned()).value(record), None);
        assert_eq!(Path::from("c.b.d".to_owned()).value(record), Some(&json!(5)));
    }
}
