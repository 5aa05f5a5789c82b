//! What an error of LookupEvents means.
//!
//! Pure. Decided by the error code, not by the HTTP status: CloudTrail throttles with 400, and most
//! of the codes are not in the operation's model. Source of the codes: the API reference of
//! LookupEvents and the common errors of AWS JSON services.

use super::{aws::AwsError, reader::End};
use crate::{limits::REASON_CHARS, secret::redact};

/// What to do about a call that brought no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Too many calls: slow down and call again.
    Throttled,
    /// The token is too old or was used with other parameters: go on without it.
    TokenRefused,
    /// The window reaches too far back: leave its start out.
    TimeRange,
    /// A passing fault of the service or of the way to it: call again.
    Passing(String),
    /// An answer that is no page, as a proxy in between sends it: call again, but not for long.
    Unreadable(String),
    /// The credentials have run out.
    Expired(String),
    /// The region does not know the credentials: it is not enabled, or they are wrong, or they are
    /// a version 1 token of the global STS endpoint.
    Unknown(String),
    /// A policy denies the call.
    Denied(String),
    /// AWS will not take the request, and will not next time.
    Refused(String),
}

/// What the answer with this error code and HTTP status means. The message is AWS's own.
pub fn classify(code: Option<&str>, status: u16, message: &str) -> Refusal {
    let said = || {
        let said = match code {
            Some(code) if message.is_empty() => code.to_owned(),
            Some(code) => format!("{code}: {message}"),
            None => format!("HTTP {status} {message}"),
        };
        redact(&said, REASON_CHARS)
    };
    match code.unwrap_or_default() {
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown" => Refusal::Throttled,
        "InvalidNextTokenException" => Refusal::TokenRefused,
        "InvalidTimeRangeException" => Refusal::TimeRange,
        "ExpiredTokenException" | "ExpiredToken" | "RequestExpired" => Refusal::Expired(said()),
        "UnrecognizedClientException" | "InvalidClientTokenId" | "OptInRequired" => {
            Refusal::Unknown(said())
        }
        "AccessDeniedException"
        | "AccessDenied"
        | "UnauthorizedOperation"
        | "OperationNotPermittedException"
        | "NotAuthorized" => Refusal::Denied(said()),
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "RequestTimeout"
        | "RequestTimeoutException" => Refusal::Passing(said()),
        _ if status == 429 => Refusal::Throttled,
        _ if status >= 500 || status == 408 => Refusal::Passing(said()),
        // AWS's refusals have a code. Without one it is a page that the SDK cannot read, a refusal
        // that broke off on its way (a throttle, most likely), or somebody else's answer.
        "" => Refusal::Unreadable(said()),
        _ => Refusal::Refused(said()),
    }
}

/// Whether a sentence of AWS's is about a deny that wins over whatever is allowed, such as that of a service
/// control policy.
pub fn is_explicit_deny(sentence: &str) -> bool {
    sentence.contains("explicit deny")
}

/// Whether AWS as a whole refuses, by how the regions that were asked ended. `good` says that the credentials
/// are known to be good, and regions that do not know them to be missed alone.
pub fn refusal_of_all(ends: &[&End], good: bool) -> Option<AwsError> {
    let expired = ends.iter().find_map(|end| match end {
        End::Expired(reason) => Some(AwsError::Expired(reason.clone())),
        _ => None,
    });
    if expired.is_some() {
        return expired;
    }
    let (mut denied, mut forbidden, mut unknown) = (None, None, None);
    for end in ends {
        match end {
            End::Denied(reason) if is_explicit_deny(reason) => {
                forbidden = Some(AwsError::Forbidden(reason.clone()));
            }
            End::Denied(reason) => denied = Some(AwsError::Denied(reason.clone())),
            End::NotEnabled(reason) => unknown = Some(AwsError::Refused(reason.clone())),
            _ => return None,
        }
    }
    denied.or(forbidden).or(unknown.filter(|_| !good))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_decides_before_the_status() {
        let cases = [
            (Some("ThrottlingException"), 400, Refusal::Throttled),
            (Some("InvalidNextTokenException"), 400, Refusal::TokenRefused),
            (Some("InvalidTimeRangeException"), 400, Refusal::TimeRange),
            (None, 429, Refusal::Throttled),
            (None, 503, Refusal::Passing("HTTP 503 m".into())),
            (None, 200, Refusal::Unreadable("HTTP 200 m".into())),
            (None, 400, Refusal::Unreadable("HTTP 400 m".into())),
            (Some("InternalFailure"), 500, Refusal::Passing("InternalFailure: m".into())),
            (
                Some("ExpiredTokenException"),
                400,
                Refusal::Expired("ExpiredTokenException: m".into()),
            ),
            (
                Some("UnrecognizedClientException"),
                400,
                Refusal::Unknown("UnrecognizedClientException: m".into()),
            ),
            (
                Some("AccessDeniedException"),
                400,
                Refusal::Denied("AccessDeniedException: m".into()),
            ),
            (Some("ValidationException"), 400, Refusal::Refused("ValidationException: m".into())),
        ];
        for (code, status, meaning) in cases {
            assert_eq!(classify(code, status, "m"), meaning, "{code:?}");
        }
    }
}
