//! The SDK's configuration: credentials, endpoints and one client per region.
//!
//! Credentials, region and endpoints come from the SDK's own chain, `AWS_ENDPOINT_URL…` included.
//! The SDK's retries are off: they give up on throttles after three attempts, their budget is shared
//! in ways that starve a region, and the environment could change them; [`super::reader`] calls
//! again instead.

use std::error::Error;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, identity::IdentityCache, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError},
};
use aws_types::sdk_config::Builder;

use super::{chain, kept::Kept};
use crate::{
    limits::{
        AWS_ATTEMPT_TIMEOUT, AWS_CONNECT_TIMEOUT, AWS_SETUP_ATTEMPTS, FALLBACK_REGION, REASON_CHARS,
    },
    secret::redact,
};

/// Why AWS cannot be asked anything.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// No source of the SDK's chain has credentials.
    #[error(
        "no AWS credentials: {0}; set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with `aws sso login`"
    )]
    NoCredentials(String),
    /// The profile that was named has none, or is not there.
    #[error(
        "no AWS credentials: profile {name:?} gives none ({reason}); give one of `aws configure list-profiles` with --profile, or sign in with `aws sso login`"
    )]
    Profile {
        /// What it is called.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// AWS does not accept the credentials.
    #[error(
        "AWS refuses the credentials: {0}; check them with `aws sts get-caller-identity`, then run again"
    )]
    Refused(String),
    /// No region lets them read its events.
    #[error(
        "AWS refuses the events of every region asked: {0}; allow cloudtrail:LookupEvents to this user or role, then run again"
    )]
    Denied(String),
    /// As [`AwsError::Denied`], in so many words: that wins over whatever is allowed.
    #[error(
        "AWS denies the events of every region asked: {0}; no permission mends an explicit deny: give other --regions, or ask whoever manages the organization's policies"
    )]
    Forbidden(String),
    /// They have run out.
    #[error(
        "the AWS credentials have expired: {0}; renew them and run again: the run goes on where it stopped"
    )]
    Expired(String),
    /// The machine's time is not AWS's; how far it is off, and in which direction.
    #[error(
        "the clock of this machine is {0} AWS's, so it is not known which events are the newest: set it (`timedatectl set-ntp true`), then run again"
    )]
    Clock(String),
}

/// What is known of the way to AWS before the first call.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
    credentials: Kept,
    /// The profile that was named.
    profile: Option<String>,
}

impl Aws {
    /// Reads the SDK's own configuration chain, but for the credentials of a profile that is named.
    pub async fn from_chain(profile: Option<&str>) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts())
            .no_credentials();
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let credentials = Kept::new(chain::source(profile, &config));
        let config = kept_by(&credentials, config.into_builder());
        Self { config, credentials, profile: profile.map(str::to_owned) }
    }

    /// An AWS at one address with fixed credentials: the simulated one.
    pub fn at(endpoint: &str, access_key: &str, secret_key: &str) -> Self {
        let fixed = Credentials::new(access_key, secret_key, None, None, "fixed");
        let credentials = Kept::new(SharedCredentialsProvider::new(fixed));
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(FALLBACK_REGION))
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts());
        let config = kept_by(&credentials, config);
        Self { config, credentials, profile: None }
    }

    /// The region that the environment or profile names.
    pub fn home_region(&self) -> Option<&str> {
        self.config.region().map(Region::as_ref)
    }

    /// The credentials, kept and renewed, for what signs requests itself.
    pub fn credentials_provider(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(self.credentials.clone())
    }

    /// The same, for what tells them of keys that AWS takes for expired.
    pub(super) fn kept(&self) -> Kept {
        self.credentials.clone()
    }

    /// Whether there are credentials at all, before anything is asked with them.
    pub async fn require_credentials(&self) -> Result<(), AwsError> {
        let Err(error) = self.credentials.provide_credentials().await else { return Ok(()) };
        if let Some(name) = self.profile.clone() {
            let cause: &dyn Error = error.source().unwrap_or(&error);
            return Err(AwsError::Profile { name, reason: sentence(cause) });
        }
        match error {
            error @ CredentialsError::CredentialsNotLoaded(_) => {
                // Which sources were tried, and why each has none: a long list.
                tracing::debug!(error = sentence(&error), "no AWS credentials");
                let reason =
                    "no source of the SDK's chain has any (TRAILHAUL_LOG=debug lists them)";
                Err(AwsError::NoCredentials(reason.to_owned()))
            }
            error => Err(AwsError::Refused(sentence(&error))),
        }
    }

    /// For LookupEvents in a region: the SDK makes each call once.
    pub fn in_region(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    /// For the few calls before the run: the SDK repeats them over a passing fault.
    pub fn in_region_patiently(&self, region: &str) -> SdkConfig {
        let retries = RetryConfig::standard().with_max_attempts(AWS_SETUP_ATTEMPTS);
        self.in_region(region).to_builder().retry_config(retries).build()
    }
}

/// An error with its causes, which the SDK's own `Display` leaves out; without a secret.
pub fn sentence(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    redact(&words, REASON_CHARS)
}

/// A configuration whose clients ask for the credentials each time, and keep none themselves.
fn kept_by(credentials: &Kept, config: Builder) -> SdkConfig {
    let config = config.credentials_provider(SharedCredentialsProvider::new(credentials.clone()));
    config.identity_cache(IdentityCache::no_cache()).build()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(AWS_CONNECT_TIMEOUT)
        .operation_attempt_timeout(AWS_ATTEMPT_TIMEOUT)
        .build()
}
