//! Times as people type them: RFC 3339, or a span back from now. A day is 24 hours.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::UsageError;

/// The moment that an option names.
pub fn moment(option: &str, text: &str, now: Timestamp) -> Result<Timestamp, UsageError> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let wrong = || {
        UsageError(format!(
            "{option} {text:?}: give a time with its offset, such as 2026-01-02T03:04:05Z, \
             or a span back, such as 90d or 36h"
        ))
    };
    let back = parse_span(text).ok_or_else(wrong)?;
    now.checked_sub(back).map_err(|_| wrong())
}

/// The length of time that an option names.
pub fn span(option: &str, text: &str) -> Result<SignedDuration, UsageError> {
    parse_span(text).ok_or_else(|| {
        UsageError(format!("{option} {text:?}: give a length of time, such as 1h, 90m or 1d"))
    })
}

fn parse_span(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (!duration.is_negative()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_date_or_a_span_back() {
        let now: Timestamp = "2026-01-02T12:00:00Z".parse().unwrap();
        let cases = [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            ("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z"),
            ("36h", "2026-01-01T00:00:00Z"),
            ("1d", "2026-01-01T12:00:00Z"),
            ("1d 12h", "2026-01-01T00:00:00Z"),
            ("0s", "2026-01-02T12:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(moment("--since", text, now).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_named_with_an_example() {
        for text in ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "-1h", "1 month", "90"] {
            let error = moment("--since", text, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
            assert!(error.contains("--since") && error.contains("90d"), "{error}");
        }
    }
}
