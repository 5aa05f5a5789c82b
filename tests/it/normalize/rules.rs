//! Each of the thirteen rules of the script that trailhaul descends from, and the ones added since.

use serde_json::{Value, json};
use trailhaul::event::Object;
use trailhaul::normalize::Table;

use super::{document, from, object};

/// Service, what is in the record, what is in the document.
type Case = (&'static str, Value, Value);

fn check(cases: Vec<Case>) {
    let table = Table::shipped().unwrap();
    for (service, input, expected) in cases {
        let shown = input.to_string();
        let mut found = object(document(&table, from(service, input)));
        found.remove("@timestamp");
        found.remove("eventSource");
        assert_eq!(Value::Object(found), expected, "{service} {shown}");
    }
}

fn request(fields: Value) -> Value {
    Value::Object(Object::from_iter([("requestParameters".to_owned(), fields)]))
}

fn response(fields: Value) -> Value {
    Value::Object(Object::from_iter([("responseElements".to_owned(), fields)]))
}

#[test]
fn iam_instance_profile() {
    let object =
        json!({"iamInstanceProfile": {"arn": "arn:aws:iam::123456789012:instance-profile/web"}});
    check(vec![
        (
            "autoscaling",
            request(json!({"iamInstanceProfile": "web"})),
            request(json!({"iamInstanceProfile": {"name": "web"}})),
        ),
        ("ec2", request(object.clone()), request(object)),
        (
            "ec2",
            request(json!({"iamInstanceProfile": null})),
            request(json!({"iamInstanceProfile": null})),
        ),
        (
            "ec2",
            request(json!({"iamInstanceProfile": [{"name": "a"}, "b"]})),
            request(json!({"iamInstanceProfile": [{"name": "a"}, {"name": "b"}]})),
        ),
        (
            "ec2",
            request(json!({"iamInstanceProfile": {"name": {"odd": 1}}})),
            request(json!({"iamInstanceProfile": {"name": "{\"odd\":1}"}})),
        ),
    ]);
}

#[test]
fn policy() {
    let rules = json!({"rules": [{"strategy": "FreeTier"}]});
    check(vec![
        ("s3", request(json!({"policy": [""]})), request(json!({"policy_s3": ""}))),
        ("sts", request(json!({"policy": "{}"})), request(json!({"policy_sts": "{}"}))),
        ("glacier", request(json!({"policy": rules})), request(json!({"policy_glacier": rules}))),
        // What a service is not known for is made to fit what it is known for.
        (
            "sts",
            request(json!({"policy": {"Version": "2012-10-17"}})),
            request(json!({"policy_sts": "{\"Version\":\"2012-10-17\"}"})),
        ),
        (
            "glacier",
            request(json!({"policy": "text"})),
            request(json!({"policy_glacier": {"value": "text"}})),
        ),
    ]);
}

#[test]
fn filter() {
    let filter = json!({"eventStatusCodes": ["open"]});
    check(vec![
        ("iam", request(json!({"filter": ["User"]})), request(json!({"filter_iam": ["User"]}))),
        ("health", request(json!({"filter": filter})), request(json!({"filter_health": filter}))),
    ]);
}

#[test]
fn attribute() {
    let attribute = json!({"FifoQueue": "true"});
    check(vec![
        (
            "ec2",
            request(json!({"attribute": "userData"})),
            request(json!({"attribute_ec2": "userData"})),
        ),
        (
            "sqs",
            request(json!({"attribute": attribute})),
            request(json!({"attribute_sqs": attribute})),
        ),
    ]);
}

#[test]
fn domain_name() {
    let name = json!({"name": "example.com"});
    check(vec![
        ("es", request(json!({"domainName": "logs"})), request(json!({"domainName_es": "logs"}))),
        (
            "route53domains",
            request(json!({"domainName": name})),
            request(json!({"domainName_route53domains": name})),
        ),
    ]);
}

#[test]
fn rule() {
    let rule = json!({"name": "inbound", "enabled": true});
    check(vec![
        ("events", request(json!({"rule": "nightly"})), request(json!({"rule_events": "nightly"}))),
        ("ses", request(json!({"rule": rule})), request(json!({"rule_ses": rule}))),
    ]);
}

#[test]
fn response_elements() {
    let omitted = json!({"omitted": true, "originalSize": 112_640, "reason": "too large"});
    check(vec![
        ("lambda", response(json!("done")), json!({"responseElements_lambda": "done"})),
        ("lambda", response(json!({"a": "b"})), response(json!({"a": "b"}))),
        ("lambda", response(json!(null)), response(json!(null))),
        ("glue", response(omitted.clone()), json!({"responseElements_omitted": omitted})),
    ]);
}

#[test]
fn role() {
    let arn = "arn:aws:iam::123456789012:role/scan";
    check(vec![
        ("guardduty", response(json!({"role": arn})), response(json!({"roleArn": arn}))),
        (
            "iam",
            response(json!({"role": {"roleName": "web"}})),
            response(json!({"role": {"roleName": "web"}})),
        ),
        // Neither is lost.
        (
            "glue",
            response(json!({"role": arn, "roleArn": "other"})),
            response(json!({"roleArn": "other", "roleArn_2": arn})),
        ),
    ]);
}

#[test]
fn endpoint() {
    let endpoint = json!({"address": "db.example.com", "port": 3306});
    check(vec![
        (
            "ecs",
            response(json!({"endpoint": "https://ecs.example.com/"})),
            response(json!({"endpoint": {"address": "https://ecs.example.com/"}})),
        ),
        ("rds", response(json!({"endpoint": endpoint})), response(json!({"endpoint": endpoint}))),
    ]);
}

#[test]
fn db_subnet_group() {
    let group = json!({"dBSubnetGroupName": "default", "vpcId": "vpc-1"});
    check(vec![
        (
            "rds",
            response(json!({"dBSubnetGroup": "default"})),
            response(json!({"dBSubnetGroup": {"dBSubnetGroupName": "default"}})),
        ),
        (
            "rds",
            response(json!({"dBSubnetGroup": group})),
            response(json!({"dBSubnetGroup": group})),
        ),
    ]);
}

#[test]
fn api_version() {
    check(vec![
        ("logs", json!({"apiVersion": "20140328"}), json!({"apiVersion_logs": "20140328"})),
        ("s3-outposts", json!({"apiVersion": 3}), json!({"apiVersion_s3-outposts": 3})),
    ]);
}

#[test]
fn additional_event_data() {
    let data = json!({"MFAUsed": "Yes"});
    check(vec![
        (
            "signin",
            json!({"additionalEventData": data}),
            json!({"additionalEventData_signin": data}),
        ),
        (
            "kms",
            json!({"additionalEventData": "Grant ID: 0123"}),
            json!({"additionalEventData_kms": "Grant ID: 0123"}),
        ),
        (
            "s3",
            json!({"additionalEventData": {"bytesTransferredIn": {"odd": 1}}}),
            json!({"additionalEventData_s3": {"bytesTransferredIn": "{\"odd\":1}"}}),
        ),
    ]);
}

#[test]
fn a_field_that_the_template_types_takes_only_its_type() {
    check(vec![
        ("s3", json!({"readOnly": true}), json!({"readOnly": true})),
        ("s3", json!({"readOnly": "false"}), json!({"readOnly": "false"})),
        ("s3", json!({"readOnly": "maybe"}), json!({"readOnly_s3": "maybe"})),
        ("s3", json!({"readOnly": {"a": 1}}), json!({"readOnly_s3": "{\"a\":1}"})),
        ("s3", json!({"sourceIPAddress": {"a": 1}}), json!({"sourceIPAddress": "{\"a\":1}"})),
        (
            "s3",
            json!({"userIdentity": {"sessionContext": "none"}}),
            json!({"userIdentity": {"sessionContext_s3": "none"}}),
        ),
    ]);
}

#[test]
fn what_aws_hides_goes_beside_the_object_that_it_hides() {
    for hidden in ["HIDDEN_DUE_TO_SECURITY_REASONS", "***", "***OMITTED***"] {
        check(vec![
            (
                "ssm",
                request(json!({"parameters": hidden})),
                request(json!({"parameters_redacted": hidden})),
            ),
            // Where text stands anyway it stays.
            ("iam", request(json!({"password": hidden})), request(json!({"password": hidden}))),
        ]);
    }
}

#[test]
fn ec2_wraps_and_empty_xml() {
    check(vec![
        (
            "ec2",
            request(json!({"disableApiTermination": {"value": true}})),
            request(json!({"disableApiTermination": true})),
        ),
        ("ec2", request(json!({"anyOther": {"value": 1}})), request(json!({"anyOther": 1}))),
        (
            "ec2",
            request(json!({"DescribeFlowLogsRequest": ""})),
            request(json!({"DescribeFlowLogsRequest": {"value": ""}})),
        ),
        ("ssm", request(json!({"other": {"value": 1}})), request(json!({"other": {"value": 1}}))),
    ]);
}

#[test]
fn queries_can_be_told_where_a_field_has_gone() {
    let table = Table::shipped().unwrap();
    for (path, service, expected) in [
        ("requestParameters.attribute", "ec2", "requestParameters.attribute_ec2"),
        ("additionalEventData.MFAUsed", "signin", "additionalEventData_signin.MFAUsed"),
        ("requestParameters.bucketName", "s3", "requestParameters.bucketName"),
        ("responseElements.endpoint", "rds", "responseElements.endpoint"),
    ] {
        assert_eq!(table.document_path(path, service), expected);
    }
}
