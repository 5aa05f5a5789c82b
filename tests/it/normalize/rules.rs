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

/// The section is empty then.
fn rest(fields: Value) -> Value {
    let fields = [("requestParameters", json!({})), ("requestParameters_rest", fields)];
    Value::Object(fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
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
            json!({
                "requestParameters": {"iamInstanceProfile": {}},
                "requestParameters_rest": {"iamInstanceProfile": {"name": {"odd": 1}}},
            }),
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
            json!({
                "requestParameters": {"policy_glacier": {}},
                "requestParameters_rest": {"policy": {"value": "text"}},
            }),
        ),
        // Of a service that is not known for it there is no field.
        ("newservice", request(json!({"policy": "{}"})), rest(json!({"policy": "{}"}))),
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
        ("lambda", response(json!({"functionName": "b"})), response(json!({"functionName": "b"}))),
        (
            "lambda",
            json!({"responseElements": ["done"]}),
            json!({"responseElements_lambda": ["done"]}),
        ),
        (
            "newservice",
            response(json!("done")),
            json!({"record_rest": {"responseElements": "done"}}),
        ),
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
            json!({
                "responseElements": {"roleArn": "other"}, "responseElements_rest": {"role": arn},
            }),
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
        (
            "newservice",
            json!({"additionalEventData": data}),
            json!({"additionalEventData_rest": data}),
        ),
    ]);
}

#[test]
fn a_field_that_the_template_types_takes_only_its_type() {
    check(vec![
        ("s3", json!({"readOnly": true}), json!({"readOnly": true})),
        ("s3", json!({"readOnly": "false"}), json!({"readOnly": "false"})),
        ("s3", json!({"readOnly": "maybe"}), json!({"record_rest": {"readOnly": "maybe"}})),
        ("ec2", json!({"readOnly": "maybe"}), json!({"readOnly_ec2": "maybe"})),
        ("s3", json!({"readOnly": {"a": 1}}), json!({"record_rest": {"readOnly": {"a": 1}}})),
        ("s3", json!({"sourceIPAddress": {"a": 1}}), json!({"sourceIPAddress": "{\"a\":1}"})),
        (
            "s3",
            json!({"userIdentity": {"sessionContext": "none"}}),
            json!({"userIdentity": {}, "userIdentity_rest": {"sessionContext": "none"}}),
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
            (
                "iam",
                json!({"userIdentity": {"sessionContext": {"sessionIssuer": hidden}}}),
                json!({
                    "userIdentity": {"sessionContext": {}},
                    "userIdentity_rest": {"sessionContext": {"sessionIssuer": hidden}},
                }),
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
        ("ec2", request(json!({"instanceId": {"value": 1}})), request(json!({"instanceId": 1}))),
        ("ec2", request(json!({"new": {"value": 1}})), rest(json!({"new": {"value": 1}}))),
        (
            "ec2",
            request(json!({"DescribeFlowLogsRequest": ""})),
            request(json!({"DescribeFlowLogsRequest": {"value": ""}})),
        ),
        (
            "ssm",
            request(json!({"instanceId": {"value": 1}})),
            rest(json!({"instanceId": {"value": 1}})),
        ),
        // An XML element with its place among its brothers.
        (
            "ec2",
            request(json!({"instanceId": {"tag": 1, "content": "i-0123456789abcdef0"}})),
            json!({
                "requestParameters": {"instanceId": "i-0123456789abcdef0"},
                "requestParameters_rest": {"instanceId": {"tag": 1}},
            }),
        ),
    ]);
}

#[test]
fn bytes_that_java_wrote_as_a_buffer_become_base64() {
    let buffer = |bytes: Value| {
        json!({
            "hb": bytes, "offset": 0, "isReadOnly": false, "bigEndian": true,
            "nativeByteOrder": false, "mark": -1, "position": 3, "limit": 3, "capacity": 3, "address": 0,
        })
    };
    let mut beside = buffer(json!([]));
    beside.as_object_mut().unwrap().remove("hb");
    check(vec![
        (
            "acm-pca",
            request(json!({"certificate": buffer(json!([45, -1, 0]))})),
            json!({
                "requestParameters": {"certificate": "Lf8A"},
                "requestParameters_rest": {"certificate": beside},
            }),
        ),
        // No bytes.
        (
            "acm-pca",
            request(json!({"certificate": buffer(json!([128]))})),
            rest(json!({"certificate": buffer(json!([128]))})),
        ),
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
        ("requestParameters.unheardOf.x", "s3", "requestParameters_rest.unheardOf.x"),
        ("requestParameters.policy", "newservice", "requestParameters_rest.policy"),
        ("unheardOf", "s3", "record_rest.unheardOf"),
    ] {
        assert_eq!(table.document_path(path, service), expected);
    }
}
