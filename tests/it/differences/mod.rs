//! In what the engines differ: each is asked the same, and `docs/engines.md` has what they say. The
//! file is compared with what they say now, so that it cannot tell anything else.

mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::table::{Ask, cases};
use crate::support::{
    engines::{Answer, Engine, engines},
    unique,
};

/// All of them: with fewer, the file cannot be compared.
const ENGINES: [&str; 5] =
    ["elasticsearch-7.10", "elasticsearch-9", "opensearch-1", "opensearch-2", "opensearch-3"];

const BEGIN: &str =
    "<!-- From here: what the engines answer. tests/it/differences compares it. -->\n";

/// Characters of a reason that are shown; the rest repeats the document, mostly.
const REASON_CHARS: usize = 150;

/// Settings that bound what an engine takes, of the node and of an index.
const NODE_LIMITS: [&str; 3] =
    ["http.max_content_length", "http.max_header_size", "indexing_pressure.memory.limit"];
const INDEX_LIMITS: [&str; 6] = [
    "mapping.total_fields.limit",
    "mapping.depth.limit",
    "mapping.nested_objects.limit",
    "mapping.array_objects.limit",
    "mapping.field_name_length.limit",
    "mapping.total_fields.ignore_dynamic_beyond_limit",
];

/// What an engine says: of one document, or of the request where that is refused whole.
fn shown(status: u16, body: &Value) -> String {
    let item = body["items"].as_array().and_then(|items| items.last());
    match item.map(|item| &item["create"]) {
        Some(item) => format!("{}{}", item["status"], reason(&item["error"])),
        None => format!("**HTTP {status}**{}", reason(&body["error"])),
    }
}

fn reason(error: &Value) -> String {
    let Some(kind) = error["type"].as_str() else { return String::new() };
    let said = error["reason"].as_str().unwrap_or_default();
    // An engine quotes the request from here on.
    let said = said.split(" at [Source").next().unwrap_or_default().trim_end();
    let mut short: String = said.chars().take(REASON_CHARS).collect();
    if short.len() < said.len() {
        short.push('…');
    }
    let more = match error.get("caused_by") {
        Some(cause) => format!(", caused by{}", reason(cause)),
        None => String::new(),
    };
    format!(" `{kind}` {}{more}", escaped(&short))
}

/// As text of a table's cell.
fn escaped(text: &str) -> String {
    let text = text.replace('`', "'").replace(['\n', '\r'], " ").replace('|', "\\|");
    if text.is_empty() { text } else { format!("`{text}`") }
}

async fn asked(engine: &Engine, ask: &Ask) -> String {
    let name = unique_name();
    let answer = match ask {
        Ask::Document(mapping, document) => {
            engine.put(&name, &json!({ "mappings": mapping })).await.expect_ok();
            let action = json!({ "create": { "_index": name, "_id": "1" } });
            engine.request(Method::POST, "_bulk", format!("{action}\n{document}\n")).await
        }
        Ask::Bulk(body) => {
            engine.put(&name, &json!({})).await.expect_ok();
            engine.request(Method::POST, "_bulk", body.replace("INDEX", &name)).await
        }
        Ask::Blocked(block) => {
            engine.put(&name, &json!({})).await.expect_ok();
            blocked(engine, &name, &format!("index.blocks.{block}")).await
        }
        Ask::Index(mapping) => engine.put(&name, &json!({ "mappings": mapping })).await,
        Ask::Template(content) => {
            let mut template = content.clone();
            template["index_patterns"] = json!([format!("{name}-*")]);
            engine.put(&format!("_index_template/{name}"), &template).await
        }
    };
    let text = answer.text.replace(&name, "INDEX");
    let body = serde_json::from_str(&text).unwrap_or_default();
    engine.request(Method::DELETE, &format!("_index_template/{name}"), String::new()).await;
    engine.delete(&name).await;
    shown(answer.status, &body)
}

/// What an engine says of a document while the index has the block.
///
/// Elasticsearch 9 looks every 30 s at its disks, and takes the block of a nearly full one away
/// where there is room. So it counts only if it still stood when the document had its answer.
async fn blocked(engine: &Engine, index: &str, block: &str) -> Answer {
    let path = format!("{index}/_settings?flat_settings=true");
    let action = json!({ "create": { "_index": index } });
    for _ in 0..10 {
        engine.put(&path, &json!({ block: true })).await.expect_ok();
        let answer = engine.request(Method::POST, "_bulk", format!("{action}\n{{}}\n")).await;
        let settings = engine.get(&path).await.expect_ok();
        if settings[index]["settings"][block] == "true" {
            return answer;
        }
    }
    panic!("{}: {block} does not stay", engine.name);
}

/// Always of one length: some answers tell at which character a request is wrong.
fn unique_name() -> String {
    format!("{:x<48}", unique("differences"))
}

async fn limits(engine: &Engine) -> BTreeMap<&'static str, String> {
    let name = unique("differences");
    engine.put(&name, &json!({})).await.expect_ok();
    let all = "include_defaults=true&flat_settings=true";
    let node = engine.get(&format!("_cluster/settings?{all}")).await.expect_ok();
    let index = engine.get(&format!("{name}/_settings?{all}")).await.expect_ok();
    engine.delete(&name).await;
    let value = |setting: &Value| escaped(setting.as_str().unwrap_or("–"));
    let of_node = NODE_LIMITS.map(|limit| (limit, value(&node["defaults"][limit])));
    let defaults = &index[&name]["defaults"];
    let of_index = INDEX_LIMITS.map(|limit| (limit, value(&defaults[format!("index.{limit}")])));
    of_node.into_iter().chain(of_index).collect()
}

/// What an engine says to all that it is asked, in that order.
async fn all_answers(engine: Engine) -> (String, BTreeMap<&'static str, String>, Vec<String>) {
    let mut answers = Vec::new();
    for (_, ask) in cases().into_iter().flat_map(|(_, cases)| cases) {
        answers.push(asked(&engine, &ask).await);
    }
    let limits = limits(&engine).await;
    (engine.name, limits, answers)
}

async fn rendered(engines: Vec<Engine>) -> String {
    let mut asking: JoinSet<_> = engines.into_iter().map(all_answers).collect();
    let mut engines = Vec::new();
    while let Some(answers) = asking.join_next().await {
        engines.push(answers.unwrap());
    }
    engines.sort();
    let mut text =
        format!("{BEGIN}\n## Limits as they come\n\n| setting | {} |\n", ENGINES.join(" | "));
    writeln!(text, "|---{}|", "|---".repeat(ENGINES.len())).unwrap();
    for limit in NODE_LIMITS.into_iter().chain(INDEX_LIMITS) {
        let row: Vec<_> = engines.iter().map(|(_, limits, _)| limits[limit].as_str()).collect();
        writeln!(text, "| `{limit}` | {} |", row.join(" | ")).unwrap();
    }
    let mut number = 0;
    for (group, cases) in cases() {
        write!(text, "\n## {group}\n\n| what | who | answer |\n|---|---|---|\n").unwrap();
        for (title, _) in cases {
            let answers =
                engines.iter().map(|(name, _, all)| (name.as_str(), all[number].as_str()));
            text.push_str(&rows(title, answers));
            number += 1;
        }
    }
    text
}

/// One row for each of the different answers.
fn rows<'a>(title: &str, answers: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut different: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, answer) in answers {
        match different.iter_mut().find(|(same, _)| *same == answer) {
            Some((_, who)) => who.push(name),
            None => different.push((answer, vec![name])),
        }
    }
    let row = |(answer, who): &(&str, Vec<&str>)| {
        let who = if different.len() == 1 { "all".to_owned() } else { who.join(", ") };
        format!("| {title} | {who} | {answer} |\n")
    };
    different.iter().map(row).collect()
}

/// Rows that only one of two texts has.
fn differing(document: &str, now: &str) -> String {
    let only = |sign: char, of: &str, other: &str| {
        let others: BTreeSet<&str> = other.lines().collect();
        let lines = of.lines().filter(|line| !others.contains(line));
        lines.map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    };
    [only('-', document, now), only('+', now, document)].concat().join("\n")
}

#[tokio::test]
async fn the_engines_differ_as_the_document_says() {
    let mut found = engines();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if found.iter().map(|engine| &engine.name).ne(ENGINES.iter()) {
        return;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/engines.md");
    let document = std::fs::read_to_string(&file).unwrap();
    let prose = document.split(BEGIN).next().unwrap();
    let now = format!("{prose}{}", rendered(found).await);
    if now != document {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engines.md");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(&path, &now).unwrap();
        let otherwise = differing(&document, &now);
        panic!("the engines answer otherwise ({} has it all):\n{otherwise}", path.display());
    }
}
