//! A password, a key or a token: a string that no log, error or file ever shows; and the words of
//! others, who may repeat one, made fit to be shown.
//!
//! It does not erase its memory; it keeps a value from being printed by accident.

pub(crate) mod url;

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

pub use self::url::Told;
use crate::patterns::compile;

/// A string that prints as `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the value in.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself: for the header that carries it, and for nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[secret]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[secret]")
    }
}

/// What may carry one: behind the first group.
const CREDENTIALS: [&str; 3] = [
    r#"(?i)(authorization)["']? *[=:] *["']?[^"',]*"#,
    r"(?i)\b(basic|bearer|apikey) +[a-z0-9+/=_.~-]{6,}",
    r#"(?i)\b(credential|signature|x-amz-security-token)["']? *[=:] *["']?[^\s,&"']+"#,
];

/// What a server or a library says, on one line and at most so many characters: without what may
/// carry a secret (AWS repeats the request that it could not verify, session token included), and
/// without what would command a terminal.
pub(crate) fn redact(raw: &str, most: usize) -> String {
    static CREDENTIAL: LazyLock<Vec<Regex>> = LazyLock::new(|| compile(&CREDENTIALS));
    let mut clean = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    clean.retain(|character| !character.is_control());
    for form in CREDENTIAL.iter() {
        clean = form.replace_all(&clean, "$1 [secret]").into_owned();
    }
    cut(&clean, most)
}

/// At most so many characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut cut: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_compiles() {
        assert_eq!(compile(&CREDENTIALS).len(), CREDENTIALS.len());
    }

    #[test]
    fn nothing_prints_it() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "[secret] [secret] Some([secret])"
        );
        assert_eq!(secret.reveal(), "hunter2");
    }

    #[test]
    fn whatever_looks_like_a_credential_is_taken_out() {
        for raw in [
            "sent Basic c29tZTpzZWNyZXQ= here",
            "sent ApiKey c29tZTpzZWNyZXQ= here",
            "AWS4-HMAC-SHA256 Credential=c29tZTpzZWNyZXQ=/x, SignedHeaders=host",
            "x-amz-security-token:c29tZTpzZWNyZXQ= and more",
            "Authorization: Negotiate c29tZTpzZWNyZXQ=",
            "author\0ization:c29tZTpzZWNyZXQ=",
            r#"{"X-Amz-Security-Token": "c29tZTpzZWNyZXQ=", "Authorization": "Basic c29tZTpzZWNyZXQ="}"#,
        ] {
            assert!(!redact(raw, 500).contains("c29tZTpzZWNyZXQ"), "{}", redact(raw, 500));
        }
        assert_eq!(redact("a\nb\r\n\tc \u{1b}[31md", 500), "a b c [31md");
        assert_eq!(redact("ééééé", 3), "ééé…");
    }
}
