//! Whose credentials these are.
//!
//! `sts:GetCallerIdentity` needs no permission, so a refusal means that the credentials are wrong.
//! Anything else (no way to STS, say) leaves the account unknown and the run goes on.
//! API: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use aws_sdk_sts::{
    Client, config,
    error::{ProvideErrorMetadata, SdkError},
    operation::get_caller_identity::{GetCallerIdentityError, GetCallerIdentityOutput},
};
use backon::{BackoffBuilder, ExponentialBuilder};

use super::{
    aws::{Aws, AwsError, sentence},
    bounded::Bounded,
    clock::ClockCheck,
    refusal::{Refusal, classify},
    regions::Partition,
};
use crate::{
    limits::{AWS_RETRY_FIRST, FALLBACK_REGION, MOST_UNREADABLE, REASON_CHARS},
    secret::redact,
};

/// The account behind the credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id; absent where AWS would not say it.
    pub id: Option<String>,
    /// Who one is in it; absent where AWS would not say it.
    pub arn: Option<String>,
    /// The partition that its regions belong to.
    pub partition: Partition,
}

/// Asks whose credentials these are; `hint` is a region that the user named, of which only the
/// partition counts: it need not be enabled, nor exist.
pub async fn identify(aws: &Aws, hint: Option<&str>) -> Result<Account, AwsError> {
    aws.require_credentials().await?;
    let guessed = Partition::of_region(hint.or(aws.home_region()).unwrap_or(FALLBACK_REGION));
    let home = aws.home_region().filter(|region| Partition::of_region(region) == guessed);
    let leader = guessed.leader();
    match ask(aws, home.unwrap_or(leader), guessed).await {
        // A home region that is not enabled knows no credentials; the leader always is.
        Err(AwsError::Refused(_)) if home.is_some_and(|home| home != leader) => {
            ask(aws, leader, guessed).await
        }
        answer => answer,
    }
}

async fn ask(aws: &Aws, region: &str, guessed: Partition) -> Result<Account, AwsError> {
    let clock = ClockCheck::default();
    let config = config::Builder::from(&aws.in_region_patiently(region));
    let config = config.interceptor(Bounded).interceptor(clock.clone()).build();
    let answer = caller(&Client::from_conf(config)).await;
    if let Some(off) = clock.off() {
        return Err(AwsError::Clock(off));
    }
    let error = match answer {
        Ok(identity) => {
            let partition = identity.arn().map_or(guessed, partition_of_arn);
            return Ok(Account { id: identity.account, arn: identity.arn, partition });
        }
        Err(error) => error,
    };
    let Some(service) = error.as_service_error() else {
        tracing::warn!(reason = sentence(&error), "STS does not answer, account unknown");
        return Ok(Account { id: None, arn: None, partition: guessed });
    };
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    match classify(service.code(), status, service.message().unwrap_or_default()) {
        Refusal::Expired(reason) => Err(AwsError::Expired(reason)),
        Refusal::Unknown(reason) | Refusal::Refused(reason) | Refusal::Denied(reason) => {
            Err(AwsError::Refused(reason))
        }
        _ => {
            let code = service.code().map(|code| redact(code, REASON_CHARS));
            tracing::warn!(code, "STS does not answer, account unknown");
            Ok(Account { id: None, arn: None, partition: guessed })
        }
    }
}

/// Asks again when what comes is no answer of AWS's, which the SDK takes for final: a run that does
/// not know its account has a state of its own.
async fn caller(
    client: &Client,
) -> Result<GetCallerIdentityOutput, SdkError<GetCallerIdentityError>> {
    let delays = ExponentialBuilder::new()
        .with_min_delay(AWS_RETRY_FIRST)
        .with_max_times(MOST_UNREADABLE.saturating_sub(1) as usize);
    for delay in delays.build() {
        match client.get_caller_identity().send().await {
            // The SDK takes half an answer for a whole one.
            Ok(half) if half.account().is_none() => {}
            Err(error) if is_unreadable(&error) => {}
            answer => return answer,
        }
        tokio::time::sleep(delay).await;
    }
    client.get_caller_identity().send().await
}

fn is_unreadable(error: &SdkError<GetCallerIdentityError>) -> bool {
    match error {
        SdkError::DispatchFailure(failure) => failure.is_other(),
        SdkError::ResponseError(_) => true,
        SdkError::ServiceError(error) => {
            let status = error.raw().status().as_u16();
            matches!(classify(error.err().code(), status, ""), Refusal::Unreadable(_))
        }
        _ => false,
    }
}

fn partition_of_arn(arn: &str) -> Partition {
    match arn.split(':').nth(1) {
        Some("aws-cn") => Partition::China,
        Some("aws-us-gov") => Partition::GovCloud,
        _ => Partition::Aws,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_is_in_the_arn() {
        let of = |p: &str| partition_of_arn(&format!("arn:{p}:iam::111122223333:user/alice"));
        assert_eq!(of("aws"), Partition::Aws);
        assert_eq!(of("aws-cn"), Partition::China);
        assert_eq!(of("aws-us-gov"), Partition::GovCloud);
    }
}
