//! The configuration file: options by their names, in TOML.
//!
//! ```toml
//! to = "https://localhost:9200"
//! user = "loader"
//! password-file = "pw"
//! regions = ["us-east-1", "eu-west-1"]
//! field-limit = 5000
//! quiet = true
//! ```
//!
//! A key is an option of any command, and has an effect on those that have it. A file is read when it is
//! named, and no other: what a run does is seen from its command line and its environment. A relative
//! path is relative to the folder of the file, so that a job does the same from wherever it is started.
//! No secret stands in it.

mod value;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use clap::{Arg, Command};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{UsageError, read_text};
use value::Kind;

/// What an option is set to in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The option, without its dashes.
    pub(super) key: String,
    /// Where it stands.
    pub(super) at: At,
    /// What would be typed for the same.
    pub(super) words: Vec<OsString>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, line {}", self.file.display(), self.line)
    }
}

/// Why a configuration file cannot be used. What a value is is not repeated: it may be a secret in the
/// wrong place.
#[derive(Debug, thiserror::Error)]
enum ConfigError {
    #[error("failed to read the configuration from {at}: {message}")]
    Syntax { at: At, message: String },
    #[error("{at}: no option is called `{key}`; {hint}")]
    Unknown { at: At, key: String, hint: String },
    #[error(
        "{at}: `{key}` is a secret, and a configuration file holds none: write it into a file of its own, and give that as `{instead}`"
    )]
    Secret { at: At, key: String, instead: &'static str },
    #[error("{at}: `{key}` is {found}; give {expected}")]
    Value { at: At, key: String, found: String, expected: String },
}

/// What a file says, for the options of this command and of those below it.
pub(super) fn read(file: &Path, command: &Command) -> Result<Vec<Entry>, UsageError> {
    let text = read_text("--config", file)?;
    parse(&text, file, command).map_err(|error| UsageError(error.to_string()))
}

fn parse(text: &str, file: &Path, command: &Command) -> Result<Vec<Entry>, ConfigError> {
    let at = |span: Range<usize>| At { file: file.to_owned(), line: line(text, span) };
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        at: at(error.span().unwrap_or_default()),
        message: error.message().to_owned(),
    })?;
    let mut options = BTreeMap::new();
    gather(command, &mut options);
    let folder = file.parent().unwrap_or(Path::new(""));
    let entry = |(key, value): (Spanned<DeString<'_>>, Spanned<DeValue<'_>>)| {
        let (at, key): (At, String) = (at(key.span()), String::from(key.into_inner()));
        let arg = options.get(&key).ok_or_else(|| unknown(at.clone(), &key, &options))?;
        let words = Kind::of(arg).words(&key, value.into_inner(), folder).map_err(|wrong| {
            let (at, key, value::Wrong { found, expected }) = (at.clone(), key.clone(), wrong);
            ConfigError::Value { at, key, found, expected }
        })?;
        Ok(Entry { key, at, words })
    };
    table.into_inner().into_iter().map(entry).collect()
}

/// The options of a command and of those below it, by name. `--config` is none: a file names no other.
fn gather<'a>(command: &'a Command, options: &mut BTreeMap<String, &'a Arg>) {
    for arg in command.get_arguments().filter(|arg| arg.get_env().is_some()) {
        if let Some(long) = arg.get_long().filter(|long| *long != "config") {
            options.entry(long.to_owned()).or_insert(arg);
        }
    }
    for below in command.get_subcommands() {
        gather(below, options);
    }
}

fn unknown(at: At, key: &str, options: &BTreeMap<String, &Arg>) -> ConfigError {
    let key = key.to_owned();
    let instead = match key.to_lowercase().replace('_', "-").as_str() {
        "password" => "password-file",
        "api-key" | "apikey" => "api-key-file",
        _ => {
            let hint = match nearest(&key, options.keys().map(String::as_str)) {
                Some(option) => format!("the nearest is `{option}`"),
                None => "`trailhaul load --help` lists those of a run".to_owned(),
            };
            return ConfigError::Unknown { at, key, hint };
        }
    };
    ConfigError::Secret { at, key, instead }
}

/// The one that was probably meant, as clap measures it.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = known.map(|name| (strsim::jaro(word, name), name));
    let near = likeness.filter(|(likeness, _)| *likeness > 0.7);
    near.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name)
}

fn line(text: &str, span: Range<usize>) -> usize {
    let before = text.as_bytes().iter().take(span.start);
    before.filter(|byte| **byte == b'\n').count().saturating_add(1)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn words(text: &str) -> Vec<String> {
        let entries = parse(text, Path::new("/etc/trailhaul/job.toml"), &Cli::command()).unwrap();
        let words = entries.into_iter().flat_map(|entry| entry.words);
        words.map(|word| word.into_string().unwrap()).collect()
    }

    fn error(text: &str) -> String {
        parse(text, Path::new("job.toml"), &Cli::command()).unwrap_err().to_string()
    }

    #[test]
    fn a_file_says_what_would_be_typed() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &[]),
            ("to = \"https://localhost:9200\"", &["--to=https://localhost:9200"]),
            ("regions = [\"a\", 'b']", &["--regions=a,b"]),
            ("from = [\"x\", \"/y\", '-']", &["--from=/etc/trailhaul/x", "--from=/y", "--from=-"]),
            ("quiet = true", &["--quiet"]),
            ("quiet = false", &[]),
            ("field-limit = 5_000", &["--field-limit=5000"]),
            ("password-file = 'pw'", &["--password-file=/etc/trailhaul/pw"]),
            ("password-file = '/run/pw'", &["--password-file=/run/pw"]),
            ("to = 'file:x.ndjson'", &["--to=file:/etc/trailhaul/x.ndjson"]),
            ("layout = 'ecs' # comment", &["--layout=ecs"]),
            // Of `export template` alone.
            ("engine = 'opensearch-3'", &["--engine=opensearch-3"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_line_key_and_what_is_right() {
        let cases = [
            ("a b", "job.toml, line 1: "),
            ("\n\nto = 1\nto = 2", "job.toml, line 4: duplicate key"),
            (
                "\nregoins = []",
                "job.toml, line 2: no option is called `regoins`; the nearest is `regions`",
            ),
            ("password_file = 'x'", "the nearest is `password-file`"),
            ("zzz = 1", "`trailhaul load --help`"),
            ("config = 'x'", "no option is called `config`"),
            ("help = true", "no option is called `help`"),
            ("[load]\nto = 'x'", "line 1: no option is called `load`"),
            ("to.x = 1", "`to` is a table; give a string"),
            ("to = ['x']", "`to` is an array; give a string"),
            ("since = 2026-01-01T00:00:00Z", "`since` is a date; give a string"),
            (
                "regions = 'a,b'",
                "`regions` is a string; give an array of strings, such as [\"a\", \"b\"]",
            ),
            ("regions = []", "`regions` is an empty array; give an array of strings"),
            (
                "regions = ['a', 1]",
                "`regions` is an array with a number in it; give an array of strings",
            ),
            ("quiet = 'yes'", "`quiet` is a string; give true or false"),
            ("field-limit = '5000'", "`field-limit` is a string; give a number"),
            (
                "layout = 'type'",
                "`layout` is none of its values; give one of typed, flattened, ecs: the nearest is typed",
            ),
            ("state = ''", "`state` is an empty string; give a path"),
            (
                "password = 'hunter2'",
                "`password` is a secret, and a configuration file holds none: write it into a file of its own, and give that as `password-file`",
            ),
            ("api_key = 'hunter2'", "give that as `api-key-file`"),
        ];
        for (text, expected) in cases {
            let said = error(text);
            assert!(said.contains(expected), "{text}: {said}");
            assert!(said.contains("job.toml, line ") && !said.contains("hunter2"), "{said}");
        }
    }
}
