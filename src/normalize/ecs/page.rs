//! The reference for people, docs/ecs.md, made of the same rows as the documents.

use std::fmt::Write as _;

use super::category;
use super::rows::{Field, Kind, Row, Rows, Source};
use crate::normalize::rule_file::RulesError;

const HEAD: &str = include_str!("page_head.md");
const DIFFERENCES: &str = include_str!("page_differences.md");
const FLOWS_DIFFER: &str = include_str!("page_flows.md");

/// The page as Markdown.
pub fn page() -> Result<String, RulesError> {
    let rows = Rows::shipped()?;
    let mut text = HEAD.to_owned();
    text += "\n## Fields\n\nOf two rows for one field the upper one is the stronger; where it says *adds*, ";
    text += "the field is a list and each row adds to it.\n\n";
    text += &fields(&rows, &rows.all);
    text += "\n## Fields of VPC flow logs\n\n";
    text += "Made of a line's values by the names in the first line of its file.\n\n";
    text += &fields(&rows, &rows.flows);
    text += "\n## Categories\n\nAny other event has the type `info` and no category.\n\n";
    text += "| event.action | event.category | event.type |\n|---|---|---|\n";
    for (name, known) in category::rows() {
        let types = known.types.replace(',', ", ");
        writeln!(text, "| {name} | {} | {types} |", known.category).unwrap_or_default();
    }
    text += "\n## Targets\n\nWhat an operation acts on: `target.entity.id`, and by kind the other fields.\n\n";
    text += "| service | event.action | target |\n|---|---|---|\n";
    for target in rows.entities.targets() {
        let paths: Vec<_> = target.from.iter().map(|path| format!("`{}`", path.text())).collect();
        let (events, paths) = (target.events.join(", ").replace('*', "\\*"), paths.join(", "));
        writeln!(text, "| {} | {events} | {paths} |", target.service).unwrap_or_default();
    }
    text += "\n";
    text += DIFFERENCES;
    text += FLOWS_DIFFER;
    Ok(text)
}

fn fields(rows: &Rows, of: &[Row]) -> String {
    let mut text = "| field | type | of | how | when |\n|---|---|---|---|---|\n".to_owned();
    // Writing to a string cannot fail.
    for row in of {
        writeln!(text, "{}", line(rows, row)).unwrap_or_default();
    }
    text
}

fn line(rows: &Rows, row: &Row) -> String {
    let field = rows.fields.get(row.slot);
    let kind = field.map(kind).unwrap_or_default();
    let of = match &row.source {
        Source::From(paths) => {
            let paths: Vec<_> = paths.iter().map(|path| format!("`{}`", path.text())).collect();
            paths.join(", else ")
        }
        Source::Of(slot) => {
            let name = rows.fields.get(*slot).map(|field| field.name.as_str());
            format!("the document's `{}`", name.unwrap_or_default())
        }
        Source::Value(text) => format!("always `{text}`"),
        Source::Event => String::new(),
    };
    let mut how = vec![row.convert.says().to_owned()];
    if row.add {
        how.push("adds".to_owned());
    }
    if row.take {
        how.push("and is gone from there".to_owned());
    }
    let how: Vec<_> = how.into_iter().filter(|words| !words.is_empty()).collect();
    let mut when: Vec<_> = row.when.iter().map(|(_, condition)| condition.says()).collect();
    when.extend(row.copy.map(|copy| format!("`--keep {}`", copy.name())));
    format!("| {} | {kind} | {of} | {} | {} |", row.to, how.join("; "), when.join("; "))
}

fn kind(field: &Field) -> &'static str {
    match field.kind {
        Kind::Keyword => "keyword",
        Kind::Boolean => "boolean",
        Kind::Long => "long",
        Kind::Ip => "ip",
        Kind::Date | Kind::Timestamp => "date",
        Kind::GeoPoint => "geo_point",
        Kind::LongText => "keyword, and text below `.text`",
        Kind::Text => "text",
        Kind::Stored => "keyword, not indexed",
        Kind::Flattened => "flattened or flat_object",
        Kind::InFlattened => "within flattened or flat_object",
        Kind::Resources => "list of objects",
    }
}
