//! The generated page and the texts of `trailhaul rules`.

use serde_json::json;
use trailhaul::normalize::{Table, examples_markdown, explain, list, test};

use super::{event, from};

const COMMITTED: &str = include_str!("../../../mapping_examples.md");

#[test]
fn the_page_is_what_the_rules_give() {
    let page = examples_markdown(&Table::shipped().unwrap());
    assert!(page == COMMITTED, "out of date: run scripts/generate");
}

#[test]
fn the_list_has_a_line_for_each_rule_in_columns() {
    let table = Table::shipped().unwrap();
    let text = list(&table);
    assert_eq!(text.lines().count(), table.rules().count() + 1);
    let column = text.lines().next().unwrap().find("KEEPS").unwrap();
    for line in text.lines().skip(1) {
        let word = line.get(column..).unwrap().split(' ').next().unwrap();
        assert!(["object", "scalar", "nothing"].contains(&word), "{line}");
    }
}

#[test]
fn a_path_is_explained_with_its_source() {
    let table = Table::shipped().unwrap();
    let text = explain(&table, "requestParameters.policy").unwrap();
    for part in ["nothing", "move to", "glacier", "janiko71", "rules/typed.toml"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(explain(&table, "requestParameters.unheardOf"), None);
}

#[test]
fn a_trace_says_what_each_rule_did() {
    let table = Table::shipped().unwrap();
    let record = from(
        "s3",
        json!({
            "apiVersion": "2006-03-01",
            "requestParameters": {"policy": [""], "a.b": 1, "mixed": [{"c": 1}, 2]},
        }),
    );
    let trace = test(&table, &event(record));
    let seen: Vec<(&str, Option<&str>)> =
        trace.changes.iter().map(|change| (change.path.as_str(), change.to.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("apiVersion", Some("apiVersion_s3")),
            ("requestParameters.a.b", Some("a_b")),
            ("requestParameters.mixed", None),
            ("requestParameters.policy", Some("policy_s3")),
        ]
    );
    assert_eq!(trace.changes[3].before, json!([""]));
    assert_eq!(trace.changes[3].after, json!(""));
    assert!(trace.to_string().contains("after   policy_s3: \"\""), "{trace}");
    let quiet = test(&table, &event(json!({"eventName": "GetObject"})));
    assert!(quiet.to_string().ends_with("no rule applies\n"));
}
