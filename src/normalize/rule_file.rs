//! A file of rules, read and checked.
//!
//! A rule that could leave its own field with two shapes is an error here, so that the engine never
//! has to ask.

use std::collections::HashSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::rule::Rule;

/// Why a rule file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// It is no TOML, or has a key or a value that no rule has.
    #[error("failed to read rules from {file}, line {line}: {message}")]
    Syntax {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A rule makes no sense.
    #[error("failed to use the rule for `{path}` in {file}, line {line}: `{key}` {message}")]
    Rule {
        /// The file's name.
        file: String,
        /// The line where the rule starts, from 1.
        line: usize,
        /// The rule's path.
        path: String,
        /// The key to change.
        key: &'static str,
        /// What is wrong with it, and what would be right.
        message: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<Rule>>,
}

/// The rules of a file, in its order; `file` is its name.
pub(super) fn parse(text: &str, file: &str) -> Result<Vec<Rule>, RulesError> {
    let parsed: File = toml::from_str(text).map_err(|error| syntax(text, file, &error))?;
    let mut seen = HashSet::new();
    let mut rules = Vec::with_capacity(parsed.rule.len());
    for spanned in parsed.rule {
        let span = spanned.span();
        let mut rule = spanned.into_inner();
        file.clone_into(&mut rule.file);
        let twice = !seen.insert((rule.path.clone(), rule.services.clone(), rule.events.clone()));
        let flaw = twice.then_some(("path", "has a rule of the same services and events already"));
        if let Some((key, message)) = rule.flaw().or(flaw) {
            let (file, line, path) = (file.to_owned(), line(text, span), rule.path);
            return Err(RulesError::Rule { file, line, path, key, message });
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// What is wrong with the form of a file.
pub(super) fn syntax(text: &str, file: &str, error: &toml::de::Error) -> RulesError {
    RulesError::Syntax {
        file: file.to_owned(),
        line: line(text, error.span().unwrap_or_default()),
        message: error.message().to_owned(),
    }
}

fn line(text: &str, span: Range<usize>) -> usize {
    let before = text.as_bytes().iter().take(span.start);
    before.filter(|byte| **byte == b'\n').count().saturating_add(1)
}
