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
    for (path, parts) in [
        (
            "requestParameters.policy",
            [
                "none under this name",
                "requestParameters_rest.policy",
                "glacier",
                "rules/typed.toml",
            ],
        ),
        (
            "requestParameters.Destination",
            [
                "a scalar",
                "requestParameters_rest.Destination",
                "networkmanager",
                "rules/models.tsv",
            ],
        ),
        (
            "userIdentity.arn",
            ["a scalar", "rules/natural.tsv", "other shapes", "userIdentity_rest.arn"],
        ),
        ("newField", ["newField", "none under", "found in", "record_rest.newField"]),
    ] {
        let text = explain(&table, path);
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    let mine = "[[rule]]\npath = \"requestParameters.mine.x\"\nkeeps = \"object\"\notherwise = { wrap = \"y\" }\nreason = \"r\"";
    let table = Table::with(mine, "mine.toml").unwrap();
    let text = explain(&table, "requestParameters.mine.x");
    for part in ["an object", "your rules", "mine.toml", "wrap as {y"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(explain(&table, "requestParameters.mine.x.y").contains("a scalar"));
}

#[test]
fn a_trace_says_what_each_rule_did() {
    let table = Table::shipped().unwrap();
    let record = from(
        "s3",
        json!({
            "apiVersion": "2006-03-01", "new": {"x.y": 1}, "tlsDetails": {"new": true},
            "requestParameters": {
                "policy": [""], "a.b": 1, "mixed": [{"c": 1}, 2],
                "bucketName": {"odd": 1}, "accessControlList": {"x-amz": "y"},
            },
        }),
    );
    let trace = test(&table, &event(record));
    let seen: Vec<(&str, Option<&str>)> =
        trace.changes.iter().map(|change| (change.path.as_str(), change.to.as_deref())).collect();
    assert_eq!(
        seen,
        [
            (
                "requestParameters.accessControlList.x-amz",
                Some("requestParameters_rest.accessControlList.x-amz")
            ),
            ("requestParameters.policy", None),
            ("requestParameters.a.b", Some("requestParameters_rest.a_b")),
            ("requestParameters.bucketName", Some("requestParameters_rest.bucketName")),
            ("requestParameters.mixed", Some("requestParameters_rest.mixed")),
            ("requestParameters.policy", Some("policy_s3")),
            ("tlsDetails.new", Some("tlsDetails_rest.new")),
            ("apiVersion", Some("apiVersion_s3")),
            ("new", Some("record_rest.new")),
        ]
    );
    assert_eq!(trace.changes[1].before, json!([""]));
    assert_eq!(trace.changes[1].after, json!(""));
    assert_eq!(trace.changes[8].after, json!({"x_y": 1}));
    assert!(trace.to_string().contains("after   policy_s3: \"\""), "{trace}");
    let quiet = test(&table, &event(json!({"eventName": "GetObject"})));
    assert!(quiet.to_string().ends_with("no rule applies\n"));
}
