//! Learned rules as a file that `--rules` reads.

use serde::Serialize;

use super::action::{Action, Keeps};
use super::shape::Shape;
use super::table::Rule;

#[derive(Serialize)]
struct File<'a> {
    rule: Vec<Row<'a>>,
}

/// What a learned rule says; the rest of a row stays as it is when nothing is said.
#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    keeps: Keeps,
    otherwise: &'a Action,
    aside: Option<Shape>,
    services: &'a [String],
    reason: &'a str,
}

/// The rows of these rules, in TOML.
pub fn learned_toml<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let row = |rule: &'a Rule| Row {
        path: &rule.path,
        keeps: rule.keeps,
        otherwise: &rule.otherwise,
        aside: rule.aside,
        services: &rule.services,
        reason: &rule.reason,
    };
    // Strings, lists of them and unit variants can not fail to be written.
    toml::to_string(&File { rule: rules.map(row).collect() }).unwrap_or_default()
}
