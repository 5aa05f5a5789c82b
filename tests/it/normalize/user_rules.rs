//! `--rules FILE`: what it changes, and what is said of a file that is wrong.

use serde_json::{Value, json};
use trailhaul::normalize::{Layout, Table};

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
    let list = |found: &Value| found["requestParameters_rest"]["list"].clone();
    assert_eq!(list(&found), json!([{"id": 2}]), "also where a catch-all has it");
    assert_eq!(found["requestParameters_rest"]["attribute"], json!("kept as shipped"));
    let found = document(&table, record("GetThing"));
    assert_eq!(list(&found), json!([{"secret": 1, "id": 2}]));
}

#[test]
fn the_fields_of_a_users_rules_have_names_of_their_own() {
    let mine = r#"
        [[rule]]
        path = "requestParameters.new.thing"
        keeps = "scalar"
        otherwise = "move"
        services = ["s3"]
        reason = "dashboards ask for it"

        [[rule]]
        path = "requestParameters.bucketName"
        keeps = "object"
        otherwise = { wrap = "name" }
        reason = "turned round"
    "#;
    // However few there is room for.
    for limit in [5000, 50] {
        let table = Table::with(mine, "mine.toml").unwrap().with_layout(Layout::Typed, limit);
        let made = |service, request: Value| {
            let mut found =
                document(&table, from(service, json!({ "requestParameters": request })));
            [found["requestParameters"].take(), found["requestParameters_rest"].take()]
        };
        let own = |value: Value| [value, Value::Null];
        let thing = |value: Value| json!({"new": {"thing": value}});
        assert_eq!(made("s3", thing(json!(1))), own(thing(json!(1))));
        let moved = json!({"new": {"thing_s3": {"value": 1}}});
        assert_eq!(made("s3", thing(json!({"a": 1})))[1], thing(json!({"a": 1})), "no field in it");
        assert_eq!(made("ec2", thing(json!({"a": 1})))[1], thing(json!({"a": 1})));
        assert_eq!(made("ec2", moved.clone())[1], moved);
        let bucket = json!({"bucketName": {"name": "example"}});
        assert_eq!(made("s3", json!({"bucketName": "example"})), own(bucket));
    }
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
