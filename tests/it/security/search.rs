//! A search for secrets in all that a run has written, in each form that they could have there.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::PASSWORD;
use crate::support::run::Finished;

/// AWS's documented example of a session token.
pub(super) const TOKEN: &str = "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE";

/// A secret in each form in which it could be written.
fn forms() -> Vec<String> {
    let encoded = |text: String| BASE64_STANDARD.encode(text).trim_end_matches('=').to_owned();
    let secrets = [PASSWORD, TOKEN];
    let forms = secrets.iter().flat_map(|secret| {
        let percent = secret.replace('+', "%2B");
        [
            (*secret).to_owned(),
            secret.replace('/', "\\/"),
            percent.replace('/', "%2F"),
            percent.replace('/', "%2f"),
            encoded((*secret).to_owned()),
            encoded(format!("joe:{secret}")),
            encoded(format!("id:{secret}")),
        ]
    });
    forms.collect()
}

/// Each file below a folder, with its text.
pub(super) fn written(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(written(&path));
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            texts.push((path.display().to_string(), text));
        }
    }
    texts
}

/// Asserts it of everything that the run has written, standard output and error included.
pub(super) fn assert_silent(name: &str, run: &Finished) {
    let texts = written(run.home.path());
    for (path, text) in texts.iter().chain([&("arguments".to_owned(), run.arguments.clone())]) {
        for form in forms() {
            assert!(!text.contains(&form), "{name}: {form} is in {path}:\n{text}");
        }
    }
}

#[test]
fn a_secret_would_be_found_in_a_header() {
    let header = format!("Basic {}", BASE64_STANDARD.encode(format!("joe:{PASSWORD}")));
    assert!(forms().iter().any(|form| header.contains(form)));
}
