//! The fields that a report counts by: where a record has them, and where a document of each layout.

use serde_json::Value;

use crate::{event::Object, limits::KEYWORD_IGNORE_ABOVE, normalize::Layout};

/// The names that documents have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// CloudTrail's own: records, and the layouts `typed` and `flattened`.
    CloudTrail,
    /// Those of the `ecs` layout.
    Ecs,
}

impl Names {
    /// Those of a layout's documents.
    pub fn of(layout: Layout) -> Self {
        match layout {
            Layout::Typed | Layout::Flattened => Self::CloudTrail,
            Layout::Ecs => Self::Ecs,
        }
    }
}

/// A field of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The region.
    Region,
    /// The service, such as `iam.amazonaws.com`.
    Service,
    /// The call, such as `CreateUser`.
    Call,
    /// The error code of a call that failed.
    Error,
    /// Where the call came from: an address, or a service of AWS.
    Address,
    /// The kind of the identity that called, such as `Root`.
    Kind,
    /// The role of a session, or whoever else it was issued to.
    Issuer,
    /// Who called.
    Arn,
    /// The service that called for itself.
    InvokedBy,
    /// The id of who called, where no more is said.
    PrincipalId,
    /// The account whose trail has the event.
    Recipient,
    /// The account of who called.
    Account,
}

impl Field {
    /// Its path in records and documents of CloudTrail's names, or in those of the `ecs` layout.
    pub fn path(self, names: Names) -> &'static str {
        let (cloudtrail, ecs) = match self {
            Self::Region => ("awsRegion", "cloud.region"),
            Self::Service => ("eventSource", "event.provider"),
            Self::Call => ("eventName", "event.action"),
            Self::Error => ("errorCode", "aws.cloudtrail.error_code"),
            Self::Address => ("sourceIPAddress", "source.address"),
            Self::Kind => ("userIdentity.type", "aws.cloudtrail.user_identity.type"),
            Self::Issuer => (
                "userIdentity.sessionContext.sessionIssuer.arn",
                "aws.cloudtrail.user_identity.session_context.session_issuer.arn",
            ),
            Self::Arn => ("userIdentity.arn", "aws.cloudtrail.user_identity.arn"),
            Self::InvokedBy => {
                ("userIdentity.invokedBy", "aws.cloudtrail.user_identity.invoked_by")
            }
            Self::PrincipalId => {
                ("userIdentity.principalId", "aws.cloudtrail.user_identity.principal_id")
            }
            Self::Recipient => ("recipientAccountId", "aws.cloudtrail.recipient_account_id"),
            Self::Account => ("userIdentity.accountId", "cloud.account.id"),
        };
        match names {
            Names::CloudTrail => cloudtrail,
            Names::Ecs => ecs,
        }
    }

    /// Its value in a record or document, if it has one that says something.
    pub fn of(self, object: &Object, names: Names) -> Option<String> {
        text_at(object, self.path(names))
    }
}

/// What stands for nothing in CloudTrail. The `ecs` layout leaves it out.
pub const BLANKS: [&str; 3] = ["", "-", "none"];

/// The scalar at a path, as an index finds it: nothing where it says nothing, or is too long to be found.
pub fn text_at(object: &Object, path: &str) -> Option<String> {
    let mut parts = path.split('.');
    let first = object.get(parts.next()?)?;
    let text = match parts.try_fold(first, |value, part| value.get(part))? {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    let longest = usize::try_from(KEYWORD_IGNORE_ABOVE).unwrap_or(usize::MAX);
    let is_found = text.len() <= longest || text.encode_utf16().count() <= longest;
    (is_found && !BLANKS.contains(&text.as_str())).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_what_an_index_would_find() {
        let long = "é".repeat(8191);
        let too_long = "é".repeat(8192);
        let record = json!({
            "errorCode": 404, "awsRegion": "-", "eventName": ["a"], "eventSource": long,
            "sourceIPAddress": too_long, "userIdentity": { "arn": "x", "type": {} },
        });
        let record = record.as_object().unwrap();
        let of = |field: Field| field.of(record, Names::CloudTrail);
        assert_eq!(of(Field::Error).as_deref(), Some("404"));
        assert_eq!(of(Field::Arn).as_deref(), Some("x"));
        assert_eq!(of(Field::Service), Some(long));
        for nothing in [Field::Region, Field::Call, Field::Address, Field::Kind, Field::Issuer] {
            assert_eq!(of(nothing), None, "{nothing:?}");
        }
    }
}
