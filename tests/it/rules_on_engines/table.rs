//! The thirteen rules: who writes what, and where it stands afterwards.

use serde_json::{Value, json};

/// A service, what it writes at the rule's field, and where which value stands in the document.
pub(super) type Shape = (&'static str, Value, &'static str, Value);

pub(super) struct Rule {
    pub(super) field: &'static str,
    pub(super) plain: Shape,
    pub(super) conflicting: Shape,
    /// Whether an engine refuses the second one as AWS writes it: plain first, conflicting first.
    pub(super) raw_conflict: [bool; 2],
}

fn rule(field: &'static str, plain: Shape, conflicting: Shape) -> Rule {
    Rule { field, plain, conflicting, raw_conflict: [true, true] }
}

pub(super) fn rules() -> Vec<Rule> {
    let rules: Vec<_> =
        request_rules().into_iter().chain(response_rules()).chain(other_rules()).collect();
    assert_eq!(rules.len(), 13);
    rules
}

#[rustfmt::skip]
fn request_rules() -> Vec<Rule> {
    vec![
        rule("requestParameters.iamInstanceProfile",
            ("ec2", json!({"name": "ec2-role"}), "requestParameters.iamInstanceProfile.name", json!("ec2-role")),
            ("autoscaling", json!("web-role"), "requestParameters.iamInstanceProfile.name", json!("web-role"))),
        rule("requestParameters.policy",
            ("sts", json!("{\"Version\":\"2012-10-17\"}"), "requestParameters.policy_sts", json!("{\"Version\":\"2012-10-17\"}")),
            ("glacier", json!({"rules": [{"strategy": "FreeTier"}]}), "requestParameters.policy_glacier.rules.strategy", json!("FreeTier"))),
        // The thirteenth: S3 writes a list with an empty text, which no engine minds.
        Rule { raw_conflict: [false, false], ..rule("requestParameters.policy",
            ("iam", json!("{}"), "requestParameters.policy_iam", json!("{}")),
            ("s3", json!([""]), "requestParameters.policy_s3", json!(""))) },
        rule("requestParameters.filter",
            ("iam", json!(["User"]), "requestParameters.filter_iam", json!(["User"])),
            ("health", json!({"eventStatusCodes": ["open"]}), "requestParameters.filter_health.eventStatusCodes", json!(["open"]))),
        rule("requestParameters.attribute",
            ("ec2", json!("userData"), "requestParameters.attribute_ec2", json!("userData")),
            ("sqs", json!({"FifoQueue": "true"}), "requestParameters.attribute_sqs.FifoQueue", json!("true"))),
        rule("requestParameters.domainName",
            ("es", json!("logs"), "requestParameters.domainName_es", json!("logs")),
            ("route53domains", json!({"name": "example.com"}), "requestParameters.domainName_route53domains.name", json!("example.com"))),
        rule("requestParameters.rule",
            ("events", json!("nightly"), "requestParameters.rule_events", json!("nightly")),
            ("ses", json!({"name": "inbound"}), "requestParameters.rule_ses.name", json!("inbound"))),
    ]
}

#[rustfmt::skip]
fn response_rules() -> Vec<Rule> {
    vec![
        rule("responseElements",
            ("ec2", json!({"requestId": "0123"}), "responseElements.requestId", json!("0123")),
            ("lambda", json!("accepted"), "responseElements_lambda", json!("accepted"))),
        rule("responseElements.role",
            ("iam", json!({"roleName": "web"}), "responseElements.role.roleName", json!("web")),
            ("guardduty", json!("arn:aws:iam::123456789012:role/scan"), "responseElements.roleArn", json!("arn:aws:iam::123456789012:role/scan"))),
        rule("responseElements.endpoint",
            ("rds", json!({"address": "shop.example.com"}), "responseElements.endpoint.address", json!("shop.example.com")),
            ("ecs", json!("https://ecs.example.com/"), "responseElements.endpoint.address", json!("https://ecs.example.com/"))),
        rule("responseElements.dBSubnetGroup",
            ("rds", json!({"dBSubnetGroupName": "instances"}), "responseElements.dBSubnetGroup.dBSubnetGroupName", json!("instances")),
            ("rds", json!("clusters"), "responseElements.dBSubnetGroup.dBSubnetGroupName", json!("clusters"))),
    ]
}

#[rustfmt::skip]
fn other_rules() -> Vec<Rule> {
    vec![
        // Only a field that began as a date refuses what is none.
        Rule { raw_conflict: [true, false], ..rule("apiVersion",
            ("elasticloadbalancing", json!("2015-12-01"), "apiVersion_elasticloadbalancing", json!("2015-12-01")),
            ("cloudfront", json!("2018_06_18"), "apiVersion_cloudfront", json!("2018_06_18"))) },
        rule("additionalEventData",
            ("signin", json!({"MFAUsed": "Yes"}), "additionalEventData_signin.MFAUsed", json!("Yes")),
            ("kms", json!("Grant ID: 0123456789abcdef"), "additionalEventData_kms", json!("Grant ID: 0123456789abcdef"))),
    ]
}
