//! Where the value of an option is from.

use clap::{Arg, ArgAction, ArgMatches};

use super::file::At;
use crate::secret::url;

/// Where a value is from; the first that there is, has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// The environment variable of this name.
    Variable(String),
    /// The configuration file.
    File(At),
    /// Nobody set it.
    Default,
}

/// An option of the command, and what it is set to.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Its name, without the dashes.
    pub option: String,
    /// The heading that it has in the help.
    pub heading: Option<String>,
    /// Its values, as they would be typed; none where nobody set it and the default is none.
    pub values: Vec<String>,
    /// What no value means, where the help says it.
    pub unset: Option<String>,
    /// Where they are from.
    pub source: Source,
    id: String,
    is_flag: bool,
    /// What stands between several values of one word.
    delimiter: Option<char>,
}

/// The options of a command.
#[derive(Debug, Clone, Default)]
pub struct Origins(pub Vec<Origin>);

impl Origin {
    pub(super) fn new(arg: &Arg, source: Source) -> Self {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let unset = help.split_once("[default: ").and_then(|(_, rest)| rest.split_once(']'));
        Self {
            option: arg.get_long().unwrap_or_default().to_owned(),
            heading: arg.get_help_heading().map(str::to_owned),
            values: Vec::new(),
            unset: unset.map(|(unset, _)| unset.to_owned()),
            source,
            id: arg.get_id().to_string(),
            is_flag: matches!(arg.get_action(), ArgAction::SetTrue),
            delimiter: arg.get_value_delimiter(),
        }
    }

    /// Its values, without a password.
    pub fn shown(&self) -> Vec<String> {
        let shown = if self.option == "to" { url::in_target } else { url::in_word };
        self.values.iter().map(|value| shown(value)).collect()
    }

    /// The words that set it so, without a password.
    fn words(&self) -> Vec<String> {
        let name = format!("--{}", self.option);
        let values = self.shown();
        match self.delimiter {
            _ if self.is_flag => vec![name],
            Some(delimiter) => vec![name, values.join(&delimiter.to_string())],
            None => values.into_iter().flat_map(|value| [name.clone(), value]).collect(),
        }
    }
}

impl Origins {
    /// Takes in what the options are set to.
    pub(super) fn take_values(&mut self, matches: &ArgMatches) {
        for origin in &mut self.0 {
            origin.values = if origin.is_flag {
                vec![matches.get_flag(&origin.id).to_string()]
            } else {
                let values = matches.get_raw(&origin.id).into_iter().flatten();
                values.map(|value| value.to_string_lossy().into_owned()).collect()
            };
        }
    }

    /// The words for those of these options that another command has too. What the environment and the
    /// configuration file say, they say to that one as well; a default target is that of one command.
    pub(super) fn words_for(&self, takes: impl Fn(&str) -> bool) -> Vec<String> {
        let said = |origin: &&Origin| match origin.source {
            Source::Flag => true,
            Source::Default => origin.option == "to" && !origin.values.is_empty(),
            Source::Variable(_) | Source::File(_) => false,
        };
        let shared = self.0.iter().filter(|origin| takes(&origin.option)).filter(said);
        shared.flat_map(Origin::words).collect()
    }

    /// Where the options that a sentence names are set, of those that are not in sight.
    pub fn notes(&self, sentence: &str) -> Vec<String> {
        let names = |option: &str| {
            sentence
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                .any(|word| word.strip_prefix("--") == Some(option))
        };
        let note = |origin: &Origin| {
            let place = match &origin.source {
                Source::Flag | Source::Default => return None,
                Source::Variable(name) => format!("the environment, by {name}"),
                Source::File(at) => at.to_string(),
            };
            Some(format!("--{} is set in {place}", origin.option))
        };
        self.0.iter().filter(|origin| names(&origin.option)).filter_map(note).collect()
    }
}
