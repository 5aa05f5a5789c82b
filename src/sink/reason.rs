//! An engine's error, made readable: one text, the field path in it, and no secret.
//!
//! The words are the engine's own and may repeat what was sent to it. Elasticsearch 7.10 repeats the
//! head of the HTTP request, `Authorization` included, so nothing of an answer goes into a log, an
//! error or a file but through [`Cause`].

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::sink::path;
use crate::{limits, patterns::compile, secret};

/// Texts that name a permission: OpenSearch's, Elasticsearch's, AWS's.
const PERMISSIONS: [&str; 3] = [
    r"no permissions for \[(.+?)\] and User",
    r"action \[(\S+)\] is unauthorized",
    r"not authorized to perform: ([\w:*]+)",
];

/// What an engine says is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// The outermost error type; empty where there is none.
    pub kind: String,
    /// The reasons from the outermost to the innermost, joined, redacted and cut.
    pub reason: String,
    /// The field path that the first telling reason names.
    pub path: Option<String>,
}

impl Cause {
    /// Reads the text of an `error` member. Of one that is longer than any, its beginning is the reason.
    pub(crate) fn of_text(text: &str) -> Self {
        let short = Some(text).filter(|text| text.len() <= limits::ERROR_BYTES);
        let error = short.and_then(|text| serde_json::from_str(text).ok());
        error.map_or_else(|| Self::plain(text.as_bytes()), |error| Self::of(&error))
    }

    fn plain(text: &[u8]) -> Self {
        let text = text.get(..limits::ERROR_BYTES).unwrap_or(text);
        let reason = redact(&String::from_utf8_lossy(text), limits::CAUSE_CHARS);
        Self { reason, ..Self::default() }
    }

    /// Reads an `error` member: an object with a chain of `caused_by`, or a plain string.
    pub fn of(error: &Value) -> Self {
        let mut cause = Self::default();
        let mut reasons: Vec<String> = Vec::new();
        let mut link = Some(error);
        while let Some(current) = link {
            let (kind, raw) = match current {
                Value::String(text) => ("", text.as_str()),
                other => (text(other, "type"), text(other, "reason")),
            };
            if cause.kind.is_empty() {
                kind.clone_into(&mut cause.kind);
            }
            cause.path = cause.path.or_else(|| path::named_in(raw));
            let clean = redact(raw, limits::CAUSE_CHARS);
            if !clean.is_empty() && !reasons.iter().any(|earlier| earlier.contains(&clean)) {
                reasons.push(clean);
            }
            link = current.get("caused_by");
        }
        cause.reason = secret::cut(&reasons.join(": "), limits::REASON_CHARS);
        cause
    }

    /// Reads the body of an answer that is not a list of items, whoever wrote it: the engine, AWS or a proxy.
    pub fn of_body(body: &[u8]) -> Self {
        if body.len() > limits::ERROR_BYTES {
            return Self::plain(body);
        }
        if let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(body) {
            let message = || object.get("message").or_else(|| object.get("Message"));
            return object.get("error").or_else(message).map(Self::of).unwrap_or_default();
        }
        Self::plain(body)
    }

    /// Whether the reason has these words.
    pub fn says(&self, words: &str) -> bool {
        self.reason.contains(words)
    }

    /// The permission that a 403 names as lacking.
    pub fn permission(&self) -> Option<String> {
        static COMPILED: LazyLock<Vec<Regex>> = LazyLock::new(|| compile(&PERMISSIONS));
        COMPILED
            .iter()
            .find_map(|form| Some(form.captures(&self.reason)?.get(1)?.as_str().to_owned()))
    }
}

fn text<'a>(object: &'a Value, member: &str) -> &'a str {
    object.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// Without what engines repeat of a request; and as [`secret::redact`] does.
pub(crate) fn redact(raw: &str, most: usize) -> String {
    let mut text = raw.split(" at [Source:").next().unwrap_or_default();
    if let Some((before, _)) = split_at_ignoring_case(text, "authorization:") {
        text = before;
    }
    secret::redact(text, most)
}

fn split_at_ignoring_case<'a>(text: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    // ASCII only, so that byte offsets stay those of the text itself.
    text.split_at_checked(text.to_ascii_lowercase().find(words)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_compiles() {
        assert_eq!(compile(&PERMISSIONS).len(), PERMISSIONS.len());
    }

    #[test]
    fn a_chain_is_one_text_without_repetition() {
        let cause = Cause::of(&json!({
            "type": "document_parsing_exception",
            "reason": "[1:89] failed to parse: Limit of total fields [20] has been exceeded while adding new fields [10]",
            "caused_by": {"type": "illegal_argument_exception",
                "reason": "Limit of total fields [20] has been exceeded while adding new fields [10]"},
        }));
        assert_eq!(cause.kind, "document_parsing_exception");
        assert_eq!(
            cause.reason,
            "[1:89] failed to parse: Limit of total fields [20] has been exceeded while adding new fields [10]"
        );
        let cause = Cause::of(
            &json!({"type": "mapper_parsing_exception", "reason": "failed to parse",
            "caused_by": {"type": "illegal_argument_exception", "reason": "field name cannot be an empty string"}}),
        );
        assert_eq!(cause.reason, "failed to parse: field name cannot be an empty string");
    }

    #[test]
    fn the_request_head_of_elasticsearch_7_10_is_cut() {
        let cause = Cause::of(&json!({
            "type": "mapper_parsing_exception",
            "reason": "failed to parse field [l] of type [long] in document with id 'x'. Preview of field's value: '{y=1}'",
            "caused_by": {"type": "json_parse_exception", "reason": "Current token (START_OBJECT) not numeric, can not \
                use numeric value accessors\n at [Source: (byte[])\"POST /_bulk HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                Authorization: Basic c29tZTpzZWNyZXQ=\r\n\r\n{}\"; line: 1, column: 8]"},
        }));
        assert!(
            cause.reason.ends_with("not numeric, can not use numeric value accessors"),
            "{}",
            cause.reason
        );
        assert_eq!(cause.path.as_deref(), Some("l"));
    }

    #[test]
    fn the_head_of_a_request_is_taken_out() {
        let said = redact("bad head AUTHORIZATION: Basic c29tZTpzZWNyZXQ=", 500);
        assert_eq!(said, "bad head");
    }

    #[test]
    fn every_form_of_a_whole_answer_is_read() {
        let table: [(&str, &str, &str); 7] = [
            (
                r#"{"error":"Content-Type header [text/plain] is not supported","status":406}"#,
                "",
                "Content-Type header [text/plain] is not supported",
            ),
            (
                r#"{"message":"The request signature we calculated does not match"}"#,
                "",
                "The request signature we calculated does not match",
            ),
            (
                r#"{"Message":"User: anonymous is not authorized to perform: es:ESHttpPost"}"#,
                "",
                "User: anonymous is not authorized to perform: es:ESHttpPost",
            ),
            (r#"{"error":{"type":"x","reason":"y"},"status":400}"#, "x", "y"),
            ("Unauthorized", "", "Unauthorized"),
            ("<html>\n<h1>502</h1>", "", "<html> <h1>502</h1>"),
            ("", "", ""),
        ];
        for (body, kind, reason) in table {
            let cause = Cause::of_body(body.as_bytes());
            assert_eq!((cause.kind.as_str(), cause.reason.as_str()), (kind, reason), "{body}");
        }
    }

    #[test]
    fn a_lacking_permission_is_named() {
        let table = [
            (
                "no permissions for [indices:data/write/bulk[s], indices:data/write/index] and User [name=partial, x]",
                "indices:data/write/bulk[s], indices:data/write/index",
            ),
            (
                "no permissions for [cluster:monitor/main] and User [name=nobody]",
                "cluster:monitor/main",
            ),
            (
                "action [indices:data/write/index:op_type/index] is unauthorized for user [joe]",
                "indices:data/write/index:op_type/index",
            ),
            ("User: anonymous is not authorized to perform: es:ESHttpPost", "es:ESHttpPost"),
        ];
        for (reason, permission) in table {
            let cause = Cause { reason: reason.to_owned(), ..Cause::default() };
            assert_eq!(cause.permission().as_deref(), Some(permission));
        }
    }
}
