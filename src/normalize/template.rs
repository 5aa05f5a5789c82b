//! The index template, for every engine that trailhaul writes to.

use serde_json::{Value, json};

use super::engine_kind::CatchAll;
use super::index_name::IndexPattern;
use super::mapping::{mappings, searched};
use super::table::Table;
use crate::limits::TEMPLATE_PRIORITY;

/// How the names of all templates begin.
pub const TEMPLATE_PREFIX: &str = "trailhaul-";

/// The name of the template for a pattern; another pattern has another.
pub fn template_name(pattern: &IndexPattern) -> String {
    format!("{TEMPLATE_PREFIX}{}", pattern.as_str().replace('%', "").to_lowercase())
}

/// The body for `PUT _index_template/<name>`.
///
/// The priority grows with the pattern's fixed part: of two patterns that overlap the narrower one
/// wins, where equal priorities would be refused, and all of them win over an engine's own.
pub fn template(catch_all: CatchAll, pattern: &IndexPattern, table: &Table) -> Value {
    json!({
        "index_patterns": [pattern.glob()],
        "priority": priority(pattern),
        "template": { "settings": settings(table, catch_all), "mappings": mappings(table, catch_all) },
        "_meta": { "managed_by": "trailhaul", "layout": table.layout().name() },
    })
}

/// The body for `PUT _template/<name>`, which is all that Elasticsearch before 7.8 knows.
pub fn legacy_template(catch_all: CatchAll, pattern: &IndexPattern, table: &Table) -> Value {
    json!({
        "index_patterns": [pattern.glob()],
        "order": priority(pattern),
        "settings": settings(table, catch_all),
        "mappings": mappings(table, catch_all),
    })
}

fn priority(pattern: &IndexPattern) -> usize {
    let fixed = pattern.glob().chars().filter(|c| *c != '*').count();
    TEMPLATE_PRIORITY.saturating_add(fixed)
}

fn settings(table: &Table, catch_all: CatchAll) -> Value {
    json!({
        "index.mapping.total_fields.limit": table.field_limit(),
        "index.query.default_field": searched(table, catch_all),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrower_of_two_patterns_wins_and_both_have_a_name_of_their_own() {
        let wide = IndexPattern::new("ct-%Y").unwrap();
        let narrow = IndexPattern::new("ct-prod-%Y").unwrap();
        assert!(priority(&wide) < priority(&narrow) && priority(&wide) > TEMPLATE_PRIORITY);
        assert_eq!(template_name(&narrow), "trailhaul-ct-prod-y");
    }

    #[test]
    fn the_old_form_says_the_same() {
        let pattern = IndexPattern::new("ct-%Y").unwrap();
        let table = Table::shipped().unwrap();
        let new = template(CatchAll::Terms, &pattern, &table);
        let old = legacy_template(CatchAll::Terms, &pattern, &table);
        assert_eq!(new["template"]["mappings"], old["mappings"]);
        assert_eq!(old["mappings"]["dynamic"], false);
        assert_eq!(new["template"]["settings"], old["settings"]);
        assert_eq!(new["priority"], old["order"]);
    }
}
