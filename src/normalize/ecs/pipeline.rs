//! The ingest pipeline that makes of raw records and lines what the transform makes of events: for
//! shippers that send them as they are.
//!
//! Two scripts with the tables as their parameters, so that the pipeline has no fields of its own: the one
//! finds the record in a shipper's document, the other goes through the rows. What a user agent is, where an
//! address is and which flow a line is of, the engine's own processors tell, those that it has. A record that cannot be read stays as it came, with `error.message`.

use serde_json::{Value, json};

use super::category;
use super::convert::Convert;
use super::processors::{self, Processors};
use super::rows::{Row, Rows, Source};
use crate::limits::{ECS_TEXT_UNITS, MAX_REST_LEAF_BYTES};
use crate::normalize::rule_file::RulesError;

const FIND: &str = include_str!("find.painless");
const ROWS: &str = include_str!("rows.painless");

/// Fields of flow logs that are numbers: a line of another kind has as many words, but not these.
const FLOW_NUMBERS: [&str; 8] =
    ["version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end"];

/// The body of `PUT _ingest/pipeline/<name>`, for an engine with these processors; flow logs' lines have
/// their values in the order of this format. `flow_names` are all fields of flow logs that are known.
pub fn pipeline<'a>(
    flow_format: &str,
    flow_names: impl Iterator<Item = &'a str>,
    has: Processors,
) -> Result<Value, RulesError> {
    let rows = Rows::shipped()?;
    let format: Vec<&str> = flow_format.split_ascii_whitespace().collect();
    let find = json!({
        "names": names(&rows.all),
        "flow_format": format,
        "flow_numbers": FLOW_NUMBERS,
        "flow_names": flow_names.collect::<Vec<_>>(),
    });
    let categories: serde_json::Map<String, Value> = category::rows()
        .map(|(name, of)| {
            let types: Vec<&str> = of.types.split(',').collect();
            (name.to_owned(), json!([of.category, types]))
        })
        .collect();
    let tables = json!({
        "rows": written(&rows, &rows.all),
        "flows": written(&rows, &rows.flows),
        "categories": categories,
        "entities": rows.entities.params(),
        "limits": { "leaf_bytes": MAX_REST_LEAF_BYTES, "text_units": ECS_TEXT_UNITS, "nul": "\0" },
    });
    let read = json!({ "json": {
        "field": "_trailhaul.verbatim",
        "target_field": "_trailhaul.record",
        "if": "ctx._trailhaul?.verbatim != null && ctx._trailhaul.flow != true",
    } });
    let mut steps = vec![
        script(FIND, &find, "true"),
        json!({ "drop": { "if": "ctx._trailhaul?.drop == true" } }),
        read,
        script(ROWS, &tables, "ctx._trailhaul?.record instanceof Map"),
        json!({ "user_agent": { "field": "user_agent.original", "ignore_missing": true } }),
    ];
    steps.extend(AGENT_VERSIONS.map(whole_version));
    steps.extend(processors::steps(has, &rows));
    steps.push(json!({ "set": { "field": "event.ingested", "value": "{{_ingest.timestamp}}" } }));
    Ok(json!({
        "description": "CloudTrail's records and lines of VPC flow logs as documents of trailhaul's ecs layout",
        "processors": steps,
        "on_failure": [
            { "script": { "lang": "painless", "source": UNREAD } },
            { "set": { "field": "event.kind", "value": "pipeline_error" } },
            { "set": { "field": "error.message", "value": "{{_ingest.on_failure_message}}" } },
        ],
    }))
}

/// Puts back what was taken.
const UNREAD: &str = "\
    Map given = ctx.remove('_trailhaul'); \
    if (!(ctx.get('event') instanceof Map)) { ctx.put('event', new HashMap()); } \
    if (given != null && given.get('verbatim') != null) { \
      ctx.event.put('original', given.get('verbatim')); \
    } else if (given != null && given.get('record') != null) { \
      ctx.putAll(given.get('record')); \
    }";

/// Where the processor writes versions of user agents.
const AGENT_VERSIONS: [&str; 3] =
    ["user_agent.version", "user_agent.os.version", "user_agent.os.full"];

/// A version without the points of parts that are empty, which older engines leave.
fn whole_version(field: &str) -> Value {
    json!({ "gsub": {
        "field": field, "pattern": "\\.(\\..*)?$", "replacement": "", "ignore_missing": true,
    } })
}

fn script(source: &str, params: &Value, condition: &str) -> Value {
    json!({ "script": {
        "lang": "painless", "source": source, "params": params, "if": condition,
    } })
}

/// The names at the top of a record.
fn names(rows: &[Row]) -> Vec<&str> {
    let paths = rows.iter().flat_map(|row| match &row.source {
        Source::From(paths) => paths.as_slice(),
        Source::Of(_) | Source::Value(_) | Source::Event => &[],
    });
    let mut names: Vec<&str> = paths.filter_map(|path| path.names().next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The rows that the script has to do, as it reads them.
fn written(rows: &Rows, of: &[Row]) -> Vec<Value> {
    let is_done_elsewhere = |convert: Convert| {
        convert.is_of_an_agent()
            || convert.is_of_a_place()
            || matches!(
                convert,
                Convert::RunTime
                    | Convert::LookupUsername
                    | Convert::LookupResources
                    | Convert::CommunityId
            )
    };
    let of = of.iter().filter(|row| !is_done_elsewhere(row.convert));
    of.map(|row| {
        let mut members = crate::event::Object::new();
        let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        put("to", json!(row.to));
        put("as", json!(row.convert));
        match &row.source {
            Source::From(paths) => put("from", json!(paths)),
            Source::Of(slot) => put("of", json!(rows.fields.get(*slot).map(|field| &field.name))),
            Source::Value(text) => put("value", json!(text)),
            Source::Event => {}
        }
        if let Some((_, condition)) = &row.when {
            put("when", json!(condition));
        }
        for (name, is) in [("add", row.add), ("take", row.take)] {
            if is {
                put(name, json!(true));
            }
        }
        Value::Object(members)
    })
    .collect()
}
