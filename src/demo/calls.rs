//! What calls ask for and what they got: the log that tests count by.

use std::time::Duration;

use super::sigv4::Received;
use super::wire::Protocol;

/// One call, as the simulation saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedCall {
    /// When it arrived, since the simulation began.
    pub at: Duration,
    /// The region that it was signed for; empty when it was not signed.
    pub region: String,
    /// The id of the key that signed it; empty when it was not signed by a good one.
    pub access_key: String,
    /// What it asked for.
    pub operation: Operation,
    /// `StartTime` of LookupEvents.
    pub start: Option<f64>,
    /// `EndTime` of LookupEvents.
    pub end: Option<f64>,
    /// Whether it carried a token that could be read.
    pub token: bool,
    /// What it got.
    pub outcome: Outcome,
}

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `cloudtrail:LookupEvents`.
    LookupEvents,
    /// `account:ListRegions`.
    ListRegions,
    /// `sts:GetCallerIdentity`.
    GetCallerIdentity,
    /// Something that is not simulated.
    Unknown,
}

/// What a call got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A page of events, whole.
    Page {
        /// Events on it.
        events: usize,
        /// Whether it carried a token.
        more: bool,
    },
    /// The answer of another operation.
    Answered,
    /// `ThrottlingException`.
    Throttled,
    /// Another error, by its code.
    Refused(&'static str),
    /// No answer: the connection was closed.
    Reset,
    /// Half an answer.
    CutShort,
    /// A body that is no JSON.
    Malformed,
}

impl Operation {
    pub(super) fn of(request: Received<'_>) -> Self {
        let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
        match (request.path, header("x-amz-target"), header("content-type")) {
            ("/listRegions", _, _) => Self::ListRegions,
            // The Rust SDK sends the short form, botocore the long one.
            (
                "/",
                Some(
                    "CloudTrail_20131101.LookupEvents"
                    | "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
                ),
                _,
            ) => Self::LookupEvents,
            ("/", None, Some(form)) if form.starts_with("application/x-www-form-urlencoded") => {
                Self::GetCallerIdentity
            }
            _ => Self::Unknown,
        }
    }

    pub(super) fn protocol(self) -> Protocol {
        match self {
            Self::LookupEvents | Self::Unknown => Protocol::Json11,
            Self::ListRegions => Protocol::RestJson,
            Self::GetCallerIdentity => Protocol::Query,
        }
    }

    /// The service that its signature must be scoped to.
    pub(super) fn service(self) -> Option<&'static str> {
        match self {
            Self::LookupEvents => Some("cloudtrail"),
            Self::ListRegions => Some("account"),
            Self::GetCallerIdentity => Some("sts"),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn an_operation_is_told_by_path_target_and_form() {
        let long = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        let cases = [
            ("/", Some("CloudTrail_20131101.LookupEvents"), None, Operation::LookupEvents),
            ("/", Some(long), Some(form), Operation::LookupEvents),
            ("/", Some("CloudTrail_20131101.DescribeTrails"), Some(form), Operation::Unknown),
            ("/", None, Some(form), Operation::GetCallerIdentity),
            ("/", None, Some("application/json"), Operation::Unknown),
            ("/listRegions", None, Some("application/json"), Operation::ListRegions),
            ("/other", Some(long), None, Operation::Unknown),
        ];
        for (path, target, content_type, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in [("x-amz-target", target), ("content-type", content_type)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            let request =
                Received { method: "POST", path, query: "", headers: &headers, body: b"" };
            assert_eq!(Operation::of(request), expected, "{path} {target:?} {content_type:?}");
        }
    }
}
