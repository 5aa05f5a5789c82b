//! `event.category` and `event.type` by what was done.

use std::collections::HashMap;

const TABLE: &str = include_str!("../../../rules/ecs_categories.tsv");

/// What an event is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Category {
    pub(super) category: &'static str,
    /// With commas between.
    pub(super) types: &'static str,
}

/// The categories by `eventName`.
#[derive(Debug)]
pub(super) struct Categories(HashMap<&'static str, Category>);

impl Categories {
    pub(super) fn shipped() -> Self {
        Self(rows().collect())
    }

    pub(super) fn of(&self, event_name: &str) -> Option<Category> {
        self.0.get(event_name).copied()
    }
}

/// The table, row by row.
pub(super) fn rows() -> impl Iterator<Item = (&'static str, Category)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (name, rest) = line.split_once('\t')?;
        let (category, types) = rest.split_once('\t')?;
        Some((name, Category { category, types }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What ECS allows; another value is one that no search expects.
    const CATEGORIES: [&str; 11] = [
        "api",
        "authentication",
        "configuration",
        "database",
        "file",
        "host",
        "iam",
        "network",
        "package",
        "process",
        "session",
    ];
    const TYPES: [&str; 9] =
        ["access", "admin", "change", "creation", "deletion", "end", "group", "info", "start"];

    #[test]
    fn every_row_has_values_that_ecs_allows() {
        assert_eq!(rows().count(), TABLE.lines().count() - 1);
        assert_eq!(Categories::shipped().0.len(), rows().count(), "a name is there twice");
        for (name, Category { category, types }) in rows() {
            assert!(CATEGORIES.contains(&category), "{name}: {category}");
            let mut types = types.split(',');
            assert!(types.all(|kind| kind == "user" || TYPES.contains(&kind)), "{name}");
        }
    }
}
