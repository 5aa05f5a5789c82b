//! What was told, and where: on the command line, in the environment, in the configuration file.
//!
//! The first of the three that sets an option has it. clap settles the first two: the command line is
//! parsed once as it is, leniently, to see which options are set, and then with what the file adds,
//! strictly. So an option from the file counts as typed, whatever other options it is at odds with.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgMatches, Command, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};

use super::{
    UsageError,
    file::{self, Entry},
    origin::{Origin, Origins, Source},
    strays, target,
};
use crate::{cli::Cli, secret::Told};

/// What was told.
#[derive(Debug)]
pub struct Given {
    /// The command and its options.
    pub cli: Cli,
    /// Where the value of each option is from.
    pub origins: Origins,
    /// What of all that holds a secret.
    pub told: Told,
}

/// Why that is no command.
#[derive(Debug)]
pub enum NotGiven {
    /// It is not one by its form, or asks for help; with the next steps, where there are some.
    Form(Box<clap::Error>, Vec<String>, Told),
    /// The configuration file cannot be used.
    File(UsageError, Told),
}

/// Reads the words of a command line; `command` makes what they are parsed by.
pub fn read(words: &[OsString], command: impl Fn() -> Command) -> Result<Given, NotGiven> {
    let command = || without_empty(command());
    let mut lenient = command().ignore_errors(true);
    lenient.build();
    // None when it asks for help.
    let set = lenient.try_get_matches_from_mut(words).ok();
    let named = set.as_ref().and_then(|set| set.get_one::<PathBuf>("config"));
    let entries = match named {
        Some(path) => {
            file::read(path, &lenient).map_err(|error| NotGiven::File(error, told(words)))?
        }
        None => Vec::new(),
    };
    let (added, origins) = match &set {
        Some(set) => settle(innermost(&lenient, set), entries),
        None => (Vec::new(), Origins::default()),
    };
    let mut words = words.to_vec();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words.splice(end..end, added);
    let told = told(&words);
    let mut strict = command();
    let matches = strict.try_get_matches_from_mut(words);
    let cli = matches.and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches);
        Ok((cli.map_err(|error| error.format(&mut strict))?, matches))
    });
    match cli {
        Ok((cli, matches)) => {
            let mut origins = origins;
            origins.take_values(innermost(&lenient, &matches).1);
            Ok(Given { cli, origins, told })
        }
        Err(error) => {
            let next = next_steps(&error, &origins);
            Err(NotGiven::Form(Box::new(error), next, told))
        }
    }
}

/// What a sentence may repeat: these words, and what options have from the environment.
fn told(words: &[OsString]) -> Told {
    let words = words.iter().map(|word| word.to_string_lossy().into_owned());
    Told::new(words.chain(strays::values()))
}

/// The same in which a variable that is empty sets nothing: a shell and a unit file leave them so.
fn without_empty(command: Command) -> Command {
    let is_empty = |arg: &Arg| arg.get_env().is_some_and(|name| is_empty(&name.to_string_lossy()));
    let unset = |arg: Arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg };
    command.mut_args(unset).mut_subcommands(without_empty)
}

fn is_empty(variable: &str) -> bool {
    super::env(variable).is_some_and(|value| value.is_empty())
}

/// The command that is asked for, and what is set of it.
fn innermost<'a>(
    mut command: &'a Command,
    mut matches: &'a ArgMatches,
) -> (&'a Command, &'a ArgMatches) {
    while let Some((name, below)) = matches.subcommand()
        && let Some(inner) = command.find_subcommand(name)
    {
        (command, matches) = (inner, below);
    }
    (command, matches)
}

/// What the file adds to the words of a command, and where each of its options is from.
fn settle(
    (command, set): (&Command, &ArgMatches),
    mut entries: Vec<Entry>,
) -> (Vec<OsString>, Origins) {
    let (mut added, mut origins) = (Vec::new(), Vec::new());
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long() else { continue };
        let variable = match arg.get_env() {
            Some(name) => name.to_string_lossy().into_owned(),
            // One that is empty was taken away.
            None if is_empty(&strays::variable(long)) => strays::variable(long),
            None => continue,
        };
        let at = entries.iter().position(|entry| entry.key == long);
        let entry = at.map(|at| entries.swap_remove(at));
        let source = match (set.value_source(arg.get_id().as_str()), entry) {
            (Some(ValueSource::CommandLine), _) => Source::Flag,
            (Some(ValueSource::EnvVariable), _) => Source::Variable(variable),
            (_, Some(entry)) => {
                added.extend(entry.words);
                Source::File(entry.at)
            }
            _ => Source::Default,
        };
        origins.push(Origin::new(arg, source));
    }
    (added, Origins(origins))
}

/// What to do about a command line that is none, beyond what clap says.
fn next_steps(error: &clap::Error, origins: &Origins) -> Vec<String> {
    // A word that is none is typed, whatever it is like.
    let typed = matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand);
    let mut next = if typed { Vec::new() } else { origins.notes(&error.to_string()) };
    let missing = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => names.iter().any(|name| name.starts_with("--to ")),
        _ => false,
    };
    if missing && error.kind() == ErrorKind::MissingRequiredArgument {
        next.push(target::missing().to_string());
    }
    next
}
