//! `--rules FILE`: what it changes, and what is said of a file that is wrong.

use serde_json::json;
use trailhaul::normalize::Table;

use super::{document, from};

#[test]
fn a_users_rule_takes_the_place_of_the_shipped_one_and_others_are_added() {
    let table = Table::with(
        r#"
        [[rule]]
        path = "additionalEventData"
        keeps = "object"
        otherwise = "move"
        reason = "dashboards use the plain name"

        [[rule]]
        path = "requestParameters.list.secret"
        keeps = "nothing"
        otherwise = "drop"
        events = ["CreateThing"]
        reason = "not to be stored"
        "#,
        "mine.toml",
    )
    .unwrap();
    let record = |name: &str| {
        let list = json!([{"secret": 1, "id": 2}]);
        let fields = json!({"additionalEventData": {"MFAUsed": "No"}, "eventName": name});
        let mut record = from("signin", fields);
        record["requestParameters"] = json!({"list": list, "attribute": "kept as shipped"});
        record
    };
    let found = document(&table, record("CreateThing"));
    assert_eq!(found["additionalEventData"], json!({"MFAUsed": "No"}));
    assert_eq!(found["requestParameters"]["list"], json!([{"id": 2}]));
    assert_eq!(found["requestParameters"]["attribute_signin"], json!("kept as shipped"));
    let found = document(&table, record("GetThing"));
    assert_eq!(found["requestParameters"]["list"], json!([{"secret": 1, "id": 2}]));
}

#[test]
fn a_wrong_file_is_named_with_line_and_key() {
    let rule = |change: &str| {
        format!("\n[[rule]]\npath = \"a.b\"\nkeeps = \"object\"\nreason = \"r\"\n{change}\n")
    };
    for (text, parts) in [
        (rule("otherwise = \"json\""), ["line 2", "`a.b`", "`otherwise`"]),
        (rule("otherwise = \"explode\""), ["line 6", "explode", "move"]),
        (rule("otherwise = \"move\"\nkeep = 1"), ["line 7", "`keep`", "`keeps`"]),
        (rule("otherwise = { wrap = \"x.y\" }"), ["line 2", "`otherwise`", "without dots"]),
        (rule("otherwise = \"move\"").repeat(2), ["line 8", "`path`", "already"]),
        (
            rule(
                "otherwise = \"move\"\nexample = [{ service = \"s3\", event = \"e\", in = \"[\" }]",
            ),
            ["line 7", "no JSON object", "mine.toml"],
        ),
        (rule(""), ["line 2", "otherwise", "missing"]),
    ] {
        let error = Table::with(&text, "mine.toml").unwrap_err().to_string();
        for part in parts.into_iter().chain(["mine.toml"]) {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    }
}
