//! What becomes of an event, step by step, with events of the project's own.

use serde_json::{Value, json};
use trailhaul::event::{Event, Lookup};
use trailhaul::normalize::Copies;

use super::{RUN_TIME, document, ecs, event};

/// An event of a user, with these members beside.
fn by_user(more: &Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.11", "eventID": "0f1e2d3c-0000-4000-8000-000000000001",
        "eventTime": "2026-02-03T04:05:06Z", "eventSource": "iam.amazonaws.com",
        "eventName": "ListRoles", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
        "recipientAccountId": "123456789012", "eventType": "AwsApiCall",
        "userIdentity": {
            "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "userName": "ana",
            "arn": "arn:aws:iam::123456789012:user/ana", "accountId": "123456789012",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
    });
    for (name, member) in more.as_object().unwrap() {
        record[name] = member.clone();
    }
    record
}

/// An event of a role's session.
fn by_role(session: &str) -> Value {
    by_user(&json!({ "userIdentity": {
        "type": "AssumedRole", "principalId": format!("AROACKCEVSQ6C2EXAMPLE:{session}"),
        "arn": format!("arn:aws:sts::123456789012:assumed-role/Admin/{session}"),
        "accountId": "123456789012", "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "attributes": { "creationDate": "2026-02-03T04:00:00Z", "mfaAuthenticated": "true" },
            "sessionIssuer": {
                "type": "Role", "principalId": "AROACKCEVSQ6C2EXAMPLE", "accountId": "123456789012",
                "arn": "arn:aws:iam::123456789012:role/Admin", "userName": "Admin",
            },
            "sourceIdentity": "ana", "ec2RoleDelivery": "2.0", "assumedRoot": true,
            "webIdFederationData": { "federatedProvider": "idp.example" },
        },
    }}))
}

fn at<'a>(document: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(document, |value, name| &value[name])
}

/// Asserts what stands in a document; null stands for nothing.
fn assert_has(document: &Value, expected: &[(&str, Value)]) {
    for (path, value) in expected {
        assert_eq!(at(document, path), value, "{path} in {document}");
    }
}

#[test]
fn an_event_has_the_fields_that_every_event_has() {
    let record = by_user(&json!({"managementEvent": true, "readOnly": true, "requestID": "r-1",
        "apiVersion": "2010-05-08", "sharedEventID": "s-1", "eventCategory": "Management",
        "vpcEndpointId": "vpce-0abc", "vpcEndpointAccountId": "111122223333",
        "sessionCredentialFromConsole": "true"}));
    let found = document(record.clone());
    let cloudtrail = |name: &str| format!("aws.cloudtrail.{name}");
    for (name, value) in [
        ("event_version", json!("1.11")),
        ("event_category", json!("Management")),
        ("event_type", json!("AwsApiCall")),
        ("api_version", json!("2010-05-08")),
        ("management_event", json!("true")),
        ("read_only", json!(true)),
        ("request_id", json!("r-1")),
        ("shared_event_id", json!("s-1")),
        ("vpc_endpoint_id", json!("vpce-0abc")),
        ("vpc_endpoint_account_id", json!("111122223333")),
        ("session_credential_from_console", json!("true")),
        ("recipient_account_id", json!("123456789012")),
        ("user_identity.type", json!("IAMUser")),
        ("user_identity.arn", json!("arn:aws:iam::123456789012:user/ana")),
        ("user_identity.principal_id", json!("AIDACKCEVSQ6C2EXAMPLE")),
        ("user_identity.access_key_id", json!("AKIAIOSFODNN7EXAMPLE")),
    ] {
        assert_eq!(at(&found, &cloudtrail(name)), &value, "{name}");
    }
    let run_time = RUN_TIME.replace('Z', ".000Z");
    assert_has(
        &found,
        &[
            ("@timestamp", json!("2026-02-03T04:05:06.000Z")),
            ("ecs.version", json!("8.11.0")),
            ("event.action", json!("ListRoles")),
            ("event.provider", json!("iam.amazonaws.com")),
            ("event.id", json!("0f1e2d3c-0000-4000-8000-000000000001")),
            ("event.kind", json!("event")),
            ("event.module", json!("aws")),
            ("event.dataset", json!("aws.cloudtrail")),
            ("event.outcome", json!("success")),
            ("event.created", json!(run_time)),
            ("event.ingested", json!(run_time)),
            ("event.original", json!(record.to_string())),
            ("cloud.provider", json!("aws")),
            ("cloud.service.name", json!("iam")),
            ("cloud.region", json!("us-east-1")),
            ("cloud.account.id", json!("123456789012")),
            ("source.address", json!("192.0.2.7")),
            ("source.ip", json!("192.0.2.7")),
            ("user.name", json!("ana")),
            ("user.id", json!("arn:aws:iam::123456789012:user/ana")),
            ("related.ip", json!(["192.0.2.7"])),
            (
                "related.user",
                json!(["AIDACKCEVSQ6C2EXAMPLE", "arn:aws:iam::123456789012:user/ana", "ana"]),
            ),
            ("error.message", Value::Null),
        ],
    );
}

#[test]
fn a_role_stands_for_its_sessions_and_the_session_is_found_among_users() {
    let found = document(by_role("ana@example.com"));
    assert_has(
        &found,
        &[
            ("user.name", json!("Admin")),
            ("user.id", json!("arn:aws:iam::123456789012:role/Admin")),
            ("user.email", json!("ana@example.com")),
            ("user.changes", Value::Null),
            (
                "related.user",
                json!([
                    "ana@example.com",
                    "ana",
                    "AROACKCEVSQ6C2EXAMPLE:ana@example.com",
                    "arn:aws:iam::123456789012:role/Admin",
                    "Admin"
                ]),
            ),
        ],
    );
    let expected = json!({
        "mfa_authenticated": "true", "creation_date": "2026-02-03T04:00:00.000Z",
        "source_identity": "ana", "ec2_role_delivery": "2.0", "assumed_root": "true",
        "web_id_federation_data": { "federated_provider": "idp.example" },
        "session_issuer": {
            "type": "Role", "principal_id": "AROACKCEVSQ6C2EXAMPLE", "account_id": "123456789012",
            "arn": "arn:aws:iam::123456789012:role/Admin",
        },
    });
    assert_eq!(at(&found, "aws.cloudtrail.user_identity.session_context"), &expected);
    assert_eq!(document(by_role("i-0abc"))["user"]["email"], Value::Null);
}

#[test]
fn other_identities_have_what_they_have() {
    let service =
        document(json!({"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"},
        "recipientAccountId": "123456789012"}));
    assert_has(
        &service,
        &[
            ("service.name", json!("ec2.amazonaws.com")),
            ("user", Value::Null),
            ("cloud.account.id", json!("123456789012")),
        ],
    );
    let person = json!({"userIdentity": {"type": "IdentityCenterUser", "arn": "", "accountId": "123456789012",
            "onBehalfOf": {"userId": "u-1", "identityStoreArn": "arn:aws:identitystore::123456789012:identitystore/d-1"},
            "credentialId": "c-1"},
        "eventSource": "signin.amazonaws.com", "eventName": "UserAuthentication",
        "additionalEventData": {"UserName": "ana@example.com", "CredentialType": "EXTERNAL_IDP"}});
    let person = document(person);
    assert_has(
        &person,
        &[
            ("user.name", json!("ana@example.com")),
            ("user.email", json!("ana@example.com")),
            ("user.id", json!("u-1")),
            ("aws.cloudtrail.additional_eventdata", json!("{CredentialType=EXTERNAL_IDP}")),
            (
                "aws.cloudtrail.flattened.additional_eventdata",
                json!({"CredentialType": "EXTERNAL_IDP"}),
            ),
            ("aws.cloudtrail.user_identity.credential_id", json!("c-1")),
            ("aws.cloudtrail.user_identity.on_behalf_of.user_id", json!("u-1")),
            ("actor.entity.id", json!(["u-1"])),
            ("entity.id", json!(["u-1"])),
        ],
    );
    // A name that the identity has stays the user's, and the section whole.
    let named =
        document(json!({"eventName": "UserAuthentication", "userIdentity": {"userName": "ana"},
        "additionalEventData": {"UserName": "other"}}));
    assert_has(
        &named,
        &[
            ("user.name", json!("ana")),
            ("aws.cloudtrail.additional_eventdata", json!("{UserName=other}")),
        ],
    );
    // The ARN of a person of the Identity Center is whom they act with, and no id of theirs.
    let acting = document(json!({"userIdentity": {"type": "IdentityCenterUser",
        "arn": "arn:aws:iam::123456789012:user/ana"}}));
    assert_has(
        &acting,
        &[
            ("user.id", Value::Null),
            ("related.user", Value::Null),
            ("user.entity.id", json!(["arn:aws:iam::123456789012:user/ana"])),
        ],
    );
    let web = document(json!({"userIdentity": {"type": "WebIdentityUser",
        "principalId": "idp.example:app:u", "userName": "u", "identityProvider": "idp.example"}}));
    assert_has(
        &web,
        &[
            ("user.id", json!("idp.example:app:u")),
            ("aws.cloudtrail.user_identity.identity_provider", json!("idp.example")),
        ],
    );
}

#[test]
fn sections_stand_as_text_and_by_member() {
    let request =
        json!({"bucketName": "b", "x": {"l": [1, {"y": "z"}]}, "none": "none", "n": null});
    let found =
        document(by_user(&json!({"requestParameters": request, "responseElements": "text",
        "serviceEventDetails": {"a": true}, "additionalEventData": {"big": "x".repeat(33_000)}})));
    assert_has(
        &found,
        &[
            ("aws.cloudtrail.request_parameters", json!("{bucketName=b, x={l=[1, {y=z}]}}")),
            (
                "aws.cloudtrail.flattened.request_parameters",
                json!({"bucketName": "b", "x": {"l": [1, {"y": "z"}]}}),
            ),
            ("aws.cloudtrail.response_elements", json!("text")),
            ("aws.cloudtrail.flattened.response_elements", Value::Null),
            ("aws.cloudtrail.service_event_details", json!("{a=true}")),
            ("aws.cloudtrail.flattened.additional_eventdata", Value::Null),
        ],
    );
    let long = at(&found, "aws.cloudtrail.additional_eventdata").as_str().unwrap();
    assert_eq!(long.len(), 33_000 + "{big=}".len());
}

#[test]
fn outcomes_logins_and_errors() {
    let login = |answer: &str| {
        by_user(&json!({"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com",
            "responseElements": {"ConsoleLogin": answer}, "errorMessage": "Failed authentication",
            "additionalEventData": {"MobileVersion": "No", "MFAUsed": "Yes",
                "LoginTo": "https://console.aws.amazon.com/"}}))
    };
    assert_has(
        &document(login("Failure")),
        &[
            ("event.outcome", json!("failure")),
            ("event.category", json!(["authentication"])),
            ("event.type", json!(["info"])),
            ("aws.cloudtrail.error_message", json!("Failed authentication")),
            (
                "aws.cloudtrail.console_login.additional_eventdata",
                json!({"mobile_version": false, "mfa_used": true,
                    "login_to": "https://console.aws.amazon.com/"}),
            ),
        ],
    );
    assert_eq!(document(login("Success"))["event"]["outcome"], "success");
    let denied = document(by_user(&json!({"errorCode": "AccessDenied"})));
    assert_eq!(denied["event"]["outcome"], "failure");
    assert_eq!(at(&denied, "aws.cloudtrail.error_code"), "AccessDenied");
    let since = |date: &str| {
        document(
            json!({"userIdentity": {"sessionContext": {"attributes": {"creationDate": date}}}}),
        )
    };
    let wrong = since("Nov 2, 2013");
    let said = at(&wrong, "error.message")[0].as_str().unwrap();
    assert!(said.contains("creationDate` is no date: \"Nov 2, 2013\""), "{said}");
    assert_has(
        &since("20131102T010628Z"),
        &[
            ("error.message", Value::Null),
            (
                "aws.cloudtrail.user_identity.session_context.creation_date",
                json!("2013-11-02T01:06:28.000Z"),
            ),
        ],
    );
}

#[test]
fn users_and_groups_that_change_are_named() {
    let found = document(by_user(&json!({"eventName": "UpdateUser",
        "requestParameters": {"userName": "bo", "newUserName": "bob", "groupName": "g"},
        "responseElements": {"group": {"groupId": "AGPA1"}, "user": {"userId": "AIDA1"}}})));
    assert_has(
        &found,
        &[
            ("user.target.name", json!("bo")),
            ("user.target.id", json!("AIDA1")),
            ("user.changes.name", json!("bob")),
            ("group.id", json!("AGPA1")),
            ("group.name", json!("g")),
            ("event.category", json!(["iam"])),
            ("event.type", json!(["user", "change"])),
        ],
    );
    let users = found["related"]["user"].as_array().unwrap();
    assert!(["bo", "bob", "AIDA1", "ana"].iter().all(|name| users.contains(&json!(name))));
}

#[test]
fn connections_hosts_and_resources() {
    let tls = |version: &str| {
        by_user(&json!({"tlsDetails": {"tlsVersion": version, "cipherSuite": "c",
            "clientProvidedHostHeader": "h", "keyExchange": "x25519"}}))
    };
    let expected = json!({"version": "1.3", "version_protocol": "tls", "cipher": "c", "client": {"server_name": "h"}});
    let found = document(tls("TLSv1.3"));
    assert_eq!(found["tls"], expected);
    assert_eq!(at(&found, "aws.cloudtrail.tls_details.key_exchange"), "x25519");
    assert_eq!(document(tls("tlsVersion"))["tls"], Value::Null);

    let found = document(by_user(&json!({
        "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
        "responseElements": {"instancesSet": {"items": [{"instanceId": "i-2",
            "privateDnsName": "ip-192-0-2-7.ec2.internal"}]}},
        "resources": [{"ARN": "arn:aws:s3:::b", "accountId": "123456789012", "type": "AWS::S3::Bucket"},
            {"ARN": "arn:aws:s3:::b", "accountId": "123456789012", "type": "AWS::S3::Bucket"}],
        "userAgent": "aws-cli/2.15.0 Python/3.11.6 Linux/6.1.0",
    })));
    assert_has(
        &found,
        &[
            ("related.hosts", json!(["i-1", "i-2"])),
            (
                "aws.cloudtrail.resources",
                json!([{"arn": "arn:aws:s3:::b", "account_id": "123456789012", "type": "AWS::S3::Bucket"}]),
            ),
            ("user_agent.name", json!("aws-cli")),
            ("user_agent.version", json!("2.15.0")),
            ("user_agent.os.full", json!("Linux 6.1.0")),
        ],
    );
}

#[test]
fn instances_are_hosts_wherever_they_are_named() {
    let arn = "arn:aws:ec2:us-east-1:123456789012:instance/i-0abc";
    let other = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0abc";
    for name in ["ARN", "arn"] {
        let found = document(by_user(&json!({"resources": [{name: arn}, {name: other}]})));
        assert_has(&found, &[("related.hosts", json!(["i-0abc"])), ("host", Value::Null)]);
    }
    let on = |source: &str, name: &str, more: Value| {
        let mut record = by_user(&more);
        record["eventSource"] = json!(source);
        record["eventName"] = json!(name);
        document(record)
    };
    let session = |target: &str| {
        on("ssm.amazonaws.com", "StartSession", json!({"requestParameters": {"target": target}}))
    };
    for (target, entity) in [("i-0abc", "i-0abc"), (arn, arn)] {
        assert_has(
            &session(target),
            &[
                ("host.target.entity.id", json!([entity])),
                ("host.target.id", json!(["i-0abc"])),
                ("related.hosts", json!(["i-0abc"])),
            ],
        );
    }
    assert_has(&session("mi-0abc"), &[("host", Value::Null), ("related.hosts", Value::Null)]);
}

#[test]
fn a_version_ends_where_a_part_of_it_is_empty() {
    let found = document(by_user(&json!({"userAgent":
        "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:24.0) Gecko/20100101 Firefox/24.0"})));
    assert_has(
        &found,
        &[("user_agent.version", json!("24.0")), ("user_agent.os.full", json!("Windows 7"))],
    );
}

#[test]
fn insights_and_digests() {
    let found = document(json!({"eventType": "AwsCloudTrailInsight",
        "insightDetails": {"state": "Start", "insightContext": {"statistics": {"baseline": {"average": 0.5}}}}}));
    let average =
        "aws.cloudtrail.flattened.insight_details.insightContext.statistics.baseline.average";
    assert_eq!(at(&found, average), &json!(0.5));
    let digest = document(
        json!({"awsAccountId": "123456789012", "digestS3Object": "AWSLogs/d.json.gz",
        "digestStartTime": "2026-02-03T04:00:00Z", "digestEndTime": "2026-02-03T05:00:00Z",
        "digestS3Bucket": "b", "digestPublicKeyFingerprint": "f", "previousDigestS3Object": "AWSLogs/c.json.gz",
        "previousDigestHashAlgorithm": "SHA-256", "previousDigestHashValue": "abc",
        "previousDigestSignature": "def", "logFiles": [{"s3Bucket": "b"}]}),
    );
    assert_has(
        &digest,
        &[
            ("cloud.account.id", json!("123456789012")),
            ("file.path", json!("AWSLogs/d.json.gz")),
            ("file.hash", Value::Null),
            ("related.hash", json!(["abc"])),
            ("@timestamp", json!("2026-02-03T05:00:00.000Z")),
            (
                "aws.cloudtrail.flattened.digest",
                json!({"start_time": "2026-02-03T04:00:00.000Z", "end_time": "2026-02-03T05:00:00.000Z",
                    "s3_bucket": "b", "public_key_fingerprint": "f", "log_files": [{"s3Bucket": "b"}],
                    "previous_s3_object": "AWSLogs/c.json.gz", "previous_hash_algorithm": "SHA-256",
                    "previous_hash_value": "abc", "previous_signature": "def"}),
            ),
        ],
    );
}

#[test]
fn what_lookup_events_adds_is_kept() {
    let lookup = Lookup {
        time: None,
        username: Some("ana".to_owned()),
        resources: vec![(None, Some("b".to_owned())), (Some("AWS::IAM::Role".to_owned()), None)],
    };
    let event = Event { lookup: Some(lookup), ..event(by_user(&json!({}))) };
    let found = Value::Object(ecs().document(&event));
    let expected =
        json!({"username": "ana", "resources": [{"name": "b"}, {"type": "AWS::IAM::Role"}]});
    assert_eq!(at(&found, "aws.cloudtrail.lookup"), &expected);
}

#[test]
fn copies_are_chosen_and_what_nothing_holds_is_kept_aside() {
    let record = by_user(
        &json!({"requestParameters": {"a": 1}, "responseElements": {"b": 2}, "newThing": {"c": 3}}),
    );
    let kept = |names: &str| {
        let ecs = ecs().with_copies(Copies::named(names.split(',')).unwrap());
        Value::Object(ecs.document(&event(record.clone())))
    };
    let some = kept("request.text,response");
    assert_has(
        &some,
        &[
            ("event.original", Value::Null),
            ("aws.cloudtrail.request_parameters", json!("{a=1}")),
            ("aws.cloudtrail.flattened.request_parameters", Value::Null),
            ("aws.cloudtrail.flattened.response_elements", json!({"b": 2})),
            ("trailhaul.rest", json!({"newThing": {"c": 3}})),
        ],
    );
    assert_eq!(at(&kept("original"), "trailhaul"), &Value::Null);
    assert_eq!(at(&kept("none"), "trailhaul.rest"), &json!({"newThing": {"c": 3}}));
    assert_eq!(at(&kept("none"), "aws.cloudtrail.flattened"), &Value::Null);
}
