//! Where documents have what events have under AWS's names, for queries in those.

use std::collections::BTreeMap;

use super::Ecs;
use super::convert::Convert;
use super::rows::{Row, Source};

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::normalize) enum Form {
    /// The value itself.
    Value,
    /// An object as text.
    Text,
    /// An object with its members.
    Members,
}

/// The paths of events and the fields that have them, in all events: the strongest first.
pub(in crate::normalize) fn names(ecs: &Ecs) -> impl Iterator<Item = (&str, &str, Form)> {
    let rows = ecs.tables.all.iter().filter(|row| row.when.is_none() && row.convert.holds_all());
    rows.filter_map(|row: &Row| {
        let Source::From(paths) = &row.source else { return None };
        let form = match row.convert {
            Convert::JavaMap => Form::Text,
            Convert::Object => Form::Members,
            _ => Form::Value,
        };
        Some((paths.first()?.text(), row.to.as_str(), form))
    })
}

/// The field that has what events have at a path, itself or as text.
pub(in crate::normalize) fn fields_by_path(ecs: &Ecs) -> BTreeMap<&str, &str> {
    let mut fields = BTreeMap::new();
    for (path, field, _) in names(ecs).filter(|(.., form)| *form != Form::Members) {
        fields.entry(path).or_insert(field);
    }
    fields
}
