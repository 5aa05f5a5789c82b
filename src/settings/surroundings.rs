//! What the environment says beside the options: whether secrets are there, where the state folder is,
//! and which settings the AWS SDK will take. The value of a secret is never read into it.

use std::path::PathBuf;

use super::{env, state::state_folder_and_reason};

/// Variables that hold a secret of the target.
const SECRETS: [&str; 2] = ["TRAILHAUL_PASSWORD", "TRAILHAUL_API_KEY"];

/// Variables of the AWS SDK that say which account, region and endpoint it is.
const AWS: [&str; 12] = [
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDTRAIL",
    "AWS_ENDPOINT_URL_ACCOUNT",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
];

/// Variables of the AWS SDK that are, or lead to, a key.
const AWS_KEYS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// What the environment says.
#[derive(Debug)]
pub struct Surroundings {
    /// Each secret's variable, and whether it is set.
    pub secrets: Vec<(&'static str, bool)>,
    /// Where files go that are not named.
    pub folder: PathBuf,
    /// The variable that says so; none where it is below the current folder.
    pub folder_by: Option<&'static str>,
    /// The settings of the AWS SDK that are set; a key without its value.
    pub aws: Vec<(&'static str, Option<String>)>,
}

impl Surroundings {
    /// Looks at the environment of this process.
    pub fn look() -> Self {
        let set = |name: &&'static str| env(name).is_some_and(|value| !value.is_empty());
        let (folder, folder_by) = state_folder_and_reason();
        let settings = AWS.into_iter().filter(set).map(|name| (name, env(name)));
        let keys = AWS_KEYS.into_iter().filter(set).map(|name| (name, None));
        Self {
            secrets: SECRETS.into_iter().map(|name| (name, set(&name))).collect(),
            folder,
            folder_by,
            aws: settings.chain(keys).collect(),
        }
    }
}
