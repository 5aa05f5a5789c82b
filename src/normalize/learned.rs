//! Rules that were learned or are proposed, as a file that `--rules` reads.

use serde::Serialize;

use super::action::{Action, Keeps, Kind};
use super::rule::Rule;
use super::shape::Shape;

#[derive(Serialize)]
struct File<'a> {
    rule: Vec<Row<'a>>,
}

/// What such a rule says; the rest of a row stays as it is when nothing is said.
#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    keeps: Keeps,
    otherwise: &'a Action,
    #[serde(skip_serializing_if = "is_any")]
    kind: Kind,
    aside: Option<Shape>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    blank_list: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    services: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    events: &'a [String],
    reason: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_any(kind: &Kind) -> bool {
    *kind == Kind::Any
}

/// The rows of these rules, in TOML.
pub fn learned_toml<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let row = |rule: &'a Rule| Row {
        path: &rule.path,
        keeps: rule.keeps,
        otherwise: &rule.otherwise,
        kind: rule.kind,
        aside: rule.aside,
        blank_list: rule.blank_list,
        services: &rule.services,
        events: &rule.events,
        reason: &rule.reason,
    };
    // Strings, lists of them and unit variants cannot fail to be written.
    toml::to_string(&File { rule: rules.map(row).collect() }).unwrap_or_default()
}
