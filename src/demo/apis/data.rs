//! Data and messages: s3, glacier, kms, sqs, ses, events, logs.

use serde_json::json;

use super::{Api, Scene, Sections, read, write};

pub(super) const APIS: &[Api] = &[
    read("s3", "GetBucketAcl", 60, get_bucket_acl),
    write("s3", "PutBucketPolicy", 8, put_bucket_policy),
    write("glacier", "SetVaultAccessPolicy", 4, set_vault_access_policy),
    read("kms", "Decrypt", 260, decrypt),
    read("kms", "GenerateDataKey", 160, generate_data_key),
    write("kms", "RetireGrant", 12, retire_grant),
    write("kms", "RotateKey", 4, rotate_key).of_type("AwsServiceEvent"),
    write("sqs", "CreateQueue", 8, create_queue),
    read("events", "ListTargetsByRule", 20, list_targets),
    write("ses", "CreateReceiptRule", 4, create_receipt_rule),
    write("ses", "SetActiveReceiptRuleSet", 4, set_active_rule_set),
    write("logs", "CreateLogStream", 90, create_log_stream),
];

fn get_bucket_acl(scene: &mut Scene<'_>) -> Sections {
    let bucket = scene.bucket();
    let sent = scene.rng.u32(200..4000);
    Sections {
        request: json!({"bucketName": bucket, "acl": [""]}),
        additional: Some(json!({
            "SignatureVersion": "SigV4", "bytesTransferredIn": 0, "bytesTransferredOut": sent,
        })),
        resources: vec![(Some("AWS::S3::Bucket"), bucket)],
        ..Sections::default()
    }
}

/// `policy` as a list with an empty string: the name of the subresource.
fn put_bucket_policy(scene: &mut Scene<'_>) -> Sections {
    let bucket = scene.bucket();
    let document = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": format!("arn:aws:s3:::{bucket}/*"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }]});
    Sections {
        request: json!({"bucketName": bucket, "bucketPolicy": document, "policy": [""]}),
        resources: vec![(Some("AWS::S3::Bucket"), bucket)],
        ..Sections::default()
    }
}

/// `policy` as an object.
fn set_vault_access_policy(scene: &mut Scene<'_>) -> Sections {
    let vault = scene.pick(&["archive", "compliance"]);
    Sections {
        request: json!({
            "accountId": "-", "vaultName": vault,
            "policy": {"policy": r#"{"Version":"2012-10-17","Statement":[]}"#},
        }),
        resources: vec![(None, vault.to_owned())],
        ..Sections::default()
    }
}

fn decrypt(scene: &mut Scene<'_>) -> Sections {
    let key = scene.key_arn();
    let secret = scene.arn("secretsmanager", "secret:example");
    Sections {
        request: json!({
            "encryptionAlgorithm": "SYMMETRIC_DEFAULT", "keyId": key,
            "encryptionContext": {"SecretARN": secret},
        }),
        resources: vec![(Some("AWS::KMS::Key"), key)],
        ..Sections::default()
    }
}

/// A key with dots and a colon in it.
fn generate_data_key(scene: &mut Scene<'_>) -> Sections {
    let (key, bucket) = (scene.key_arn(), scene.bucket());
    Sections {
        request: json!({
            "keyId": key, "keySpec": "AES_256",
            "encryptionContext": {
                "aws:s3:arn": format!("arn:aws:s3:::{bucket}"), "app.name": "backup",
            },
        }),
        resources: vec![(Some("AWS::KMS::Key"), key)],
        ..Sections::default()
    }
}

/// `additionalEventData` as a string.
fn retire_grant(scene: &mut Scene<'_>) -> Sections {
    let key = scene.key_arn();
    let grant = format!("grantId: {:032x}{:032x}", scene.rng.u128(..), scene.rng.u128(..));
    Sections {
        additional: Some(json!(grant)),
        resources: vec![(Some("AWS::KMS::Key"), key)],
        ..Sections::default()
    }
}

fn rotate_key(scene: &mut Scene<'_>) -> Sections {
    let key = scene.key_arn();
    Sections {
        details: Some(json!({"keyId": key, "rotationType": "AUTOMATIC"})),
        resources: vec![(Some("AWS::KMS::Key"), key)],
        ..Sections::default()
    }
}

/// `attribute` as an object.
fn create_queue(scene: &mut Scene<'_>) -> Sections {
    let name = scene.pick(&["orders", "invoices", "dead-letters"]);
    let url = format!("https://sqs.{}.amazonaws.com/{}/{name}", scene.region, scene.account);
    Sections {
        request: json!({
            "queueName": name, "attribute": {"VisibilityTimeout": "30", "DelaySeconds": "0"},
        }),
        response: json!({"queueUrl": url}),
        api_version: Some("2012-11-05"),
        resources: vec![(Some("AWS::SQS::Queue"), url)],
        ..Sections::default()
    }
}

/// `rule` as a string.
fn list_targets(scene: &mut Scene<'_>) -> Sections {
    Sections {
        request: json!({"rule": scene.pick(&["nightly", "on-upload", "on-sign-in"]), "limit": 100}),
        api_version: Some("2015-10-07"),
        ..Sections::default()
    }
}

/// `rule` as an object.
fn create_receipt_rule(scene: &mut Scene<'_>) -> Sections {
    let bucket = scene.bucket();
    Sections {
        request: json!({"ruleSetName": "inbound", "rule": {
            "name": "store", "enabled": true, "recipients": ["mail@example.com"],
            "actions": [{"s3Action": {"bucketName": bucket}}],
        }}),
        ..Sections::default()
    }
}

/// `responseElements` as a string.
fn set_active_rule_set(_: &mut Scene<'_>) -> Sections {
    Sections {
        request: json!({"ruleSetName": "inbound"}),
        response: json!("The receipt rule set is active."),
        ..Sections::default()
    }
}

/// `apiVersion` without any separator.
fn create_log_stream(scene: &mut Scene<'_>) -> Sections {
    let (group, stream) = (scene.pick(&["thumbnails", "ingest", "notify"]), scene.rng.u64(..));
    Sections {
        request: json!({
            "logGroupName": format!("/aws/lambda/{group}"),
            "logStreamName": format!("2026/11/05/[$LATEST]{stream:016x}"),
        }),
        api_version: Some("20140328"),
        ..Sections::default()
    }
}
