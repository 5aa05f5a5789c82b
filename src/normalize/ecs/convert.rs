//! What a row can make of a value: a closed set of names, each with a small function or a part of `run`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::java;
use super::slot::Slot;
use crate::event::Object;
use crate::limits::MAX_NUMBER_CHARS;
use crate::normalize::flow;
use crate::normalize::shape;

/// A converter. Those that look at a value come first, those that look at the event last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Convert {
    #[default]
    Copy,
    Text,
    Boolean,
    Date,
    JavaMap,
    Object,
    Resources,
    Each,
    Instance,
    Lower,
    Failure,
    UnlessNo,
    Service,
    Ip,
    Session,
    SessionPrefix,
    SessionEmail,
    Email,
    TlsProtocol,
    TlsVersion,
    Epoch,
    Long,
    IpVersion,
    TcpFlags,
    AgentName,
    AgentVersion,
    AgentDevice,
    AgentOs,
    AgentOsVersion,
    AgentOsFull,
    GeoContinent,
    GeoCountryCode,
    GeoCountry,
    GeoRegionCode,
    GeoRegion,
    GeoCity,
    GeoLocation,
    AsNumber,
    AsOrganization,
    Category,
    Type,
    Actor,
    ActorUser,
    ActorHost,
    ActorService,
    ActorOther,
    Target,
    TargetUser,
    TargetHost,
    TargetService,
    TargetOther,
    Entities,
    CommunityId,
    EventTime,
    RunTime,
    Original,
    LookupUsername,
    LookupResources,
    Faults,
}

impl Convert {
    /// Whether it looks at the event as a whole, and not at one value.
    pub(super) fn is_of_the_event(self) -> bool {
        matches!(
            self,
            Self::Category
                | Self::Type
                | Self::Actor
                | Self::ActorUser
                | Self::ActorHost
                | Self::ActorService
                | Self::ActorOther
                | Self::Target
                | Self::TargetUser
                | Self::TargetHost
                | Self::TargetService
                | Self::TargetOther
                | Self::Entities
                | Self::CommunityId
                | Self::EventTime
                | Self::RunTime
                | Self::Original
                | Self::LookupUsername
                | Self::LookupResources
                | Self::Faults
        )
    }

    /// Whether it is about what a user agent is.
    pub(super) fn is_of_an_agent(self) -> bool {
        matches!(
            self,
            Self::AgentName
                | Self::AgentVersion
                | Self::AgentDevice
                | Self::AgentOs
                | Self::AgentOsVersion
                | Self::AgentOsFull
        )
    }

    /// Whether it is about where an address is.
    pub(super) fn is_of_a_place(self) -> bool {
        matches!(
            self,
            Self::GeoContinent
                | Self::GeoCountryCode
                | Self::GeoCountry
                | Self::GeoRegionCode
                | Self::GeoRegion
                | Self::GeoCity
                | Self::GeoLocation
                | Self::AsNumber
                | Self::AsOrganization
        )
    }

    /// Whether what it makes holds all that the value does.
    pub(super) fn holds_all(self) -> bool {
        matches!(
            self,
            Self::Copy
                | Self::Text
                | Self::Boolean
                | Self::Date
                | Self::Epoch
                | Self::Long
                | Self::JavaMap
                | Self::Object
                | Self::Resources
        )
    }

    /// In words, for people.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Copy => "",
            Self::Text => "as text",
            Self::Boolean => "as a boolean",
            Self::Date => "as a date with milliseconds",
            Self::JavaMap => "as text, in the form `{name=value, list=[a, b]}`",
            Self::Object => "as it is, where its text has fewer than 32,766 characters",
            Self::Resources => "with the names `arn`, `account_id` and `type`, each once",
            Self::Each => "each value",
            Self::Instance => "the ids of EC2 instances, also of their ARNs",
            Self::Lower => "in lower case",
            Self::Failure => "`failure` if it is there",
            Self::UnlessNo => "`false` if it is `No`, else `true`",
            Self::Service => "without `.amazonaws.com`",
            Self::Ip => "if it is an IP address",
            Self::Session => "the session: what stands behind the last slash",
            Self::SessionPrefix => "what of the session stands before an `@`",
            Self::SessionEmail => "the session, if it holds an `@`",
            Self::Email => "if it holds an `@` that is not its first character",
            Self::TlsProtocol => "what stands before the `v`, in lower case",
            Self::TlsVersion => "what stands behind the `v`",
            Self::Epoch => "seconds since 1970 as a date with milliseconds",
            Self::Long => "as a number, if it is a whole one",
            Self::IpVersion => "`ipv4` or `ipv6`, if it is an IP address",
            Self::TcpFlags => "the names of the bits that are set",
            Self::AgentName => "the name of the program",
            Self::AgentVersion => "the version of the program",
            Self::AgentDevice => "the device",
            Self::AgentOs => "the operating system",
            Self::AgentOsVersion => "the version of the operating system",
            Self::AgentOsFull => "the operating system with its version",
            Self::GeoContinent
            | Self::GeoCountryCode
            | Self::GeoCountry
            | Self::GeoRegionCode
            | Self::GeoRegion
            | Self::GeoCity
            | Self::GeoLocation
            | Self::AsNumber
            | Self::AsOrganization => "by `--geoip`",
            Self::Category => "the category of the event's name, by the table below",
            Self::Type => "the types of the event's name, by the table below; else `info`",
            Self::Actor => "who acted",
            Self::ActorUser => "who acted, if it is a user or a role",
            Self::ActorHost => "who acted, if it is an instance",
            Self::ActorService => "who acted, if it is a service or a role of one",
            Self::ActorOther => "who acted, if it is none of these",
            Self::Target => "what is acted on, by the table below",
            Self::TargetUser => "what is acted on, of users, roles and access keys",
            Self::TargetHost => "what is acted on, of instances",
            Self::TargetService => "what is acted on, of services' resources",
            Self::TargetOther => "what is acted on, of all else",
            Self::Entities => "all ids that the event has to do with",
            Self::CommunityId => {
                "the flow's Community ID, version 1, of both ends and the protocol"
            }
            Self::EventTime => "the time of the event",
            Self::RunTime => "when the run that wrote it began",
            Self::Original => "the record as it was read",
            Self::LookupUsername => "`Username` beside the record in LookupEvents' answer",
            Self::LookupResources => "`Resources` beside the record in LookupEvents' answer",
            Self::Faults => "what could not be made sense of, a sentence each",
        }
    }
}

/// What a converter makes of a value by itself; nothing where the value is not fit for it.
pub(super) fn value(convert: Convert, value: &Value) -> Option<Slot<'_>> {
    let text = || value.as_str();
    let made = match convert {
        Convert::Copy => return copy(value),
        Convert::Text => Slot::Text(scalar_text(value)?),
        Convert::Boolean => Slot::Owned(boolean(value)?),
        Convert::Date => Slot::text(date(text()?)?),
        Convert::JavaMap => Slot::text(java::text(value)),
        Convert::Resources => Slot::Owned(resources(value)?),
        Convert::Lower => Slot::text(text()?.to_lowercase()),
        Convert::Failure => Slot::text("failure"),
        Convert::UnlessNo => Slot::Owned(Value::Bool(value != "No")),
        Convert::Service => Slot::text(service(text()?)),
        Convert::Ip => Slot::text(text().filter(|text| text.parse::<IpAddr>().is_ok())?),
        Convert::Session => Slot::List(vec![session(text()?)?.into()]),
        Convert::SessionPrefix => Slot::List(vec![before_at(session(text()?)?)?.into()]),
        Convert::SessionEmail => Slot::text(session(text()?).filter(|name| name.contains('@'))?),
        Convert::Email => Slot::text(text().filter(|text| before_at(text).is_some())?),
        Convert::TlsProtocol => Slot::text(text()?.split_once('v')?.0.to_lowercase()),
        Convert::TlsVersion => {
            let text = text()?;
            Slot::text(text.split_once('v').map_or(text, |(_, version)| version))
        }
        Convert::Epoch => Slot::text(written(flow::epoch(text()?)?)),
        Convert::Long => Slot::Owned(Value::from(flow::long(text()?)?)),
        Convert::IpVersion => Slot::text(flow::ip_version(text()?)?),
        Convert::TcpFlags => {
            Slot::List(flow::tcp_flags(text()?)?.into_iter().map(Cow::Borrowed).collect())
        }
        _ => return None,
    };
    Some(made)
}

/// A scalar, or a list of some.
fn copy(value: &Value) -> Option<Slot<'_>> {
    match value {
        Value::Number(number) if number.as_str().len() > MAX_NUMBER_CHARS => {
            Some(Slot::text(number.as_str()))
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Some(Slot::Borrowed(value)),
        Value::Array(items) => {
            let fits = |item: &Value| {
                scalar_text(item)
                    .is_some_and(|text| item.is_string() || text.len() <= MAX_NUMBER_CHARS)
            };
            items.iter().all(fits).then_some(Slot::Borrowed(value))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// A scalar as text.
pub(super) fn scalar_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.as_str().into()),
        Value::Bool(is) => Some(if *is { "true" } else { "false" }.into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

/// A date of ISO 8601's extended format, or of the basic one as AWS writes it in places:
/// `20131102T010628Z`.
pub(super) fn date(text: &str) -> Option<String> {
    if !is_basic(text) {
        text.get(4..5).filter(|mark| *mark == "-")?;
    }
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    });
    time.map(written)
}

fn is_basic(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    text.len() == "20131102T010628Z".len() && text.bytes().enumerate().all(fits)
}

/// A time with three digits of its seconds' fraction, whatever they are.
pub(super) fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `s3.amazonaws.com`, and what China's and other partitions end with, is `s3`.
fn service(source: &str) -> &str {
    source.split_once(".amazonaws.com").map_or(source, |(service, _)| service)
}

/// The session of a role's ARN.
fn session(arn: &str) -> Option<&str> {
    let is_sts = arn.starts_with("arn:aws") && arn.split(':').nth(2) == Some("sts");
    let (_, name) = arn.rsplit_once('/').filter(|_| is_sts)?;
    (!name.is_empty()).then_some(name)
}

fn before_at(text: &str) -> Option<&str> {
    let (before, _) = text.split_once('@')?;
    (!before.is_empty()).then_some(before)
}

/// The names that AWS's resources have in documents.
const RESOURCE_NAMES: [(&str, &str); 3] =
    [("ARN", "arn"), ("accountId", "account_id"), ("type", "type")];

/// A list of AWS's resources, of which none is twice; nothing unless each has scalars alone.
fn resources(value: &Value) -> Option<Value> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    let (mut all, mut known): (Vec<Value>, HashSet<String>) = Default::default();
    for item in items {
        let mut resource = Object::new();
        for (name, member) in item.as_object()? {
            let known = RESOURCE_NAMES.iter().find(|(theirs, _)| theirs == name);
            let plain = super::flat::is_plain_key(name) && !name.contains('.');
            if shape::of(member) != Some(shape::Shape::Scalar) || member.is_array() || !plain {
                return None;
            }
            let name = known.map_or(name.as_str(), |(_, ours)| ours);
            if resource.insert(name.to_owned(), member.clone()).is_some() {
                return None;
            }
        }
        let resource = Value::Object(resource);
        if known.insert(resource.to_string()) {
            all.push(resource);
        }
    }
    Some(Value::Array(all))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What converters make of values; null stands for nothing.
    #[test]
    fn each_converter_makes_what_its_name_says() {
        use Convert as C;
        let arn = "arn:aws-us-gov:sts::123456789012:assumed-role/Admin/ana@example.com";
        let plain = "arn:aws:sts::123456789012:assumed-role/Admin/i-0abc";
        let table = [
            (C::Copy, json!("a"), json!("a")),
            (C::Copy, json!(["a", 1]), json!(["a", 1])),
            (C::Copy, json!({"a": 1}), json!(null)),
            (C::Copy, json!([["a"]]), json!(null)),
            (C::Text, json!(true), json!("true")),
            (C::Text, json!(1), json!("1")),
            (C::Text, json!([1]), json!(null)),
            (C::Boolean, json!(false), json!(false)),
            (C::Boolean, json!("true"), json!(true)),
            (C::Boolean, json!("yes"), json!(null)),
            (C::Date, json!("2026-02-03T04:05:06Z"), json!("2026-02-03T04:05:06.000Z")),
            (C::Date, json!("2026-02-03T04:05:06.7891Z"), json!("2026-02-03T04:05:06.789Z")),
            (C::Date, json!("2026-02-03T04:05:06+01:00"), json!("2026-02-03T03:05:06.000Z")),
            (C::Date, json!("2026-02-03"), json!("2026-02-03T00:00:00.000Z")),
            (C::Date, json!("20131102T010628Z"), json!("2013-11-02T01:06:28.000Z")),
            (C::Date, json!("20131302T010628Z"), json!(null)),
            (C::Date, json!("20131102T010628"), json!(null)),
            (C::Date, json!("20131102"), json!(null)),
            (C::Date, json!("Feb 3, 2026"), json!(null)),
            (C::Date, json!(1_770_000_000), json!(null)),
            (C::JavaMap, json!({"a": [1]}), json!("{a=[1]}")),
            (C::Lower, json!("Success"), json!("success")),
            (C::Failure, json!("AccessDenied"), json!("failure")),
            (C::UnlessNo, json!("No"), json!(false)),
            (C::UnlessNo, json!("Yes"), json!(true)),
            (C::Service, json!("s3.amazonaws.com"), json!("s3")),
            (C::Service, json!("s3.amazonaws.com.cn"), json!("s3")),
            (C::Service, json!("partner.example"), json!("partner.example")),
            (C::Ip, json!("192.0.2.7"), json!("192.0.2.7")),
            (C::Ip, json!("2001:db8::7"), json!("2001:db8::7")),
            (C::Ip, json!("config.amazonaws.com"), json!(null)),
            (C::Session, json!(arn), json!(["ana@example.com"])),
            (C::Session, json!("arn:aws:iam::123456789012:role/Admin"), json!(null)),
            (C::SessionPrefix, json!(arn), json!(["ana"])),
            (C::SessionPrefix, json!(plain), json!(null)),
            (C::SessionEmail, json!(arn), json!("ana@example.com")),
            (C::SessionEmail, json!(plain), json!(null)),
            (C::Email, json!("ana@example.com"), json!("ana@example.com")),
            (C::Email, json!("@ana"), json!(null)),
            (C::TlsProtocol, json!("TLSv1.3"), json!("tls")),
            (C::TlsVersion, json!("TLSv1.3"), json!("1.3")),
            (C::TlsProtocol, json!("1.3"), json!(null)),
            (C::TlsVersion, json!("1.3"), json!("1.3")),
            (
                C::Resources,
                json!([{"ARN": "a", "accountId": "1", "type": "t"}, {"ARN": "a", "accountId": "1",
                    "type": "t"}, {"ARN": "b", "ARNPrefix": "p"}]),
                json!([{"arn": "a", "account_id": "1", "type": "t"}, {"arn": "b", "ARNPrefix": "p"}]),
            ),
            (C::Resources, json!([{"ARN": {"a": 1}}]), json!(null)),
            (C::Resources, json!("a"), json!(null)),
        ];
        for (convert, given, expected) in table {
            let made = value(convert, &given).unwrap_or_default();
            assert_eq!(serde_json::to_value(made).unwrap(), expected, "{convert:?} of {given}");
        }
    }

    #[test]
    fn what_looks_at_the_event_needs_no_value() {
        assert!(Convert::Category.is_of_the_event() && Convert::Faults.is_of_the_event());
        assert!(!Convert::AsOrganization.is_of_the_event() && !Convert::Copy.is_of_the_event());
    }
}
