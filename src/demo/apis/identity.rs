//! Identity: iam, sts, sign-in, organizations and the other services that are global.

use serde_json::json;

use super::{Api, Scene, Sections, read, write};

pub(super) const APIS: &[Api] = &[
    read("iam", "GetUser", 30, get_user).global(),
    read("iam", "ListRoles", 30, list_roles).global(),
    read("iam", "GetAccountAuthorizationDetails", 8, authorization_details).global(),
    write("iam", "CreateRole", 8, create_role).global(),
    write("iam", "PutRolePolicy", 8, put_role_policy).global(),
    write("iam", "CreateAccessKey", 4, create_access_key).global(),
    read("sts", "AssumeRole", 120, assume_role),
    read("sts", "GetCallerIdentity", 60, |_| Sections::default()),
    read("sts", "GetFederationToken", 6, federation_token),
    write("signin", "ConsoleLogin", 20, console_login).global().of_type("AwsConsoleSignIn"),
    read("health", "DescribeEvents", 10, health_events).global(),
    write("route53domains", "RegisterDomain", 3, register_domain).global(),
    write("cloudfront", "CreateInvalidation", 12, create_invalidation).global(),
];

fn get_user(scene: &mut Scene<'_>) -> Sections {
    let user = scene.user();
    Sections {
        request: json!({"userName": user}),
        resources: vec![(Some("AWS::IAM::User"), user.to_owned())],
        ..Sections::default()
    }
}

fn list_roles(scene: &mut Scene<'_>) -> Sections {
    Sections { request: json!({"maxItems": scene.rng.u32(10..1000)}), ..Sections::default() }
}

/// `filter` as a list of names, against health's object.
fn authorization_details(_: &mut Scene<'_>) -> Sections {
    Sections { request: json!({"filter": ["User", "Role"]}), ..Sections::default() }
}

/// `role` as an object, against the ARN that other services answer.
fn create_role(scene: &mut Scene<'_>) -> Sections {
    let role = scene.role();
    let arn = scene.global_arn("iam", &format!("role/{role}"));
    let trust =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#;
    Sections {
        request: json!({"roleName": role, "assumeRolePolicyDocument": trust}),
        response: json!({"role": {
            "roleName": role, "arn": arn, "path": "/", "roleId": "AROAIOSFODNN7EXAMPLE",
            "createDate": "Jul 18, 2026 3:07:39 PM",
            "assumeRolePolicyDocument": "%7B%22Version%22%7D",
        }}),
        resources: vec![(Some("AWS::IAM::Role"), role.to_owned()), (None, arn)],
        ..Sections::default()
    }
}

fn put_role_policy(scene: &mut Scene<'_>) -> Sections {
    let (role, name) = (scene.role(), scene.pick(&["inline", "extra", "temporary"]));
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#;
    Sections {
        request: json!({"roleName": role, "policyName": name, "policyDocument": document}),
        resources: vec![(Some("AWS::IAM::Role"), role.to_owned())],
        ..Sections::default()
    }
}

fn create_access_key(scene: &mut Scene<'_>) -> Sections {
    let user = scene.user();
    Sections {
        request: json!({"userName": user}),
        response: json!({"accessKey": {
            "userName": user, "accessKeyId": "AKIAI44QH8DHBEXAMPLE", "status": "Active",
            "createDate": "Jul 18, 2026 3:07:39 PM",
        }}),
        resources: vec![(Some("AWS::IAM::AccessKey"), "AKIAI44QH8DHBEXAMPLE".to_owned())],
        ..Sections::default()
    }
}

/// `policy` as a string of JSON.
fn assume_role(scene: &mut Scene<'_>) -> Sections {
    let role = scene.role();
    let arn = scene.global_arn("iam", &format!("role/{role}"));
    let session = format!("{role}-{:08x}", scene.rng.u32(..));
    let mut request = json!({"roleArn": arn, "roleSessionName": session, "durationSeconds": 3600});
    if let (0, Some(request)) = (scene.rng.u8(0..4), request.as_object_mut()) {
        let policy =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*"}]}"#;
        request.insert("policy".to_owned(), json!(policy));
    }
    let assumed = format!("arn:aws:sts::{}:assumed-role/{role}/{session}", scene.account);
    Sections {
        request,
        response: json!({
            "credentials": {
                "accessKeyId": "ASIAIOSFODNN7EXAMPLE", "expiration": "Nov 5, 2026, 9:15:00 PM",
            },
            "assumedRoleUser": {
                "assumedRoleId": format!("AROAIOSFODNN7EXAMPLE:{session}"), "arn": assumed,
            },
        }),
        resources: vec![(Some("AWS::IAM::Role"), arn), (Some("AWS::STS::AssumedRole"), assumed)],
        ..Sections::default()
    }
}

fn federation_token(scene: &mut Scene<'_>) -> Sections {
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    Sections { request: json!({"name": scene.user(), "policy": policy}), ..Sections::default() }
}

/// `additionalEventData` as an object, against the bare string of kms.
fn console_login(scene: &mut Scene<'_>) -> Sections {
    let outcome = if scene.rng.u8(0..8) == 0 { "Failure" } else { "Success" };
    let additional = json!({
        "LoginTo": "https://console.aws.amazon.com/console/home?state=hashArgs%23&isauthcode=true",
        "MobileVersion": "No", "MFAUsed": scene.pick(&["Yes", "No"]),
    });
    Sections {
        response: json!({"ConsoleLogin": outcome}),
        additional: Some(additional),
        ..Sections::default()
    }
}

/// `filter` as an object.
fn health_events(_: &mut Scene<'_>) -> Sections {
    let filter = json!({
        "eventStatusCodes": ["open", "upcoming"],
        "startTimes": [{"from": "Jan 25, 2026 2:54:32 AM"}],
    });
    Sections { request: json!({"filter": filter, "maxResults": 100}), ..Sections::default() }
}

/// `domainName` as an object, against the string of es.
fn register_domain(scene: &mut Scene<'_>) -> Sections {
    let name = scene.pick(&["example.com", "example.net", "example.org"]);
    Sections {
        request: json!({"domainName": {"name": name}, "durationInYears": 1, "autoRenew": true}),
        response: json!({"operationId": super::super::record::uuid(scene.rng.u128(..))}),
        ..Sections::default()
    }
}

/// `apiVersion` with underscores.
fn create_invalidation(scene: &mut Scene<'_>) -> Sections {
    let reference = scene.rng.u32(..).to_string();
    let batch = json!({"callerReference": reference, "paths": {"quantity": 1, "items": ["/*"]}});
    Sections {
        request: json!({"distributionId": "EDFDVBD6EXAMPLE", "invalidationBatch": batch}),
        response: json!({"invalidation": {
            "id": "IDFDVBD632BHDS5", "status": "InProgress", "invalidationBatch": batch,
        }}),
        api_version: Some("2018_06_18"),
        ..Sections::default()
    }
}
