//! What is asked of every engine. No answer stands here: `docs/engines.md` has them.

use serde_json::{Value, json};

/// What one engine takes and another refuses.
#[derive(Debug)]
pub(super) enum Ask {
    /// A document, as it is written, into an index with this mapping.
    Document(Value, String),
    /// A whole body for `_bulk`, where `INDEX` stands for the name of an index.
    Bulk(String),
    /// A document into an index with this block.
    Blocked(&'static str),
    /// An index with this mapping.
    Index(Value),
    /// A composable template with this content, for names that nobody has.
    Template(Value),
}

/// Every case with its title, in the order of the document.
pub(super) fn cases() -> Vec<(&'static str, Vec<(&'static str, Ask)>)> {
    vec![
        ("Values that do not fit the index", values()),
        ("Names of fields", names()),
        ("JSON", json_itself()),
        ("Depth and size", sizes()),
        ("Whole requests", requests()),
        (
            "Blocks",
            vec![
                ("`index.blocks.write`", Ask::Blocked("write")),
                ("a disk that is nearly full", Ask::Blocked("read_only_allow_delete")),
            ],
        ),
        ("Field types and templates", features()),
    ]
}

fn mapping() -> Value {
    json!({ "properties": {
        "object": { "properties": { "a": { "type": "keyword" } } },
        "keyword": { "type": "keyword" }, "long": { "type": "long" }, "date": { "type": "date" },
        "ip": { "type": "ip" }, "boolean": { "type": "boolean" },
        "strict": { "type": "object", "dynamic": "strict" },
        "list": { "type": "nested" },
    } })
}

fn into_mapping(document: &(impl ToString + ?Sized)) -> Ask {
    Ask::Document(mapping(), document.to_string())
}

fn values() -> Vec<(&'static str, Ask)> {
    [
        ("text where an object is", r#"{"object":"x"}"#),
        ("a list with a text where objects are", r#"{"object":[{"a":"x"},"y"]}"#),
        ("a list of an empty text where an object is (`policy: [\"\"]`)", r#"{"object":[""]}"#),
        ("an object where a keyword is", r#"{"keyword":{"a":1}}"#),
        ("an object where a number is", r#"{"long":{"a":1}}"#),
        ("a word where a number is", r#"{"long":"x"}"#),
        ("a number beyond 64 bits where a number is", r#"{"long":123456789012345678901234567890}"#),
        ("a number beyond 64 bits in a new field", r#"{"new":123456789012345678901234567890}"#),
        ("a word where a date is", r#"{"date":"x"}"#),
        ("an empty text where a date is", r#"{"date":""}"#),
        ("a service's name where an address is", r#"{"ip":"ec2.amazonaws.com"}"#),
        ("a word where a boolean is", r#"{"boolean":"maybe"}"#),
        ("a new field where the mapping is strict", r#"{"strict":{"a":1}}"#),
        ("a new field that is an object and a text in one list", r#"{"new":[{"a":1},"x"]}"#),
        ("the same, the text first", r#"{"new":["x",{"a":1}]}"#),
        ("a new field that is a number and, dotted, an object", r#"{"new":1,"new.a":2}"#),
    ]
    .map(|(title, document)| (title, into_mapping(document)))
    .into()
}

fn names() -> Vec<(&'static str, Ask)> {
    let long = format!("{{\"{}\":1}}", "k".repeat(40_000));
    let mut all: Vec<_> = [
        ("empty", r#"{"":1}"#),
        ("a blank", r#"{" ":1}"#),
        ("a dot", r#"{".":1}"#),
        ("dots in a row", r#"{"a..b":1}"#),
        ("a dot in front", r#"{".a":1}"#),
        ("a dot at the end", r#"{"a.":1}"#),
        ("a dot in the middle", r#"{"a.b":1}"#),
        ("one of the engine's own", r#"{"_id":1}"#),
        ("with an underscore in front", r#"{"_a":1}"#),
        ("with `\\u0000`", r#"{"a\u0000b":1}"#),
    ]
    .map(|(title, document)| (title, into_mapping(document)))
    .into();
    all.push(("40,000 characters", into_mapping(&long)));
    all
}

fn json_itself() -> Vec<(&'static str, Ask)> {
    [
        ("a key twice", r#"{"keyword":"a","keyword":"b"}"#),
        ("half a surrogate pair", r#"{"keyword":"\ud800"}"#),
        ("broken off", r#"{"keyword":"#),
        ("a list", "[1]"),
        ("a text", r#""x""#),
        ("nothing in it", "{}"),
    ]
    .map(|(title, document)| (title, into_mapping(document)))
    .into()
}

/// A value so many lists or objects deep.
fn deep(open: &str, close: &str, levels: usize) -> String {
    format!("{{\"new\":{}1{}}}", open.repeat(levels), close.repeat(levels))
}

fn sizes() -> Vec<(&'static str, Ask)> {
    let object = |levels: usize| into_mapping(&deep(r#"{"a":"#, "}", levels - 1));
    let fields: serde_json::Map<String, Value> =
        (0..1_001).map(|number| (format!("f{number}"), number.into())).collect();
    let text = |bytes: usize| json!({ "keyword": "x".repeat(bytes) });
    let list = |length: usize| vec![json!({ "a": 1 }); length];
    vec![
        ("objects 20 deep", object(20)),
        ("objects 21 deep", object(21)),
        ("lists 20 deep", into_mapping(&deep("[", "]", 20))),
        ("lists 21 deep", into_mapping(&deep("[", "]", 21))),
        ("lists 1,100 deep", into_mapping(&deep("[", "]", 1_100))),
        ("1,001 new fields", into_mapping(&Value::Object(fields))),
        ("32,766 bytes where a keyword is", into_mapping(&text(32_766))),
        ("32,767 bytes where a keyword is", into_mapping(&text(32_767))),
        ("10,001 objects where `nested` ones are", into_mapping(&json!({ "list": list(10_001) }))),
        ("50,001 objects in a list", into_mapping(&json!({ "new": list(50_001) }))),
    ]
}

fn requests() -> Vec<(&'static str, Ask)> {
    let create = |id: &str| format!(r#"{{"create":{{"_index":"INDEX","_id":"{id}"}}}}"#);
    let good = format!("{}\n{{}}\n", create("good"));
    let with = |more: String| Ask::Bulk(format!("{good}{more}"));
    vec![
        (
            "an id of 513 bytes after a good document",
            with(format!("{}\n{{}}\n", create(&"i".repeat(513)))),
        ),
        ("an action that is no JSON after a good document", with("{\"create\":\n{}\n".to_owned())),
        (
            "an action that is not known after a good document",
            with("{\"add\":{}}\n{}\n".to_owned()),
        ),
        (
            "`_type` in an action",
            Ask::Bulk("{\"create\":{\"_index\":\"INDEX\",\"_type\":\"_doc\"}}\n{}\n".to_owned()),
        ),
        ("no newline at the end", Ask::Bulk(format!("{}\n{{}}", create("one")))),
        ("nothing", Ask::Bulk(String::new())),
        ("an id that is there, in the same request", with(good.clone())),
        (
            "a name that no index may have",
            Ask::Bulk("{\"create\":{\"_index\":\"Upper\",\"_id\":\"1\"}}\n{}\n".to_owned()),
        ),
    ]
}

fn features() -> Vec<(&'static str, Ask)> {
    let field = |kind: &str| Ask::Index(json!({ "properties": { "f": { "type": kind } } }));
    vec![
        ("`flattened`", field("flattened")),
        ("`flat_object`", field("flat_object")),
        ("a composable template", Ask::Template(json!({}))),
        ("a data stream", Ask::Template(json!({ "data_stream": {} }))),
        (
            "`failure_store`",
            Ask::Template(json!({ "data_stream": {}, "template": {
                "data_stream_options": { "failure_store": { "enabled": true } } } })),
        ),
        (
            "`ignore_dynamic_beyond_limit`",
            Ask::Template(json!({ "template": { "settings": {
                "index.mapping.total_fields.ignore_dynamic_beyond_limit": true } } })),
        ),
    ]
}
