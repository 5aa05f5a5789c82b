//! The two forms of help: `-h` has what one needs most and fits 24 lines, `--help` has every option in a
//! line and fits 50, both at 80 columns.
//!
//! clap gives each option several lines as soon as one has a long text, which the manual page wants. So
//! the command that parses has the short texts alone, and for `-h` lacks what is hidden from it.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, CommandFactory, builder::Resettable};

use super::Cli;

/// No blank line between what a command does and how it is used.
const TEMPLATE: &str = "{about}\n{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The command that parses these words.
pub fn command_for(words: &[OsString]) -> Command {
    let mut options = words.iter().take_while(|word| *word != "--");
    if options.any(|word| word == "-h") { brief(Cli::command()) } else { full(Cli::command()) }
}

/// Every option.
fn full(command: Command) -> Command {
    plain(command, &|command| command, &|arg| arg.hide_short_help(false))
}

/// The options that one needs most, and where the others are.
fn brief(command: Command) -> Command {
    let shown = |command: Command| command.after_help("--help lists every option, with examples.");
    plain(command, &shown, &|arg: Arg| {
        let seldom = arg.is_hide_short_help_set();
        arg.hide(seldom).hide_short_help(false).help_heading(Resettable::Reset)
    })
}

/// A command of one-line texts, and those below it.
fn plain(
    command: Command,
    form: &impl Fn(Command) -> Command,
    option: &impl Fn(Arg) -> Arg,
) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).hide(true);
    let below: Vec<_> =
        command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let one_line = |arg: Arg| {
        let arg = if arg.is_positional() { arg } else { option(arg) };
        let chooses = arg.get_action().takes_values();
        arg.long_help(Resettable::Reset).hide_env(true).hide_possible_values(chooses)
    };
    let command = form(command.mut_args(one_line))
        .long_about(Resettable::Reset)
        .help_template(TEMPLATE)
        .disable_help_flag(true)
        .arg(help.help("Print help"));
    below.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |below| plain(below, form, option))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command there is, by what is typed for it.
    fn commands(command: &Command) -> Vec<(Vec<String>, Command)> {
        fn walk(command: &Command, typed: &[String], all: &mut Vec<(Vec<String>, Command)>) {
            let typed = [typed, &[command.get_name().to_owned()]].concat();
            for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
                walk(below, &typed, all);
            }
            all.push((typed, command.clone()));
        }
        let mut all = Vec::new();
        walk(command, &[], &mut all);
        all
    }

    /// Its options and flags, but for the two that clap makes.
    fn options(command: &Command) -> impl Iterator<Item = &Arg> {
        let own = |arg: &&Arg| !["help", "version"].contains(&arg.get_id().as_str());
        command.get_arguments().filter(|arg| arg.get_long().is_some()).filter(own)
    }

    /// With what clap adds to each.
    fn every_command() -> Vec<(Vec<String>, Command)> {
        let mut command = command_for(&[]);
        command.build();
        commands(&command)
    }

    /// The help that these words are answered with.
    fn text(typed: &[String], option: &str) -> String {
        let words = typed.iter().map(String::as_str).chain([option]);
        let words: Vec<_> = words.map(OsString::from).collect();
        let error = command_for(&words).term_width(80).try_get_matches_from(words).unwrap_err();
        assert_eq!(error.kind(), clap::error::ErrorKind::DisplayHelp);
        error.to_string()
    }

    fn is_within(text: &str, rows: usize) -> bool {
        text.lines().count() <= rows && text.lines().all(|line| line.chars().count() <= 80)
    }

    #[test]
    fn the_help_of_every_command_fits_a_screen() {
        for (typed, _) in commands(&Cli::command()) {
            for (option, most) in [("-h", 24), ("--help", 50)] {
                let text = text(&typed, option);
                let rows = text.lines().count();
                assert!(is_within(&text, most), "{typed:?} {option}, {rows} lines:\n{text}");
            }
        }
    }

    #[test]
    fn the_help_has_every_option_in_a_line_of_its_own() {
        for (typed, command) in every_command() {
            let text = text(&typed, "--help");
            let wrapped = text.lines().find(|line| line.starts_with(&" ".repeat(10)));
            assert_eq!(wrapped, None, "{typed:?}");
            for option in options(&command).filter_map(Arg::get_long) {
                let named = |line: &&str| {
                    line.split_whitespace().take(2).any(|word| word == format!("--{option}"))
                };
                let line = text.lines().find(named).unwrap_or_else(|| panic!("{option}: {text}"));
                let (_, said) = line.split_once(&format!("--{option}")).unwrap();
                let said = said.split_once('>').map_or(said, |(_, said)| said);
                assert!(said.trim().len() > 3, "{typed:?} says nothing beside {line}");
            }
            assert!(!text.contains("[env"), "{text}");
        }
    }

    #[test]
    fn every_command_has_two_examples_that_are_its_own() {
        for (typed, _) in every_command() {
            let text = text(&typed, "--help");
            let (_, examples) =
                text.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{text}"));
            let examples = examples.lines().take_while(|line| line.starts_with("  "));
            let examples: Vec<_> = examples.map(str::trim).collect();
            assert!(examples.len() >= 2, "{text}");
            for example in examples {
                let example = example.split([';', '|', '>']).next().unwrap();
                let words: Vec<_> = example.split_whitespace().map(OsString::from).collect();
                assert!(words.iter().zip(&typed).all(|(word, name)| word == name.as_str()));
                let parsed = command_for(&words).try_get_matches_from(&words);
                let parsed = parsed.unwrap_or_else(|error| panic!("{example}: {error}"));
                let mut matches = &parsed;
                for name in typed.iter().skip(1) {
                    let (below, inner) =
                        matches.subcommand().unwrap_or_else(|| panic!("{example}"));
                    assert_eq!(below, name, "{example}");
                    matches = inner;
                }
            }
        }
    }

    #[test]
    fn every_text_is_there_and_has_the_words_to_choose_from() {
        for (typed, command) in commands(&Cli::command()) {
            assert!(command.get_about().is_some(), "{typed:?}");
            for arg in command.get_arguments() {
                let id = arg.get_id();
                let text = arg.get_help().unwrap_or_else(|| panic!("{typed:?} {id}")).to_string();
                let takes = arg.get_action().takes_values();
                for value in arg.get_possible_values().iter().filter(|_| takes) {
                    let word = value.get_name();
                    assert!(text.contains(word), "{typed:?} {id} lacks {word}: {text}");
                }
            }
        }
    }

    #[test]
    fn every_option_can_come_from_the_environment_and_is_hidden_in_no_form_of_the_manual() {
        for (typed, command) in commands(&Cli::command()) {
            for option in options(&command) {
                let name = option.get_long().unwrap().replace('-', "_").to_uppercase();
                let variable = option.get_env().and_then(|name| name.to_str());
                assert_eq!(variable, Some(format!("TRAILHAUL_{name}").as_str()), "{typed:?}");
                assert!(!option.is_hide_set(), "{typed:?} {variable:?}");
            }
        }
    }

    #[test]
    fn config_takes_what_load_takes() {
        let command = Cli::command();
        let names = |name: &str| {
            let options = options(command.find_subcommand(name).unwrap());
            options.map(|option| option.get_long().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("config"), names("load"));
    }
}
