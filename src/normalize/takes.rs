//! Which scalars a field takes, where its type does not take every one.
//!
//! On the safe side: what might be refused does not fit, and stands in a catch-all in its place.

use std::net::IpAddr;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Number, Value};

use crate::limits::MAX_TERM_BYTES;

/// Seconds between which every type for dates has room: 1970 to 2200.
const SECONDS: std::ops::Range<i64> = 0..7_258_118_400;

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Takes {
    /// Short enough for a term.
    Term,
    /// `true` or `false`, bare or as a string.
    Boolean,
    /// A whole number between two, as a string too where that is taken for one.
    Whole { least: i64, most: i64, texts: bool },
    /// A number up to this size, above and below zero.
    Number { most: f64, texts: bool },
    /// A moment: as ISO 8601 has it, or as milliseconds.
    Date { iso: bool, millis: bool },
    /// An address.
    Ip,
}

impl Takes {
    /// Whether a value fits; arrays do not count, and nulls always do.
    pub(super) fn takes(self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Object(_) => false,
            Value::Array(items) => items.iter().all(|item| self.takes(item)),
            Value::Bool(_) => matches!(self, Self::Term | Self::Boolean),
            Value::Number(number) => self.takes_number(number),
            Value::String(text) => self.takes_text(text),
        }
    }

    fn takes_number(self, number: &Number) -> bool {
        let whole = number.as_i64();
        match self {
            Self::Term => true,
            Self::Whole { least, most, .. } => whole.is_some_and(|n| (least..=most).contains(&n)),
            Self::Number { most, .. } => number.as_f64().is_some_and(|n| n.abs() <= most),
            Self::Date { millis, .. } => {
                millis && whole.is_some_and(|n| SECONDS.contains(&n.div_euclid(1000)))
            }
            Self::Boolean | Self::Ip => false,
        }
    }

    fn takes_text(self, text: &str) -> bool {
        match self {
            Self::Term => text.len() <= MAX_TERM_BYTES,
            Self::Boolean => text == "true" || text == "false",
            Self::Whole { texts, .. } | Self::Number { texts, .. } => {
                texts && is_plain_number(text) && self.is_number(text)
            }
            Self::Date { iso, .. } => iso && is_iso(text),
            Self::Ip => IpAddr::from_str(text).is_ok(),
        }
    }

    fn is_number(self, text: &str) -> bool {
        serde_json::from_str(text).is_ok_and(|number| self.takes_number(&number))
    }
}

/// Digits, with a sign and a point at most: no engine reads it as another number.
fn is_plain_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.')
}

/// `2026-02-03T04:05:06Z`, with parts of a second or without, or the date alone.
fn is_iso(text: &str) -> bool {
    let moment = || Timestamp::from_str(text).map(Timestamp::as_second);
    let date = || Date::from_str(text)?.in_tz("UTC").map(|date| date.timestamp().as_second());
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match form.split_once('T') {
        None => form == "0000-00-00" && date().is_ok_and(|second| SECONDS.contains(&second)),
        Some((date, time)) => {
            let whole = time.strip_prefix("00:00:00").and_then(|time| time.strip_suffix('Z'));
            let is_fraction = |part: &str| {
                let digits = part.strip_prefix('.').unwrap_or_default();
                part.is_empty()
                    || ((1..=9).contains(&digits.len()) && !digits.contains(|c| c != '0'))
            };
            date == "0000-00-00"
                && whole.is_some_and(is_fraction)
                && moment().is_ok_and(|second| SECONDS.contains(&second))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_fits_or_might_be_refused() {
        let whole = |texts| Takes::Whole { least: -128, most: 127, texts };
        let double = Takes::Number { most: f64::MAX, texts: true };
        let date = Takes::Date { iso: true, millis: true };
        for (takes, fitting, others) in [
            (
                whole(true),
                vec![json!(127), json!("-128"), json!(null), json!([1, [2, null]])],
                vec![json!(128), json!(1.5), json!("x"), json!(""), json!(true), json!([1, "x"])],
            ),
            (whole(false), vec![json!(1)], vec![json!("1")]),
            (double, vec![json!(1.5), json!("2.5"), json!(7)], vec![json!("NaN"), json!("1e5")]),
            (
                Takes::Number { most: 65504.0, texts: true },
                vec![json!(-65504)],
                vec![json!(65505), json!("70000")],
            ),
            (
                Takes::Boolean,
                vec![json!(true), json!("false")],
                vec![json!("yes"), json!(1), json!("")],
            ),
            (
                date,
                vec![
                    json!("2026-02-03T04:05:06Z"),
                    json!("2026-02-03T04:05:06.123456789Z"),
                    json!("2026-02-03"),
                    json!(1_678_886_400_000_i64),
                ],
                vec![
                    json!("Jun 10, 2020 12:45:13 AM"),
                    json!("2026-02-30"),
                    json!("2026-02-03 04:05:06Z"),
                    json!("20260203T040506Z"),
                    json!("1678886400"),
                    json!("2026-02-03T04:05:06.Z"),
                    json!("1969-12-31T00:00:00Z"),
                    json!(1.5),
                    json!(-1),
                    json!(true),
                ],
            ),
            (
                Takes::Date { iso: false, millis: true },
                vec![json!(1)],
                vec![json!("2026-02-03T04:05:06Z")],
            ),
            (
                Takes::Ip,
                vec![json!("192.0.2.1"), json!("2001:db8::1")],
                vec![json!("AWS Internal"), json!("192.0.2.01"), json!(1), json!("fe80::1%eth0")],
            ),
            (
                Takes::Term,
                vec![json!("x".repeat(32_766)), json!(1), json!(true)],
                vec![json!("x".repeat(32_767)), json!({})],
            ),
        ] {
            for value in fitting {
                assert!(takes.takes(&value), "{takes:?} {value}");
            }
            for value in others {
                assert!(!takes.takes(&value), "{takes:?} {value}");
            }
        }
    }
}
