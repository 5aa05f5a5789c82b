//! The fields of Sigma's CloudTrail rules, as an index of a layout has them: a processing pipeline for
//! pySigma.
//!
//! Sigma's rules have CloudTrail's own names, and so have documents. What differs: a field that rules
//! have moved, a field without a name of its own, and a section searched as a whole.
//! Format: <https://sigmahq-pysigma.readthedocs.io/en/latest/Processing_Pipelines.html>

use std::collections::BTreeMap;
use std::fmt::Write as _;

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
    let _ = writeln!(yaml, "  - id: trailhaul_{id}\n    type: {kind}\n    mapping:");
    for (field, names) in fields {
        let _ = writeln!(yaml, "      {}: {}", json!(field), json!(names));
    }
    yaml.push_str(conditions);
    yaml.push_str("    rule_conditions:\n      ");
    yaml.push_str("- {type: logsource, product: aws, service: cloudtrail}\n");
}

/// A section as a whole: its values, and those of its catch-all, in whichever form an engine has that.
fn sections(layout: Layout) -> Fields {
    let fields = |section: &str| {
        let whole = layout.catch_all(section)?;
        let values = (layout == Layout::Typed).then(|| values_name(section));
        let terms = terms_name(&whole);
        Some((section.to_owned(), values.into_iter().chain([whole, terms]).collect()))
    };
    FREE_FORM.into_iter().filter_map(fields).collect()
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
