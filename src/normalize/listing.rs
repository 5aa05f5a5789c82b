//! The table as text: `trailhaul rules list` and `trailhaul rules explain PATH`.

use std::fmt::Write as _;

use super::action::{Action, Keeps};
use super::rule::Rule;
use super::shape::Shape;
use super::table::Table;

const HEAD: [&str; 4] = ["PATH", "KEEPS", "OTHER SHAPES", "REASON"];

/// Every rule on a line of its own, in columns.
pub fn list(table: &Table) -> String {
    let rows: Vec<[String; 4]> = std::iter::once(HEAD.map(str::to_owned))
        .chain(table.rules().map(|rule| {
            let keeps = rule.keeps.to_string();
            [rule.path.clone(), keeps, rule.otherwise.to_string(), rule.reason.clone()]
        }))
        .collect();
    let widths: [usize; 3] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    });
    let mut text = String::new();
    for [path, keeps, otherwise, reason] in rows {
        let [first, second, third] = widths;
        // Writing to a string can not fail.
        writeln!(text, "{path:first$}  {keeps:second$}  {otherwise:third$}  {reason}")
            .unwrap_or_default();
    }
    text
}

/// All that the table says about one path; nothing if it has no rule for it.
pub fn explain(table: &Table, path: &str) -> Option<String> {
    let found: Vec<String> =
        table.rules().filter(|rule| rule.path == path).map(paragraph).collect();
    (!found.is_empty()).then(|| found.join("\n"))
}

fn paragraph(rule: &Rule) -> String {
    let mut lines = vec![
        ("keeps the name", rule.keeps.to_string()),
        ("other shapes", rule.otherwise.to_string()),
        ("why", rule.reason.clone()),
        ("seen by", rule.source.clone()),
        ("services", rule.services.join(", ")),
        ("events", rule.events.join(", ")),
        ("from", rule.file.clone()),
    ];
    if matches!(rule.otherwise, Action::Move | Action::Rename(_)) || rule.keeps == Keeps::Nothing {
        lines.insert(2, ("what is moved", moved(rule)));
    }
    let mut text = format!("{}\n", rule.path);
    for (label, content) in lines.into_iter().filter(|(_, content)| !content.is_empty()) {
        // Writing to a string can not fail.
        writeln!(text, "  {label:15} {content}").unwrap_or_default();
    }
    text
}

fn moved(rule: &Rule) -> String {
    let name = |shape| match shape {
        Shape::Object => "an object; a scalar becomes {value: …}",
        Shape::Scalar => "a scalar; an object becomes its JSON text",
    };
    let usual = rule.aside_shape("");
    if rule.aside_except.is_empty() {
        return name(usual).to_owned();
    }
    format!("{}; for {}: {}", name(usual), rule.aside_except.join(", "), name(usual.other()))
}
