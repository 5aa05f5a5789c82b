//! The files that people copy out of the repository.

use std::collections::BTreeMap;

use serde_json::{Value, json};

#[test]
fn the_minimal_policy_allows_the_calls_that_are_made_and_no_other() {
    let policy: Value = serde_json::from_str(include_str!("../../minimal_policy.json")).unwrap();
    assert_eq!(policy["Version"], "2012-10-17");
    let mut allowed = BTreeMap::new();
    for statement in policy["Statement"].as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        let sid = statement["Sid"].as_str().unwrap();
        assert!(sid.bytes().all(|b| b.is_ascii_alphanumeric()), "IAM refuses the Sid {sid}");
        allowed.insert(statement["Resource"].clone().to_string(), statement["Action"].clone());
    }
    let domain = |path: &str| {
        json!(format!("arn:aws:es:us-east-1:111122223333:domain/DOMAIN/{path}")).to_string()
    };
    let expected = BTreeMap::from([
        (json!("*").to_string(), json!(["cloudtrail:LookupEvents", "account:ListRegions"])),
        (domain(""), json!("es:ESHttpGet")),
        (domain("_index_template/trailhaul*"), json!("es:ESHttpPut")),
        (domain("cloudtrail-*"), json!("es:ESHttpGet")),
        (domain("cloudtrail-*/_mapping"), json!("es:ESHttpPut")),
        (domain("_bulk"), json!("es:ESHttpPost")),
    ]);
    assert_eq!(allowed, expected);
}
