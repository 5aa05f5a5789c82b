//! The fields of Sigma's CloudTrail rules, as an index of a layout has them: a processing pipeline for
//! pySigma.
//!
//! Sigma's rules have CloudTrail's own names, and so have documents. What differs: a field that rules
//! have moved, a field without a name of its own, and a section searched as a whole.
//! Format: <https://sigmahq-pysigma.readthedocs.io/en/latest/Processing_Pipelines.html>

use std::collections::BTreeMap;

use serde_json::json;

use super::layout::{FREE_FORM, Layout, SECTIONS, terms_name, values_name};
use super::names::Names;
use super::natural;
use super::shape::Shape;
use super::table::Table;

/// A field of Sigma's and the fields of an index, of which any may have it.
type Fields = BTreeMap<String, Vec<String>>;

/// The pipeline, as `ProcessingPipeline.from_yaml` reads it.
pub fn sigma_pipeline(table: &Table) -> String {
    let layout = table.layout();
    let mut yaml = format!(
        "# trailhaul export sigma --layout {name}\n\
         name: trailhaul {name}\npriority: 20\ntransformations:\n",
        name = layout.name()
    );
    add(&mut yaml, "section", "field_name_mapping", &sections(layout), "");
    if layout == Layout::Typed {
        add(&mut yaml, "moved", "field_name_mapping", &moved(table), "");
        add(&mut yaml, "unnamed", "field_name_prefix_mapping", &unnamed(layout), WHOLE_VALUES);
    }
    yaml
}

/// Elasticsearch refuses a search with a wildcard or an expression below a `flattened` field.
const WHOLE_VALUES: &str = "    detection_item_conditions:\n      \
    - {type: match_string, pattern: \"^[^*?]*$\", cond: all}\n";

fn add(yaml: &mut String, id: &str, kind: &str, fields: &Fields, conditions: &str) {
    let head = format!("  - id: trailhaul_{id}\n    type: {kind}\n    mapping:\n");
    yaml.push_str(&head);
    yaml.extend(
        fields.iter().map(|(field, names)| format!("      {}: {}\n", json!(field), json!(names))),
    );
    yaml.push_str(conditions);
    yaml.push_str("    rule_conditions:\n      ");
    yaml.push_str("- {type: logsource, product: aws, service: cloudtrail}\n");
}

/// A section as a whole: one field with all of its values where there is one. Of two fields, a rule that
/// wants two texts would find those alone that have both.
fn sections(layout: Layout) -> Fields {
    let fields = |section: &str| match layout {
        Layout::Typed => vec![values_name(section)],
        Layout::Flattened => vec![section.to_owned(), terms_name(section)],
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
