//! `mapping_examples.md`: the table's own examples, with what the engine makes of them.
//!
//! The right-hand side is never written by hand, so the page cannot say what the program does not do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::action::Keeps;
use super::engine;
use super::models;
use super::rule::{Example, Rule};
use super::table::{SHIPPED_NAME, Table};
use crate::event::Object;

const PREFACE: &str = "\
# Mapping examples

<!-- Generated from rules/typed.toml and rules/models.tsv by scripts/generate -->

An index decides once whether a field is an object or a scalar, and refuses the other for ever
after. CloudTrail has fields that are both, in different services or in one. Below is what
trailhaul makes of each of them in the `typed` layout: the event's part on the left, the same part
of the document on the right, both as JSON. `trailhaul rules list` shows the table in short, and
`--rules FILE` changes it.

- [Examples](#examples), by service, by API and by content
- [Rules](#rules), by section of the event, with their reasons
- [What AWS's API models predict](#what-awss-api-models-predict), by service
";

const MODELS: &str = "
## What AWS's API models predict

Paths that AWS's own API models make an object in one operation and a scalar in another, and for
which no rule above speaks. The shape that most operations have keeps the name; the other goes to the
catch-all of its section. `trailhaul rules explain PATH` says it of each. The services are those
whose operations have the other shape.

| Service | Objects in a scalar's place | Scalars in an object's place | Such as |
| --- | --- | --- | --- |
";

/// Renders the page.
pub fn examples_markdown(table: &Table) -> String {
    let mut page = PREFACE.to_owned();
    examples(table, &mut page);
    rules(table, &mut page);
    predicted(table, &mut page);
    page
}

/// Adds a line; writing to a string cannot fail.
macro_rules! line {
    ($page:expr, $($words:tt)*) => { writeln!($page, $($words)*).unwrap_or_default() };
}

fn examples(table: &Table, page: &mut String) {
    let mut found: Vec<(&Example, &Rule)> = shipped(table)
        .flat_map(|rule| rule.examples.iter().map(move |example| (example, rule)))
        .collect();
    found.sort_by_key(|(example, rule)| (&example.service, &example.event, &rule.path));
    *page += "\n## Examples\n";
    let mut service = "";
    for (example, rule) in found {
        if example.service != service {
            service = &example.service;
            line!(page, "\n### {service}\n");
            *page +=
                "| API | Field | In the event | In the document |\n| --- | --- | --- | --- |\n";
        }
        let (before, after) = (cell(&example.record), cell(&outcome(table, example)));
        line!(page, "| {} | `{}` | {before} | {after} |", example.event, rule.path);
    }
}

fn rules(table: &Table, page: &mut String) {
    let mut sections: BTreeMap<String, Vec<&Rule>> = BTreeMap::new();
    for rule in shipped(table) {
        let title = match rule.path.split_once('.') {
            Some((section, _)) => format!("In `{section}`"),
            None => "At the first level of the event".to_owned(),
        };
        sections.entry(title).or_default().push(rule);
    }
    *page += "\n## Rules\n";
    for (title, rules) in sections {
        line!(page, "\n### {title}\n");
        *page += "| Field | Keeps the name | Other shapes | For | Why |\n| --- | --- | --- | --- | --- |\n";
        for rule in rules {
            let Rule { path, keeps, otherwise, reason, .. } = rule;
            let whom = [rule.services.join(", "), rule.events.join(", ")].join(" ");
            let whom = if whom.trim().is_empty() { "all" } else { whom.trim() };
            line!(
                page,
                "| `{path}` | {keeps} | {} | {whom} | {} |",
                escaped(&otherwise.to_string()),
                escaped(reason)
            );
        }
    }
}

#[derive(Default)]
struct Predicted {
    objects: usize,
    scalars: usize,
    paths: BTreeSet<&'static str>,
}

fn predicted(table: &Table, page: &mut String) {
    let in_force: BTreeSet<&str> =
        table.rules().filter(|r| r.file == models::MODELS_NAME).map(|r| r.path.as_str()).collect();
    let mut services: BTreeMap<&str, Predicted> = BTreeMap::new();
    for row in models::rows().filter(|row| in_force.contains(row.path)) {
        for service in row.services {
            let known = services.entry(service).or_default();
            let count =
                if row.keeps == Keeps::Scalar { &mut known.objects } else { &mut known.scalars };
            *count = count.saturating_add(1);
            known.paths.insert(row.path);
        }
    }
    *page += MODELS;
    for (service, Predicted { objects, scalars, paths }) in services {
        let such: Vec<String> = paths.iter().take(3).map(|path| format!("`{path}`")).collect();
        line!(page, "| {service} | {objects} | {scalars} | {} |", such.join(", "));
    }
}

fn shipped(table: &Table) -> impl Iterator<Item = &Rule> {
    table.rules().filter(|rule| rule.file == SHIPPED_NAME)
}

/// What the engine makes of an example.
pub(super) fn outcome(table: &Table, example: &Example) -> Object {
    let mut record = example.record.clone();
    let source = format!("{}.amazonaws.com", example.service);
    record.insert("eventSource".to_owned(), Value::String(source));
    record.insert("eventName".to_owned(), Value::String(example.event.clone()));
    engine::run(table, &mut record, None);
    record.remove("eventSource");
    record.remove("eventName");
    record
}

/// A table's cell that shows JSON.
fn cell(fields: &Object) -> String {
    let json = serde_json::to_string(fields).unwrap_or_default();
    format!("`{}`", json.replace('|', "\\|"))
}

/// A bar would end a table's cell, even inside code; `<…>` would be markup.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
