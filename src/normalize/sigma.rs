//! The fields of Sigma's CloudTrail rules, as an index of a layout has them: a processing pipeline for
//! pySigma.
//!
//! Sigma's rules have CloudTrail's own names, and so have documents of the `typed` layout. What differs
//! there: a field that rules have moved, a field without a name of its own, and a section searched as a
//! whole. In the `ecs` layout every field has another name.
//! Format: <https://sigmahq-pysigma.readthedocs.io/en/latest/Processing_Pipelines.html>

use std::collections::BTreeMap;

use serde_json::json;

use super::ecs::{self, Ecs, Form};
use super::layout::{FREE_FORM, Layout, SECTIONS, terms_name, values_name};
use super::names::Names;
use super::natural;
use super::shape::Shape;
use super::table::Table;

/// A field of Sigma's, or what it begins with, and the same of an index, of which any may have it.
type Fields = BTreeMap<String, Vec<String>>;

/// One transformation.
struct Step {
    id: &'static str,
    kind: &'static str,
    fields: Fields,
    /// An expression that all values of a field have to fit.
    values: Option<&'static str>,
}

const NAMES: &str = "field_name_mapping";
const BEGINNINGS: &str = "field_name_prefix_mapping";

/// No wildcard: Elasticsearch refuses a search with one below a `flattened` field.
const WHOLE: &str = "^[^*?]*$";

/// A wildcard, and something else beside it.
const PART: &str = "^(?!\\*+$).*[*?]";

/// The pipeline, as `ProcessingPipeline.from_yaml` reads it.
pub fn sigma_pipeline(table: &Table) -> String {
    let name = table.layout().name();
    let steps = match table.ecs() {
        Some(ecs) => of_ecs(table, ecs),
        None => of_layout(table),
    };
    let steps: String = steps.iter().map(Step::yaml).collect();
    format!(
        "# trailhaul export sigma --layout {name}\nname: trailhaul {name}\npriority: 20\n\
         transformations:\n{steps}"
    )
}

impl Step {
    fn yaml(&self) -> String {
        let mut lines = vec![
            format!("  - id: trailhaul_{}", self.id),
            format!("    type: {}", self.kind),
            "    mapping:".to_owned(),
        ];
        let mapping =
            self.fields.iter().map(|(from, to)| format!("      {}: {}", json!(from), json!(to)));
        lines.extend(mapping);
        if let Some(pattern) = self.values {
            lines.push("    detection_item_conditions:".to_owned());
            let pattern = json!(pattern);
            lines.push(format!("      - {{type: match_string, pattern: {pattern}, cond: all}}"));
        }
        lines.push("    rule_conditions:".to_owned());
        lines.push("      - {type: logsource, product: aws, service: cloudtrail}\n".to_owned());
        lines.join("\n")
    }
}

fn of_layout(table: &Table) -> Vec<Step> {
    let layout = table.layout();
    let mut steps = vec![Step::new("section", NAMES, sections(layout))];
    if layout == Layout::Typed {
        steps.push(Step::new("moved", NAMES, moved(table)));
        let unnamed = Step::new("unnamed", BEGINNINGS, unnamed(layout));
        steps.push(Step { values: Some(WHOLE), ..unnamed });
    }
    steps
}

impl Step {
    fn new(id: &'static str, kind: &'static str, fields: Fields) -> Self {
        Self { id, kind, fields, values: None }
    }
}

/// A section as a whole: one field with all of its values where there is one. Of two fields, a rule that
/// wants two texts would find those alone that have both.
fn sections(layout: Layout) -> Fields {
    let fields = |section: &str| match layout {
        Layout::Typed => vec![values_name(section)],
        Layout::Flattened | Layout::Ecs => vec![section.to_owned(), terms_name(section)],
    };
    FREE_FORM.into_iter().map(|section| (section.to_owned(), fields(section))).collect()
}

/// What rules have given another name, such as that of a service.
fn moved(table: &Table) -> Fields {
    let names = Names::of(table.rules());
    let mut fields = Fields::new();
    for (field, _) in natural::rows().filter(|(_, shape)| *shape == Shape::Scalar) {
        let path = names.place(field).path;
        fields.entry(path).or_default().push(field.to_owned());
    }
    fields.retain(|path, names| {
        names.iter().any(|name| name != path) && !FREE_FORM.contains(&path.as_str())
    });
    fields
}

/// What has no name of its own, or not the shape that its name has.
fn unnamed(layout: Layout) -> Fields {
    let fields = |section: &str| {
        let (named, rest) = (format!("{section}."), layout.catch_all(section)?);
        Some((named.clone(), vec![named, format!("{rest}.")]))
    };
    SECTIONS.into_iter().filter_map(fields).collect()
}

/// A part of a value is looked for in its section's text: engines do not find parts below an object of
/// any members. So it may be the part of another value; a rule has other conditions beside it.
fn of_ecs(table: &Table, ecs: &Ecs) -> Vec<Step> {
    let of_form = |wanted: Form| {
        ecs::names(ecs).filter(move |(_, _, form)| *form == wanted).map(|(from, to, _)| (from, to))
    };
    let whole = ecs::fields_by_path(ecs);
    let whole: Fields =
        whole.iter().map(|(path, field)| ((*path).to_owned(), vec![(*field).to_owned()])).collect();
    let texts: BTreeMap<&str, &str> = of_form(Form::Text).collect();
    let names = Names::of(table.rules());
    let asked_for = natural::asked_for().map(|field| names.place(field).path);
    let parts = asked_for.filter(|path| !whole.contains_key(path)).filter_map(|path| {
        let text = texts.get(path.split('.').next()?)?;
        Some((path, vec![(*text).to_owned()]))
    });
    let parts = parts.collect();
    let below = of_form(Form::Members)
        .map(|(path, field)| (format!("{path}."), vec![format!("{field}.")]))
        .collect();
    vec![
        Step::new("field", NAMES, whole),
        Step { values: Some(PART), ..Step::new("part", NAMES, parts) },
        Step::new("member", BEGINNINGS, below),
    ]
}
