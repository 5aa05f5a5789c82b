//! Sigma's rules find what they are for, through the pipeline that `trailhaul export sigma` prints.
//!
//! pySigma makes the queries, and each engine runs them on events of which each rule is for some.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{
    engines::{Engine, engines},
    python,
    run::{Trailhaul, write},
    unique,
};

/// The rules of `tests/sigma`, and the events that each of them is for.
const RULES: [(&str, &[&str]); 16] = [
    ("answer_names_administrator", &["policy-attached"]),
    ("bucket_opened", &["policy-as-object", "policy-as-text"]),
    ("console_login_without_mfa", &["login"]),
    ("denied", &["create-user-denied", "describe-denied"]),
    ("guardduty_off", &["detector-off"]),
    ("nothing_failed", &["create-user"]),
    ("own_login_profile", &["profile-for-bob"]),
    ("password_in_answer", &["new-password"]),
    ("public_database", &["public-database"]),
    ("role_from_outside", &["role-from-outside"]),
    ("root_use", &["root"]),
    ("session_of_role", &["describe-denied"]),
    ("startup_script", &["user-data"]),
    ("tool", &["pacu"]),
    ("trail_stopped", &["stop-logging"]),
    ("unnamed_field", &["harmful"]),
];

/// Rules that find nothing on an engine. Without a type for any object, what has no name is in a list of
/// `path=value`, and Sigma has no search for that. And OpenSearch 2 does not say whether a member of a
/// `flat_object` is there at all.
const FIND_NOTHING: [(&str, &str, &[&str]); 5] = [
    ("opensearch-1", "typed", &["unnamed_field"]),
    ("elasticsearch-7.10", "typed", &["unnamed_field"]),
    ("opensearch-1", "ecs", BELOW_FLATTENED),
    ("elasticsearch-7.10", "ecs", BELOW_FLATTENED),
    ("opensearch-2", "ecs", &["password_in_answer"]),
];
/// Those that look for a member of a section of the `ecs` layout.
const BELOW_FLATTENED: &[&str] = &[
    "console_login_without_mfa",
    "guardduty_off",
    "password_in_answer",
    "public_database",
    "startup_script",
    "unnamed_field",
];

/// An event with what is told of it beside what all of them have.
fn event(id: &str, source: &str, name: &str, more: Value) -> Value {
    let mut event = json!({
        "eventID": id, "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
        "eventTime": "2026-01-02T03:04:05Z", "eventVersion": "1.11", "eventType": "AwsApiCall",
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli/2.0",
        "recipientAccountId": "123456789012",
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/alice" },
    });
    let (Value::Object(all), Value::Object(more)) = (&mut event, more) else { panic!("objects") };
    all.extend(more);
    event
}

/// What signs in, and with which outcome.
fn logins() -> Vec<Value> {
    let login = |id, mfa, outcome| {
        let more = json!({
            "additionalEventData": { "MFAUsed": mfa, "MobileVersion": "No" },
            "responseElements": { "ConsoleLogin": outcome },
        });
        event(id, "signin", "ConsoleLogin", more)
    };
    vec![
        login("login", "No", "Success"),
        login("login-with-mfa", "Yes", "Success"),
        login("login-failed", "No", "Failure"),
    ]
}

fn identities() -> Vec<Value> {
    let issuer = |mfa: &str| {
        json!({ "type": "AssumedRole", "sessionContext": {
            "sessionIssuer": { "type": "Role" }, "attributes": { "mfaAuthenticated": mfa } } })
    };
    let profile = |id, user| {
        event(id, "iam", "CreateLoginProfile", json!({ "requestParameters": { "userName": user } }))
    };
    let root = json!({ "type": "Root" });
    vec![
        event("root", "iam", "GetUser", json!({ "userIdentity": root })),
        event(
            "root-by-service",
            "health",
            "Notify",
            json!({ "userIdentity": root, "eventType": "AwsServiceEvent" }),
        ),
        event(
            "create-user",
            "iam",
            "CreateUser",
            json!({ "requestParameters": { "userName": "bob" } }),
        ),
        event("create-user-denied", "iam", "CreateUser", json!({ "errorCode": "AccessDenied" })),
        profile("profile-for-bob", "bob"),
        profile("profile-for-alice", "alice"),
        event(
            "describe-denied",
            "ec2",
            "DescribeInstances",
            json!({
            "userIdentity": issuer("false"), "errorCode": "Client.UnauthorizedOperation" }),
        ),
        event(
            "describe-with-mfa",
            "ec2",
            "DescribeInstances",
            json!({ "userIdentity": issuer("true") }),
        ),
        event(
            "role-from-outside",
            "sts",
            "AssumeRole",
            json!({
            "userIdentity": issuer("true"), "sourceIPAddress": "198.51.100.9" }),
        ),
        event("role-from-inside", "sts", "AssumeRole", json!({ "userIdentity": issuer("true") })),
        event(
            "policy-attached",
            "iam",
            "AttachUserPolicy",
            json!({
            "responseElements": { "policy": "arn:aws:iam::aws:policy/AdministratorAccess" } }),
        ),
    ]
}

fn requests() -> Vec<Value> {
    let statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject" });
    let denies = json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject" });
    let policy = |id, policy: Value| {
        event(
            id,
            "s3",
            "PutBucketPolicy",
            json!({ "requestParameters": { "bucketPolicy": policy } }),
        )
    };
    let attribute = |id, name| {
        let more = json!({ "requestParameters": { "attribute": name } });
        event(id, "ec2", "ModifyInstanceAttribute", more)
    };
    let database =
        |id, name, answer: Value| event(id, "rds", name, json!({ "responseElements": answer }));
    let detector = |id, enable: bool| {
        event(
            id,
            "guardduty",
            "UpdateDetector",
            json!({ "requestParameters": { "enable": enable } }),
        )
    };
    let unnamed = |id, value| {
        let more = json!({ "requestParameters": { "fieldOfAServiceYetToCome": value } });
        event(id, "example", "PutExample", more)
    };
    vec![
        policy("policy-as-object", json!({ "Statement": [statement] })),
        policy("policy-as-text", json!(json!({ "Statement": [statement] }).to_string())),
        policy("policy-that-denies", json!({ "Statement": [denies] })),
        attribute("user-data", "userData"),
        attribute("instance-type", "instanceType"),
        database(
            "new-password",
            "ModifyDBInstance",
            json!({
            "publiclyAccessible": false, "pendingModifiedValues": { "masterUserPassword": "****" } }),
        ),
        database("other-change", "ModifyDBInstance", json!({ "pendingModifiedValues": {} })),
        database("public-database", "CreateDBInstance", json!({ "publiclyAccessible": true })),
        detector("detector-off", false),
        detector("detector-on", true),
        event("pacu", "sts", "GetCallerIdentity", json!({ "userAgent": "Boto3/1.9 Pacu/1.0" })),
        event("stop-logging", "cloudtrail", "StopLogging", json!({})),
        event("start-logging", "cloudtrail", "StartLogging", json!({})),
        unnamed("harmful", "harmful"),
        unnamed("harmless", "harmless"),
    ]
}

/// The search of each rule, for both kinds of engines.
fn searches(python: &Path, layout: &str) -> BTreeMap<String, Value> {
    let folder = tempfile::tempdir().unwrap();
    let export = ["export", "sigma", "--layout", layout];
    let pipeline = Command::new(env!("CARGO_BIN_EXE_trailhaul")).args(export).output().unwrap();
    assert!(pipeline.status.success(), "{pipeline:?}");
    let path = folder.path().join("pipeline.yml");
    write(&path, &String::from_utf8(pipeline.stdout).unwrap());
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut command = Command::new(python);
    command.arg(tests.join("python/sigma_queries.py")).arg(&path).arg(tests.join("sigma"));
    let made = command.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&made.stdout).unwrap()
}

/// What each rule finds in an index.
async fn found(
    engine: &Engine,
    index: &str,
    searches: &BTreeMap<String, Value>,
) -> BTreeMap<String, BTreeSet<String>> {
    let (kind, _) = engine.name.split_once('-').unwrap();
    let mut found = BTreeMap::new();
    for (rule, bodies) in searches {
        let answer =
            engine.post(&format!("{index}/_search?size=100"), &bodies[kind]).await.expect_ok();
        let hits = answer["hits"]["hits"].as_array().unwrap();
        let ids = hits.iter().map(|hit| hit["_id"].as_str().unwrap().to_owned());
        found.insert(rule.clone(), ids.collect());
    }
    found
}

async fn rules_find_what_they_are_for(layout: &str) {
    let Some(python) = python() else { return };
    let searches = searches(&python, layout);
    let events = [logins(), identities(), requests()].concat();
    let records = events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let all: BTreeMap<_, BTreeSet<_>> = RULES
        .iter()
        .map(|(rule, ids)| ((*rule).to_owned(), ids.iter().map(|id| (*id).to_owned()).collect()))
        .collect();
    for engine in engines() {
        let mut expected = all.clone();
        for (_, _, rules) in
            FIND_NOTHING.iter().filter(|(e, l, _)| *e == engine.name && *l == layout)
        {
            expected.extend(rules.iter().map(|rule| ((*rule).to_owned(), BTreeSet::new())));
        }
        let index = unique("sigma");
        let load = Trailhaul::load().from("-").stdin(&records).to(&engine.url);
        let run = load.args(["--json", "--index", &index, "--layout", layout]).run().await;
        assert_eq!(run.code, Some(0), "{run}");
        assert_eq!(engine.count(&index).await, events.len() as u64);
        assert_eq!(found(&engine, &index, &searches).await, expected, "{} {layout}", engine.name);
        if ["opensearch-2", "opensearch-3"].contains(&engine.name.as_str()) {
            let query =
                json!({ "query": { "term": { "aws.cloudtrail.event_name": "StopLogging" } } });
            let answer = engine.post(&format!("{index}/_search"), &query).await.expect_ok();
            assert_eq!(
                answer["hits"]["hits"][0]["_id"], "stop-logging",
                "by Security Analytics' name"
            );
        }
        engine.delete(&index).await;
    }
}

#[tokio::test]
async fn rules_find_what_they_are_for_in_the_ecs_layout() {
    rules_find_what_they_are_for("ecs").await;
}

#[tokio::test]
async fn rules_find_what_they_are_for_in_the_typed_layout() {
    rules_find_what_they_are_for("typed").await;
}
