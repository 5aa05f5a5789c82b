//! Who acts on what, for every row of the table and every kind of id.

use serde_json::{Map, Value, json};

use super::document;

/// A record that has this value at a path, with lists where AWS has them.
fn with(record: &mut Value, path: &str, value: &Value) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let member = match (first, rest) {
        (_, "") => value.clone(),
        ("items" | "resources" | "targets" | "subnets" | "vpcSecurityGroups", _) => {
            let mut item = json!({});
            with(&mut item, rest, value);
            json!([item])
        }
        _ => {
            let mut below = record[first].take();
            if !below.is_object() {
                below = json!({});
            }
            with(&mut below, rest, value);
            below
        }
    };
    record[first] = member;
}

fn record(service: &str, event: &str) -> Value {
    json!({ "eventSource": format!("{service}.amazonaws.com"), "eventName": event })
}

fn table() -> Value {
    let text = include_str!("../../../rules/ecs_entities.toml");
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn every_row_about_targets_finds_each_of_its_paths() {
    for row in table()["target"].as_array().unwrap() {
        let service = row["service"].as_str().unwrap();
        for event in texts(&row["events"]) {
            let event = event.replace('*', "20150331");
            for path in texts(&row["from"]) {
                let mut record = record(service, &event);
                with(&mut record, path, &json!("some-id"));
                let found = document(record.clone());
                assert_eq!(found["target"]["entity"]["id"], json!(["some-id"]), "{record}");
                assert_eq!(found["entity"]["target"]["id"], json!(["some-id"]), "{record}");
                let related = found["related"]["entity"].as_array().unwrap();
                assert!(related.contains(&json!("some-id")), "{record}");
            }
            let mut other = record("other", &event);
            with(&mut other, texts(&row["from"])[0], &json!("some-id"));
            assert_eq!(document(other)["target"], Value::Null, "{service} alone has {event}");
        }
    }
}

#[test]
fn every_row_about_relations_finds_each_of_its_paths() {
    for row in table()["related"].as_array().unwrap() {
        let mut record = record(row["service"].as_str().unwrap_or("any"), "X");
        let paths = texts(&row["from"]);
        let mut expected = Vec::new();
        for (number, path) in paths.iter().enumerate() {
            let mut alone = record.clone();
            let id = format!("id-{number:02}");
            with(&mut alone, path, &json!(id));
            if let Some(identity) = row["identity"].as_str() {
                with(&mut alone, "userIdentity.type", &json!(identity));
            }
            let found = document(alone.clone());
            assert_eq!(found["related"]["entity"], json!([id]), "{alone}");
            expected.push(id);
        }
        // A field that is there twice is once in the list.
        for path in paths {
            with(&mut record, path, &json!("id-00"));
        }
        if row["identity"].is_null() {
            assert_eq!(document(record)["related"]["entity"], json!(["id-00"]));
        }
    }
}

#[test]
fn ids_are_of_kinds() {
    let arn =
        |service: &str, rest: &str| format!("arn:aws:{service}:us-east-1:123456789012:{rest}");
    let table = [
        ("user", arn("iam", "user/ana")),
        ("user", arn("sts", "assumed-role/Admin/ana")),
        ("user", arn("iam", "mfa/ana")),
        ("user", "AKIAIOSFODNN7EXAMPLE".to_owned()),
        ("host", arn("ec2", "instance/i-0abc")),
        ("host", "i-0abc".to_owned()),
        ("service", arn("kms", "key/1234")),
        ("service", arn("lambda", "function:f")),
        ("service", arn("iam", "role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX")),
        ("service", "arn:aws:s3:::some-bucket/key".to_owned()),
        ("service", "sg-0abc".to_owned()),
        ("service", "vpce-0abc".to_owned()),
        ("", arn("sns", "topic-name")),
        ("", arn("ec2", "image/ami-1")),
        ("", "arn:aws:short".to_owned()),
        ("", "AKIASHORT".to_owned()),
        ("", "vol-0abc".to_owned()),
        ("", "123456789012".to_owned()),
    ];
    for (kind, id) in &table {
        let mut record = record("secretsmanager", "GetSecretValue");
        with(&mut record, "requestParameters.secretId", &json!(id));
        let found = document(record);
        let target = |kind: &str| match kind {
            "" => found["entity"]["target"]["id"].clone(),
            kind => found[kind]["target"]["entity"]["id"].clone(),
        };
        for other in ["user", "host", "service", ""] {
            let expected = if other == *kind { json!([id]) } else { Value::Null };
            assert_eq!(target(other), expected, "{id} as {other:?}");
        }
        // An instance's id is there by itself, also where an ARN is acted on.
        let host = if *kind == "host" { json!(["i-0abc"]) } else { Value::Null };
        assert_eq!(found["host"]["target"]["id"], host, "{id}");
    }
}

#[test]
fn actors_are_of_kinds() {
    let role = "arn:aws:iam::123456789012:role/Admin";
    let session = "arn:aws:sts::123456789012:assumed-role/Admin/ana";
    let linked = "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForX/x";
    let issuer = json!({ "sessionIssuer": { "arn": role } });
    let assumes = ("sts", "AssumeRole");
    let any = ("s3", "ListBuckets");
    let table = [
        (any, json!({"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/a"}), "user", None),
        (any, json!({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}), "user", None),
        (any, json!({"type": "AssumedRole", "arn": linked}), "service", None),
        (
            any,
            json!({"type": "New", "arn": "arn:aws:ec2:x:123456789012:instance/i-1"}),
            "host",
            None,
        ),
        (any, json!({"type": "New", "arn": session}), "user", None),
        (any, json!({"type": "New", "arn": "i-0abc"}), "host", None),
        (any, json!({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u"}}), "", Some("u")),
        (
            assumes,
            json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com", "arn": "x"}),
            "service",
            Some("ec2.amazonaws.com"),
        ),
        (
            assumes,
            json!({"type": "AssumedRole", "arn": session, "sessionContext": issuer}),
            "user",
            Some(role),
        ),
        (
            assumes,
            json!({"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/a"}),
            "user",
            None,
        ),
    ];
    for ((service, event), identity, kind, id) in table {
        let mut record = record(service, event);
        record["userIdentity"] = identity.clone();
        let found = document(record);
        let id = json!([id.or(identity["arn"].as_str())]);
        assert_eq!(found["actor"]["entity"]["id"], id, "{identity}");
        for other in ["user", "host", "service", ""] {
            let actor = if other.is_empty() {
                &found["entity"]["id"]
            } else {
                &found[other]["entity"]["id"]
            };
            let expected = if other == kind { id.clone() } else { Value::Null };
            assert_eq!(actor, &expected, "{identity} as {other:?}");
        }
    }
}

#[test]
fn commands_go_to_instances_to_those_of_targets_or_to_all() {
    let sent = |parameters: Value| {
        let mut record = record("ssm", "SendCommand");
        record["recipientAccountId"] = json!("123456789012");
        record["requestParameters"] = parameters;
        document(record)["target"]["entity"]["id"].take()
    };
    let targets = json!([{"key": "InstanceIds", "values": ["i-2", "i-3"]}]);
    assert_eq!(sent(json!({"instanceIds": ["i-1"], "targets": targets})), json!(["i-1"]));
    assert_eq!(sent(json!({"instanceIds": [], "targets": targets})), json!(["i-2", "i-3"]));
    assert_eq!(sent(json!({"targets": [{"values": ["*"]}]})), json!(["123456789012"]));
    assert_eq!(sent(Value::Object(Map::new())), Value::Null);
}
