//! `mapping_examples.md`: the table's own examples, with what the engine makes of them.
//!
//! The right-hand side is never written by hand, so the page can not say what the program does not do.

use std::fmt::Write as _;

use serde_json::Value;

use super::engine;
use super::table::{Example, Rule, Table};
use crate::event::Object;

const PREFACE: &str = "\
# Mapping examples

<!-- Generated from rules/typed.toml: cargo run --example mapping_examples > mapping_examples.md -->

An index decides once whether a field is an object or a scalar, and refuses the other for ever
after. CloudTrail has fields that are both, in different services or in one. Below is what
trailhaul makes of each of them in the `typed` layout: the event's part on the left, the same part
of the document on the right, both as JSON. `trailhaul rules list` shows the table in short, and
`--rules FILE` changes it.
";

/// Renders the page, grouped by section of the record and by field.
pub fn examples_markdown(table: &Table) -> String {
    let mut page = PREFACE.to_owned();
    for (title, rules) in sections(table) {
        page.extend(["\n## ", title.as_str(), "\n"]);
        for rule in rules {
            page += &field(table, rule);
        }
    }
    page
}

fn sections(table: &Table) -> Vec<(String, Vec<&Rule>)> {
    let mut sections: Vec<(String, Vec<&Rule>)> = Vec::new();
    for rule in table.rules().filter(|rule| !rule.examples.is_empty()) {
        let title = match rule.path.split_once('.') {
            Some((section, _)) => format!("In `{section}`"),
            None => "At the first level of the event".to_owned(),
        };
        match sections.iter_mut().find(|(known, _)| *known == title) {
            Some((_, rules)) => rules.push(rule),
            None => sections.push((title, vec![rule])),
        }
    }
    sections
}

fn field(table: &Table, rule: &Rule) -> String {
    let mut text = format!(
        "\n### `{}`\n\n{}.\nKeeps the name: {}. Other shapes: `{}`.\n\n\
         | Service | API | In the event | In the document |\n| --- | --- | --- | --- |\n",
        rule.path, rule.reason, rule.keeps, rule.otherwise
    );
    for example in &rule.examples {
        let (before, after) = (cell(&example.record), cell(&outcome(table, example)));
        // Writing to a string can not fail.
        writeln!(text, "| {} | {} | {before} | {after} |", example.service, example.event)
            .unwrap_or_default();
    }
    text
}

/// What the engine makes of an example.
pub(super) fn outcome(table: &Table, example: &Example) -> Object {
    let mut record = example.record.clone();
    let source = format!("{}.amazonaws.com", example.service);
    record.insert("eventSource".to_owned(), Value::String(source));
    record.insert("eventName".to_owned(), Value::String(example.event.clone()));
    engine::run(table, &mut record);
    record.remove("eventSource");
    record.remove("eventName");
    record
}

/// A table's cell that shows JSON: a bar would end it, even inside code.
fn cell(fields: &Object) -> String {
    let json = serde_json::to_string(fields).unwrap_or_default();
    format!("`{}`", json.replace('|', "\\|"))
}
