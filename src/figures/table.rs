//! The tables of a report as data: which columns each has, and which events are in it.
//!
//! Whoever counts, one event at a time or by an index's own sums, goes by these.

use super::field::{
    Field::{
        self, Account, Address, Arn, Call, Error, InvokedBy, Issuer, Kind, PrincipalId, Recipient,
        Service,
    },
    Names, text_at,
};
use crate::event::Object;

/// A column: the first of these fields that an event has.
pub type Column = &'static [Field];

/// A row's name: a value for each column, blank where an event has none.
pub type Key = Vec<String>;

/// Who called: of a session the role, since its own name is seldom seen twice.
pub const PRINCIPAL: Column = &[Issuer, Arn, InvokedBy, PrincipalId, Kind];

/// The kind of identity that an account's root user is.
pub const ROOT: &str = "Root";

/// The call by which people sign in to the console.
pub const CONSOLE_LOGIN: &str = "ConsoleLogin";

/// A table. An event without the first column is in none of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// The accounts.
    Accounts,
    /// Who called.
    Principals,
    /// The services that were called.
    Services,
    /// The errors.
    Errors,
    /// Who was denied what.
    Denied,
    /// Sign-ins to the console; the second part of a key is the [`Login`].
    Logins,
    /// Where calls came from.
    Addresses,
    /// What the root user did.
    Root,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Accounts,
        Self::Principals,
        Self::Services,
        Self::Errors,
        Self::Denied,
        Self::Logins,
        Self::Addresses,
        Self::Root,
    ];

    /// Its columns.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Accounts => &[&[Recipient, Account]],
            Self::Principals | Self::Logins => &[PRINCIPAL],
            Self::Services => &[&[Service]],
            Self::Errors => &[&[Error]],
            Self::Denied => &[PRINCIPAL, &[Service], &[Call], &[Error]],
            Self::Addresses => &[&[Address]],
            Self::Root => &[PRINCIPAL, &[Service], &[Call], &[Address]],
        }
    }

    /// The row that counts an event, if one does.
    pub fn key(self, record: &Object) -> Option<Key> {
        let of = |field: Field| field.of(record, Names::CloudTrail);
        let is_in = match self {
            Self::Denied => of(Error).is_some_and(|code| is_denied(&code)),
            Self::Root => of(Kind).as_deref() == Some(ROOT),
            Self::Logins => of(Call).as_deref() == Some(CONSOLE_LOGIN),
            Self::Accounts | Self::Principals | Self::Services | Self::Errors | Self::Addresses => {
                true
            }
        };
        if !is_in {
            return None;
        }
        let value = |column: &Column| column.iter().find_map(|field| of(*field));
        let mut columns = self.columns().iter();
        let mut key = vec![value(columns.next()?)?];
        key.extend(columns.map(|column| value(column).unwrap_or_default()));
        if self == Self::Logins {
            key.push(Login::of(record, Names::CloudTrail).name().to_owned());
        }
        Some(key)
    }
}

/// Whether an error code says that a call was denied: `AccessDenied`, `Client.UnauthorizedOperation` and
/// their like, which services spell in many ways.
pub fn is_denied(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    ["accessdenied", "unauthorized", "notauthorized"].iter().any(|kind| code.contains(kind))
}

/// How a sign-in to the console went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// With MFA.
    Mfa,
    /// Without.
    NoMfa,
    /// Nobody says whether with or without.
    Unsaid,
    /// It failed.
    Failed,
}

impl Login {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Mfa, Self::NoMfa, Self::Unsaid, Self::Failed];

    /// Its part of a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mfa => "mfa",
            Self::NoMfa => "no mfa",
            Self::Unsaid => "unsaid",
            Self::Failed => "failed",
        }
    }

    /// How a record, or a document of a layout, says that it went.
    pub fn of(object: &Object, names: Names) -> Self {
        let (outcome, mfa) = match names {
            Names::CloudTrail => {
                let failed = || {
                    ["errorCode", "errorMessage"].iter().any(|path| text_at(object, path).is_some())
                };
                let said = in_section(object, "responseElements", "ConsoleLogin");
                let said = said.or_else(|| failed().then(|| "failure".to_owned()));
                (said, in_section(object, "additionalEventData", "MFAUsed"))
            }
            Names::Ecs => {
                let mfa = "aws.cloudtrail.console_login.additional_eventdata.mfa_used";
                let mfa = text_at(object, mfa);
                let mfa = mfa.map(|used| if used == "false" { "No" } else { "Yes" }.to_owned());
                (text_at(object, "event.outcome"), mfa)
            }
        };
        match (outcome.map(|outcome| outcome.to_lowercase()).as_deref(), mfa.as_deref()) {
            (Some(outcome), _) if outcome != "success" => Self::Failed,
            (_, Some("No")) => Self::NoMfa,
            (_, Some(_)) => Self::Mfa,
            (_, None) => Self::Unsaid,
        }
    }
}

/// A member of a section, which documents can have under the section's name, one with the service's in it,
/// or in its catch-all.
fn in_section(object: &Object, section: &str, member: &str) -> Option<String> {
    let is_of_it = |name: &str| {
        name.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    let parts = object.iter().filter(|(name, _)| is_of_it(name));
    parts.filter_map(|(_, part)| part.as_object()).find_map(|part| text_at(part, member))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn key(table: Table, record: &Value) -> Option<Key> {
        table.key(record.as_object().unwrap())
    }

    #[test]
    fn a_session_counts_for_its_role_and_a_service_for_itself() {
        let table = [
            (json!({"arn": "a", "sessionContext": {"sessionIssuer": {"arn": "role"}}}), "role"),
            (json!({"arn": "a", "principalId": "p", "type": "IAMUser"}), "a"),
            (json!({"arn": "", "invokedBy": "ec2.amazonaws.com"}), "ec2.amazonaws.com"),
            (json!({"principalId": "p", "type": "SAMLUser"}), "p"),
            (json!({"type": "AWSAccount"}), "AWSAccount"),
        ];
        for (identity, name) in table {
            let found = key(Table::Principals, &json!({ "userIdentity": identity }));
            assert_eq!(found, Some(vec![name.to_owned()]), "{identity}");
        }
        assert_eq!(key(Table::Principals, &json!({})), None);
    }

    #[test]
    fn denied_calls_are_told_by_their_code() {
        for code in [
            "AccessDenied",
            "AccessDeniedException",
            "Client.UnauthorizedOperation",
            "UnauthorizedOperation",
            "NotAuthorized",
            "KMS.AccessDeniedException",
        ] {
            assert!(is_denied(code), "{code}");
        }
        for code in ["NoSuchBucket", "ThrottlingException", "ValidationException", "Denied"] {
            assert!(!is_denied(code), "{code}");
        }
        let record = |code: &str| json!({"errorCode": code, "eventName": "Get", "userIdentity": {"arn": "a"}});
        let row = ["a", "", "Get", "AccessDenied"].map(str::to_owned).to_vec();
        assert_eq!(key(Table::Denied, &record("AccessDenied")), Some(row));
        assert_eq!(key(Table::Denied, &record("NoSuchKey")), None);
    }

    #[test]
    fn a_sign_in_is_told_alike_by_a_record_and_by_a_document_of_each_layout() {
        let table = [
            (json!({"ConsoleLogin": "Success"}), json!({"MFAUsed": "Yes"}), Login::Mfa),
            (json!({"ConsoleLogin": "Success"}), json!({"MFAUsed": "No"}), Login::NoMfa),
            (json!({"ConsoleLogin": "Success"}), json!({}), Login::Unsaid),
            (json!({"ConsoleLogin": "Failure"}), json!({"MFAUsed": "Yes"}), Login::Failed),
        ];
        for (response, additional, login) in table {
            for section in ["additionalEventData", "additionalEventData_signin"] {
                let document = json!({"responseElements": response, section: additional});
                let found = Login::of(document.as_object().unwrap(), Names::CloudTrail);
                assert_eq!(found, login, "{document}");
            }
        }
        let ecs = |outcome: &str, used: Value| {
            let login = json!({"additional_eventdata": {"mfa_used": used}});
            let document = json!({"event": {"outcome": outcome}, "aws": {"cloudtrail": {"console_login": login}}});
            Login::of(document.as_object().unwrap(), Names::Ecs)
        };
        assert_eq!(ecs("success", json!(true)), Login::Mfa);
        assert_eq!(ecs("success", json!(false)), Login::NoMfa);
        assert_eq!(ecs("success", Value::Null), Login::Unsaid);
        assert_eq!(ecs("failure", json!(true)), Login::Failed);
        let failed = json!({"errorMessage": "Failed authentication"});
        assert_eq!(Login::of(failed.as_object().unwrap(), Names::CloudTrail), Login::Failed);
    }
}
