//! The command as it was typed, to be shown as the next step: without secrets, and without what
//! would keep it from going on.

use std::{ffi::OsString, path::Path};

use clap::CommandFactory;

use super::Origins;
use crate::{cli::Cli, secret::url};

/// The words that this process was started with.
pub fn words() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// The command of this process.
pub fn command() -> String {
    let typed: Vec<_> = words().iter().map(|word| word.to_string_lossy().into_owned()).collect();
    shown(&typed)
}

/// The words for a shell. `--restart` would forget what this run has done.
fn shown(typed: &[String]) -> String {
    let shown = url::in_words(typed);
    let kept = shown.iter().filter(|word| *word != "--restart");
    kept.map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// The command that loads dead letters to where this one loads, and as it does.
#[derive(Debug, Clone, Default)]
pub struct Replay(Vec<String>);

impl Replay {
    /// With all that was typed and that `replay` has too.
    pub fn of(origins: &Origins) -> Self {
        let mut root = Cli::command();
        // The options of all commands are handed down by it.
        root.build();
        let replay = root.find_subcommand("replay");
        let takes = |option: &str| {
            replay.is_some_and(|it| it.get_arguments().any(|arg| arg.get_long() == Some(option)))
        };
        Self(origins.words_for(takes))
    }

    /// The command for a shell.
    pub fn command(&self, letters: &Path) -> String {
        let program = words().first().map(|word| word.to_string_lossy().into_owned());
        let program = program.unwrap_or_else(|| "trailhaul".to_owned());
        let file = letters.display().to_string();
        let typed = [program, "replay".to_owned(), file].into_iter().chain(self.0.iter().cloned());
        shown(&typed.collect::<Vec<_>>())
    }
}

/// A word for a shell. What a terminal would obey, or not show, stands in it as bytes in hexadecimal, which
/// bash, zsh and ksh read: a state file may hold anything.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if word.chars().any(is_hidden) {
        return format!("$'{}'", word.chars().map(printable).collect::<String>());
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A character between `$'` and `'`.
fn printable(c: char) -> String {
    match c {
        '\'' | '\\' => format!("\\{c}"),
        c if is_hidden(c) => {
            let mut bytes = [0; 4];
            let bytes = c.encode_utf8(&mut bytes).bytes();
            bytes.map(|byte| format!("\\x{byte:02x}")).collect::<Vec<_>>().concat()
        }
        c => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_typed_as_bytes() {
        let table = [
            ("a\u{1b}[2J\nb", r"$'a\x1b[2J\x0ab'"),
            ("it's \\ \t", r"$'it\'s \\ \x09'"),
            ("\u{9b}1m\u{202e}é", r"$'\xc2\x9b1m\xe2\x80\xaeé'"),
            ("é \\", r"'é \'"),
        ];
        for (word, expected) in table {
            assert_eq!(quoted(word), expected);
            let script = format!("printf %s {}", quoted(word));
            let bash = std::process::Command::new("bash").args(["-c", &script]).output();
            if let Ok(output) = bash {
                assert_eq!(String::from_utf8_lossy(&output.stdout), word);
            }
        }
    }

    #[test]
    fn it_can_be_typed_again_and_holds_no_secret() {
        let table: [(&[&str], &str); 8] = [
            (&["trailhaul", "load", "--to", "file:x.ndjson"], "trailhaul load --to file:x.ndjson"),
            (&["trailhaul", "load", "--restart", "--quiet"], "trailhaul load --quiet"),
            (&["load", "--state", "my file", ""], "load --state 'my file' ''"),
            (&["load", "--state", "it's"], r"load --state 'it'\''s'"),
            (
                &["load", "--to", "https://joe:p@ss@host:9200/x", "--user", "me@home"],
                "load --to 'https://***@host:9200/x' --user me@home",
            ),
            (&["load", "--to=https://joe:secret@host"], "load '--to=https://***@host'"),
            (&["load", "--to", "http:joe:s3'cret@host"], "load --to 'http:***@host'"),
            (&["load", "--to", "http://joe:s3 cret@host"], "load --to 'http://***@host'"),
        ];
        for (typed, expected) in table {
            let typed: Vec<_> = typed.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(shown(&typed), expected);
        }
    }
}
