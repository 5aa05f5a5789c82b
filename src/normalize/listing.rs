//! The table as text: `trailhaul rules list` and `trailhaul rules explain PATH`.

use std::fmt::Write as _;

use super::action::{Action, Keeps};
use super::ecs;
use super::natural;
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
        // Writing to a string cannot fail.
        writeln!(text, "{path:first$}  {keeps:second$}  {otherwise:third$}  {reason}")
            .unwrap_or_default();
    }
    text
}

/// All that the table says about one path of CloudTrail's: whether it has a field of its own in an
/// index, and what the rules say.
pub fn explain(table: &Table, path: &str) -> String {
    let rules: Vec<&Rule> = table.rules().filter(|rule| rule.path == path).collect();
    let mut text = format!("{path}\n{}", field(table, path, &rules));
    for rule in rules {
        text += "\n";
        text += &paragraph(rule);
    }
    text
}

fn field(table: &Table, path: &str, rules: &[&Rule]) -> String {
    let rest = table.layout().rest_path(path);
    let (own, others) = match table.shape_of(path) {
        Some(shape) => {
            let shape = if shape == Shape::Object { "an object" } else { "a scalar" };
            let from = if natural::lists(path) { "rules/natural.tsv" } else { "your rules" };
            let other = if rules.is_empty() { "other shapes" } else { "what no rule settles" };
            (format!("{shape}, in every index ({from})"), format!("{other}: in {rest}"))
        }
        None => ("none under this name".to_owned(), format!("found in {rest}")),
    };
    let mut text = format!("  {:15} {own}\n  {:15} {others}\n", "field", "");
    let places = ecs::places_of(path);
    if !places.is_empty() {
        let places = places.join(", ");
        // Writing to a string cannot fail.
        writeln!(text, "  {:15} {places} ({})", "in ecs", ecs::FILE).unwrap_or_default();
    }
    text
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
    let mut text = String::new();
    for (label, content) in lines.into_iter().filter(|(_, content)| !content.is_empty()) {
        // Writing to a string cannot fail.
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
