//! Who calls in a simulated account: users, roles, the root user, and services on its behalf.
//!
//! Names, ids and addresses are those of AWS's documentation.

use serde_json::{Value, json};

use super::account::ACCOUNT;
use super::apis::{Api, Scene};
use super::record::object;

/// Who called, and from where.
pub(super) struct Caller {
    pub(super) identity: Value,
    pub(super) address: String,
    pub(super) agent: &'static str,
}

impl Caller {
    pub(super) fn draw(scene: &mut Scene<'_>, api: &Api) -> Self {
        match (api.event_type, scene.rng.u8(0..10)) {
            ("AwsServiceEvent", _) => Self::service(api),
            ("AwsConsoleSignIn", 0) => Self::root(scene),
            ("AwsConsoleSignIn", _) | (_, 0..=2) => Self::user(scene, api),
            (_, 3..=7) => Self::role(scene),
            _ if api.service == "kms" || api.service == "sts" => Self::service(api),
            _ => Self::role(scene),
        }
    }

    fn user(scene: &mut Scene<'_>, api: &Api) -> Self {
        let name = scene.pick(&["alice", "bob", "carol", "dave", "erin"]);
        let mut identity = object(json!({
            "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "accountId": ACCOUNT,
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "userName": name,
        }));
        let signed_in = api.event_type == "AwsConsoleSignIn";
        if !signed_in {
            identity.insert("accessKeyId".to_owned(), json!("AKIAIOSFODNN7EXAMPLE"));
        }
        let agent = if signed_in {
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        } else {
            scene.pick(&["aws-cli/2.31.0 Python/3.13.7", "Boto3/1.40.0 Python/3.12"])
        };
        Self { identity: Value::Object(identity), address: scene.address(), agent }
    }

    fn root(scene: &mut Scene<'_>) -> Self {
        let identity = json!({
            "type": "Root", "principalId": ACCOUNT, "accountId": ACCOUNT,
            "arn": format!("arn:aws:iam::{ACCOUNT}:root"),
        });
        Self { identity, address: scene.address(), agent: "Mozilla/5.0 (Macintosh)" }
    }

    fn role(scene: &mut Scene<'_>) -> Self {
        let role = scene.pick(&["deploy", "build", "audit-reader", "batch-worker"]);
        let session = format!("{role}-session");
        let identity = json!({
            "type": "AssumedRole", "principalId": format!("AROAIOSFODNN7EXAMPLE:{session}"),
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
            "accountId": ACCOUNT, "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": "AROAIOSFODNN7EXAMPLE", "accountId": ACCOUNT,
                    "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "userName": role,
                },
                "attributes": {"creationDate": "2026-07-18T09:00:00Z", "mfaAuthenticated": "false"},
            },
        });
        Self {
            identity,
            address: scene.address(),
            agent: "aws-sdk-go-v2/1.39.0 os/linux lang/go#1.25",
        }
    }

    /// A service on the account's behalf, whose address is a name.
    fn service(api: &Api) -> Self {
        let (name, agent) = if api.event_type == "AwsServiceEvent" {
            ("AWS Internal", "AWS Internal")
        } else {
            ("secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com")
        };
        let identity = json!({"type": "AWSService", "invokedBy": name});
        Self { identity, address: name.to_owned(), agent }
    }
}
